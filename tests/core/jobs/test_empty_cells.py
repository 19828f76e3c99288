"""Rows with empty cells: sent, skipped or with lines left out, the same wherever one looks."""

import csv
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from claude_batch_desk.core.errors import DocumentError
from claude_batch_desk.core.jobs.job import Job, Way
from claude_batch_desk.core.prompts.recipe import Recipe
from claude_batch_desk.core.prompts.template import EMPTY_CELLS, EmptyCells, Template
from claude_batch_desk.core.report import silent
from claude_batch_desk.practice.server import PracticeService
from claude_batch_desk.session import PRACTICE_KEY, Session
from tests.core.jobs.conftest import RECIPE, finish
from tests.core.jobs.random_trials import price_random, try_random

MESSAGES = ["I am so happy", "", "I am angry", "  ", "What a happy day"]
Draft = Callable[..., Job]


def recipe_with(
    empty_cells: EmptyCells, prompt: str = "Say it.\n<m>{{Message}}</m>\nOf {{Id}}"
) -> Recipe:
    return replace(RECIPE, prompt=Template(prompt), empty_cells=empty_cells)


@pytest.mark.parametrize("way", ["batch", "now"])
def test_a_skipped_row_costs_nothing_and_says_why_in_the_file(
    session: Session, draft: Draft, service: PracticeService, tmp_path: Path, way: Way
) -> None:
    job = draft(messages=MESSAGES, recipe=recipe_with("skip"))
    estimate = session.desk.estimate(job.id, silent)
    assert (estimate.rows, estimate.requests, estimate.unsent) == (3, 3, 2)
    assert estimate.warnings[0].startswith("2 rows are not sent and cost nothing. Row 2: “Message”")
    job = finish(session, session.desk.send(job.id, None, silent, way))
    assert job.outcomes == {"answered": 3, "unsent": 2}
    ledger = service.ledger(PRACTICE_KEY)
    assert ledger.requests + ledger.messages == 3
    session.desk.export(job.id, tmp_path / "out.csv", silent)
    with (tmp_path / "out.csv").open(newline="", encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    assert [row["Id"] for row in rows] == ["00000", "00001", "00002", "00003", "00004"]
    assert "“Message” is empty" in rows[1]["Reason"]
    assert rows[1]["Mood"] == ""


def test_only_rows_that_are_not_skipped_are_tried(session: Session, draft: Draft) -> None:
    job = draft(messages=[*[""] * 60, "happy", *[""] * 60, "angry"], recipe=recipe_with("skip"))
    for seed in (1, 2):
        tried = try_random(session.desk, job.id, 5, seed, silent)
        assert {each.number for each in tried} == {60, 121}
    assert price_random(session.desk, job.id, 5, 1, silent).ceiling == 0


def test_a_table_of_skipped_rows_is_refused_before_anything_is_spent(
    session: Session, draft: Draft, service: PracticeService
) -> None:
    job = draft(messages=["", " "], recipe=recipe_with("skip"))
    ways: list[Callable[[], object]] = [
        lambda: session.desk.estimate(job.id, silent),
        lambda: try_random(session.desk, job.id, 1, 1, silent),
        lambda: session.desk.send(job.id, None, silent),
    ]
    for refused in ways:
        with pytest.raises(DocumentError, match=r"None of the rows can be asked about\. “Message”"):
            refused()
    assert session.desk.job(job.id).state == "draft"
    assert service.ledger(PRACTICE_KEY).messages == 0


@pytest.mark.parametrize(
    ("empty_cells", "asked"),
    [("send", "Say it.\n<m></m>\nOf 00001"), ("leave_out", "Say it.\nOf 00001")],
)
def test_an_empty_cell_is_sent_or_its_line_is_left_out(
    session: Session, draft: Draft, empty_cells: EmptyCells, asked: str
) -> None:
    job = draft(messages=["happy", ""], recipe=recipe_with(empty_cells))
    tried = try_random(session.desk, job.id, 2, 1, silent)
    assert {each.prompt for each in tried} == {"Say it.\n<m>happy</m>\nOf 00000", asked}


@pytest.mark.parametrize("empty_cells", ["send", "leave_out"])
def test_a_row_of_which_nothing_is_left_is_not_sent(
    session: Session, draft: Draft, empty_cells: EmptyCells
) -> None:
    job = draft(messages=["happy", "", "angry"], recipe=recipe_with(empty_cells, "{{Message}}"))
    job = finish(session, session.desk.send(job.id, None, silent))
    assert job.outcomes == {"answered": 2, "unsent": 1}


def test_a_job_keeps_its_choice(session: Session, draft: Draft) -> None:
    for each in EMPTY_CELLS:
        recipe = replace(RECIPE, empty_cells=each)
        assert session.desk.job(draft(recipe=recipe).id).recipe == recipe
