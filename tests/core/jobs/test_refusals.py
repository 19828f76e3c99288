"""What the service refuses in the middle of a job stops what it concerns, and nothing else."""

import hashlib
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime

import pytest

from claude_batch_desk.core.errors import Refused, StoreError
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.report import silent
from claude_batch_desk.core.settings import home_folder
from claude_batch_desk.practice.server import PracticeService
from claude_batch_desk.session import PRACTICE_KEY, Session
from tests.core.jobs.conftest import finish, look_until

Draft = Callable[..., Job]


def with_its_first_part_in_doubt(session: Session, draft: Job, service: PracticeService) -> Job:
    """A job of three parts; the first is at the service, which is not known yet."""
    service.set_faults("drop-after-accept:1")
    return session.desk.send(draft.id, None, silent)


def test_an_account_without_credit_keeps_the_rest_to_be_sent_later(
    small_parts: Session, draft_on: Callable[..., Job], service: PracticeService
) -> None:
    job = with_its_first_part_in_doubt(small_parts, draft_on(small_parts, 12), service)
    service.set_faults("create-402:1")
    with pytest.raises(Refused, match="no credit left"):
        look_until(small_parts, job, lambda now: now.state == "done")
    job = small_parts.desk.job(job.id)
    assert job.state == "sending"
    assert "planned" in {part.state for part in job.parts}
    assert job.next_look is not None
    assert (job.next_look - datetime.now(UTC)).total_seconds() > 60
    assert finish(small_parts, job).outcomes == {"answered": 12}
    assert service.ledger(PRACTICE_KEY).requests == 12


def test_a_part_refused_for_itself_says_so_on_its_rows_and_the_others_go_on(
    small_parts: Session, draft_on: Callable[..., Job], service: PracticeService
) -> None:
    job = with_its_first_part_in_doubt(small_parts, draft_on(small_parts, 12), service)
    service.set_faults("create-400:1")
    job = finish(small_parts, job)
    assert job.outcomes == {"answered": 7, "missing": 5}
    reasons = {
        row.answer.reason
        for row in small_parts.desk.answers(job.id, 0, 12)
        if row.answer and row.answer.outcome == "missing"
    }
    assert any("does not accept this request" in reason for reason in reasons)


def test_a_body_that_vanished_makes_a_draft_of_a_job_that_was_not_sent(
    session: Session, draft: Draft, service: PracticeService
) -> None:
    service.set_faults("drop-before-accept:1")
    job = session.desk.send(draft(5).id, None, silent)
    for body in (home_folder() / "outbox").iterdir():
        body.unlink()
    with pytest.raises(StoreError, match="changed or removed"):
        finish(session, job)
    assert session.desk.job(job.id).state == "draft"
    assert finish(session, session.desk.send(job.id, None, silent)).outcomes == {"answered": 5}
    assert service.ledger(PRACTICE_KEY).requests == 5


def test_what_an_earlier_version_wrote_is_sent_as_it_is(
    session: Session, draft: Draft, service: PracticeService
) -> None:
    service.set_faults("drop-before-accept:1")
    job = session.desk.send(draft(5).id, None, silent)
    (body,) = (home_folder() / "outbox").iterdir()
    with closing(sqlite3.connect(home_folder() / "desk.sqlite3")) as store, store:
        store.execute("UPDATE part SET sha256=?", (hashlib.sha256(body.read_bytes()).hexdigest(),))
    assert finish(session, job).outcomes == {"answered": 5}
    assert service.ledger(PRACTICE_KEY).requests == 5


def test_results_that_are_gone_when_they_are_fetched_end_the_job(
    session: Session, draft: Draft, service: PracticeService
) -> None:
    service.set_faults("results-500")
    job = session.desk.send(draft(5).id, None, silent)
    job = look_until(session, job, lambda now: now.parts[0].state == "ended")
    service.advance(30 * 86_400)
    service.set_faults()
    job = finish(session, job)
    assert job.outcomes == {"missing": 5}
    [reason] = {row.answer.reason for row in session.desk.answers(job.id, 0, 5) if row.answer}
    assert "29 days" in reason


def test_a_practice_job_that_was_canceled_can_be_deleted_though_its_service_is_gone(
    session: Session, draft: Draft, service: PracticeService
) -> None:
    service.set_faults("retrieve-500")
    job = session.desk.send(draft(5).id, None, silent)
    with pytest.raises(StoreError, match="still at the service"):
        session.desk.remove_job(job.id)
    session.desk.cancel(job.id, silent)
    session.desk.remove_job(job.id)
    assert session.desk.jobs() == []
