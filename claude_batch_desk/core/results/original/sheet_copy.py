"""The original's sheet once more, with cells put into its rows and every other byte kept."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, Protocol

from claude_batch_desk.core.results.original.place import Place
from claude_batch_desk.core.results.original.sheet_rows import Cell, Row, SheetRows, opened

_ROWS_AT_ONCE = 64


class Addition(NamedTuple):
    """The texts that go into the new columns of one row."""

    row: int
    """Of the sheet, from 1."""
    texts: Sequence[str]


class MakesCells(Protocol):
    """What makes the cells of a row; NewCells does."""

    def header(self, row: int, texts: Sequence[str], style: int) -> list[str]:
        """Those of the header."""
        ...

    def row(self, row: int, texts: Sequence[str], neighbour: int) -> list[str]:
        """Those of another row, "" where there is none."""
        ...


class SheetCopy:
    """Puts additions into a sheet; `written` counts those that are in."""

    def __init__(
        self, sheet: SheetRows, place: Place, cells: MakesCells, header_style: int
    ) -> None:
        self._sheet = sheet
        self._place = place
        self._cells = cells
        self._header_style = header_style
        self.written = 0

    def rows(self, additions: Iterable[Addition]) -> Iterator[bytes]:
        """All rows of the sheet, a few at a time; the additions come in their order."""
        pieces: list[bytes] = []
        for piece in self._pieces(iter(additions)):
            pieces.append(piece)
            if len(pieces) >= _ROWS_AT_ONCE:
                yield b"".join(pieces)
                pieces.clear()
        yield b"".join(pieces)

    def _pieces(self, additions: Iterator[Addition]) -> Iterator[bytes]:
        addition = next(additions, None)
        for row in self._sheet:
            while addition is not None and addition.row < row.number:
                yield self._new_row(addition)
                addition = next(additions, None)
            if addition is not None and addition.row == row.number:
                yield self._put(row, addition)
                addition = next(additions, None)
            else:
                yield b"".join((row.gap, row.tag, row.body, row.close))
        while addition is not None:
            yield self._new_row(addition)
            addition = next(additions, None)

    def _new_row(self, addition: Addition) -> bytes:
        """A row that the sheet did not have because nothing was in it."""
        cells = "".join(self._made(addition, 0)).encode()
        if not cells:
            return b""
        prefix = self._sheet.prefix
        return b'<%brow r="%d">%b</%brow>' % (prefix, addition.row, cells, prefix)

    def _put(self, row: Row, addition: Addition) -> bytes:
        last = self._sheet.last_cell(row)
        if last is not None and last.column >= self._place.first:
            return self._put_among(row, addition)
        cells = "".join(self._made(addition, last.style if last else 0)).encode()
        return self._written(row, last.end if last else 0, cells)

    def _written(self, row: Row, at: int, cells: bytes) -> bytes:
        """The row with cells put in at a place of its body."""
        row = opened(row, self._sheet.prefix)
        tag = row.spanning(self._place.last) if b"spans" in row.tag else row.tag
        return b"".join((row.gap, tag, row.body[:at], cells, row.body[at:], row.close))

    def _put_among(self, row: Row, addition: Addition) -> bytes:
        """Put cells into a row that has empty ones in the same columns, or behind them."""
        first = self._place.first
        there = self._sheet.cells(row)
        before = [cell for cell in there if cell.column < first]
        made = self._made(addition, before[-1].style if before else 0)
        within = {cell.column - first: cell for cell in there if first <= cell.column}
        for at, text in enumerate(addition.texts):
            if not text and (cell := within.get(at)):
                made[at] = row.body[cell.start : cell.end].decode()
        return self._replaced(row, before[-1].end if before else 0, within, made)

    def _replaced(
        self, row: Row, start: int, within: dict[int, Cell], made: Sequence[str]
    ) -> bytes:
        ends = [cell.end for at, cell in within.items() if at < len(made)]
        end = max(ends, default=start)
        kept = row._replace(body=row.body[:start] + row.body[end:])
        return self._written(kept, start, "".join(made).encode())

    def _made(self, addition: Addition, neighbour: int) -> list[str]:
        self.written += 1
        if addition.row == self._place.rows.header:
            return self._cells.header(addition.row, addition.texts, self._header_style)
        return self._cells.row(addition.row, addition.texts, neighbour)
