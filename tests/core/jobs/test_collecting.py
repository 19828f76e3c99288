"""Results are complete by their ids, or they are fetched again."""

from collections.abc import Callable

import pytest

from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.report import silent
from claude_batch_desk.practice.server import PracticeService
from claude_batch_desk.session import Session
from tests.core.jobs.conftest import finish

Draft = Callable[..., Job]
MESSAGES = [
    f"Note {number}: I am very {'happy' if number % 3 else 'angry'}" for number in range(40)
]


def moods(session: Session, job: Job) -> list[str]:
    rows = session.desk.answers(job.id, 0, 1000)
    return [row.answer.values[0] if row.answer else "" for row in rows]


RIGHT = ["happy" if number % 3 else "angry" for number in range(40)]


@pytest.mark.parametrize(
    "fault",
    ["results-cut-mid-line:1", "results-cut-at-line:1", "results-cut-close:1", "duplicate-ids:1",
     "missing-ids:1", "foreign-ids:1", "crlf-and-blanks:1", "results-500:1", "retrieve-404:3",
     "retrieve-529:1", "foreign-results-url:1", "counts-mismatch:1"],
)  # fmt: skip
def test_every_row_gets_its_own_answer(
    session: Session, draft: Draft, service: PracticeService, fault: str
) -> None:
    service.set_faults(fault)
    job = finish(session, session.desk.send(draft(messages=MESSAGES).id, None, silent))
    assert moods(session, job) == RIGHT
    assert job.outcomes == {"answered": 40}


def test_a_stream_cut_short_is_never_taken_for_the_whole(
    session: Session, draft: Draft, service: PracticeService
) -> None:
    service.set_faults("results-cut-at-line")
    job = session.desk.send(draft(messages=MESSAGES).id, None, silent)
    for _ in range(4):
        job = session.desk.advance(job.id, silent)
    assert job.state == "waiting"
    service.set_faults()
    assert moods(session, finish(session, job)) == RIGHT


def test_results_that_never_have_a_row_say_so_for_it(
    session: Session, draft: Draft, service: PracticeService
) -> None:
    service.set_faults("missing-ids")
    job = finish(session, session.desk.send(draft(messages=MESSAGES).id, None, silent))
    assert job.outcomes["missing"] + job.outcomes["answered"] == 40
    gone = [row.answer for row in session.desk.answers(job.id, 0, 40) if row.answer]
    assert len(gone) == 40
    assert all(answer.reason for answer in gone if answer.outcome == "missing")


def test_every_kind_of_trouble_ends_as_an_outcome_with_a_reason(
    session: Session, draft: Draft, service: PracticeService
) -> None:
    service.set_faults("mixed-outcomes")
    messages = [f"I am happy {number}" for number in range(300)]
    job = finish(session, session.desk.send(draft(messages=messages).id, None, silent))
    assert sum(job.outcomes.values()) == 300
    assert {"answered", "errored", "expired", "canceled", "refused", "cut_off"} <= set(job.outcomes)
    for row in session.desk.answers(job.id, 0, 300):
        assert row.answer is not None
        assert row.answer.outcome == "answered" or row.answer.reason


def test_archived_results_end_the_job_with_a_reason_on_every_row(
    session: Session, draft: Draft, service: PracticeService
) -> None:
    service.set_faults("archived")
    job = finish(session, session.desk.send(draft(10).id, None, silent))
    rows = session.desk.answers(job.id, 0, 10)
    assert all(row.answer and "29 days" in row.answer.reason for row in rows)


def test_a_captive_portal_changes_nothing(
    session: Session, draft: Draft, service: PracticeService
) -> None:
    service.set_faults("retrieve-529")
    job = session.desk.send(draft(10).id, None, silent)
    service.set_faults("captive-portal")
    job = session.desk.advance(job.id, silent)
    assert job.state == "waiting"
    assert "sign-in page" in job.parts[0].note
    service.set_faults()
    assert finish(session, job).outcomes == {"answered": 10}


def test_an_unreachable_service_changes_nothing(
    session: Session, draft: Draft, service: PracticeService
) -> None:
    service.set_faults("retrieve-500")
    job = session.desk.send(draft(10).id, None, silent)
    for _ in range(3):
        job = session.desk.advance(job.id, silent)
    assert job.state == "waiting"
    service.set_faults()
    assert finish(session, job).outcomes == {"answered": 10}
