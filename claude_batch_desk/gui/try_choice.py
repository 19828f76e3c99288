"""Which rows are tried, and how many: chosen by chance, by length, or by their numbers."""

from collections.abc import Iterable, Iterator
from typing import get_args

from PySide6.QtCore import QSignalBlocker, Signal, Slot
from PySide6.QtWidgets import QComboBox, QLineEdit, QSpinBox, QVBoxLayout, QWidget

from claude_batch_desk.core.jobs.rows.choice_words import parse_rows, written_rows
from claude_batch_desk.core.quality.sampling import MOST_TRIED, Draw, How
from claude_batch_desk.gui.draft import Draft
from claude_batch_desk.gui.flow_layout import FlowLayout
from claude_batch_desk.gui.theme import GRID, SPACE
from claude_batch_desk.gui.widgets import Label, button
from claude_batch_desk.gui.wording import rows_words

USUAL = 5
_NAME_LETTERS = 14
"""Of a column's name that are shown at least."""


class TrialChoice(QWidget):
    """What the person chose is asked for as a Draw; every change is told."""

    changed = Signal()
    selected_wanted = Signal()
    """The person wants those rows that are selected in the table on the Data page."""

    def __init__(self, draft: Draft, verb: QWidget, parent: QWidget | None = None) -> None:
        """`verb` stands at the end of the line: the button that does what is chosen."""
        super().__init__(parent)
        self._draft, self._verb = draft, verb
        self.count_spin = QSpinBox()
        self.how_combo, self.column_combo = QComboBox(), QComboBox()
        self.rows_edit = QLineEdit()
        self.selected_button = button(
            self.tr("Those selected on Data"), "try_selected", look="link", icon_name="table"
        )
        self.hint = Label("", "caption")
        self._describe()
        self._lay_out()
        self._show_columns()
        self._settle()
        for combo in (self.how_combo, self.column_combo):
            combo.currentIndexChanged.connect(self._change)
        self.count_spin.valueChanged.connect(self.changed)
        self.rows_edit.textChanged.connect(self.changed)
        self.selected_button.clicked.connect(self.selected_wanted)
        draft.opened.connect(self._show_columns)
        draft.table_changed.connect(self._show_columns)

    @property
    def how(self) -> How:
        """In which way rows are drawn."""
        how: How = self.how_combo.currentData()
        return how

    def draw(self, tried: int) -> Draw | None:
        """What is to be drawn after so many rows; None where no row is named yet.

        Raises SelectionError where what is written names none.
        """
        if self.how == "chosen":
            rows = parse_rows(self.rows_edit.text(), MOST_TRIED)
            return Draw("chosen", rows=rows) if rows else None
        column = self.column_combo.currentData() if self.how == "spread" else ""
        return Draw(self.how, self.count_spin.value(), tried + 1, column, fresh=True)

    def choose_rows(self, rows: Iterable[int]) -> None:
        """Name these rows, as if the person had written their numbers."""
        with QSignalBlocker(self.rows_edit):
            self.rows_edit.setText(written_rows(rows))
        with QSignalBlocker(self.how_combo):
            self.how_combo.setCurrentIndex(get_args(How).index("chosen"))
        self._change()

    def choose_count(self, count: int) -> None:
        """Choose so many rows that stand for others, as if the person had."""
        with QSignalBlocker(self.how_combo):
            if self.how not in ("random", "spread"):
                self.how_combo.setCurrentIndex(get_args(How).index("random"))
        with QSignalBlocker(self.count_spin):
            self.count_spin.setValue(count)
        self._change()

    def allow(self, *, choosing: bool) -> None:
        """Whether anything can be chosen now."""
        for widget in self._choosers:
            widget.setEnabled(choosing)

    def limit(self, rows: int) -> None:
        """Offer no more than so many rows, since no more run."""
        most = min(MOST_TRIED, max(rows, 1))
        if self.count_spin.maximum() != most:
            with QSignalBlocker(self.count_spin):
                self.count_spin.setMaximum(most)

    @Slot()
    def _change(self) -> None:
        self._settle()
        self.changed.emit()

    @Slot()
    def _settle(self) -> None:
        """Show what belongs to the way that is chosen."""
        chosen, spread = self.how == "chosen", self.how == "spread"
        for widget, shown in self._shown_when(chosen=chosen, spread=spread):
            widget.setVisible(shown)
        self.hint.setText(self._words()[self.how])

    def _shown_when(self, *, chosen: bool, spread: bool) -> Iterator[tuple[QWidget, bool]]:
        yield from ((each, chosen) for each in (self.rows_edit, self.selected_button))
        yield from ((each, not chosen) for each in (self._count_label, self.count_spin))
        yield from ((each, spread) for each in (self._column_label, self.column_combo))

    def _words(self) -> dict[How, str]:
        most = rows_words(MOST_TRIED)
        chosen = self.tr("Numbers as on the Data page, at most %1. They do not feed the estimate.")
        return {
            "random": self.tr("Each row is as likely as any other."),
            "spread": self.tr("Some of every length and value, so that rare ones are there too."),
            "longest": self.tr(
                "To see whether answers are cut off. They do not feed the estimate."
            ),
            "chosen": chosen.replace("%1", most),
        }

    @Slot()
    def _show_columns(self) -> None:
        """The columns of this table, and the one that was chosen if it is among them."""
        table, before = self._draft.table, self.column_combo.currentData()
        with QSignalBlocker(self.column_combo):
            self.column_combo.clear()
            self.column_combo.addItem(self.tr("no column"), "")
            for name in table.columns if table else ():
                self.column_combo.addItem(" ".join(name.split()), name)
            place = self.column_combo.findData(before or "")
            self.column_combo.setCurrentIndex(max(place, 0))

    def _describe(self) -> None:
        for value, text in {
            "random": self.tr("at random"),
            "spread": self.tr("from short to long"),
            "longest": self.tr("the longest"),
            "chosen": self.tr("of my choice"),
        }.items():
            self.how_combo.addItem(text, value)
        self.count_spin.setObjectName("try_count")
        self.count_spin.setAccessibleName(self.tr("How many rows to try"))
        self.count_spin.setRange(1, MOST_TRIED)
        self.count_spin.setValue(USUAL)
        self.how_combo.setObjectName("try_how")
        self.how_combo.setAccessibleName(self.tr("Which rows to try"))
        self.column_combo.setObjectName("try_column")
        self.column_combo.setAccessibleName(self.tr("Rows of every value of this column"))
        self.column_combo.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.column_combo.setMinimumContentsLength(_NAME_LETTERS)
        self.rows_edit.setObjectName("try_rows_edit")
        self.rows_edit.setAccessibleName(self.tr("Numbers of the rows to try"))
        self.rows_edit.setPlaceholderText(self.tr("3, 17, 40-45"))
        self.rows_edit.setMinimumWidth(GRID * 22)
        self.hint.setObjectName("try_hint")

    def _lay_out(self) -> None:
        self._count_label = Label(self.tr("Rows"), wrap=False)
        self._column_label = Label(self.tr("and of every value of"), wrap=False)
        self._choosers = (self.count_spin, self.how_combo, self.column_combo, self.rows_edit)
        line = FlowLayout(spacing=SPACE)
        for widget in (
            self._count_label,
            self.count_spin,
            self.how_combo,
            self._column_label,
            self.column_combo,
            self.rows_edit,
            self.selected_button,
            self._verb,
        ):
            line.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE)
        column.addLayout(line)
        column.addWidget(self.hint)
