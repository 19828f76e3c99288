"""Numbers, styles and errors of workbooks in binary records (.xlsb, and .xls since Excel 97).

The fast reader gives the values of such workbooks, but drops errors and knows no number formats.
Both are found here, in the records that [MS-XLSB] and [MS-XLS] describe.
"""

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from claude_batch_desk.core.tables.formats.number_format import BUILT_IN

ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
    0x2B: "#GETTING_DATA",
}

_REAL = struct.Struct("<d")
_RK = struct.Struct("<I")
_SHORT = struct.Struct("<H")
_PLACE = struct.Struct("<HHH")
_NEW_REAL, _NEW_RK, _NEW_ERROR = map(struct.Struct, ("<IId", "<III", "<IIB"))
_STYLE = 0xFFFFFF
"""The bits of a cell's style in the newer format; above them are flags."""

# Records of [MS-XLSB] 2.3.2.
_ROW, _CELL_RK, _CELL_ERROR, _CELL_REAL, _FORMULA_REAL, _FORMULA_ERROR = 0, 2, 3, 5, 9, 11
_NEW_FORMAT, _NEW_XF, _BOOK, _XFS, _END_XFS = 44, 47, 153, 617, 618
# Records of [MS-XLS] 2.3.2.
_START, _END, _OLD_FORMAT, _OLD_XF, _DATES, _SHEET = 0x809, 0x0A, 0x41E, 0xE0, 0x22, 0x85
_NUMBER, _RK_CELL, _RKS, _FORMULA, _BOOL_ERROR = 0x203, 0x27E, 0xBD, 0x06, 0x205
_EXCEL_97 = 0x600
_LONGEST = 64 * 1024**2
"""Bytes of a record; more is damage."""
_NO_NUMBER = b"\xff\xff"
_IS_ERROR = 2

Record = tuple[int, bytes]
"""Its kind and its content."""


class StyledCell(NamedTuple):
    """A cell that holds a number or an error; places are from 1. There may be millions."""

    row: int
    column: int
    style: int
    value: float | str
    """An error as the sheet shows it."""


@dataclass
class Styles:
    """What the styles of a workbook say about numbers."""

    codes: list[str] = field(default_factory=list)
    """The number format of each style."""
    is_1904: bool = False


def new_records(blocks: Iterable[bytes]) -> Iterator[Record]:
    """The records of a part of an .xlsb file, up to where they break off."""
    rest = b""
    for block in blocks:
        rest += block
        at = 0
        while found := _new_head(rest, at):
            kind, start, length = found
            if start + length > len(rest):
                break
            at = start + length
            yield kind, rest[start:at]
        if found and found[2] > _LONGEST:
            return
        rest = rest[at:]


def _new_head(data: bytes, at: int) -> tuple[int, int, int] | None:
    """Kind, start and length of the record here; None where its head is not all there."""
    try:
        kind = data[at]
        at += 1
        if kind & 0x80:
            kind = kind & 0x7F | data[at] << 7
            at += 1
        length = shift = 0
        while True:
            byte = data[at]
            at += 1
            length |= (byte & 0x7F) << shift
            if byte < 0x80:  # noqa: PLR2004 - the high bit says that more follows
                return kind, at, length
            shift += 7
    except IndexError:
        return None


def new_styles(styles: Iterable[Record], book: Iterable[Record]) -> Styles:
    """The styles of an .xlsb file, from the records of two of its parts."""
    codes, found, in_cells = dict(BUILT_IN), Styles(), False
    for kind, body in styles:
        in_cells = kind == _XFS or (in_cells and kind != _END_XFS)
        if kind == _NEW_FORMAT:
            codes[_SHORT.unpack_from(body)[0]] = body[6:].decode("utf-16-le", "replace")
        elif kind == _NEW_XF and in_cells:
            found.codes.append(codes.get(_SHORT.unpack_from(body, 2)[0], ""))
    found.is_1904 = any(kind == _BOOK and body and body[0] & 1 for kind, body in book)
    return found


def new_text(body: bytes) -> tuple[str, bytes]:
    """A text that stands here behind its length, and what comes after it."""
    (count,) = _RK.unpack_from(body)
    end = _RK.size + 2 * count
    return body[_RK.size : end].decode("utf-16-le", "replace"), body[end:]


