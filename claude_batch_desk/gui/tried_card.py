"""One row that was tried: what came back, what it cost, and what was asked."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from claude_batch_desk.core.jobs.job import TriedRow
from claude_batch_desk.core.results.answer import Answer
from claude_batch_desk.gui.text_boxes import GrowingHeight, LabelText, TextView
from claude_batch_desk.gui.theme import GRID, SPACE, TIGHT, WIDE
from claude_batch_desk.gui.widgets import Card, Chip, ElidedLabel, Label, button
from claude_batch_desk.gui.wording import (
    OUTCOME_TONES,
    has_long_words,
    money,
    outcome_word,
    row_words,
    usage_words,
    with_short_words,
)

_MOST_CHARACTERS = 2_000
_MOST_OF_A_LABEL = 800
"""Characters; a longer text is scrolled, so that what is below it stays in reach."""
_WIDEST_NAME = GRID * 20


class AnswerGrid(QWidget):
    """The answer columns by name, and a sentence where the answer needs one."""

    def __init__(self, names: Sequence[str], answer: Answer, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        grid = self._grid = QGridLayout(self)
        self._notes: dict[int, ValueNote] = {}
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(WIDE)
        grid.setVerticalSpacing(TIGHT)
        grid.setColumnStretch(1, 1)
        top = Qt.AlignmentFlag.AlignTop
        for line, (name, value) in enumerate(zip(names, answer.values, strict=False)):
            shown = value if len(value) <= _MOST_CHARACTERS else value[:_MOST_CHARACTERS] + " …"
            header = Label(name, "muted")
            # Left alone, the grid would break a name as soon as it may.
            needed = header.fontMetrics().horizontalAdvance(name) + SPACE
            header.setFixedWidth(min(needed, _WIDEST_NAME))
            grid.addWidget(header, 2 * line, 0, top)
            grid.addWidget(_value(name, shown or "–"), 2 * line, 1, top)
        if answer.reason:
            reason = Label(with_short_words(answer.reason), "problem")
            grid.addWidget(reason, 2 * len(answer.values), 0, 1, 2)

    def note(self, place: int, text: str) -> "ValueNote":
        """Say something of the value at a place, below it; "" says nothing any more."""
        if place not in self._notes:
            self._notes[place] = ValueNote()
            self._grid.addWidget(self._notes[place], 2 * place + 1, 1)
        self._notes[place].say(text)
        return self._notes[place]


class ValueNote(QWidget):
    """Something about a value, and what can be done about it."""

    pressed = Signal()
    """The link was pressed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.text = Label("", "caption", selectable=True)
        self.link = button("", "value_note", look="link")
        self.link.clicked.connect(self.pressed)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(TIGHT)
        row.addWidget(self.text, 1)
        row.addWidget(self.link, 0, Qt.AlignmentFlag.AlignTop)

    def say(self, text: str, link: str = "") -> None:
        """Show the text, and a link behind it where that has words; hide where there is none."""
        self.text.setText(text)
        self.link.setText(link)
        self.link.setVisible(bool(link))
        self.setVisible(bool(text))


def _value(name: str, text: str) -> QWidget:
    if len(text) > _MOST_OF_A_LABEL or has_long_words(text):
        return LabelText(text, name)
    return Label(text, selectable=True)


class TriedCard(Card):
    """A tried row; what was asked and what came back unfolds."""

    example_requested = Signal(object)
    """The person wants this TriedRow for an example."""

    def __init__(
        self, names: Sequence[str], tried: TriedRow, parent: QWidget | None = None
    ) -> None:
        super().__init__(row_words(tried.number), parent=parent)
        self.document_label = ElidedLabel(tried.document, "muted")
        self.document_label.setVisible(bool(tried.document))
        tone, icon_name = OUTCOME_TONES[tried.answer.outcome]
        self.status = Chip(outcome_word(tried.answer.outcome), tone, icon_name)
        told = [usage_words(tried.answer.usage), money(tried.cost)]
        if tried.version:
            told.insert(0, self.tr("Version %1").replace("%1", f"{tried.version:,}"))
        self.cost_label = Label(" · ".join(told), "caption", wrap=False)
        self.prompt_button = button("", f"tried_prompt_{tried.number}", look="link")
        self.prompt_button.setCheckable(True)
        self.example_button = button(
            self.tr("Use as example"), f"tried_example_{tried.number}", look="link"
        )
        self.example_button.clicked.connect(partial(self.example_requested.emit, tried))
        self.prompt_text = TextView(
            f"tried_prompt_text_{tried.number}", self.tr("Prompt of this row, as sent")
        )
        self.prompt_text.show_text(tried.prompt)
        self.raw_text = TextView(f"tried_raw_text_{tried.number}", self.tr("The answer as it came"))
        self.raw_text.show_text(tried.answer.text)
        GrowingHeight(self.prompt_text, 2, 12)
        GrowingHeight(self.raw_text, 1, 8)
        self._captions = [
            Label(self.tr("What was asked"), "caption"),
            Label(self.tr("The answer as it came"), "caption"),
        ]
        self._lay_out(AnswerGrid(names, tried.answer))
        self.prompt_button.toggled.connect(self._unfold)
        self._unfold()

    def _lay_out(self, answer: AnswerGrid) -> None:
        self.column.removeWidget(self.heading)
        self.heading.setWordWrap(False)
        head, foot = QHBoxLayout(), QHBoxLayout()
        for row in (head, foot):
            row.setSpacing(SPACE)
        head.addWidget(self.heading)
        head.addWidget(self.status)
        head.addWidget(self.document_label, 100)
        head.addStretch(1)  # where there is no document
        head.addWidget(self.cost_label)
        foot.addWidget(self.example_button)
        foot.addWidget(self.prompt_button)
        foot.addStretch(1)
        self.column.addLayout(head)
        self.column.addWidget(answer)
        self.column.addLayout(foot)
        for caption, text in zip(self._captions, (self.prompt_text, self.raw_text), strict=True):
            self.column.addWidget(caption)
            self.column.addWidget(text)

    @property
    def stops(self) -> tuple[QWidget, ...]:
        """What Tab stops at."""
        return self.example_button, self.prompt_button, self.prompt_text, self.raw_text

    @Slot()
    def _unfold(self) -> None:
        opened = self.prompt_button.isChecked()
        closed = self.tr("Show prompt and answer as they went")
        self.prompt_button.setText(self.tr("Hide prompt and answer") if opened else closed)
        for part in (*self._captions, self.prompt_text, self.raw_text):
            part.setVisible(opened)
