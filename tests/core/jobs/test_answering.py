"""Immediate calls: what was paid is kept, and what stops them is told."""

import threading
from collections.abc import Callable
from decimal import Decimal

import pytest

from claude_batch_desk.core.errors import AccountRefused, KeyRefused, Refused
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.jobs.money.standing import standing
from claude_batch_desk.core.report import Cancelled, Report, silent
from claude_batch_desk.practice.server import PracticeService
from claude_batch_desk.session import PRACTICE_KEY, Session
from tests.core.jobs.conftest import finish
from tests.core.jobs.random_trials import try_random

Draft = Callable[..., Job]


def calls(service: PracticeService) -> int:
    return service.ledger(PRACTICE_KEY).messages


def sent(session: Session, job: Job) -> Job:
    job = session.desk.send(job.id, None, silent, "now")
    assert job.state == "sending"
    return job


def answered(session: Session, job: Job) -> Job:
    return finish(session, sent(session, job))


def after(rows: int, do: Callable[[], object]) -> Report:
    """Do something once, when so many rows are done."""
    done_it = threading.Event()

    def report(done: int, total: int) -> None:
        del total
        if done >= rows and not done_it.is_set():
            done_it.set()
            do()

    return report


def stop() -> None:
    raise Cancelled


def stop_at_once(done: int, total: int) -> None:
    """A Report for what is not to do anything."""
    raise Cancelled


def test_rows_that_were_tried_are_not_bought_again(
    session: Session, draft: Draft, service: PracticeService
) -> None:
    job = draft(20)
    try_random(session.desk, job.id, 5, 1, silent)
    assert answered(session, job).outcomes == {"answered": 20}
    assert calls(service) == 20


def test_rows_that_ask_the_same_are_asked_once_and_all_count(
    session: Session, draft: Draft, service: PracticeService
) -> None:
    seen: list[tuple[int, int]] = []
    job = sent(session, draft(messages=["I am glad", "I am sad", "I am glad", "I am glad"]))
    job = session.desk.advance(job.id, lambda done, total: seen.append((done, total)))
    assert job.outcomes == {"answered": 4}
    assert calls(service) == 2
    assert {total for _, total in seen} == {4}


def test_a_key_revoked_in_the_middle_stops_the_job_and_keeps_what_came(
    session: Session, draft: Draft, service: PracticeService
) -> None:
    job = sent(session, draft(60))
    with pytest.raises(KeyRefused):
        session.desk.advance(job.id, after(10, lambda: service.set_faults("messages-401")))
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


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ("spend-limit", "spend limit"),
        ("contract-limit", "spend limit"),
        ("own-limit", "set for itself"),
        ("no-credit", "no credit left"),
        ("on-hold", "on hold"),
    ],
)
def test_an_account_that_may_not_spend_stops_the_job_until_it_may(
    session: Session, draft: Draft, service: PracticeService, fault: str, told: str
) -> None:
    job = sent(session, draft(40))
    with pytest.raises(AccountRefused, match=told):
        session.desk.advance(job.id, after(5, lambda: service.set_faults(fault)))
    stopped = session.desk.job(job.id)
    assert stopped.state == "sending"
    assert set(stopped.outcomes) == {"answered", "waiting"}
    service.set_faults()
    assert finish(session, stopped).outcomes == {"answered": 40}
    assert calls(service) == 40


def test_an_account_that_may_not_spend_at_all_leaves_a_draft(
    session: Session, draft: Draft, service: PracticeService
) -> None:
    job = sent(session, draft(10))
    service.set_faults("own-limit")
    with pytest.raises(AccountRefused):
        session.desk.advance(job.id, silent)
    assert session.desk.job(job.id).state == "draft"


def test_a_row_the_service_refuses_has_that_for_its_outcome(
    session: Session, draft: Draft, service: PracticeService
) -> None:
    service.set_faults("messages-400:2")
    job = answered(session, draft(30))
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
    job = sent(session, draft(30))
    with pytest.raises(Refused):
        session.desk.advance(job.id, silent)
    assert session.desk.job(job.id).state == "draft"
    service.set_faults()
    assert answered(session, job).outcomes == {"answered": 30}


@pytest.mark.parametrize("fault", ["messages-529:3", "messages-500:2", "messages-429:2"])
def test_a_busy_service_is_left_alone_for_a_moment_and_asked_again(
    session: Session, draft: Draft, service: PracticeService, fault: str
) -> None:
    service.set_faults(fault)
    job = session.desk.advance(sent(session, draft(30)).id, silent)
    assert job.outcomes == {"answered": 30}
    assert job.sent_at is not None
    assert job.ended_at is not None
    assert (job.ended_at - job.sent_at).total_seconds() >= 0.5
    assert calls(service) == 30
    assert job.unheard == 0


def test_a_service_that_wants_a_long_pause_is_left_to_the_next_look(
    session: Session, draft: Draft, service: PracticeService
) -> None:
    service.set_faults("requests-a-minute:1")
    job = session.desk.advance(sent(session, draft(12)).id, silent)
    assert job.state == "sending"
    assert job.outcomes == {"answered": 1, "waiting": 11}
    assert job.sent_at is not None
    assert job.next_look is not None
    assert 20 < (job.next_look - job.sent_at).total_seconds() < 70
    told = session.desk.calls_now(job.id)
    assert told is not None
    assert "limiting how much this account may ask" in told.why


