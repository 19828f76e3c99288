"""What comes from outside the window: files named at the start, dropped, handed over or pasted."""

from collections import deque
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QMimeData, QObject, Signal, Slot

from claude_batch_desk.core.errors import DeskError
from claude_batch_desk.core.jobs.job import Mode
from claude_batch_desk.core.prompts.recipe import RECIPE_SUFFIX
from claude_batch_desk.core.report import Report
from claude_batch_desk.core.tables.kinds import job_name
from claude_batch_desk.core.tables.places import local_path
from claude_batch_desk.core.tables.table import ReadOptions, Table
from claude_batch_desk.gui.draft import Draft
from claude_batch_desk.gui.drop_zone import local_files
from claude_batch_desk.gui.messages import Messages, sentence
from claude_batch_desk.gui.office import Office
from claude_batch_desk.gui.samples import KeepsJobs, OpenedJob
from claude_batch_desk.gui.tasks import Task, TaskRunner
from claude_batch_desk.gui.theme import SPACE, WIDE
from claude_batch_desk.gui.widgets import Busy

MOST_AT_ONCE = 5
"""More files than this are rather a folder, or a slip of the hand."""


class TakesIn(KeepsJobs, Protocol):
    """The verbs of the desk that make jobs of what comes from outside."""

    def open_text(self, text: str, report: Report) -> Table:
        """Take in a block of cells that was copied elsewhere."""
        ...


def file_job(desk: TakesIn, path: Path, mode: Mode, report: Report) -> OpenedJob:
    """A new draft called after a file or folder, with its table; nothing where it fails."""
    return _job(desk, desk.open_table(path, ReadOptions(), report), job_name(path), mode)


def text_job(desk: TakesIn, text: str, mode: Mode, report: Report) -> OpenedJob:
    """A new draft with a pasted table."""
    table = desk.open_text(text, report)
    return _job(desk, table, table.name, mode)


def _job(desk: TakesIn, table: Table, name: str, mode: Mode) -> OpenedJob:
    job = desk.new_job(name, mode)
    return OpenedJob(desk.save_draft(job.id, table_id=table.id), table, fresh=True)


