"""Findings: what in a table is worth a look before it costs, with the rows it is in."""

from array import array
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

FindingKind = Literal[
    "ragged",
    "unclosed",
    "blank",
    "repeated",
    "error",
    "formula",
    "long",
    "cut",
    "absent",
    "encrypted",
    "damaged",
    "unsupported",
    "oversized",
    "scanned",
    "shortened",
    "animated",
    "misnamed",
    "duplicate",
]
"""Rows with more or fewer cells than the header; that take very many lines of the file; without a
value; equal to an earlier one; with an error value; with a formula that has no result in the
file; with a very long text; with a text that was perhaps cut off.
Of documents: that are not there, or outside their folder; that are encrypted; that cannot be read;
of a kind that cannot be sent; larger than the service takes; that are pictures of pages, without
text; of which the text was cut; that move; that are not what their name says; that another row has
as well."""

MAX_ROWS = 1_000
"""So many row numbers of a finding are kept; its count goes on."""


@dataclass(frozen=True)
class Finding:
    """Something odd about some rows."""

    kind: FindingKind
    sentence: str
    """For the person; its row numbers count from 1, and its line numbers are of the file."""
    count: int
    """How many rows it is about, where more than are kept have been counted."""
    rows: tuple[int, ...]
    """The first of them, ascending; the row after the header is 0."""

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> "Finding":
        """The finding of which this is the JSON."""
        return cls(**{**found, "rows": tuple(found["rows"])})


class Places:
    """Counts where something was found, keeps the first rows, and names the first few places."""

    _SHOWN = 5

    def __init__(self) -> None:
        self.count = 0
        self._first: list[int] = []
        self._rows = array("q")

    def add(self, place: int, row: int | None = None) -> None:
        """Remember a place as a person counts it, such as a line, and the row it is in, if any."""
        self.count += 1
        if len(self._first) < self._SHOWN:
            self._first.append(place)
        if row is not None and len(self._rows) < MAX_ROWS:
            self._rows.append(row)

    def add_row(self, row: int) -> None:
        """Remember a row of the table, which a person counts from 1."""
        self.add(row + 1, row)

    @property
    def is_full(self) -> bool:
        """No more rows are kept; only their count goes on."""
        return len(self._rows) >= MAX_ROWS

    @property
    def rows(self) -> tuple[int, ...]:
        """The first rows."""
        return tuple(self._rows)

    @classmethod
    def joined(cls, parts: Iterable["Places"]) -> "Places":
        """All these places in one, in order."""
        whole = cls()
        rows: list[int] = []
        for part in parts:
            whole.count += part.count
            whole._first += part._first  # noqa: SLF001 - its own class
            rows += part._rows  # noqa: SLF001 - its own class
        whole._first = sorted(whole._first)[: cls._SHOWN]
        whole._rows = array("q", sorted(rows)[:MAX_ROWS])
        return whole

    def finding(self, kind: FindingKind, sentence: str) -> Finding:
        """These places as a finding."""
        return Finding(kind, sentence, self.count, self.rows)

    def __str__(self) -> str:
        shown = ", ".join(f"{number:,}" for number in self._first)
        rest = self.count - len(self._first)
        return f"{shown} and {rest:,} more" if rest else shown


def counted(number: int, one: str, many: str) -> str:
    """The number with the noun that fits it."""
    return f"{number:,} {one if number == 1 else many}"
