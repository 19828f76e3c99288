"""What a pass over the original's sheet finds, before anything is put into a copy of it."""

from collections.abc import Iterable
from dataclasses import dataclass

from claude_batch_desk.core.report import Report
from claude_batch_desk.core.results.original.sheet_rows import SheetRows

_ROWS_PER_REPORT = 1_024


@dataclass(frozen=True)
class Survey:
    """A sheet but for its rows, and how far these go."""

    prefix: bytes
    head: bytes
    tail: bytes
    last_column: int
    """The last one, from 1, with something in it."""
    header_style: int
    """Of the last header cell with something in it."""


def survey(blocks: Iterable[bytes], header_row: int, report: Report, rows: int) -> Survey:
    """Pass over a sheet; `header_row` is 0 where there is none. Raises ExportError."""
    sheet = SheetRows(blocks)
    last_column = header_style = 0
    for done, row in enumerate(sheet):
        if done % _ROWS_PER_REPORT == 0:
            report(0, rows)
        if row.number == header_row:
            filled = [cell for cell in sheet.cells(row) if cell.is_filled]
            header_style = filled[-1].style if filled else 0
        last = sheet.last_cell(row)
        if last is None or last.column <= last_column:
            continue
        columns = (cell.column for cell in sheet.cells(row) if cell.is_filled)
        last_column = max([last_column, *columns])
    return Survey(sheet.prefix, sheet.head, sheet.tail, last_column, header_style)
