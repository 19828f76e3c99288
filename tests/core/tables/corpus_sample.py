"""What a sample of the corpus is: how its file is made, and what must come of it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from claude_batch_desk.core.tables.table import ReadOptions, Row
from tests.core.tables.reading import AUTO, Read

Make = Callable[[Path], Path]
"""Writes a file into this folder."""


@dataclass(frozen=True)
class Exactly:
    """These columns and rows, and nothing else; each of `said` stands in what is said of it."""

    columns: tuple[str, ...]
    rows: list[Row]
    said: tuple[str, ...] = ()

    def check(self, found: Read) -> None:
        """Fail where something else was read."""
        assert found.columns == self.columns
        assert found.rows == self.rows
        for each in self.said:
            assert any(each in note for note in found.notes), found.notes


@dataclass(frozen=True)
class Like:
    """A table too large to be written down, or one that cannot be known cell by cell."""

    check: Callable[[Read], None]


@dataclass(frozen=True)
class Refused:
    """A sentence with this in it, as a pattern."""

    sentence: str


@dataclass(frozen=True)
class Sample:
    """One awkward file."""

    make: Make
    outcome: Exactly | Like | Refused
    options: ReadOptions = AUTO


def shape(columns: int, rows: int, last: str) -> Like:
    """A table of this size with this text in its last cell."""

    def check(found: Read) -> None:
        assert (len(found.columns), len(found.rows)) == (columns, rows)
        assert {len(row) for row in found.rows} == {columns}
        assert found.rows[-1][-1] == last

    return Like(check)
