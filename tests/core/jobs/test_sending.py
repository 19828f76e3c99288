"""Each row is asked and paid once, whatever happens on the way."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from claude_batch_desk.core.errors import (
    BudgetExceeded,
    KeyRefused,
    Refused,
    SelectionError,
    StoreError,
)
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.jobs.rows.conditions import RowFilter
from claude_batch_desk.core.jobs.rows.selection import Selection
from claude_batch_desk.core.report import Cancelled, silent
from claude_batch_desk.core.settings import home_folder
from claude_batch_desk.practice.server import PracticeService
from claude_batch_desk.session import PRACTICE_KEY, Session
from tests.core.jobs.conftest import RECIPE, finish
from tests.core.jobs.random_trials import price_random, try_random

Draft = Callable[..., Job]


def accepted(service: PracticeService) -> int:
    return service.ledger(PRACTICE_KEY).requests


def test_a_job_comes_back_with_an_answer_for_every_row(session: Session, draft: Draft) -> None:
    job = finish(session, session.desk.send(draft(20).id, None, silent))
    assert job.outcomes == {"answered": 20}
    rows = session.desk.answers(job.id, 0, 100)
    assert [row.number for row in rows] == list(range(20))
    assert {row.answer.values[0] for row in rows if row.answer} == {"happy"}


def test_identical_rows_are_asked_and_paid_once(
    session: Session, draft: Draft, service: PracticeService
) -> None:
    job = draft(messages=["same", "other", "same", "same"])
    assert session.desk.estimate(job.id, silent).requests == 2
    job = finish(session, session.desk.send(job.id, None, silent))
    assert accepted(service) == 2
    assert job.outcomes == {"answered": 4}


def test_only_the_selected_rows_run(
    session: Session, draft: Draft, service: PracticeService
) -> None:
    job = session.desk.save_draft(draft(50).id, selection=Selection(7, seed=3))
    job = finish(session, session.desk.send(job.id, None, silent))
    assert job.rows == accepted(service) == 7


def test_rows_are_selected_by_what_is_in_them(
    session: Session, draft: Draft, service: PracticeService
) -> None:
    chosen = Selection(first=5, filters=(RowFilter("Message", "matches", "note 1.?$"),))
    job = session.desk.save_draft(draft(50).id, selection=chosen)
    assert session.desk.estimate(job.id, silent).rows == 10
    tried = try_random(session.desk, job.id, 3, 1, silent)
    job = finish(session, session.desk.send(job.id, None, silent))
    ran = [row.number for row in session.desk.answers(job.id, 0, 100)]
    assert ran == list(range(10, 20))
    assert {each.number for each in tried} < set(ran)
    assert accepted(service) == 10 - len(tried)


@pytest.mark.parametrize(
    ("selection", "told"),
    [
        (Selection(first=51), "None of the table's rows is chosen to run"),
        (Selection(filters=(RowFilter("Mesage", "empty"),)), "no such column"),
        (Selection(filters=(RowFilter("Message", "matches", "["),)), "cannot be read"),
    ],
)
def test_a_choice_of_rows_that_cannot_be_followed_is_refused_before_anything_is_asked(
    session: Session, draft: Draft, service: PracticeService, selection: Selection, told: str
) -> None:
    desk = session.desk
    job = desk.save_draft(draft(50).id, selection=selection)
    for ask in (
        lambda: desk.estimate(job.id, silent),
        lambda: price_random(desk, job.id, 3, 1, silent),
        lambda: try_random(desk, job.id, 3, 1, silent),
        lambda: desk.send(job.id, None, silent),
    ):
        with pytest.raises(SelectionError, match=told):
            ask()
    assert desk.job(job.id).state == "draft"
    assert service.ledger(PRACTICE_KEY).messages == accepted(service) == 0


@pytest.mark.parametrize(
    "fault",
    ["drop-after-accept:1", "drop-before-accept:1", "create-500-after-accept:1", "create-500:1",
     "create-529:1", "create-429:1", "create-408:1", "late-list:1"],
)  # fmt: skip
def test_a_lost_reply_never_buys_a_row_twice(
    session: Session, draft: Draft, service: PracticeService, fault: str
) -> None:
    service.set_faults(fault)
    job = finish(session, session.desk.send(draft(20).id, None, silent))
    assert job.outcomes == {"answered": 20}
    assert accepted(service) == 20


def test_while_the_outcome_is_unknown_the_job_says_so_and_sends_nothing(
    session: Session, draft: Draft, service: PracticeService
) -> None:
    service.set_faults("drop-before-accept:1")
    job = session.desk.send(draft(20).id, None, silent)
    assert job.unsettled
    assert "do not pay twice" in job.parts[0].note
    assert accepted(service) == 0


@pytest.mark.parametrize("status", [400, 402, 403])
def test_a_refused_job_is_a_draft_again(
    session: Session, draft: Draft, service: PracticeService, status: int
) -> None:
    service.set_faults(f"create-{status}:1")
    job = draft(5)
    with pytest.raises(Refused):
        session.desk.send(job.id, None, silent)
    assert session.desk.job(job.id).state == "draft"
    assert finish(session, session.desk.send(job.id, None, silent)).outcomes == {"answered": 5}


def test_a_revoked_key_is_named_and_nothing_is_lost(
    session: Session, draft: Draft, service: PracticeService
) -> None:
    job = draft(5)
    service.set_faults("create-401:1")
    with pytest.raises(KeyRefused, match="does not accept this API key"):
        session.desk.send(job.id, None, silent)
    assert finish(session, session.desk.send(job.id, None, silent)).outcomes == {"answered": 5}


def test_a_job_is_sent_once_however_often_send_is_pressed(
    session: Session, draft: Draft, service: PracticeService
) -> None:
    job = session.desk.send(draft(5).id, None, silent)
    with pytest.raises(StoreError, match="already sent"):
        session.desk.send(job.id, None, silent)
    finish(session, job)
    assert accepted(service) == 5


def test_a_job_over_its_budget_is_not_sent(
    session: Session, draft: Draft, service: PracticeService
) -> None:
    job = draft(50)
    with pytest.raises(BudgetExceeded, match="Nothing was sent"):
        session.desk.send(job.id, Decimal("0.000001"), silent)
    assert session.desk.job(job.id).state == "draft"
    assert accepted(service) == 0


def test_a_cancelled_preparation_leaves_a_draft_and_no_files(
    session: Session, draft: Draft
) -> None:
    job = draft(50)
    session.desk.estimate(job.id, silent)
    calls = 0

    def stop_late(done: int, total: int) -> None:
        nonlocal calls
        calls += 1
        if calls > 4:
            raise Cancelled

    with pytest.raises(Cancelled):
        session.desk.send(job.id, None, stop_late)
    assert session.desk.job(job.id).state == "draft"
    assert not list((home_folder() / "outbox").glob("*"))


def test_rows_that_were_tried_are_not_bought_again(
    session: Session, draft: Draft, service: PracticeService
) -> None:
    job = draft(20)
    tried = try_random(session.desk, job.id, 5, 1, silent)
    assert len(tried) == 5
    assert try_random(session.desk, job.id, 5, 1, silent) == tried
    job = finish(session, session.desk.send(job.id, None, silent))
    assert accepted(service) == 15
    assert job.outcomes == {"answered": 20}


def test_another_prompt_makes_old_trials_stale(session: Session, draft: Draft) -> None:
    job = draft(20)
    try_random(session.desk, job.id, 3, 1, silent)
    session.desk.save_draft(job.id, recipe=RECIPE.with_prompt("Now: {{Message}}"))
    assert session.desk.tried(job.id) == []


def test_a_job_answered_at_once_needs_no_batch(
    session: Session, draft: Draft, service: PracticeService
) -> None:
    job = finish(session, session.desk.send(draft(30).id, None, silent, "now"))
    assert job.state == "done"
    assert job.outcomes == {"answered": 30}
    assert accepted(service) == 0


def test_the_bill_lies_in_the_range_of_the_estimate_after_trying(
    session: Session, draft: Draft
) -> None:
    job = draft(60)
    try_random(session.desk, job.id, 10, 1, silent)
    estimate = session.desk.estimate(job.id, silent)
    job = finish(session, session.desk.send(job.id, None, silent))
    tried = sum((row.cost for row in session.desk.tried(job.id)), Decimal(0))
    assert job.billed is not None
    assert estimate.batch.low <= job.billed - tried <= estimate.batch.high
    assert job.billed <= estimate.batch.ceiling + tried
