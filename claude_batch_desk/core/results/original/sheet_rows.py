"""The markup of a sheet, row by row, in constant memory and without losing a byte of it."""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import chain, pairwise
from typing import NamedTuple

from claude_batch_desk.core.errors import ExportError
from claude_batch_desk.core.results.original.markup import (
    ATTRIBUTES,
    UNUSUAL,
    Markup,
    Tag,
    check_encoding,
)
from claude_batch_desk.core.tables.workbooks.sheet_scan import column_number

_LONGEST_ROW = 64 * 1024**2
_MOST_AROUND = 256 * 1024**2
"""Bytes before the first row, or behind the last."""
_NUMBER = re.compile(rb"""\sr\s*+=\s*+["']([0-9]{1,7})["']""")
_PLACE = re.compile(rb"""\sr\s*+=\s*+["']([A-Za-z]{1,3})[0-9]{1,7}["']""")
_STYLE = re.compile(rb"""\ss\s*+=\s*+["']([0-9]{1,6})["']""")
_SPANS = re.compile(rb"""(\sspans\s*+=\s*+["'](?:[0-9: ]*?[ ])?[0-9]++:)([0-9]++)(?=["'])""")


class Cell(NamedTuple):
    """A cell's place in the markup of its row. There may be millions."""

    column: int
    """From 1."""
    style: int
    start: int
    end: int
    is_filled: bool
    """It has a value, a text or a formula."""


class Row(NamedTuple):
    """One row; its markup is `gap`, `tag`, `body` and `close` one after the other."""

    number: int
    """As the sheet counts, from 1."""
    gap: bytes
    tag: bytes
    body: bytes
    close: bytes
    """b"" where the tag is its own end."""

    def spanning(self, last: int) -> bytes:
        """The tag, whose hint at the columns in use, if it has one, goes up to the last."""
        return _SPANS.sub(lambda found: found[1] + b"%d" % max(int(found[2]), last), self.tag)


class SheetRows:
    """Gives `head`, then the rows, then `tail`, which together are the whole sheet.

    `head` ends with the start tag of the rows; it is there once the first row was asked for, and
    `tail` after the last. All tags have the `prefix` of the first one. Raises ExportError where
    the markup cannot be followed with certainty.
    """

    def __init__(self, blocks: Iterable[bytes]) -> None:
        self._blocks = iter(blocks)
        self.prefix = b""
        self.head = b""
        self.tail = b""
        self._last = 0

    def __iter__(self) -> Iterator[Row]:
        self._begin()
        rest = b""
        close = b"</" + self.prefix + b"row>"
        pattern = re.compile(rb"(\s*+)(<%brow(%b)\s*+(/?)>)" % (re.escape(self.prefix), ATTRIBUTES))
        end = b"</" + self.prefix + b"sheetData"
        for block in self._blocks:
            rest += block
            at = rest.rfind(close)
            if at >= 0:
                at += len(close)
                yield from self._rows(rest[:at], pattern, close)
                rest = rest[at:]
            if (found := rest.find(end)) >= 0:
                rows = rest[:found].rstrip()
                yield from self._rows(rows, pattern, close)
                self.tail = self._up_to_the_end(rest[len(rows) :])
                return
            if len(rest) > _LONGEST_ROW:
                raise ExportError(UNUSUAL)
        raise ExportError(UNUSUAL)

    def cells(self, row: Row) -> list[Cell]:
        """All cells of a row."""
        cells = list(_cells(row.body, self.prefix, 0, 0))
        if any(after.column <= cell.column for cell, after in pairwise(cells)):
            raise ExportError(UNUSUAL)
        return cells

    def last_cell(self, row: Row) -> Cell | None:
        """The last cell of a row, found faster than by going through all."""
        at = row.body.rfind(b"<" + self.prefix + b'c r="')
        if at >= 0:
            near = list(_cells(row.body, self.prefix, at, 0))
            if len(near) == 1:
                return near[0]
        return next(reversed(self.cells(row)), None)

    def _begin(self) -> None:
        """Find where the rows begin."""
        head = b""
        for block in self._blocks:
            head += block
            start = _data_tag(head)
            if start is None:
                if len(head) > _MOST_AROUND:
                    break
                continue
            check_encoding(head)
            if start.is_empty:
                break  # a sheet without a row is no table
            self.prefix = start.prefix
            self.head = head[: start.end]
            self._blocks = chain([head[start.end :]], self._blocks)
            return
        raise ExportError(UNUSUAL)

    def _up_to_the_end(self, tail: bytes) -> bytes:
        pieces, length = [tail], len(tail)
        for block in self._blocks:
            pieces.append(block)
            length += len(block)
            if length > _MOST_AROUND:
                raise ExportError(UNUSUAL)
        return b"".join(pieces)

    def _rows(self, text: bytes, pattern: re.Pattern[bytes], close: bytes) -> Iterator[Row]:
        """The rows in a text that ends behind one."""
        if b"<!" in text or b"<?" in text:
            raise ExportError(UNUSUAL)
        *closed, rest = text.split(close)
        for piece in closed:
            found = pattern.match(piece)
            while found and found[4]:
                yield self._row(found, b"", b"")
                found = pattern.match(piece, found.end())
            if not found:
                raise ExportError(UNUSUAL)
            yield self._row(found, piece[found.end() :], close)
        at = 0
        while found := pattern.match(rest, at):
            at = found.end()
            yield self._row(found, b"", b"")
        if rest[at:]:
            raise ExportError(UNUSUAL)

    def _row(self, found: re.Match[bytes], body: bytes, close: bytes) -> Row:
        if b"<" + self.prefix + b"row" in body or bool(found[4]) == bool(close):
            raise ExportError(UNUSUAL)
        told = _NUMBER.search(found[3])
        number = int(told[1]) if told else self._last + 1
        if number <= self._last:
            raise ExportError(UNUSUAL)
        self._last = number
        return Row(number, found[1], found[2], body, close)


def opened(row: Row, prefix: bytes) -> Row:
    """The same row with an end of its own, so that cells can be put into it."""
    if row.close:
        return row
    tag = row.tag[: row.tag.rindex(b"/")].rstrip() + b">"
    return Row(row.number, row.gap, tag, b"", b"</" + prefix + b"row>")


def _data_tag(head: bytes) -> Tag | None:
    """The tag that the rows are in, if it is here; one in a comment is none."""
    if b"sheetData" not in head:
        return None
    markup = Markup(head)
    return None if markup.breaks_off else markup.tag("sheetData")


def _cells(body: bytes, prefix: bytes, at: int, column: int) -> Iterator[Cell]:
    """The cells from a place in a row on; those that do not say theirs come one after the other."""
    pattern = _cell_pattern(prefix)
    close = b"</" + prefix + b"c>"
    while found := pattern.search(body, at):
        place = _PLACE.search(found[1])
        column = column_number(place[1].upper()) if place else column + 1
        style = _STYLE.search(found[1])
        at = found.end()
        is_filled = False
        if not found[2]:
            end = body.find(close, at)
            if end < 0:
                raise ExportError(UNUSUAL)
            is_filled = _has_value(body[at:end], prefix)
            at = end + len(close)
        yield Cell(column, int(style[1]) if style else 0, found.start(), at, is_filled)


@cache
def _cell_pattern(prefix: bytes) -> re.Pattern[bytes]:
    return re.compile(rb"<%bc(%b)\s*+(/?)>" % (re.escape(prefix), ATTRIBUTES))


def _has_value(content: bytes, prefix: bytes) -> bool:
    return any(b"<" + prefix + name in content for name in (b"v", b"f", b"is"))
