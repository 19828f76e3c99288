from dataclasses import dataclass, field, replace

from claude_batch_desk.core.jobs.rows.selection import Selection
from claude_batch_desk.core.prompts.recipe import Recipe
from claude_batch_desk.core.tables.table import Table
from claude_batch_desk.gui.readiness import obstacles
from tests.gui.page_fakes import RECIPE, make_table


@dataclass(frozen=True)
class Prepared:
    table: Table | None
    recipe: Recipe
    selection: Selection = field(default=Selection())
    rows_problem: str = ""


def places(table: Table | None, recipe: Recipe) -> list[str]:
    return [each.step for each in obstacles(Prepared(table, recipe))]


def test_nothing_is_in_the_way_of_a_finished_job() -> None:
    assert places(make_table(), RECIPE) == []


def test_a_job_without_table_prompt_and_model_is_put_right_from_the_left() -> None:
    assert places(None, Recipe()) == ["data", "prompt", "prompt"]


def test_a_prompt_that_asks_the_same_of_every_row_is_in_the_way() -> None:
    found = obstacles(Prepared(make_table(), RECIPE.with_prompt("Tell me something.")))
    assert [each.step for each in found] == ["prompt"]
    assert found[0].text.startswith("The prompt names no column")


def test_a_column_the_table_does_not_have_is_in_the_way() -> None:
    found = obstacles(Prepared(make_table(), RECIPE.with_prompt("{{Mesage}}")))
    assert "“Mesage”" in found[0].text


def test_two_answer_columns_of_one_name_are_in_the_way() -> None:
    doubled = replace(RECIPE, fields=(RECIPE.fields[0], RECIPE.fields[0]))
    assert places(make_table(), doubled) == ["prompt"]


def test_a_choice_of_no_rows_is_put_right_on_the_data_page() -> None:
    found = obstacles(Prepared(make_table(), RECIPE, rows_problem="None of the rows is chosen."))
    assert [(each.step, each.text) for each in found] == [("data", "None of the rows is chosen.")]


def test_a_prompt_that_names_a_column_kept_at_home_is_in_the_way() -> None:
    [found] = obstacles(Prepared(make_table(), RECIPE, Selection(excluded=("Customer",))))
    assert found.step == "prompt"
    assert found.text.startswith("The prompt names “Customer”, which you keep on this computer.")
