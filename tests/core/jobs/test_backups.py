"""A backup holds everything, a restore loses nothing, and neither makes anybody pay twice."""

import os
import shutil
import sqlite3
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from claude_batch_desk.core.errors import ExportError, StoreError
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.jobs.store.hold_store import HeldBack
from claude_batch_desk.core.jobs.upkeep.archive import NoBackup
from claude_batch_desk.core.jobs.upkeep.check import check
from claude_batch_desk.core.jobs.upkeep.restore import restore
from claude_batch_desk.core.jobs.upkeep.swap import finish_swap
from claude_batch_desk.core.report import Cancelled, silent
from claude_batch_desk.core.settings import home_folder
from claude_batch_desk.practice.server import PracticeService
from claude_batch_desk.session import PRACTICE_KEY, Session
from tests.core.jobs.conftest import finish, look_until

Draft = Callable[..., Job]


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    return tmp_path / "desk backup.zip"


@contextmanager
def opened_again(service: PracticeService) -> Iterator[Session]:
    with Session(home_folder(), practice_url=service.base_url) as session:
        yield session


def asked(service: PracticeService) -> int:
    """How many requests the service was sent to answer."""
    return service.ledger(PRACTICE_KEY).requests


def test_what_is_restored_is_what_was_saved(
    session: Session, draft: Draft, service: PracticeService, backup: Path
) -> None:
    job = finish(session, session.desk.send(draft(12).id, None, silent))
    answers = session.desk.answers(job.id, 0, 12)
    made = session.upkeep.back_up(backup, silent)
    assert (made.jobs, made.missing) == (1, 0)
    session.desk.remove_job(job.id)
    session.close()
    done = restore(home_folder(), backup, silent)
    assert done.jobs == 1
    with opened_again(service) as again:
        assert again.desk.job(job.id).state == "done"
        assert again.desk.answers(job.id, 0, 12) == answers
        assert again.upkeep.check(silent).findings == ()


def test_a_backup_is_for_its_owner_alone_and_holds_no_key(
    session: Session, draft: Draft, backup: Path
) -> None:
    draft(3)
    session.use_key_for_session("sk-ant-api03-secret-of-the-person-0123456789")
    session.upkeep.back_up(backup, silent)
    assert backup.stat().st_mode & 0o077 == 0
    with zipfile.ZipFile(backup) as archive:
        for name in archive.namelist():
            assert b"secret-of-the-person" not in archive.read(name)


def test_what_was_there_is_put_aside_and_is_a_data_folder_still(
    session: Session, draft: Draft, backup: Path
) -> None:
    draft(3)
    session.upkeep.back_up(backup, silent)
    later = draft(4)
    session.close()
    done = restore(home_folder(), backup, silent)
    assert done.aside is not None
    assert len(Session(home_folder(), shared=True).desk.jobs()) == 1
    assert check(done.aside, silent).sound
    assert later.id in [job.id for job in Session(done.aside, shared=True).desk.jobs()]


def test_a_backup_moves_to_another_computer(
    session: Session, draft: Draft, backup: Path, tmp_path: Path
) -> None:
    job = draft(3)
    session.upkeep.back_up(backup, silent)
    elsewhere = tmp_path / "elsewhere" / "home"
    done = restore(elsewhere, backup, silent)
    assert done.aside is None
    with Session(elsewhere) as there:
        assert there.desk.job(job.id).name == "Messages"
        assert there.settings == session.settings


def test_a_draft_that_was_sent_after_its_backup_is_not_sent_again(
    session: Session, draft: Draft, service: PracticeService, backup: Path
) -> None:
    job = draft(12)
    session.upkeep.back_up(backup, silent)
    finish(session, session.desk.send(job.id, None, silent))
    session.close()
    restore(home_folder(), backup, silent)
    with opened_again(service) as again:
        with pytest.raises(HeldBack, match="do not pay twice"):
            again.desk.send(job.id, None, silent)
        assert again.desk.job(job.id).state == "draft"
        trace = again.upkeep.trace(job.id, silent)
        assert len(trace.ours) == 1
        assert "was sent after the backup" in str(trace)
    assert asked(service) == 12


