"""The rows of a sheet straight from its XML, a few at a time: large sheets fit into any memory.

The fast reader keeps all cells in memory, and knows no looks. Nearly all sheets are written by
programs in one regular manner, which a pattern follows in less time than it takes; survey_sheet()
knows those, and all others are left to it.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from claude_batch_desk.core.errors import TableError
from claude_batch_desk.core.tables.sniff import DAMAGED
from claude_batch_desk.core.tables.workbooks.cell_texts import CellTexts
from claude_batch_desk.core.tables.workbooks.sheet_scan import column_number

_CELL = re.compile(r'<c r="([A-Z]{1,3})([0-9]{1,7})"([^>/]*+)(?:/>|>(.*?)</c>)', re.DOTALL)
_VALUE = re.compile(r"<v(?: [^>]*)?>([^<]*)</v>")
_FORMULA = r"(?:<f(?: [^<>]*+)?+>(?:[^<]*+</f>)?+)?+"
_MOST_COLUMNS = 300
"""In wider tables the pattern of a row would be too long."""

_Found = tuple[str | None, ...]


class RowStream:
    """Rows of texts, from the sheet's first row, each as wide as the table."""

    def __init__(self, texts: CellTexts, first_column: int, width: int) -> None:
        self._texts = texts
        self._first = first_column
        self._width = width
        self._row = 0
        self._columns: dict[int, tuple[str, bool]] = {}
        """Of those seen: the letters, and whether the texts are in the cells."""
        self._pattern: re.Pattern[str] | None = None

    def rows(self, blocks: Iterable[bytes]) -> Iterator[list[str]]:
        """All rows; the blocks must be cut behind the end of a row. Raises TableError."""
        for block in blocks:
            try:
                bodies = block.decode().split("</row>")
            except UnicodeDecodeError as error:
                raise TableError(DAMAGED) from error
            yield from self._rows_of(bodies)

    def _rows_of(self, bodies: list[str]) -> Iterator[list[str]]:
        alike: list[_Found] = []
        for body in bodies:
            found = self._pattern.fullmatch(body) if self._pattern else None
            if found:
                alike.append(found.groups())
            elif "<c " in body:
                yield from self._alike(alike)
                alike = []
                yield from self._single(body)
        yield from self._alike(alike)

    def _alike(self, found: list[_Found]) -> Iterator[list[str]]:
        """The rows that the pattern was found in."""
        if not found:
            return
        numbers, *groups = zip(*found, strict=True)
        columns: list[Sequence[str]] = [[""] * len(found)] * self._width
        for place, column in enumerate(self._columns):
            texts = self._texts.of_column(groups[2 * place], groups[2 * place + 1])
            if 0 <= column - self._first < self._width:
                columns[column - self._first] = texts
        rows = map(list, zip(*columns, strict=True))
        places = [int(number or 0) for number in numbers]
        if places == list(range(self._row + 1, self._row + 1 + len(places))):
            self._row = places[-1]
            yield from rows
            return
        for place, row in zip(places, rows, strict=True):
            yield from self._blank_until(place)
            yield row

    def _blank_until(self, row: int) -> list[list[str]]:
        """The blank rows between the last one and this one, which comes next."""
        blank = row - self._row - 1
        if blank < 0:
            raise TableError(DAMAGED)
        self._row = row
        return [[""] * self._width for _ in range(blank)]

    def _single(self, body: str) -> Iterator[list[str]]:
        """A row in a manner that was not met before, from which the next ones are known."""
        cells = _CELL.findall(body)
        yield from self._blank_until(int(cells[0][1]))
        row = [""] * self._width
        grown = False
        for letters, _, attributes, content in cells:
            column = column_number(letters.encode())
            is_inline = "<is" in content
            grown = grown or column not in self._columns
            self._columns.setdefault(column, (letters, is_inline))
            found = None if is_inline else _VALUE.search(content)
            value = content if is_inline else found[1] if found else None
            place = column - self._first
            if 0 <= place < self._width:
                (row[place],) = self._texts.of_column([attributes], [value])
        if grown and len(self._columns) <= _MOST_COLUMNS:
            self._columns = dict(sorted(self._columns.items()))
            self._pattern = _pattern(self._columns.values())
        yield row


def _pattern(columns: Iterable[tuple[str, bool]]) -> re.Pattern[str]:
    """A whole row: its number, and of each cell that is there the attributes and the value."""
    cells = [
        rf'(?:<c r="{letters}[0-9]{{1,7}}"([^>/]*+)(?:/>|>'
        + ("(<is>.*?</is>)" if is_inline else rf"{_FORMULA}(?:<v>([^<]*+)</v>)?+")
        + r"</c>))?+"
        for letters, is_inline in columns
    ]
    before = r'(?:\s*+<row [^<>]*+/>)*+\s*+<row r="([0-9]{1,7})"[^<>]*+(?<!/)>'
    return re.compile(before + "".join(cells), re.DOTALL)
