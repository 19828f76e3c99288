from dataclasses import replace
from decimal import Decimal

import pytest
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from claude_batch_desk.core.errors import Busy
from claude_batch_desk.core.jobs.money.budgets import Allowance
from claude_batch_desk.core.jobs.rows.selection import Selection
from claude_batch_desk.core.pricing.narrowing import Narrowing
from claude_batch_desk.core.quality.sampling import Draw
from claude_batch_desk.core.report import silent
from claude_batch_desk.gui.confirm_dialog import ConfirmAmount
from claude_batch_desk.gui.draft import Draft
from claude_batch_desk.gui.purse import Purse
from claude_batch_desk.gui.tasks import TaskRunner
from claude_batch_desk.gui.tried_card import TriedCard
from claude_batch_desk.gui.try_page import TryPage
from tests.gui.clicking import click
from tests.gui.page_fakes import FakeDesk, make_table, sent_job
from tests.gui.trial_fakes import FakeTrials


@pytest.fixture
def trials(desk: FakeDesk) -> FakeTrials:
    return FakeTrials(desk)


@pytest.fixture
def page(
    qtbot: QtBot, desk: FakeDesk, trials: FakeTrials, tasks: TaskRunner, draft: Draft
) -> TryPage:
    page = TryPage(trials, tasks, draft, Purse(desk, tasks, draft))
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


def choose(page: TryPage, how: str) -> None:
    combo = page.offer.choice.how_combo
    combo.setCurrentIndex(combo.findData(how))


def try_some(qtbot: QtBot, page: TryPage, count: int) -> None:
    page.offer.choice.count_spin.setValue(count)
    qtbot.waitUntil(page.try_button.isEnabled)
    before = len(page._seen.rows)
    click(page.try_button)
    qtbot.waitUntil(lambda: len(page._seen.rows) == before + count)


def test_the_price_is_on_the_button_before_it_can_be_pressed(qtbot: QtBot, page: TryPage) -> None:
    assert page.try_button.text() == "Try 5 rows"
    assert not page.try_button.isEnabled()
    qtbot.waitUntil(page.try_button.isEnabled)
    assert page.try_button.text() == "Try 5 rows, about $0.00024"


def test_one_to_two_hundred_rows_can_be_tried_and_another_count_has_another_price(
    qtbot: QtBot, page: TryPage, trials: FakeTrials
) -> None:
    spin = page.offer.choice.count_spin
    assert (spin.minimum(), spin.maximum()) == (1, 200)
    qtbot.waitUntil(page.try_button.isEnabled)
    spin.setValue(9)
    assert not page.try_button.isEnabled()
    qtbot.waitUntil(page.try_button.isEnabled)
    assert page.try_button.text().startswith("Try 9 rows, about ")
    assert trials.draws[-1] == Draw("random", 9, fresh=True)


def test_no_more_rows_are_offered_than_run(qtbot: QtBot, page: TryPage, draft: Draft) -> None:
    draft.set_selection(Selection(first=598))
    page.enter()
    qtbot.waitUntil(page.try_button.isEnabled)
    assert page.offer.choice.count_spin.maximum() == 3


def test_rows_are_drawn_in_the_way_that_is_chosen(
    qtbot: QtBot, page: TryPage, trials: FakeTrials
) -> None:
    choice = page.offer.choice
    choose(page, "spread")
    choice.column_combo.setCurrentIndex(choice.column_combo.findData("Customer"))
    qtbot.waitUntil(page.try_button.isEnabled)
    assert trials.draws[-1] == Draw("spread", 5, column="Customer", fresh=True)
    choose(page, "longest")
    assert not choice.column_combo.isVisible()
    qtbot.waitUntil(page.try_button.isEnabled)
    assert trials.draws[-1] == Draw("longest", 5, fresh=True)


