"""Which run a job is put beside, and by which column rows are told apart."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QListWidget,
    QVBoxLayout,
    QWidget,
)

from claude_batch_desk.core.jobs.comparing_runs.others import Other
from claude_batch_desk.gui.comparison_words import other_words
from claude_batch_desk.gui.theme import GRID, SPACE, TIGHT, WIDE
from claude_batch_desk.gui.widgets import EmptyState, Label, button, set_tip
from claude_batch_desk.gui.wording import one_line


class ComparisonChoice(QWidget):
    """Runs that cannot be chosen say why."""

    wanted = Signal(int, str)
    """The job of this number is to be compared, by this column, or "" for whatever fits."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._others: Sequence[Other] = ()
        self.list = QListWidget()
        self.list.setObjectName("comparison_others")
        self.list.setAccessibleName(self.tr("Runs to compare with"))
        self.list.setWordWrap(True)
        self.list.setSpacing(TIGHT)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.key = QComboBox()
        self.key.setObjectName("comparison_key")
        self.key.setAccessibleName(self.tr("What tells rows apart"))
        self.key.setMaximumWidth(GRID * 36)
        self._key_bar = QWidget()
        self.start_button = button(
            self.tr("Compare"), "comparison_start", look="primary", icon_name="table"
        )
        self.empty = EmptyState(
            "table",
            self.tr("There is no other run of these rows"),
            self.tr(
                "Send the same table once more with another prompt or model, or run some rows "
                "again; then the answers can be put side by side here."
            ),
        )
        self._lay_out()
        self.list.currentRowChanged.connect(self._settle)
        self.list.itemActivated.connect(self.ask)
        self.start_button.clicked.connect(self.ask)

    @property
    def other(self) -> Other | None:
        """The run that is chosen and can be compared."""
        place = self.list.currentRow()
        found = self._others[place] if 0 <= place < len(self._others) else None
        return found if found is not None and found.how else None

    def show_others(self, others: Sequence[Other]) -> None:
        """Offer these, the likeliest first and chosen."""
        self._others = others
        self.list.clear()
        for each in others:
            name, told = other_words(each)
            self.list.addItem(f"{one_line(name)}\n{told}")
        any_fits = any(each.how for each in others)
        self.empty.setVisible(not any_fits)
        self.list.setVisible(bool(others))
        self.start_button.setVisible(any_fits)
        if any_fits:
            self.list.setCurrentRow(0)
        self._settle()

    def choose(self, job_id: int | None, key: str) -> bool:
        """Choose the run of this number, or the newest run again, and what tells rows apart.

        Tells whether it can be compared.
        """
        for place, each in enumerate(self._others):
            if each.how and (each.job.id == job_id or (job_id is None and each.how == "repeated")):
                self.list.setCurrentRow(place)
                self.key.setCurrentIndex(max(self.key.findData(key), 0))
                return True
        return False

    @Slot()
    def ask(self) -> None:
        """The person wants to see them side by side."""
        if (other := self.other) is not None:
            self.wanted.emit(other.job.id, str(self.key.currentData() or ""))

    @Slot()
    def _settle(self) -> None:
        """Only rows of two tables need to be told apart."""
        other = self.other
        shared = other.shared if other is not None else ()
        self.key.clear()
        self.key.addItem(self.tr("All cells, or the column that fits best"), "")
        for name in shared:
            self.key.addItem(one_line(name), name)
        self._key_bar.setVisible(bool(shared))
        self.start_button.setEnabled(other is not None)

    def _lay_out(self) -> None:
        told = Label(self.tr("Rows are told apart by"), wrap=False)
        told.setBuddy(self.key)
        set_tip(self.key, self.tr("Name a column where rows have changed in other cells"))
        keys = QHBoxLayout(self._key_bar)
        keys.setContentsMargins(0, 0, 0, 0)
        keys.setSpacing(SPACE)
        keys.addWidget(told)
        keys.addWidget(self.key)
        foot = QHBoxLayout()
        foot.setSpacing(WIDE)
        foot.addWidget(self._key_bar)
        foot.addStretch(1)
        foot.addWidget(self.start_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE)
        column.addWidget(self.empty)
        column.addWidget(self.list, 1)
        column.addLayout(foot)
        self.empty.hide()
        self._key_bar.hide()
