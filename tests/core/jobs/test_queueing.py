"""The service takes only so many requests at once: sending pauses, and goes on by itself."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from claude_batch_desk.core.jobs.at_service.queueing import limit_of
from claude_batch_desk.core.jobs.desk import Desk
from claude_batch_desk.core.jobs.ground import Ground
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.jobs.polling import PRACTICE
from claude_batch_desk.core.jobs.store.queue_store import Room
from claude_batch_desk.core.jobs.store.upload_store import Holder
from claude_batch_desk.core.report import silent
from claude_batch_desk.practice.server import PracticeService
from claude_batch_desk.session import PRACTICE_KEY, Session
from tests.core.jobs.conftest import finish, look_until

DraftOn = Callable[..., Job]


@pytest.fixture
def service(tmp_path: Path) -> Iterator[PracticeService]:
    """One whose batches take an hour, unless its clock is moved."""
    with PracticeService(tmp_path / "service", delay=3600) as running:
        yield running


def states(job: Job) -> list[str]:
    return [part.state for part in job.parts]


def room(session: Session, service: PracticeService) -> Room:
    door = session.gateway("practice", service.base_url)
    return session._stores.queues.room(Holder(service.base_url, door.key_print))


def test_a_part_that_finds_the_queue_full_waits_until_a_batch_has_ended(
    small_parts: Session, draft_on: DraftOn, service: PracticeService
) -> None:
    service.set_faults("queue-limit:12")
    job = small_parts.desk.send(draft_on(small_parts, 14).id, None, silent)
    job = look_until(small_parts, job, lambda now: "batch has ended" in now.parts[2].note)
    assert states(job) == ["sent", "sent", "planned"]
    assert not job.unsettled
    assert "10 are in it. Part 3 of 3 (4 requests) waits" in job.parts[2].note
    assert job.next_look is not None
    assert 0.3 < (job.next_look - datetime.now(UTC)).total_seconds() < 5
    service.advance(3600)
    job = look_until(small_parts, job, lambda now: now.parts[2].state == "sent")
    service.advance(3600)
    assert finish(small_parts, job).outcomes == {"answered": 14}
    assert service.ledger(PRACTICE_KEY).requests == 14


def test_what_is_known_to_be_too_much_is_not_uploaded_again(
    small_parts: Session, draft_on: DraftOn, service: PracticeService
) -> None:
    service.set_faults("queue-limit:12")
    job = small_parts.desk.send(draft_on(small_parts, 14).id, None, silent)
    job = look_until(small_parts, job, lambda now: "batch has ended" in now.parts[2].note)
    tried = job.parts[2].attempt
    for _ in range(10):
        job = small_parts.desk.advance(job.id, silent)
    assert (tried, job.parts[2].attempt) == (1, 1)
    assert room(small_parts, service).refused == 14


def test_after_an_hour_it_is_tried_again_as_limits_grow(
    small_parts: Session, draft_on: DraftOn, service: PracticeService
) -> None:
    service.set_faults("queue-limit:12")
    job = small_parts.desk.send(draft_on(small_parts, 14).id, None, silent)
    job = look_until(small_parts, job, lambda now: "batch has ended" in now.parts[2].note)
    service.set_faults()
    known = room(small_parts, service)
    assert known.refused_at is not None
    holder = Holder(service.base_url, small_parts.gateway("practice", service.base_url).key_print)
    hour_ago = known.refused_at.replace(year=2025)
    small_parts._stores.queues.keep(holder, replace(known, refused_at=hour_ago))
    job = small_parts.desk.advance(job.id, silent)
    assert states(job) == ["sent", "sent", "sent"]
    assert room(small_parts, service) == Room(taken=14)


def test_another_job_of_the_account_waits_too(
    small_parts: Session, draft_on: DraftOn, service: PracticeService
) -> None:
    service.set_faults("queue-limit:8")
    first = small_parts.desk.send(draft_on(small_parts, 5).id, None, silent)
    other = draft_on(small_parts, messages=[f"other {at}" for at in range(4)])
    other = small_parts.desk.send(other.id, None, silent)
    assert (states(first), states(other)) == (["sent"], ["planned"])
    assert other.state == "sending"
    service.advance(3600)
    finish(small_parts, first)
    other = look_until(small_parts, other, lambda now: now.state == "waiting")
    service.advance(3600)
    assert finish(small_parts, other).outcomes == {"answered": 4}


def test_a_job_that_waits_for_room_can_be_canceled(
    small_parts: Session, draft_on: DraftOn, service: PracticeService
) -> None:
    service.set_faults("queue-limit:12")
    job = small_parts.desk.send(draft_on(small_parts, 14).id, None, silent)
    job = look_until(small_parts, job, lambda now: "batch has ended" in now.parts[2].note)
    job = small_parts.desk.cancel(job.id, silent)
    service.advance(60)
    job = finish(small_parts, job)
    assert job.outcomes["canceled"] >= 4
    assert service.ledger(PRACTICE_KEY).requests == 10


def test_a_part_that_is_more_than_the_whole_queue_goes_as_two(
    session: Session, draft_on: DraftOn, service: PracticeService
) -> None:
    hasty = replace(PRACTICE, crowded=0.3)
    desk = Desk(Ground(session._stores, session, session.prices, patience=hasty))
    service.set_faults("queue-limit:900")
    job = desk.send(draft_on(session, 1_200).id, None, silent)
    assert states(job) == ["planned"]
    assert "none that your key can see" in job.parts[0].note
    assert job.next_look is not None
    assert (job.next_look - datetime.now(UTC)).total_seconds() > 20  # as the service asked
    session.desk = desk
    job = look_until(session, job, lambda now: len(now.parts) == 3)
    job = look_until(session, job, lambda now: "batch has ended" in now.parts[2].note)
    assert [part.requests for part in job.parts] == [0, 600, 600]
    service.advance(3600)
    job = look_until(session, job, lambda now: now.state == "waiting")
    service.advance(3600)
    assert finish(session, job).outcomes == {"answered": 1_200}
    assert service.ledger(PRACTICE_KEY).params_again == 0


@pytest.mark.parametrize(
    ("taken", "refused", "limit"),
    [
        (200_000, 300_000, 200_000),
        (240_000, 340_000, 300_000),
        (100_000, 200_001, 200_000),
        (100_000, 600_000, None),
        (0, 100_000, None),
        (50_000, 100_000, None),
    ],
)
def test_the_tier_is_named_where_only_one_fits(taken: int, refused: int, limit: int | None) -> None:
    assert limit_of(Room(taken, refused)) == limit
