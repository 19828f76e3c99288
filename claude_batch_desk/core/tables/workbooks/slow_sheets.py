"""A second opinion on workbooks in XML that the fast reader does not understand."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from claude_batch_desk.core.errors import TableError
from claude_batch_desk.core.tables.formats.cells import CellValue, cell_text
from claude_batch_desk.core.tables.formats.number_format import BUILT_IN, is_general, look_of
from claude_batch_desk.core.tables.opened import Alive
from claude_batch_desk.core.tables.sniff import DAMAGED
from claude_batch_desk.core.tables.workbooks.package import Package
from claude_batch_desk.core.tables.workbooks.sheet_scan import SheetFacts, survey_sheet

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell, MergedCell
    from openpyxl.cell.read_only import EmptyCell, ReadOnlyCell
    from openpyxl.workbook import Workbook

    AnyCell = Cell | MergedCell | ReadOnlyCell | EmptyCell

_YEAR_1904 = 1904
_BUILT_IN = {"mm-dd-yy": BUILT_IN[14], "m/d/yy h:mm": BUILT_IN[22], "mmss.0": BUILT_IN[47]}
"""What openpyxl calls the built-in formats that it spells in another way."""
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
            yield [_text(cell, book.epoch) for cell in row]
    except (ValueError, TypeError, KeyError, AttributeError, SyntaxError) as error:
        raise TableError(DAMAGED) from error


def _text(cell: "AnyCell", epoch: datetime) -> str:
    value = cell.value
    code = _BUILT_IN.get(cell.number_format or "", cell.number_format or "")
    if isinstance(value, str | bool | None) or is_general(code):
        return cell_text(value) if isinstance(value, CellValue) else str(value or "")
    look = look_of(code, is_1904=epoch.year == _YEAR_1904)
    number = _number(value, epoch)
    if look and number is not None:
        return look(number)
    return cell_text(value) if isinstance(value, CellValue) else str(value)


def _number(value: object, epoch: datetime) -> float | None:
    """What a cell keeps: of a date or a time, the days since the calendar began."""
    from openpyxl.utils.datetime import to_excel

    if isinstance(value, int | float):
        return value
    if isinstance(value, date | time | timedelta):
        return float(to_excel(value, epoch))  # type: ignore[no-untyped-call]  # its stubs lack it
    return None
