"""Recipes are put side by side on the same rows."""

from collections.abc import Callable
from dataclasses import replace

from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.jobs.store import Stores
from claude_batch_desk.core.jobs.store.arm_store import Arm, Contest
from claude_batch_desk.core.settings import home_folder
from claude_batch_desk.session import Session
from tests.core.jobs.conftest import RECIPE

OTHER = replace(RECIPE, model="claude-sonnet-5-5", effort="low")


def test_a_contest_is_kept_until_the_next_or_until_its_job_goes(
    session: Session, draft: Callable[..., Job]
) -> None:
    job = draft(rows=3)
    arms = Stores.open(home_folder()).arms
    assert arms.contest(job.id) is None
    first = Contest(1, (0, 2), (Arm(RECIPE, 1), Arm(OTHER)), again=True)
    arms.keep(job.id, first)
    assert arms.contest(job.id) == first
    second = Contest(1, (1,), (Arm(RECIPE, 1),))
    arms.keep(job.id, second)
    assert arms.contest(job.id) == second
    session.desk.remove_job(job.id)
    assert arms.contest(job.id) is None
    arms.keep(job.id, first)
    assert arms.contest(job.id) is None
