"""How many rows of a table run, counted on a worker wherever rows have to be read for that."""

from dataclasses import replace
from typing import Protocol

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from claude_batch_desk.core.errors import DeskError
from claude_batch_desk.core.jobs.rows.selection import RowsChosen, Selection, choose_rows
from claude_batch_desk.core.report import Report, silent
from claude_batch_desk.core.tables.table import Table
from claude_batch_desk.gui.tasks import Task, TaskRunner

_DELAY = 250
"""Milliseconds of quiet before rows are read: a condition is typed letter by letter."""
_FEW = 1_000
"""Random rows that are drawn in no time at all."""


class ChoosesRows(Protocol):
    """The verb of the desk that this needs."""

    def choose_rows(self, table_id: int, selection: Selection, report: Report) -> RowsChosen:
        """How many rows of a table run."""
        ...


class RowsToRun(QObject):
    """The newest count that was asked for; an outdated one is stopped and never told."""

    counted = Signal()
    """`chosen` or `problem` came from a worker; what is known at once is there without it."""
    progressed = Signal(int, int)
    """So many rows of so many were looked at."""

    def __init__(self, desk: ChoosesRows, tasks: TaskRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk, self._tasks = desk, tasks
        self._counting: Task | None = None
        self._table: Table | None = None
        self._selection = Selection()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_DELAY)
        self._timer.timeout.connect(self._read)
        self.chosen: RowsChosen | None = None
        """None while it is not known."""
        self.problem = ""
        """Why no row can run, as a sentence."""

    def follow(self, table: Table | None, selection: Selection) -> None:
        """Count these rows, unless they are being counted or known."""
        selection = replace(selection, excluded=())
        if table is self._table and selection == self._selection:
            return
        self._table, self._selection = table, selection
        self.stop()
        self.chosen, self.problem = None, ""
        if table is None:
            return
        if selection.filters or (selection.count or 0) > _FEW:
            self._timer.start()
        else:
            self._take(choose_rows(table, selection, silent))

    def stop(self) -> None:
        """Count no more."""
        self._timer.stop()
        if self._counting is not None:
            self._counting.cancel()
            self._counting = None

    @Slot()
    def _read(self) -> None:
        if self._table is not None:
            self._counting = self._tasks.start(
                self._desk.choose_rows,
                self._table.id,
                self._selection,
                owner=self,
                done=self._tell,
                failed=self._fail,
                progress=self.progressed.emit,
            )

    def _take(self, chosen: RowsChosen) -> None:
        self._counting = None
        self.chosen = chosen
        if not chosen.count:
            self.problem = self.tr("None of the rows is chosen to run. Choose more of them.")

    def _tell(self, chosen: RowsChosen) -> None:
        self._take(chosen)
        self.counted.emit()

    def _fail(self, error: BaseException) -> None:
        self._counting = None
        if not isinstance(error, DeskError):
            raise error
        self.problem = str(error)
        self.counted.emit()
