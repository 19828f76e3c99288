"""The states of a prompt are kept, numbered and can be gone back to."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from claude_batch_desk.core.errors import StoreError
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.report import silent
from claude_batch_desk.session import Session
from tests.core.jobs.conftest import RECIPE, finish


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
    tried = session.desk.try_rows(job.id, 2, 1, silent)
    [version] = session.desk.versions(job.id)
    assert (version.number, version.why, version.tried) == (1, "tried", 2)
    assert version.recipe == RECIPE
    assert [each.version for each in tried] == [1, 1]


def test_trying_the_same_prompt_again_makes_no_new_version(
    session: Session, draft: Callable[..., Job]
) -> None:
    job = draft(5)
    session.desk.try_rows(job.id, 1, 1, silent)
    session.desk.try_rows(job.id, 3, 1, silent)
    assert numbers(session, job) == [1]


def test_a_changed_prompt_is_the_next_version(session: Session, draft: Callable[..., Job]) -> None:
    job = draft(5)
    session.desk.try_rows(job.id, 1, 1, silent)
    session.desk.save_draft(job.id, recipe=RECIPE.with_prompt("Say of {{Message}}"))
    assert session.desk.job(job.id).version == 0
    [tried] = session.desk.try_rows(job.id, 1, 1, silent)
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
    session.desk.try_rows(job.id, 2, 1, silent)
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