def test_rows_can_be_named_by_their_numbers(
    qtbot: QtBot, page: TryPage, trials: FakeTrials
) -> None:
    choose(page, "chosen")
    assert not page.offer.choice.count_spin.isVisible()
    assert not page.try_button.isEnabled()
    page.offer.choice.rows_edit.setText("3, 17, 40-42")
    qtbot.waitUntil(page.try_button.isEnabled)
    assert page.try_button.text() == "Try 5 rows, about $0.00024"
    assert trials.draws[-1].rows == (2, 16, 39, 40, 41)


def test_what_is_wrong_with_named_rows_stands_beside_the_button(
    qtbot: QtBot, page: TryPage
) -> None:
    choose(page, "chosen")
    reason = page.offer.reason_label
    page.offer.choice.rows_edit.setText("three")
    qtbot.waitUntil(lambda: reason.text().startswith("“three” is no row."))
    page.offer.choice.rows_edit.setText("9999")
    qtbot.waitUntil(lambda: reason.text().startswith("There is no such row."))
    page.offer.choice.rows_edit.setText("3")
    qtbot.waitUntil(page.try_button.isEnabled)
    assert not reason.isVisible()


def test_rows_selected_on_the_data_page_are_taken(qtbot: QtBot, page: TryPage) -> None:
    choose(page, "chosen")
    with qtbot.waitSignal(page.selected_wanted):
        click(page.offer.choice.selected_button)
    page.choose_selected(())
    assert page.offer.reason_label.text() == "No row is selected on the Data page."
    page.choose_selected((4, 5, 6, 20))
    assert not page.offer.reason_label.isVisible()
    assert page.offer.choice.rows_edit.text() == "5-7, 21"
    qtbot.waitUntil(page.try_button.isEnabled)


def test_the_answers_are_shown_with_their_reason_and_cost(qtbot: QtBot, page: TryPage) -> None:
    try_some(qtbot, page, 5)
    qtbot.waitUntil(lambda: len(cards(page)) == 5)
    seen = texts(cards(page)[3])
    assert {"Row 22", "To review", "Category", "thanks"} <= set(seen)
    assert "“thanks” is not an allowed value." in seen
    assert "120 tokens in, 40 out · $0.00021" in seen
    assert page.summary_label.text() == "Answered: 4 · To review: 1 · Spent: $0.0010"


def test_more_rows_are_others_and_join_those_tried(
    qtbot: QtBot, page: TryPage, trials: FakeTrials
) -> None:
    try_some(qtbot, page, 5)
    qtbot.waitUntil(lambda: page.try_button.text() == "Try 5 more rows, about $0.00024")
    assert trials.draws[-1] == Draw("random", 5, 6, fresh=True)
    try_some(qtbot, page, 5)
    assert [each.number for each in page._seen.rows] == list(range(0, 70, 7))


def test_an_answer_is_shown_with_the_name_of_its_document(qtbot: QtBot, desk: FakeDesk) -> None:
    [first, *_] = desk.answer_rows(range(5), silent)
    card = TriedCard(["Answer"], replace(first, document="scan <1>.pdf"))
    qtbot.addWidget(card)
    card.resize(700, 200)
    card.show()
    assert card.document_label.text() == "scan <1>.pdf"
    assert TriedCard(["Answer"], first).document_label.isHidden()


def test_what_was_asked_and_answered_unfolds(qtbot: QtBot, page: TryPage) -> None:
    try_some(qtbot, page, 5)
    qtbot.waitUntil(lambda: len(cards(page)) == 5)
    card = cards(page)[1]
    assert not card.prompt_text.isVisible()
    click(card.prompt_button)
    assert card.prompt_text.toPlainText() == "Message of Customer 7"
    assert card.raw_text.isVisible()
    assert card.raw_text.toPlainText() == '{"category_1":"delivery"}'


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
    assert desk.asked.count("try 5") == 1


def test_cancel_stops_the_trial(qtbot: QtBot, page: TryPage, desk: FakeDesk) -> None:
    qtbot.waitUntil(page.try_button.isEnabled)
    desk.go.clear()
    click(page.try_button)
    qtbot.waitUntil(page.busy.isVisible)
    assert not page.offer.choice.count_spin.isEnabled()
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
    desk.answer_rows([0, 7, 14], silent)
    draft.open(sent_job(), make_table())
    qtbot.waitUntil(lambda: len(cards(page)) == 3)
    assert not page.try_button.isVisible()
    assert not page.next_button.isVisible()


