from dataclasses import replace

import pytest
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from claude_batch_desk.core.errors import Busy
from claude_batch_desk.core.jobs.rows.conditions import RowFilter
from claude_batch_desk.core.jobs.rows.selection import Selection
from claude_batch_desk.core.report import silent
from claude_batch_desk.gui.draft import Draft
from claude_batch_desk.gui.tasks import TaskRunner
from claude_batch_desk.gui.tried_card import TriedCard
from claude_batch_desk.gui.try_page import TryPage
from tests.gui.clicking import click
from tests.gui.page_fakes import FakeDesk, make_table, sent_job


@pytest.fixture
def page(qtbot: QtBot, desk: FakeDesk, tasks: TaskRunner, draft: Draft) -> TryPage:
    page = TryPage(desk, tasks, draft)
    qtbot.addWidget(page)
    page.resize(800, 900)
    with qtbot.waitExposed(page):
        page.show()
    page.enter()
    return page


def cards(page: TryPage) -> list[TriedCard]:
    return [card for card in page.findChildren(TriedCard) if card.isVisible()]


def texts(widget: QWidget) -> list[str]:
    return [label.text() for label in widget.findChildren(QLabel) if label.isVisible()]


def test_the_price_is_on_the_button_before_it_can_be_pressed(qtbot: QtBot, page: TryPage) -> None:
    assert page.try_button.text() == "Try 5 rows"
    assert not page.try_button.isEnabled()
    qtbot.waitUntil(page.try_button.isEnabled)
    assert page.try_button.text() == "Try 5 rows, about $0.00024"


def test_three_to_ten_rows_can_be_tried_and_another_count_has_another_price(
    qtbot: QtBot, page: TryPage, desk: FakeDesk
) -> None:
    assert (page.count_spin.minimum(), page.count_spin.maximum()) == (3, 10)
    qtbot.waitUntil(page.try_button.isEnabled)
    page.count_spin.setValue(9)
    assert not page.try_button.isEnabled()
    qtbot.waitUntil(page.try_button.isEnabled)
    assert page.try_button.text().startswith("Try 9 rows, about ")
    assert desk.asked[-1] == "trial_price 9"


def test_rows_are_tried_from_those_that_run(
    qtbot: QtBot, page: TryPage, draft: Draft, desk: FakeDesk
) -> None:
    assert page.seed_label.text() == "Random rows, draw 1"
    draft.set_selection(Selection(filters=(RowFilter("Customer", "contains", "59"),)))
    qtbot.waitUntil(lambda: page.seed_label.text() == "At random from the 16 rows that run, draw 1")
    draft.set_selection(Selection(first=600))
    page.enter()
    qtbot.waitUntil(page.try_button.isEnabled)
    assert page.try_button.text() == "Try 1 row, about $0.00024"
    assert desk.asked[-1] == "trial_price 1"


def test_the_answers_are_shown_with_their_reason_and_cost(qtbot: QtBot, page: TryPage) -> None:
    qtbot.waitUntil(page.try_button.isEnabled)
    click(page.try_button)
    qtbot.waitUntil(lambda: len(cards(page)) == 5)
    seen = texts(cards(page)[3])
    assert {"Row 22", "To review", "Category", "thanks"} <= set(seen)
    assert "“thanks” is not an allowed value." in seen
    assert "120 tokens in, 40 out · $0.00021" in seen
    assert page.summary_label.text() == "Answered: 4 · To review: 1 · Spent: $0.0010"


def test_an_answer_is_shown_with_the_name_of_its_document(
    qtbot: QtBot, page: TryPage, desk: FakeDesk
) -> None:
    [first, *_] = desk.try_rows(1, 5, 1, silent)
    card = TriedCard(["Answer"], replace(first, document="scan <1>.pdf"))
    qtbot.addWidget(card)
    card.resize(700, 200)
    card.show()
    assert card.document_label.text() == "scan <1>.pdf"
    assert TriedCard(["Answer"], first).document_label.isHidden()


