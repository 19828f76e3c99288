"""Workbooks: the cells of one sheet as text, the way they look, in the rows they stand in."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice
from pathlib import Path

from claude_batch_desk.core.errors import TableError
from claude_batch_desk.core.tables.finding import Finding, counted
from claude_batch_desk.core.tables.headers import (
    DESCRIBED_NOTE,
    column_names,
    described_rows,
    has_two_rows,
    joined_header,
    joined_note,
)
from claude_batch_desk.core.tables.opened import Alive, OpenedTable
from claude_batch_desk.core.tables.sniff import DAMAGED, LOCKED, check_compound, is_zip
from claude_batch_desk.core.tables.table import Reading, ReadOptions
from claude_batch_desk.core.tables.workbooks.package import Package
from claude_batch_desk.core.tables.workbooks.sheet_scan import SheetFacts
from claude_batch_desk.core.tables.workbooks.sheets import Book, FastBook, Sheet
from claude_batch_desk.core.tables.workbooks.slow_sheets import SlowBook

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
    except (CalamineError, OSError) as error:  # the latter where the file breaks off
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
        first_row=head.first,
    )
    columns = column_names(head.cells, sheet.width)
    rows = _without_end(head.below)
    first = next(rows, None)
    if first is None:
        what = "a header but no rows below it."
        if head.first:
            what = f"no rows from row {head.first:,} on. Choose another first row."
        raise TableError(f"The sheet “{sheet.name}” has {what}")
    notes = sheet.notes
    notes += _notes(head, options, columns)
    return OpenedTable(reading, columns, chain([first], rows), notes, _findings(sheet.facts, head))


def _notes(head: "_Head", options: ReadOptions, columns: Sequence[str]) -> list[str]:
    notes = []
    if head.above:
        notes.append(f"{counted(head.above, 'row', 'rows')} above the header left out.")
    if head.first:
        where = "between the header and" if head.row else "above"
        rows = counted(head.first - head.next_row, "row", "rows")
        notes.append(f"{rows} {where} the first row left out.")
    if head.first and options.first_row is None:
        notes.append(DESCRIBED_NOTE)
    if head.rows > 1:
        notes.append(joined_note(columns))
    return notes


def _findings(facts: SheetFacts, head: "_Head") -> list[Finding]:
    if not facts.not_computed:
        return []
    formulas = counted(facts.not_computed, "formula has", "formulas have")
    sentence = (
        f"{formulas} no result in the file, so the cell is empty. Open the workbook in Excel "
        "and save it to have them computed."
    )
    above = head.first or head.next_row
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
    above: int = 0
    """Rows above it with something in them."""
    rows: int = 1
    """How many rows the header takes; `cells` are of both."""
    first: int = 0
    """The row that `below` starts with, where that is not the next one."""

    @property
    def next_row(self) -> int:
        """The row right below the header."""
        return self.row + self.rows if self.row else 1


def _find_header(rows: Iterator[list[str]], options: ReadOptions) -> _Head:
    wanted = options.header_row
    if wanted == 0:
        return _from_first(_Head(0, [], rows), options.first_row or 0)
    head = list(islice(rows, wanted)) if wanted else _first_rows(rows)
    if wanted and len(head) < wanted:
        raise TableError(f"The sheet ends before row {wanted:,}. Choose another header row.")
    at = wanted - 1 if wanted else _likely_header(head)
    if not wanted and at and options.header_rows != 1 and has_two_rows(head[at - 1 :]):
        at -= 1  # what seemed to be a title names groups of columns
    above = sum(any(row) for row in head[:at])
    return _with_rest(_Head(at + 1, head[at], chain(head[at + 1 :], rows), above), options)


def _with_rest(head: _Head, options: ReadOptions) -> _Head:
    """The same header with the row after it, where that is wanted or seems to belong to it.

    What describes the columns further below is left out.
    """
    near = list(islice(head.below, _LOOKED_AT))
    described = described_rows([head.cells, *near])
    seems = 2 if not described and has_two_rows([head.cells, *near]) else 1
    whole = replace(head, below=chain(near, head.below))
    if (options.header_rows or seems) > 1 and near:
        cells = joined_header(head.cells, near[0])
        whole = replace(head, cells=cells, below=chain(near[1:], head.below), rows=2)
    first = options.first_row
    if first is None:
        first = head.row + 1 + described if described else 0
    return _from_first(whole, first)


def _from_first(head: _Head, first: int) -> _Head:
    """The same, but for the rows below the header that are above the chosen first row."""
    if first in (0, head.next_row):
        return head
    if first < head.next_row:
        raise TableError(
            f"The first row cannot be row {first:,}, as the header goes on to row "
            f"{head.next_row - 1:,}. Choose a row below it."
        )
    return replace(head, below=islice(head.below, first - head.next_row, None), first=first)


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
    fullest, wordiest = max(filled), max(words)
    return next(
        (
            place
            for place, (full, wordy) in enumerate(zip(filled, words, strict=True))
            if full * 2 > fullest and (wordy * 2 > wordiest or not wordiest)
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
