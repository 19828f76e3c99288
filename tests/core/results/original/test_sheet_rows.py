"""Whatever a sheet looks like: no byte of it is lost, and each answer stands in its row."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claude_batch_desk.core.errors import ExportError
from claude_batch_desk.core.results.original.areas import area_of, letters
from claude_batch_desk.core.results.original.place import Place, Rows
from claude_batch_desk.core.results.original.sheet_copy import Addition, SheetCopy
from claude_batch_desk.core.results.original.sheet_rows import SheetRows

MAIN = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
FIRST, WIDTH, DEEPEST = 5, 2, 12
Draw = st.DrawFn
Where = dict[tuple[int, int], str]


@dataclass(frozen=True)
class Plain:
    """Makes cells of the texts, where there are any."""

    prefix: str

    def header(self, row: int, texts: Sequence[str], style: int) -> list[str]:
        """No different."""
        return self.row(row, texts, style)

    def row(self, row: int, texts: Sequence[str], neighbour: int) -> list[str]:
        """As NewCells does, but for looks."""
        p = self.prefix
        return [
            f'<{p}c r="{letters(FIRST + at)}{row}" s="{neighbour}"><{p}v>{text}</{p}v></{p}c>'
            if text
            else ""
            for at, text in enumerate(texts)
        ]


@st.composite
def sheets(draw: Draw) -> bytes:
    """A sheet of up to four columns in use, in any of the manners that programs write."""
    prefix = draw(st.sampled_from([b"", b"x:"]))
    space = draw(st.sampled_from([b"", b"\n  "]))
    numbers = sorted(draw(st.sets(st.integers(1, DEEPEST), max_size=8)))
    tells = draw(st.booleans()) or numbers != list(range(1, len(numbers) + 1))
    rows = [draw(_rows(prefix, number, tells=tells)) for number in numbers]
    name = prefix.rstrip(b":")
    root = b'<%bworksheet xmlns%b="%b">' % (prefix, b":" + name if name else b"", MAIN)
    return (
        b"<?xml version='1.0'?><!-- <sheetData> -->"
        + root
        + b"<%bsheetData>" % prefix
        + b"".join(space + row for row in rows)
        + space
        + b"</%bsheetData></%bworksheet>" % (prefix, prefix)
    )


@st.composite
def _rows(draw: Draw, prefix: bytes, number: int, *, tells: bool) -> bytes:
    place = b' r="%d"' % number if tells else b""
    more = draw(st.sampled_from([b"", b' spans="1:4"', b" ht='30'", b' a="x>y"']))
    columns = sorted(draw(st.sets(st.integers(1, FIRST + WIDTH + 1), max_size=6)))
    if not columns and draw(st.booleans()):
        return b"<%brow%b%b/>" % (prefix, place, more)
    tells_cells = draw(st.booleans()) or columns != list(range(1, len(columns) + 1))
    small = draw(st.booleans())
    names = {each: letters(each).lower() if small else letters(each) for each in columns}
    cells = b"".join(
        draw(_cells(prefix, b' r="%b%d"' % (names[each].encode(), number), each))
        if tells_cells
        else draw(_cells(prefix, b"", each))
        for each in columns
    )
    return b"<%brow%b%b>%b</%brow>" % (prefix, place, more, cells, prefix)


@st.composite
def _cells(draw: Draw, prefix: bytes, place: bytes, column: int) -> bytes:
    style = draw(st.sampled_from([b"", b' s="3"']))
    filled = column < FIRST and draw(st.booleans())
    if filled:
        value = b"<%bv>%d</%bv>" % (prefix, column, prefix)
        return b"<%bc%b%b>%b</%bc>" % (prefix, place, style, value, prefix)
    empty = draw(st.sampled_from([b"<%bc%b%b/>", b"<%bc%b%b></%bc>"]))
    parts = (prefix, place, style)
    return empty % (parts if empty.count(b"%b") == len(parts) else (*parts, prefix))


def in_blocks(sheet: bytes, size: int) -> Iterator[bytes]:
    for at in range(0, len(sheet), size):
        yield sheet[at : at + size]


def cells_of(sheet: bytes) -> Where:
    """Every cell by its place, with its value."""
    found: Where = {}
    number = 0
    for row in ET.fromstring(sheet)[0]:  # noqa: S314 - we wrote it
        number = int(row.get("r") or number + 1)
        column = 0
        for cell in row:
            area = area_of(cell.get("r", ""))
            column = area.left if area else column + 1
            assert area is None or area.top == number
            assert (number, column) not in found
            found[number, column] = "".join(cell.itertext())
    return found


@given(sheet=sheets(), size=st.integers(1, 400))
def test_no_byte_is_lost_however_the_sheet_comes(sheet: bytes, size: int) -> None:
    rows = SheetRows(in_blocks(sheet, size))
    body = b"".join(b"".join((row.gap, row.tag, row.body, row.close)) for row in rows)
    assert rows.head + body + rows.tail == sheet


@given(
    sheet=sheets(),
    size=st.integers(1, 400),
    first=st.integers(1, DEEPEST),
    texts=st.lists(st.sampled_from(["", "7", "8"]), min_size=2 * 8, max_size=2 * 8),
)
def test_each_answer_stands_in_its_row_and_all_else_stays(
    sheet: bytes, size: int, first: int, texts: list[str]
) -> None:
    rows = SheetRows(in_blocks(sheet, size))
    place = Place(Rows(0, first, 8), FIRST, FIRST + WIDTH - 1, is_beside=True)
    additions = [Addition(first + at, texts[2 * at : 2 * at + 2]) for at in range(8)]
    cells = Plain("x:" if b"<x:sheetData>" in sheet else "")
    copy = SheetCopy(rows, place, cells, 0)
    body = b"".join(copy.rows(additions))
    after = cells_of(rows.head + body + rows.tail)
    new = {
        (each.row, FIRST + at): text
        for each in additions
        for at, text in enumerate(each.texts)
        if text
    }
    before = {where: text for where, text in cells_of(sheet).items() if where not in new}
    assert after == before | new
    assert copy.written == len(additions)


@pytest.mark.parametrize(
    "sheet",
    [
        b"<worksheet><sheetData/></worksheet>",
        b"<worksheet><sheetData><row r='1'>",
        b"<worksheet><sheetData><row r='1'></row>",
        b"<worksheet><sheetData><row r='1'><c></row></sheetData></worksheet>",
        b"<worksheet><sheetData><row r='2'></row><row r='1'></row></sheetData></worksheet>",
        b"<worksheet><sheetData><row r='1'></row >\n<row r='2'></row></sheetData></worksheet>",
        b"<worksheet><sheetData><other/><row r='2'></row></sheetData></worksheet>",
        b"<worksheet><sheetData><row r='1'><?php ?></row></sheetData></worksheet>",
        b"\xff\xfe<\0w\0",
        b"",
    ],
)
def test_what_cannot_be_followed_is_refused(sheet: bytes) -> None:
    with pytest.raises(ExportError, match="unusual way"):
        follow(SheetRows([sheet]))


def follow(rows: SheetRows) -> None:
    for row in rows:
        rows.cells(row)
