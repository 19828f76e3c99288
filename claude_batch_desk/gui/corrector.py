"""Keeps what a person writes over answers, one step after the other, and takes steps back."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, Protocol

from PySide6.QtCore import QObject, Signal, Slot

from claude_batch_desk.core.errors import DeskError
from claude_batch_desk.core.jobs.correcting.verbs import Change
from claude_batch_desk.core.jobs.store.correction_store import Correction
from claude_batch_desk.core.report import Report
from claude_batch_desk.gui.messages import sentence
from claude_batch_desk.gui.tasks import TaskRunner


class Corrects(Protocol):
    """The verb of corrections that this needs."""

    def correct(self, job_id: int, changes: Sequence[Change], report: Report) -> list[Change]:
        """Put values in cells; gives what undoes it."""
        ...

    def history(self, job_id: int, row: int) -> list[Correction]:
        """What was ever corrected in a row, the latest first."""
        ...


@dataclass(frozen=True)
class _Step:
    """Something to be done to the answers of a job, when those before it are done."""

    job_id: int
    way: Literal["write", "undo", "redo"]
    changes: Sequence[Change] = ()
    """What to write; the others know it when it is their turn."""


class Corrector(QObject):
    """Works through steps in the order they were made, so that a fast typist is not overtaken."""

    kept = Signal(object)
    """These changes (a list of Change) stand now."""
    refused = Signal(str, object)
    """A sentence, and the changes that were not made."""
    moved = Signal()
    """There is, or is not any more, something to take back or to make again."""

    def __init__(self, corrects: Corrects, tasks: TaskRunner, parent: QObject) -> None:
        super().__init__(parent)
        self._corrects, self._tasks = corrects, tasks
        self._job_id = 0
        self._waiting: list[_Step] = []
        self._working = False
        self._done: list[list[Change]] = []
        """What takes each step back, the latest last."""
        self._undone: list[list[Change]] = []

    def begin(self, job_id: int) -> None:
        """Work on this job from now on; another's steps can no longer be taken back here."""
        if job_id != self._job_id:
            self._job_id = job_id
            self._done.clear()
            self._undone.clear()
            self.moved.emit()

    @property
    def can_undo(self) -> bool:
        """Whether there is a step to take back, or may be once those under way are kept."""
        return bool(self._done) or self._busy

    @property
    def can_redo(self) -> bool:
        """Whether a step was taken back, or may be once those under way are kept."""
        return bool(self._undone) or self._busy

    @property
    def to_undo(self) -> Sequence[Change]:
        """What taking the last step back would write; nothing while steps are under way."""
        return () if self._busy or not self._done else self._done[-1]

    @property
    def to_redo(self) -> Sequence[Change]:
        """The same for making again what was taken back last."""
        return () if self._busy or not self._undone else self._undone[-1]

    @property
    def _busy(self) -> bool:
        return self._working or bool(self._waiting)

    def write(self, changes: Sequence[Change]) -> None:
        """Put these values in their cells, as one step."""
        if changes:
            self._queue(_Step(self._job_id, "write", changes))

    @Slot()
    def undo(self) -> None:
        """Take the last step back, once those that are under way are kept."""
        self._queue(_Step(self._job_id, "undo"))

    @Slot()
    def redo(self) -> None:
        """Make the step again that was taken back last."""
        self._queue(_Step(self._job_id, "redo"))

    def _queue(self, step: _Step) -> None:
        self._waiting.append(step)
        self._go_on()
        self.moved.emit()

    def _go_on(self) -> None:
        while self._waiting and not self._working:
            step = self._ready(self._waiting.pop(0))
            if step.changes:
                self._start(step)

    def _ready(self, step: _Step) -> _Step:
        """With its changes, which are none where there is nothing to take back or make again."""
        if step.job_id != self._job_id and step.way != "write":
            return step
        if step.way == "undo" and self._done:
            return replace(step, changes=self._done.pop())
        if step.way == "redo" and self._undone:
            return replace(step, changes=self._undone.pop())
        return step

    def _start(self, step: _Step) -> None:
        self._working = True
        self._tasks.start(
            self._corrects.correct,
            step.job_id,
            step.changes,
            owner=self,
            done=lambda back: self._take(step, back),
            failed=lambda error: self._fail(step, error),
            ended=self._free,
        )

    def _take(self, step: _Step, back: list[Change]) -> None:
        if step.job_id == self._job_id:
            if step.way == "write":
                self._undone.clear()
            (self._undone if step.way == "undo" else self._done).append(back)
            self.kept.emit(list(step.changes))

    def _fail(self, step: _Step, error: BaseException) -> None:
        if not isinstance(error, DeskError):
            raise error
        if step.job_id == self._job_id and step.way != "write":
            (self._done if step.way == "undo" else self._undone).append(list(step.changes))
        self.refused.emit(sentence(error), list(step.changes))

    def _free(self) -> None:
        self._working = False
        self._go_on()
        self.moved.emit()
