"""After Cancel nothing more is sent, whatever else goes wrong, and what was answered is kept."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.report import silent
from claude_batch_desk.practice.server import PracticeService
from claude_batch_desk.session import PRACTICE_KEY, Session
from tests.core.jobs.conftest import finish

Draft = Callable[..., Job]


@pytest.fixture
def service(tmp_path: Path) -> Iterator[PracticeService]:
    with PracticeService(tmp_path / "service", delay=3600) as running:
        yield running


def test_a_canceled_job_ends_and_says_so_for_each_row(
    session: Session, draft: Draft, service: PracticeService
) -> None:
    job = session.desk.send(draft(20).id, None, silent)
    job = session.desk.cancel(job.id, silent)
    service.advance(60)
    job = finish(session, job)
    assert sum(job.outcomes.values()) == 20
    assert set(job.outcomes) <= {"answered", "canceled"}
    assert "canceled" in job.outcomes


def test_a_cancel_that_does_not_get_through_is_asked_again(
    session: Session, draft: Draft, service: PracticeService
) -> None:
    job = session.desk.send(draft(20).id, None, silent)
    service.set_faults("cancel-500:1")
    job = session.desk.cancel(job.id, silent)
    assert job.state == "waiting"
    assert job.canceled
    session.desk.advance(job.id, silent)
    service.advance(60)
    assert "canceled" in finish(session, job).outcomes


def test_a_canceled_job_in_doubt_is_never_sent_again(
    session: Session, draft: Draft, service: PracticeService
) -> None:
    service.set_faults("drop-before-accept:1")
    job = session.desk.send(draft(20).id, None, silent)
    job = finish(session, session.desk.cancel(job.id, silent))
    assert job.outcomes == {"canceled": 20}
    assert service.ledger(PRACTICE_KEY).requests == 0


def test_parts_that_were_not_sent_never_are(
    small_parts: Session, draft_on: Callable[..., Job], service: PracticeService
) -> None:
    service.set_faults("drop-after-accept:1")
    job = small_parts.desk.send(draft_on(small_parts, 12).id, None, silent)
    service.set_faults("list-500:1")
    job = small_parts.desk.cancel(job.id, silent)
    service.advance(3600)
    job = finish(small_parts, job)
    assert job.outcomes == {"answered": 5, "canceled": 7}
    assert service.ledger(PRACTICE_KEY).requests == 5


def test_a_job_answered_at_once_stops_when_it_is_canceled(
    session: Session, draft: Draft, service: PracticeService
) -> None:
    service.set_faults("slow:0.2")
    job = draft(200)
    session.desk.send(job.id, None, silent, "now")
    sender = threading.Thread(target=session.desk.advance, args=(job.id, silent))
    sender.start()
    pause = threading.Event()
    while not any(row.answer for row in session.desk.answers(job.id, 0, 50)):
        pause.wait(0.02)
    job = session.desk.cancel(job.id, silent)
    sender.join()
    assert job.state == "done"
    assert job.outcomes["canceled"] > 100
    assert sum(job.outcomes.values()) == 200
    assert job.outcomes["answered"] == service.ledger(PRACTICE_KEY).messages
