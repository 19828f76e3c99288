"""The rows of a sent job with their answers, read in windows, for a QTableView."""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from claude_batch_desk.core.jobs.correcting.verbs import Change
from claude_batch_desk.core.jobs.job import JobRow
from claude_batch_desk.core.jobs.reviewing.wish import OrderedBy
from claude_batch_desk.core.prompts.fields import AnswerColumn
from claude_batch_desk.core.tables.table import PAGE_ROWS
from claude_batch_desk.gui.cell_editors import COLUMN_ROLE
from claude_batch_desk.gui.icons import icon
from claude_batch_desk.gui.wording import OUTCOME_TONES, cell_tip, number, one_line, outcome_word

_PAGES_KEPT = 32
_Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
_Role = Qt.ItemDataRole
_STATUS = -1
"""The place of the outcome, before those of the answer columns."""
_TEXTS = (_Role.DisplayRole, _Role.AccessibleTextRole, _Role.ToolTipRole, _Role.EditRole)


@dataclass(frozen=True)
class ColumnKey:
    """A column by what it is, not by where it stands."""

    kind: OrderedBy
    place: int = 0
    """Of the column among those of its kind."""


Window = Callable[[int, int], list[JobRow]]
"""Called as `window(first, count)`: rows of the job by their place in it; fewer at the end."""


