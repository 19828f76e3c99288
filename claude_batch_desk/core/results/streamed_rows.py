"""The rows of a sheet as the XML that a workbook holds, much faster than cell by cell."""

import re
from collections.abc import Sequence
from typing import IO

from claude_batch_desk.core.results.cells import MAX_MARKED_TEXT, TALL, Cells, Look, typed_cell
from claude_batch_desk.core.results.characters import UNWRITABLE, storable

_LINES_IN_SIGHT = 6
_SPECIAL = re.compile(f"[&<>{UNWRITABLE}\ud800-\udfff]|_x")


def escaped(text: str) -> str:
    """The text as it stands between two tags of a sheet."""
    return storable(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _is_simple(text: str) -> bool:
    """Whether no spreadsheet would run it or take a space off it, whatever is between its ends."""
    return len(text) <= MAX_MARKED_TEXT and text[0].isalnum() and text[-1] > " "


def _has_many_lines(texts: Sequence[str]) -> bool:
    return any(text.count("\n") >= _LINES_IN_SIGHT for text in texts)


def column_letters(column: int) -> str:
    """The name of a column (from 0) in a sheet: A, B, …, Z, AA, …."""
    letters, rest = "", column + 1
    while rest:
        rest, digit = divmod(rest - 1, 26)
        letters = chr(ord("A") + digit) + letters
    return letters


class StreamedRows:
    """Writes rows of texts; cells of `typed` columns become numbers and dates where they can."""

    def __init__(
        self, file: IO[str], cells: Cells, widths: Sequence[int], typed: frozenset[int]
    ) -> None:
        """For columns that are so wide, in characters."""
        self._file, self._cells, self._typed = file, cells, typed
        self._columns = [f'<c r="{column_letters(column)}' for column in range(len(widths))]
        self._room = [width * _LINES_IN_SIGHT for width in widths]
        self._plain = cells.index(Look("@"))
        self.written = 0

    def add(self, texts: Sequence[str], *, bold: bool = False) -> None:
        """One more row."""
        number = self.written + 1
        plain = f'{number}" s="{self._plain}" t="inlineStr"><is><t>'
        # Looked at once for the whole row: most hold nothing that a sheet writes otherwise.
        together = "".join(texts)
        clean = _SPECIAL.search(together) is None
        tall = together.count("\n") >= _LINES_IN_SIGHT and _has_many_lines(texts)
        parts = []
        for column, text in enumerate(texts):
            if not text:
                continue
            if len(text) > self._room[column]:
                tall = True
            simple = (clean or _SPECIAL.search(text) is None) and column not in self._typed
            if simple and not bold and _is_simple(text):
                parts.append(f"{self._columns[column]}{plain}{text}</t></is></c>")
            else:
                parts.append(self._columns[column] + self._cell(number, column, text, bold=bold))
        height = f' ht="{TALL}" customHeight="1"' if tall and not bold else ""
        self._file.write(f'<row r="{number}"{height}>{"".join(parts)}</row>')
        self.written = number

    def _cell(self, number: int, column: int, text: str, *, bold: bool) -> str:
        """The rest of a cell, behind its column."""
        if column in self._typed and not bold and (found := typed_cell(text)):
            return f'{number}" s="{self._cells.index(found.look)}"><v>{found.value}</v></c>'
        shown, look = self._cells.fitted(text, number - 1, column, bold=bold)
        return (
            f'{number}" s="{self._cells.index(look)}" t="inlineStr">'
            f'<is><t xml:space="preserve">{escaped(shown)}</t></is></c>'
        )
