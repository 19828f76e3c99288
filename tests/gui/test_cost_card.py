from dataclasses import replace
from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from claude_batch_desk.core.errors import PriceError
from claude_batch_desk.core.jobs.rows.conditions import RowFilter
from claude_batch_desk.core.jobs.rows.selection import Selection
from claude_batch_desk.core.pricing.caching import CacheUse, Caching
from claude_batch_desk.core.pricing.narrowing import Narrowing
from claude_batch_desk.core.pricing.reckoning import Reckoning
from claude_batch_desk.gui.cost_card import CARD_WIDTH, CostCard
from claude_batch_desk.gui.draft import Draft
from claude_batch_desk.gui.tasks import TaskRunner
from tests.gui.page_fakes import (
    RECIPE,
    FakeDesk,
    done_job,
    make_estimate,
    make_job,
    make_range,
    make_table,
    sent_job,
)


def state_of(card: CostCard) -> str:
    """Unlike the attribute, it is not taken for what it was."""
    return card.state


LEFT = Qt.MouseButton.LeftButton


def press(card: CostCard, name: str) -> None:
    button = card.findChild(QPushButton, name)
    assert isinstance(button, QPushButton)
    QTest.mouseClick(button, LEFT)


@pytest.fixture
def draft(empty_draft: Draft) -> Draft:
    return empty_draft


@pytest.fixture
def card(qtbot: QtBot, desk: FakeDesk, tasks: TaskRunner, draft: Draft) -> CostCard:
    card = CostCard(desk, desk, tasks, draft)
    qtbot.addWidget(card)
    card.show()
    return card


def test_both_ways_stand_side_by_side_with_range_and_ceiling(
    qtbot: QtBot, card: CostCard, draft: Draft, desk: FakeDesk
) -> None:
    with qtbot.waitSignal(card.estimated):
        draft.open(desk.now, desk.kept_table)
    assert card.ways.batch.amount.text() == "$0.31"
    assert card.ways.batch.span.text() == "$0.28 to $0.38\nat most $1.24"
    assert card.ways.batch.amount.accessibleName() == (
        "As a batch: about $0.31, between $0.28 and $0.38, never more than $1.24"
    )
    assert card.ways.now.amount.text() == "$0.62"
    assert card.ways.batch.saving.text.text() == "saves $0.31 · 50 %"
    assert card.ways.now.saving.isHidden()
    assert state_of(card) == "current"


def test_all_ways_can_be_seen_for_a_thousand_rows(
    qtbot: QtBot, card: CostCard, draft: Draft, desk: FakeDesk
) -> None:
    desk.next_estimate = replace(make_estimate(), already_answered=290)
    with qtbot.waitSignal(card.estimated):
        draft.open(desk.now, desk.kept_table)
    press(card, "cost_per_thousand")
    # 290 of 580 requests are paid for already: $0.31 for 300 rows.
    assert card.ways.batch.amount.text() == "$1.03"
    assert card.ways.now.amount.text() == "$2.07"
    assert card.ways.batch.saving.text.text() == "saves $1.03 · 50 %"
    press(card, "cost_per_job")
    assert card.ways.batch.amount.text() == "$0.31"


def test_cached_instructions_are_a_way_of_their_own_where_they_are_offered(
    qtbot: QtBot, card: CostCard, draft: Draft, desk: FakeDesk
) -> None:
    desk.next_estimate = replace(make_estimate(), cached=make_range("0.155"))
    with qtbot.waitSignal(card.estimated):
        draft.open(desk.now, desk.kept_table)
    assert card.ways.cached.amount.text() == "$0.16"
    assert card.ways.cached.saving.text.text() == "saves $0.46 · 75 %"


def test_where_they_are_not_it_says_why(
    qtbot: QtBot, card: CostCard, draft: Draft, desk: FakeDesk
) -> None:
    why = "Your instructions are about 40 tokens; Haiku 5.5 caches from 512 on."
    refused = Caching(False, why, 40, 512, 0.5)
    desk.next_estimate = replace(make_estimate(), caching=refused)
    with qtbot.waitSignal(card.estimated):
        draft.open(desk.now, desk.kept_table)
    assert card.ways.cached.why.text() == why
    assert card.ways.cached.amount.isHidden()


def test_all_bars_have_the_same_scale(
    qtbot: QtBot, card: CostCard, draft: Draft, desk: FakeDesk
) -> None:
    with qtbot.waitSignal(card.estimated):
        draft.open(desk.now, desk.kept_table)
    scales = {way.bar._scale for way in (card.ways.batch, card.ways.now)}
    [scale] = scales
    assert scale.place(make_estimate().now.high, 100) < 100
    assert scale.place(make_estimate().now.ceiling, 100) == 100  # four times what is likely


