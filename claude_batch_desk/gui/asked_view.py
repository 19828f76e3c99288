"""What the service is asked for: the answer columns in plain words, and as the schema it gets."""

import json
from collections.abc import Sequence

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from claude_batch_desk.core.prompts.fields import OutputField
from claude_batch_desk.core.prompts.schema import answer_schema, asked_for
from claude_batch_desk.gui.text_boxes import GrowingHeight, TextView
from claude_batch_desk.gui.theme import TIGHT
from claude_batch_desk.gui.widgets import button

_LINES = (2, 14)


class AskedView(QWidget):
    """Folded until somebody wants to know."""

    def __init__(self) -> None:
        super().__init__()
        self._fields: tuple[OutputField, ...] = ()
        self.fold_button = button("", "fields_asked", look="link")
        self.json_check = QCheckBox(self.tr("As JSON Schema, as it is sent"))
        self.json_check.setObjectName("fields_asked_json")
        self.text = TextView("fields_asked_text", self.tr("What the service is asked for"))
        GrowingHeight(self.text, *_LINES)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(TIGHT)
        layout.addWidget(self.fold_button, alignment=Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(self.text)
        layout.addWidget(self.json_check, alignment=Qt.AlignmentFlag.AlignLeft)
        self.fold_button.clicked.connect(self._turn)
        self.json_check.toggled.connect(self._fill)
        self._show(open_=False)

    def set_fields(self, fields: Sequence[OutputField]) -> None:
        """Show these, which can be asked for; none hides everything."""
        self._fields = tuple(fields)
        self.setVisible(bool(fields))
        self._fill()

    @Slot()
    def _turn(self) -> None:
        self._show(open_=self.text.isHidden())
        self._fill()

    def _show(self, *, open_: bool) -> None:
        self.text.setVisible(open_)
        self.json_check.setVisible(open_)
        self.fold_button.setText(
            self.tr("Hide what the service is asked for")
            if open_
            else self.tr("What the service is asked for")
        )

    @Slot()
    def _fill(self) -> None:
        if self.text.isHidden():
            return
        if self.json_check.isChecked():
            told = json.dumps(answer_schema(self._fields), indent=2, ensure_ascii=False)
        else:
            told = "\n".join(f"{header}: {wanted}" for header, wanted in asked_for(self._fields))
        self.text.show_text(told)
