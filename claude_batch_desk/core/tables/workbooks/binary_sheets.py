"""The looks of numbers in a sheet of a binary workbook, found in its records."""

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from claude_batch_desk.core.errors import TableError
from claude_batch_desk.core.tables.formats.number_format import Look
from claude_batch_desk.core.tables.opened import Alive
from claude_batch_desk.core.tables.sniff import DAMAGED
from claude_batch_desk.core.tables.workbooks import binary_cells
from claude_batch_desk.core.tables.workbooks.binary_cells import StyledCell, Styles
from claude_batch_desk.core.tables.workbooks.package import Package
from claude_batch_desk.core.tables.workbooks.row_texts import RowTexts

_STYLES, _BOOK = "xl/styles.bin", "xl/workbook.bin"
_STREAM = "Workbook"
_SHEET = 156
"""The record of [MS-XLSB] that names a sheet."""


@dataclass(frozen=True)
class BinarySheet:
    """The styles of a workbook, and the numbers and errors of one of its sheets."""

    styles: Styles
    cells: Iterator[StyledCell]


def binary_sheet(
    path: Path, package: Package | None, name: str, alive: Alive
) -> BinarySheet | None:
    """A sheet by its name; None where its records cannot be told.

    `package` is None for an .xls file. Raises TableError where the records are damaged.
    """
    with _damage_told():
        return _new_sheet(package, name, alive) if package else _old_sheet(path, name)


@contextmanager
def _damage_told() -> Iterator[None]:
    try:
        yield
    except (struct.error, IndexError) as error:
        raise TableError(DAMAGED) from error


def _new_sheet(package: Package, name: str, alive: Alive) -> BinarySheet | None:
    part = _part(package, name)
    if not part or not package.has(part) or not package.has(_STYLES):
        return None
    styles, book, cells = (
        binary_cells.new_records(_blocks(package, each, alive)) for each in (_STYLES, _BOOK, part)
    )
    return BinarySheet(binary_cells.new_styles(styles, book), binary_cells.new_cells(cells))


def _blocks(package: Package, part: str, alive: Alive) -> Iterator[bytes]:
    for block in package.blocks(part):
        alive()
        yield block


def _part(package: Package, name: str) -> str:
    """The name of the part that holds a sheet, or ""."""
    for kind, body in binary_cells.new_records(package.blocks(_BOOK)):
        if kind == _SHEET:
            key, rest = binary_cells.new_text(body[8:])
            if binary_cells.new_text(rest)[0] == name:
                return package.related(key)
    return ""


def _old_sheet(path: Path, name: str) -> BinarySheet | None:
    from olefile import OleFileIO

    try:
        with OleFileIO(str(path)) as opened:
            stream = opened.openstream(_STREAM).read()
    except OSError:
        return None  # older than Excel 97, or odd in a way that the fast reader can do with
    styles, start = binary_cells.old_styles(stream), binary_cells.old_sheet(stream, name)
    if not styles.codes or not start:
        return None
    return BinarySheet(styles, binary_cells.old_cells(binary_cells.old_records(stream, start)))


class BinaryOverlay(RowTexts):
    """The texts of the cells that look other than their value, row by row in sheet order."""

    def __init__(
        self, cells: Iterator[StyledCell], looks: dict[int, Look], unknown: set[int]
    ) -> None:
        self._looks, self._unknown = looks, unknown
        self.unknown_cells = 0
        """Numbers whose format cannot be followed."""
        super().__init__(self._found(cells))

    def _found(self, cells: Iterator[StyledCell]) -> Iterator[tuple[int, int, str]]:
        with _damage_told():
            for cell in cells:
                if isinstance(cell.value, str):
                    yield cell.row, cell.column, cell.value
                    continue
                self.unknown_cells += cell.style in self._unknown
                look = self._looks.get(cell.style)
                if look:
                    yield cell.row, cell.column, look(cell.value)
