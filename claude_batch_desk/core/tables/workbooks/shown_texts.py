"""What the cells of an .ods file show: the texts that the file keeps beside the values.

The fast reader gives the values. The file also has each as it looked where it was saved, in the
language and with the separators of that country; this finds those of numbers, dates, times and
errors, in constant memory.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NoReturn
from xml.parsers.expat import ExpatError, ParserCreate

from claude_batch_desk.core.errors import TableError
from claude_batch_desk.core.tables.headers import MAX_COLUMNS
from claude_batch_desk.core.tables.opened import Alive
from claude_batch_desk.core.tables.sniff import DAMAGED

_OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0 "
_TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0 "
_TEXT = "urn:oasis:names:tc:opendocument:xmlns:text:1.0 "
_CALC = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0 "
_SHEET, _ROW = _TABLE + "table", _TABLE + "table-row"
_CELLS = (_TABLE + "table-cell", _TABLE + "covered-table-cell")
_SHOWN = ("float", "percentage", "currency", "date", "time")
_ERROR = "error"
_SPACES = {_TEXT + "tab": "\t", _TEXT + "line-break": "\n"}


@dataclass
class _Cell:
    """A cell that is being read."""

    depth: int
    is_shown: bool
    columns: int
    paragraphs: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Rows:
    """Rows that show the same, from the `first` to the `last`, with their columns and texts."""

    first: int
    last: int
    texts: list[tuple[int, str]]


class ShownTexts:
    """The texts of one sheet, row by row. Raises TableError where the XML is damaged."""

    unknown_cells = 0

    def __init__(self, blocks: Iterable[bytes], sheet: str, alive: Alive) -> None:
        self._rows = _parsed(blocks, _Reader(sheet), alive)
        self._next = next(self._rows, None)

    def of_row(self, row: int) -> list[tuple[int, str]]:
        """Column and text of the cells of this row (both from 1); rows must be asked in order."""
        while self._next and self._next.last < row:
            self._next = next(self._rows, None)
        return self._next.texts if self._next and self._next.first <= row else []


def _parsed(blocks: Iterable[bytes], reader: "_Reader", alive: Alive) -> Iterator[_Rows]:
    parser = ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    parser.EntityDeclHandler = _refuse
    try:
        for block in blocks:
            alive()
            parser.Parse(block, False)
            yield from reader.taken()
            if reader.is_through:
                return
    except ExpatError as error:
        raise TableError(DAMAGED) from error


def _refuse(*_declaration: object) -> NoReturn:
    raise TableError(DAMAGED)


class _Reader:
    """Takes what the parser meets, and keeps the rows of one sheet until they are taken."""

    def __init__(self, sheet: str) -> None:
        self._sheet = sheet
        self._depth = self._inside = 0
        self._row = self._column = 0
        self._repeats = 1
        self._cell: _Cell | None = None
        self._in_paragraph = False
        self._texts: list[tuple[int, str]] = []
        self._ready: list[_Rows] = []
        self.is_through = False
        """The sheet is at its end."""

    def taken(self) -> list[_Rows]:
        """The rows since this was asked last."""
        ready, self._ready = self._ready, []
        return ready

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        self._depth += 1
        if tag == _SHEET and attributes.get(_TABLE + "name") == self._sheet:
            self._inside = self._depth
        elif not self._inside:
            return
        elif tag == _ROW:
            self._column, self._texts = 0, []
            self._repeats = _number(attributes.get(_TABLE + "number-rows-repeated"))
        elif tag in _CELLS and self._cell is None:
            self._cell = self._begun(attributes)
        elif self._cell and self._cell.is_shown:
            self._start_in_cell(self._cell, tag, attributes)

    def _begun(self, attributes: dict[str, str]) -> _Cell:
        is_error = attributes.get(_CALC + "value-type") == _ERROR
        is_shown = is_error or attributes.get(_OFFICE + "value-type") in _SHOWN
        repeats = _number(attributes.get(_TABLE + "number-columns-repeated"))
        return _Cell(self._depth, is_shown, repeats)

    def _start_in_cell(self, cell: _Cell, tag: str, attributes: dict[str, str]) -> None:
        # Deeper paragraphs are those of comments and drawings.
        if tag == _TEXT + "p" and self._depth == cell.depth + 1:
            cell.paragraphs.append("")
            self._in_paragraph = True
        elif tag == _TEXT + "s":
            self.text(" " * min(_number(attributes.get(_TEXT + "c")), MAX_COLUMNS))
        elif tag in _SPACES:
            self.text(_SPACES[tag])

    def text(self, text: str) -> None:
        """Some characters."""
        if self._in_paragraph and self._cell:
            self._cell.paragraphs[-1] += text

    def end(self, tag: str) -> None:
        """An element ends."""
        if self._cell and self._depth == self._cell.depth:
            self._end_cell(self._cell)
        elif self._cell and self._depth == self._cell.depth + 1:
            self._in_paragraph = False
        elif self._inside and tag == _ROW:
            first, self._row = self._row + 1, self._row + self._repeats
            if self._texts:
                self._ready.append(_Rows(first, self._row, self._texts))
        elif self._inside == self._depth:
            self.is_through = True
            self._inside = 0
        self._depth -= 1

    def _end_cell(self, cell: _Cell) -> None:
        text = "\n".join(cell.paragraphs)
        if cell.is_shown and text:
            columns = range(self._column + 1, self._column + 1 + min(cell.columns, MAX_COLUMNS))
            self._texts += [(column, text) for column in columns]
        self._column += cell.columns
        self._cell, self._in_paragraph = None, False


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() else 1
