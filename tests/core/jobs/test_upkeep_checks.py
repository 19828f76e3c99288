"""A check finds what is lost or broken, says what to do, and changes nothing."""

import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from claude_batch_desk.core.errors import StoreError
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.jobs.upkeep.check import check
from claude_batch_desk.core.report import Cancelled, silent
from claude_batch_desk.core.settings import home_folder
from claude_batch_desk.practice.server import PracticeService
from claude_batch_desk.session import Session
from tests.core.jobs.conftest import finish

Draft = Callable[..., Job]


def spoil(statement: str) -> None:
    """Change the store behind the program's back."""
    with closing(sqlite3.connect(home_folder() / "desk.sqlite3")) as connection:
        connection.execute(statement)
        connection.commit()


def told() -> str:
    found = check(home_folder(), silent)
    return " ".join(each.text for each in found.findings if each.kind == "damage")


@pytest.fixture
def done(session: Session, draft: Draft) -> Job:
    return finish(session, session.desk.send(draft(8).id, None, silent))


@pytest.fixture
def in_doubt(session: Session, draft: Draft, service: PracticeService) -> Job:
    service.set_faults("drop-before-accept:1")
    return session.desk.send(draft(8).id, None, silent)


def test_a_sound_folder_has_no_findings_while_it_is_in_use(done: Job) -> None:
    found = check(home_folder(), silent)
    assert found.sound
    assert found.findings == ()
    assert (found.jobs, found.answers, found.files) == (1, 8, 1)


def test_a_job_in_doubt_is_no_damage(in_doubt: Job) -> None:
    assert check(home_folder(), silent).findings == ()


def test_a_check_changes_nothing(done: Job, session: Session) -> None:
    session.close()
    spoil("UPDATE part SET batch_id=NULL")
    before = (home_folder() / "desk.sqlite3").read_bytes()
    assert told()
    assert (home_folder() / "desk.sqlite3").read_bytes() == before


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        ("UPDATE part SET batch_id=NULL", "not known as which batch"),
        ("UPDATE part SET state='sending'", "noted as not sent"),
        ("UPDATE part SET requests=9", "more requests than it can hold"),
        ("UPDATE part SET last_request=8", "larger than the job"),
        ("UPDATE part SET first_request=-1", "overlap"),
        ("DELETE FROM plan", "its answers have no rows"),
        ("UPDATE plan SET digests=substr(digests, 1, 200)", "does not fit together"),
        ("UPDATE plan SET row_numbers=substr(row_numbers, 1, 20)", "does not fit together"),
        ("UPDATE job SET rows=7", "does not fit together"),
        ("DELETE FROM answer WHERE id & 4294967295 > 5", "2 of its requests have no answer"),
        ("UPDATE answer SET id=id+100 WHERE id & 4294967295=7", "1 answers belong to requests"),
        ("DELETE FROM message_end", "belong to one which is gone: 8"),
        ("UPDATE job SET state='draft'", "it is a draft"),
        ("UPDATE job SET table_id=99", "belong to one which is gone"),
    ],
)
def test_what_does_not_fit_is_told(done: Job, statement: str, sentence: str) -> None:
    spoil(statement)
    assert sentence in told()


def test_a_body_that_was_changed_is_told_before_its_turn_comes(in_doubt: Job) -> None:
    [body] = (home_folder() / "outbox").glob("*.json")
    body.write_bytes(body.read_bytes() + b" ")
    assert "It will not be sent" in told()
    body.unlink()
    assert "changed or gone" in told()


def test_a_source_that_was_changed_or_is_gone_is_told_by_its_name(done: Job) -> None:
    [source] = (home_folder() / "sources").glob("*")
    source.write_bytes(b"something else")
    assert "The copy of “messages.csv” was changed" in told()
    shutil.rmtree(home_folder() / "sources")
    assert "The copy of “messages.csv” is gone" in told()


def test_files_that_nobody_needs_are_no_damage(done: Job) -> None:
    (home_folder() / "sources" / ("0" * 64 + ".csv")).write_bytes(b"left over")
    found = check(home_folder(), silent)
    assert found.sound
    [note] = found.findings
    assert "no job needs" in note.text


def test_a_store_with_torn_pages_is_told_as_damaged(session: Session, draft: Draft) -> None:
    draft(300)
    session.close()
    store = home_folder() / "desk.sqlite3"
    with store.open("r+b") as file:
        file.seek(4096 * 2)
        file.write(os.urandom(4096 * 40))
    assert "damaged" in told()


@pytest.mark.parametrize("content", [b"no database at all" * 300, b"SQLite format 3\0" + bytes(84)])
def test_a_file_that_is_no_store_is_told_as_damaged(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "desk.sqlite3").write_bytes(content)
    found = check(tmp_path, silent)
    assert not found.sound


def test_a_folder_without_a_store_says_so(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="There is no job store"):
        check(tmp_path, silent)
    assert not [*tmp_path.iterdir()]


@pytest.mark.parametrize(("version", "word"), [(99, "newer"), (3, "earlier")])
def test_a_store_of_another_version_is_not_judged(done: Job, version: int, word: str) -> None:
    spoil(f"PRAGMA user_version={version}")
    [note] = check(home_folder(), silent).findings
    assert word in note.text


def test_a_check_can_be_stopped(done: Job) -> None:
    def stop(done: int, total: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        check(home_folder(), stop)