def test_a_first_figure_is_shown_while_the_counting_goes_on(
    qtbot: QtBot, card: CostCard, draft: Draft, desk: FakeDesk
) -> None:
    desk.early_estimates = [replace(make_estimate(), counted=0, batch=make_range("0.50"))]
    desk.go.clear()
    draft.open(desk.now, desk.kept_table)
    qtbot.waitUntil(lambda: card.ways.batch.amount.text() == "$0.50")
    assert card.state == "counting"
    assert card.ways.batch.isEnabled()
    assert "No count yet" in card.basis.lines.text()
    with qtbot.waitSignal(card.estimated):
        desk.go.set()
    assert card.ways.batch.amount.text() == "$0.31"


def test_what_would_narrow_the_range_is_said_with_a_button_that_does_it(
    qtbot: QtBot, card: CostCard, draft: Draft, desk: FakeDesk
) -> None:
    desk.next_estimate = replace(make_estimate(), narrowing=Narrowing("try", 20, 0.11, 0.04))
    with qtbot.waitSignal(card.estimated):
        draft.open(desk.now, desk.kept_table)
    assert str(desk.next_estimate.narrowing) in card.basis.narrower.text()
    with qtbot.waitSignal(card.try_requested):
        QTest.mouseClick(card.basis.do_button, LEFT)
    desk.next_estimate = replace(make_estimate(), narrowing=Narrowing("count", 160, 0.11, 0.04))
    with qtbot.waitSignal(card.estimated):
        card.refresh()
    with qtbot.waitSignal(card.estimated):
        QTest.mouseClick(card.basis.do_button, LEFT)


def test_the_cost_is_that_of_the_rows_that_run(
    qtbot: QtBot, card: CostCard, draft: Draft, desk: FakeDesk
) -> None:
    with qtbot.waitSignal(card.estimated):
        draft.open(desk.now, desk.kept_table)
    assert card.rows_label.text() == "For 600 rows. Practice: nothing is charged."
    desk.next_estimate = make_estimate(16)
    with qtbot.waitSignal(card.estimated):
        draft.set_selection(Selection(filters=(RowFilter("Customer", "contains", "59"),)))
        assert card.state == "stale"
    assert card.rows_label.text().startswith("For 16 of 600 rows.")


def test_where_no_row_runs_there_is_nothing_to_cost(
    qtbot: QtBot, card: CostCard, draft: Draft, desk: FakeDesk
) -> None:
    with qtbot.waitSignal(card.estimated):
        draft.open(desk.now, desk.kept_table)
    draft.set_selection(Selection(filters=(RowFilter("Customer", "equals", "nobody"),)))
    qtbot.waitUntil(lambda: card.state == "nothing")
    assert card.message.text().startswith("None of the rows is chosen to run.")
    assert card.rows_label.text() == ""
    with qtbot.waitSignal(card.estimated):
        draft.set_selection(Selection())


def test_what_the_numbers_rest_on_is_said(
    qtbot: QtBot, card: CostCard, draft: Draft, desk: FakeDesk
) -> None:
    desk.next_estimate = replace(make_estimate(tried=0), counted=0)
    with qtbot.waitSignal(card.estimated):
        draft.open(desk.now, desk.kept_table)
    assert "No count yet, input by a rule of thumb" in card.basis.lines.text()
    assert "guessed" in card.basis.lines.text()
    assert "95 of 100" not in card.basis.lines.text()
    assert "2026-11-20" in card.basis.lines.text()


def test_without_a_table_it_says_what_is_missing(card: CostCard, draft: Draft) -> None:
    draft.open(make_job(table_id=None))
    assert state_of(card) == "nothing"
    assert card.message.text() == "There is no table yet. Open a file first."
    assert card.ways.batch.amount.text() == "–"


def test_a_table_that_is_being_read_is_not_said_to_be_missing(
    qtbot: QtBot, card: CostCard, draft: Draft, desk: FakeDesk
) -> None:
    reading = [True]
    card.reading = lambda: reading[0]
    draft.open(make_job(table_id=None))
    assert card.state == "reading"
    assert card.message.text().startswith("The table is being read.")
    assert card.state_chip.text.text() == "reading …"
    draft.set_recipe(RECIPE.with_prompt("Other {{Message}}"))
    assert card.state == "reading"
    reading.clear()
    reading.append(False)
    card.follow_reading()
    assert state_of(card) == "nothing"
    with qtbot.waitSignal(card.estimated):
        draft.set_table(desk.kept_table)


def test_a_job_whose_table_is_still_loaded_says_so(card: CostCard, draft: Draft) -> None:
    draft.open(make_job(table_id=1))
    assert card.state == "reading"


