"""Draft: the job in the window, its table, and the saving of what the person changes."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from claude_batch_desk.core.errors import DeskError
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.jobs.rows.selection import Selection
from claude_batch_desk.core.jobs.timing.need import Need
from claude_batch_desk.core.prompts.recipe import Recipe
from claude_batch_desk.core.report import Report
from claude_batch_desk.core.tables.table import Table
from claude_batch_desk.gui.rows_to_run import ChoosesRows, RowsToRun
from claude_batch_desk.gui.tasks import TaskRunner

SAVE_DELAY = 400
"""Milliseconds of quiet before a change is written."""


class Saves(ChoosesRows, Protocol):
    """The verbs of the desk that a draft needs."""

    def save_draft(
        self,
        job_id: int,
        *,
        name: str | None = None,
        recipe: Recipe | None = None,
        table_id: int | None = None,
        selection: Selection | None = None,
        need: Need | None = None,
    ) -> Job:
        """Write what is given of a draft; the rest stays."""
        ...


@dataclass(frozen=True)
class _Change:
    """A draft as it is to be written; a later one has a higher number."""

    number: int
    job_id: int
    name: str
    recipe: Recipe
    table_id: int | None
    selection: Selection
    need: Need


class _Writer:
    """Writes changes, on any thread, and never an older one over a newer one."""

    def __init__(self, desk: Saves) -> None:
        self._desk = desk
        self._lock = threading.Lock()
        self._newest = 0

    def write(self, change: _Change, report: Report) -> None:
        with self._lock:
            if change.number <= self._newest:
                return
            self._desk.save_draft(
                change.job_id,
                name=change.name,
                recipe=change.recipe,
                table_id=change.table_id,
                selection=change.selection,
                need=change.need,
            )
            self._newest = change.number


class Draft(QObject):
    """The job that the window shows, and its table.

    Pages read `job`, `recipe`, `table` and `selection`, and change them with the setters, which
    do nothing once the job was sent. What changes is written after SAVE_DELAY, and at `flush`.
    """

    changed = Signal()
    """Anything below changed."""
    opened = Signal()
    """Another job is shown; read everything again."""
    job_changed = Signal()
    """The job's state, parts or counts changed."""
    table_changed = Signal()
    recipe_changed = Signal()
    selection_changed = Signal()
    rows_counted = Signal()
    """`rows_to_run`, which was not known, or `rows_problem` is known now."""
    saved = Signal()
    save_failed = Signal(object)
    """A change could not be written, for this reason; it is tried again with the next one."""

    def __init__(self, desk: Saves, tasks: TaskRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._writer = _Writer(desk)
        self._number = 0
        self._unsaved = False
        self._job: Job | None = None
        self._table: Table | None = None
        self.rows = RowsToRun(desk, tasks, self)
        self.rows.counted.connect(self.rows_counted)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SAVE_DELAY)
        self._timer.timeout.connect(self._save)

    @property
    def job(self) -> Job | None:
        """The job as the person sees it; unsaved changes included."""
        return self._job

    @property
    def table(self) -> Table | None:
        """The job's table, or None before one was opened or while it is being loaded."""
        return self._table

    @property
    def recipe(self) -> Recipe:
        """The job's recipe; an empty one where there is no job."""
        return self._job.recipe if self._job else Recipe()

    @property
    def selection(self) -> Selection:
        """Which rows run."""
        return self._job.selection if self._job else Selection()

    @property
    def rows_to_run(self) -> int | None:
        """How many rows run, or ran; None while it is not known."""
        if self._job is not None and self._job.state != "draft":
            return self._job.rows
        return self.rows.chosen.count if self.rows.chosen else None

    @property
    def rows_problem(self) -> str:
        """Why no row can run, as a sentence, or ""."""
        return self.rows.problem if self.editable else ""

    @property
    def editable(self) -> bool:
        """There is a job and it was not sent yet."""
        return self._job is not None and self._job.state == "draft"

    @property
    def unsaved(self) -> bool:
        """A change is not written yet."""
        return self._unsaved

    def open(self, job: Job | None, table: Table | None = None) -> None:
        """Show another job; what was changed in the last one is written first."""
        self.flush()
        self._job, self._table = job, table
        self._count()
        self.opened.emit()
        self.changed.emit()

    def show_job(self, job: Job) -> None:
        """Take the job's newer state (after sending, looking, canceling) from the desk."""
        if self._job is None or job.id != self._job.id:
            return
        if job.state == "draft":
            job = replace(
                job,
                name=self._job.name,
                recipe=self._job.recipe,
                selection=self._job.selection,
                need=self._job.need,
            )
        self._job = job
        self._count()
        self.job_changed.emit()
        self.changed.emit()

    def set_table(self, table: Table) -> None:
        """Put the recipe to this table; the table is stored already."""
        if self._job is None:
            return
        before, self._table = self._table, table
        if self.editable:
            selection = _kept(self._job.selection, before, table)
            self._change(replace(self._job, table_id=table.id, selection=selection))
        self.table_changed.emit()

    def set_recipe(self, recipe: Recipe) -> None:
        """Ask something else."""
        if self._job is not None and self.editable and recipe != self._job.recipe:
            self._change(replace(self._job, recipe=recipe))
            self.recipe_changed.emit()

    def set_selection(self, selection: Selection) -> None:
        """Run other rows."""
        if self._job is not None and self.editable and selection != self._job.selection:
            self._change(replace(self._job, selection=selection))
            self.selection_changed.emit()

    def set_need(self, need: Need) -> None:
        """Want it sooner or later."""
        if self._job is not None and self.editable and need != self._job.need:
            self._change(replace(self._job, need=need))

    def rename(self, name: str) -> None:
        """Call the job something else."""
        if self._job is not None and self.editable and name != self._job.name:
            self._change(replace(self._job, name=name))

    def _count(self) -> None:
        self.rows.follow(self._table, self.selection)

    def _change(self, job: Job) -> None:
        self._job = job
        self._unsaved = True
        self._count()
        self._timer.start()
        self.changed.emit()

    def _next_change(self) -> _Change | None:
        self._timer.stop()
        if not self._unsaved or self._job is None:
            return None
        self._number += 1
        self._unsaved = False
        job = self._job
        return _Change(
            self._number, job.id, job.name, job.recipe, job.table_id, job.selection, job.need
        )

    @Slot()
    def _save(self) -> None:
        if change := self._next_change():
            self._tasks.start(
                self._writer.write,
                change,
                owner=self,
                done=self._tell_saved,
                failed=partial(self._keep, change),
            )

    def _tell_saved(self, _: None) -> None:
        self.saved.emit()

    def _keep(self, change: _Change, error: BaseException) -> None:
        """What could not be written is still to be written, unless another job is shown."""
        if not isinstance(error, DeskError):
            raise error
        if self._job is not None and self._job.id == change.job_id:
            self._unsaved = True
        self.save_failed.emit(error)

    def flushed(self, failed: Callable[[DeskError], object]) -> bool:
        """Let the desk see what was written last; where that fails, `failed` is told why."""
        try:
            self.flush()
        except DeskError as error:
            failed(error)
            return False
        return True

    def flush(self) -> None:
        """Write what is not written yet, before this returns; raises StoreError."""
        if change := self._next_change():
            try:
                self._writer.write(change, _unwatched)
            except DeskError:
                self._unsaved = True
                raise
            self.saved.emit()


def _kept(selection: Selection, before: Table | None, table: Table) -> Selection:
    """What still holds of a choice of rows when another table takes the place of one.

    All of it where the same file is read again, so that nothing is dropped unseen; of another file
    all rows run. A column kept on this computer is kept there in any file.
    """
    if before is not None and (before.sha256 == table.sha256 or before.name == table.name):
        return selection
    return Selection(excluded=tuple(each for each in selection.excluded if each in table.columns))


def _unwatched(done: int, total: int) -> None:
    """Nobody watches a write of a millisecond."""
