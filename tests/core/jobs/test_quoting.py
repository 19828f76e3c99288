"""Quotes are looked up in the row they are about, whichever way its answer comes."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Literal

import openpyxl
import pytest

from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.jobs.quoting import Quotes
from claude_batch_desk.core.jobs.store import Kept
from claude_batch_desk.core.prompts.fields import OutputField
from claude_batch_desk.core.report import silent
from claude_batch_desk.core.results.answer import Answer
from claude_batch_desk.session import Session
from tests.core.jobs.conftest import MOODS, RECIPE, finish
from tests.core.jobs.random_trials import try_random

QUOTED = replace(MOODS, companions=("reason", "quote", "confidence"))
FIELDS = (QUOTED, OutputField("Day", "date"), OutputField("Points", "score"))
RECIPE_WITH_QUOTES = replace(RECIPE, fields=FIELDS)
MESSAGES = [f"I am so happy since 2024-05-0{number}. Note {number}" for number in range(1, 7)]


@pytest.mark.parametrize("way", ["batch", "now"])
def test_what_stands_beside_a_value_comes_with_it_into_the_workbook(
    session: Session, draft: Callable[..., Job], tmp_path: Path, way: Literal["batch", "now"]
) -> None:
    job = draft(messages=MESSAGES, recipe=RECIPE_WITH_QUOTES)
    [tried] = try_random(session.desk, job.id, 1, 1, silent)
    assert tried.answer.outcome == "answered"
    job = finish(session, session.desk.send(job.id, None, silent, way))
    assert job.outcomes == {"answered": 6}
    session.desk.export(job.id, tmp_path / "a.xlsx", silent)
    header, first, *_ = openpyxl.load_workbook(tmp_path / "a.xlsx").worksheets[0].iter_rows()
    assert [cell.value for cell in header][2:8] == [
        "Mood", "Mood reason", "Mood quote", "Mood confidence", "Day", "Points",
    ]  # fmt: skip
    assert str(first[4].value) in MESSAGES[0]
    assert [cell.data_type for cell in first[6:8]] == ["d", "n"]


def test_each_answer_is_held_against_its_own_row(
    session: Session, draft: Callable[..., Job]
) -> None:
    job = draft(messages=[*MESSAGES, MESSAGES[2]], recipe=RECIPE_WITH_QUOTES)
    job = finish(session, session.desk.send(job.id, None, silent))
    quoting = "Note 3"
    kept = [
        Kept(request, Answer("answered", ("happy", "", quoting, "", "", "")), Decimal(0), "", b"{}")
        for request in (5, 2, 0)
    ]
    checked = Quotes(session.desk._stores, job).checked(kept, silent)
    assert [(each.request, each.answer.outcome) for each in checked] == [
        (0, "review"), (2, "answered"), (5, "review"),
    ]  # fmt: skip
    assert "not in the row's source: “Note 3”" in checked[0].answer.reason
