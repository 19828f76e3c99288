"""What a person wants to see of a job's rows, and what there is of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

if TYPE_CHECKING:
    from array import array

OrderedBy = Literal["source", "status", "answer"]
"""A column of the table, the outcome, or a column of the answers."""
Trait = Literal[
    "corrected",  # a person has put a value in the place of an answer's
    "changed",  # it was run again, and an answer that gave way said another thing
    "duplicated",  # another row asked exactly the same, and shares its answer
]
TRAITS: tuple[Trait, ...] = get_args(Trait)


@dataclass(frozen=True)
class Order:
    """By which column the rows stand; cells that are empty come last in either direction."""

    by: OrderedBy
    place: int = 0
    """Of the column among those of its kind."""
    descending: bool = False


@dataclass(frozen=True)
class Wish:
    """Rows fulfil all of it; of several outcomes, or several values of a column, one."""

    outcomes: frozenset[str] = frozenset()
    """See results.answer.Outcome, plus "waiting"; none for any."""
    values: tuple[tuple[str, frozenset[str]], ...] = ()
    """Headers of answer columns with the values wanted in them."""
    traits: frozenset[Trait] = frozenset()
    """Only rows that have each of these."""
    text: str = ""
    """Somewhere in an answer or in one of `searched`, without regard to case."""
    searched: tuple[int, ...] = ()
    """The places of columns of the table."""
    order: Order | None = None
    """None for the order of the table."""

    @property
    def narrows(self) -> bool:
        """Whether it asks for anything that a row may lack."""
        return bool(self.outcomes or self.values or self.traits or self.text.strip())


@dataclass(frozen=True)
class ValueCount:
    """A value of an answer column and how many rows have it."""

    value: str
    rows: int


@dataclass(frozen=True)
class ColumnCounts:
    """The values of an answer column that is worth counting; see `coding.Coded.repeats`."""

    header: str
    values: tuple[ValueCount, ...]
    """The most frequent first; values of a list in its order."""
    others: int = 0
    """How many more values there are."""


@dataclass(frozen=True)
class Seen:
    """The rows that fulfil a wish, and counts that tell what a further wish would find.

    Each count is of the rows that fulfil everything else that is wished for.
    """

    places: "array[int] | None"
    """Of rows within the job, in the order wished for; None for all as they stand."""
    rows: int
    """How many those are."""
    outcomes: Mapping[str, int]
    traits: Mapping[Trait, int]
    """Only those that some row of the job has."""
    columns: tuple[ColumnCounts, ...]
