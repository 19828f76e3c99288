"""The pages of documents on which quotes stand, for the rows of a file."""

from collections.abc import Sequence

from claude_batch_desk.core.prompts.fields import OutputField, columns_of
from claude_batch_desk.core.report import Report
from claude_batch_desk.core.results.answer import Answer
from claude_batch_desk.core.results.paging import Paging
from claude_batch_desk.core.tables.table import Table

_AHEAD = 16
"""Documents that are read at a time; each may have a long text."""


def quote_places(table: Table, fields: Sequence[OutputField]) -> tuple[int, ...]:
    """Which of the answer columns hold quotes from documents; none where rows have none."""
    if table.documents is None:
        return ()
    columns = enumerate(columns_of(fields))
    return tuple(place for place, column in columns if column.companion == "quote")


class QuotePages(Paging):
    """Finds them row by row; a context manager."""

    def __init__(self, table: Table, places: Sequence[int], report: Report) -> None:
        """`places` are those of the quotes among the values of an answer."""
        super().__init__(table, report, _AHEAD)
        self._places, self._hear = places, report

    def of_row(self, row: int, answer: Answer | None) -> list[str]:
        """For each quote the page on which it begins, from 1; "" where it is on none."""
        quotes = [answer.values[place] if answer else "" for place in self._places]
        if not any(map(str.strip, quotes)) or (document := self.document(row)) is None:
            return [""] * len(quotes)
        self._hear(0, 0)
        paged = self.pages(document)
        found = [paged.find(quote) if paged else None for quote in quotes]
        return [str(each.first) if each else "" for each in found]