def test_rows_that_are_paid_are_not_offered_again(qtbot: QtBot, page: TryPage) -> None:
    choose(page, "chosen")
    page.offer.choice.rows_edit.setText("1, 8")
    qtbot.waitUntil(page.try_button.isEnabled)
    click(page.try_button)
    qtbot.waitUntil(lambda: page.try_button.text() == "These 2 rows are tried")
    assert not page.try_button.isEnabled()
    assert page.next_button.property("look") == "primary"


def test_many_rows_are_a_sheet_and_one_opens_with_what_was_asked(
    qtbot: QtBot, page: TryPage
) -> None:
    try_some(qtbot, page, 50)
    assert page.rows.view.isVisible()
    assert page.rows.model.rowCount() == 50
    page.rows.view.setCurrentIndex(page.rows.model.index(3, 0))
    [card] = cards(page)
    assert {"Row 22", "thanks"} <= set(texts(card))
    assert card.prompt_text.isVisible()
    click(page.rows.close_button)
    assert cards(page) == []
    assert not page.rows.close_button.isVisible()
    click(page.rows.look._buttons["cards"])
    qtbot.waitUntil(lambda: len(cards(page)) == 20)
    click(page.rows.more_button)
    assert len(page.rows.cards) == 40


def test_only_rows_with_problems_are_left_in_the_sheet(qtbot: QtBot, page: TryPage) -> None:
    try_some(qtbot, page, 50)
    page.rows.problems_check.click()
    assert page.rows.count_label.text() == "5 of 50 rows"
    assert page.rows.model.headerData(0, page.rows.view.verticalHeader().orientation()) == "22"
    click(page.rows.all_button)
    assert page.rows.count_label.text() == "50 rows"
    assert not page.rows.problems_check.isChecked()


def test_alarms_are_shown_and_lead_to_their_rows(qtbot: QtBot, page: TryPage) -> None:
    assert not page.alarms.isVisible()
    try_some(qtbot, page, 50)
    assert page.alarms.isVisible()
    told = [line.text() for line in page.alarms.lines]
    assert told[0].startswith("2 of 50 rows (4 %) got no answer")
    assert told[1].startswith("1 of 50 rows (2 %) was declined")
    assert not page.alarms.lines[2].isVisible()
    click(page.alarms.more_button)
    assert page.alarms.lines[2].isVisible()
    page.alarms.rows_wanted.emit(page._seen.alarms[1])
    assert page.rows.count_label.text() == "1 of 50 rows"


def test_as_many_rows_are_offered_as_would_narrow_the_estimate(
    qtbot: QtBot, page: TryPage, desk: FakeDesk
) -> None:
    choose(page, "longest")
    advice = Narrowing("try", 20, now=0.2, then=0.1)
    page.show_estimate(replace(desk.next_estimate, narrowing=advice))
    page.offer_advised()
    qtbot.waitUntil(lambda: page.try_button.text() == "Try 20 rows, about $0.00024")
    assert page.offer.choice.how == "random"
    page.show_estimate(replace(desk.next_estimate, narrowing=replace(advice, do="count")))
    page.offer_advised()
    assert page.offer.choice.count_spin.value() == 20


def test_what_is_dear_is_asked_for_once_more(
    qtbot: QtBot, page: TryPage, desk: FakeDesk, tasks: TaskRunner
) -> None:
    desk.next_allowance = Allowance(typed_above=Decimal("0.0001"))
    page.enter()
    qtbot.waitUntil(lambda: page._purse.typed_above is not None)
    qtbot.waitUntil(page.try_button.isEnabled)
    click(page.try_button)
    [asking] = page.window().findChildren(ConfirmAmount)
    assert "try 5" not in desk.asked
    asking.edit.setText(str(asking._amount))
    click(asking.verb)
    qtbot.waitUntil(lambda: "try 5" in desk.asked)
