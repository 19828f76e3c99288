"""Rows of a finished job are run again, and only those."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from claude_batch_desk.core.errors import StoreError
from claude_batch_desk.core.jobs.again.verbs import Group, Wanted
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.report import silent
from claude_batch_desk.practice.server import PracticeService
from claude_batch_desk.session import Session
from tests.core.jobs.conftest import finish

Draft = Callable[..., Job]
_DAY = 25 * 3600.0


@pytest.fixture
def service(tmp_path: Path) -> Iterator[PracticeService]:
    with PracticeService(tmp_path / "service", delay=3600) as running:
        yield running


def end(session: Session, job: Job, service: PracticeService) -> Job:
    """Let the service work on what it has, and fetch it."""
    service.advance(_DAY)
    return finish(session, job)


def spoiled(session: Session, draft: Draft, service: PracticeService, rows: int = 60) -> Job:
    """A finished job of which many rows came to nothing, for several causes."""
    service.set_faults("mixed-outcomes")
    job = end(session, session.desk.send(draft(rows).id, None, silent), service)
    service.set_faults()
    return job


def half_expired(session: Session, job: Job, service: PracticeService) -> Job:
    service.set_faults("expire")
    job = end(session, session.desk.send(job.id, None, silent), service)
    service.set_faults()
    assert 0 < job.outcomes["expired"] < job.rows
    return job


def sent(service: PracticeService) -> int:
    """How many requests the service was ever sent in batches, by its own count."""
    return service.ledger().requests


def outcomes(session: Session, job: Job) -> list[str]:
    rows = session.desk.answers(job.id, 0, 1_000)
    return [row.answer.outcome if row.answer else "" for row in rows]


def by_cause(session: Session, job: Job) -> dict[str, Group]:
    return {group.cause: group for group in session.again.causes(job.id, silent)}


def test_rows_are_grouped_by_what_helps(
    session: Session, draft: Draft, service: PracticeService
) -> None:
    job = spoiled(session, draft, service, 200)
    groups = by_cause(session, job)
    assert sum(group.rows for group in groups.values()) == 200 - job.outcomes["answered"]
    assert groups["expired"].rows == job.outcomes["expired"]
    longer = groups["cut_off"].recipe
    assert longer is not None
    assert longer.max_tokens > 0
    assert groups["refused"].recipe is None
    assert all(group.advice and group.reason for group in groups.values())


def test_only_the_rows_that_expired_are_asked_again(
    session: Session, draft: Draft, service: PracticeService
) -> None:
    job = half_expired(session, draft(20), service)
    expired = job.outcomes["expired"]
    before = sent(service)
    run = end(session, session.again.start(job.id, Wanted(("expired",)), None, silent), service)
    assert (run.again_of, run.rows, run.requests) == (job.id, expired, expired)
    assert sent(service) - before == expired
    now = session.desk.job(job.id)
    assert now.outcomes == {"answered": 20}
    assert outcomes(session, now) == ["answered"] * 20
    assert session.again.causes(job.id, silent) == []


def test_a_run_again_is_not_listed_by_itself(
    session: Session, draft: Draft, service: PracticeService
) -> None:
    job = half_expired(session, draft(20), service)
    run = session.again.start(job.id, Wanted(("expired",)), None, silent)
    assert [each.id for each in session.desk.jobs()] == [job.id]
    assert [each.id for each in session.desk.jobs(runs_again=True)] == [run.id, job.id]
    assert [each.id for each in session.again.runs(job.id)] == [run.id]


def test_the_earlier_answer_stays_until_the_new_one_is_in_and_is_kept(
    session: Session, draft: Draft, service: PracticeService
) -> None:
    job = half_expired(session, draft(20), service)
    before = outcomes(session, job)
    run = session.again.start(job.id, Wanted(("expired",)), None, silent)
    assert outcomes(session, job) == before
    end(session, run, service)
    request = before.index("expired")
    [kept] = session._stores.again.replaced(job.id, request)
    assert (kept.answer.outcome, kept.again) == ("expired", run.id)


def test_rows_that_are_being_run_are_not_offered_once_more(
    session: Session, draft: Draft, service: PracticeService
) -> None:
    job = half_expired(session, draft(20), service)
    session.again.start(job.id, Wanted(("expired",)), None, silent)
    group = by_cause(session, job)["expired"]
    assert (group.running, group.rest) == (group.rows, 0)
    with pytest.raises(StoreError, match="No row is left"):
        session.again.start(job.id, Wanted(("expired",)), None, silent)
