"""Everything about one row: its answer, why it is as it is, and what was asked."""

from collections.abc import Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from claude_batch_desk.core.errors import RecipeError
from claude_batch_desk.core.jobs.job import JobRow
from claude_batch_desk.core.jobs.store.correction_store import Correction
from claude_batch_desk.core.prompts.fields import headers_of
from claude_batch_desk.core.prompts.recipe import Recipe
from claude_batch_desk.core.results.answer import Answer
from claude_batch_desk.gui.text_boxes import GrowingHeight, TextView
from claude_batch_desk.gui.theme import GRID, SPACE
from claude_batch_desk.gui.tried_card import AnswerGrid
from claude_batch_desk.gui.widgets import Card, Chip, Label, button, scrolled, set_tip
from claude_batch_desk.gui.wording import (
    OUTCOME_TONES,
    local_time,
    money,
    number,
    outcome_word,
    row_words,
    usage_words,
)

_SHOWN = 300
"""Characters of an earlier answer."""


class AnswerDetail(Card):
    """The row that is selected in the table of answers."""

    version_wanted = Signal(int)
    """The person wants to see what this version of the prompt asked."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Select a row"), parent=parent)
        self.setMinimumWidth(GRID * 30)
        self.status = Chip()
        self.usage_label = Label("", "caption", wrap=False)
        self.version_button = button("", "detail_version", look="link")
        set_tip(self.version_button, self.tr("Show this version, and what others changed"))
        self.version_button.clicked.connect(self._want_version)
        self._version, self._number = 0, -1
        self.prompt_text = TextView("detail_prompt", self.tr("Prompt of this row, as sent"))
        self.raw_text = TextView("detail_raw", self.tr("The answer as it came"))
        GrowingHeight(self.prompt_text, 3, 14)
        GrowingHeight(self.raw_text, 2, 10)
        self.earlier = Label("", "caption", selectable=True)
        self.earlier.setObjectName("detail_earlier")
        self.corrections = Label("", "caption", selectable=True)
        self.corrections.setObjectName("detail_corrections")
        self._answer: AnswerGrid | None = None
        self._prompt_caption = Label(self.tr("What was asked"), "caption")
        self._raw_caption = Label(self.tr("The answer as it came"), "caption")
        content = QWidget()
        self._parts = QVBoxLayout(content)
        self._lay_out(content)
        self.clear()

    def _lay_out(self, content: QWidget) -> None:
        head = QHBoxLayout()
        head.setSpacing(SPACE)
        self.column.removeWidget(self.heading)
        head.addWidget(self.heading)
        head.addWidget(self.status)
        head.addStretch(1)
        self._parts.setContentsMargins(0, 0, 0, 0)
        self._parts.setSpacing(SPACE)
        origin = QHBoxLayout()
        origin.setSpacing(SPACE)
        origin.addWidget(self.usage_label)
        origin.addWidget(self.version_button)
        origin.addStretch(1)
        self._parts.addLayout(origin)
        for part in (
            self._raw_caption,
            self.raw_text,
            self.corrections,
            self.earlier,
            self._prompt_caption,
            self.prompt_text,
        ):
            self._parts.addWidget(part)
        self._parts.addStretch(1)
        self.column.addLayout(head)
        area = scrolled(content)
        area.setObjectName("detail_area")
        area.setAccessibleName(self.tr("The row that is selected"))
        self.column.addWidget(area, 1)

    def clear(self) -> None:
        """Show no row."""
        self.heading.setText(self.tr("Select a row to read its answer"))
        self._show_parts(visible=False)

    def show_row(self, row: JobRow, recipe: Recipe, columns: Sequence[str]) -> None:
        """Show a row of a job that was sent with this recipe from a table of these columns."""
        outcome = row.answer.outcome if row.answer else "waiting"
        tone, icon_name = OUTCOME_TONES[outcome]
        self.heading.setText(row_words(row.number))
        self.status.show_state(outcome_word(outcome), tone, icon_name)
        self._show_parts(visible=True)
        if row.answer is not None:
            names = headers_of(recipe.fields) or [self.tr("Answer")]
            self._answer = AnswerGrid(names, row.answer)
            self._parts.insertWidget(0, self._answer)
        self.usage_label.say(_paid(row.answer) if row.answer else "")
        if row.answer is not None and row.answer.taken_over:
            self.usage_label.say(self.tr("Answered for an earlier job; it costs nothing here"))
        self._version, self._number = row.version, row.number
        words = self.tr("By version %1 of the prompt")
        self.version_button.setText(words.replace("%1", number(row.version)))
        self.version_button.setVisible(bool(row.version))
        raw = row.answer.text if row.answer else ""
        self.raw_text.show_text(raw)
        self.raw_text.setVisible(bool(raw))
        self._raw_caption.setVisible(bool(raw))
        self.prompt_text.show_text(_prompt(row, row.recipe or recipe, columns))
        self.earlier.say(self._before(row.earlier))

    def show_corrections(self, corrections: Sequence[Correction]) -> None:
        """Say what a person put in the place of what came, the latest first.

        Those of a row that is not shown any more come too late.
        """
        if corrections and corrections[0].row == self._number:
            self.corrections.say("\n".join(map(self._corrected, corrections)))

    def _corrected(self, each: Correction) -> str:
        if each.value is None:
            told = self.tr("“%1” taken back: what came counts again")
        elif each.why == "accepted":
            told = self.tr("“%1”: “%2” accepted for “%3”")
        else:
            told = self.tr("“%1” corrected to “%2”; it was “%3”")
        told = told.replace("%1", each.column).replace("%2", _short(each.value or ""))
        by = self.tr("by %1, %2").replace("%1", each.who).replace("%2", local_time(each.at))
        return f"{told.replace('%3', _short(each.was))} ({by})"

    def _before(self, earlier: Sequence[Answer]) -> str:
        """What it was before the row was run again, the latest first; "" where it never was."""
        if not earlier:
            return ""
        told = " / ".join(map(_in_short, earlier))
        return self.tr("Before it was run again: %1").replace("%1", told)

    @Slot()
    def _want_version(self) -> None:
        self.version_wanted.emit(self._version)

    def _show_parts(self, *, visible: bool) -> None:
        if self._answer is not None:
            self._answer.hide()
            self._answer.deleteLater()
            self._answer = None
        for part in (
            self.status,
            self.usage_label,
            self.version_button,
            self._raw_caption,
            self.raw_text,
            self._prompt_caption,
            self.prompt_text,
        ):
            part.setVisible(visible)
        self.earlier.hide()
        self.corrections.hide()


def _in_short(answer: Answer) -> str:
    """What became of a row, the beginning of its answer, and why it was not usable."""
    text = _short(answer.text)
    return " ".join(filter(None, (f"{outcome_word(answer.outcome)}.", text, answer.reason)))


def _short(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= _SHOWN else f"{words[:_SHOWN]}…"


def _paid(answer: Answer) -> str:
    """The tokens of an answer and what they cost."""
    told = usage_words(answer.usage)
    if answer.usage is None or answer.cost is None:
        return told
    return f"{told} · {money(answer.cost)}"


def _prompt(row: JobRow, recipe: Recipe, columns: Sequence[str]) -> str:
    """The row's prompt; a job that was sent has a recipe that fits its table."""
    try:
        bound = recipe.prompt.bind(columns, recipe.empty_cells)
        return bound.why_skipped(row.cells) or bound.render(row.cells)
    except RecipeError as error:
        return str(error)
