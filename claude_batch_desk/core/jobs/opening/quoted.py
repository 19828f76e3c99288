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
    asked = row.recipe or recipe
    try:
        bound = asked.prompt.bind(columns, asked.empty_cells)
        return bound.why_skipped(row.cells) or bound.render(row.cells)
    except RecipeError as error:  # of an answer from elsewhere; a sent job fits its table
        return str(error)


def look_up(row: JobRow, recipe: Recipe, columns: Sequence[str], paging: Paging) -> list[Quoted]:
    """Each quote of a row that has a document; none for a row without one."""
    document = paging.document(row.number)
    if row.answer is None or document is None:
        return []
    quotes = [
        (place, column, row.answer.values[place])
        for place, column in enumerate(columns_of(recipe.fields))
        if column.companion == "quote" and any(map(str.strip, row.answer.values[place : place + 1]))
    ]
    found = []
    for place, column, quote in quotes:
        paged = paging.pages(document)
        pages = paged.find(quote) if paged else None
        excerpt = paged.excerpt(quote) if paged and pages else None
        where: Where = "pages"
        if pages is None:
            where = _beside_pages(quote, row, recipe, columns, "" if paged else document.text)
        if where == "nowhere" and not document.text.strip():
            where = "unread"
        facts = document.name, document.pages, excerpt
        found.append(Quoted(column.header, place, where, pages, *facts))
    return found


def _beside_pages(
    quote: str, row: JobRow, recipe: Recipe, columns: Sequence[str], text: str
) -> Where:
    """Where a quote stands that is on no page; `text` is that of a document without pages."""
    prompt = (row.recipe or recipe).prompt
    if stands_in(quote, text, prompt):
        return "document"
    return "row" if stands_in(quote, prompt_of(row, recipe, columns), prompt) else "nowhere"
