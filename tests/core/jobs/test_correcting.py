"""Values that a person puts in the place of an answer's: kept beside it, and undone at will."""

import getpass
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from openpyxl import load_workbook

from claude_batch_desk.core.jobs.again.verbs import Wanted
from claude_batch_desk.core.jobs.correcting.laying import CorrectionError
from claude_batch_desk.core.jobs.correcting.verbs import Change
from claude_batch_desk.core.jobs.job import Job, JobRow
from claude_batch_desk.core.report import silent
from claude_batch_desk.core.results.near_misses import NearMiss
from claude_batch_desk.core.settings import home_folder
from claude_batch_desk.practice.server import PracticeService
from claude_batch_desk.session import Session
from tests.core.jobs.conftest import finish


def rows(session: Session, job: Job) -> list[JobRow]:
    return session.desk.answers(job.id, 0, 100)


def values(session: Session, job: Job) -> list[str]:
    return [row.answer.values[0] for row in rows(session, job) if row.answer]


@pytest.fixture
def done(session: Session, draft: Callable[..., Job]) -> Job:
    """Four rows, the first two of which are asked as one, all answered."""
    job = draft(messages=["I am happy", "I am happy", "I am angry", "so so"])
    return finish(session, session.desk.send(job.id, None, silent))


def put(session: Session, job: Job, *cells: tuple[int, str | None]) -> list[Change]:
    return session.corrections.correct(
        job.id, [Change(row, "Mood", value) for row, value in cells], silent
    )


def other(mood: str) -> str:
    return "angry" if mood == "happy" else "happy"


def test_one_row_is_corrected_and_not_those_that_asked_the_same(
    session: Session, done: Job
) -> None:
    before = values(session, done)
    put(session, done, (0, other(before[0])))
    assert values(session, done) == [other(before[0]), *before[1:]]
    first, second = rows(session, done)[:2]
    assert first.answer is not None
    assert second.answer is not None
    assert (first.answer.corrected, second.answer.corrected) == ((0,), ())
    assert first.answer.raw == second.answer.raw


def test_undoing_leaves_what_was_there_before(session: Session, done: Job) -> None:
    before = values(session, done)
    first = put(session, done, (0, "happy"), (2, "happy"))
    second = put(session, done, (0, "angry"))
    session.corrections.correct(done.id, second, silent)
    assert values(session, done)[0] == "happy"
    session.corrections.correct(done.id, first, silent)
    assert values(session, done) == before
    assert all(row.answer and not row.answer.corrected for row in rows(session, done))


def test_every_step_is_kept_with_who_made_it(session: Session, done: Job) -> None:
    came = values(session, done)[0]
    put(session, done, (0, "happy"))
    put(session, done, (0, None))
    taken, put_there = session.corrections.history(done.id, 0)
    assert (put_there.was, put_there.value, put_there.why) == (came, "happy", "corrected")
    assert (taken.was, taken.value, taken.why) == ("happy", None, "taken back")
    assert taken.who == getpass.getuser()
    assert taken.at >= put_there.at


def test_another_spelling_is_kept_as_it_was_asked_for(session: Session, done: Job) -> None:
    put(session, done, (0, "  HAPPY "))
    assert values(session, done)[0] == "happy"


