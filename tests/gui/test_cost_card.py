from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from claude_batch_desk.core.errors import PriceError
from claude_batch_desk.core.jobs.rows.conditions import RowFilter
from claude_batch_desk.core.jobs.rows.selection import Selection
from claude_batch_desk.gui.cost_card import CostCard
from claude_batch_desk.gui.draft import Draft
from claude_batch_desk.gui.tasks import TaskRunner
from tests.gui.page_fakes import (
    RECIPE,
    FakeDesk,
    done_job,
    make_estimate,
    make_job,
    make_table,
    sent_job,
)


@pytest.fixture
def draft(empty_draft: Draft) -> Draft:
    return empty_draft


@pytest.fixture
def card(qtbot: QtBot, desk: FakeDesk, tasks: TaskRunner, draft: Draft) -> CostCard:
    card = CostCard(desk, tasks, draft)
    qtbot.addWidget(card)
    card.show()
    return card


def test_both_ways_stand_side_by_side_with_range_and_ceiling(
    qtbot: QtBot, card: CostCard, draft: Draft, desk: FakeDesk
) -> None:
    with qtbot.waitSignal(card.estimated):
        draft.open(desk.now, desk.kept_table)
    assert card.batch.amount.text() == "$0.31"
    assert card.batch.span.text() == "between $0.28 and $0.38"
    assert card.batch.ceiling.text() == "never more than $1.24"
    assert card.now.amount.text() == "$0.62"
    assert card.batch.chip.text.text() == "saves 50 %"
    assert card.per_thousand.text() == "$0.52 per 1,000 rows"
    assert card.state == "current"


def test_the_cost_is_that_of_the_rows_that_run(
    qtbot: QtBot, card: CostCard, draft: Draft, desk: FakeDesk
) -> None:
    with qtbot.waitSignal(card.estimated):
        draft.open(desk.now, desk.kept_table)
    assert card.rows_label.text() == "For 600 rows"
    desk.next_estimate = make_estimate(16)
    with qtbot.waitSignal(card.estimated):
        draft.set_selection(Selection(filters=(RowFilter("Customer", "contains", "59"),)))
        assert card.state == "stale"
    assert card.rows_label.text() == "For 16 of 600 rows"


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
    assert "rule of thumb" in card.basis.text()
    assert "guessed" in card.basis.text()
    assert "2026-11-20" in card.basis.text()


def test_without_a_table_it_says_what_is_missing(card: CostCard, draft: Draft) -> None:
    draft.open(make_job(table_id=None))
    assert card.state == "nothing"
    assert card.message.text() == "There is no table yet. Open a file first."
    assert card.batch.amount.text() == "–"


def test_an_amount_is_marked_as_old_while_the_prompt_changes(
    qtbot: QtBot, card: CostCard, draft: Draft, desk: FakeDesk
) -> None:
    with qtbot.waitSignal(card.estimated):
        draft.open(desk.now, desk.kept_table)
    with qtbot.waitSignal(card.estimated):
        draft.set_recipe(RECIPE.with_prompt("Other {{Message}}"))
        assert card.state_chip.text.text() == "out of date"
        assert not card.batch.isEnabled()
    assert card.batch.isEnabled()
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
        QTest.mouseClick(card.again, Qt.MouseButton.LeftButton)


def test_a_sent_job_shows_the_estimate_it_was_sent_with_and_its_bill(
    card: CostCard, draft: Draft, desk: FakeDesk
) -> None:
    draft.open(sent_job(mode="live"), make_table())
    assert card.state == "sent"
    assert card.billed.isHidden()
    draft.show_job(done_job(mode="live"))
    assert card.billed.text() == "Billed: $0.32"
    assert "estimate" not in desk.asked


def test_a_practice_job_is_never_said_to_be_billed(card: CostCard, draft: Draft) -> None:
    draft.open(done_job(mode="practice"), make_table())
    assert card.billed.text() == "Would have cost: $0.32"
