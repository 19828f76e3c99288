"""Jobs whose instructions are cached: what is sent, what one request that goes first changes."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from claude_batch_desk.core.errors import BudgetExceeded, RecipeError, Refused
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.jobs.money.settlement import calibration
from claude_batch_desk.core.jobs.priming import LONGEST_WAIT, is_priming, priming_note
from claude_batch_desk.core.pricing.caching import CacheUse
from claude_batch_desk.core.prompts.caching import TTLS, Ttl
from claude_batch_desk.core.prompts.recipe import Recipe
from claude_batch_desk.core.report import silent
from claude_batch_desk.core.settings import home_folder
from claude_batch_desk.practice.server import PracticeService
from claude_batch_desk.practice.tokens import Tokens
from claude_batch_desk.session import PRACTICE_KEY, Session
from tests.core.jobs.conftest import RECIPE, finish, look_until
from tests.core.jobs.random_trials import try_random

Draft = Callable[..., Job]
LONG = replace(RECIPE, instructions="Say how the writer feels, and be careful about irony. " * 80)
HOUR = 3600.0
PRIMED = CacheUse(prime=True)


@pytest.fixture
def service(tmp_path: Path) -> Iterator[PracticeService]:
    """Its batches take ten minutes of its clock."""
    with PracticeService(tmp_path / "service", delay=600) as running:
        yield running


@pytest.fixture
def long_draft(draft: Draft) -> Draft:
    def make(rows: int = 20, recipe: Recipe = LONG) -> Job:
        return draft(rows, recipe=recipe)

    return make


def tokens(service: PracticeService) -> Tokens:
    return service.ledger(PRACTICE_KEY).batch_tokens


def requests(service: PracticeService) -> int:
    return service.ledger(PRACTICE_KEY).requests


@pytest.mark.parametrize("ttl", TTLS)
def test_every_request_of_a_cached_job_writes_or_reads_the_instructions(
    session: Session, long_draft: Draft, service: PracticeService, ttl: Ttl
) -> None:
    job = session.desk.send(long_draft(300).id, None, silent, cache=CacheUse(ttl))
    assert job.cache == session.desk.job(job.id).cache == CacheUse(ttl)
    service.advance(600)
    job = finish(session, job)

    assert job.outcomes == {"answered": 300}
    found = tokens(service)
    wrote, other = found.cache_write_1h, found.cache_write_5m
    if ttl == "5m":
        wrote, other = other, wrote
    assert wrote > 0
    assert other == 0
    assert found.cache_read > 0
    each = (wrote + found.cache_read) // 300
    assert (wrote + found.cache_read) % 300 == 0
    assert each >= 512
    assert job.billed == service.ledger(PRACTICE_KEY).billed


def test_without_caching_nothing_is_marked(
    session: Session, long_draft: Draft, service: PracticeService
) -> None:
    job = session.desk.send(long_draft(20).id, None, silent)
    service.advance(600)
    finish(session, job)

    assert tokens(service).cache_write_1h == tokens(service).cache_read == 0


def test_an_answer_tried_without_the_cache_is_not_bought_again_with_it(
    session: Session, long_draft: Draft, service: PracticeService
) -> None:
    draft = long_draft(20)
    try_random(session.desk, draft.id, 5, 1, silent)
    job = session.desk.send(draft.id, None, silent, cache=CacheUse())
    service.advance(600)
    job = finish(session, job)

    assert requests(service) == 15
    assert job.outcomes == {"answered": 20}
    assert job.billed == service.ledger(PRACTICE_KEY).billed


def test_the_bill_is_inside_the_range_that_was_agreed(
    session: Session, long_draft: Draft, service: PracticeService
) -> None:
    draft = long_draft(300)
    try_random(session.desk, draft.id, 20, 1, silent)
    job = session.desk.send(draft.id, None, silent, cache=CacheUse())
    service.advance(600)
    job = finish(session, job)

    assert job.agreed is not None
    paid = tokens_bill(service)
    assert job.agreed.low <= paid <= job.agreed.high
    assert paid <= job.agreed.ceiling
    assert job.estimate is not None
    assert job.agreed == job.estimate.cached != job.estimate.batch


def tokens_bill(service: PracticeService) -> Decimal:
    """What the batches cost, without the trials."""
    accounts = service.ledger(PRACTICE_KEY).accounts
    return sum(
        (Decimal(each.picodollars).scaleb(-12) for each in accounts if each.way == "batch"),
        Decimal(0),
    )


def test_the_luck_of_the_cache_is_no_experience_for_the_next_estimate(
    session: Session, long_draft: Draft, service: PracticeService
) -> None:
    draft = long_draft(100)
    try_random(session.desk, draft.id, 10, 1, silent)
    job = session.desk.send(draft.id, None, silent, cache=PRIMED)
    service.advance(600)
    job = look_until(session, job, lambda now: now.parts[1].state == "sent")
    service.advance(600)
    job = finish(session, job)

    assert job.billed is not None
    history = session.money.history("practice", silent)
    assert calibration(history, job.recipe.model, thinking=False) is None


def test_instructions_too_short_are_refused_and_nothing_is_sent(
    session: Session, draft: Draft, service: PracticeService
) -> None:
    job = draft(20)
    with pytest.raises(RecipeError, match="caches from 512 on"):
        session.desk.send(job.id, None, silent, cache=CacheUse())

    assert session.desk.job(job.id).state == "draft"
    assert requests(service) == 0


def test_a_budget_is_held_against_the_worst_case_of_the_cache(
    session: Session, long_draft: Draft, service: PracticeService
) -> None:
    job = long_draft(100)
    estimate = session.desk.estimate(job.id, silent)
    between = (estimate.batch.ceiling + estimate.price("batch", CacheUse()).ceiling) / 2

    with pytest.raises(BudgetExceeded):
        session.desk.send(job.id, between, silent, cache=CacheUse())
    assert requests(service) == 0
    assert session.desk.send(job.id, between, silent).state == "waiting"


# One request that goes first


def test_one_request_goes_first_and_the_rest_once_it_is_answered(
    session: Session, long_draft: Draft, service: PracticeService
) -> None:
    job = session.desk.send(long_draft(100).id, None, silent, cache=PRIMED)
    assert [part.requests for part in job.parts] == [1, 99]
    assert [part.state for part in job.parts] == ["sent", "planned"]
    assert job.state == "sending"
    assert job.next_look is not None
    job = session.desk.advance(job.id, silent)
    assert requests(service) == 1

    service.advance(600)
    job = look_until(session, job, lambda now: now.parts[1].state == "sent")
    assert job.parts[0].state == "collected"
    assert job.outcomes == {"answered": 1, "waiting": 99}
    service.advance(600)
    job = finish(session, job)

    assert job.outcomes == {"answered": 100}
    assert requests(service) == 100
    assert service.ledger(PRACTICE_KEY).ids_again == 0
    found = tokens(service)
    assert found.cache_read > 3 * found.cache_write_1h
    assert job.billed == service.ledger(PRACTICE_KEY).billed
    assert priming_note(job) == ""
    assert job.estimate is not None
    assert job.agreed == job.estimate.primed


def test_the_rest_goes_after_a_restart_too(
    long_draft: Draft, session: Session, service: PracticeService
) -> None:
    job = session.desk.send(long_draft(30).id, None, silent, cache=PRIMED)
    session.close()
    service.advance(600)
    with Session(home_folder(), practice_url=service.base_url) as again:
        job = look_until(again, job, lambda now: now.parts[1].state == "sent")
        service.advance(600)
        job = finish(again, job)

    assert job.outcomes == {"answered": 30}
    assert requests(service) == 30


def test_the_rest_of_several_parts_waits_for_the_one_request(
    small_parts: Session, draft_on: Draft, service: PracticeService
) -> None:
    job = draft_on(small_parts, 12, recipe=LONG)
    job = small_parts.desk.send(job.id, None, silent, cache=PRIMED)
    assert [part.requests for part in job.parts] == [1, 5, 5, 1]
    assert requests(service) == 1
    service.advance(600)
    job = look_until(small_parts, job, lambda now: now.state == "waiting")
    assert requests(service) == 12
    service.advance(600)
    assert finish(small_parts, job).outcomes == {"answered": 12}


def test_what_was_not_sent_yet_never_is_after_a_cancel(
    session: Session, long_draft: Draft, service: PracticeService
) -> None:
    job = session.desk.send(long_draft(30).id, None, silent, cache=PRIMED)
    job = session.desk.cancel(job.id, silent)
    service.advance(60)
    job = finish(session, job)

    assert requests(service) == 1
    assert job.outcomes["canceled"] >= 29
    assert job.billed == service.ledger(PRACTICE_KEY).billed
    assert priming_note(job) == ""


def test_where_the_first_is_not_answered_the_rest_goes_all_the_same_and_it_is_said(
    session: Session, long_draft: Draft, service: PracticeService
) -> None:
    job = session.desk.send(long_draft(20).id, None, silent, cache=PRIMED)
    door = session.gateway("practice", session.address("practice"))
    door.cancel(job.parts[0].batch_id)  # as on a page of the service
    service.advance(60)
    job = look_until(session, job, lambda now: now.parts[1].state == "sent")
    service.advance(600)
    job = finish(session, job)

    assert requests(service) == 20
    assert job.outcomes == {"answered": 19, "canceled": 1}
    assert "was not answered" in priming_note(job)


def test_where_the_first_expires_the_rest_goes_all_the_same_and_it_is_said(
    session: Session, long_draft: Draft, service: PracticeService
) -> None:
    service.set_faults("expire:1")
    job = session.desk.send(long_draft(20).id, None, silent, cache=PRIMED)
    service.advance(25 * HOUR)
    job = look_until(session, job, lambda now: now.parts[1].state == "sent")
    service.advance(600)
    job = finish(session, job)

    assert requests(service) == 20
    assert job.outcomes == {"answered": 19, "expired": 1}
    assert job.billed == service.ledger(PRACTICE_KEY).billed
    assert "was not answered" in priming_note(job)


def test_a_first_request_the_service_refuses_leaves_a_draft(
    session: Session, long_draft: Draft, service: PracticeService
) -> None:
    draft = long_draft(20)
    service.set_faults("create-400:1")
    with pytest.raises(Refused):
        session.desk.send(draft.id, None, silent, cache=PRIMED)

    job = session.desk.job(draft.id)
    assert (job.state, job.cache) == ("draft", None)
    assert requests(service) == 0


def test_a_first_request_in_doubt_holds_the_rest_back_until_it_is_found(
    session: Session, long_draft: Draft, service: PracticeService
) -> None:
    service.set_faults("drop-after-accept:1")
    job = session.desk.send(long_draft(20).id, None, silent, cache=PRIMED)
    assert [part.state for part in job.parts] == ["sending", "planned"]
    service.advance(600)
    job = look_until(session, job, lambda now: now.parts[1].state == "sent")
    assert job.parts[0].state == "collected"
    service.advance(600)

    assert finish(session, job).outcomes == {"answered": 20}
    assert service.ledger(PRACTICE_KEY).ids_again == 0
    assert requests(service) == 20


def test_where_all_but_one_are_answered_already_nothing_waits(
    session: Session, long_draft: Draft, service: PracticeService
) -> None:
    draft = long_draft(5)
    try_random(session.desk, draft.id, 3, 1, silent)
    job = session.desk.send(draft.id, None, silent, cache=PRIMED)
    assert [part.requests for part in job.parts] == [1, 1]
    service.advance(600)
    job = look_until(session, job, lambda now: now.state == "waiting")
    service.advance(600)
    assert finish(session, job).outcomes == {"answered": 5}


# By the clock alone


@pytest.fixture
def sent(session: Session, long_draft: Draft) -> Job:
    """Its first request is at the service, the rest is not."""
    return session.desk.send(long_draft(20).id, None, silent, cache=PRIMED)


def test_the_rest_does_not_wait_for_ever(sent: Job) -> None:
    began = sent.parts[0].sent_at
    assert began is not None
    assert is_priming(sent, began + LONGEST_WAIT - timedelta(seconds=1))
    assert not is_priming(sent, began + LONGEST_WAIT)


@pytest.mark.parametrize(
    ("ended", "rest", "answered", "told"),
    [
        (10, 11, 1, ""),
        (10, 69, 1, ""),
        (10, 71, 1, "More than an hour"),
        (10, 300, 1, "More than an hour"),
        (10, 11, 0, "was not answered"),
        (None, 120, 0, "within two hours"),
        (150, 120, 1, "within two hours"),
    ],
)
def test_why_the_first_request_was_of_no_use_is_told(
    sent: Job, ended: int | None, rest: int, answered: int, told: str
) -> None:
    first, other = sent.parts
    began = first.sent_at
    assert began is not None
    counts = replace(first.counts, processing=0, succeeded=answered)
    end = None if ended is None else began + timedelta(minutes=ended)
    first = replace(first, state="sent" if end is None else "ended", ended_at=end, counts=counts)
    other = replace(other, state="sent", sent_at=began + timedelta(minutes=rest))

    note = priming_note(replace(sent, parts=(first, other)))
    assert told in note
    assert bool(note) == bool(told)
