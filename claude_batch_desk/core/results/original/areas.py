"""Areas of a sheet, as in A1:F100."""

import re
from dataclasses import dataclass

from claude_batch_desk.core.results.streamed_rows import column_letters
from claude_batch_desk.core.tables.workbooks.sheet_scan import column_number

_AREA = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})(?::\$?([A-Za-z]{1,3})\$?([0-9]{1,7}))?")


@dataclass(frozen=True)
class Area:
    """Columns and rows, from 1, the last ones included."""

    left: int
    top: int
    right: int
    bottom: int

    def reaches(self, first_column: int, last_column: int) -> bool:
        """Whether some of its columns are among these."""
        return self.left <= last_column and self.right >= first_column

    def crosses(self, first_row: int, last_row: int) -> bool:
        """Whether some of its rows are among these."""
        return self.top <= last_row and self.bottom >= first_row

    def __str__(self) -> str:
        first = f"{letters(self.left)}{self.top}"
        last = f"{letters(self.right)}{self.bottom}"
        return first if first == last else f"{first}:{last}"


def area_of(text: str) -> Area | None:
    """The area a text names, or None."""
    found = _AREA.fullmatch(text.strip())
    if not found:
        return None
    left, top = column_number(found[1].upper().encode()), int(found[2])
    if not found[3]:
        return Area(left, top, left, top)
    return Area(left, top, column_number(found[3].upper().encode()), int(found[4]))


def letters(column: int) -> str:
    """What a column, from 1, is called."""
    return column_letters(column - 1)
