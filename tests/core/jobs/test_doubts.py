"""A POST without a clear answer: only the ids in a batch's results prove it ours."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.report import silent
from claude_batch_desk.core.service.gateway import Gateway
from claude_batch_desk.core.service.spool import BatchSpool
from claude_batch_desk.core.settings import home_folder
from claude_batch_desk.practice.server import PracticeService
from claude_batch_desk.session import PRACTICE_KEY, Session
from tests.core.jobs.conftest import RECIPE, finish, look_until

Draft = Callable[..., Job]
PARAMS = (
    b'{"model":"claude-haiku-5-5","max_tokens":50,"messages":[{"role":"user","content":"row %d"}]}'
)


@pytest.fixture
def service(tmp_path: Path) -> Iterator[PracticeService]:
    """One whose batches take an hour, unless its clock is moved."""
    with PracticeService(tmp_path / "service", delay=3600) as running:
        yield running


@pytest.fixture
def stranger(service: PracticeService, tmp_path: Path) -> Callable[[int], str]:
    """Another program of the same account sends so many requests."""

    def send(requests: int) -> str:
        spool = BatchSpool(tmp_path / "stranger", "deadbeef")
        for number in range(requests):
            spool.add(number, PARAMS % number)
        spool.close()
        gateway = Gateway(PRACTICE_KEY, service.base_url)
        batch = gateway.create_batch(spool.bodies[0].path, requests)
        gateway.close()
        return batch.id

    return send


def test_a_strangers_batch_of_the_same_size_is_not_taken_for_ours(
    session: Session, draft: Draft, service: PracticeService, stranger: Callable[[int], str]
) -> None:
    service.set_faults("drop-after-accept:1")
    job = session.desk.send(draft(12).id, None, silent)
    stranger(12)
    for _ in range(5):
        job = session.desk.advance(job.id, silent)
    assert job.unsettled
    assert "may be part 1" in job.parts[0].note
    service.advance(3600)
    assert finish(session, job).outcomes == {"answered": 12}
    assert service.ledger(PRACTICE_KEY).requests == 24


def test_while_a_batch_could_be_ours_nothing_is_sent_again(
    session: Session, draft: Draft, service: PracticeService, stranger: Callable[[int], str]
) -> None:
    service.set_faults("drop-before-accept:1")
    job = session.desk.send(draft(12).id, None, silent)
    stranger(12)
    look_until(session, job, lambda now: now.parts[0].failures > 5)
    assert service.ledger(PRACTICE_KEY).requests == 12
    service.advance(3600)
    job = look_until(session, job, lambda now: now.parts[0].state == "sent")
    service.advance(3600)
    assert finish(session, job).outcomes == {"answered": 12}
    assert service.ledger(PRACTICE_KEY).requests == 24


def test_two_jobs_of_one_size_in_doubt_do_not_take_each_others_batch(
    session: Session, draft: Draft, service: PracticeService
) -> None:
    first, second = draft(12), draft(messages=[f"other {at}" for at in range(12)])
    service.set_faults("drop-before-accept:1")
    first = session.desk.send(first.id, None, silent)
    service.set_faults("drop-after-accept:1")
    second = session.desk.send(second.id, None, silent)
    for _ in range(5):
        session.desk.advance(first.id, silent)
        session.desk.advance(second.id, silent)
    service.advance(3600)
    second = finish(session, second)
    look_until(session, first, lambda now: now.parts[0].state == "sent")
    service.advance(3600)
    first = finish(session, first)
    assert first.outcomes == second.outcomes == {"answered": 12}
    assert service.ledger(PRACTICE_KEY).requests == 24


def test_the_strangers_batch_survives_a_cancel_of_ours(
    session: Session, draft: Draft, service: PracticeService, stranger: Callable[[int], str]
) -> None:
    service.set_faults("drop-before-accept:1")
    job = session.desk.send(draft(12).id, None, silent)
    theirs = stranger(12)
    job = session.desk.cancel(job.id, silent)
    assert job.state == "sending"
    gateway = Gateway(PRACTICE_KEY, service.base_url)
    assert gateway.batch(theirs).status == "in_progress"
    gateway.close()
    service.advance(3600)
    job = finish(session, job)
    assert job.outcomes == {"canceled": 12}
    assert service.ledger(PRACTICE_KEY).requests == 12


def test_a_first_result_that_does_not_come_through_decides_nothing(
    session: Session, draft: Draft, service: PracticeService
) -> None:
    service.set_faults("drop-after-accept:1")
    job = session.desk.send(draft(12).id, None, silent)
    service.advance(3600)
    service.set_faults("results-500")
    for _ in range(8):
        job = session.desk.advance(job.id, silent)
    assert job.unsettled
    service.set_faults()
    assert finish(session, job).outcomes == {"answered": 12}
    assert service.ledger(PRACTICE_KEY).requests == 12


def test_looks_that_see_no_list_do_not_count_as_not_found(
    session: Session, draft: Draft, service: PracticeService
) -> None:
    service.set_faults("drop-before-accept:1")
    job = session.desk.send(draft(12).id, None, silent)
    service.set_faults("list-500")
    for _ in range(6):
        job = session.desk.advance(job.id, silent)
    assert job.parts[0].looks == 0
    assert job.parts[0].failures > 5


def test_a_marked_batch_that_was_deleted_does_not_end_the_search(
    session: Session, draft: Draft, service: PracticeService, stranger: Callable[[int], str]
) -> None:
    import urllib.request

    marked = stranger(3)
    service.advance(3600)
    service.set_faults("drop-after-accept:1")
    job = session.desk.send(draft(12).id, None, silent)
    request = urllib.request.Request(  # noqa: S310 - our own service
        f"{service.base_url}/v1/messages/batches/{marked}",
        method="DELETE",
        headers={"x-api-key": PRACTICE_KEY, "anthropic-version": "2026-10-21"},
    )
    urllib.request.urlopen(request, timeout=30).close()  # noqa: S310 - our own service
    service.advance(3600)
    assert finish(session, job).outcomes == {"answered": 12}
    assert service.ledger(PRACTICE_KEY).requests == 15


def test_later_parts_wait_while_an_earlier_one_is_in_fresh_doubt_and_are_not_hammered(
    small_parts: Session, draft_on: Callable[..., Job], service: PracticeService
) -> None:
    service.set_faults("drop-before-accept:1")
    job = small_parts.desk.send(draft_on(small_parts, 12).id, None, silent)
    assert [part.state for part in job.parts] == ["sending", "planned", "planned"]
    job = small_parts.desk.advance(job.id, silent)
    assert [part.state for part in job.parts] == ["sending", "planned", "planned"]
    assert job.next_look is not None
    assert (job.next_look - datetime.now(UTC)).total_seconds() > 0.5
    look_until(small_parts, job, lambda now: now.state == "waiting")
    service.advance(3600)
    assert finish(small_parts, job).outcomes == {"answered": 12}
    assert service.ledger(PRACTICE_KEY).requests == 12


def test_an_unsettled_part_that_may_be_there_does_not_hold_up_the_others(
    small_parts: Session, draft_on: Callable[..., Job], service: PracticeService
) -> None:
    service.set_faults("drop-after-accept:1")
    job = small_parts.desk.send(draft_on(small_parts, 12).id, None, silent)
    job = look_until(small_parts, job, lambda now: now.parts[2].state == "sent")
    assert job.unsettled
    service.advance(3600)
    assert finish(small_parts, job).outcomes == {"answered": 12}
    assert service.ledger(PRACTICE_KEY).requests == 12


def test_a_draft_again_has_other_ids_than_before(
    session: Session, draft: Draft, service: PracticeService
) -> None:
    from claude_batch_desk.core.jobs.store import Stores

    jobs = Stores.open(home_folder()).jobs
    job = draft(3)
    before = jobs.token(job.id)
    service.set_faults("create-400:1")
    with pytest.raises(Exception, match="does not accept"):
        session.desk.send(job.id, None, silent)
    assert jobs.token(job.id) != before
    assert session.desk.job(job.id) == replace(job, recipe=RECIPE, version=1)
