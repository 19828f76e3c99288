"""Says that the file a job's rows came from has changed on the disk since, and how."""

from typing import Protocol

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from claude_batch_desk.core.errors import DeskError
from claude_batch_desk.core.jobs.intake.changes import SourceChange
from claude_batch_desk.core.report import Report
from claude_batch_desk.core.tables.table import Table
from claude_batch_desk.gui.draft import Draft
from claude_batch_desk.gui.tasks import Task, TaskRunner
from claude_batch_desk.gui.widgets import Banner


class LooksAtSources(Protocol):
    """The verb of the desk that this banner needs."""

    def source_change(self, table: Table, report: Report) -> SourceChange | None:
        """How a table's source differs now from the rows that were taken from it."""
        ...


class ChangedBanner(Banner):
    """Looks at the source of the draft's table whenever a job is opened; silent where all is well.

    It never changes anything itself: a draft can be given the new version by a press.
    """

    newer_wanted = Signal(object)
    """The draft is to be given what this SourceChange names, read by its options."""

    def __init__(
        self, desk: LooksAtSources, tasks: TaskRunner, draft: Draft, parent: QWidget | None = None
    ) -> None:
        super().__init__("changed_banner", parent=parent)
        self._desk, self._tasks, self._draft = desk, tasks, draft
        self._looking: Task | None = None
        self._change: SourceChange | None = None
        draft.opened.connect(self._look)
        draft.table_changed.connect(self._look)
        draft.job_changed.connect(self._tell)
        self.pressed.connect(self._ask)

    @property
    def looking(self) -> bool:
        """The source is being compared."""
        return self._looking is not None

    @Slot()
    def _look(self) -> None:
        if self._looking is not None:
            self._looking.cancel()
        self._change, self._looking = None, None
        self.clear()
        table = self._draft.table
        if table is None or table.origin is None:
            return
        task = self._tasks.start(
            self._desk.source_change,
            table,
            owner=self,
            done=self._found,
            failed=self._give_up,
            ended=lambda: self._end(task),
        )
        self._looking = task

    def _found(self, change: SourceChange | None) -> None:
        self._change = change
        self._tell()

    def _give_up(self, error: BaseException) -> None:
        """The rows cannot be had from the store; whoever shows them says so."""
        if not isinstance(error, DeskError):
            raise error

    def _end(self, task: Task) -> None:
        if self._looking is task:
            self._looking = None

    @Slot()
    def _tell(self) -> None:
        change = self._change
        if change is None:
            return
        kept = self.tr("This job keeps the rows as they were.")
        can_take = change.kind == "changed" and self._draft.editable
        self.say(
            f"{change.sentence} {kept}",
            "info" if change.kind == "gone" else "warning",
            self.tr("Take the new version") if can_take else "",
        )

    @Slot()
    def _ask(self) -> None:
        if self._change is not None and self._draft.editable:
            self.newer_wanted.emit(self._change)