class Arrivals(QObject):
    """Decides what becomes of paths and pasted cells: the table of an empty draft, or new jobs.

    The first file is read by the Data page, in sight; those behind it by and by, with `busy`.
    """

    source_ready = Signal(object)
    """The job in the window is to read this Path."""
    recipe_ready = Signal(object)
    """The job in the window is to take this Path of a recipe."""
    taken = Signal(str)
    """This path became the table of a job that is not in the window."""

    def __init__(
        self,
        desk: TakesIn,
        tasks: TaskRunner,
        draft: Draft,
        office: Office,
        messages: Messages,
    ) -> None:
        super().__init__(office)
        self._desk, self._tasks, self._draft = desk, tasks, draft
        self._office, self._messages = office, messages
        self.mode: Callable[[], Mode] = lambda: "practice"
        """The mode of new jobs."""
        self.reading: Callable[[], bool] = lambda: False
        """The job in the window is being given a table."""
        self.busy = Busy("arrivals_busy")
        self.busy.setContentsMargins(WIDE, SPACE, WIDE, SPACE)
        self.busy.cancelled.connect(self._cancel)
        self._line: deque[Path] = deque()
        self._task: Task | None = None
        self._pasting: Task | None = None
        self._sources: list[Path] = []
        self._recipes: list[Path] = []
        office.opened.connect(self._go_on)
        office.failed.connect(self._forget)

    @Slot(object)
    def take(self, paths: Sequence[str]) -> None:
        """Open what these name, which may be anything."""
        try:
            found = [local_path(each) for each in paths]
        except DeskError as error:
            self._messages.show(self, error)
            return
        recipes = [each for each in found if each.suffix.lower() == RECIPE_SUFFIX]
        sources = [each for each in found if each not in recipes]
        if len(sources) > MOST_AT_ONCE or len(recipes) > 1:
            self._refuse_many(len(found))
            return
        in_sight = [] if self.reading() or self._sources else sources[:1]
        self._line.extend(sources[len(in_sight) :])
        self._in_a_draft(in_sight, recipes)
        self._read_next()

    def offer(self, paths: Sequence[str]) -> str:
        """What `take` would do with these, in the words of the person who may drop them."""
        recipes = sum(each.lower().endswith(RECIPE_SUFFIX) for each in paths)
        sources = len(paths) - recipes
        if sources > MOST_AT_ONCE or recipes > 1:
            told = self.tr("These are more than can be opened at once (%1 at most)")
            return told.replace("%1", str(MOST_AT_ONCE))
        if not sources:
            return self.tr("Drop to take this recipe")
        if sources > 1:
            return self.tr("Drop to open each as a new job")
        return (
            self.tr("Drop to open it here")
            if self._vacant
            else self.tr("Drop to open it as a new job")
        )

    def paste(self, clipboard: QMimeData) -> None:
        """Open copied files, or make a table of copied cells."""
        if files := local_files(clipboard.urls()):
            self.take(files)
            return
        text = clipboard.text()
        if not text.strip():
            self._messages.tell(
                self.tr("There is nothing to paste"),
                self.tr("Copy some cells, with their header, or a file first. Then paste again."),
            )
            return
        if self._pasting is not None:
            self._pasting.cancel()
        self._pasting = self._start_paste(text)
        self.busy.begin(self.tr("Reading what you pasted …"))

    def _start_paste(self, text: str) -> Task:
        job = self._draft.job if self._vacant else None
        if job is None:
            return self._tasks.start(
                text_job,
                self._desk,
                text,
                self.mode(),
                owner=self,
                done=self._office.show,
                failed=partial(self._messages.show, self),
                ended=self._settle,
            )
        return self._tasks.start(
            self._desk.open_text,
            text,
            owner=self,
            done=partial(self._put_in, job.id),
            failed=partial(self._messages.show, self),
            ended=self._settle,
        )

    def _put_in(self, job_id: int, table: Table) -> None:
        if self._draft.job is not None and self._draft.job.id == job_id:
            self._draft.set_table(table)

    @property
    def _vacant(self) -> bool:
        """The job in the window is a draft that waits for its table."""
        return self._draft.editable and self._draft.table is None and not self.reading()

    def _in_a_draft(self, sources: list[Path], recipes: list[Path]) -> None:
        """Lead these to the draft in the window, or to a new one where it has its table already."""
        if not sources and not recipes:
            return
        if self._vacant if sources else self._draft.editable:
            self._lead(sources, recipes)
            return
        self._sources, self._recipes = sources, recipes
        name = job_name(sources[0]) if sources else ""
        self._office.make(name or self.tr("New job"), self.mode())

    def _lead(self, sources: list[Path], recipes: list[Path]) -> None:
        for source in sources:
            self.source_ready.emit(source)
        for recipe in recipes:
            self.recipe_ready.emit(recipe)

    @Slot(object)
    def _go_on(self, opened: OpenedJob) -> None:
        sources, recipes = self._sources, self._recipes
        self._sources, self._recipes = [], []
        if opened.fresh and opened.table is None:
            self._lead(sources, recipes)
            return
        # The person went elsewhere meanwhile: the file is read out of sight.
        self._line.extend(sources)
        self._read_next()

    @Slot(object)
    def _forget(self, error: BaseException) -> None:
        del error  # the window says it
        self._sources, self._recipes = [], []

    def _refuse_many(self, count: int) -> None:
        told = self.tr(
            "You chose %1 files, and at most %2 can be opened at once, a job for each. Choose "
            "fewer, or put them into a folder and open that."
        )
        told = told.replace("%1", str(count)).replace("%2", str(MOST_AT_ONCE))
        self._messages.tell(self.tr("These are too many"), told, icon_name="warning")

    def _read_next(self) -> None:
        """Read the next file in line, one at a time."""
        if self._task is not None or not self._line:
            return
        path = self._line.popleft()
        self._task = self._tasks.start(
            file_job,
            self._desk,
            path,
            self.mode(),
            owner=self,
            done=partial(self._list, path),
            failed=partial(self._fail, path),
            ended=self._end_one,
        )
        told = self.tr("Reading %1 …")
        if self._line:
            told = self.tr("Reading %1 … %2 more to come.").replace("%2", str(len(self._line)))
        self.busy.begin(told.replace("%1", path.name))

    def _list(self, path: Path, opened: OpenedJob) -> None:
        del opened  # it waits in the list
        self.taken.emit(str(path))
        self._office.refresh()

    def _fail(self, path: Path, error: BaseException) -> None:
        if not isinstance(error, DeskError):
            raise error
        title = self.tr("%1 could not be opened").replace("%1", path.name)
        self._messages.tell(title, sentence(error), icon_name="warning")

    def _end_one(self) -> None:
        self._task = None
        self._settle()
        self._read_next()

    def _settle(self) -> None:
        if self._task is None:
            self.busy.hide()

    @Slot()
    def _cancel(self) -> None:
        self._line.clear()
        for task in (self._task, self._pasting):
            if task is not None:
                task.cancel()
