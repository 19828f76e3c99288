"""Selection: which rows of a table run, and which of its columns stay on this computer."""

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from claude_batch_desk.core.documents.folder import COLUMNS as FOLDER_COLUMNS
from claude_batch_desk.core.errors import RecipeError, SelectionError
from claude_batch_desk.core.jobs.rows.conditions import RowFilter, cell_test
from claude_batch_desk.core.prompts.recipe import Recipe
from claude_batch_desk.core.prompts.template import BoundTemplate, canonical
from claude_batch_desk.core.quality.sampling import random_rows
from claude_batch_desk.core.report import Report
from claude_batch_desk.core.tables.document import Document
from claude_batch_desk.core.tables.table import PAGE_ROWS, Documents, Row, Table

_AT_ONCE = 16
"""Rows between two reports; a pattern may take a hundredth of a second on each cell."""


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
    rows: tuple[int, ...] | None = None
    """These alone, by ascending number, whatever the rest says; a run again names them."""

    @property
    def whole(self) -> bool:
        """Every row of the table runs."""
        named = self.rows is not None or self.count is not None or bool(self.filters)
        return not named and self.first <= 1 and self.last is None


@dataclass(frozen=True)
class RowsChosen:
    """How many rows run, and the number of the first of them; None where there is none."""

    count: int
    first: int | None


def selected_rows(table: Table, selection: Selection, report: Report) -> "array[int]":
    """The numbers of the rows that run, in table order.

    Raises SelectionError where the selection does not fit the table, or holds no row.
    """
    numbers = _chosen(table, selection, report)
    if not numbers:
        raise SelectionError(
            "None of the table's rows is chosen to run, so there is nothing to ask. "
            "Nothing was sent. Choose more rows on the Data page."
        )
    return array("I", numbers)


def rows_that_run(table: Table, selection: Selection, report: Report) -> Sequence[int]:
    """The numbers of the rows that run, in table order, which may be none.

    At once where neither a condition nor chance chooses them, however many they are. Raises
    SelectionError where the selection does not fit the table.
    """
    return _chosen(table, selection, report)


def choose_rows(table: Table, selection: Selection, report: Report) -> RowsChosen:
    """How many rows run, which may be none; raises SelectionError where that cannot be told."""
    numbers = _chosen(table, selection, report)
    return RowsChosen(len(numbers), numbers[0] if numbers else None)


def check_selection(columns: Iterable[str], selection: Selection) -> None:
    """Raise SelectionError where a filter does not fit a table with these columns."""
    known = set(columns)
    for each in selection.filters:
        if each.column not in known:
            raise SelectionError(
                f"A condition on the rows names “{each.column}”, but the table has no such column "
                "(any more). Remove the condition, or choose another column for it."
            )
        cell_test(each)


def _chosen(table: Table, selection: Selection, report: Report) -> Sequence[int]:
    report(0, 0)
    if selection.rows is not None:
        return array("I", selection.rows)
    check_selection(table.columns, selection)
    last = table.row_count if selection.last is None else min(selection.last, table.row_count)
    within = range(max(selection.first, 1) - 1, last)
    numbers: Sequence[int] = within
    if selection.filters:
        numbers = array("I", _passing(table, within, selection.filters, report))
    if selection.count is None or selection.count >= len(numbers):
        return numbers
    places = random_rows(len(numbers), selection.count, selection.seed, report)
    return [numbers[place] for place in places]


def _passing(
    table: Table, numbers: range, filters: Sequence[RowFilter], report: Report
) -> Iterator[int]:
    done = 0

    def hear() -> None:
        report(done, len(numbers))

    tests = [
        (table.columns.index(each.column), cell_test(each, hear), each.negated) for each in filters
    ]
    for piece in _pieces(table, numbers):
        hear()
        done += len(piece)
        rows = piece
        for place, test, negated in tests:
            rows = [(number, row) for number, row in rows if test(row[place]) is not negated]
        yield from (number for number, _ in rows)
    hear()


def _pieces(table: Table, numbers: range) -> Iterator[list[tuple[int, Row]]]:
    """These rows with their numbers, a few at a time, read page by page as they are stored."""
    first = numbers.start
    while first < numbers.stop:
        end = min((first // PAGE_ROWS + 1) * PAGE_ROWS, numbers.stop)
        page = [*enumerate(table.rows.window(first, end - first), first)]
        yield from (page[at : at + _AT_ONCE] for at in range(0, len(page), _AT_ONCE))
        first = end


def bind_prompt(recipe: Recipe, table: Table, selection: Selection) -> BoundTemplate:
    """The recipe's prompt ready to render rows of the table.

    Raises RecipeError where it names a column that the table does not have, or one that is kept
    on this computer: every text that leaves it is rendered by what this returns.
    """
    kept = {canonical(column) for column in selection.excluded}
    if named := [f"“{name}”" for name in recipe.prompt.columns if name in kept]:
        it, its = ("it", "its name") if len(named) == 1 else ("them", "their names")
        raise RecipeError(
            f"The prompt names {', '.join(named)}, which you keep on this computer. Nothing was "
            f"sent. Take {its} out of the prompt, or allow {it} to be sent on the Data page."
        )
    return recipe.prompt.bind(table.columns, recipe.empty_cells)


def to_be_sent(table: Table, selection: Selection) -> Table:
    """The table as its rows may leave this computer: a document goes without a name kept here."""
    if table.documents is None or names_leave(table, selection):
        return table
    return replace(table, documents=_Nameless(table.documents))


def names_leave(table: Table, selection: Selection) -> bool:
    """Whether documents are sent with their names: the table shows them, and they may be sent."""
    column = name_column(table)
    return column in table.columns and column not in selection.excluded


def name_column(table: Table) -> str:
    """The column that names the document of each row."""
    return FOLDER_COLUMNS[0] if table.reading.kind == "folder" else table.reading.document_column


@dataclass(frozen=True)
class _Nameless:
    """Documents whose names stay on this computer."""

    documents: Documents

    def window(self, first: int, count: int) -> list[Document]:
        return [replace(each, nameless=True) for each in self.documents.window(first, count)]
