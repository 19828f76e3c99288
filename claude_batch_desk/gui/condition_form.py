"""One condition on the rows that run, as a small form: a column, what is asked of it, a value."""

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, QStringListModel, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QCompleter,
    QHBoxLayout,
    QLineEdit,
    QListView,
    QVBoxLayout,
    QWidget,
)

from claude_batch_desk.core.errors import SelectionError
from claude_batch_desk.core.jobs.rows.conditions import RowFilter, RowTest
from claude_batch_desk.core.jobs.rows.selection import Selection, check_selection
from claude_batch_desk.core.tables.profiling.profiler import SHOWN
from claude_batch_desk.core.tables.table import Table
from claude_batch_desk.gui.theme import SPACE, TIGHT
from claude_batch_desk.gui.widgets import icon_button, set_look, set_tip

_TESTS: tuple[RowTest, ...] = ("contains", "equals", "empty", "longer", "matches")
_TAKE_VALUES = ("contains", "equals")
_SHORTEST = 6
"""Characters of a column's name that a narrow window shows at least."""


class ConditionForm(QWidget):
    """Two lines; the object names end in the number of the condition, from 1."""

    changed = Signal()
    removed = Signal()

    def __init__(self, table: Table | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._columns = list(table.columns) if table else []
        self._profile = {each.name: each for each in table.profile} if table else {}
        self._values = QStringListModel(self)
        self.column_combo = QComboBox()
        self.test_combo = QComboBox()
        self.value_edit = QLineEdit()
        self.remove_button = icon_button("trash", "", self.tr("Remove this condition"))
        for combo in (self.column_combo, self.test_combo):
            combo.setSizeAdjustPolicy(
                QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
            )
            combo.setMinimumContentsLength(_SHORTEST)
        self.column_combo.addItems(self._columns)
        for test, (plain, negated) in self._words().items():
            self.test_combo.addItem(plain, (test, False))
            self.test_combo.addItem(negated, (test, True))
        self.value_edit.setCompleter(self._completer())
        self._describe()
        self._lay_out()
        self.column_combo.currentIndexChanged.connect(self._change)
        self.test_combo.currentIndexChanged.connect(self._change)
        self.value_edit.textChanged.connect(self._change)
        self.remove_button.clicked.connect(self.removed)
        self._settle()

    @property
    def condition(self) -> RowFilter:
        """The condition as it is written now; it may not be usable yet."""
        test, negated = self.test_combo.currentData()
        value = "" if test == "empty" else self.value_edit.text()
        place = max(self.column_combo.currentIndex(), 0)
        return RowFilter(self._columns[place], test, value, negated)

    def show_condition(self, condition: RowFilter) -> None:
        """Show a condition, without telling; a column that is not there is shown as lost."""
        with (
            QSignalBlocker(self.column_combo),
            QSignalBlocker(self.test_combo),
            QSignalBlocker(self.value_edit),
        ):
            if condition.column not in self._columns:
                self._columns.insert(0, condition.column)
                lost = self.tr("%1 (not in the table)").replace("%1", condition.column)
                self.column_combo.insertItem(0, lost)
            self.column_combo.setCurrentIndex(self._columns.index(condition.column))
            place = _TESTS.index(condition.test) * 2 + condition.negated
            self.test_combo.setCurrentIndex(place)
            self.value_edit.setText(condition.value)
        self._settle()

    def show_problem(self, columns: Sequence[str]) -> None:
        """Mark what stands in the way of the condition in a table with these columns."""
        condition = self.condition
        wrong = False
        try:
            check_selection(columns, Selection(filters=(condition,)))
        except SelectionError:
            wrong = True
        lost = condition.column not in columns
        set_look(self.column_combo, "wrong", lost)
        set_look(self.value_edit, "wrong", wrong and not lost and bool(condition.value))

    def set_place(self, number: int) -> None:
        """Which condition this is, counted from 1."""
        for widget, name in (
            (self.column_combo, "condition_column_"),
            (self.test_combo, "condition_test_"),
            (self.value_edit, "condition_value_"),
            (self.remove_button, "condition_remove_"),
        ):
            widget.setObjectName(f"{name}{number}")

    def stops(self) -> tuple[QWidget, ...]:
        """Where Tab stops, from the top."""
        return (self.column_combo, self.remove_button, self.test_combo, self.value_edit)

    @Slot()
    def _change(self) -> None:
        self._settle()
        self.changed.emit()

    def _settle(self) -> None:
        test, _ = self.test_combo.currentData()
        self.value_edit.setVisible(test != "empty")
        set_tip(self.column_combo, self.column_combo.currentText())
        profile = self._profile.get(self.condition.column) if test in _TAKE_VALUES else None
        values = [each.text for each in profile.commonest] if profile else []
        self._values.setStringList([each for each in values if len(each) < SHOWN])  # uncut
        hints = {
            "longer": self.tr("characters, such as 200"),
            "matches": self.tr("pattern, such as ^A"),
        }
        self.value_edit.setPlaceholderText(hints.get(test, self.tr("text")))

    def _completer(self) -> QCompleter:
        """Offers the commonest values of the column while one is written."""
        completer = QCompleter(self._values, self)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        popup = QListView()
        popup.setProperty("look", "popup")
        completer.setPopup(popup)
        return completer

    def _words(self) -> dict[RowTest, tuple[str, str]]:
        return {
            "contains": (self.tr("contains"), self.tr("does not contain")),
            "equals": (self.tr("is"), self.tr("is not")),
            "empty": (self.tr("is empty"), self.tr("is not empty")),
            "longer": (self.tr("is longer than"), self.tr("is not longer than")),
            "matches": (self.tr("matches"), self.tr("does not match")),
        }

    def _describe(self) -> None:
        self.column_combo.setAccessibleName(self.tr("Column of the condition"))
        self.test_combo.setAccessibleName(self.tr("What is asked of the column"))
        self.value_edit.setAccessibleName(self.tr("Text, number or pattern of the condition"))

    def _lay_out(self) -> None:
        top, below = QHBoxLayout(), QHBoxLayout()
        top.addWidget(self.column_combo, 1)
        top.addWidget(self.remove_button, 0, Qt.AlignmentFlag.AlignVCenter)
        below.addWidget(self.test_combo, 4)  # its longest words, and 200 characters beside them
        below.addWidget(self.value_edit, 3)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, SPACE)
        column.setSpacing(TIGHT)
        for line in (top, below):
            line.setSpacing(TIGHT)
            column.addLayout(line)
