"""The store over time: older ones, clocks that jump, work that was cut off, and two at once."""

import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from claude_batch_desk.core.errors import StoreError
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.jobs.store import (
    AnswerStore,
    Database,
    JobStore,
    Kept,
    Purchase,
    Stores,
    Trial,
)
from claude_batch_desk.core.jobs.store.database import _MIGRATIONS
from claude_batch_desk.core.pricing.usage import Usage
from claude_batch_desk.core.prompts.recipe import Recipe, recipe_text
from claude_batch_desk.core.report import silent
from claude_batch_desk.core.results.answers import missing_answer, read_answer
from claude_batch_desk.core.settings import home_folder
from claude_batch_desk.practice.server import PracticeService
from claude_batch_desk.session import PRACTICE_KEY, Session
from tests.core.jobs.conftest import RECIPE, finish
from tests.core.jobs.random_trials import try_random

Draft = Callable[..., Job]


def test_a_store_of_the_first_version_is_copied_and_carried_over() -> None:
    path = home_folder() / "desk.sqlite3"
    with closing(sqlite3.connect(path)) as old:
        old.executescript(_MIGRATIONS[0])
        old.execute(
            "INSERT INTO job (token, name, mode, state, recipe, selection, created_at)"
            " VALUES ('0', 'Old', 'live', 'draft', ?, '{}', '2026-11-01T00:00:00Z')",
            (recipe_text(RECIPE),),
        )
        old.execute("PRAGMA user_version=1")
        old.commit()
    [job] = Stores.open(home_folder()).jobs.jobs()
    assert job.name == "Old"
    assert not job.canceled
    before = home_folder() / f"desk.before-{len(_MIGRATIONS)}"
    assert before.stat().st_mode & 0o077 == 0
    with closing(sqlite3.connect(before)) as copy:
        assert copy.execute("PRAGMA user_version").fetchone() == (1,)
        assert copy.execute("SELECT name FROM job").fetchall() == [("Old",)]


def test_two_commands_may_make_the_store_at_the_same_time() -> None:
    home = home_folder()
    start = threading.Barrier(8)
    failures: list[BaseException] = []

    def begin() -> None:
        start.wait()
        try:
            Stores.open(home)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=begin) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_a_clock_that_was_set_back_does_not_keep_the_answers_waiting(
    session: Session, draft: Draft, service: PracticeService
) -> None:
    service.set_faults("retrieve-529:1")
    job = session.desk.send(draft(5).id, None, silent)
    far = datetime.now(UTC) + timedelta(days=300)
    session._stores.jobs.set_job(job.id, "waiting", far, None)
    look = session.desk.job(job.id).next_look
    assert look is not None
    assert look <= datetime.now(UTC) + timedelta(hours=1)


def test_what_a_killed_command_left_is_gone_at_the_next_start(
    session: Session, draft: Draft, service: PracticeService
) -> None:
    service.set_faults("retrieve-529")
    job = session.desk.send(draft(5).id, None, silent)
    scratch = session.desk.new_job("for a price", "practice", scratch=True)
    assert scratch not in session.desk.jobs()
    [body] = (home_folder() / "outbox").iterdir()
    (home_folder() / "outbox" / "00000000-1.json").write_text("{}")
    (home_folder() / "outbox" / "00000000-2.partial").write_text("{}")
    session.close()
    service.set_faults()
    with Session(home_folder(), practice_url=service.base_url) as again:
        assert list((home_folder() / "outbox").iterdir()) == [body]
        with pytest.raises(StoreError, match="no job"):
            again.desk.job(scratch.id)
        assert finish(again, again.desk.job(job.id)).outcomes == {"answered": 5}
        assert list((home_folder() / "outbox").iterdir()) == []


def test_a_job_changed_while_it_is_being_sent_is_not_sent(
    session: Session, draft: Draft, service: PracticeService
) -> None:
    job = draft(5)
    changed = replace(RECIPE, instructions="Else")

    def meddle(done: int, total: int) -> None:
        session.desk.save_draft(job.id, recipe=changed)

    with pytest.raises(StoreError, match="changed while"):
        session.desk.send(job.id, None, meddle)
    assert session.desk.job(job.id).state == "draft"
    assert session.desk.job(job.id).recipe == changed
    assert service.ledger(PRACTICE_KEY).requests == 0
    assert list((home_folder() / "outbox").iterdir()) == []


