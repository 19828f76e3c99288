"""Rows of which it is plain before anything is sent that they will not be answered."""

from collections.abc import Container, Iterator, Mapping, Sequence

from claude_batch_desk.core.jobs.plan import Plan

_NAMED = 3
"""So many rows are named, the rest counted."""


def rows_of(plan: Plan, requests: Container[int]) -> Iterator[tuple[int, int]]:
    """Row number and request of the rows that these requests ask."""
    for row, request in zip(plan.row_numbers, plan.request_of_row, strict=True):
        if request in requests:
            yield row, request


def unsent_warning(rows: Sequence[tuple[int, int]], reasons: Mapping[int, str]) -> str:
    """A sentence or several on rows that cannot be sent; `rows` as of `rows_of`, not empty."""
    count = "1 row is" if len(rows) == 1 else f"{len(rows):,} rows are"
    named = " ".join(f"Row {row + 1:,}: {reasons[request]}" for row, request in rows[:_NAMED])
    return f"{count} not sent and costs nothing. {named}{_and_more(rows)}".replace(
        "are not sent and costs", "are not sent and cost"
    )


def too_long_warning(rows: Sequence[tuple[int, int]], most: int, model: str) -> str:
    """A sentence on rows that are probably longer than the model reads."""
    count = "1 row is" if len(rows) == 1 else f"{len(rows):,} rows are"
    named = ", ".join(f"{row + 1:,}" for row, _ in rows[:_NAMED])
    return (
        f"{count} probably longer than the {most:,} tokens {model} reads; the service refuses "
        f"such, and does not bill them. Row {named}.{_and_more(rows)}"
    )


def _and_more(rows: Sequence[tuple[int, int]]) -> str:
    return f" And {len(rows) - _NAMED:,} more." if len(rows) > _NAMED else ""
