"""Rows of which it is plain before anything is sent that they will not be answered."""

from collections.abc import Container, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Protocol

from claude_batch_desk.core.catalogue import OfferedModel
from claude_batch_desk.core.prompts.checks import Concern

KEPT = 100
"""So many row numbers are kept with a concern."""
_NAMED = 3
"""So many rows are named, the rest counted."""


class Asked(Protocol):
    """Rows that run, and for each the number of the request that asks it."""

    @property
    def row_numbers(self) -> Sequence[int]:
        """The rows, ascending."""
        ...

    @property
    def request_of_row(self) -> Sequence[int]:
        """Of each of them."""
        ...

    @property
    def requests(self) -> int:
        """How many distinct requests they are."""
        ...


@dataclass(frozen=True)
class Foreseen:
    """Requests by their number."""

    unsent: Mapping[int, str]
    """Those that cannot be sent, and why."""
    refused: Mapping[int, str]
    """Those that the service did not count, and why."""
    too_long: AbstractSet[int]
    """Those that are probably longer than the model reads."""


def rows_of(asked: Asked, requests: Container[int]) -> Iterator[tuple[int, int]]:
    """Row number and request of the rows that these requests ask."""
    for row, request in zip(asked.row_numbers, asked.request_of_row, strict=True):
        if request in requests:
            yield row, request


def warn(asked: Asked, foreseen: Foreseen, model: OfferedModel) -> tuple[Concern, ...]:
    """What the person should know who is about to pay for the rest."""
    said: list[Concern] = []
    if foreseen.unsent:
        rows = [*rows_of(asked, foreseen.unsent)]
        cost = "costs" if len(rows) == 1 else "cost"
        begin = f"{_count(rows)} not sent and {cost} nothing."
        said.append(_concern(f"{begin} {_named(rows, foreseen.unsent)}", rows))
    if foreseen.refused:
        rows = [*rows_of(asked, foreseen.refused)]
        begin = f"{_count(rows)} not taken by the service as it looks now, and not billed then."
        said.append(_concern(f"{begin} {_named(rows, foreseen.refused)}", rows))
    if foreseen.too_long:
        rows = [*rows_of(asked, foreseen.too_long)]
        told = (
            f"{_count(rows)} probably longer than the {model.max_input_tokens:,} tokens "
            f"{model.name} reads; the service refuses such, and does not bill them. "
            f"Row {', '.join(f'{row + 1:,}' for row, _ in rows[:_NAMED])}.{_and_more(rows)}"
        )
        said.append(_concern(told, rows))
    return tuple(said)


def _concern(text: str, rows: Sequence[tuple[int, int]]) -> Concern:
    return Concern(text, "data", rows=tuple(row for row, _ in rows[:KEPT]))


def _count(rows: Sequence[tuple[int, int]]) -> str:
    return "1 row is" if len(rows) == 1 else f"{len(rows):,} rows are"


def _named(rows: Sequence[tuple[int, int]], reasons: Mapping[int, str]) -> str:
    named = " ".join(f"Row {row + 1:,}: {reasons[request]}" for row, request in rows[:_NAMED])
    return f"{named}{_and_more(rows)}"


def _and_more(rows: Sequence[tuple[int, int]]) -> str:
    return f" And {len(rows) - _NAMED:,} more." if len(rows) > _NAMED else ""
