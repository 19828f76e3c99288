"""The bill of a job in the window."""

from dataclasses import replace
from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from claude_batch_desk.core.errors import StoreError
from claude_batch_desk.core.jobs.money.job_bill import JobBill, Label, Share
from claude_batch_desk.core.jobs.money.settlement import Record
from claude_batch_desk.core.pricing.bill import Bill, Line
from claude_batch_desk.core.pricing.estimate import Range
from claude_batch_desk.core.pricing.reckoning import Reckoning
from claude_batch_desk.core.report import Report
from claude_batch_desk.gui.bill_bar import BillBar
from claude_batch_desk.gui.bill_card import BillCard
from claude_batch_desk.gui.bill_dialog import BillDialog
from claude_batch_desk.gui.tasks import TaskRunner
from tests.gui.clicking import click
from tests.gui.page_fakes import FakeDesk, done_job, sent_job

RECKONING = Reckoning(
    Range(Decimal("0.28"), Decimal("0.32"), Decimal("0.37"), Decimal(2)),
    billed=Decimal("0.36"),
    output=Decimal("0.05"),
    input=Decimal("-0.01"),
)
SENT = Bill(
    requests=580,
    free=3,
    input=Line(400_000, Decimal("0.20")),
    cache_read=Line(100_000, Decimal("0.01")),
    output=Line(20_000, Decimal("0.15")),
    thinking=Line(5_000, Decimal("0.04")),
    at_once=Decimal("0.80"),
)
BILL = JobBill(
    sent=SENT,
    trials=Bill(requests=5, output=Line(100, Decimal("0.01")), at_once=Decimal("0.01")),
    unpriced=0,
    reckoning=RECKONING,
    columns=(Share("Category", 900, Decimal("0.11")),),
    labels=(
        Label("Category", "delivery", 400, Decimal("0.21")),
        Label("Category", "", 3, Decimal(0)),
    ),
    record=Record(10, 9),
)


class FakeMoney:
    """Gives out one bill, or fails."""

    def __init__(self) -> None:
        self.now = BILL
        self.failure: Exception | None = None

    def bill(self, job_id: int, report: Report) -> JobBill:
        report(0, job_id)
        if self.failure is not None:
            raise self.failure
        return self.now


@pytest.fixture
def money() -> FakeMoney:
    return FakeMoney()


def shown(qtbot: QtBot, money: FakeMoney, tasks: TaskRunner, mode: str = "live") -> BillDialog:
    dialog = BillDialog(money, tasks, done_job(name="Tickets", mode=mode))
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitUntil(dialog.busy.isHidden)
    return dialog


def texts(dialog: BillDialog) -> list[str]:
    cards = dialog.findChildren(BillCard)
    return [label.text() for card in cards for label in card.findChildren(QLabel)]


def test_a_bill_shows_every_line_and_its_sum(
    qtbot: QtBot, money: FakeMoney, tasks: TaskRunner
) -> None:
    dialog = shown(qtbot, money, tasks)
    assert dialog.amount.text() == "Billed $0.37"
    assert dialog.verdict.text.text() == "Inside the range"
    told = texts(dialog)
    for words in ("Cache read", "of it thinking", "Not billed", "Together", "$0.36", "400,000"):
        assert words in told
    names = [card.objectName() for card in dialog.findChildren(BillCard)]
    assert names == ["bill_sent", "bill_trials", "bill_columns", "bill_labels"]


def test_where_the_difference_came_from_is_said(
    qtbot: QtBot, money: FakeMoney, tasks: TaskRunner
) -> None:
    dialog = shown(qtbot, money, tasks)
    assert dialog.why.text() == (
        "$0.36 for what was sent, estimated at $0.28 to $0.37. That is $0.04 more than expected: "
        "answers were longer (+$0.05) and prompts were shorter (−$0.01)."
    )
    captions = [label.text() for label in dialog.findChildren(QLabel)]
    assert "9 of your last 10 jobs were inside the range." in captions


def test_a_practice_bill_says_that_it_is_none(
    qtbot: QtBot, money: FakeMoney, tasks: TaskRunner
) -> None:
    assert shown(qtbot, money, tasks, "practice").amount.text() == "Would have cost $0.37"


def test_unknown_prices_are_said_beside_the_sum(
    qtbot: QtBot, money: FakeMoney, tasks: TaskRunner
) -> None:
    money.now = replace(BILL, unpriced=7, reckoning=None)
    dialog = shown(qtbot, money, tasks)
    assert "price of 7 requests is not known" in dialog.banner.text.text()
    assert not dialog.verdict.isVisible()


def test_the_bill_is_copied_as_a_table(qtbot: QtBot, money: FakeMoney, tasks: TaskRunner) -> None:
    dialog = shown(qtbot, money, tasks)
    click(dialog.copy_button)
    lines = [line.split("\t") for line in QGuiApplication.clipboard().text().split("\n")]
    assert lines[0] == ["Section", "Line", "Count", "Of", "USD"]
    assert ["Sent", "Input", "400000", "tokens", "0.20"] in lines
    assert {len(line) for line in lines} == {5}


def test_a_bill_that_cannot_be_read_says_why(
    qtbot: QtBot, money: FakeMoney, tasks: TaskRunner
) -> None:
    money.failure = StoreError("The disk is full.")
    dialog = shown(qtbot, money, tasks)
    assert dialog.banner.text.text() == "The disk is full."
    assert not dialog.copy_button.isEnabled()


@pytest.fixture
def bar(qtbot: QtBot, desk: FakeDesk, tasks: TaskRunner) -> BillBar:
    bar = BillBar(desk, tasks)
    qtbot.addWidget(bar)
    bar.resize(700, 100)
    bar.show()
    return bar


def test_a_finished_job_says_whether_it_was_inside_the_range(
    qtbot: QtBot, bar: BillBar, desk: FakeDesk
) -> None:
    desk.next_reckoning = RECKONING
    bar.show_job(done_job(mode="live", billed=Decimal("0.36")))
    qtbot.waitUntil(bar.verdict.isVisible)
    assert bar.amount.text() == "Billed $0.36"
    assert bar.verdict.text.text() == "Inside the range"
    assert bar.why.accessibleName().startswith("Estimated at $0.28 to $0.38. That is $0.04 more")


def test_trials_are_told_apart_from_what_the_estimate_was_of(
    qtbot: QtBot, bar: BillBar, desk: FakeDesk
) -> None:
    desk.next_reckoning = replace(RECKONING, billed=Decimal("0.38"))
    bar.show_job(done_job(mode="live", billed=Decimal("0.40")))
    qtbot.waitUntil(bar.verdict.isVisible)
    assert bar.verdict.text.text() == "Above the range"
    assert bar.why.accessibleName().startswith("$0.38 for what was sent. Estimated at")


def test_a_job_under_way_has_an_amount_and_no_verdict(bar: BillBar) -> None:
    bar.show_job(sent_job(mode="live"))
    assert bar.isHidden()
    bar.show_job(sent_job(mode="live", billed=Decimal("0.1")))
    assert bar.amount.text() == "Billed $0.10"
    assert not bar.verdict.isVisible()


def test_the_button_asks_for_the_bill_of_the_job(qtbot: QtBot, bar: BillBar) -> None:
    bar.show_job(done_job())
    with qtbot.waitSignal(bar.bill_requested) as asked:
        click(bar.button)
    assert asked.args == [1]
