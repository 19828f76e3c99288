"""A job that is answered at once: how far it is, and what the person can do about it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import shiboken6
from pytestqt.qtbot import QtBot

from claude_batch_desk.core.errors import AccountRefused
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.jobs.progress import CallsNow
from claude_batch_desk.gui.calls_card import CallsCard
from claude_batch_desk.gui.draft import Draft
from claude_batch_desk.gui.results_page import ResultsPage
from claude_batch_desk.gui.tasks import TaskRunner
from tests.gui.clicking import click
from tests.gui.page_fakes import FakeDesk, done_job, make_job, sent_job

OUTCOMES = {"answered": 240, "waiting": 360}


def asked(**changes: object) -> Job:
    kept: dict[str, object] = {"state": "sending", "way": "now", "parts": (), "outcomes": OUTCOMES}
    return sent_job(None, **{**kept, **changes})


def going(per_second: float | None = 2.0, **changes: object) -> CallsNow:
    return CallsNow(240, 600, 8, per_second, **changes)  # type: ignore[arg-type] # its own names


@pytest.fixture
def card(qtbot: QtBot) -> CallsCard:
    card = CallsCard()
    qtbot.addWidget(card)
    card.show()
    return card


@pytest.fixture
def page(
    qtbot: QtBot, desk: FakeDesk, tasks: TaskRunner, empty_draft: Draft
) -> Iterator[ResultsPage]:
    page = ResultsPage(desk, desk, tasks, empty_draft)
    page.resize(1000, 800)
    with qtbot.waitExposed(page):
        page.show()
    yield page
    shiboken6.delete(page)  # its timer must not outlast the workers


def open_job(page: ResultsPage, draft: Draft, desk: FakeDesk, job: Job) -> None:
    desk.now = job
    draft.open(job, desk.kept_table)
    page.enter()


def test_it_says_how_far_how_fast_and_how_long_still(card: CallsCard) -> None:
    card.show_job(asked(), canceling=False)
    card.tick(going(), looking=True)
    assert card.rows_label.text() == "240 of 600 rows are done"
    assert (card.bar.value(), card.bar.maximum()) == (240, 600)
    assert card.pace_label.text() == "120 rows a minute, about 3 minutes left."
    assert card.stop_button.isVisible()
    assert not card.go_on_button.isVisible()
    assert not card.trouble_banner.isVisible()


@pytest.mark.parametrize(
    ("per_second", "words"),
    [
        (None, "Measuring how fast the answers come …"),
        (0.0, "Measuring how fast the answers come …"),
        (12.0, "720 rows a minute, less than a minute left."),
        (5.0, "300 rows a minute, about a minute left."),
        (0.5, "30 rows a minute, about 12 minutes left."),
        (0.02, "1 row a minute, about 5.0 hours left."),
    ],
)
def test_what_is_left_is_only_said_as_it_can_be_known(
    card: CallsCard, per_second: float | None, words: str
) -> None:
    card.show_job(asked(), canceling=False)
    card.tick(going(per_second), looking=True)
    assert card.pace_label.text() == words


def test_what_the_service_asks_for_is_said_with_when_it_goes_on(card: CallsCard) -> None:
    card.show_job(asked(), canceling=False)
    card.tick(going(pause=12.4, why="The service is limiting this account."), looking=True)
    assert card.trouble_banner.isVisible()
    assert "limiting" in card.trouble_banner.text.text()
    assert card.pace_label.text() == "Going on in 12 s."


def test_a_longer_pause_is_counted_down_without_work(card: CallsCard) -> None:
    card.show_job(asked(next_look=datetime.now(UTC) + timedelta(seconds=90)), canceling=False)
    card.tick(going(), looking=False)
    assert card.pace_label.text().startswith("Going on in 1 min 2")


def test_what_got_lost_and_may_be_billed_is_said(card: CallsCard) -> None:
    card.show_job(asked(), canceling=False)
    assert not card.lost_banner.isVisible()
    card.show_job(asked(unheard=1), canceling=False)
    assert card.lost_banner.text.text().startswith("The answer of 1 call got lost")
    card.show_job(asked(unheard=1_234), canceling=False)
    assert "1,234 calls" in card.lost_banner.text.text()


def test_a_stopped_job_can_go_on(
    qtbot: QtBot, page: ResultsPage, empty_draft: Draft, desk: FakeDesk
) -> None:
    open_job(page, empty_draft, desk, asked(next_look=datetime.now(UTC) + timedelta(minutes=5)))
    assert page.calls.isVisible()
    assert not page.status.isVisible()
    click(page.calls.stop_button)
    qtbot.waitUntil(page.calls.go_on_button.isVisible)
    assert page.calls.pace_label.text().startswith("Nothing is asked until you let it go on.")
    page.enter()
    desk.advanced_to = done_job(way="now")
    click(page.calls.go_on_button)
    qtbot.waitUntil(lambda: not page.calls.isVisible())
    assert desk.asked == ["pause", "go on", "advance"]


def test_what_is_done_meanwhile_is_shown_while_a_look_is_under_way(
    qtbot: QtBot, page: ResultsPage, empty_draft: Draft, desk: FakeDesk
) -> None:
    desk.go.clear()
    try:
        open_job(page, empty_draft, desk, asked(next_look=datetime.now(UTC)))
        desk.now = asked(outcomes={"answered": 300, "waiting": 300})
        page.enter()
        assert page.calls.rows_label.text() == "300 of 600 rows are done"
        assert page.answers.isVisible()
    finally:
        desk.go.set()


def test_canceling_the_rest_is_asked_for_twice(
    qtbot: QtBot, page: ResultsPage, empty_draft: Draft, desk: FakeDesk
) -> None:
    open_job(page, empty_draft, desk, asked(next_look=datetime.now(UTC) + timedelta(minutes=5)))
    click(page.calls.cancel_button)
    assert "cannot be taken up again" in page.calls.cancel_banner.text.text()
    assert desk.asked == []
    desk.go.clear()
    click(page.calls.cancel_banner.action)
    assert page.calls.pace_label.text() == "The rows that are being asked about are finished first."
    assert not page.calls.stop_button.isEnabled()
    desk.go.set()
    qtbot.waitUntil(lambda: desk.asked == ["cancel"])


def test_a_job_of_which_nothing_was_accepted_says_why_and_where_to_go(
    qtbot: QtBot, page: ResultsPage, empty_draft: Draft, desk: FakeDesk
) -> None:
    desk.failure = AccountRefused("The account has no credit left. Add credit, then send again.")
    desk.go.clear()
    open_job(page, empty_draft, desk, asked(outcomes={}, next_look=datetime.now(UTC)))
    desk.now = make_job(id=desk.now.id)
    desk.go.set()
    qtbot.waitUntil(page.empty.isVisible)
    assert page.banner.isVisible()
    assert "no credit left" in page.banner.text.text()
    assert page.review_button.isVisible()
