"""One row opened: how its answer came, where its quotes stand, and what helps."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from claude_batch_desk.core.errors import StoreError
from claude_batch_desk.core.jobs.again.causes import CAUSES
from claude_batch_desk.core.jobs.again.verbs import Wanted
from claude_batch_desk.core.jobs.correcting.verbs import Change
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.jobs.opening.helping import help_for
from claude_batch_desk.core.jobs.opening.sent import Sent
from claude_batch_desk.core.prompts.template import Template
from claude_batch_desk.core.report import silent
from claude_batch_desk.core.results.answer import Answer
from claude_batch_desk.core.results.pages import Pages
from claude_batch_desk.core.settings import home_folder
from claude_batch_desk.core.tables.table import ReadOptions
from claude_batch_desk.session import Session
from tests.core.jobs.conftest import MOODS, RECIPE, finish
from tests.core.jobs.random_trials import try_random
from tests.practice.papers import image, pdf

QUOTING = replace(
    RECIPE,
    prompt=Template("How does the writer of {{Name}} feel?"),
    fields=(replace(MOODS, companions=("quote",)),),
)


def sent(session: Session, job: Job, row: int) -> Sent:
    answer = session.opening.row(job.id, row, silent).answer
    assert answer is not None
    return session.opening.sent(job.id, answer, silent)


def test_an_answer_names_its_batch_and_the_part_it_was(
    small_parts: Session, draft_on: Callable[..., Job]
) -> None:
    job = draft_on(small_parts, rows=12)
    job = finish(small_parts, small_parts.desk.send(job.id, None, silent))
    found = [sent(small_parts, job, row) for row in (0, 4, 5, 11)]
    assert [(each.came, each.part, each.parts) for each in found] == [
        ("batch", 1, 3), ("batch", 1, 3), ("batch", 2, 3), ("batch", 3, 3),
    ]  # fmt: skip
    assert found[-1].batch_id == job.parts[2].batch_id
    assert found[-1].ended_at is not None


def test_what_was_tried_or_called_at_once_came_in_no_batch(
    session: Session, draft: Callable[..., Job]
) -> None:
    job = draft(rows=3)
    [tried] = try_random(session.desk, job.id, 1, 1, silent)
    job = finish(session, session.desk.send(job.id, None, silent, "now"))
    came = {row: sent(session, job, row).came for row in range(3)}
    assert came.pop(tried.number) == "trial"
    assert set(came.values()) == {"now"}


def test_what_was_run_again_names_the_batch_of_the_run(
    session: Session, draft: Callable[..., Job]
) -> None:
    job = draft(rows=4)
    job = finish(session, session.desk.send(job.id, None, silent))
    run = finish(session, session.again.start(job.id, Wanted(rows=(2,)), None, silent))
    assert run.state == "done"
    now, other = sent(session, job, 2), sent(session, job, 1)
    assert (now.run, now.batch_id) == (run.id, run.parts[0].batch_id)
    assert (other.run, other.batch_id) == (None, job.parts[0].batch_id)
    [before] = session.opening.row(job.id, 2, silent).earlier
    assert session.opening.sent(job.id, before, silent) == other


def test_an_answer_nobody_asked_for_came_in_nothing(
    session: Session, draft: Callable[..., Job]
) -> None:
    job = draft(rows=1)
    job = finish(session, session.desk.send(job.id, None, silent))
    unsent = Answer("unsent", ("",), "Its document is damaged.")
    assert session.opening.sent(job.id, unsent, silent) == Sent("nothing")


def test_a_row_that_is_not_in_the_job_is_said(session: Session, draft: Callable[..., Job]) -> None:
    job = draft(rows=2)
    job = finish(session, session.desk.send(job.id, None, silent))
    with pytest.raises(StoreError, match="Row 3 is not part of job"):
        session.opening.row(job.id, 2, silent)


@pytest.fixture
def letters(session: Session, tmp_path: Path) -> Job:
    folder = tmp_path / "letters"
    folder.mkdir()
    (folder / "a.pdf").write_bytes(pdf("Letter", "I am so happy", "and I am so happy"))
    (folder / "b.png").write_bytes(image())
    (folder / "c.txt").write_text("What a happy day, thank you!", encoding="utf-8")
    table = session.desk.open_table(folder, ReadOptions(), silent)
    made = session.desk.new_job("Letters", "practice")
    session.desk.save_draft(made.id, recipe=QUOTING, table_id=table.id)
    return finish(session, session.desk.send(made.id, None, silent))


@pytest.mark.parametrize(
    ("row", "quote", "where", "pages"),
    [
        (0, "I am so happy", "pages", Pages(2, 2, (3,))),
        (0, "so happy and I", "pages", Pages(2, 3)),
        (0, "the writer of a.pdf", "row", None),
        (0, "I am so angry", "nowhere", None),
        (1, "I am so angry", "unread", None),
        (2, "a happy day", "document", None),
        (2, "an angry day", "nowhere", None),
    ],
)
def test_a_quote_is_looked_up_in_the_document_and_then_in_the_row(
    session: Session, letters: Job, row: int, quote: str, where: str, pages: Pages | None
) -> None:
    session.corrections.correct(letters.id, [Change(row, "Mood quote", quote)], silent)
    [found] = session.opening.quoted(letters.id, row, silent)
    assert (found.column, found.where, found.pages) == ("Mood quote", where, pages)
    assert (found.document, found.page_count) == (("a.pdf", 3), ("b.png", 0), ("c.txt", 0))[row]


def test_a_pdf_of_an_earlier_version_is_read_again_as_long_as_its_copy_is_there(
    session: Session, letters: Job
) -> None:
    session.corrections.correct(letters.id, [Change(0, "Mood quote", "I am so happy")], silent)
    with closing(sqlite3.connect(home_folder() / "desk.sqlite3")) as store, store:
        store.execute("UPDATE document_text SET page_starts=''")
    [found] = session.opening.quoted(letters.id, 0, silent)
    assert found.pages == Pages(2, 2, (3,))
    for copy in (home_folder() / "sources").glob("*.pdf"):
        copy.unlink()
    [found] = session.opening.quoted(letters.id, 0, silent)
    assert (found.where, found.pages, found.page_count) == ("document", None, 3)


def test_every_cause_has_its_own_help() -> None:
    helps = [help_for(cause) for cause in CAUSES]
    assert len({*helps}) == len(CAUSES)