def test_a_part_that_was_sent_after_its_backup_is_found_and_its_answers_are_kept(
    small_parts: Session, draft_on: Callable[..., Job], service: PracticeService, backup: Path
) -> None:
    service.set_faults("drop-before-accept:1")
    job = small_parts.desk.send(draft_on(small_parts, 12).id, None, silent)
    assert [part.state for part in job.parts] == ["sending", "planned", "planned"]
    small_parts.upkeep.back_up(backup, silent)
    done = finish(small_parts, job)
    assert asked(service) == 12
    small_parts.close()
    restore(home_folder(), backup, silent)
    with opened_again(service) as again:
        now = again.desk.job(job.id)
        assert {part.state for part in now.parts} == {"sending"}
        now = finish(again, now)
        assert now.outcomes == {"answered": 12}
        assert [part.batch_id for part in now.parts] == [part.batch_id for part in done.parts]
    assert asked(service) == 12


def test_a_part_that_is_not_found_is_sent_only_once_it_is_allowed(
    small_parts: Session, draft_on: Callable[..., Job], service: PracticeService, backup: Path
) -> None:
    service.set_faults("drop-before-accept:1")
    job = small_parts.desk.send(draft_on(small_parts, 12).id, None, silent)
    assert {part.state for part in job.parts} == {"sending", "planned"}
    small_parts.upkeep.back_up(backup, silent)
    small_parts.close()
    restore(home_folder(), backup, silent)
    with opened_again(service) as again:
        with pytest.raises(HeldBack, match="release"):
            look_until(again, again.desk.job(job.id), lambda now: now.state == "done")
        assert "backup" in again.desk.job(job.id).parts[0].note
        assert again.desk.job(job.id).next_look is not None
        assert asked(service) == 0
        assert not again.upkeep.trace(job.id, silent).ours
        again.upkeep.release(job.id)
        assert again.upkeep.holds() == []
        assert finish(again, again.desk.job(job.id)).outcomes == {"answered": 12}
    assert asked(service) == 12


def test_a_job_answered_at_once_is_not_asked_again_by_itself(
    session: Session, draft: Draft, service: PracticeService, backup: Path
) -> None:
    job = draft(6)
    session.upkeep.back_up(backup, silent)
    finish(session, session.desk.send(job.id, None, silent, "now"))
    session.close()
    restore(home_folder(), backup, silent)
    with opened_again(service) as again, pytest.raises(HeldBack):
        again.desk.send(job.id, None, silent, "now")
    assert service.ledger(PRACTICE_KEY).messages == 6


def test_a_running_batch_that_may_be_the_job_is_told(
    tmp_path: Path, draft_on: Callable[..., Job], backup: Path
) -> None:
    with PracticeService(tmp_path / "slow", delay=3600) as slow:
        with opened_again(slow) as session:
            job = draft_on(session, 12)
            session.upkeep.back_up(backup, silent)
            session.desk.send(job.id, None, silent)
        restore(home_folder(), backup, silent)
        with opened_again(slow) as again:
            trace = again.upkeep.trace(job.id, silent)
            assert (trace.ours, trace.untold) == ((), 1)
            slow.advance(3600)
            assert len(again.upkeep.trace(job.id, silent).ours) == 1


def test_a_job_that_was_sent_under_other_ids_is_warned_of(
    session: Session, draft: Draft, service: PracticeService, backup: Path
) -> None:
    saved = draft(12)
    session.upkeep.back_up(backup, silent)
    later = draft(messages=["another one", "and one more"])
    finish(session, session.desk.send(later.id, None, silent))
    session.close()
    restore(home_folder(), backup, silent)
    with opened_again(service) as again:
        trace = again.upkeep.trace(saved.id, silent)
        assert (trace.ours, trace.untold, trace.unknown) == ((), 0, 1)
        assert "for jobs that are not here: 1" in str(trace)


