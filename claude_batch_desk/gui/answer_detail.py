"""Everything about one row: its answer, why it is as it is, and what was asked."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from claude_batch_desk.core.jobs.job import Job, JobRow
from claude_batch_desk.core.jobs.opening.quoted import Quoted, prompt_of
from claude_batch_desk.core.jobs.opening.sent import Sent
from claude_batch_desk.core.jobs.store.correction_store import Correction
from claude_batch_desk.core.prompts.fields import columns_of, headers_of
from claude_batch_desk.core.results.answer import Answer
from claude_batch_desk.core.tables.table import Table
from claude_batch_desk.gui.into_sight import IntoSight
from claude_batch_desk.gui.raw_message import RawMessage
from claude_batch_desk.gui.row_facts import RowFacts, place_words
from claude_batch_desk.gui.row_help import RowHelp
from claude_batch_desk.gui.row_page import RowPage
from claude_batch_desk.gui.text_boxes import GrowingHeight, TextView
from claude_batch_desk.gui.theme import GRID, SPACE
from claude_batch_desk.gui.tried_card import AnswerGrid
from claude_batch_desk.gui.widgets import Card, Chip, Label, icon_button, scrolled
from claude_batch_desk.gui.wording import (
    OUTCOME_TONES,
    local_time,
    outcome_word,
    row_words,
    with_short_words,
)

_SHOWN = 300
"""Characters of an earlier answer."""


class AnswerDetail(Card):
    """The row that is selected in the table of answers."""

    stepped = Signal(int)
    """The person wants the row so many below this one; above it where negative."""
    closed = Signal()
    """The person wants to see no row."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Select a row"), parent=parent)
        self.setObjectName("row_detail")
        self.setMinimumWidth(GRID * 36)
        self.status = Chip()
        self.up_button = icon_button("chevron-up", "detail_up", self.tr("Row above (Alt+Up)"))
        self.down_button = icon_button(
            "chevron-down", "detail_down", self.tr("Row below (Alt+Down)")
        )
        self.close_button = icon_button("close", "detail_close", self.tr("Close this row (Esc)"))
        self.help, self.facts, self.raw = RowHelp(), RowFacts(), RawMessage()
        self.page = RowPage()
        self.number = -1
        """Of the row that is shown, in the table; -1 where none was yet."""
        self._quotes: tuple[int, ...] = ()
        """The places of quotes among the values."""
        self.prompt_text = TextView("detail_prompt", self.tr("Prompt of this row, as sent"))
        GrowingHeight(self.prompt_text, 3, 14)
        self.earlier = Label("", "caption", selectable=True)
        self.earlier.setObjectName("detail_earlier")
        self.corrections = Label("", "caption", selectable=True)
        self.corrections.setObjectName("detail_corrections")
        self._answer: AnswerGrid | None = None
        self.prompt_caption = Label(self.tr("What was asked"), "caption")
        content = QWidget()
        self._parts = QVBoxLayout(content)
        self._lay_out(content)
        self.up_button.clicked.connect(lambda: self.stepped.emit(-1))
        self.down_button.clicked.connect(lambda: self.stepped.emit(1))
        self.close_button.clicked.connect(self.closed)
        self.clear()

    def _lay_out(self, content: QWidget) -> None:
        head = QHBoxLayout()
        head.setSpacing(SPACE)
        self.column.removeWidget(self.heading)
        head.addWidget(self.heading)
        head.addWidget(self.status)
        head.addStretch(1)
        for each in (self.up_button, self.down_button, self.close_button):
            head.addWidget(each)
        self._parts.setContentsMargins(0, 0, 0, 0)
        self._parts.setSpacing(SPACE)
        for part in (
            self.page,
            self.help,
            self.facts,
            self.corrections,
            self.earlier,
            self.raw,
            self.prompt_caption,
            self.prompt_text,
        ):
            self._parts.addWidget(part)
        self._parts.addStretch(1)
        self.column.addLayout(head)
        self.area = scrolled(content)
        self.area.setObjectName("detail_area")
        self.area.setAccessibleName(self.tr("The row that is selected"))
        self._into_sight = IntoSight(self.area)
        self.column.addWidget(self.area, 1)

    def clear(self) -> None:
        """Show no row."""
        self.heading.setText(self.tr("Select a row to read its answer"))
        self._show_parts(visible=False)

    def show_row(self, row: JobRow, job: Job, table: Table) -> None:
        """Show a row of a job that was sent from this table."""
        outcome = row.answer.outcome if row.answer else "waiting"
        tone, icon_name = OUTCOME_TONES[outcome]
        self.number = row.number
        self.heading.setText(row_words(row.number))
        self.status.show_state(outcome_word(outcome), tone, icon_name)
        self._show_parts(visible=True)
        self._show_answer(row.answer, job)
        self.help.show_answer(row.answer, job)
        self.facts.show_row(row)
        self.raw.show_answer(row.answer)
        self.prompt_caption.setText(self._asked(row, table))
        self.prompt_text.show_text(prompt_of(row, job.recipe, table.columns))
        self.earlier.say(self._before(row.earlier))

    def allow_steps(self, *, up: bool, down: bool) -> None:
        """Whether there are rows above and below."""
        self.up_button.setEnabled(up)
        self.down_button.setEnabled(down)

    def show_sent(self, sent: Sent) -> None:
        """Say with what the answer of the row came."""
        self.facts.show_sent(sent)

    def wait_for_quotes(self) -> None:
        """Say that the quotes of the row are being looked up."""
        if self._answer is not None:
            for place in self._quotes:
                self._answer.note(place, self.tr("Looking for its page …"))

    def show_quoted(self, quoted: Sequence[Quoted], otherwise: str = "") -> None:
        """Say where the quotes of the row stand; `otherwise` of those that are not among these."""
        if self._answer is None:
            return
        for place in self._quotes:
            self._answer.note(place, otherwise)
        for each in quoted:
            note = self._answer.note(each.place, "")
            note.say(place_words(each), self.tr("Show it") if each.excerpt else "")
            note.pressed.connect(partial(self._show_page, each))

    def _show_page(self, quoted: Quoted) -> None:
        self.page.show_quote(quoted)
        self._into_sight.bring(self.page)

    def _show_answer(self, answer: Answer | None, job: Job) -> None:
        if answer is None:
            return
        columns = enumerate(columns_of(job.recipe.fields))
        self._quotes = tuple(
            place
            for place, column in columns
            if column.companion == "quote" and any(answer.values[place : place + 1])
        )
        names = headers_of(job.recipe.fields) or [self.tr("Answer")]
        self._answer = AnswerGrid(names, answer)
        self._parts.insertWidget(0, self._answer)

    def _asked(self, row: JobRow, table: Table) -> str:
        """What is above the prompt: the name of the document that went with it, if one did."""
        if table.document_column not in table.columns:
            return self.tr("What was asked")
        name = row.cells[table.columns.index(table.document_column)]
        told = self.tr("What was asked, with the document “%1”")
        return told.replace("%1", with_short_words(name))

    def show_corrections(self, corrections: Sequence[Correction]) -> None:
        """Say what a person put in the place of what came, the latest first.

        Those of a row that is not shown any more come too late.
        """
        if corrections and corrections[0].row == self.number:
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

    def _show_parts(self, *, visible: bool) -> None:
        if self._answer is not None:
            self._answer.hide()
            self._answer.deleteLater()
            self._answer = None
        for part in (self.status, self.facts, self.raw, self.prompt_caption, self.prompt_text):
            part.setVisible(visible)
        for each in (self.page, self.help, self.earlier, self.corrections):
            each.hide()


def _in_short(answer: Answer) -> str:
    """What became of a row, the beginning of its answer, and why it was not usable."""
    text = _short(answer.text)
    reason = with_short_words(answer.reason)
    return " ".join(filter(None, (f"{outcome_word(answer.outcome)}.", text, reason)))


def _short(text: str) -> str:
    words = with_short_words(" ".join(text.split()))
    return words if len(words) <= _SHOWN else f"{words[:_SHOWN]}…"
