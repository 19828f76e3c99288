"""Where in the original's sheet the answers go."""

from dataclasses import dataclass

from claude_batch_desk.core.errors import ExportError
from claude_batch_desk.core.results.original.areas import Area, letters
from claude_batch_desk.core.results.original.surroundings import Surroundings
from claude_batch_desk.core.tables.table import Reading

MOST_COLUMNS = 16_384
"""Of a sheet; a limit of Excel."""


@dataclass(frozen=True)
class Rows:
    """The rows of a sheet, from 1, that a table was read from."""

    header: int
    """The last row of the header, where the names of new columns go; 0 where there is none."""
    first: int
    count: int

    @property
    def last(self) -> int:
        """The last row."""
        return self.first + self.count - 1

    @property
    def top(self) -> int:
        """The first row that something is put into."""
        return self.header or self.first


@dataclass(frozen=True)
class Place:
    """The rows and the new columns, from 1, the last one included."""

    rows: Rows
    first: int
    last: int
    is_beside: bool
    """They stand right beside the last column in use, so that a spreadsheet sorts them with it."""

    @property
    def columns(self) -> str:
        """As a person calls them: H, or H to K."""
        first, last = letters(self.first), letters(self.last)
        return first if first == last else f"{first} to {last}"

    @property
    def area(self) -> Area:
        """All cells that may be written to."""
        return Area(self.first, self.rows.top, self.last, self.rows.last)


def rows_of(reading: Reading, count: int) -> Rows:
    """Where the rows of a table stand in their sheet, of which none was left out in between."""
    header = reading.header_row + reading.header_rows - 1 if reading.header_row else 0
    return Rows(header, reading.first_row or header + 1, count)


def place_for(rows: Rows, last_column: int, width: int, around: Surroundings) -> Place:
    """The first free columns to the right of everything; raises ExportError beyond the last one."""
    first = last_column + 1
    taken = [*around.taken, *(table.area for table in around.tables)]
    taken = [area for area in taken if area.crosses(rows.top, rows.last)]
    while met := [area for area in taken if area.reaches(first, first + width - 1)]:
        first = max(area.right for area in met) + 1
    last = first + width - 1
    if last > MOST_COLUMNS:
        raise ExportError(
            f"The sheet has no room for {width:,} more columns behind its last one. Nothing was "
            "written. Export a fresh workbook or CSV."
        )
    grown = any(table.area.right == first - 1 for table in around.tables)
    return Place(rows, first, last, is_beside=first == last_column + 1 or grown)
