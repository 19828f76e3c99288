"""The cells of a workbook: each text comes back as it was, whatever it is, and none runs."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from claude_batch_desk.core.errors import ExportError
from claude_batch_desk.core.results.characters import (
    cut,
    is_live,
    replaced_note,
    storable,
    whole,
)
from claude_batch_desk.core.results.values import day_in

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

MAX_ROWS = 1_048_576
"""Of a sheet, its header included; like the two below a limit of Excel."""
MAX_COLUMNS = 16_384
MAX_CELL = 32_767
"""UTF-16 code units."""
_INDEX = "_get_xf_index"  # where the library numbers a format
FULL_TEXTS = "Full texts"
TALL = 90
"""Points: the height of a row of long texts, six lines."""
WIDE = 60
"""Characters: the width of a column of long texts."""

# Some versions of Excel show a cell that is marked as text and longer than this as #####.
MAX_MARKED_TEXT = 255
_EXACT_DIGITS = 15
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?")
_DATE_PATTERN = "yyyy-mm-dd"
# Before it Excel counts a day that never was, and before 1900 it knows no dates.
_FIRST_DAY = date(1900, 3, 1)
_DAY_NULL = date(1899, 12, 30)


def check_size(rows: int, columns: int) -> None:
    """Raise ExportError where a sheet cannot hold that many rows behind a header, or columns."""
    if rows >= MAX_ROWS:
        raise ExportError(
            f"A sheet holds a header and {MAX_ROWS - 1:,} rows; these are more. Choose CSV."
        )
    if columns > MAX_COLUMNS:
        raise ExportError(f"A sheet holds {MAX_COLUMNS:,} columns; these are more. Choose CSV.")


@cache
def _sheet_class() -> "type[Worksheet]":
    from xlsxwriter.worksheet import Worksheet

    class TextSheet(Worksheet):
        """The library misses an escape behind another, and takes <r>…</r> for its own mark-up."""

        @staticmethod
        def _escape_control_characters(data: str) -> str:
            escaped = storable(data)
            return f"_x003C_{escaped[1:]}" if escaped.startswith("<r>") else escaped

    return TextSheet


class Look(NamedTuple):
    """How a cell is shown; what is `live` stays text even after somebody has edited it.

    A tuple, as it is looked up for every cell.
    """

    pattern: str
    live: bool = False
    bold: bool = False
    wrap: bool = True
    right: bool = False


@dataclass(frozen=True)
class TypedCell:
    """A number as a sheet holds it, a day being one too, and how that shows the text."""

    value: str
    look: Look


def number_in(text: str) -> int | float | None:
    """The number whose one spelling this is; None for any other text."""
    found = _NUMBER.fullmatch(text)
    if not found:
        return None
    digits = len(text) - text.count("-") - text.count(".")
    if digits > _EXACT_DIGITS or (text.startswith("-") and float(text) == 0):
        return None
    return float(text) if found[1] else int(text)


def typed_cell(text: str) -> TypedCell | None:
    """The number or day that shows exactly the text; None for neither."""
    day = day_in(text)
    if day is not None and day >= _FIRST_DAY:
        return TypedCell(str((day - _DAY_NULL).days), Look(_DATE_PATTERN))
    if number_in(text) is None:
        return None
    decimals = len(text.partition(".")[2])
    return TypedCell(text, Look(f"0.{'0' * decimals}" if decimals else "0"))


@dataclass
class Cells:
    """Puts texts and numbers into the sheets of one workbook; rows of a sheet in their order."""

    book: "Workbook"
    _replaced: int = 0
    _overflown: int = 0
    _overflow_row: int = 0
    _overflow: "Worksheet | None" = None
    _formats: "dict[Look, Format]" = field(default_factory=dict)
    _indices: dict[Look, int] = field(default_factory=dict)

    def sheet(self, name: str, headers: Sequence[str] = ()) -> "Worksheet":
        """A new sheet whose header stays in sight."""
        sheet = self.book.add_worksheet(name, _sheet_class())
        sheet.freeze_panes(1, 0)
        sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{MAX_ROWS}"})
        for column, text in enumerate(headers):
            self.text(sheet, 0, column, text, bold=True)
        return sheet

    def line(
        self, sheet: "Worksheet", row: int, column: int, text: str, *, bold: bool = False
    ) -> None:
        """One cell of text in one line, which runs on over the empty cells to its right."""
        shown, look = self.fitted(text, row, column, bold=bold)
        sheet.write_string(row, column, shown, self._format(look._replace(wrap=False)))

    def number(
        self, sheet: "Worksheet", row: int, column: int, number: float, pattern: str
    ) -> None:
        """One cell with a number, shown by that pattern."""
        sheet.write_number(row, column, number, self._format(Look(pattern)))

    def text(
        self, sheet: "Worksheet", row: int, column: int, text: str, *, bold: bool = False
    ) -> None:
        """One cell of text; what is too long for a cell is cut, and whole on the last sheet."""
        if text:
            shown, look = self.fitted(text, row, column, bold=bold)
            sheet.write_string(row, column, shown, self._format(look))

    def over_numbers(self, sheet: "Worksheet", row: int, column: int, header: str) -> None:
        """One cell with a header of ours, which stands over numbers."""
        sheet.write_string(row, column, header, self._format(Look("@", bold=True, right=True)))

    def fitted(self, text: str, row: int, column: int, *, bold: bool = False) -> tuple[str, Look]:
        """What a cell shows of a text, and how; what is too long is whole on the last sheet."""
        shown = whole(text)
        self._replaced += shown != text
        if cut(shown, MAX_CELL)[1]:
            shown = self._shortened(shown, row, column)
        pattern = "@" if len(shown) <= MAX_MARKED_TEXT else "General"
        return shown, Look(pattern, is_live(shown), bold)

    def index(self, look: Look) -> int:
        """The number of a look among the formats of the workbook."""
        if look not in self._indices:
            # The library numbers formats when their first cell is written, which is not its own.
            numbered: Callable[[], int] = getattr(self._format(look), _INDEX)
            self._indices[look] = numbered()
        return self._indices[look]

    def notes(self) -> tuple[str, ...]:
        """Sentences about the texts that are not in their cells as they were."""
        notes = []
        if self._overflown:
            notes.append(
                f"Texts longer than the {MAX_CELL:,} characters a cell holds: {self._overflown:,}. "
                f"They are cut in their cells and whole on the sheet “{FULL_TEXTS}”."
            )
        if self._replaced:
            notes.append(replaced_note(self._replaced))
        return tuple(notes)

    def _format(self, look: Look) -> "Format":
        if look not in self._formats:
            options = {
                "num_format": look.pattern,
                "quote_prefix": look.live,
                "bold": look.bold,
                "valign": "top",
                "text_wrap": look.wrap,
                "align": "right" if look.right else "",
            }
            self._formats[look] = self.book.add_format(options)
        return self._formats[look]

    def _shortened(self, text: str, row: int, column: int) -> str:
        """The beginning of a text, and where the whole is; puts the whole there."""
        if self._overflow is None:
            self._overflow = self.sheet(FULL_TEXTS, ("Row", "Column", "Part", "Text"))
            self._overflow.set_column(3, 3, WIDE)
        self._overflown += 1
        mark = f" […] The whole is on the sheet “{FULL_TEXTS}”, row {self._overflow_row + 2}."
        for part, piece in enumerate(_pieces(text), start=1):
            self._overflow_row += 1
            check_size(self._overflow_row, columns=4)
            for place, cell in enumerate((str(row + 1), str(column + 1), str(part), piece)):
                self.text(self._overflow, self._overflow_row, place, cell)
            self._overflow.set_row(self._overflow_row, TALL)
        return cut(text, MAX_CELL - len(mark))[0] + mark


def _pieces(text: str) -> Iterator[str]:
    while text:
        piece, text = cut(text, MAX_CELL)
        yield piece
