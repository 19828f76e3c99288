"""Contents: what a file is to hold besides the answers with their status and reason."""

from dataclasses import dataclass
from typing import Literal

RowsWanted = Literal["all", "ran", "answered", "open"]
"""All of the table, those of the job, and of these those answered as asked for or still open."""


@dataclass(frozen=True)
class Contents:
    """What is to be in a file besides the answers with their status and reason."""

    rows: RowsWanted = "all"
    columns: tuple[str, ...] | None = None
    """Of the table, in its order; None for all."""
    raw: bool = False
    """A column with the text of each answer just as it came."""
    versions: bool = False
    """A column with the version of the prompt that answered each row."""
    separator: str = ","
    """Between the cells of a .csv file."""
    about: bool = False
    """A sheet on where the answers come from; of no meaning but in a copy of the original."""


EVERYTHING = Contents()
