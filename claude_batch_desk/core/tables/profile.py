"""What the columns of a table hold: counted in full while it is read, told in a few numbers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Look = Literal["empty", "text", "number", "date", "category", "url", "path", "email"]
Personal = Literal["", "name", "email", "phone", "account"]


@dataclass(frozen=True)
class CommonValue:
    """A value that stands in several rows."""

    text: str
    """Cut to profiler.SHOWN characters."""
    rows: int


@dataclass(frozen=True)
class ColumnProfile:
    """What one column holds. Lengths are in characters."""

    name: str
    filled: int
    """Rows with a value; the others are `empty`."""
    empty: int
    distinct: int
    """Different values, not counting the empty one."""
    distinct_is_estimate: bool
    """More different values than are kept: `distinct` is within some 5 % then, and within a
    third in a table of thousands of columns."""
    longest: int
    typical: int
    """The median length of the values."""
    commonest: tuple[CommonValue, ...]
    """Values that repeat, with their exact counts, the commonest first. Where `distinct` is an
    estimate, a value that turns up late in the table may be missing."""
    looks_like: Look
    personal: Personal
    """What the header or the values suggest that the column tells of people; "" for nothing."""

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> "ColumnProfile":
        """The profile of which this is the JSON."""
        values = tuple(CommonValue(**each) for each in found["commonest"])
        return cls(**{**found, "commonest": values})
