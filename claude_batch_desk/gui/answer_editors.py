"""What the right answer of one column is written, chosen or ticked with."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import (
    QBoxLayout,
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from claude_batch_desk.core.prompts.fields import (
    SEPARATOR,
    SURE,
    AnswerColumn,
    Choice,
    FieldKind,
    folded_value,
)
from claude_batch_desk.core.prompts.shared import fits
from claude_batch_desk.gui.flow_layout import FlowLayout
from claude_batch_desk.gui.text_boxes import GrowingHeight
from claude_batch_desk.gui.theme import GRID, SPACE, TIGHT, WIDE
from claude_batch_desk.gui.widgets import Label, set_look, set_tip

_LONGEST_BOX = 48
"""Characters of an allowed value that stand beside its box; the tip has all of it."""
_LINE_WIDTH = GRID * 22
_LINES: tuple[FieldKind, ...] = ("integer", "number", "date")


class AnswerEditor(QWidget):
    """Holds the answer of one column as its cell would show it; "" for none, or unknown."""

    def __init__(self, inner: QWidget | None = None) -> None:
        super().__init__()
        if inner is not None:
            self.setFocusProxy(inner)

    def text(self) -> str:
        """The answer as it is written now."""
        raise NotImplementedError

    def set_text(self, text: str) -> None:
        """Write this answer."""
        raise NotImplementedError

    @property
    def is_open(self) -> bool:
        """It may be unknown, and nobody has said so or given an answer."""
        return False

    def name(self, header: str) -> None:
        """Let screen readers say which column it is of."""
        self.setAccessibleName(header)
        if (inner := self.focusProxy()) is not None:
            inner.setAccessibleName(header)


class OneOfAList(AnswerEditor):
    """A list to choose from; what it does not have is there once, where the example has it."""

    def __init__(self, offered: Sequence[str], *, may_be_unknown: bool) -> None:
        self.combo = QComboBox()
        super().__init__(self.combo)
        for each in offered:
            self.combo.addItem(each, each)
        if may_be_unknown:
            self.combo.addItem(self.tr("Unknown: the row does not say"), "")
        self.combo.setPlaceholderText(self.tr("Choose …"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.combo)
        row.addStretch(1)
        self.set_text("")

    def text(self) -> str:
        """The value that is chosen."""
        return str(self.combo.currentData() or "")

    @property
    def is_open(self) -> bool:
        """Nothing is chosen, not even that it is unknown."""
        return self.combo.currentIndex() < 0

    def set_text(self, text: str) -> None:
        """Choose this value."""
        wanted = folded_value(text)
        values = [folded_value(self.combo.itemData(at)) for at in range(self.combo.count())]
        if wanted and wanted not in values:
            self.combo.addItem(self.tr("%1 (not allowed)").replace("%1", text), text)
            values.append(wanted)
        self.combo.setCurrentIndex(values.index(wanted) if wanted in values else -1)


class SeveralOfAList(AnswerEditor):
    """A box for each allowed value; those of the example that are not allowed have one as well."""

    def __init__(self, choices: Sequence[Choice], *, may_be_unknown: bool) -> None:
        super().__init__()
        self.boxes: dict[str, QCheckBox] = {}
        self._flow = FlowLayout(spacing=WIDE, lines=TIGHT)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(TIGHT)
        column.addLayout(self._flow)
        for choice in choices:
            self._add(choice.value, choice.description)
        if may_be_unknown:
            column.addWidget(Label(self.tr("With none ticked it is unknown."), "caption"))
        if self.boxes:
            self.setFocusProxy(next(iter(self.boxes.values())))

    def text(self) -> str:
        """The values that are ticked, in the order of the list."""
        return SEPARATOR.join(value for value, box in self.boxes.items() if box.isChecked())

    def set_text(self, text: str) -> None:
        """Tick these values."""
        parts = [part.strip() for part in text.split(SEPARATOR.strip()) if part.strip()]
        known = {folded_value(value) for value in self.boxes}
        for part in parts:
            if folded_value(part) not in known:
                self._add(part, self.tr("Not allowed"), wrong=True)
        ticked = {folded_value(part) for part in parts}
        for value, box in self.boxes.items():
            box.setChecked(folded_value(value) in ticked)

    def name(self, header: str) -> None:
        """Each box says its column too."""
        self.setAccessibleName(header)
        for value, box in self.boxes.items():
            box.setAccessibleName(f"{header}: {value}")

    def _add(self, value: str, about: str, *, wrong: bool = False) -> None:
        cut = value if len(value) <= _LONGEST_BOX else value[:_LONGEST_BOX] + "…"
        shown = self.tr("%1 (not allowed)").replace("%1", cut) if wrong else cut
        box = QCheckBox(shown.replace("&", "&&"))
        set_tip(box, "\n".join(each for each in (value if cut != value else "", about) if each))
        self.boxes[value] = box
        self._flow.addWidget(box)


class WrittenAnswer(AnswerEditor):
    """A line or a text to write into, with a box beside it where it may be unknown.

    A line says at once where it cannot be what the column holds.
    """

    def __init__(self, edit: QLineEdit | QPlainTextEdit, *, may_be_unknown: bool) -> None:
        super().__init__(edit)
        self.edit = edit
        self.unknown_check = QCheckBox(self.tr("Unknown: the row does not say"))
        self.unknown_check.setVisible(may_be_unknown)
        self._kept = ""
        one_line = isinstance(edit, QLineEdit)
        parts = QBoxLayout(
            QBoxLayout.Direction.LeftToRight if one_line else QBoxLayout.Direction.TopToBottom
        )
        parts.setSpacing(SPACE if one_line else TIGHT)
        parts.addWidget(edit)
        parts.addWidget(self.unknown_check, 0, Qt.AlignmentFlag.AlignLeft)
        if one_line:
            parts.addStretch(1)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(TIGHT)
        self.column.addLayout(parts)
        self.unknown_check.toggled.connect(self._take_unknown)

    def text(self) -> str:
        """What is written."""
        if isinstance(self.edit, QLineEdit):
            return self.edit.text().strip()
        return self.edit.toPlainText()

    @property
    def is_open(self) -> bool:
        """Nothing is written, and it is not ticked that it is unknown."""
        check = self.unknown_check
        return not check.isHidden() and not check.isChecked() and not self.text().strip()

    def set_text(self, text: str) -> None:
        """Write this."""
        if isinstance(self.edit, QLineEdit):
            self.edit.setText(text)
            self.edit.setCursorPosition(0)
        else:
            self.edit.setPlainText(text)

    def show_unknown(self) -> None:
        """The example says that this is unknown."""
        if not self.unknown_check.isHidden():
            self.unknown_check.setChecked(True)

    def name(self, header: str) -> None:
        """The box says its column too."""
        super().name(header)
        told = self.tr("%1 is unknown").replace("%1", header)
        self.unknown_check.setAccessibleName(told)

    @Slot(bool)
    def _take_unknown(self, unknown: bool) -> None:
        """What was written comes back once it is known after all."""
        if unknown:
            self._kept = self.text()
        self.set_text("" if unknown else self._kept)
        self.edit.setEnabled(not unknown)


def editor_of(column: AnswerColumn, text: str, *, fresh: bool) -> AnswerEditor:
    """What fits the column, with this answer in it; a `fresh` example has none yet."""
    field, unknown = column.field, column.field.may_be_unknown and column.companion is None
    editor: AnswerEditor
    if offered := _offered(column):
        editor = OneOfAList(offered, may_be_unknown=unknown)
        if unknown and fresh:
            editor.combo.setCurrentIndex(-1)
    elif column.companion is None and field.kind == "choices":
        editor = SeveralOfAList(field.choices, may_be_unknown=unknown)
    else:
        editor = _written(column, may_be_unknown=unknown)
        if not text and not fresh:
            editor.show_unknown()
    if text:
        editor.set_text(text)
    editor.name(column.header)
    return editor


def _written(column: AnswerColumn, *, may_be_unknown: bool) -> WrittenAnswer:
    if column.companion is not None or column.field.kind not in _LINES:
        text = text_edit("", 1, 8)
        return WrittenAnswer(text, may_be_unknown=may_be_unknown)
    line, problem = QLineEdit(), Label("", "problem", wrap=False)
    line.setFixedWidth(_LINE_WIDTH)
    if column.field.kind == "date":
        line.setPlaceholderText("2026-01-31")
    editor = WrittenAnswer(line, may_be_unknown=may_be_unknown)
    words: dict[FieldKind, str] = {
        "integer": editor.tr("Not a whole number"),
        "number": editor.tr("Not a number, such as 1.5"),
        "date": editor.tr("Not a date, such as 2026-01-31"),
    }
    told = words[column.field.kind]

    def look(text: str) -> None:
        wrong = bool(text.strip()) and not fits(column, text)
        set_look(line, "wrong", wrong)
        problem.say(told if wrong else "")

    editor.column.addWidget(problem)
    line.textChanged.connect(look)
    look("")
    return editor


def text_edit(text: str, least: int, most: int) -> QPlainTextEdit:
    """A text as tall as it is, within these lines."""
    edit = QPlainTextEdit(text)
    edit.setTabChangesFocus(True)
    GrowingHeight(edit, least, most)
    return edit


def _offered(column: AnswerColumn) -> tuple[str, ...]:
    """The values of which one is to be chosen; none where that is not how it is answered."""
    if column.companion is not None:
        return SURE if column.companion == "confidence" else ()
    if column.field.kind == "choice":
        return tuple(each.value for each in column.field.choices)
    if column.field.kind == "score":
        return tuple(map(str, column.field.points))
    return ("yes", "no") if column.field.kind == "boolean" else ()
