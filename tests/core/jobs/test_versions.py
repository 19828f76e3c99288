"""The states of a prompt are kept, numbered and can be gone back to."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from claude_batch_desk.core.errors import StoreError
from claude_batch_desk.core.jobs.contents import Contents
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.report import silent
from claude_batch_desk.core.tables.table import ReadOptions
from claude_batch_desk.session import Session
from tests.core.jobs.conftest import RECIPE, finish
from tests.core.jobs.random_trials import try_random


def numbers(session: Session, job: Job) -> list[int]:
    return [each.number for each in session.desk.versions(job.id)]


def test_a_draft_that_was_never_tried_has_no_versions(
    session: Session, draft: Callable[..., Job]
) -> None:
    job = draft(3)
    assert session.desk.versions(job.id) == []
    assert session.desk.job(job.id).version == 0


def test_what_was_tried_is_kept_with_how_many_rows(
    session: Session, draft: Callable[..., Job]
) -> None:
    job = draft(5)
    tried = try_random(session.desk, job.id, 2, 1, silent)
    [version] = session.desk.versions(job.id)
    assert (version.number, version.why, version.tried) == (1, "tried", 2)
    assert version.recipe == RECIPE
    assert [each.version for each in tried] == [1, 1]


def test_trying_the_same_prompt_again_makes_no_new_version(
    session: Session, draft: Callable[..., Job]
) -> None:
    job = draft(5)
    try_random(session.desk, job.id, 1, 1, silent)
    try_random(session.desk, job.id, 3, 1, silent)
    assert numbers(session, job) == [1]


def test_a_changed_prompt_is_the_next_version(session: Session, draft: Callable[..., Job]) -> None:
    job = draft(5)
    try_random(session.desk, job.id, 1, 1, silent)
    session.desk.save_draft(job.id, recipe=RECIPE.with_prompt("Say of {{Message}}"))
    assert session.desk.job(job.id).version == 0
    [tried] = try_random(session.desk, job.id, 1, 1, silent)
    assert tried.version == 2
    assert session.desk.job(job.id).version == 2
    assert [each.tried for each in session.desk.versions(job.id)] == [1, 1]


def test_going_back_makes_a_new_version_and_loses_nothing(
    session: Session, draft: Callable[..., Job]
) -> None:
    job = draft(5)
    session.desk.keep_version(job.id, "kept", silent)
    edited = RECIPE.with_prompt("Say of {{Message}}")
    session.desk.save_draft(job.id, recipe=edited)
    back = session.desk.go_back(job.id, 1, silent)
    assert back.recipe == RECIPE
    newest, before, first = session.desk.versions(job.id)
    assert (newest.number, newest.why, newest.origin) == (3, "return", 1)
    assert (before.recipe, first.recipe) == (edited, RECIPE)
    assert back.version == 3


def test_rows_tried_before_are_there_again_after_going_back(
    session: Session, draft: Callable[..., Job]
) -> None:
    job = draft(5)
    try_random(session.desk, job.id, 2, 1, silent)
    session.desk.save_draft(job.id, recipe=RECIPE.with_prompt("Say of {{Message}}"))
    assert session.desk.tried(job.id) == []
    session.desk.go_back(job.id, 1, silent)
    assert [each.version for each in session.desk.tried(job.id)] == [1, 1]


def test_a_sent_job_knows_the_version_that_was_sent(
    session: Session, draft: Callable[..., Job]
) -> None:
    job = draft(3)
    session.desk.keep_version(job.id, "kept", silent)
    session.desk.save_draft(job.id, recipe=replace(RECIPE, effort="low"))
    done = finish(session, session.desk.send(job.id, None, silent))
    assert done.version == 2
    with pytest.raises(StoreError, match="already sent"):
        session.desk.go_back(job.id, 1, silent)
    assert session.desk.job(job.id).recipe.effort == "low"
    assert numbers(session, job) == [2, 1]


def test_a_version_that_is_not_there_is_said(session: Session, draft: Callable[..., Job]) -> None:
    job = draft(3)
    with pytest.raises(StoreError, match="no version 7"):
        session.desk.go_back(job.id, 7, silent)


def test_the_versions_go_with_their_job(session: Session, draft: Callable[..., Job]) -> None:
    job = draft(3)
    session.desk.keep_version(job.id, "kept", silent)
    session.desk.remove_job(job.id)
    assert session.desk.versions(job.id) == []


def renamed_after_trying(session: Session, job: Job) -> Job:
    """Two rows tried with version 1, and all that are left answered by version 2."""
    try_random(session.desk, job.id, 2, 1, silent)
    session.desk.save_draft(job.id, recipe=replace(RECIPE, name="Moods of messages"))
    return finish(session, session.desk.send(job.id, None, silent))


def test_each_answer_knows_the_version_that_brought_it(
    session: Session, draft: Callable[..., Job]
) -> None:
    job = draft(6)
    tried = {each.number for each in try_random(session.desk, job.id, 2, 1, silent)}
    done = renamed_after_trying(session, job)
    assert done.version == 2
    found = {row.number: row.version for row in session.desk.answers(job.id, 0, 6)}
    assert found == {number: 1 if number in tried else 2 for number in range(6)}
    assert session.desk.rows_by_version(job.id, silent) == {2: 4, 1: 2}


def test_rows_that_ask_the_same_count_each(session: Session, draft: Callable[..., Job]) -> None:
    job = draft(messages=["I am happy"] * 3 + ["I am angry"])
    try_random(session.desk, job.id, 4, 1, silent)
    assert renamed_after_trying(session, job).requests == 2
    assert session.desk.rows_by_version(job.id, silent) == {1: 4}


def test_immediate_answers_are_of_the_version_that_was_sent(
    session: Session, draft: Callable[..., Job]
) -> None:
    job = draft(3)
    finish(session, session.desk.send(job.id, None, silent, "now"))
    assert session.desk.rows_by_version(job.id, silent) == {1: 3}


def test_a_row_without_an_answer_has_no_version(
    session: Session, draft: Callable[..., Job]
) -> None:
    job = draft(messages=["I am happy", ""], recipe=replace(RECIPE, empty_cells="skip"))
    finish(session, session.desk.send(job.id, None, silent))
    assert [row.version for row in session.desk.answers(job.id, 0, 2)] == [1, 0]


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_an_export_names_the_version_of_each_row_where_that_is_wanted(
    session: Session, draft: Callable[..., Job], tmp_path: Path, suffix: str
) -> None:
    job = draft(4)
    tried = {each.number for each in try_random(session.desk, job.id, 1, 1, silent)}
    session.desk.save_draft(job.id, recipe=replace(RECIPE, name="Moods of messages"))
    finish(session, session.desk.send(job.id, None, silent))
    out = tmp_path / f"answers{suffix}"
    session.desk.export(job.id, out, silent, Contents(versions=True))
    table = session.desk.open_table(out, ReadOptions(), silent)
    assert table.columns[-1] == "Prompt version"
    shown = [row[-1] for row in table.rows]
    assert shown == ["1" if number in tried else "2" for number in range(4)]
    session.desk.export(job.id, out, silent)
    assert session.desk.open_table(out, ReadOptions(), silent).columns[-1] == "Reason"
