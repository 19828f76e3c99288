"""What is kept is kept, across restarts, versions and instances."""

import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from claude_batch_desk.core.errors import StoreError, TableError
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.jobs.store import Stores
from claude_batch_desk.core.report import silent
from claude_batch_desk.core.settings import home_folder
from claude_batch_desk.core.tables.table import ReadOptions
from claude_batch_desk.practice.server import PracticeService
from claude_batch_desk.session import Session
from tests.core.jobs.conftest import RECIPE, finish

Draft = Callable[..., Job]


def test_a_draft_survives_a_restart(service: PracticeService) -> None:
    with Session(home_folder(), practice_url=service.base_url) as session:
        job = session.desk.new_job("Mine", "live")
        session.desk.save_draft(job.id, recipe=RECIPE)
    with Session(home_folder(), practice_url=service.base_url) as session:
        assert session.desk.jobs()[0].recipe == RECIPE


def test_a_running_job_is_found_again_after_a_restart(
    session: Session, draft: Draft, service: PracticeService
) -> None:
    service.set_faults("retrieve-529:1")
    sent = session.desk.send(draft(20).id, None, silent)
    session.close()
    with Session(home_folder(), practice_url=service.base_url) as again:
        job = finish(again, again.desk.job(sent.id))
        assert job.outcomes == {"answered": 20}
        assert job.estimate == sent.estimate


def test_a_second_instance_is_told_about_the_first(session: Session) -> None:
    with pytest.raises(StoreError, match="already open"):
        Session(home_folder())


def test_a_store_of_a_newer_version_is_refused_and_untouched(home: Path) -> None:
    Stores.open(home_folder())
    path = home / "desk.sqlite3"
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version=99")
    connection.close()
    with pytest.raises(StoreError, match="newer version"):
        Stores.open(home)


def test_a_damaged_store_is_named_and_not_overwritten(home: Path) -> None:
    home_folder()
    path = home / "desk.sqlite3"
    path.write_bytes(b"not a database at all" * 300)
    with pytest.raises(StoreError, match="damaged"):
        Stores.open(home)
    assert path.read_bytes().startswith(b"not a database")


def test_a_job_in_flight_cannot_be_deleted(
    session: Session, draft: Draft, service: PracticeService
) -> None:
    service.set_faults("retrieve-529:1")
    job = session.desk.send(draft(5).id, None, silent)
    with pytest.raises(StoreError, match="still at the service"):
        session.desk.remove_job(job.id)
    session.desk.remove_job(finish(session, job).id)
    assert session.desk.jobs() == []


def test_a_sent_job_keeps_its_recipe(session: Session, draft: Draft) -> None:
    job = session.desk.send(draft(5).id, None, silent)
    changed = session.desk.save_draft(job.id, recipe=replace(RECIPE, instructions="Else"))
    assert changed.recipe == RECIPE


def test_editing_the_source_cannot_shift_an_answer(
    session: Session, draft: Draft, tmp_path: Path
) -> None:
    job = session.desk.send(draft(messages=["one", "two", "three"]).id, None, silent)
    (tmp_path / "messages.csv").write_text("Id,Message\n1,three\n2,one\n")
    rows = session.desk.answers(finish(session, job).id, 0, 10)
    assert [row.cells[1] for row in rows] == ["one", "two", "three"]


def test_a_table_without_rows_is_refused_and_leaves_nothing(
    session: Session, tmp_path: Path
) -> None:
    path = tmp_path / "empty.csv"
    path.write_text("a,b\n")
    with pytest.raises(TableError):
        session.desk.open_table(path, ReadOptions(), silent)


@pytest.mark.parametrize("first", [0, 255, 256, 1000, 1234, 1240])
def test_any_window_of_a_table_holds_its_own_rows(
    session: Session, draft: Draft, first: int
) -> None:
    job = draft(1240)
    assert job.table_id is not None
    window = session.desk.table(job.table_id).rows.window(first, 300)
    assert [row[0] for row in window] == [f"{at:05}" for at in range(first, min(first + 300, 1240))]
