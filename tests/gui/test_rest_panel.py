"""The rest of a late batch, asked at once from Results."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal

import pytest
from pytestqt.qtbot import QtBot

from claude_batch_desk.core.errors import BudgetExceeded, DeskError
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.jobs.money.budgets import Allowance
from claude_batch_desk.core.jobs.store.rest_store import Agreed
from claude_batch_desk.core.pricing.estimate import Estimate
from claude_batch_desk.core.report import Report
from claude_batch_desk.gui.draft import Draft
from claude_batch_desk.gui.purse import Purse
from claude_batch_desk.gui.rest_panel import RestPanel
from claude_batch_desk.gui.tasks import TaskRunner
from tests.gui.clicking import click
from tests.gui.page_fakes import FakeDesk, done_job, make_estimate, sent_job


class FakeRest:
    """Agrees to everything, from memory."""

    def __init__(self) -> None:
        self.agreed: Agreed | None = None
        self.failure: DeskError | None = None
        self.moved: list[Decimal | None] = []
        self.started: list[Job] = []

    def of(self, job_id: int) -> Agreed | None:
        return self.agreed

    def estimate(self, job_id: int, report: Report) -> Estimate:
        return make_estimate()

    def move(self, job_id: int, most: Decimal | None, report: Report) -> Job:
        if self.failure is not None:
            raise self.failure
        self.moved.append(most)
        self.agreed = Agreed(job_id, most or Decimal(0))
        return sent_job(canceled=True)

    def go_on(self, report: Report) -> Sequence[Job]:
        return self.started


@pytest.fixture
def rest() -> FakeRest:
    return FakeRest()


@pytest.fixture
def panel(
    qtbot: QtBot, rest: FakeRest, desk: FakeDesk, tasks: TaskRunner, empty_draft: Draft
) -> RestPanel:
    panel = RestPanel(rest, tasks, empty_draft, Purse(desk, tasks, empty_draft))
    qtbot.addWidget(panel)
    return panel


@pytest.fixture
def show(empty_draft: Draft, desk: FakeDesk) -> Callable[[Job], None]:
    return lambda job: empty_draft.open(job, desk.kept_table)


def test_it_is_offered_while_a_batch_is_waited_for(
    qtbot: QtBot, panel: RestPanel, show: Callable[[Job], None]
) -> None:
    assert panel.isHidden()
    show(sent_job())
    assert not panel.isHidden()
    assert not panel.button.isHidden()
    sent = sent_job(id=5)
    in_doubt = replace(sent, parts=(replace(sent.parts[0], state="sending"),))
    others = (sent_job(id=2, way="now"), sent_job(id=3, canceled=True), done_job(id=4), in_doubt)
    for job in others:
        show(job)
        assert panel.isHidden()


def test_the_price_is_told_and_agreed_to_before_anything_is_canceled(
    qtbot: QtBot, panel: RestPanel, rest: FakeRest, show: Callable[[Job], None]
) -> None:
    show(sent_job())
    click(panel.button)
    qtbot.waitUntil(lambda: "have no answer yet" in panel.banner.text.text())
    now = make_estimate().now
    assert panel.banner.action.text().startswith("Ask the rest, about $")
    assert rest.moved == []
    with qtbot.waitSignal(panel.changed):
        click(panel.banner.action)
    assert rest.moved == [now.ceiling]
    qtbot.waitUntil(lambda: panel.words.text().startswith("The batch is being canceled."))
    assert panel.button.isHidden()
    assert panel.banner.isHidden()


def test_what_stands_in_the_way_is_said(
    qtbot: QtBot, panel: RestPanel, rest: FakeRest, show: Callable[[Job], None]
) -> None:
    rest.failure = BudgetExceeded("This is too much. Nothing was sent.")
    show(sent_job())
    click(panel.button)
    qtbot.waitUntil(lambda: "have no answer yet" in panel.banner.text.text())
    click(panel.banner.action)
    qtbot.waitUntil(lambda: "too much" in panel.banner.text.text())
    assert not panel.button.isHidden()


def test_an_amount_that_has_to_be_typed_is_not_agreed_to_by_a_press(
    qtbot: QtBot, panel: RestPanel, desk: FakeDesk, show: Callable[[Job], None]
) -> None:
    desk.next_allowance = Allowance(typed_above=Decimal("0.000001"))
    show(sent_job(mode="live"))
    qtbot.waitUntil(lambda: panel._purse.typed_above is not None)
    click(panel.button)
    qtbot.waitUntil(lambda: "--budget" in panel.banner.text.text())
    assert panel.banner.action.isHidden()


def test_why_the_rest_was_not_asked_stays_there_to_read(
    qtbot: QtBot, panel: RestPanel, rest: FakeRest, show: Callable[[Job], None]
) -> None:
    rest.agreed = Agreed(1, Decimal(1), note="The rest was not asked at once. It costs too much.")
    show(done_job())
    qtbot.waitUntil(lambda: "costs too much" in panel.words.text())
    assert not panel.isHidden()


def test_what_can_be_asked_by_now_is_begun_and_told(
    qtbot: QtBot, panel: RestPanel, rest: FakeRest, show: Callable[[Job], None]
) -> None:
    rest.agreed = Agreed(1, Decimal("0.5"))
    show(done_job())
    qtbot.waitUntil(lambda: "in a moment, for at most $0.50" in panel.words.text())
    rest.started = [sent_job(id=9, way="now")]
    rest.agreed = replace(rest.agreed, run=9)
    with qtbot.waitSignal(panel.changed):
        panel.look()
    qtbot.waitUntil(panel.isHidden)
