"""Prepared jobs that are sent by themselves at an agreed time."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from claude_batch_desk.core.errors import BudgetExceeded, ScheduleError, Unreachable
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.jobs.rows.selection import Selection
from claude_batch_desk.core.jobs.starts.start import MADE_UP, Start, print_of
from claude_batch_desk.core.jobs.store.hold_store import HeldBack
from claude_batch_desk.core.pricing.caching import CacheUse
from claude_batch_desk.core.report import silent
from claude_batch_desk.core.settings import home_folder
from claude_batch_desk.practice.server import PracticeService
from claude_batch_desk.session import Session
from tests.core.jobs.conftest import RECIPE, finish

MOST = Decimal("5.00")


def in_three_hours(job: Job) -> Start:
    return Start(job.id, datetime.now(UTC) + timedelta(hours=3), MOST)


def let_it_come(session: Session, ago: timedelta = timedelta(seconds=1)) -> None:
    """The agreed times of all that is planned are over, by so much."""
    for start in session.starts.all():
        asked = session._stores.starts.asked(start.job)
        session._stores.starts.keep(replace(start, at=datetime.now(UTC) - ago), asked)


def test_what_is_planned_is_kept_with_all_that_was_agreed(
    session: Session, draft: Callable[..., Job]
) -> None:
    start = replace(in_three_hours(draft(3)), way="batch", cache=CacheUse("5m", prime=True))
    assert session.starts.plan(start) == start
    session.close()
    with Session(home_folder()) as again:
        assert again.starts.of(start.job) == start
        assert again.starts.all() == [start]
        again.starts.unplan(start.job)
        assert again.starts.all() == []


def test_it_is_sent_when_its_time_has_come_and_once(
    session: Session, draft: Callable[..., Job], service: PracticeService
) -> None:
    job = draft(3)
    session.starts.plan(in_three_hours(job))
    assert session.starts.start(job.id, silent).state == "draft"
    let_it_come(session)
    sent = session.starts.start(job.id, silent)
    assert sent.state != "draft"
    assert session.starts.of(job.id) is None
    assert session.starts.start(job.id, silent).id == job.id
    assert finish(session, sent).outcomes == {"answered": 3}
    assert service.ledger().requests == 3


def test_it_is_sent_in_the_way_that_was_agreed(session: Session, draft: Callable[..., Job]) -> None:
    job = draft(3)
    session.starts.plan(replace(in_three_hours(job), way="now"))
    let_it_come(session)
    assert session.starts.start(job.id, silent).way == "now"


@pytest.mark.parametrize("what", ["recipe", "rows", "table"])
def test_a_job_that_was_changed_is_not_sent(
    session: Session, draft: Callable[..., Job], service: PracticeService, what: str
) -> None:
    job, other = draft(3), draft(5)
    session.starts.plan(in_three_hours(job))
    assert not session.starts.is_changed(job)
    changes: dict[str, Callable[[], Job]] = {
        "recipe": lambda: session.desk.save_draft(job.id, recipe=replace(RECIPE, effort="low")),
        "rows": lambda: session.desk.save_draft(job.id, selection=Selection(count=2, seed=1)),
        "table": lambda: session.desk.save_draft(job.id, table_id=other.table_id),
    }
    assert session.starts.is_changed(changes[what]())
    let_it_come(session)
    with pytest.raises(ScheduleError, match="changed after its start was planned"):
        session.starts.start(job.id, silent)
    start = session.starts.of(job.id)
    assert start is not None
    assert "nothing was sent" in start.note
    assert session.starts.start(job.id, silent).state == "draft", "it is not tried again"
    assert service.ledger().requests == 0


def test_another_name_is_no_change(session: Session, draft: Callable[..., Job]) -> None:
    job = draft(3)
    session.starts.plan(in_three_hours(job))
    assert not session.starts.is_changed(session.desk.save_draft(job.id, name="Tonight"))


def test_what_could_cost_more_than_agreed_is_not_sent(
    session: Session, draft: Callable[..., Job], service: PracticeService
) -> None:
    job = draft(3)
    session.starts.plan(replace(in_three_hours(job), most=Decimal("0.0000001")))
    let_it_come(session)
    with pytest.raises(BudgetExceeded):
        session.starts.start(job.id, silent)
    [start] = session.starts.all()
    assert "above the budget" in start.note
    assert service.ledger().requests == 0


def test_a_missed_time_is_made_up_for_within_half_a_day(
    session: Session, draft: Callable[..., Job], service: PracticeService
) -> None:
    job, late = draft(3), draft(4)
    for each in (job, late):
        session.starts.plan(in_three_hours(each))
    let_it_come(session, MADE_UP + timedelta(minutes=1))
    with pytest.raises(ScheduleError, match="more than twelve hours ago"):
        session.starts.start(late.id, silent)
    session.starts.plan(in_three_hours(job))
    session.starts.unplan(late.id)
    let_it_come(session, MADE_UP - timedelta(minutes=1))
    assert session.starts.start(job.id, silent).state != "draft"
    assert service.ledger().batches == 1


def test_a_service_that_is_away_is_tried_again(
    draft_on: Callable[..., Job], service: PracticeService
) -> None:
    with Session(home_folder(), practice_url="http://127.0.0.1:9") as session:
        job = draft_on(session, 3)
        session.starts.plan(in_three_hours(job))
        let_it_come(session)
        with pytest.raises(Unreachable):
            session.starts.start(job.id, silent)
        [start] = session.starts.all()
        assert start.is_due(datetime.now(UTC))
    with Session(home_folder(), practice_url=service.base_url) as session:
        assert session.starts.start(job.id, silent).state != "draft"


def test_a_job_out_of_a_backup_is_not_started_by_itself(
    session: Session, draft: Callable[..., Job], service: PracticeService
) -> None:
    job = draft(3)
    session.starts.plan(in_three_hours(job))
    let_it_come(session)
    session._stores.holds.hold_all(datetime.now(UTC))
    with pytest.raises(HeldBack):
        session.starts.start(job.id, silent)
    [start] = session.starts.all()
    assert "comes from a backup" in start.note
    assert service.ledger().requests == 0


def test_only_what_is_to_come_can_be_planned(session: Session, draft: Callable[..., Job]) -> None:
    job = draft(3)
    with pytest.raises(ScheduleError, match="This time is over"):
        session.starts.plan(replace(in_three_hours(job), at=datetime.now(UTC)))
    with pytest.raises(ScheduleError, match="within the next 300 days"):
        session.starts.plan(replace(in_three_hours(job), at=datetime.now(UTC) + timedelta(301)))
    session.desk.send(job.id, None, silent)
    with pytest.raises(ScheduleError, match="was sent already"):
        session.starts.plan(in_three_hours(job))


def test_a_job_sent_by_hand_is_not_sent_once_more(
    session: Session, draft: Callable[..., Job], service: PracticeService
) -> None:
    job = draft(3)
    session.starts.plan(in_three_hours(job))
    session.desk.send(job.id, None, silent)
    let_it_come(session)
    session.starts.start(job.id, silent)
    assert session.starts.all() == []
    assert service.ledger().requests == 3


def test_a_removed_job_takes_its_start_along(session: Session, draft: Callable[..., Job]) -> None:
    job = draft(3)
    session.starts.plan(in_three_hours(job))
    session.desk.remove_job(job.id)
    assert session.starts.all() == []


def test_what_a_draft_asks_is_told_apart(session: Session, draft: Callable[..., Job]) -> None:
    job = draft(3)
    other = replace(job, recipe=replace(RECIPE, model="claude-sonnet-5"))
    rows = replace(job, selection=Selection(first=2))
    assert len({print_of(job), print_of(other), print_of(rows)}) == 3
    assert print_of(replace(job, name="Other")) == print_of(job)
