"""Corrected rows as lines to choose examples from."""

from collections.abc import Callable

from PySide6.QtCore import (
    QCoreApplication,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtWidgets import QWidget

from claude_batch_desk.core.jobs.correcting.lessons import Lesson
from claude_batch_desk.core.prompts.example import Filled
from claude_batch_desk.gui.icons import icon
from claude_batch_desk.gui.lines_model import LinesModel
from claude_batch_desk.gui.wording import number, one_line

ROW, CELLS, ANSWERS, NOTE = range(4)
_SHOWN = 400
"""Characters; a cell may have millions."""
_Index = QModelIndex | QPersistentModelIndex
_Role = Qt.ItemDataRole


def _tr(text: str) -> str:
    return QCoreApplication.translate("lesson_lines", text)


class LessonLines(LinesModel[Lesson]):
    """A line for each corrected row; those that can be examples have a box to tick."""

    chosen_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._chosen: set[int] = set()

    def choose(self, rows: frozenset[int]) -> None:
        """Tick these rows, by their number in the table, and no others."""
        self._chosen = set(rows)
        self._tell()

    @property
    def chosen(self) -> list[Lesson]:
        """Those that are ticked, in the order they are shown."""
        lines = (self.line(at) for at in range(self.rowCount()))
        return [each for each in lines if each.row in self._chosen]

    def headers(self) -> tuple[str, ...]:
        """What is said of each."""
        return _tr("Row"), _tr("What is in the row"), _tr("What is right"), _tr("Note")

    def text(self, line: Lesson, column: int) -> str:
        """In one line each."""
        return _TEXTS[column](line)

    def tip(self, line: Lesson, column: int) -> str:
        """What is cut off."""
        return self.text(line, column)

    def key(self, line: Lesson, column: int) -> str | float:
        """By the number of a row."""
        return line.row if column == ROW else self.text(line, column).casefold()

    def beyond(self, line: Lesson, column: int, role: int) -> object:
        """The box, and a picture beside what stands in the way."""
        if column == ROW and role == _Role.CheckStateRole and not line.problem:
            ticked = line.row in self._chosen
            return Qt.CheckState.Checked if ticked else Qt.CheckState.Unchecked
        if column == NOTE and role == _Role.DecorationRole and line.problem:
            return icon("info", "muted")
        return None

    def flags(self, index: _Index) -> Qt.ItemFlag:
        """The first cell of a row that can be an example is ticked."""
        flags = super().flags(index)
        if index.isValid() and index.column() == ROW and not self.line(index.row()).problem:
            flags |= Qt.ItemFlag.ItemIsUserCheckable
        return flags

    def setData(self, index: _Index, value: object, role: int = _Role.EditRole) -> bool:
        """Tick it, or not any more."""
        if role != _Role.CheckStateRole or not index.isValid():
            return False
        row = self.line(index.row()).row
        if Qt.CheckState(value) == Qt.CheckState.Checked:
            self._chosen.add(row)
        else:
            self._chosen.discard(row)
        self._tell()
        return True

    def _tell(self) -> None:
        if self.rowCount():
            self.dataChanged.emit(self.index(0, ROW), self.index(self.rowCount() - 1, ROW))
        self.chosen_changed.emit()


def _row(line: Lesson) -> str:
    return number(line.row + 1)


def _cells(line: Lesson) -> str:
    texts = (each.text[:_SHOWN] for each in line.example.cells if each.text.strip())
    return one_line(" · ".join(texts))[:_SHOWN]


def _answers(line: Lesson) -> str:
    """What was put right first, which is what the row teaches."""
    put_first = sorted(line.example.answers, key=lambda each: each.name not in line.corrected)
    return one_line(" · ".join(map(_named, put_first)))[:_SHOWN]


def _named(answer: Filled) -> str:
    return f"{answer.name}: {answer.text[:_SHOWN] or _tr('(empty)')}"


def _note(line: Lesson) -> str:
    return line.problem


_TEXTS: dict[int, Callable[[Lesson], str]] = {
    ROW: _row,
    CELLS: _cells,
    ANSWERS: _answers,
    NOTE: _note,
}
