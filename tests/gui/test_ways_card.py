"""The ways a job can be sent on the Review page: priced, chosen, and said why not."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from pytestqt.qtbot import QtBot

from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.pricing.caching import CacheUse, Caching
from claude_batch_desk.core.pricing.estimate import Estimate
from claude_batch_desk.gui.draft import Draft
from claude_batch_desk.gui.job_status import JobStatus
from claude_batch_desk.gui.purse import Purse
from claude_batch_desk.gui.review_page import ReviewPage
from claude_batch_desk.gui.tasks import TaskRunner
from claude_batch_desk.gui.ways_card import WaysCard
from tests.gui.clicking import click
from tests.gui.page_fakes import FakeDesk, make_estimate, make_job, make_range, sent_job

WHY = "Your instructions are about 1,900 tokens."
PRIMED = CacheUse(prime=True)


def cacheable() -> Estimate:
    return replace(
        make_estimate(),
        cached=make_range("0.24"),
        primed=make_range("0.12"),
        cached_5m=make_range("0.22"),
        caching=Caching(True, WHY, 1_900, 512, 0.53),
    )


def too_short() -> Estimate:
    return replace(make_estimate(), caching=Caching(False, "Too short by 100.", 412, 512, 0.53))


def chosen(card: WaysCard) -> CacheUse | None:
    return card.cache


@pytest.fixture
def page(qtbot: QtBot, desk: FakeDesk, tasks: TaskRunner, draft: Draft) -> ReviewPage:
    desk.next_estimate = cacheable()
    page = ReviewPage(desk, tasks, draft, desk, Purse(desk, tasks, draft))
    qtbot.addWidget(page)
    page.resize(800, 1400)
    with qtbot.waitExposed(page):
        page.show()
    page.enter()
    qtbot.waitUntil(page.send_button.isEnabled)
    return page


@pytest.fixture
def card(qtbot: QtBot) -> WaysCard:
    card = WaysCard()
    qtbot.addWidget(card)
    card.show()
    return card


def test_a_batch_is_chosen_until_the_person_chooses_otherwise(page: ReviewPage) -> None:
    assert chosen(page.ways) is None
    assert page.send_button.text() == "Send 600 rows, about $0.31"
    assert page.ways.cached_price.text().startswith("about $0.24, between")
    assert page.ways.cached_why.text() == WHY
    assert page.ways.cached_radio.accessibleDescription() == page.ways.cached_price.text()


def test_the_price_on_the_button_and_the_card_follow_the_way(page: ReviewPage) -> None:
    click(page.ways.cached_radio)
    assert page.send_button.text() == "Send 600 rows, about $0.24"
    assert page.costs.expected_label.text().startswith("about $0.24")
    click(page.ways.prime_check)
    assert page.send_button.text() == "Send 600 rows, about $0.12"
    assert page.costs.ceiling_label.text().startswith("$0.48,")
    click(page.ways.batch_radio)
    assert page.send_button.text() == "Send 600 rows, about $0.31"


@pytest.mark.parametrize("prime", [False, True])
def test_what_was_chosen_is_what_is_sent(
    qtbot: QtBot, page: ReviewPage, desk: FakeDesk, prime: bool
) -> None:
    click(page.ways.cached_radio)
    if prime:
        click(page.ways.prime_check)
    with qtbot.waitSignal(page.done_requested):
        click(page.send_button)
    assert desk.cache == CacheUse(prime=prime)


def test_the_budget_is_held_against_the_worst_case_of_the_way(page: ReviewPage) -> None:
    page.costs.budget_check.setChecked(True)
    page.costs.budget_spin.setValue(1.00)
    assert not page.send_button.isEnabled()
    click(page.ways.cached_radio)
    assert page.send_button.isEnabled()


def test_going_first_is_offered_for_cached_instructions_only(card: WaysCard) -> None:
    card.show_estimate(cacheable())
    assert not card.prime_check.isVisible()
    click(card.cached_radio)
    assert card.prime_check.isVisible()
    assert card.prime_why.isVisible()
    assert chosen(card) == CacheUse()


def test_what_is_not_offered_cannot_be_chosen_and_says_why(card: WaysCard) -> None:
    card.show_estimate(too_short())
    assert not card.cached_radio.isEnabled()
    assert card.cached_why.text() == "Too short by 100."
    assert not card.cached_price.isVisible()


def test_what_is_not_offered_any_more_is_not_chosen_any_more(card: WaysCard) -> None:
    card.show_estimate(cacheable())
    click(card.cached_radio)
    card.show_estimate(None)
    assert chosen(card) is None
    assert card.cached_radio.isChecked()
    card.show_estimate(cacheable())
    assert chosen(card) == CacheUse()
    card.show_estimate(too_short())
    assert card.batch_radio.isChecked()
    assert chosen(card) is None


def test_another_job_begins_with_a_batch(page: ReviewPage, draft: Draft) -> None:
    click(page.ways.cached_radio)
    draft.open(make_job(id=2), None)
    assert page.ways.batch_radio.isChecked()


def test_a_job_that_was_sent_shows_how(card: WaysCard) -> None:
    card.show_job(make_job(cache=PRIMED))
    card.set_editable(False)
    card.show_estimate(cacheable())
    assert card.cached_radio.isChecked()
    assert card.prime_check.isChecked()
    assert not card.cached_radio.isEnabled()
    assert not card.prime_check.isEnabled()


def priming_job() -> Job:
    job = sent_job(make_job(cache=PRIMED), estimate=cacheable())
    [part] = job.parts[:1]
    first = replace(part, number=1, state="sent", sent_at=datetime.now(UTC), requests=1)
    return replace(job, state="sending", parts=(first, replace(part, number=2, state="planned")))


def test_while_one_request_goes_first_that_is_said(qtbot: QtBot) -> None:
    status = JobStatus()
    qtbot.addWidget(status)
    status.show_job(priming_job(), canceling=False)
    assert status.sentence_label.text().startswith("One request goes first")


def test_the_price_that_was_agreed_is_that_of_the_way(qtbot: QtBot) -> None:
    status = JobStatus()
    qtbot.addWidget(status)
    status.show_job(priming_job(), canceling=False)
    low = Decimal("0.12") * Decimal("0.9")
    assert f"${low:.2f}" in status.what_label.text()
