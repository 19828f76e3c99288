"""What a first pass over a delimited text finds: its width, its rows, and what is odd."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from claude_batch_desk.core.tables.headers import joined_header, joined_note
from claude_batch_desk.core.tables.opened import Places, counted

TALL = 200
"""Lines; a record that takes more of them is worth a word, as a quotation mark may be missing."""


@dataclass(frozen=True)
class HeaderPlace:
    """The line the header starts in (0: there is none) and how many rows it takes."""

    line: int
    rows: int


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
    lengths: dict[int, Places] = field(default_factory=dict)
    """Where the rows of each length are, but for blank lines."""
    blank: Places = field(default_factory=Places)
    tall: Places = field(default_factory=Places)

    def take(self, line: int, record: list[str], place: HeaderPlace) -> None:
        """Note a record that starts in this line."""
        cells = len(record)
        if not cells:
            self.blank.add(line)
            return
        if line < place.line:
            self.skipped += 1
            return
        self.width = max(self.width, cells)
        if place.line and self.header is None:
            self.header = record
            return
        if place.line and place.rows > 1 and self.second is None:
            self.second = record
            return
        self.rows += 1
        if cells not in self.lengths:
            self.lengths[cells] = Places()
        self.lengths[cells].add(line)

    @property
    def is_even(self) -> bool:
        """Every record has as many cells as every other; there is nothing else."""
        odd = self.blank.count + self.skipped
        headers = {len(each) for each in (self.header, self.second) if each is not None}
        return not odd and headers | set(self.lengths) <= {self.width}

    @property
    def above(self) -> int:
        """Records that are not blank and no rows."""
        return self.skipped + (self.header is not None) + (self.second is not None)

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
        """Sentences about what was found."""
        notes = []
        if self.second is not None:
            notes.append(joined_note(columns))
        if self.skipped:
            notes.append(f"{counted(self.skipped, 'line', 'lines')} above the header left out.")
        notes += self._ragged(columns)
        if self.blank.count:
            notes.append(
                f"{counted(self.blank.count, 'blank line', 'blank lines')} left out "
                f"(line {self.blank})."
            )
        if self.tall.count:
            notes.append(
                f"{counted(self.tall.count, 'row takes', 'rows take')} more than {TALL} lines of "
                f"the file (line {self.tall}). A quotation mark may be missing there."
            )
        return notes

    def _ragged(self, columns: Sequence[str]) -> list[str]:
        notes = []
        expected = len(self.names) or self.width
        longer = self._where(lambda cells: cells > expected)
        if longer.count:
            first, last = columns[expected], columns[-1]
            kept = f"“{first}”" if first == last else f"“{first}” to “{last}”"
            rows = counted(longer.count, "row has", "rows have")
            notes.append(
                f"{rows} more cells than the header has names (line {longer}). The cells beyond "
                f"it are in {kept}."
            )
        shorter = self._where(lambda cells: cells < expected)
        if shorter.count:
            notes.append(
                f"{counted(shorter.count, 'row has', 'rows have')} fewer cells than the table "
                f"(line {shorter}). The missing ones are empty."
            )
        return notes
