"""Selection: which rows of a table run, and which of its columns stay on this computer."""

from array import array
from dataclasses import dataclass
from typing import Literal

from claude_batch_desk.core.errors import RecipeError
from claude_batch_desk.core.prompts.template import BoundTemplate, Template, canonical
from claude_batch_desk.core.quality.sampling import random_rows
from claude_batch_desk.core.report import Report
from claude_batch_desk.core.tables.table import Table

RowTest = Literal["contains", "equals", "empty", "longer", "matches"]
"""Without regard to case; `longer` than a number of characters; `matches` a regular expression."""


@dataclass(frozen=True)
class RowFilter:
    """A condition on one column that a row fulfils, or where it is negated, does not."""

    column: str
    test: RowTest
    value: str = ""
    negated: bool = False


@dataclass(frozen=True)
class Selection:
    """Of the rows `first` to `last` those that pass all filters, and of them all or a few."""

    count: int | None = None
    """So many random ones by `seed`; None for all."""
    seed: int = 0
    first: int = 1
    """As a person counts: the row after the header is 1."""
    last: int | None = None
    """None for the last of the table."""
    filters: tuple[RowFilter, ...] = ()
    excluded: tuple[str, ...] = ()
    """Columns that must not leave this computer, whatever the prompt says."""


def selected_rows(table: Table, selection: Selection, report: Report) -> "array[int]":
    """The numbers of the rows that run, in table order."""
    report(0, 0)
    if selection.count is None or selection.count >= table.row_count:
        return array("I", range(table.row_count))
    return array("I", random_rows(table.row_count, selection.count, selection.seed))


def bind_prompt(prompt: Template, table: Table, selection: Selection) -> BoundTemplate:
    """The prompt ready to render rows of the table.

    Raises RecipeError where it names a column that the table does not have, or one that is kept
    on this computer: every text that leaves it is rendered by what this returns.
    """
    kept = {canonical(column) for column in selection.excluded}
    if named := [f"“{name}”" for name in prompt.columns if name in kept]:
        it, its = ("it", "its name") if len(named) == 1 else ("them", "their names")
        raise RecipeError(
            f"The prompt names {', '.join(named)}, which you keep on this computer. Nothing was "
            f"sent. Take {its} out of the prompt, or allow {it} to be sent on the Data page."
        )
    return prompt.bind(table.columns)
