"""A second opinion on workbooks in XML that the fast reader does not understand."""

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from claude_batch_desk.core.errors import TableError
from claude_batch_desk.core.tables.cells import CellValue, cell_text
from claude_batch_desk.core.tables.number_format import is_general, look_of
from claude_batch_desk.core.tables.opened import Alive
from claude_batch_desk.core.tables.package import Package
from claude_batch_desk.core.tables.sheet_scan import SheetFacts, survey_sheet
from claude_batch_desk.core.tables.sniff import DAMAGED

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell, MergedCell
    from openpyxl.cell.read_only import EmptyCell, ReadOnlyCell
    from openpyxl.workbook import Workbook

    AnyCell = Cell | MergedCell | ReadOnlyCell | EmptyCell

_MOST_CELLS = 5_000_000
"""This reader is ten times slower and keeps the rows in memory."""


class SlowBook:
    """A workbook read by openpyxl. Raises TableError where it does not understand it either."""

    def __init__(self, path: Path, package: Package, alive: Alive) -> None:
        self._package = package
        self._alive = alive
        self._book = _load(path)
        sheets = self._book.worksheets
        self.names = tuple(each.title for each in sheets)
        self.visible = tuple(each.title for each in sheets if each.sheet_state == "visible")

    def sheet(self, name: str) -> "SlowSheet | None":
        """A sheet by its name, or None where it is empty."""
        if part := self._package.sheet_part(name):
            survey_sheet(partial(self._package.blocks, part), self._alive)
        rows = list(_texts(self._book, name, self._alive))
        while rows and not any(rows[-1]):
            rows.pop()
        return SlowSheet(name, rows) if rows else None


class SlowSheet:
    """A sheet whose rows were all read."""

    def __init__(self, name: str, rows: list[list[str]]) -> None:
        self.name = name
        self.facts = SheetFacts()
        self.notes: list[str] = []
        self._rows = rows
        used = {place for row in rows for place, text in enumerate(row) if text}
        self._first, last = min(used), max(used)
        self.width = last - self._first + 1

    def rows(self) -> Iterator[list[str]]:
        """All rows from the sheet's first, each `width` long."""
        for row in self._rows:
            cells = row[self._first : self._first + self.width]
            yield cells + [""] * (self.width - len(cells))


def _load(path: Path) -> "Workbook":
    import openpyxl

    if not openpyxl.DEFUSEDXML:
        raise ImportError("openpyxl reads hostile files only with defusedxml installed")
    try:
        return openpyxl.load_workbook(path, read_only=True, data_only=True)
    # openpyxl lets the exceptions of its parsers and of its own checks through, of many types.
    except (ValueError, TypeError, KeyError, AttributeError, OSError, SyntaxError) as error:
        raise TableError(DAMAGED) from error


def _texts(book: "Workbook", name: str, alive: Alive) -> Iterator[list[str]]:
    sheet = book[name]
    sheet.reset_dimensions()  # a file may lie about its size
    cells = 0
    try:
        for row in sheet.iter_rows():
            cells += len(row)
            if cells > _MOST_CELLS:
                raise TableError(DAMAGED)
            alive()
            yield [_text(cell) for cell in row]
    except (ValueError, TypeError, KeyError, AttributeError, SyntaxError) as error:
        raise TableError(DAMAGED) from error


def _text(cell: "AnyCell") -> str:
    value = cell.value
    if isinstance(value, datetime) and "h" not in (cell.number_format or "").lower():
        return cell_text(value.date())
    if isinstance(value, int | float) and not isinstance(value, bool):
        code = cell.number_format or ""
        look = None if is_general(code) else look_of(code)
        return look(value) if look else cell_text(value)
    return cell_text(value) if isinstance(value, CellValue) else str(value or "")
