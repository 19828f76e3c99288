"""The Review page tells which documents leave the computer, and which rows will not be answered."""

from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from claude_batch_desk.core.prompts.checks import Concern
from claude_batch_desk.core.tables.document import Document
from claude_batch_desk.core.tables.table import Reading, Table
from claude_batch_desk.gui.checks_card import ChecksCard
from claude_batch_desk.gui.review_cards import LeavesCard
from tests.gui.page_fakes import RECIPE, make_estimate, make_job, make_table


class Papers:
    def window(self, first: int, count: int) -> list[Document]:
        found = Document("a.pdf", "pdf", "application/pdf", 9, "ab" * 32)
        return [found] * count


@pytest.fixture
def table() -> Table:
    reading = Reading("delimited", document_column="Ticket")
    return replace(make_table(), reading=reading, documents=Papers())


def test_rows_that_will_not_be_answered_are_named_before_sending(qtbot: QtBot) -> None:
    card = ChecksCard()
    qtbot.addWidget(card)
    warning = "1 row is not sent and costs nothing. Row 5: “a.pdf” is <b>encrypted</b>."
    card.show_estimate(replace(make_estimate(), concerns=(Concern(warning, "data"),)))
    assert [each.text() for each in card.lines] == [warning]
    card.show_estimate(make_estimate())
    assert card.lines == []


def test_the_document_of_each_row_is_among_what_leaves(qtbot: QtBot, table: Table) -> None:
    card = LeavesCard()
    qtbot.addWidget(card)
    job = make_job(mode="live", recipe=RECIPE.with_prompt("What is it?"))
    card.show_draft(table, job)
    assert card.sent_label.text() == "the document of each row, with its name, as a file"
    assert "Documents of more than 8 MB are uploaded" in card.retention_label.text()
    card.show_draft(table, replace(job, recipe=replace(RECIPE, documents="text")))
    assert card.sent_label.text().startswith("the text of each row's document")
    assert card.sent_label.text().endswith("; Customer, Message")


def test_of_a_table_without_documents_only_columns_leave(qtbot: QtBot) -> None:
    card = LeavesCard()
    qtbot.addWidget(card)
    card.show_draft(make_table(), make_job(mode="live"))
    assert card.sent_label.text() == "Customer, Message"
    assert "uploaded" not in card.retention_label.text()
