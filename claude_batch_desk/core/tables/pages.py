"""From rows to pages: what cannot be stored is taken out of the cells, and all is taken note of."""

from collections.abc import Iterator
from itertools import islice

import orjson

from claude_batch_desk.core.errors import TableError
from claude_batch_desk.core.tables.finding import counted
from claude_batch_desk.core.tables.opened import OpenedTable
from claude_batch_desk.core.tables.process.frames import MAX_BODY
from claude_batch_desk.core.tables.profiling.profiler import Profiler
from claude_batch_desk.core.tables.profiling.row_finder import RowFinder
from claude_batch_desk.core.tables.table import PAGE_ROWS, Found, Page, Row, pack_page

_NUL = b"\\u0000"


class Paged:
    """The pages of an opened table; `found` is complete when they were all taken."""

    def __init__(self, opened: OpenedTable) -> None:
        self._opened = opened
        self._profiler = Profiler(opened.columns)
        self._finder = RowFinder()
        self._mended = 0

    def __iter__(self) -> Iterator[Page]:
        first = 1
        while rows := list(islice(self._opened.rows, PAGE_ROWS)):
            page, rows = self._packed(rows)
            if len(page.cells) > MAX_BODY // 2:
                raise TableError(
                    f"Rows {first:,} to {first + len(rows) - 1:,} hold more text than can be "
                    "read at once. Shorten their longest cells, or split the table by columns."
                )
            self._profiler.take(rows)
            self._finder.take(page, rows)
            yield page
            first += len(rows)

    @property
    def found(self) -> Found:
        """What was noticed, by the reader of the file and in the rows."""
        notes = list(self._opened.notes)
        if self._mended:
            cells = counted(self._mended, "cell", "cells")
            notes.append(
                f"NUL characters and halves of characters, which are no text, left out of {cells}."
            )
        findings = (*self._opened.findings, *self._finder.findings)
        return Found(tuple(notes), findings, self._profiler.profiles)

    def _packed(self, rows: list[Row]) -> tuple[Page, list[Row]]:
        try:
            page = pack_page(rows)
        except orjson.JSONEncodeError:
            page = None
        # The bytes are also those of a backslash and "u0000" as text, which mending leaves alone.
        if page is None or _NUL in page.cells:
            rows = [self._mend(row) for row in rows]
            page = pack_page(rows)
        return page, rows

    def _mend(self, row: Row) -> Row:
        whole = [cell.replace("\x00", "").encode("utf-8", "ignore").decode() for cell in row]
        self._mended += sum(a != b for a, b in zip(row, whole, strict=True))
        return whole
