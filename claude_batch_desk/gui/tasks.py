"""Slow work off the UI thread, its outcome back on it."""

import itertools
import threading
import time
from collections.abc import Callable
from concurrent.futures import CancelledError, Executor, Future
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar, TypeVarTuple

import shiboken6
from PySide6.QtCore import QObject, Qt, Signal, Slot

from claude_batch_desk.core.report import Cancelled, Report

Args = TypeVarTuple("Args")
Result = TypeVar("Result")

_PROGRESS_INTERVAL = 0.05  # seconds; a faster worker would flood the event queue


@dataclass(frozen=True)
class Task:
    """Work under way on behalf of the widget that asked for it."""

    owner: QObject
    done: Callable[[Any], object]
    failed: Callable[[BaseException], object]
    progress: Callable[[int, int], object]
    ended: Callable[[], object]
    stop: threading.Event

    def cancel(self) -> None:
        """Ask the work to stop at its next report; of the callbacks only `ended` still comes."""
        self.stop.set()


class TaskRunner(QObject):
    """Runs core functions on an executor and calls back on the UI thread.

    Worker threads hold no Qt object but this one, which lives as long as the application,
    and nothing is delivered to a widget that has gone.
    """

    _sent = Signal(int, object)

    def __init__(
        self, executor: Executor, on_error: Callable[[QObject, BaseException], object]
    ) -> None:
        super().__init__()
        self._executor = executor
        self._on_error = on_error
        self._tasks: dict[int, Task] = {}
        self._futures: set[Future[Any]] = set()
        self._numbers = itertools.count()
        self._closed = False
        self._sent.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def start(
        self,
        work: Callable[[*Args, Report], Result],
        *args: *Args,
        owner: QObject,
        done: Callable[[Result], object],
        failed: Callable[[BaseException], object] | None = None,
        progress: Callable[[int, int], object] = lambda done, total: None,
        ended: Callable[[], object] = lambda: None,
    ) -> Task:
        """Run `work(*args, report)` on a worker; call back once control has returned to Qt.

        After `close` nothing is run, and nothing called: a timer of the window may tick once more.
        """
        if any(isinstance(each, QObject) for each in (getattr(work, "__self__", None), *args)):
            raise TypeError("work must not carry a Qt object into a worker thread")
        number = next(self._numbers)
        failed = failed or partial(self._on_error, owner)
        task = Task(owner, done, failed, progress, ended, threading.Event())
        if self._closed:
            task.cancel()
            return task
        future = self._executor.submit(work, *args, self._reporter(number, task.stop))
        self._tasks[number] = task
        self._futures.add(future)
        future.add_done_callback(partial(self._sent.emit, number))
        return task

    def close(self) -> None:
        """Ask all work to stop and start no more."""
        self._closed = True
        for task in self._tasks.values():
            task.cancel()
        self._executor.shutdown(wait=False, cancel_futures=True)

    @property
    def working(self) -> bool:
        """A worker has not come to an end; true answers need no event loop."""
        return any(not future.done() for future in self._futures)

    def _reporter(self, number: int, stop: threading.Event) -> Report:
        last = 0.0

        def report(done: int, total: int) -> None:
            nonlocal last
            if stop.is_set():
                raise Cancelled
            if (now := time.monotonic()) - last >= _PROGRESS_INTERVAL or done == total:
                last = now
                self._sent.emit(number, (done, total))

        return report

    @Slot(int, object)
    def _deliver(self, number: int, message: Future[Any] | tuple[int, int]) -> None:
        task = self._tasks[number]
        if isinstance(message, Future):
            del self._tasks[number]
            self._futures.discard(message)
        if not shiboken6.isValid(task.owner):
            return
        if not isinstance(message, Future):
            task.progress(*message)
            return
        try:
            _settle(task, message)
        finally:
            task.ended()


def _settle(task: Task, future: Future[Any]) -> None:
    if task.stop.is_set():
        return
    try:
        result = future.result()
    except (Cancelled, CancelledError):
        return
    except BaseException as error:
        task.failed(error)
    else:
        task.done(result)