def test_a_cost_above_the_budget_is_said_and_follows_the_budget(
    qtbot: QtBot, card: CostCard, draft: Draft, desk: FakeDesk
) -> None:
    left = ["Of this month's budget only $0.10 are left."]
    card.over_budget = lambda estimate: left[0]
    with qtbot.waitSignal(card.estimated):
        draft.open(desk.now, desk.kept_table)
    assert card.state == "over"
    assert card.budget_banner.text.text() == left[0]
    assert card.state_chip.text.text() == "over budget"
    assert card.ways.batch.isEnabled()
    left[0] = ""
    card.settle_budget()
    assert state_of(card) == "current"
    assert card.budget_banner.isHidden()


def test_an_amount_is_marked_as_old_while_the_prompt_changes(
    qtbot: QtBot, card: CostCard, draft: Draft, desk: FakeDesk
) -> None:
    with qtbot.waitSignal(card.estimated):
        draft.open(desk.now, desk.kept_table)
    with qtbot.waitSignal(card.estimated):
        draft.set_recipe(RECIPE.with_prompt("Other {{Message}}"))
        assert card.state_chip.text.text() == "out of date"
        assert not card.ways.batch.isEnabled()
    assert card.ways.batch.isEnabled()
    assert desk.asked.index("save_draft") < len(desk.asked) - 1
    assert desk.asked[-1] == "estimate"


def test_a_failure_is_said_and_can_be_asked_again(
    qtbot: QtBot, card: CostCard, draft: Draft, desk: FakeDesk
) -> None:
    desk.failure = PriceError("The price of this model is not known.")
    draft.open(desk.now, desk.kept_table)
    qtbot.waitUntil(lambda: card.state == "failed")
    assert card.message.text() == "The price of this model is not known."
    desk.failure = None
    with qtbot.waitSignal(card.estimated):
        QTest.mouseClick(card.again, LEFT)


def test_a_sent_job_shows_the_estimate_it_was_sent_with_and_its_bill(
    card: CostCard, draft: Draft, desk: FakeDesk
) -> None:
    draft.open(sent_job(mode="live"), make_table())
    assert card.state == "sent"
    assert card.billed.isHidden()
    assert not card.ways.batch.sent_chip.isHidden()
    draft.show_job(done_job(mode="live"))
    assert card.billed.text() == "Billed: $0.32"
    assert "estimate" not in desk.asked


def test_a_bill_stands_beside_its_estimate(
    qtbot: QtBot, card: CostCard, draft: Draft, desk: FakeDesk
) -> None:
    desk.next_reckoning = Reckoning(make_estimate().batch, Decimal("0.3241"))
    draft.open(done_job(mode="live"), make_table())
    qtbot.waitUntil(lambda: card.state == "billed")
    assert card.state_chip.text.text() == "Inside the range"
    assert card.reckoning.text() == "That is $0.014 more than expected."
    assert card.ways.batch.bar._billed == Decimal("0.3241")
    assert card.ways.now.bar._billed is None
    assert card.basis.do_button.isHidden()
    with qtbot.waitSignal(card.estimated):
        draft.open(desk.now, desk.kept_table)
    assert card.reckoning.isHidden()
    assert card.ways.batch.sent_chip.isHidden()


def test_tried_rows_are_no_part_of_what_is_held_against_the_estimate(
    qtbot: QtBot, card: CostCard, draft: Draft, desk: FakeDesk
) -> None:
    desk.next_reckoning = Reckoning(make_estimate().batch, Decimal("0.3100"))
    draft.open(done_job(mode="live"), make_table())
    qtbot.waitUntil(lambda: card.state == "billed")
    assert card.billed.text() == "Billed: $0.32"
    assert card.reckoning.text().startswith("Without tried rows: $0.31. ")
    assert card.ways.batch.bar._billed == Decimal("0.3100")


def test_a_job_sent_with_a_cache_shows_the_price_it_was_sent_at(
    card: CostCard, draft: Draft
) -> None:
    estimate = replace(make_estimate(), cached=make_range("0.20"), primed=make_range("0.17"))
    draft.open(sent_job(estimate=estimate, cache=CacheUse(prime=True)), make_table())
    assert card.ways.cached.amount.text() == "$0.17"
    assert not card.ways.cached.sent_chip.isHidden()
    assert card.ways.batch.sent_chip.isHidden()


def test_a_practice_job_is_never_said_to_be_billed(card: CostCard, draft: Draft) -> None:
    draft.open(done_job(mode="practice"), make_table())
    assert card.billed.text() == "Would have cost: $0.32"
    assert "Practice: nothing is charged." in card.rows_label.text()


def test_the_card_scrolls_down_only(
    qtbot: QtBot, card: CostCard, draft: Draft, desk: FakeDesk
) -> None:
    most = make_range("123456.78")
    desk.next_estimate = replace(make_estimate(), batch=most, now=most, cached=most)
    with qtbot.waitSignal(card.estimated):
        draft.open(desk.now, desk.kept_table)
    assert card.minimumSizeHint().width() <= CARD_WIDTH - 12  # beside a scroll bar
