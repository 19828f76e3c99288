"""What still stands in the way of trying or sending, known without asking anybody."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, Protocol

from PySide6.QtCore import QCoreApplication

from claude_batch_desk.core.errors import RecipeError
from claude_batch_desk.core.jobs.rows.selection import Selection, bind_prompt
from claude_batch_desk.core.prompts.fields import check_fields
from claude_batch_desk.core.prompts.recipe import Recipe
from claude_batch_desk.core.prompts.shared import shared_text
from claude_batch_desk.core.tables.table import Table

Step = Literal["data", "prompt", "try", "review", "results"]


@dataclass(frozen=True)
class Obstacle:
    """A sentence about what is missing, and the step where it can be put right."""

    step: Step
    text: str


class Prepared(Protocol):
    """What is known of a job that is being prepared; a Draft."""

    @property
    def table(self) -> Table | None:
        """Its table."""
        ...

    @property
    def recipe(self) -> Recipe:
        """Its recipe."""
        ...

    @property
    def selection(self) -> Selection:
        """Which rows run, and which columns are never sent."""
        ...

    @property
    def rows_problem(self) -> str:
        """Why no row can run, or ""."""
        ...


def obstacles(draft: Prepared) -> tuple[Obstacle, ...]:
    """Everything that stands in the way, in the order of the steps."""
    return tuple(_obstacles(draft))


def _obstacles(draft: Prepared) -> Iterator[Obstacle]:
    table, recipe = draft.table, draft.recipe
    if table is None:
        yield Obstacle("data", _tr("There is no table yet. Open a file first."))
    elif not table.row_count:
        yield Obstacle("data", _tr("The table has no rows. Open another file."))
    elif draft.rows_problem:
        yield Obstacle("data", draft.rows_problem)
    if problem := _wrong_with_prompt(table, recipe, draft.selection):
        yield Obstacle("prompt", problem)
    try:
        check_fields(recipe.fields)
        shared_text(recipe)
    except RecipeError as error:
        yield Obstacle("prompt", str(error))
    if not recipe.model:
        yield Obstacle("prompt", _tr("No model is chosen yet."))


def _wrong_with_prompt(table: Table | None, recipe: Recipe, selection: Selection) -> str:
    if not recipe.prompt.text.strip():
        return _tr("The prompt is empty. Write what to ask about each row.")
    if not recipe.prompt.columns and (table is None or table.documents is None):
        return _tr(
            "The prompt names no column, so every row would be asked the same. "
            "Put a column into it."
        )
    if table is None:
        return ""
    try:
        bind_prompt(recipe, table, selection)
    except RecipeError as error:
        return str(error)
    return ""


def _tr(text: str) -> str:
    return QCoreApplication.translate("readiness", text)