def test_the_prompt_of_a_tried_row_unfolds(qtbot: QtBot, page: TryPage) -> None:
    qtbot.waitUntil(page.try_button.isEnabled)
    click(page.try_button)
    qtbot.waitUntil(lambda: len(cards(page)) == 5)
    card = cards(page)[1]
    assert not card.prompt_text.isVisible()
    click(card.prompt_button)
    assert card.prompt_text.isVisible()
    assert card.prompt_text.toPlainText() == "Message of Customer 7"


def test_other_rows_are_another_draw(qtbot: QtBot, page: TryPage, desk: FakeDesk) -> None:
    qtbot.waitUntil(page.try_button.isEnabled)
    before = page.seed_label.text()
    click(page.other_button)
    assert page.seed_label.text() != before
    qtbot.waitUntil(page.try_button.isEnabled)
    click(page.try_button)
    qtbot.waitUntil(lambda: "try_rows 5 2" in desk.asked)


def test_a_second_press_while_it_runs_spends_nothing(
    qtbot: QtBot, page: TryPage, desk: FakeDesk
) -> None:
    qtbot.waitUntil(page.try_button.isEnabled)
    desk.go.clear()
    for _ in range(10):
        click(page.try_button)
        page.try_button.click()
    desk.go.set()
    qtbot.waitUntil(page.try_button.isEnabled)
    assert desk.asked.count("try_rows 5 1") == 1


def test_cancel_stops_the_trial(qtbot: QtBot, page: TryPage, desk: FakeDesk) -> None:
    qtbot.waitUntil(page.try_button.isEnabled)
    desk.go.clear()
    click(page.try_button)
    qtbot.waitUntil(page.busy.isVisible)
    click(page.busy.cancel)
    qtbot.waitUntil(page.try_button.isEnabled, timeout=1000)
    assert not page.busy.isVisible()
    assert cards(page) == []


def test_a_failure_is_said_on_the_page_and_frees_it(
    qtbot: QtBot, page: TryPage, desk: FakeDesk
) -> None:
    qtbot.waitUntil(page.try_button.isEnabled)
    desk.failure = Busy("The service is busy. Nothing was charged. Try again in a minute.")
    click(page.try_button)
    qtbot.waitUntil(page.banner.isVisible)
    assert page.banner.text.text() == str(desk.failure)
    qtbot.waitUntil(page.try_button.isEnabled)


def test_an_empty_prompt_cannot_be_tried_and_the_way_back_is_offered(
    qtbot: QtBot, page: TryPage, draft: Draft
) -> None:
    draft.set_recipe(draft.recipe.with_prompt(" "))
    page.enter()
    assert not page.try_button.isEnabled()
    assert "The prompt is empty" in page.empty.text.text()
    with qtbot.waitSignal(page.step_requested) as told:
        click(page.fix_button)
    assert told.args == ["prompt"]


def test_without_a_table_the_way_back_leads_to_the_data(
    qtbot: QtBot, page: TryPage, draft: Draft, desk: FakeDesk
) -> None:
    draft.open(desk.now, None)
    with qtbot.waitSignal(page.step_requested) as told:
        click(page.fix_button)
    assert told.args == ["data"]


def test_a_sent_job_shows_what_was_tried_and_spends_nothing_more(
    qtbot: QtBot, page: TryPage, draft: Draft, desk: FakeDesk
) -> None:
    desk.tried_rows = desk.try_rows(1, 3, 1, lambda done, total: None)
    draft.open(sent_job(), make_table())
    qtbot.waitUntil(lambda: len(cards(page)) == 3)
    assert not page.try_button.isVisible()
    assert not page.next_button.isVisible()


def test_rows_that_are_paid_are_not_offered_again(
    qtbot: QtBot, page: TryPage, desk: FakeDesk
) -> None:
    qtbot.waitUntil(page.try_button.isEnabled)
    desk.price = "0"  # the desk remembers what it has bought
    click(page.try_button)
    qtbot.waitUntil(lambda: page.try_button.text() == "These 5 rows are tried")
    assert not page.try_button.isEnabled()
    assert page.next_button.property("look") == "primary"
