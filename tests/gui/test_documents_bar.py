from collections.abc import Iterator
from dataclasses import replace

import pytest
import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from claude_batch_desk.core.errors import ServiceError
from claude_batch_desk.core.prompts.template import Template
from claude_batch_desk.core.tables.document import Document
from claude_batch_desk.gui.documents_bar import DocumentsBar
from claude_batch_desk.gui.draft import Draft
from claude_batch_desk.gui.tasks import TaskRunner
from tests.gui.page_fakes import FakeDesk, make_table

_PDF = Document("offer.pdf", "pdf", "application/pdf", 1_000, "0" * 64, pages=2, text="An offer.")


class Papers:
    """A document for every row."""

    def window(self, first: int, count: int) -> list[Document]:
        del first
        return [_PDF] * count


@pytest.fixture
def desk() -> FakeDesk:
    return FakeDesk(table=replace(make_table(), documents=Papers()))


@pytest.fixture
def bar(qtbot: QtBot, desk: FakeDesk, tasks: TaskRunner, draft: Draft) -> Iterator[DocumentsBar]:
    made = DocumentsBar(desk, tasks, draft)
    qtbot.addWidget(made)
    made.show()
    yield made
    if shiboken6.isValid(made):
        made.hide()


def test_both_ways_of_sending_have_their_price(qtbot: QtBot, bar: DocumentsBar) -> None:
    qtbot.waitUntil(lambda: bar.text_price.text() != "–")
    assert bar.file_price.text() == "$4.20 ($3.78 – $5.04)"
    assert bar.text_price.text() == "$1.10 ($0.99 – $1.32)"


def test_choosing_the_text_is_part_of_the_recipe(bar: DocumentsBar, draft: Draft) -> None:
    assert bar.file.isChecked()
    QTest.mouseClick(bar.text, Qt.MouseButton.LeftButton)
    assert draft.recipe.documents == "text"


def test_a_table_without_documents_has_no_such_choice(bar: DocumentsBar, draft: Draft) -> None:
    draft.set_table(make_table())
    assert bar.isHidden()


def test_without_a_prompt_it_says_when_the_prices_come(
    qtbot: QtBot, bar: DocumentsBar, draft: Draft
) -> None:
    draft.set_recipe(draft.recipe.with_prompt(" "))
    qtbot.waitUntil(lambda: "once the prompt is written" in bar.note.text())
    assert bar.file_price.text() == "–"


def test_a_prompt_about_documents_need_not_name_a_column(
    qtbot: QtBot, bar: DocumentsBar, draft: Draft
) -> None:
    draft.set_recipe(replace(draft.recipe, prompt=Template("Who signed this?")))
    qtbot.waitUntil(lambda: bar.text_price.text() != "–")


def test_prices_that_cannot_be_had_leave_a_sentence(
    qtbot: QtBot, bar: DocumentsBar, desk: FakeDesk, draft: Draft
) -> None:
    qtbot.waitUntil(lambda: bar.text_price.text() != "–")
    desk.failure = ServiceError("The service cannot be reached.")
    draft.set_recipe(draft.recipe.with_prompt("Is {{Message}} about this document?"))
    qtbot.waitUntil(lambda: bar.note.text() == "The service cannot be reached.")
    assert bar.text_price.text() == "–"


def test_a_job_that_was_sent_keeps_its_way(bar: DocumentsBar, draft: Draft) -> None:
    assert draft.job is not None
    draft.show_job(replace(draft.job, state="waiting"))
    assert not bar.text.isEnabled()
    assert bar.file_price.isHidden()
    assert bar.note.text() == "This is how the documents of this job were sent."


def test_the_prices_of_one_job_are_not_shown_with_the_next(
    qtbot: QtBot, bar: DocumentsBar, desk: FakeDesk, draft: Draft
) -> None:
    qtbot.waitUntil(lambda: bar.text_price.text() != "–")
    desk.now = replace(desk.now, id=2)
    draft.open(desk.now, desk.kept_table)
    assert bar.file_price.text() == bar.text_price.text() == "–"
    assert bar.file_price.isVisible()


def test_prices_that_nobody_sees_any_more_are_not_asked_for(bar: DocumentsBar) -> None:
    assert bar._timer.isActive()
    bar.hide()
    assert not bar._timer.isActive()
