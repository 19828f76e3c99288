"""A batch that takes too long: canceled, and only what it did not answer asked at once."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from claude_batch_desk.core.errors import AccountRefused, BudgetExceeded, StoreError
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.report import silent
from claude_batch_desk.core.settings import home_folder
from claude_batch_desk.practice.server import PracticeService
from claude_batch_desk.session import PRACTICE_KEY, Session
from tests.core.jobs.conftest import finish, look_until

Draft = Callable[..., Job]
ROWS = 12


@pytest.fixture
def service(tmp_path: Path) -> Iterator[PracticeService]:
    """One whose batches end when its clock is moved, or when they are canceled."""
    with PracticeService(tmp_path / "service", delay=600.0) as running:
        yield running


@pytest.fixture
def waiting(session: Session, draft: Draft) -> Job:
    """A job at the service that does not end."""
    job = session.desk.send(draft(ROWS).id, None, silent)
    assert job.state == "waiting"
    return job


def ended(session: Session, job: Job) -> Job:
    """The batches of a job that was moved, at their end."""
    return look_until(session, job, lambda now: now.state == "done")


def test_the_rest_of_a_late_batch_is_asked_at_once_and_each_row_is_paid_once(
    session: Session, waiting: Job, service: PracticeService
) -> None:
    price = session.rest.estimate(waiting.id, silent)
    assert price.rows == ROWS
    moved = session.rest.move(waiting.id, None, silent)
    assert moved.canceled
    agreed = session.rest.of(waiting.id)
    assert agreed is not None
    assert agreed.most == price.now.ceiling
    assert session.rest.go_on(silent) == []  # the batch has not ended
    job = ended(session, moved)
    answered = job.outcomes.get("answered", 0)
    [run] = session.rest.go_on(silent)
    assert (run.way, run.rows, run.again_of) == ("now", ROWS - answered, job.id)
    assert session.rest.go_on(silent) == []
    finish(session, run)
    assert session.desk.job(job.id).outcomes == {"answered": ROWS}
    ledger = service.ledger(PRACTICE_KEY)
    assert (ledger.messages, ledger.ids_again) == (ROWS - answered, 0)


def test_what_the_batch_has_answered_by_then_is_not_asked_again(
    session: Session, waiting: Job, service: PracticeService
) -> None:
    session.rest.move(waiting.id, None, silent)
    service.advance(700)
    job = ended(session, session.desk.job(waiting.id))
    open_rows = ROWS - job.outcomes.get("answered", 0)
    runs = session.rest.go_on(silent)
    assert [run.rows for run in runs] == ([open_rows] if open_rows else [])
    for run in runs:
        finish(session, run)
    assert session.desk.job(job.id).outcomes == {"answered": ROWS}
    assert service.ledger(PRACTICE_KEY).messages == open_rows


def test_it_costs_no_more_than_was_agreed_to(
    session: Session, waiting: Job, service: PracticeService
) -> None:
    with pytest.raises(BudgetExceeded):
        session.rest.move(waiting.id, Decimal("0.000001"), silent)
    assert not session.desk.job(waiting.id).canceled
    assert session.rest.of(waiting.id) is None
    session.rest.move(waiting.id, None, silent)
    session._stores.rests.agree(waiting.id, Decimal("0.000001"))  # as if prices had risen since
    ended(session, waiting)
    assert session.rest.go_on(silent) == []
    agreed = session.rest.of(waiting.id)
    assert agreed is not None
    assert "above the budget" in agreed.note
    assert session.rest.go_on(silent) == []
    assert service.ledger(PRACTICE_KEY).messages == 0


def test_only_a_batch_that_is_waited_for_can_be_moved(
    session: Session, draft: Draft, waiting: Job
) -> None:
    with pytest.raises(StoreError, match="no batch that is waited for"):
        session.rest.estimate(draft(3).id, silent)
    session.desk.cancel(waiting.id, silent)
    with pytest.raises(StoreError, match="was canceled"):
        session.rest.move(waiting.id, None, silent)


def test_a_service_that_is_out_of_reach_is_tried_again(
    session: Session, waiting: Job, service: PracticeService
) -> None:
    job = ended(session, session.rest.move(waiting.id, None, silent))
    service.set_faults("list-529:1")
    assert session.rest.go_on(silent) == []
    agreed = session.rest.of(job.id)
    assert agreed is not None
    assert agreed.note == ""
    assert len(session.rest.go_on(silent)) == 1


def test_calls_that_are_all_refused_end_it_with_a_word(
    session: Session, waiting: Job, service: PracticeService
) -> None:
    job = ended(session, session.rest.move(waiting.id, None, silent))
    [run] = session.rest.go_on(silent)
    service.set_faults("no-credit")
    with pytest.raises(AccountRefused):
        session.desk.advance(run.id, silent)
    assert session.rest.go_on(silent) == []
    agreed = session.rest.of(job.id)
    assert agreed is not None
    assert "accepted none of its calls" in agreed.note
    assert service.ledger(PRACTICE_KEY).messages == 0


def opened_again(service: PracticeService) -> Session:
    return Session(home_folder(), practice_url=service.base_url)


def test_closed_at_any_moment_it_goes_on_where_it_was(
    session: Session, waiting: Job, service: PracticeService
) -> None:
    session.rest.move(waiting.id, None, silent)
    session.close()
    with opened_again(service) as again:
        job = ended(again, again.desk.job(waiting.id))
    with opened_again(service) as again:
        [run] = again.rest.go_on(silent)
    with opened_again(service) as again:
        assert again.rest.go_on(silent) == []
        finish(again, again.desk.job(run.id))
        assert again.desk.job(job.id).outcomes == {"answered": ROWS}
    assert service.ledger(PRACTICE_KEY).messages == run.requests


def test_killed_while_the_run_was_a_draft_another_is_made(
    session: Session, waiting: Job, service: PracticeService
) -> None:
    job = ended(session, session.rest.move(waiting.id, None, silent))
    recipe, left = job.recipe, tuple(range(ROWS))
    draft = session._stores.again.add(job.id, recipe, left)
    session._stores.rests.begin(job.id, draft)
    session.close()
    with opened_again(service) as again:
        [run] = again.rest.go_on(silent)
        assert run.id != draft or run.state == "sending"
        finish(again, run)
        assert again.desk.job(job.id).outcomes == {"answered": ROWS}
