"""What a first pass over a delimited text finds: its width, its rows, and what is odd."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from claude_batch_desk.core.errors import TableError
from claude_batch_desk.core.tables.finding import Finding, Places, counted
from claude_batch_desk.core.tables.headers import joined_header, joined_note

TALL = 200
"""Lines; a record that takes more of them is worth a word, as a quotation mark may be missing."""


@dataclass(frozen=True)
class HeaderPlace:
    """The line the header starts in (0: there is none) and how many rows it takes."""

    line: int
    rows: int
    first: int = 0
    """The line of the first row, where lines above it are left out; 0: they are not."""


@dataclass
class Survey:
    """What a first pass over the whole file found; places are line numbers, from 1."""

    header: list[str] | None = None
    second: list[str] | None = None
    """What belongs to the header in the row after it."""
    rows: int = 0
    width: int = 0
    skipped: int = 0
    """Records with cells above the header."""
    between: Counter[int] = field(default_factory=Counter)
    """Records between the header and the first row, by how many cells they have."""
    lengths: dict[int, Places] = field(default_factory=dict)
    """Where the rows of each length are, but for blank lines."""
    blank: Places = field(default_factory=Places)
    tall: Places = field(default_factory=Places)

    def take(self, line: int, last: int, record: list[str], place: HeaderPlace) -> None:
        """Note a record that takes the lines from `line` up to `last`."""
        cells = len(record)
        usual = self.lengths.get(cells)
        if usual and usual.is_full and last - line <= TALL:
            # As thousands of rows before: all that is left is to count it.
            usual.count += 1
            self.rows += 1
            return
        if not cells:
            self.blank.add(line)
            return
        is_row = self._is_row(line, last, record, place)
        if last - line > TALL:
            self.tall.add(line, self.rows if is_row else None)
        if not is_row:
            return
        if cells not in self.lengths:
            self.lengths[cells] = Places()
        self.lengths[cells].add(line, self.rows)
        self.rows += 1

    def _is_row(self, line: int, last: int, record: list[str], place: HeaderPlace) -> bool:
        """False for a record above the header, in it or below it, which is taken note of."""
        if line < place.line:
            self.skipped += 1
            return False
        in_header = self._is_header(record, place)
        if in_header and 0 < place.first <= last:
            raise TableError(
                f"The first row cannot be in line {place.first:,}, as the header goes on to "
                f"line {last:,}. Choose a line below it."
            )
        if not in_header and line < place.first:
            self.between[len(record)] += 1
            return False
        self.width = max(self.width, len(record))
        return not in_header

    def _is_header(self, record: list[str], place: HeaderPlace) -> bool:
        """True where a record belongs to the header, which then has it."""
        if place.line and self.header is None:
            self.header = record
        elif place.line and place.rows > 1 and self.second is None:
            self.second = record
        else:
            return False
        return True

    @property
    def is_even(self) -> bool:
        """Every record has as many cells as every other; there is nothing else."""
        odd = self.blank.count + self.skipped
        headers = {len(each) for each in (self.header, self.second) if each is not None}
        return not odd and headers | set(self.lengths) | set(self.between) <= {self.width}

    @property
    def above(self) -> int:
        """Records that are not blank and no rows."""
        headers = (self.header is not None) + (self.second is not None)
        return self.skipped + headers + self.between.total()

    @property
    def names(self) -> list[str]:
        """The header as one row; empty where there is none."""
        if self.second is None:
            return self.header or []
        return joined_header(self.header or [], self.second)

    def _where(self, wanted: Callable[[int], bool]) -> Places:
        """The rows whose number of cells is wanted."""
        return Places.joined([places for cells, places in self.lengths.items() if wanted(cells)])

    def notes(self, columns: Sequence[str]) -> list[str]:
        """Sentences about what is not in the rows."""
        notes = []
        if self.second is not None:
            notes.append(joined_note(columns))
        if self.skipped:
            notes.append(f"{counted(self.skipped, 'line', 'lines')} above the header left out.")
        if self.between:
            lines = counted(self.between.total(), "line", "lines")
            where = "between the header and" if self.names else "above"
            notes.append(f"{lines} {where} the first row left out.")
        if self.blank.count:
            lines = counted(self.blank.count, "blank line", "blank lines")
            notes.append(f"{lines} left out (line {self.blank}).")
        return notes

    def findings(self, columns: Sequence[str]) -> list[Finding]:
        """What is odd about some rows."""
        expected = len(self.names) or self.width
        longer = self._where(lambda cells: cells > expected)
        shorter = self._where(lambda cells: cells < expected)
        found = []
        if longer.count:
            first, last = columns[expected], columns[-1]
            kept = f"“{first}”" if first == last else f"“{first}” to “{last}”"
            rows = counted(longer.count, "row has", "rows have")
            found.append(
                longer.finding(
                    "ragged",
                    f"{rows} more cells than the header has names (line {longer}). The cells "
                    f"beyond it are in {kept}.",
                )
            )
        if shorter.count:
            rows = counted(shorter.count, "row has", "rows have")
            found.append(
                shorter.finding(
                    "ragged",
                    f"{rows} fewer cells than the table (line {shorter}). The missing ones are "
                    "empty.",
                )
            )
        if self.tall.count:
            rows = counted(self.tall.count, "row takes", "rows take")
            found.append(
                self.tall.finding(
                    "unclosed",
                    f"{rows} more than {TALL} lines of the file (line {self.tall}). A quotation "
                    "mark may be missing there.",
                )
            )
        return found
