"""Budgets where money is about to be spent: what is left is said, and what is dear is typed."""

from dataclasses import replace
from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from claude_batch_desk.core.errors import StoreError
from claude_batch_desk.core.jobs.money.budgets import Allowance, Budget
from claude_batch_desk.core.price_override import PriceOverride
from claude_batch_desk.core.report import Report
from claude_batch_desk.gui.confirm_dialog import ConfirmAmount
from claude_batch_desk.gui.draft import Draft
from claude_batch_desk.gui.main_window import MainWindow
from claude_batch_desk.gui.price_form import PriceForm
from claude_batch_desk.gui.purse import Purse
from claude_batch_desk.gui.review_page import ReviewPage
from claude_batch_desk.gui.settings_dialog import SettingsDialog
from claude_batch_desk.gui.tasks import TaskRunner
from tests.gui.clicking import click
from tests.gui.page_fakes import FakeDesk, make_job
from tests.gui.test_main_window import open_sample

MONTH = Budget("month", Decimal(100), Decimal("30.40"), Decimal("7.50"))
"""The estimate of the fake desk is at most $1.24."""
PRICES = PriceOverride(Decimal(10), Decimal(50))


@pytest.fixture
def live(desk: FakeDesk) -> FakeDesk:
    desk.now = replace(make_job(), mode="live")
    return desk


@pytest.fixture
def purse(live: FakeDesk, tasks: TaskRunner, draft: Draft) -> Purse:
    return Purse(live, tasks, draft)


@pytest.fixture
def page(qtbot: QtBot, live: FakeDesk, tasks: TaskRunner, draft: Draft, purse: Purse) -> ReviewPage:
    page = ReviewPage(live, tasks, draft, live, purse)
    qtbot.addWidget(page)
    page.resize(800, 1400)
    with qtbot.waitExposed(page):
        page.show()
    return page


def test_what_is_left_stands_beside_the_price(
    qtbot: QtBot, page: ReviewPage, live: FakeDesk
) -> None:
    job = Budget("job", Decimal(5), Decimal(0), Decimal(0))
    live.next_allowance = Allowance((MONTH, job))
    page.enter()
    qtbot.waitUntil(page.send_button.isEnabled)
    lines = page.costs.budgets
    assert lines.month.text.text() == (
        "Budget of this month: $62.10 of $100.00 is left. $30.40 is billed, $7.50 is reserved for "
        "what is under way."
    )
    assert lines.job.text.text() == "Budget of a job: $5.00 of $5.00 is left."
    assert lines.change_button.text() == "Change budgets"
    assert not lines.way_out.isVisible()


def test_what_does_not_fit_cannot_be_sent_and_why_is_said(
    qtbot: QtBot, page: ReviewPage, live: FakeDesk
) -> None:
    live.next_allowance = Allowance((replace(MONTH, limit=Decimal(39)),))
    page.enter()
    qtbot.waitUntil(lambda: "is left" in page.reason_label.text())
    assert page.reason_label.text() == (
        "It may cost up to $1.24, which is more than is left of your budget."
    )
    assert "$1.10 of $39.00 is left" in page.costs.budgets.month.text.text()
    assert not page.send_button.isEnabled()
    assert page.costs.budgets.month.text.property("look") == "problem"
    assert page.costs.budgets.way_out.isVisible()
    with qtbot.waitSignal(page.budgets_requested):
        click(page.costs.budgets.change_button)


def test_what_cannot_be_told_cannot_be_sent(
    qtbot: QtBot, page: ReviewPage, live: FakeDesk, purse: Purse, monkeypatch: pytest.MonkeyPatch
) -> None:
    live.next_allowance = Allowance((replace(MONTH, unknown="It cannot be told."),))
    page.enter()
    qtbot.waitUntil(lambda: page.reason_label.text() == "It cannot be told.")

    def damaged(job_id: int, report: Report) -> Allowance:
        raise StoreError("The job store is damaged.")

    monkeypatch.setattr(live, "allowance", damaged)
    purse.refresh()
    qtbot.waitUntil(lambda: page.reason_label.text() == "The job store is damaged.")
    assert not page.send_button.isEnabled()


def test_as_long_as_the_budgets_are_not_known_nothing_is_sent(
    qtbot: QtBot, live: FakeDesk, tasks: TaskRunner, draft: Draft
) -> None:
    purse = Purse(live, tasks, draft)
    price = live.next_estimate.batch
    assert purse.objection(price) == "What is left of your budgets is not known yet."
    assert purse.objection_if_known(price) == ""
    qtbot.waitUntil(lambda: purse.objection(price) == "")


