"""Workbooks: the cells of one sheet as text, the way they look, in the rows they stand in."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain, islice
from pathlib import Path

from claude_batch_desk.core.errors import TableError
from claude_batch_desk.core.tables.finding import Finding, counted
from claude_batch_desk.core.tables.headers import (
    column_names,
    has_two_rows,
    joined_header,
    joined_note,
)
from claude_batch_desk.core.tables.opened import Alive, OpenedTable
from claude_batch_desk.core.tables.package import Package
from claude_batch_desk.core.tables.sheet_scan import SheetFacts
from claude_batch_desk.core.tables.sheets import Book, FastBook, Sheet
from claude_batch_desk.core.tables.slow_sheets import SlowBook
from claude_batch_desk.core.tables.sniff import DAMAGED, LOCKED, check_compound, is_zip
from claude_batch_desk.core.tables.table import Reading, ReadOptions

_LOOKED_AT = 20
_NO_WORD = re.compile(r"[-+(]?[\d.,:/ %)-]*")


def open_workbook(path: Path, options: ReadOptions, alive: Alive) -> OpenedTable:
    """Choose the sheet, find its header, and be ready to give its rows.

    Rows keep their distance from the header: blank ones inside the table are kept, only those
    behind the last filled row are dropped. Raises TableError.
    """
    from python_calamine import CalamineError, PasswordError

    package = Package(path) if is_zip(path) else None
    if package is None:
        check_compound(path)
    try:
        opened = _open(FastBook(path, package, alive), options)
    except PasswordError as error:
        raise TableError(LOCKED) from error
    except CalamineError as error:
        if package is None or not package.is_open_xml:
            raise TableError(DAMAGED) from error
        opened = _open(SlowBook(path, package, alive), options)
    if package and package.has_macros:
        opened.notes.append("The macros in this workbook are ignored.")
    return opened


def _open(book: Book, options: ReadOptions) -> OpenedTable:
    sheet = _chosen(book, options.sheet)
    head = _find_header(sheet.rows(), options)
    reading = Reading(
        kind="workbook",
        sheet=sheet.name,
        sheets=book.visible,
        hidden_sheets=tuple(name for name in book.names if name not in book.visible),
        header_row=head.row,
        header_rows=head.rows,
    )
    notes = sheet.notes
    if head.left_out:
        notes.append(f"{counted(head.left_out, 'row', 'rows')} above the header left out.")
    columns = column_names(head.cells, sheet.width)
    if head.rows > 1:
        notes.append(joined_note(columns))
    rows = _without_end(head.below)
    first = next(rows, None)
    if first is None:
        raise TableError(f"The sheet “{sheet.name}” has a header but no rows below it.")
    return OpenedTable(reading, columns, chain([first], rows), notes, _findings(sheet.facts, head))


def _findings(facts: SheetFacts, head: "_Head") -> list[Finding]:
    if not facts.not_computed:
        return []
    formulas = counted(facts.not_computed, "formula has", "formulas have")
    sentence = (
        f"{formulas} no result in the file, so the cell is empty. Open the workbook in Excel "
        "and save it to have them computed."
    )
    above = head.row + head.rows if head.row else 1
    rows = tuple(row - above for row in facts.not_computed_rows if row >= above)
    return [Finding("formula", sentence, len(rows), rows)]


def _chosen(book: Book, name: str) -> Sheet:
    if name and name not in book.names:
        raise TableError(f"This workbook has no sheet “{name}” any more. Choose another one.")
    for each in (name,) if name else book.visible:
        if sheet := book.sheet(each):
            return sheet
    what = f"The sheet “{name}”" if name else "This workbook"
    raise TableError(f"{what} is empty: it has no cell with a value.")


@dataclass(frozen=True)
class _Head:
    """The header row of a sheet (0: none) and what comes after it."""

    row: int
    cells: list[str]
    below: Iterator[list[str]]
    left_out: int = 0
    """Rows above it with something in them."""
    rows: int = 1
    """How many rows the header takes; `cells` are of both."""


def _find_header(rows: Iterator[list[str]], options: ReadOptions) -> _Head:
    wanted = options.header_row
    if wanted == 0:
        return _Head(0, [], rows)
    head = list(islice(rows, wanted)) if wanted else _first_rows(rows)
    if wanted and len(head) < wanted:
        raise TableError(f"The sheet ends before row {wanted:,}. Choose another header row.")
    at = wanted - 1 if wanted else _likely_header(head)
    if not wanted and at and options.header_rows != 1 and has_two_rows(head[at - 1 :]):
        at -= 1  # what seemed to be a title names groups of columns
    left_out = sum(any(row) for row in head[:at])
    found = _Head(at + 1, head[at], chain(head[at + 1 :], rows), left_out)
    return _with_second(found, options.header_rows)


def _with_second(head: _Head, wanted: int | None) -> _Head:
    """The same header with the row after it, where that is wanted or seems to belong to it."""
    near = list(islice(head.below, _LOOKED_AT))
    rows = wanted or (2 if has_two_rows([head.cells, *near]) else 1)
    if rows == 1 or not near:
        return replace(head, below=chain(near, head.below))
    cells = joined_header(head.cells, near[0])
    return replace(head, cells=cells, below=chain(near[1:], head.below), rows=rows)


def _first_rows(rows: Iterator[list[str]]) -> list[list[str]]:
    """The blank rows a sheet starts with and some after them."""
    head: list[list[str]] = []
    for row in rows:
        head.append(row)
        if any(row):
            break
    return head + list(islice(rows, _LOOKED_AT - 1))


def _likely_header(head: list[list[str]]) -> int:
    """The place of the first row that is, more than half, as full and as wordy as any.

    A title above a table fills a cell or two; a header may lack a name, and its names may be years.
    """
    filled = [sum(map(bool, row)) for row in head]
    words = [sum(not _NO_WORD.fullmatch(cell) for cell in row) for row in head]
    first_filled = next((place for place, full in enumerate(filled) if full), 0)
    return next(
        (
            place
            for place, (full, wordy) in enumerate(zip(filled, words, strict=True))
            if full * 2 > max(filled) and (wordy * 2 > max(words) or not max(words))
        ),
        first_filled,
    )


def _without_end(rows: Iterator[list[str]]) -> Iterator[list[str]]:
    """The rows up to the last that is not blank."""
    blank: list[list[str]] = []
    for row in rows:
        if not any(row):
            blank.append(row)
            continue
        yield from blank
        blank.clear()
        yield row