def test_a_backup_of_a_restored_folder_keeps_what_is_held(
    session: Session, draft: Draft, service: PracticeService, backup: Path
) -> None:
    job = draft(12)
    session.upkeep.back_up(backup, silent)
    finish(session, session.desk.send(job.id, None, silent))
    session.close()
    restore(home_folder(), backup, silent)
    with opened_again(service) as again:
        [first] = again.upkeep.holds()
        again.upkeep.back_up(backup, silent)
    restore(home_folder(), backup, silent)
    with opened_again(service) as again:
        assert again.upkeep.holds() == [first]


def test_every_cut_of_a_backup_is_refused_and_changes_nothing(
    session: Session, draft: Draft, backup: Path, tmp_path: Path
) -> None:
    draft(3)
    session.upkeep.back_up(backup, silent)
    session.close()
    whole = backup.read_bytes()
    before = contents(home_folder())
    for cut in range(0, len(whole), max(1, len(whole) // 60)):
        (tmp_path / "cut.zip").write_bytes(whole[:cut])
        with pytest.raises(NoBackup, match="Nothing was changed"):
            restore(home_folder(), tmp_path / "cut.zip", silent)
    assert contents(home_folder()) == before


def test_every_changed_byte_is_found_or_makes_no_difference(
    session: Session, draft: Draft, backup: Path, tmp_path: Path
) -> None:
    draft(3)
    session.upkeep.back_up(backup, silent)
    session.close()
    whole = backup.read_bytes()
    refused = 0
    for place in range(7, len(whole), max(1, len(whole) // 40)):
        changed = bytearray(whole)
        changed[place] ^= 0x55
        (tmp_path / "changed.zip").write_bytes(changed)
        home = tmp_path / f"home-{place}"
        try:
            restore(home, tmp_path / "changed.zip", silent)
        except NoBackup:
            refused += 1
            assert not (home / "desk.sqlite3").exists()
        else:
            assert check(home, silent).sound
    assert refused > 30


@pytest.mark.parametrize("content", [b"", b"Id,Message\n1,hello\n", b"PK\x05\x06" + bytes(18)])
def test_a_foreign_file_is_refused(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "other.zip").write_bytes(content)
    with pytest.raises(NoBackup, match="no backup"):
        restore(tmp_path / "home", tmp_path / "other.zip", silent)


@pytest.mark.parametrize("name", ["../evil", "/etc/evil", "sources/../../evil", "practice/x"])
def test_a_backup_writes_nothing_but_its_own_files(
    name: str, session: Session, draft: Draft, backup: Path, tmp_path: Path
) -> None:
    draft(3)
    session.upkeep.back_up(backup, silent)
    forged = tmp_path / "forged.zip"
    with zipfile.ZipFile(backup) as old, zipfile.ZipFile(forged, "w") as new:
        manifest = old.read("manifest.json").replace(b'"desk.sqlite3"', f'"{name}"'.encode())
        new.writestr("manifest.json", manifest)
        new.writestr(name, old.read("desk.sqlite3"))
    with pytest.raises(NoBackup):
        restore(tmp_path / "home", forged, silent)
    assert not list(tmp_path.rglob("evil"))


def test_a_newer_backup_is_refused(
    session: Session, draft: Draft, backup: Path, tmp_path: Path
) -> None:
    draft(3)
    session.upkeep.back_up(backup, silent)
    newer = tmp_path / "newer.zip"
    with zipfile.ZipFile(backup) as old, zipfile.ZipFile(newer, "w") as new:
        for name in old.namelist():
            text = old.read(name)
            if name == "manifest.json":
                text = text.replace(b'"store_version":', b'"store_version":9')
            new.writestr(name, text)
    with pytest.raises(NoBackup, match="newer version"):
        restore(tmp_path / "home", newer, silent)


def test_a_backup_that_is_stopped_leaves_the_old_one(
    session: Session, draft: Draft, backup: Path
) -> None:
    draft(3)
    backup.write_bytes(b"the old one")

    def stop(done: int, total: int) -> None:
        if total:
            raise Cancelled

    with pytest.raises(Cancelled):
        session.upkeep.back_up(backup, stop)
    assert backup.read_bytes() == b"the old one"
    assert [path.name for path in backup.parent.glob("*.tmp")] == []


def test_a_backup_where_nothing_can_be_written_says_so(session: Session, tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="could not be written"):
        session.upkeep.back_up(tmp_path / "no such folder" / "backup.zip", silent)


@pytest.mark.parametrize("name", ["desk.sqlite3", "sources/backup.zip", "backup.zip"])
def test_a_backup_is_never_written_over_what_it_saves(
    name: str, session: Session, draft: Draft
) -> None:
    job = draft(3)
    with pytest.raises(ExportError, match="another folder"):
        session.upkeep.back_up(home_folder() / name, silent)
    assert session.desk.job(job.id) == job


def test_a_backup_without_room_is_not_begun(
    session: Session, draft: Draft, backup: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft(3)
    full = shutil.disk_usage(backup.parent)._replace(free=1_000_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: full)
    with pytest.raises(ExportError, match="1 MB free"):
        session.upkeep.back_up(backup, silent)
    assert not backup.exists()


def test_a_restore_without_room_changes_nothing(
    session: Session, draft: Draft, backup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft(3)
    session.upkeep.back_up(backup, silent)
    full = shutil.disk_usage(backup.parent)._replace(free=1_000_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: full)
    with pytest.raises(StoreError, match="Nothing was changed"):
        restore(tmp_path / "home", backup, silent)
    assert [*(tmp_path / "home").iterdir()] == []


def test_a_damaged_folder_is_put_aside_and_the_backup_takes_its_place(
    session: Session, draft: Draft, backup: Path, service: PracticeService
) -> None:
    job = draft(3)
    session.upkeep.back_up(backup, silent)
    session.close()
    (home_folder() / "desk.sqlite3").write_bytes(b"no store at all" * 1_000)
    done = restore(home_folder(), backup, silent)
    assert done.aside is not None
    assert (done.aside / "desk.sqlite3").read_bytes().startswith(b"no store at all")
    with opened_again(service) as again:
        assert again.desk.job(job.id).name == "Messages"


def test_a_job_half_answered_at_once_waits_for_the_person(
    session: Session, draft: Draft, service: PracticeService, backup: Path
) -> None:
    service.set_faults("requests-a-minute:2")
    job = session.desk.send(draft(6).id, None, silent, "now")
    assert session.desk.advance(job.id, silent).state == "sending"
    session.upkeep.back_up(backup, silent)
    service.set_faults()
    finish(session, job)
    session.close()
    restore(home_folder(), backup, silent)
    with opened_again(service) as again:
        with pytest.raises(HeldBack):
            again.desk.advance(job.id, silent)
        assert service.ledger(PRACTICE_KEY).messages == 6
        again.upkeep.release(job.id)
        assert finish(again, again.desk.job(job.id)).outcomes == {"answered": 6}


def test_a_held_job_that_is_canceled_sends_nothing_and_ends(
    small_parts: Session, draft_on: Callable[..., Job], service: PracticeService, backup: Path
) -> None:
    service.set_faults("drop-before-accept:1")
    job = small_parts.desk.send(draft_on(small_parts, 12).id, None, silent)
    small_parts.upkeep.back_up(backup, silent)
    small_parts.close()
    restore(home_folder(), backup, silent)
    with opened_again(service) as again:
        again.desk.cancel(job.id, silent)
        assert finish(again, again.desk.job(job.id)).outcomes == {"canceled": 12}
    assert asked(service) == 0


def test_a_damaged_store_is_not_backed_up_as_if_it_were_whole(
    session: Session, draft: Draft, backup: Path
) -> None:
    draft(200)
    session.close()
    store = home_folder() / "desk.sqlite3"
    with store.open("r+b") as file:
        file.seek(4096 * 3)
        file.write(os.urandom(4096 * 30))
    with pytest.raises(StoreError, match="damaged"):
        session.upkeep.back_up(backup, silent)
    assert not backup.exists()


@pytest.mark.parametrize("moves", range(5))
def test_a_restore_that_is_cut_off_anywhere_is_finished_at_the_next_start(
    moves: int,
    session: Session,
    draft: Draft,
    backup: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    saved = draft(3)
    session.upkeep.back_up(backup, silent)
    draft(4)
    session.close()
    left = iter(range(moves))
    rename = Path.rename

    class Killed(BaseException):
        pass

    def counted(self: Path, target: Path) -> Path:
        if next(left, None) is None:
            raise Killed
        return rename(self, target)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "rename", counted)
        with pytest.raises(Killed):
            restore(home_folder(), backup, silent)
    with pytest.raises(StoreError, match="cut off"):
        Session(home_folder(), shared=True)
    with Session(home_folder()) as again:
        assert [job.id for job in again.desk.jobs()] == [saved.id]
        assert len(again.upkeep.holds()) == 1
        assert again.upkeep.check(silent).sound
    [aside] = home_folder().glob("before-restore-*")
    assert len(Session(aside, shared=True).desk.jobs()) == 2
    assert [*home_folder().glob("restoring*")] == []


def test_a_restore_prepared_while_the_window_is_open_ends_at_the_next_start(
    session: Session, draft: Draft, service: PracticeService, backup: Path
) -> None:
    saved = draft(3)
    session.upkeep.back_up(backup, silent)
    later = draft(4)
    session.upkeep.prepare_restore(backup, silent)
    assert session.desk.job(later.id) == later
    with pytest.raises(StoreError, match="under way already"):
        session.upkeep.prepare_restore(backup, silent)
    session.close()
    with opened_again(service) as again:
        assert [job.id for job in again.desk.jobs()] == [saved.id]
        assert len(again.upkeep.holds()) == 1


def test_nothing_is_finished_where_nothing_was_begun(tmp_path: Path) -> None:
    finish_swap(tmp_path)
    assert [*tmp_path.iterdir()] == []


def test_a_backup_made_while_a_job_is_sent_and_answered_is_whole(
    small_parts: Session, draft_on: Callable[..., Job], backup: Path, tmp_path: Path
) -> None:
    job = small_parts.desk.send(draft_on(small_parts, 23).id, None, silent)
    homes: list[Path] = []

    def seen(now: Job) -> bool:
        small_parts.upkeep.back_up(backup, silent)
        home = tmp_path / f"copy-{len(homes)}"
        restore(home, backup, silent)
        homes.append(home)
        return now.state == "done"

    look_until(small_parts, job, seen)
    assert all(check(home, silent).sound for home in homes)


def contents(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.suffix not in (".lock", ".opening")
    }


def test_an_open_store_is_backed_up_with_what_is_only_in_its_log(
    session: Session, draft: Draft, backup: Path, tmp_path: Path
) -> None:
    with closing(sqlite3.connect(home_folder() / "desk.sqlite3")) as held:
        held.execute("SELECT count(*) FROM job").fetchone()
        job = draft(3)
        session.upkeep.back_up(backup, silent)
    restore(tmp_path / "home", backup, silent)
    assert Session(tmp_path / "home", shared=True).desk.job(job.id).name == "Messages"


def test_sources_that_are_gone_are_counted(session: Session, draft: Draft, backup: Path) -> None:
    draft(3)
    shutil.rmtree(home_folder() / "sources")
    assert session.upkeep.back_up(backup, silent).missing == 1
