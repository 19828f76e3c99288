"""Rows weighed for an estimate come to the requests that are then sent."""

from array import array
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claude_batch_desk.core.catalogue import OfferedModel, bundled_models
from claude_batch_desk.core.jobs.plan import make_plan
from claude_batch_desk.core.jobs.rows.selection import Selection, bind_prompt
from claude_batch_desk.core.jobs.weighing import NEARLY_EMPTY, Weighing, Weights
from claude_batch_desk.core.prompts.recipe import Recipe
from claude_batch_desk.core.prompts.request import Request, UnsentRequest, request_builder
from claude_batch_desk.core.prompts.template import EMPTY_CELLS, EmptyCells
from claude_batch_desk.core.report import silent
from claude_batch_desk.core.tables.table import Table
from tests.core.jobs.rows_in_memory import column_of

HAIKU = bundled_models()["claude-haiku-5-5"]
RECIPE = Recipe(model=HAIKU.id).with_prompt("{{Text}}")
cells = st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=30), min_size=1)


def weighed(table: Table, recipe: Recipe = RECIPE, model: OfferedModel = HAIKU) -> Weights:
    build = request_builder(recipe, model)
    bound = bind_prompt(recipe, table, Selection())
    weighing = Weighing(bound, build, model, len(build(NEARLY_EMPTY).params))
    return weighing.weigh(table, array("I", range(table.row_count)), silent)


def sent(table: Table, recipe: Recipe = RECIPE) -> tuple[list[int], dict[int, Request]]:
    """Of each row the number of its request, and the distinct requests."""
    requests: dict[int, Request] = {}
    plan = make_plan(
        table,
        array("I", range(table.row_count)),
        bind_prompt(recipe, table, Selection()),
        request_builder(recipe, HAIKU),
        requests.__setitem__,
        silent,
    )
    return [*plan.request_of_row], requests


@given(texts=cells, empty=st.sampled_from(EMPTY_CELLS))
def test_they_are_the_requests_that_are_sent(texts: list[str], empty: EmptyCells) -> None:
    recipe = replace(RECIPE, empty_cells=empty)
    table = column_of(*texts)
    weights = weighed(table, recipe)
    rows, requests = sent(table, recipe)
    assert [*weights.request_of_row] == rows
    assert weights.requests == len(requests)
    unsent = {at: each.reason for at, each in requests.items() if isinstance(each, UnsentRequest)}
    assert weights.reasons == unsent
    assert [*weights.numbers] == [at for at in requests if at not in unsent]


def test_bytes_are_told_by_kind() -> None:
    weights = weighed(column_of("abc DEF", "a-1", "Zürich", "日本 3"))
    assert [*weights.sizes] == [7, 3, 7, 8]
    assert [*weights.wide] == [0, 0, 2, 6]
    assert [*weights.marks] == [0, 2, 0, 1]


def test_a_prompt_of_several_rows_is_weighed_once_and_knows_its_first_row() -> None:
    weights = weighed(column_of("a", "b", "a", "c", "b"))
    assert [*weights.request_of_row] == [0, 1, 0, 2, 1]
    assert [*weights.first_rows] == [0, 1, 3]


def test_a_row_that_the_model_cannot_read_is_told_and_depends_on_what_is_shared() -> None:
    small = replace(HAIKU, max_input_tokens=100)
    weights = weighed(column_of("short", "long " * 400), model=small)
    assert "longer than the 100 tokens" in weights.reasons[1]
    assert weights.near_limits
    assert not weighed(column_of("short")).near_limits


@pytest.mark.parametrize("rows", [3, 500])
def test_the_sample_to_count_holds_the_longest(rows: int) -> None:
    weights = weighed(column_of(*(f"{number} " * (number % 7 + 1) for number in range(rows))))
    assert len(weights.sample) == min(rows, 200)
    assert max(weights.sizes) == max(weights.sizes[at] for at in weights.sample)
