"""Which columns of the table stand before the answers in a file."""

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from claude_batch_desk.gui.theme import GRID, LOOSE, SPACE
from claude_batch_desk.gui.widgets import Label, button

_WIDTH, _HEIGHT = GRID * 48, GRID * 56


class ColumnsDialog(QDialog):
    """A list with a box for each column; Space ticks the current one."""

    chosen = Signal(object)
    """The names of the columns that are wanted (a tuple), or None for all."""

    def __init__(
        self, columns: Sequence[str], wanted: Sequence[str] | None, parent: QWidget | None
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Columns of the file"))
        self.setObjectName("columns_choice")
        self.resize(_WIDTH, _HEIGHT)
        self._columns = tuple(columns)
        self.list = QListWidget()
        self.list.setObjectName("columns_choice_list")
        self.list.setAccessibleName(self.tr("Columns that stand before the answers"))
        self.list.setUniformItemSizes(True)
        self.list.setSpacing(GRID // 4)
        kept = frozenset(columns if wanted is None else wanted)
        for name in columns:
            item = QListWidgetItem(" ".join(name.split()) or self.tr("(no name)"), self.list)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(_state(checked=name in kept))
        self.count_label = Label("", "caption")
        self.all_button = button(self.tr("All"), "columns_choice_all")
        self.none_button = button(self.tr("None"), "columns_choice_none")
        self.cancel_button = button(self.tr("Cancel"), "columns_choice_cancel")
        self.verb = button(self.tr("Use these"), "columns_choice_verb", look="primary")
        self._lay_out()
        self.list.itemChanged.connect(self._count)
        self.all_button.clicked.connect(lambda: self._mark(checked=True))
        self.none_button.clicked.connect(lambda: self._mark(checked=False))
        self.cancel_button.clicked.connect(self.reject)
        self.verb.clicked.connect(self.accept)
        self.verb.setDefault(True)
        self.list.setCurrentRow(0)
        self._count()

    @property
    def names(self) -> tuple[str, ...]:
        """The columns that are ticked, in the order of the table."""
        return tuple(
            name
            for at, name in enumerate(self._columns)
            if self.list.item(at).checkState() == Qt.CheckState.Checked
        )

    def accept(self) -> None:
        """Tell what is wanted, and close."""
        names = self.names
        self.chosen.emit(None if names == self._columns else names)
        super().accept()

    def _mark(self, *, checked: bool) -> None:
        with QSignalBlocker(self.list):  # else each of them is counted
            for at in range(self.list.count()):
                self.list.item(at).setCheckState(_state(checked=checked))
        self.list.viewport().update()
        self._count()

    @Slot()
    def _count(self) -> None:
        told = self.tr("%1 of %2 columns stand before the answers.")
        told = told.replace("%1", f"{len(self.names):,}")
        self.count_label.setText(told.replace("%2", f"{len(self._columns):,}"))

    def _lay_out(self) -> None:
        marks, verbs = QHBoxLayout(), QHBoxLayout()
        marks.addWidget(self.count_label, 1)
        for each in (self.all_button, self.none_button):
            marks.addWidget(each)
        verbs.addStretch(1)
        for each in (self.cancel_button, self.verb):
            verbs.addWidget(each)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(LOOSE, LOOSE, LOOSE, LOOSE)
        layout.setSpacing(SPACE)
        layout.addWidget(self.list, 1)
        layout.addLayout(marks)
        layout.addLayout(verbs)


def _state(*, checked: bool) -> Qt.CheckState:
    return Qt.CheckState.Checked if checked else Qt.CheckState.Unchecked
