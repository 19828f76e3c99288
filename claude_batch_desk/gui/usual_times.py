"""Tells a waiting job how long batches like its own usually take."""

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QObject, Slot

from claude_batch_desk.core.errors import DeskError
from claude_batch_desk.core.report import Report
from claude_batch_desk.gui.draft import Draft
from claude_batch_desk.gui.tasks import Task, TaskRunner


class KnowsUsual(Protocol):
    """The verb about time that this needs."""

    def usual(self, job_id: int, report: Report) -> str:
        """How long batches like those of a job take."""
        ...


class UsualTimes(QObject):
    """Looks it up once for each Live job that is shown while it waits."""

    def __init__(
        self, timing: KnowsUsual, tasks: TaskRunner, draft: Draft, show: Callable[[str], object]
    ) -> None:
        super().__init__(draft)
        self._timing, self._tasks, self._draft, self._show = timing, tasks, draft, show
        self._told: int | None = None
        self._looking: Task | None = None
        draft.opened.connect(self._look)
        draft.job_changed.connect(self._look)

    @Slot()
    def _look(self) -> None:
        job = self._draft.job
        if job is None or job.mode != "live" or job.state not in ("sending", "waiting"):
            self._told = None
            return
        if job.id == self._told:
            return
        self._told = job.id
        if self._looking is not None:
            self._looking.cancel()
        self._looking = self._tasks.start(
            self._timing.usual, job.id, owner=self, done=self._show, failed=self._go_without
        )

    def _go_without(self, error: BaseException) -> None:
        """What the documentation says stays there."""
        if not isinstance(error, DeskError):
            raise error