def test_a_limit_of_the_account_is_followed_without_being_refused_again_and_again(
    session: Session, draft: Draft, service: PracticeService
) -> None:
    job = sent(session, draft(90))
    service.set_faults("requests-a-minute:1200")
    seen = []
    session.desk.advance(job.id, lambda done, total: seen.append(session.desk.calls_now(job.id)))
    assert calls(service) == 90
    assert max(each.side_by_side for each in seen if each) > 6
    assert all(each.why == "" for each in seen if each)


def test_a_stop_keeps_what_was_under_way(
    session: Session, draft: Draft, service: PracticeService
) -> None:
    service.set_faults("slow:0.3")
    job = sent(session, draft(40))
    with pytest.raises(Cancelled):
        session.desk.advance(job.id, after(1, stop))
    stopped = session.desk.job(job.id)
    assert stopped.outcomes["answered"] == calls(service) < 40
    assert finish(session, stopped).outcomes == {"answered": 40}
    assert calls(service) == 40


def test_a_job_that_is_paused_stays_so_until_it_goes_on(
    session: Session, draft: Draft, service: PracticeService
) -> None:
    service.set_faults("slow:0.3")
    job = sent(session, draft(60))
    paused = session.desk.advance(job.id, after(5, lambda: session.desk.pause(job.id, silent)))
    assert (paused.state, paused.paused, paused.next_look) == ("sending", True, None)
    asked = calls(service)
    assert paused.outcomes == {"answered": asked, "waiting": 60 - asked}
    assert session.desk.advance(job.id, silent).outcomes == paused.outcomes
    assert calls(service) == asked < 60
    going = session.desk.go_on(job.id, silent)
    assert not going.paused
    assert going.next_look is not None
    assert finish(session, going).outcomes == {"answered": 60}
    assert calls(service) == 60


def test_a_second_look_does_not_wait_for_the_calls_that_are_made(
    session: Session, draft: Draft, service: PracticeService
) -> None:
    service.set_faults("slow:0.3")
    job = sent(session, draft(30))
    seen: list[Job] = []
    looked = after(1, lambda: seen.append(session.desk.advance(job.id, stop_at_once)))
    session.desk.advance(job.id, looked)
    [between] = seen
    assert between.state == "sending"
    told = session.desk.calls_now(job.id)
    assert told is not None
    assert (told.done, told.rows, told.working) == (30, 30, False)


def test_a_paused_job_can_be_canceled(
    session: Session, draft: Draft, service: PracticeService
) -> None:
    service.set_faults("slow:0.3")
    job = sent(session, draft(30))
    session.desk.advance(job.id, after(5, lambda: session.desk.pause(job.id, silent)))
    asked = calls(service)
    job = session.desk.cancel(job.id, silent)
    assert job.state == "done"
    assert job.outcomes == {"answered": asked, "canceled": 30 - asked}


def test_an_answer_that_gets_lost_is_asked_again_and_may_be_billed_twice(
    session: Session, draft: Draft, service: PracticeService
) -> None:
    service.set_faults("drop-after-answer:2")
    job = answered(session, draft(20))
    assert job.outcomes == {"answered": 20}
    assert job.unheard == 2
    assert calls(service) == 22


def test_a_row_whose_answer_is_lost_again_and_again_is_not_asked_for_ever(
    session: Session, draft: Draft, service: PracticeService
) -> None:
    service.set_faults("drop-after-answer")
    job = sent(session, draft(2))
    while job.state == "sending":
        job = session.desk.advance(job.id, silent)
    assert job.outcomes == {"missing": 2}
    assert calls(service) == job.unheard == 6
    [row, _] = session.desk.answers(job.id, 0, 2)
    assert row.answer is not None
    assert "3 times over" in row.answer.reason


def test_the_totals_can_be_seen_while_the_answers_come(
    session: Session, draft: Draft, service: PracticeService
) -> None:
    job = sent(session, draft(40))
    service.set_faults("slow:0.2")
    between: list[Job] = []
    session.desk.advance(job.id, lambda done, total: between.append(session.desk.job(job.id)))
    counted = {each.outcomes.get("answered", 0) for each in between}
    assert len(counted) > 1
    for each in between:
        assert sum(each.outcomes.values()) == (40 if each.outcomes else 0)


def test_what_may_be_billed_without_an_answer_stays_in_the_worst_case(
    session: Session, draft: Draft, service: PracticeService
) -> None:
    job = sent(session, draft(10))
    before = standing(session._stores, "practice").committed.ceiling
    service.set_faults("drop-after-answer:1")
    job = finish(session, job)
    assert job.unheard == 1
    after_it = standing(session._stores, "practice").committed.ceiling
    assert after_it == before / 10


def test_a_trial_that_is_stopped_keeps_what_was_under_way(
    session: Session, draft: Draft, service: PracticeService
) -> None:
    job = draft(40)

    def stop_early(done: int, total: int) -> None:
        if done:
            raise Cancelled

    with pytest.raises(Cancelled):
        try_random(session.desk, job.id, 12, 1, stop_early)
    assert 0 < calls(service) < 12
    assert len(session.desk.tried(job.id)) == calls(service)
    try_random(session.desk, job.id, 12, 1, silent)
    assert calls(service) == 12