def new_cells(records: Iterable[Record]) -> Iterator[StyledCell]:
    """The numbers and errors in the part of a sheet of an .xlsb file."""
    row = 0
    for kind, body in records:
        if kind in (_CELL_REAL, _FORMULA_REAL):
            column, style, number = _NEW_REAL.unpack_from(body)
            yield StyledCell(row, column + 1, style & _STYLE, number)
        elif kind == _CELL_RK:
            column, style, packed = _NEW_RK.unpack_from(body)
            yield StyledCell(row, column + 1, style & _STYLE, rk_number(packed))
        elif kind == _ROW:
            row = _RK.unpack_from(body)[0] + 1
        elif kind in (_CELL_ERROR, _FORMULA_ERROR):
            column, style, error = _NEW_ERROR.unpack_from(body)
            yield StyledCell(row, column + 1, style & _STYLE, ERRORS.get(error, "#UNKNOWN!"))


def rk_number(packed: int) -> float:
    """A number in four bytes: a whole one or half a real one, perhaps in hundredths."""
    if packed & 2:
        whole = packed >> 2
        number = float(whole - (1 << 30) if whole >> 29 else whole)
    else:
        number = float(_REAL.unpack(b"\0\0\0\0" + _RK.pack(packed & ~3 & 0xFFFFFFFF))[0])
    return number / 100 if packed & 1 else number


def old_records(stream: bytes, at: int) -> Iterator[Record]:
    """The records of an .xls file from here up to the end of its part, without what is in it."""
    depth = 0
    while at + 4 <= len(stream):
        kind, length = _SHORT.unpack_from(stream, at)[0], _SHORT.unpack_from(stream, at + 2)[0]
        body = stream[at + 4 : at + 4 + length]
        at += 4 + length
        if kind == _START:
            depth += 1
        if depth == 1:
            yield kind, body
        if kind == _END:
            depth -= 1
            if depth <= 0:
                return


def old_styles(stream: bytes) -> Styles:
    """The styles of an .xls file; none where it is older than Excel 97."""
    codes, found = dict(BUILT_IN), Styles()
    for kind, body in old_records(stream, 0):
        if kind == _START and _SHORT.unpack_from(body)[0] != _EXCEL_97:
            return Styles()
        if kind == _OLD_FORMAT:
            codes[_SHORT.unpack_from(body)[0]] = _old_text(body[2:], _SHORT.size)
        elif kind == _OLD_XF:
            found.codes.append(codes.get(_SHORT.unpack_from(body, 2)[0], ""))
        elif kind == _DATES:
            found.is_1904 = bool(body[0])
    return found


def old_sheet(stream: bytes, name: str) -> int:
    """Where the part of a sheet begins in an .xls file; 0 where there is none of this name."""
    for kind, body in old_records(stream, 0):
        if kind == _SHEET and _old_text(body[6:], 1) == name:
            return int(_RK.unpack_from(body)[0])
    return 0


def _old_text(body: bytes, size: int) -> str:
    """A text behind its length, which takes `size` bytes."""
    count = int.from_bytes(body[:size], "little")
    is_wide = body[size] & 1
    encoded = body[size + 1 : size + 1 + count * (1 + is_wide)]
    return encoded.decode("utf-16-le" if is_wide else "latin-1", "replace")


def old_cells(records: Iterable[Record]) -> Iterator[StyledCell]:
    """The numbers and errors in the part of a sheet of an .xls file."""
    for kind, body in records:
        if kind not in (_NUMBER, _RK_CELL, _RKS, _FORMULA, _BOOL_ERROR):
            continue
        row, column, style = _PLACE.unpack_from(body)
        if kind == _RKS:
            for at in range(4, len(body) - 7, 6):
                style, packed = _SHORT.unpack_from(body, at)[0], _RK.unpack_from(body, at + 2)[0]
                yield StyledCell(row + 1, column + 1 + (at - 4) // 6, style, rk_number(packed))
            continue
        value = _old_value(kind, body[_PLACE.size :])
        if value is not None:
            yield StyledCell(row + 1, column + 1, style, value)


def _old_value(kind: int, body: bytes) -> float | str | None:
    if kind == _RK_CELL:
        return rk_number(_RK.unpack_from(body)[0])
    if kind == _BOOL_ERROR:
        return ERRORS.get(body[0], "#UNKNOWN!") if body[1] else None
    if kind == _FORMULA and body[6:8] == _NO_NUMBER:
        return ERRORS.get(body[2], "#UNKNOWN!") if body[0] == _IS_ERROR else None
    return float(_REAL.unpack_from(body)[0])