class AnswersModel(QAbstractTableModel):
    """Some source columns, then the outcome, then the answer columns.

    A page of rows is read when a cell of it is first shown, and dropped after 32 others were.
    """

    edited = Signal(object)
    """A person has written a Change over an answer."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._window: Window | None = None
        self._rows = 0
        self._step = PAGE_ROWS
        self._source: tuple[tuple[int, str], ...] = ()
        self._answers: tuple[str, ...] = ()
        self._pages: OrderedDict[int, list[JobRow]] = OrderedDict()
        self._columns: tuple[AnswerColumn, ...] = ()
        self._written: dict[tuple[int, int], str] = {}
        """By row and answer column: what is being kept, and shown until that is so."""
        self.editable = False
        """Whether answers can be written over."""

    def show(
        self,
        window: Window,
        rows: int,
        source: Sequence[tuple[int, str]],
        answers: Sequence[str],
        *,
        begin: Sequence[JobRow] = (),
        columns: Sequence[AnswerColumn] = (),
    ) -> None:
        """Show these rows; `source` names columns of the table by place, `answers` all of them.

        `begin` is the first page where somebody has read it already; `columns` what the answer
        columns take, none for free text.
        """
        self.beginResetModel()
        self._columns = tuple(columns)
        self._window, self._rows, self._step = window, rows, PAGE_ROWS
        self._source, self._answers = tuple(source), tuple(answers)
        self._pages.clear()
        self._written.clear()
        if begin:
            self._pages[0] = list(begin)
        self.endResetModel()

    def narrow(self, window: Window, rows: int, step: int = PAGE_ROWS) -> None:
        """Show other rows in the same columns, so many at a time as are read quickly."""
        if self._rows:
            self.beginRemoveRows(_ROOT, 0, self._rows - 1)
            self._rows = 0
            self.endRemoveRows()
        self._pages.clear()
        self._window, self._step = window, step
        if rows:
            self.beginInsertRows(_ROOT, 0, rows - 1)
            self._rows = rows
            self.endInsertRows()

    def key(self, column: int) -> ColumnKey:
        """What a column is, whatever else is shown beside it."""
        if column < len(self._source):
            return ColumnKey("source", self._source[column][0])
        place = column - len(self._source) - 1
        return ColumnKey("status") if place < 0 else ColumnKey("answer", place)

    def column(self, key: ColumnKey) -> int:
        """Where it is shown; -1 where it is not."""
        if key.kind == "source":
            shown = [place for place, _ in self._source]
            return shown.index(key.place) if key.place in shown else -1
        if key.kind == "status":
            return len(self._source)
        return len(self._source) + 1 + key.place if key.place < len(self._answers) else -1

    @property
    def window(self) -> Window | None:
        """Where the rows come from that are shown; None before there are any."""
        return self._window

    def refresh(self) -> None:
        """Read again what is shown, keeping the place the person looks at."""
        self._pages.clear()
        self._written.clear()
        if self._rows:
            last = self.index(self._rows - 1, self.columnCount() - 1)
            self.dataChanged.emit(self.index(0, 0), last)

    def job_row(self, place: int) -> JobRow | None:
        """The row at a place of the job, or None where the store no longer has it."""
        first = place - place % self._step
        if first not in self._pages:
            if self._window is None:
                return None
            self._pages[first] = self._window(first, self._step)
            if len(self._pages) > _PAGES_KEPT:
                self._pages.popitem(last=False)
        self._pages.move_to_end(first)
        page = self._pages[first]
        return page[place - first] if place - first < len(page) else None

    def rowCount(self, parent: _Index = _ROOT) -> int:
        """How many rows the job has."""
        return 0 if parent.isValid() else self._rows

    def columnCount(self, parent: _Index = _ROOT) -> int:
        """The source columns shown, the outcome and the answer columns."""
        if parent.isValid() or self._window is None:
            return 0
        return len(self._source) + 1 + len(self._answers)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = _Role.DisplayRole
    ) -> object:
        """Column names across, and down the row numbers a person counts, from 1."""
        if role != _Role.DisplayRole:
            return None
        if orientation == Qt.Orientation.Vertical:
            row = self.job_row(section)
            return "" if row is None else number(row.number + 1)
        if not 0 <= section < self.columnCount():
            return None
        return self._names()[section]

    def data(self, index: _Index, role: int = _Role.DisplayRole) -> object:
        """The text of a cell on one line, as its tip with its lines; all of it is in `job_row`."""
        if not index.isValid():
            return None
        place = index.column() - len(self._source) - 1
        if role == COLUMN_ROLE:
            return self._columns[place] if 0 <= place < len(self._columns) else None
        if role == _Role.DecorationRole:
            return self._picture(self.job_row(index.row()), place)
        if role not in _TEXTS:
            return None
        row = self.job_row(index.row())
        text = "" if row is None else self._text(row, index.column())
        if role == _Role.ToolTipRole:
            return self._tip(row, place, text)
        return text if role == _Role.EditRole else one_line(text)

    @staticmethod
    def _picture(row: JobRow | None, place: int) -> object:
        if place == _STATUS:
            tone, name = OUTCOME_TONES[row.answer.outcome if row and row.answer else "waiting"]
            return icon(name, "muted" if tone == "neutral" else tone)
        return icon("draft", "info") if _is_corrected(row, place) else None

    def flags(self, index: _Index) -> Qt.ItemFlag:
        """Answers that are here can be written over, where that is wanted."""
        flags = super().flags(index)
        place = index.column() - len(self._source) - 1
        row = self.job_row(index.row()) if self.editable and place >= 0 else None
        return flags | Qt.ItemFlag.ItemIsEditable if row is not None and row.answer else flags

    def setData(self, index: _Index, value: object, role: int = _Role.EditRole) -> bool:
        """Show what was written, and tell it; whether it can be kept is told later."""
        text, place = str(value), index.column() - len(self._source) - 1
        row = self.job_row(index.row())
        if role != _Role.EditRole or row is None or text == self._text(row, index.column()):
            return False
        self._written[row.number, place] = text
        self.dataChanged.emit(index, index)
        self.edited.emit(Change(row.number, self._answers[place], text))
        return True

    def changes_at(self, top: int, left: int, texts: Sequence[Sequence[str]]) -> list[Change]:
        """What writing a block of texts from this cell on would change, as far as it fits."""
        changes = []
        for down, line in enumerate(texts):
            row = self.job_row(top + down)
            for across, text in enumerate(line):
                place = left + across - len(self._source) - 1
                if row is None or row.answer is None or not 0 <= place < len(self._answers):
                    continue
                changes.append(Change(row.number, self._answers[place], text))
        return changes

    def _tip(self, row: JobRow | None, place: int, text: str) -> str | None:
        tip = cell_tip(text)
        if not _is_corrected(row, place):
            return tip
        told = self.tr("Corrected by hand; what came is kept in the row’s detail.")
        return f"{tip}<br>{told}" if tip else told

    def _names(self) -> tuple[str, ...]:
        return (*(name for _, name in self._source), self.tr("Status"), *self._answers)

    def _text(self, row: JobRow, column: int) -> str:
        if column < len(self._source):
            return row.cells[self._source[column][0]]
        answer, place = row.answer, column - len(self._source) - 1
        if (written := self._written.get((row.number, place))) is not None:
            return written
        if place < 0:
            return outcome_word(answer.outcome if answer else "waiting")
        values = answer.values if answer else ()
        return values[place] if place < len(values) else ""


def _is_corrected(row: JobRow | None, place: int) -> bool:
    return row is not None and row.answer is not None and place in row.answer.corrected