def test_a_job_removed_while_it_is_being_sent_is_not_sent(
    session: Session, draft: Draft, service: PracticeService
) -> None:
    job = draft(5)

    def remove(done: int, total: int) -> None:
        if any(each.id == job.id for each in session.desk.jobs()):
            session.desk.remove_job(job.id)

    with pytest.raises(StoreError, match="no job"):
        session.desk.send(job.id, None, remove)
    assert service.ledger(PRACTICE_KEY).requests == 0


def test_what_comes_for_a_job_that_was_removed_is_let_go() -> None:
    stores = Stores.open(home_folder())
    stores.answers.keep_counted(7, {"00": 3})
    made = datetime(2026, 11, 1, tzinfo=UTC)
    purchase = Purchase(7, made, "Gone", "live", "a-model", "trial", None)
    stores.answers.keep_trial(7, Trial("00", 0, "?", b"{}"), purchase, Usage(input=9))
    assert stores.answers.trials(7) == []
    [charge] = stores.charges.charges("live")
    assert (charge.name, charge.requests, charge.cost) == ("Gone", 1, None)


def test_sending_waits_for_a_trial_under_way_and_buys_none_of_its_rows(
    session: Session, draft: Draft, service: PracticeService
) -> None:
    service.set_faults("slow:0.3")
    job = draft(20)
    trial = threading.Thread(target=try_random, args=(session.desk, job.id, 6, 1, silent))
    trial.start()
    pause = threading.Event()
    while not service.ledger(PRACTICE_KEY).messages:
        pause.wait(0.02)
    job = session.desk.send(job.id, None, silent)
    trial.join()
    service.set_faults()
    assert finish(session, job).outcomes == {"answered": 20}
    ledger = service.ledger(PRACTICE_KEY)
    assert (ledger.messages, ledger.requests) == (6, 14)


def test_the_same_rows_tried_twice_at_once_are_bought_once(
    session: Session, draft: Draft, service: PracticeService
) -> None:
    service.set_faults("slow:0.2")
    job = draft(20)
    trials = [
        threading.Thread(target=try_random, args=(session.desk, job.id, 6, 1, silent))
        for _ in range(3)
    ]
    for trial in trials:
        trial.start()
    for trial in trials:
        trial.join()
    assert service.ledger(PRACTICE_KEY).messages == 6


def test_a_key_that_took_the_place_of_another_goes_on_with_the_job(
    session: Session, draft: Draft, service: PracticeService
) -> None:
    service.set_faults("retrieve-529:1")
    job = session.desk.send(draft(5).id, None, silent)
    session._stores.jobs.use_key(job.id, "00000000")
    assert finish(session, job).outcomes == {"answered": 5}


def test_what_was_put_down_as_missing_gives_way_to_what_came_after_all() -> None:
    stores = Stores.open(home_folder())
    job = stores.jobs.add("", "practice", Recipe())
    for answer in (
        missing_answer(()),
        read_answer({"type": "canceled"}, ()),
        read_answer({"type": "expired"}, ()),
    ):
        stores.answers.keep(job, [Kept(0, answer, None, "", b"{}")])
    assert stores.answers.answers(job, [0])[0].outcome == "canceled"


def test_an_answer_whose_price_is_forgotten_is_kept_without_a_bill(
    session: Session, draft: Draft, service: PracticeService
) -> None:
    service.set_faults("retrieve-529:1")
    job = session.desk.send(draft(5).id, None, silent)
    with closing(sqlite3.connect(home_folder() / "desk.sqlite3")) as store:
        store.execute("UPDATE job SET recipe=replace(recipe, 'claude-haiku-5-5', 'nobody-1')")
        store.commit()
    job = finish(session, session.desk.job(job.id))
    assert job.outcomes == {"answered": 5}
    assert job.billed is None


class Overheard(Database):
    """Keeps what it is asked in SQL."""

    def __init__(self, home: Path) -> None:
        self.asked: list[str] = []
        super().__init__(home)

    def _connect(self) -> sqlite3.Connection:
        connection = super()._connect()
        connection.set_trace_callback(self.asked.append)
        return connection


def test_many_jobs_are_listed_with_no_more_questions_than_a_few(tmp_path: Path) -> None:
    database = Overheard(tmp_path)
    jobs = JobStore(database)
    questions = []
    for count in (2, 98):
        for number in range(count):
            jobs.add(f"Job {number}", "practice", RECIPE)
        database.asked.clear()
        jobs.jobs()
        questions.append(len(database.asked))
    assert len(jobs.jobs()) == 100
    assert questions[0] == questions[1] > 0
    assert AnswerStore(database).trials(1) == []
