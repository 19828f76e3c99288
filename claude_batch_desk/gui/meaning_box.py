"""What a value is to stand for: chosen from the allowed ones, or written where any will do."""

from collections.abc import Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QWidget

from claude_batch_desk.core.prompts.fields import SURE, AnswerColumn
from claude_batch_desk.core.quality.gold import labels_of
from claude_batch_desk.core.results.near_misses import is_as_asked, meant_by
from claude_batch_desk.gui.widgets import set_look, set_tip


def allowed_in(column: AnswerColumn) -> tuple[str, ...]:
    """The values a column can have; none where they are not from a list."""
    if column.companion == "confidence":
        return SURE
    if column.companion or column.field.kind == "choices":
        return ()
    return labels_of(column.field)


class MeaningBox(QWidget):
    """Empty where nothing is to stand for the value."""

    changed = Signal()

    def __init__(
        self, column: AnswerColumn, meant: str, name: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._column = column
        self.touched = False
        """A person has chosen or written something."""
        allowed = allowed_in(column)
        self.combo = self._combo(allowed, meant) if allowed else None
        self.edit = None if allowed else self._edit(meant)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        for inner in filter(None, (self.combo, self.edit)):
            inner.setObjectName(name)
            inner.setAccessibleName(self.tr("Stands for"))
            row.addWidget(inner)
            self.setFocusProxy(inner)

    def value(self) -> str:
        """What it is to stand for, as it is asked for; "" for nothing."""
        if self.combo is not None:
            return str(self.combo.currentData() or "")
        text = self.edit.text().strip() if self.edit is not None else ""
        if not text or is_as_asked(text, self._column):
            return text
        return meant_by(text, self._column)

    def _combo(self, allowed: Sequence[str], meant: str) -> QComboBox:
        combo = QComboBox()
        combo.addItem(self.tr("Leave as it is"), "")
        for each in allowed:
            combo.addItem(each, each)
        combo.setCurrentIndex(max(combo.findData(meant), 0))
        combo.activated.connect(self._touch)
        return combo

    def _edit(self, meant: str) -> QLineEdit:
        edit = QLineEdit(meant)
        edit.setPlaceholderText(self.tr("Leave as it is"))
        edit.textEdited.connect(self._touch)
        return edit

    @Slot()
    def _touch(self) -> None:
        self.touched = True
        if self.edit is not None:
            wrong = bool(self.edit.text().strip()) and not self.value()
            set_look(self.edit, "state", "error" if wrong else "")
            set_tip(self.edit, self.tr("This is not what the column takes") if wrong else "")
        self.changed.emit()
