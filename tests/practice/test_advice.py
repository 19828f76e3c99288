"""Advice about a model, from a desk whose service is the built-in one."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from claude_batch_desk.core.jobs.advising import Advice
from claude_batch_desk.core.jobs.desk import Desk
from claude_batch_desk.core.prompts.recipe import load_recipe
from claude_batch_desk.core.report import silent
from claude_batch_desk.core.resources import resource_path
from claude_batch_desk.core.tables.table import ReadOptions
from claude_batch_desk.session import Session
from tests.core.jobs.random_trials import try_random

MODEL = "claude-haiku-5-5"


@pytest.fixture
def session(home: Path) -> Iterator[Session]:
    session = Session(home, practice_seconds=0.2)
    yield session
    session.close()


@pytest.fixture
def job_id(session: Session) -> int:
    desk = session.desk
    table = desk.open_table(resource_path("samples/support-tickets.csv"), ReadOptions(), silent)
    job = desk.new_job("Tickets", "practice")
    recipe = load_recipe(resource_path("recipes/support-tickets.recipe"))
    desk.save_draft(job.id, recipe=replace(recipe, model=MODEL), table_id=table.id)
    return job.id


def advice_of(desk: Desk, job_id: int) -> Advice:
    return desk.advise(job_id, desk.estimate(job_id, silent), silent)


def test_every_model_on_offer_has_a_price_before_anything_is_tried(
    session: Session, job_id: int
) -> None:
    desk = session.desk
    known = desk.estimate(job_id, silent)
    advice = desk.advise(job_id, known, silent)
    batch = {model.id for model in desk.models("practice", silent) if model.batch}
    assert {MODEL, "claude-sonnet-5-5", "claude-opus-5-5"} <= advice.prices.models.keys() & batch
    own = advice.prices.models[MODEL].expected
    assert own == pytest.approx(known.batch.expected * 1_000 / known.rows, rel=Decimal("0.02"))
    assert advice.room is None


def test_the_price_said_beforehand_is_near_the_estimate_after_the_choice(
    session: Session, job_id: int
) -> None:
    desk = session.desk
    said = advice_of(desk, job_id).prices.models["claude-sonnet-5-5"].expected
    recipe = desk.job(job_id).recipe
    desk.save_draft(job_id, recipe=replace(recipe, model="claude-sonnet-5-5"))
    known = desk.estimate(job_id, silent)
    assert said == pytest.approx(known.batch.expected * 1_000 / known.rows, rel=Decimal("0.25"))


def test_rows_that_were_tried_propose_the_longest_answer(session: Session, job_id: int) -> None:
    desk = session.desk
    tried = try_random(desk, job_id, 8, 1, silent)
    room = advice_of(desk, job_id).room
    assert room is not None
    assert room.tried == 8
    longest = max(each.answer.usage.output for each in tried if each.answer.usage)
    assert room.longest == longest
    assert room.tokens >= 2 * longest


def test_an_estimate_tells_the_sizes_of_its_requests(session: Session, job_id: int) -> None:
    known = session.desk.estimate(job_id, silent)
    assert 0 < known.shared_tokens < known.longest_tokens
    assert known.longest_tokens > known.input_tokens / known.requests
    assert 0.05 < known.tokens_per_byte < 1
