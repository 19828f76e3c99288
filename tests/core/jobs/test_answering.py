"""Immediate calls: what was paid is kept, and what stops them is told."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from claude_batch_desk.core.errors import KeyRefused, Refused
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.report import Cancelled, silent
from claude_batch_desk.practice.server import PracticeService
from claude_batch_desk.session import PRACTICE_KEY, Session
from tests.core.jobs.conftest import finish
from tests.core.jobs.random_trials import try_random

Draft = Callable[..., Job]


def calls(service: PracticeService) -> int:
    return service.ledger(PRACTICE_KEY).messages


def test_rows_that_were_tried_are_not_bought_again(
    session: Session, draft: Draft, service: PracticeService
) -> None:
    job = draft(20)
    try_random(session.desk, job.id, 5, 1, silent)
    job = session.desk.send(job.id, None, silent, "now")
    assert job.outcomes == {"answered": 20}
    assert calls(service) == 20


def test_a_key_revoked_in_the_middle_stops_the_job_and_keeps_what_came(
    session: Session, draft: Draft, service: PracticeService
) -> None:
    job = draft(60)
    seen = 0

    def revoke(done: int, total: int) -> None:
        nonlocal seen
        if total == 60 and session.desk.job(job.id).state == "sending" and not seen:
            seen = done
            service.set_faults("messages-401")

    with pytest.raises(KeyRefused):
        session.desk.send(job.id, None, revoke, "now")
    stopped = session.desk.job(job.id)
    assert stopped.state == "sending"
    assert stopped.next_look is not None
    assert stopped.sent_at is not None
    assert (stopped.next_look - stopped.sent_at).total_seconds() > 60
    assert stopped.outcomes["answered"] == calls(service)
    assert stopped.billed is not None
    assert stopped.billed > Decimal(0)
    service.set_faults()
    assert finish(session, stopped).outcomes == {"answered": 60}
    assert calls(service) == 60


def test_a_row_the_service_refuses_has_that_for_its_outcome(
    session: Session, draft: Draft, service: PracticeService
) -> None:
    service.set_faults("messages-400:2")
    job = session.desk.send(draft(30).id, None, silent, "now")
    assert job.outcomes == {"answered": 28, "errored": 2}
    reasons = [
        row.answer.reason
        for row in session.desk.answers(job.id, 0, 30)
        if row.answer and row.answer.outcome == "errored"
    ]
    assert all("could not use this request" in reason for reason in reasons)


def test_a_job_of_which_every_row_is_refused_is_a_draft_again(
    session: Session, draft: Draft, service: PracticeService
) -> None:
    service.set_faults("messages-400")
    job = draft(30)
    with pytest.raises(Refused):
        session.desk.send(job.id, None, silent, "now")
    assert session.desk.job(job.id).state == "draft"
    service.set_faults()
    assert session.desk.send(job.id, None, silent, "now").outcomes == {"answered": 30}


def test_a_busy_service_is_left_alone_for_a_while(
    session: Session, draft: Draft, service: PracticeService
) -> None:
    service.set_faults("messages-529:1")
    job = session.desk.send(draft(30).id, None, silent, "now")
    assert job.state == "sending"
    assert job.next_look is not None
    assert job.sent_at is not None
    assert (job.next_look - job.sent_at).total_seconds() > 2
    assert finish(session, job).outcomes == {"answered": 30}
    assert calls(service) == 30


def test_a_stop_keeps_what_was_under_way(
    session: Session, draft: Draft, service: PracticeService
) -> None:
    job = draft(40)

    def stop(done: int, total: int) -> None:
        if done and total == 40 and session.desk.job(job.id).state == "sending":
            raise Cancelled

    with pytest.raises(Cancelled):
        session.desk.send(job.id, None, stop, "now")
    stopped = session.desk.job(job.id)
    assert stopped.outcomes["answered"] == calls(service)
    assert finish(session, stopped).outcomes == {"answered": 40}
    assert calls(service) == 40


def test_a_trial_that_is_stopped_keeps_what_was_under_way(
    session: Session, draft: Draft, service: PracticeService
) -> None:
    job = draft(40)

    def stop(done: int, total: int) -> None:
        if done:
            raise Cancelled

    with pytest.raises(Cancelled):
        try_random(session.desk, job.id, 12, 1, stop)
    assert 0 < calls(service) < 12
    assert len(session.desk.tried(job.id)) == calls(service)
    try_random(session.desk, job.id, 12, 1, silent)
    assert calls(service) == 12
