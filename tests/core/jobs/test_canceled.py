"""What a canceled job has cost is said with numbers."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from claude_batch_desk.core.jobs.at_service.canceled import cancel_words
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.prompts.recipe import Recipe

JOB = Job(
    id=1,
    name="Tickets",
    mode="live",
    state="done",
    recipe=Recipe(),
    table_id=1,
    created_at=datetime(2026, 11, 1, tzinfo=UTC),
    rows=600,
    outcomes={"answered": 400, "review": 11, "refused": 1, "canceled": 188},
    billed=Decimal("0.21"),
    canceled=True,
)


def test_rows_that_were_answered_are_billed_and_the_others_are_not() -> None:
    assert cancel_words(JOB) == (
        "You canceled this job. 412 rows were answered by then: the answers are kept, and $0.21 "
        "was billed for it. 188 rows were not answered and cost nothing."
    )


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"outcomes": {"canceled": 600}, "billed": None}, "Nothing was billed"),
        ({"outcomes": {"answered": 600}}, "every row was answered by then"),
        ({"mode": "practice"}, "it would have cost $0.21"),
        ({"billed": None}, "an amount that is not known was billed"),
        ({"rows": 413}, "1 row was not answered"),
    ],
)
def test_whatever_came_of_it_is_said(changes: dict[str, object], words: str) -> None:
    assert words in cancel_words(replace(JOB, **changes))  # type: ignore[arg-type] # fields of Job


@pytest.mark.parametrize("changes", [{"canceled": False}, {"state": "waiting"}])
def test_nothing_is_said_of_others(changes: dict[str, object]) -> None:
    assert cancel_words(replace(JOB, **changes)) == ""  # type: ignore[arg-type] # fields of Job
