"""A file that is written by itself when its job has ended."""

import csv
import stat
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from claude_batch_desk.core.errors import DeskError, ExportError, StoreError
from claude_batch_desk.core.jobs.again.verbs import Wanted
from claude_batch_desk.core.jobs.contents import Contents
from claude_batch_desk.core.jobs.delivering.delivery import Delivery
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.report import Cancelled, silent
from claude_batch_desk.practice.server import PracticeService
from claude_batch_desk.session import Session
from tests.core.jobs.conftest import finish

Draft = Callable[..., Job]
End = Callable[[Job], Job]
_DAY = 25 * 3600.0


@pytest.fixture
def service(tmp_path: Path) -> Iterator[PracticeService]:
    with PracticeService(tmp_path / "service", delay=3600) as running:
        yield running


@pytest.fixture
def end(session: Session, service: PracticeService) -> End:
    """Let the service work on what it has, and fetch it."""

    def ended(job: Job) -> Job:
        service.advance(_DAY)
        return finish(session, job)

    return ended


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Where the answers are wanted."""
    folder = tmp_path / "answers"
    folder.mkdir()
    return folder / "moods.csv"


@pytest.fixture
def sent(session: Session, draft: Draft, out: Path, end: End) -> Job:
    """A job on its way, whose answers are wanted there."""
    job = draft(6)
    session.deliveries.plan(Delivery(job.id, out), silent)
    return session.desk.send(job.id, None, silent)


def rows_in(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [*csv.reader(file)][1:]


def refused(session: Session, job: Job) -> str:
    """Why the file was not written, as it is said and kept."""
    with pytest.raises(DeskError) as caught:
        session.deliveries.deliver(job.id, silent)
    delivery = session.deliveries.of(job.id)
    assert delivery is not None
    assert delivery.note == str(caught.value)
    assert session.deliveries.due() == [job.id]
    assert session.desk.job(job.id).state == "done"
    assert session.desk.job(job.id).exported_at is None
    return delivery.note


def test_the_file_is_due_once_the_job_has_ended_and_written_once(
    session: Session, sent: Job, out: Path, end: End
) -> None:
    assert session.deliveries.due() == []
    assert session.deliveries.deliver(sent.id, silent).written_at is None
    end(sent)
    assert session.deliveries.due() == [sent.id]
    delivered = session.deliveries.deliver(sent.id, silent)
    assert delivered.written_at is not None
    assert (delivered.path, delivered.rows, delivered.note) == (out, 6, "")
    assert len(rows_in(out)) == 6
    assert session.desk.job(sent.id).exported_at is not None
    assert session.deliveries.due() == []
    out.unlink()
    assert session.deliveries.deliver(sent.id, silent) == delivered
    assert not out.exists()
    assert not [*out.parent.iterdir()]


def test_what_is_planned_holds_across_starts_and_can_be_changed_and_taken_back(
    session: Session, draft: Draft, out: Path, service: PracticeService
) -> None:
    job = draft(2)
    contents = Contents("answered", ("Message",), raw=True, versions=True, separator=";")
    session.deliveries.plan(Delivery(job.id, out, contents=contents), silent)
    session.close()
    with Session(session.home, practice_url=session.practice_url) as later:
        planned = later.deliveries.of(job.id)
        assert planned is not None
        assert (planned.path, planned.original, planned.contents) == (out, False, contents)
        later.deliveries.plan(Delivery(job.id, out.with_suffix(".xlsx")), silent)
        changed = later.deliveries.of(job.id)
        assert changed is not None
        assert (changed.path.suffix, changed.contents) == (".xlsx", Contents())
        later.deliveries.take_back(job.id)
        assert later.deliveries.of(job.id) is None
        later.desk.send(job.id, None, silent)
        service.advance(_DAY)
        finish(later, later.desk.job(job.id))
        assert later.deliveries.due() == []


def test_a_file_that_is_there_is_written_over_only_where_that_was_agreed_to(
    session: Session, sent: Job, out: Path, end: End
) -> None:
    out.write_text("mine")
    end(sent)
    assert "moods.csv is there already, so it was not written over" in refused(session, sent)
    assert out.read_text() == "mine"
    with pytest.raises(ExportError, match="nothing is written over it unasked"):
        session.deliveries.plan(Delivery(sent.id, out), silent)
    session.deliveries.plan(Delivery(sent.id, out), silent, over="that")
    out.write_text("mine, and changed")
    assert "moods.csv was changed since" in refused(session, sent)
    assert out.read_text() == "mine, and changed"
    session.deliveries.plan(Delivery(sent.id, out), silent, over="anything")
    out.write_text("changed again")
    assert session.deliveries.deliver(sent.id, silent).written_at is not None
    assert len(rows_in(out)) == 6


def test_what_the_person_exported_there_is_written_over(
    session: Session, sent: Job, out: Path, end: End
) -> None:
    end(sent)
    session.desk.export(sent.id, out, silent, Contents(rows="open"))
    assert session.deliveries.deliver(sent.id, silent).written_at is not None
    assert len(rows_in(out)) == 6


def block(folder: Path) -> None:
    folder.rmdir()
    folder.write_text("no folder")


def lock(folder: Path) -> None:
    (folder / "moods.csv").touch()
    (folder / "moods.csv").chmod(stat.S_IRUSR)


@pytest.mark.parametrize(
    ("trouble", "told"),
    [(Path.rmdir, "is not there"), (block, "is not there"), (lock, "Close it there")],
)
def test_what_is_in_the_way_is_said_and_it_is_tried_again(
    session: Session, sent: Job, out: Path, trouble: Callable[[Path], None], told: str, end: End
) -> None:
    end(sent)
    if trouble is lock:
        out.touch()
        session.deliveries.plan(Delivery(sent.id, out), silent, over="anything")
    trouble(out.parent)
    assert told in refused(session, sent)
    assert not (session.home / "staged" / str(sent.id)).exists()
    if out.parent.is_dir():
        out.chmod(stat.S_IRUSR | stat.S_IWUSR)
    else:
        out.parent.unlink(missing_ok=True)
        out.parent.mkdir()
    assert session.deliveries.deliver(sent.id, silent).note == ""
    assert len(rows_in(out)) == 6


def test_a_canceled_writing_is_due_still(session: Session, sent: Job, out: Path, end: End) -> None:
    end(sent)

    def stop(done: int, total: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        session.deliveries.deliver(sent.id, stop)
    assert not out.exists()
    assert session.deliveries.due() == [sent.id]


def test_two_that_write_at_once_write_one_file(
    session: Session, sent: Job, out: Path, end: End
) -> None:
    end(sent)
    written: list[Delivery] = []
    with Session(session.home, shared=True) as other:
        both = [
            threading.Thread(target=lambda desk=desk: written.append(desk.deliver(sent.id, silent)))
            for desk in (session.deliveries, other.deliveries)
        ]
        for each in both:
            each.start()
        for each in both:
            each.join()
    assert len(written) == 2
    assert written[0] == written[1]
    assert [*out.parent.iterdir()] == [out]


def test_what_is_planned_while_a_file_is_written_holds_for_the_next(
    session: Session, sent: Job, out: Path, end: End
) -> None:
    end(sent)
    other = out.with_name("other.csv")
    planning = threading.Thread(
        target=session.deliveries.plan, args=(Delivery(sent.id, other), silent)
    )

    def plan(done: int, total: int) -> None:
        if planning.ident is None:
            planning.start()

    assert session.deliveries.deliver(sent.id, plan).path == out
    planning.join()
    assert session.deliveries.due() == [sent.id]
    assert session.deliveries.deliver(sent.id, silent).path == other
    assert rows_in(other) == rows_in(out)


@pytest.fixture
def half_expired(
    session: Session, draft: Draft, service: PracticeService, out: Path, end: End
) -> Job:
    """A job whose answers are wanted there, about half of which have expired."""
    job = draft(12)
    session.deliveries.plan(Delivery(job.id, out), silent)
    service.set_faults("expire")
    job = end(session.desk.send(job.id, None, silent))
    service.set_faults()
    assert 0 < job.outcomes["expired"] < job.rows
    return job


def test_rows_run_again_are_waited_for_and_have_it_written_once_more(
    session: Session, half_expired: Job, out: Path, end: End
) -> None:
    job = half_expired
    first = session.deliveries.deliver(job.id, silent)
    count = job.outcomes["expired"]
    assert f"{count} expired" in first.notes[0]
    run = session.again.start(job.id, Wanted(("expired",)), None, silent)
    assert session.deliveries.due() == []
    end(run)
    assert session.deliveries.due() == [job.id]
    second = session.deliveries.deliver(job.id, silent)
    assert second.written_at is not None
    assert not any("no usable answer" in note for note in second.notes)
    assert "expired" not in out.read_text(encoding="utf-8-sig")


def test_a_file_that_a_person_has_changed_is_not_written_over_after_a_run_again(
    session: Session, half_expired: Job, out: Path, end: End
) -> None:
    session.deliveries.deliver(half_expired.id, silent)
    out.write_text("worked on")
    run = session.again.start(half_expired.id, Wanted(("expired",)), None, silent)
    end(run)
    assert "was changed since" in refused(session, half_expired)
    assert out.read_text() == "worked on"


@pytest.mark.parametrize(
    ("name", "contents", "told"),
    [
        ("a.pdf", Contents(), "does not end in"),
        ("nowhere/a.csv", Contents(), "is not there"),
        ("a.csv", Contents(columns=("Nowhere",)), "no column “Nowhere”"),
        ("\udcff.csv", Contents(), "cannot be kept"),
        (f"{'a' * 300}.csv", Contents(), "too long"),
    ],
)
def test_what_cannot_be_written_is_refused_when_it_is_planned(
    session: Session, draft: Draft, out: Path, name: str, contents: Contents, told: str
) -> None:
    job = draft(2)
    with pytest.raises(ExportError, match=told):
        session.deliveries.plan(Delivery(job.id, out.parent / name, contents=contents), silent)
    assert session.deliveries.of(job.id) is None
    with pytest.raises(StoreError, match="Nothing is to be written"):
        session.deliveries.deliver(job.id, silent)


def test_the_rest_of_a_late_batch_is_waited_for(session: Session, sent: Job, out: Path) -> None:
    session.rest.move(sent.id, None, silent)
    finish(session, session.desk.job(sent.id))
    assert session.deliveries.due() == []
    for run in session.rest.go_on(silent):
        assert session.deliveries.due() == []
        finish(session, run)
    assert session.deliveries.due() == [sent.id]
    session.deliveries.deliver(sent.id, silent)
    assert "canceled" not in out.read_text(encoding="utf-8-sig")
