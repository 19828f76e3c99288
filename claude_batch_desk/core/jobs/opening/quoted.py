"""Quoted: where that which an answer quotes stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from claude_batch_desk.core.errors import RecipeError
from claude_batch_desk.core.jobs.job import JobRow
from claude_batch_desk.core.prompts.fields import columns_of
from claude_batch_desk.core.prompts.recipe import Recipe
from claude_batch_desk.core.results.pages import Excerpt, Pages
from claude_batch_desk.core.results.paging import Paging
from claude_batch_desk.core.results.quotes import stands_in
from claude_batch_desk.core.tables.document import Document

Where = Literal[
    "pages",  # on pages of the row's document
    "document",  # in it, and it has no pages, or they cannot be told any more
    "row",  # in what the row's cells say
    "nowhere",  # in neither
    "unread",  # perhaps in the document, which is pictures without a text
]


@dataclass(frozen=True)
class Quoted:
    """One quote of an answer, looked up."""

    column: str
    """The header of the quote."""
    place: int
    """Of it among the values of the answer."""
    where: Where
    pages: Pages | None = None
    """Those it is on; None where it is on none."""
    document: str = ""
    """The name of the row's document."""
    page_count: int = 0
    """Of the document; 0 for what has none."""
    excerpt: Excerpt | None = None
    """What is on the page; None where it is on none."""


def prompt_of(row: JobRow, recipe: Recipe, columns: Sequence[str]) -> str:
    """What was asked about a row of a job with this recipe, or why nothing was."""
    try:
        bound = (row.recipe or recipe).prompt.bind(columns, recipe.empty_cells)
        return bound.why_skipped(row.cells) or bound.render(row.cells)
    except RecipeError as error:  # of an answer from elsewhere; a sent job fits its table
        return str(error)


def look_up(row: JobRow, recipe: Recipe, columns: Sequence[str], paging: Paging) -> list[Quoted]:
    """Each quote of a row that has a document; none for a row without one."""
    document = paging.document(row.number)
    if row.answer is None or document is None:
        return []
    found = []
    for place, column in enumerate(columns_of(recipe.fields)):
        quote = row.answer.values[place] if place < len(row.answer.values) else ""
        if column.companion == "quote" and quote.strip():
            where, pages = _place(quote, row, recipe, columns, (paging, document))
            paged = paging.pages(document) if pages else None
            excerpt = paged.excerpt(quote) if paged else None
            facts = document.name, document.pages, excerpt
            found.append(Quoted(column.header, place, where, pages, *facts))
    return found


def _place(
    quote: str,
    row: JobRow,
    recipe: Recipe,
    columns: Sequence[str],
    source: tuple[Paging, Document],
) -> tuple[Where, Pages | None]:
    paging, document = source
    paged, prompt = paging.pages(document), (row.recipe or recipe).prompt
    if paged is not None and (pages := paged.find(quote)):
        return "pages", pages
    if paged is None and stands_in(quote, document.text, prompt):
        return "document", None
    if stands_in(quote, prompt_of(row, recipe, columns), prompt):
        return "row", None
    return ("nowhere" if document.text.strip() else "unread"), None
