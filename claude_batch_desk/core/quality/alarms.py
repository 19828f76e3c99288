"""Alarms: what in the answers of a few rows, or of all, looks as if the prompt went wrong.

Each is a sentence with its number and the rows it is about. They say where to look and prove
nothing: rows may be as alike as their answers.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, Protocol

AlarmKind = Literal[
    "same",  # one answer to most rows
    "blank",
    "refused",
    "cut_off",
    "outside",  # none of the allowed values, or not in the form asked for
    "language",  # another one than most answers are in
    "parrot",  # an answer repeats what every row is asked
    "length",  # several times as long as usual
    "failed",  # the service failed on the row
]
AlarmTone = Literal["warning", "note"]

_SHOWN = 60
"""Characters of an answer."""


@dataclass(frozen=True)
class Reply:
    """What came back for one row, with its answer read."""

    row: int
    outcome: str
    """See results.answer.Outcome."""
    values: tuple[str, ...]
    """The text of each answer column, or of the one answer where there are none."""


@dataclass(frozen=True)
class Alarm:
    """One thing to look at."""

    kind: AlarmKind
    text: str
    """A sentence or two, with its number."""
    rows: tuple[int, ...]
    """All it is about, from 0."""
    tone: AlarmTone = "warning"


class Check(Protocol):
    """Takes replies one by one, and says in the end what is wrong with them."""

    def take(self, reply: Reply) -> None:
        """Look at one more."""
        ...

    def alarms(self) -> Iterator[Alarm]:
        """What was found."""
        ...


def rows_said(count: int, total: int) -> str:
    """So many of all the rows, such as: 3 of 20 rows (15 %)."""
    if total == 1:
        return "1 of 1 row"
    return f"{count:,} of {total:,} rows ({100 * count / total:.0f} %)"


def cut(text: str) -> str:
    """The beginning of an answer, on one line."""
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN else f"{line[: _SHOWN - 1].rstrip()}…"