@pytest.mark.parametrize(
    ("row", "column", "value", "sentence"),
    [
        (0, "Mood", "bored", "“bored” cannot stand in “Mood”, which takes happy, angry"),
        (0, "Mood", "", "cannot stand"),
        (0, "Colour", "red", "no answer column “Colour”"),
        (99, "Mood", "happy", "Row 100 is not part of this job"),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_is_changed(
    session: Session, done: Job, row: int, column: str, value: str, sentence: str
) -> None:
    before = values(session, done)
    with pytest.raises(CorrectionError, match=sentence):
        session.corrections.correct(
            done.id, [Change(1, "Mood", "happy"), Change(row, column, value)], silent
        )
    assert values(session, done) == before
    assert session.corrections.history(done.id, 1) == []


def test_a_waiting_row_cannot_be_corrected(tmp_path: Path, draft_on: Callable[..., Job]) -> None:
    with (
        PracticeService(tmp_path / "later", delay=60) as service,
        Session(home_folder(), practice_url=service.base_url) as session,
    ):
        job = session.desk.send(draft_on(session, 2).id, None, silent)
        with pytest.raises(CorrectionError, match="no answer yet"):
            put(session, job, (0, "happy"))


@pytest.fixture
def mixed(tmp_path: Path, draft_on: Callable[..., Job]) -> Iterator[tuple[Session, Job]]:
    """A finished job of which some answers are outside of the list."""
    with (
        PracticeService(tmp_path / "mixed", faults=["mixed-outcomes"]) as service,
        Session(home_folder(), practice_url=service.base_url) as session,
    ):
        job = draft_on(session, 200)
        yield session, finish(session, session.desk.send(job.id, None, silent))


def test_what_is_outside_the_list_is_settled_in_one_go(mixed: tuple[Session, Job]) -> None:
    session, job = mixed
    to_review = job.outcomes["review"]
    misses = session.corrections.near_misses(job.id, silent)
    assert sum(miss.rows for miss in misses) == to_review
    settled = [replace(miss, meant="angry") for miss in misses]
    back = session.corrections.accept(job.id, settled, silent)
    now = session.desk.job(job.id)
    assert "review" not in now.outcomes
    assert now.outcomes["answered"] == job.outcomes["answered"] + to_review
    assert sum(now.outcomes.values()) == now.rows
    assert session.corrections.near_misses(job.id, silent) == ()
    [why] = {each.why for each in session.corrections.history(job.id, back[0].row)}
    assert why == "accepted"
    session.corrections.correct(job.id, back, silent)
    assert session.desk.job(job.id).outcomes == job.outcomes
    assert session.corrections.near_misses(job.id, silent) == misses


def test_a_row_that_was_never_answered_can_be_filled_in(mixed: tuple[Session, Job]) -> None:
    session, job = mixed
    [row, *_] = [
        row for row in session.desk.answers(job.id, 0, 200)
        if row.answer and row.answer.outcome == "errored"
    ]  # fmt: skip
    changes = [Change(row.number, "Mood", "happy"), Change(row.number, "Why", "I know them")]
    session.corrections.correct(job.id, changes, silent)
    [now] = session.desk.answers(job.id, row.number, 1)
    assert now.answer is not None
    assert (now.answer.outcome, now.answer.values) == ("answered", ("happy", "I know them"))
    assert session.desk.job(job.id).outcomes["errored"] == job.outcomes["errored"] - 1


def test_a_corrected_cell_survives_a_run_again(mixed: tuple[Session, Job]) -> None:
    session, job = mixed
    open_rows = [
        row.number for row in session.desk.answers(job.id, 0, 200)
        if row.answer and row.answer.outcome == "errored"
    ]  # fmt: skip
    first = open_rows[0]
    session.corrections.correct(job.id, [Change(first, "Why", "kept by hand")], silent)
    wanted = Wanted(rows=tuple(open_rows))
    run = session.again.start(job.id, wanted, None, silent)
    finish(session, run)
    [now] = session.desk.answers(job.id, first, 1)
    assert now.answer is not None
    assert now.answer.values[1] == "kept by hand"
    left = session.desk.job(job.id).outcomes
    assert sum(left.values()) == job.rows
    assert left.get("errored", 0) < job.outcomes["errored"]


def test_a_file_tells_which_cells_were_corrected(
    session: Session, done: Job, tmp_path: Path
) -> None:
    came = values(session, done)
    put(session, done, (2, other(came[2])))
    session.desk.export(done.id, tmp_path / "a.xlsx", silent)
    book = load_workbook(tmp_path / "a.xlsx")
    table = [[cell.value for cell in row] for row in book.worksheets[0].iter_rows()]
    place, mood = table[0].index("Corrected by hand"), table[0].index("Mood")
    assert [row[place] for row in table[1:]] == [None, None, "Mood", None]
    assert table[3][mood] == other(came[2])
    about = {row[0].value: row[1].value for row in book["About"].iter_rows()}
    assert about["Cells corrected by hand"] == "1"
    assert "1 values were corrected by hand" in str(about["Methods"])


def test_corrections_go_with_their_job(session: Session, done: Job) -> None:
    put(session, done, (0, "happy"))
    session.desk.remove_job(done.id)
    assert session.corrections.history(done.id, 0) == []


def test_nothing_is_near_where_all_is_as_asked_for(session: Session, done: Job) -> None:
    assert session.corrections.near_misses(done.id, silent) == ()
    miss = NearMiss("Mood", "hapy", "happy", 1)
    assert session.corrections.accept(done.id, [miss], silent) == []
