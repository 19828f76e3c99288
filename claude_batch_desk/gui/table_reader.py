"""Reading a source for the window: one at a time, its first rows before the others."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Protocol

from PySide6.QtCore import QObject, Signal

from claude_batch_desk.core.errors import DeskError
from claude_batch_desk.core.jobs.intake.sources import Preview
from claude_batch_desk.core.report import Report
from claude_batch_desk.core.tables.table import Beginning, ReadOptions, Row, Table
from claude_batch_desk.gui.tasks import Task, TaskRunner


class OpensTables(Protocol):
    """The verbs of the desk that reading needs."""

    def open_table(
        self, path: Path, options: ReadOptions, report: Report, *, preview: Preview = ...
    ) -> Table:
        """Take in a source file, showing its first rows beforehand."""
        ...

    def source_path(self, table: Table) -> Path | None:
        """The frozen copy a table was read from."""
        ...


class _FirstRows:
    """Rows in memory."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self._rows = rows

    def window(self, first: int, count: int) -> list[Row]:
        return list(self._rows[first : first + count])

    def __iter__(self) -> Iterator[Row]:
        return iter(self._rows)


def first_rows(name: str, beginning: Beginning) -> Table:
    """The beginning of a source as a table to be looked at; it is in no store."""
    rows = beginning.rows
    reading = beginning.reading
    return Table(0, name, beginning.columns, len(rows), _FirstRows(rows), reading, "")


class TableReader(QObject):
    """Reads a source off the UI thread; what is asked for last takes the place of the others."""

    started = Signal()
    """A source is about to be read."""
    began = Signal(object)
    """These are the first rows: a Table that is in no store."""
    advanced = Signal(int, int)
    """So many rows are read, of so many; 0 for these where nobody knows before the end.

    Documents are counted beforehand, and take longer than the rows that name them.
    """
    read = Signal(object)
    """This Table is complete."""
    failed = Signal(object)
    """It cannot be read, for this reason: a DeskError."""
    ended = Signal()
    """Nothing is being read any more, however that went; comes last."""

    def __init__(self, desk: OpensTables, tasks: TaskRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk, self._tasks = desk, tasks
        self._task: Task | None = None
        self._number = 0
        """Of the reading that counts; what comes of another is late."""

    @property
    def busy(self) -> bool:
        """A source is being read."""
        return self._task is not None

    def start(self, path: Path, options: ReadOptions) -> None:
        """Read this source; another one that is being read is given up without a word."""
        self._give_up()
        self._number += 1
        beginnings: SimpleQueue[Beginning] = SimpleQueue()
        self._task = self._tasks.start(
            partial(self._desk.open_table, preview=beginnings.put),
            path,
            options,
            owner=self,
            done=self.read.emit,
            failed=self._fail,
            progress=partial(self._advance, self._number, path.name, beginnings),
            ended=partial(self._end, self._number),
        )
        self.started.emit()

    def cancel(self) -> None:
        """Stop reading, at once for everybody who looks."""
        if self._give_up():
            self.ended.emit()

    def _give_up(self) -> bool:
        if self._task is None:
            return False
        self._task.cancel()
        self._task = None
        self._number += 1
        return True

    def _advance(
        self, number: int, name: str, beginnings: SimpleQueue[Beginning], done: int, total: int
    ) -> None:
        if number != self._number:
            return
        with suppress(Empty):
            self.began.emit(first_rows(name, beginnings.get_nowait()))
        if done:
            self.advanced.emit(done, total)

    def _fail(self, error: BaseException) -> None:
        if not isinstance(error, DeskError):
            raise error
        self.failed.emit(error)

    def _end(self, number: int) -> None:
        if number == self._number:
            self._task = None
            self.ended.emit()
