"""What came back for a row: its text, or the whole message as the service sent it."""

from typing import Any

import orjson
from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from claude_batch_desk.core.results.answer import Answer
from claude_batch_desk.gui.text_boxes import GrowingHeight, TextView
from claude_batch_desk.gui.theme import SPACE, TIGHT
from claude_batch_desk.gui.widgets import Label, button


class RawMessage(QWidget):
    """Hidden where nothing came; what the person chose to see stays chosen from row to row."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text, self._raw = "", dict[str, Any]()
        self.text = TextView("detail_raw", self.tr("The answer as it came"))
        GrowingHeight(self.text, 2, 14)
        self.caption = Label(self.tr("The answer as it came"), "caption", wrap=False)
        self.whole_button = button(self.tr("Whole message"), "detail_whole_message", look="link")
        self.whole_button.setCheckable(True)
        head = QHBoxLayout()
        head.setSpacing(SPACE)
        head.addWidget(self.caption)
        head.addStretch(1)
        head.addWidget(self.whole_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(TIGHT)
        column.addLayout(head)
        column.addWidget(self.text)
        self.whole_button.toggled.connect(self._show)

    def show_answer(self, answer: Answer | None) -> None:
        """Show what this answer was made of."""
        self._text = answer.text if answer else ""
        self._raw = dict(answer.raw or {}) if answer else {}
        self.setVisible(bool(self._text or self._raw))
        self.whole_button.setVisible(bool(self._raw and self._text))
        self._show()

    @Slot()
    def _show(self) -> None:
        whole = bool(self._raw) and (self.whole_button.isChecked() or not self._text)
        told = self.tr("The message, as the service sent it")
        self.caption.setText(told if whole else self.tr("The answer as it came"))
        self.text.show_text(
            orjson.dumps(self._raw, option=orjson.OPT_INDENT_2).decode() if whole else self._text
        )