def test_what_is_dear_is_sent_once_its_amount_is_typed(
    qtbot: QtBot, page: ReviewPage, live: FakeDesk
) -> None:
    live.next_allowance = Allowance(typed_above=Decimal("0.50"))
    page.enter()
    qtbot.waitUntil(page.send_button.isEnabled)
    click(page.send_button)
    dialog = page.window().findChild(ConfirmAmount)
    assert isinstance(dialog, ConfirmAmount)
    assert dialog.heading.text() == "This may cost up to $1.24"
    QTest.keyClicks(dialog.edit, "0.31")
    QTest.keyClick(dialog.edit, Qt.Key.Key_Return)
    assert dialog.isVisible()
    assert "send" not in live.asked
    dialog.edit.selectAll()
    QTest.keyClicks(dialog.edit, "$1.24")
    with qtbot.waitSignal(page.done_requested):
        QTest.keyClick(dialog.edit, Qt.Key.Key_Return)
    assert live.budget == Decimal("1.24")


def test_who_does_not_type_the_amount_has_sent_nothing(
    qtbot: QtBot, page: ReviewPage, live: FakeDesk
) -> None:
    live.next_allowance = Allowance(typed_above=Decimal("0.50"))
    page.enter()
    qtbot.waitUntil(page.send_button.isEnabled)
    click(page.send_button)
    dialog = page.window().findChild(ConfirmAmount)
    assert isinstance(dialog, ConfirmAmount)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert "send" not in live.asked
    assert page.send_button.isEnabled()


def test_up_to_the_limit_nothing_is_typed(qtbot: QtBot, page: ReviewPage, live: FakeDesk) -> None:
    live.next_allowance = Allowance(typed_above=Decimal("1.24"))
    page.enter()
    qtbot.waitUntil(page.send_button.isEnabled)
    with qtbot.waitSignal(page.done_requested):
        click(page.send_button)
    assert live.budget is None


def test_of_practice_no_budget_is_shown(
    qtbot: QtBot, desk: FakeDesk, tasks: TaskRunner, draft: Draft
) -> None:
    page = ReviewPage(desk, tasks, draft, desk, Purse(desk, tasks, draft))
    qtbot.addWidget(page)
    with qtbot.waitExposed(page):
        page.show()
    page.enter()
    qtbot.waitUntil(page.send_button.isEnabled)
    assert not page.costs.budgets.isVisible()


def test_a_model_without_a_price_asks_for_it_and_is_reckoned_with_at_once(
    qtbot: QtBot, window: MainWindow
) -> None:
    open_sample(qtbot, window)
    form = window.prompt_page.model_form
    recipe = replace(window.draft.recipe, model="claude-mythos-5-1")
    window.draft.set_recipe(recipe)
    window.job_view.go("prompt")
    qtbot.waitUntil(form.price_notice.isVisible, timeout=30_000)
    assert "Claude Mythos 5.1 is not known" in form.price_notice.label.text()
    qtbot.waitUntil(lambda: window.cost.state == "failed", timeout=30_000)
    form.price_notice.enter_button.click()
    dialog = window.findChild(SettingsDialog)
    assert isinstance(dialog, SettingsDialog)
    qtbot.waitUntil(lambda: dialog.prices.model.rowCount() > 0, timeout=30_000)
    dialog.prices_entered.emit("claude-mythos-5-1", PRICES)
    qtbot.waitUntil(lambda: window.cost.state == "current", timeout=30_000)
    qtbot.waitUntil(lambda: not form.price_notice.isVisible())
    dialog.reject()


def test_a_price_that_changes_changes_the_price_of_trying(qtbot: QtBot, window: MainWindow) -> None:
    open_sample(qtbot, window)
    window.job_view.go("try")
    button = window.try_page.offer.try_button
    qtbot.waitUntil(lambda: "$" in button.text(), timeout=30_000)
    before = button.text()
    window.dialogs.ask_prices(window.draft.recipe.model)
    dialog = window.findChild(SettingsDialog)
    assert isinstance(dialog, SettingsDialog)
    dialog.prices_entered.emit(window.draft.recipe.model, PRICES)
    qtbot.waitUntil(lambda: "$" in button.text() and button.text() != before, timeout=30_000)
    qtbot.waitUntil(lambda: bool(dialog.findChildren(PriceForm)))
    dialog.reject()
