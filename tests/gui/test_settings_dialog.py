"""Budgets and prices in Settings: what is entered is told once, and a slip is said."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from claude_batch_desk.core.catalogue import bundled_models
from claude_batch_desk.core.jobs.job import Mode
from claude_batch_desk.core.jobs.money.budgets import Budget, Limits
from claude_batch_desk.core.jobs.money.standing import Committed, Spent, Standing
from claude_batch_desk.core.price_override import PriceOverride
from claude_batch_desk.core.pricing.price_list import PriceList, price_list
from claude_batch_desk.core.pricing.prices import PriceBook
from claude_batch_desk.core.report import Report
from claude_batch_desk.core.settings import Settings
from claude_batch_desk.gui.price_form import PriceForm
from claude_batch_desk.gui.price_table import BATCH, INPUT, MODEL, SOURCE
from claude_batch_desk.gui.settings_dialog import SettingsDialog, with_limits, with_prices
from claude_batch_desk.gui.tasks import TaskRunner
from tests.gui.clicking import click
from tests.gui.test_pages_by_keyboard import reachable, spoken

UNKNOWN, HAIKU = "claude-mythos-5-1", "claude-haiku-5-5"
NOTHING = Decimal(0)


class FakeMoney:
    """Keeps prices as the real one does, and a month that a test may choose."""

    def __init__(self) -> None:
        self.book = PriceBook()
        self.budget: Budget | None = None
        self.committed = Committed(0, NOTHING, NOTHING, 0, 0)

    def price_list(self, report: Report) -> PriceList:
        return price_list(self.book, bundled_models().values())

    def month_budget(self, mode: Mode, report: Report) -> Budget | None:
        return self.budget

    def standing(self, mode: Mode) -> Standing:
        return Standing(Spent(datetime.now(UTC), Decimal("30.40"), 0), self.committed)


@pytest.fixture
def money() -> FakeMoney:
    return FakeMoney()


@pytest.fixture
def dialog(qtbot: QtBot, tasks: TaskRunner, money: FakeMoney) -> SettingsDialog:
    settings = replace(Settings(), monthly_budget=Decimal(100))
    dialog = SettingsDialog(settings, "/home/ann/desk", money, tasks, None)
    dialog.prices_entered.connect(
        lambda model, entered: money.book.enter({model: entered} if entered else {})
    )
    qtbot.addWidget(dialog)
    with qtbot.waitExposed(dialog):
        dialog.show()
    return dialog


def cell(dialog: SettingsDialog, row: int, column: int) -> str:
    return str(dialog.prices.model.index(row, column).data())


def form_of(qtbot: QtBot, dialog: SettingsDialog) -> PriceForm:
    qtbot.waitUntil(lambda: bool(dialog.findChildren(PriceForm)))
    return dialog.findChildren(PriceForm)[-1]


def prices_of(qtbot: QtBot, dialog: SettingsDialog) -> None:
    dialog.go("prices")
    qtbot.waitUntil(lambda: dialog.prices.model.rowCount() > 0)


# Budgets


def test_the_limits_that_hold_are_shown(dialog: SettingsDialog) -> None:
    assert dialog.budgets.limits == Limits(month=Decimal(100))
    assert dialog.budgets.month.check.isChecked()
    assert not dialog.budgets.job.spin.isEnabled()


def test_a_limit_is_told_once_when_it_is_typed_whole(qtbot: QtBot, dialog: SettingsDialog) -> None:
    told: list[Limits] = []
    dialog.budgets_chosen.connect(told.append)
    dialog.go("budgets")
    dialog.budgets.job.check.setFocus()
    QTest.keyClick(dialog.budgets.job.check, Qt.Key.Key_Space)
    assert told == [Limits(month=Decimal(100), job=Decimal(20))]
    spin = dialog.budgets.job.spin
    spin.setFocus()
    spin.selectAll()
    QTest.keyClicks(spin, "250.50")
    assert len(told) == 1
    QTest.keyClick(spin, Qt.Key.Key_Tab)
    assert told[-1] == Limits(month=Decimal(100), job=Decimal("250.50"))
    assert len(told) == 2


def test_a_limit_that_is_typed_holds_though_the_dialog_is_closed_at_once(
    dialog: SettingsDialog,
) -> None:
    told: list[Limits] = []
    dialog.budgets_chosen.connect(told.append)
    dialog.go("budgets")
    spin = dialog.budgets.month.spin
    spin.setFocus()
    spin.selectAll()
    QTest.keyClicks(spin, "5")
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert told == [Limits(month=Decimal(5))]


def test_nothing_and_no_limit_differ(dialog: SettingsDialog) -> None:
    dialog.go("budgets")
    dialog.budgets.month.spin.setValue(0)
    assert str(dialog.budgets.limits.month) == "0.00"
    dialog.budgets.month.check.setChecked(False)
    assert dialog.budgets.limits.month is None
    limits = Limits(job=Decimal(1), typed_above=Decimal(2))
    settings = with_limits(Settings(monthly_budget=Decimal(3)), limits)
    assert (settings.job_budget, settings.monthly_budget, settings.typed_above) == (
        Decimal(1),
        None,
        Decimal(2),
    )


def test_the_month_is_told_with_what_is_under_way_and_left(
    qtbot: QtBot, dialog: SettingsDialog, money: FakeMoney
) -> None:
    money.committed = Committed(2, Decimal(3), Decimal("7.50"), 0, 0)
    money.budget = Budget("month", Decimal(100), Decimal("30.40"), Decimal("7.50"))
    dialog.budgets.refresh()
    text = dialog.budgets.month_text
    qtbot.waitUntil(lambda: "left" in text.text())
    assert text.text() == (
        "Billed this month: $30.40. Jobs under way may add $7.50 at most. "
        "$62.10 of $100.00 is left."
    )
    dialog.go("budgets")
    assert dialog.budgets.bar.isVisible()
    money.budget = replace(money.budget, unknown="It cannot be told.")
    dialog.budgets.refresh()
    qtbot.waitUntil(lambda: text.text().endswith("It cannot be told."))
    assert not dialog.budgets.bar.isVisible()


# Prices


def test_every_model_has_its_prices_its_tiers_and_where_they_are_from(
    qtbot: QtBot, dialog: SettingsDialog
) -> None:
    prices_of(qtbot, dialog)
    row = dialog.prices.model.row_of(HAIKU)
    assert [cell(dialog, row, each) for each in (MODEL, INPUT, BATCH, SOURCE)] == [
        "Claude Haiku 5.5",
        "$0.10",
        "$0.05 / $0.25",
        "the table",
    ]
    assert cell(dialog, row + 1, MODEL).strip() == "over 100,000 tokens"
    assert cell(dialog, row + 1, INPUT) == "$0.50"
    unknown = dialog.prices.model.row_of(UNKNOWN)
    assert cell(dialog, unknown, SOURCE) == "not known"
    dialog.prices.view.setCurrentIndex(dialog.prices.model.index(unknown, 0))
    assert dialog.prices.change_button.text() == "Enter prices…"
    assert "is not known to this version" in dialog.prices.problem_label.text()
    assert "genai-prices" in dialog.prices.source_label.text()


def test_prices_that_are_entered_hold_at_once_and_can_be_taken_back(
    qtbot: QtBot, dialog: SettingsDialog
) -> None:
    dialog.ask_prices(UNKNOWN)
    form = form_of(qtbot, dialog)
    QTest.keyClicks(form.edits["input"], "10")
    assert form.edits["cache_write_1h"].placeholderText() == "20.00"
    assert form.batch["cache_read"].text() == "$0.50"
    QTest.keyClicks(form.edits["output"], "50")
    QTest.keyClick(form.edits["output"], Qt.Key.Key_Return)
    model = dialog.prices.model
    qtbot.waitUntil(lambda: cell(dialog, model.row_of(UNKNOWN), INPUT) == "$10.00")
    assert cell(dialog, model.row_of(UNKNOWN), SOURCE).startswith("you, 20")
    assert dialog.prices.chosen is not None
    assert dialog.prices.chosen.id == UNKNOWN
    click(dialog.prices.reset_button)
    qtbot.waitUntil(lambda: cell(dialog, model.row_of(UNKNOWN), INPUT) == "–")


def test_a_slip_is_said_and_nothing_is_taken(qtbot: QtBot, dialog: SettingsDialog) -> None:
    told: list[object] = []
    dialog.prices_entered.connect(lambda model, entered: told.append(entered))
    dialog.ask_prices(UNKNOWN)
    form = form_of(qtbot, dialog)
    form.edits["input"].setText("2,50")
    click(form.save_button)
    assert form.problem_label.text().startswith("“2,50” is no price for the input.")
    assert told == []
    form.edits["input"].setText("2.50")
    assert not form.problem_label.isVisible()
    click(form.findChild(QPushButton, "price_cancel"))
    assert told == []


def test_the_form_begins_with_what_holds_and_changes_nothing_by_itself(
    qtbot: QtBot, dialog: SettingsDialog, money: FakeMoney
) -> None:
    told: list[object] = []
    dialog.prices_entered.connect(lambda model, entered: told.append(entered))
    before = money.book.rates(HAIKU).tiers
    dialog.ask_prices(HAIKU)
    form = form_of(qtbot, dialog)
    assert form.above_edit.text() == "100,000"
    assert not form.reset_button.isVisible()
    click(form.save_button)
    assert money.book.rates(HAIKU).tiers == before
    [entered] = told
    assert isinstance(entered, PriceOverride)
    settings = with_prices(Settings(), HAIKU, entered)
    assert settings.price_overrides == {HAIKU: entered}
    assert with_prices(settings, HAIKU, None).price_overrides == {}


def test_a_model_that_is_on_no_list_can_be_given_prices(
    qtbot: QtBot, dialog: SettingsDialog, money: FakeMoney
) -> None:
    dialog.ask_prices("claude-next-9")
    form = form_of(qtbot, dialog)
    assert form.windowTitle() == "Prices of claude-next-9"
    form.edits["input"].setText("1")
    form.edits["output"].setText("5")
    click(form.save_button)
    assert money.book.rates("claude-next-9").tiers[0].now.cache_read == Decimal("0.1")


# By keyboard


@pytest.mark.parametrize("part", ["general", "budgets", "prices", "service"])
def test_every_place_the_keyboard_reaches_has_a_name(
    qtbot: QtBot, dialog: SettingsDialog, part: str
) -> None:
    dialog.go(part)
    if part == "prices":
        qtbot.waitUntil(lambda: dialog.prices.model.rowCount() > 0)
    places = reachable(dialog)
    assert places
    assert [repr(widget) for widget in places if not spoken(widget)] == []


def test_prices_can_be_entered_without_a_mouse(qtbot: QtBot, dialog: SettingsDialog) -> None:
    prices_of(qtbot, dialog)
    view = dialog.prices.view
    told: list[str] = []
    dialog.prices_entered.connect(lambda model, entered: told.append(model))
    view.setFocus()
    while dialog.prices.chosen is None or dialog.prices.chosen.id != UNKNOWN:
        QTest.keyClick(view, Qt.Key.Key_Down)
    QTest.keyClick(view, Qt.Key.Key_Return)
    form = form_of(qtbot, dialog)
    assert len(dialog.findChildren(PriceForm)) == 1
    assert [repr(widget) for widget in reachable(form) if not spoken(widget)] == []
    QTest.keyClicks(form.edits["input"], "10")
    QTest.keyClick(form.edits["input"], Qt.Key.Key_Tab)
    QTest.keyClicks(form.edits["output"], "50")
    assert form.focusWidget() is form.edits["output"]
    QTest.keyClick(form.edits["output"], Qt.Key.Key_Return)
    assert told == [UNKNOWN]
