"""From rows to pages: what cannot be stored or sent is taken out of the cells, and counted."""

from collections.abc import Iterator
from itertools import islice

import orjson

from claude_batch_desk.core.errors import TableError
from claude_batch_desk.core.tables.frames import MAX_BODY
from claude_batch_desk.core.tables.opened import counted
from claude_batch_desk.core.tables.table import PAGE_ROWS, Page, Row, pack_page

_NUL = b"\\u0000"


class Paged:
    """The pages of some rows; `notes` is complete when they were all taken."""

    def __init__(self, rows: Iterator[Row]) -> None:
        self._rows = rows
        self._mended = 0

    def __iter__(self) -> Iterator[Page]:
        first = 1
        while rows := list(islice(self._rows, PAGE_ROWS)):
            page = self._packed(rows)
            if len(page.cells) > MAX_BODY // 2:
                raise TableError(
                    f"Rows {first:,} to {first + len(rows) - 1:,} hold more text than can be "
                    "read at once. Shorten their longest cells, or split the table by columns."
                )
            yield page
            first += len(rows)

    @property
    def notes(self) -> list[str]:
        """What was taken out."""
        if not self._mended:
            return []
        cells = counted(self._mended, "cell", "cells")
        return [f"NUL characters and halves of characters, which are no text, left out of {cells}."]

    def _packed(self, rows: list[Row]) -> Page:
        try:
            page = pack_page(rows)
        except orjson.JSONEncodeError:
            return pack_page([self._mend(row) for row in rows])
        # The bytes are also those of a backslash and "u0000" as text, which mending leaves alone.
        return pack_page([self._mend(row) for row in rows]) if _NUL in page.cells else page

    def _mend(self, row: Row) -> Row:
        whole = [cell.replace("\x00", "").encode("utf-8", "ignore").decode() for cell in row]
        self._mended += sum(a != b for a, b in zip(row, whole, strict=True))
        return whole
