"""What was paid, in the window."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QAbstractItemModelTester, QTest
from pytestqt.qtbot import QtBot

from claude_batch_desk.core.errors import StoreError
from claude_batch_desk.core.jobs.job import Mode
from claude_batch_desk.core.jobs.money.budgets import Budget
from claude_batch_desk.core.jobs.money.spending import Spend, SpendLine
from claude_batch_desk.core.jobs.money.standing import Committed, Spent, Standing
from claude_batch_desk.core.jobs.store.charge_store import Settled
from claude_batch_desk.core.report import Report
from claude_batch_desk.gui.estimates_table import OFF, RANGE
from claude_batch_desk.gui.main_window import MainWindow
from claude_batch_desk.gui.spend_dialog import SpendDialog
from claude_batch_desk.gui.spend_table import CEILING, NAME, PAID, SpendModel
from claude_batch_desk.gui.tasks import TaskRunner
from tests.gui.clicking import click

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
NOTHING = Decimal(0)
LETTERS = SpendLine("Letters", 3, 40, Decimal("1.5"), Decimal(3), last=NOW)
REVIEWS = SpendLine("Reviews", None, 900, Decimal("0.5"), Decimal("0.5"), last=NOW)
IDLE = Standing(Spent(NOW, Decimal(2), 0), Committed(0, NOTHING, NOTHING, 0, 0))
INSIDE = Settled(
    *(3, NOW, "Letters", NOW, "live", "claude-haiku-5-5", "batch", False),
    low=Decimal(2),
    expected=Decimal("2.5"),
    high=Decimal(3),
    reckoned=Decimal("2.5"),
    billed=Decimal("2.2"),
    requests=40,
    answered=40,
)
ABOVE = replace(INSIDE, name="Reviews", billed=Decimal(4))
BUSY = Committed(2, Decimal("0.30"), Decimal("4.20"), 1, 1)
LINES = {
    "job": (LETTERS, REVIEWS),
    "month": (SpendLine("2026-11", None, 940, Decimal(2), Decimal("3.5")),),
    "model": (SpendLine("claude-haiku-5-5", None, 940, Decimal(2), Decimal("3.5")),),
    "way": (SpendLine("trial", None, 940, Decimal(2), Decimal("3.5")),),
    "need": (SpendLine("", None, 940, Decimal(2), Decimal("3.5")),),
}


class FakeMoney:
    """Has spent a little in Live, and nothing in Practice."""

    def __init__(self) -> None:
        total = SpendLine("", None, 940, Decimal(2), Decimal("3.5"))
        self.live = Spend("live", IDLE, total, LINES)  # type: ignore[arg-type] # groupings
        self.failure: Exception | None = None
        self.budget: Budget | None = None

    def spend(self, mode: Mode, report: Report) -> Spend:
        report(0, 0)
        if self.failure is not None:
            raise self.failure
        if mode == "live":
            return self.live
        nothing = dict.fromkeys(LINES, ())
        return replace(self.live, mode=mode, lines=nothing)  # type: ignore[arg-type] # groupings

    def history(self, mode: Mode, report: Report) -> list[Settled]:
        report(0, 0)
        return [ABOVE, *[INSIDE] * 9] if mode == "live" else []

    def month_budget(self, mode: Mode, report: Report) -> Budget | None:
        report(0, 0)
        return self.budget if mode == "live" else None


@pytest.fixture
def money() -> FakeMoney:
    return FakeMoney()


@pytest.fixture
def dialog(qtbot: QtBot, money: FakeMoney, tasks: TaskRunner) -> SpendDialog:
    dialog = SpendDialog(money, tasks, "live")
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitUntil(lambda: dialog.sheets.model.rowCount() == 2)
    return dialog


def column(dialog: SpendDialog, at: int) -> list[str]:
    model = dialog.sheets.model
    return [model.index(row, at).data() for row in range(model.rowCount())]


def press(dialog: SpendDialog, value: str) -> None:
    chooser = dialog.sheets.by if value in LINES else dialog.mode
    click(chooser._buttons[value])


def test_the_sums_say_what_they_are(dialog: SpendDialog) -> None:
    figures = dialog.figures
    assert figures.month.amount.text() == "$2.00"
    assert figures.saved.amount.text() == "$1.50"
    assert figures.saved.accessibleName() == "Saved by batches: $1.50. of $3.50 by immediate calls"
    assert figures.coming.below.text() == "no job is at the service"
    assert figures.note.text() == "9 of your last 10 jobs were inside the range."


def test_what_is_left_of_the_budget_is_said(
    qtbot: QtBot, money: FakeMoney, dialog: SpendDialog
) -> None:
    assert dialog.figures.month.below.text().startswith("since ")
    money.budget = Budget("month", Decimal(50), billed=Decimal(2), reserved=Decimal("4.2"))
    press(dialog, "practice")
    press(dialog, "live")
    told = "$43.80 left of your budget of $50.00"
    qtbot.waitUntil(lambda: dialog.figures.month.below.text() == told)


def test_lines_are_told_apart_as_asked(dialog: SpendDialog) -> None:
    assert column(dialog, NAME) == ["Letters", "Reviews (removed)"]
    press(dialog, "month")
    assert column(dialog, NAME) == ["2026-11"]
    press(dialog, "way")
    assert column(dialog, NAME) == ["Tried rows"]
    press(dialog, "need")
    assert column(dialog, NAME) == ["Not said"]


def test_what_may_still_come_is_shown_where_a_job_is_under_way(
    qtbot: QtBot, money: FakeMoney, dialog: SpendDialog
) -> None:
    assert dialog.sheets.view.isColumnHidden(CEILING)
    money.live = replace(money.live, standing=replace(IDLE, committed=BUSY))
    press(dialog, "practice")
    press(dialog, "live")
    qtbot.waitUntil(lambda: not dialog.sheets.view.isColumnHidden(CEILING))
    assert dialog.figures.coming.amount.text() == "about $0.30"
    assert dialog.figures.coming.below.text() == "at most $4.20, for 2 jobs"
    assert "may still come of 1 job is not known" in dialog.figures.note.text()
    assert "Answers of 1 job are gone" in dialog.figures.note.text()


def test_bills_are_shown_beside_their_estimates(dialog: SpendDialog) -> None:
    click(dialog.sheets.by._buttons["estimates"])
    assert dialog.sheets.estimates_view.isVisible()
    model = dialog.sheets.estimates
    QAbstractItemModelTester(model)
    row = [model.index(0, at).data() for at in range(model.columnCount())]
    assert row[:-1] == ["Reviews", "", "$2.50", "$4.00", "+60 %", "Above"]
    assert model.index(1, OFF).data() == "−12 %"
    told = model.index(1, RANGE).data(Qt.ItemDataRole.AccessibleTextRole)
    assert told == "Estimated at $2.00 to $3.00, billed $2.20"
    dialog.sheets.estimates_view.sortByColumn(OFF, Qt.SortOrder.AscendingOrder)
    assert model.index(9, 0).data() == "Reviews"
    click(dialog.copy_button)
    assert QGuiApplication.clipboard().text().startswith("Job\tModel\tLow USD")
    press(dialog, "job")
    assert dialog.sheets.view.isVisible()


def test_columns_sort_both_ways(dialog: SpendDialog) -> None:
    QAbstractItemModelTester(dialog.sheets.model)
    dialog.sheets.view.sortByColumn(PAID, Qt.SortOrder.AscendingOrder)
    assert column(dialog, PAID) == ["$0.50", "$1.50"]
    dialog.sheets.view.sortByColumn(NAME, Qt.SortOrder.DescendingOrder)
    assert column(dialog, NAME) == ["Reviews (removed)", "Letters"]


def test_the_menu_of_the_table_sorts_as_its_headers_do(dialog: SpendDialog) -> None:
    by_requests = next(each for each in dialog.sheets.view.actions() if "Requests" in each.text())
    by_requests.trigger()
    assert column(dialog, NAME) == ["Reviews (removed)", "Letters"]
    by_requests.trigger()
    assert column(dialog, NAME) == ["Letters", "Reviews (removed)"]


def test_practice_is_apart_and_says_so_where_it_is_empty(qtbot: QtBot, dialog: SpendDialog) -> None:
    press(dialog, "practice")
    qtbot.waitUntil(dialog.empty.isVisible)
    assert dialog.empty.title.text() == "Nothing was tried in Practice yet"
    assert not dialog.export_button.isEnabled()


def test_a_ledger_that_cannot_be_read_says_why(
    qtbot: QtBot, money: FakeMoney, dialog: SpendDialog
) -> None:
    money.failure = StoreError("The job store is in use.")
    press(dialog, "practice")
    qtbot.waitUntil(dialog.banner.isVisible)
    assert dialog.banner.text.text() == "The job store is in use."


def test_lines_are_copied_with_their_headers(dialog: SpendDialog) -> None:
    click(dialog.copy_button)
    lines = [line.split("\t") for line in QGuiApplication.clipboard().text().split("\n")]
    assert lines[0][:3] == ["Job", "Requests", "Paid USD"]
    assert [line[:3] for line in lines[1:]] == [["Letters", "40", "1.5"], ["Reviews", "900", "0.5"]]


def test_lines_are_exported(qtbot: QtBot, dialog: SpendDialog, tmp_path: Path) -> None:
    path = tmp_path / "spend.csv"
    dialog.export_to(str(path))
    qtbot.waitUntil(dialog.banner.isVisible)
    assert dialog.banner.text.text() == "What was paid is in spend.csv."
    assert path.read_text(encoding="utf-8-sig").splitlines()[1].startswith('"Letters","40"')


def test_enter_on_a_job_shows_it(qtbot: QtBot, dialog: SpendDialog) -> None:
    dialog.sheets.view.setFocus()
    dialog.sheets.view.setCurrentIndex(dialog.sheets.model.index(1, 0))
    QTest.keyClick(dialog.sheets.view, Qt.Key.Key_Return)
    assert dialog.isVisible()  # that one was removed
    dialog.sheets.view.setCurrentIndex(dialog.sheets.model.index(0, 0))
    with qtbot.waitSignal(dialog.job_requested) as asked:
        QTest.keyClick(dialog.sheets.view, Qt.Key.Key_Return)
    assert asked.args == [3]


def test_nothing_of_practice_is_said_to_be_paid() -> None:
    model = SpendModel()
    across = Qt.Orientation.Horizontal
    model.show_lines((LETTERS,), "job")
    assert model.headerData(PAID, across) == "Paid"
    model.show_lines((LETTERS,), "job", practice=True)
    assert model.headerData(PAID, across) == "Would have cost"


def test_a_cell_of_the_model_beside_nothing_is_empty() -> None:
    model = SpendModel()
    model.show_lines((), "job")
    assert model.rowCount() == 0
    assert model.data(model.index(0, 0)) is None


def test_spend_is_one_click_from_the_job_list(qtbot: QtBot, window: MainWindow) -> None:
    click(window.job_list.spend_button)
    dialog = window.findChild(SpendDialog)
    assert isinstance(dialog, SpendDialog)
    qtbot.waitUntil(lambda: bool(dialog.empty.title.text()))
    assert dialog.empty.title.text() == "Nothing was tried in Practice yet"
    dialog.close()
