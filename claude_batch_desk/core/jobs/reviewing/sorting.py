"""Rows in the order of a column, without keeping other threads waiting."""

import heapq
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from math import isfinite
from typing import TypeVar

import orjson

from claude_batch_desk.core.jobs.plan import Plan, rows_by_number
from claude_batch_desk.core.jobs.reviewing.standing import Standing
from claude_batch_desk.core.jobs.reviewing.wish import Order
from claude_batch_desk.core.jobs.rows.conditions import folded
from claude_batch_desk.core.report import Report
from claude_batch_desk.core.tables.table import Table

_AT_ONCE = 20_000
"""Sorting is one step for the interpreter, in which nothing else runs."""
_COMPARED = 120
"""Characters of a text."""
Key = TypeVar("Key", str, float)


def in_order(
    places: Iterable[int], texts: Sequence[str], report: Report, *, descending: bool
) -> "array[int]":
    """The places by their texts, empty ones last; by value where all of them are numbers."""
    filled: list[int] = []
    empty: list[int] = []
    for place in places:
        (filled if texts[place].strip() else empty).append(place)
    numbers = _numbers(filled, texts)
    ordered = (
        _merged(filled, numbers.__getitem__, report, descending=descending)
        if numbers is not None
        else _merged(
            filled, lambda place: folded(texts[place][:_COMPARED]), report, descending=descending
        )
    )
    return array("I", [*ordered, *empty])


def _numbers(places: Iterable[int], texts: Sequence[str]) -> dict[int, float] | None:
    found: dict[int, float] = {}
    try:
        for place in places:
            found[place] = float(texts[place])
    except ValueError:
        return None
    return found if all(map(isfinite, found.values())) else None


def _merged(
    places: Sequence[int], key: Callable[[int], Key], report: Report, *, descending: bool
) -> Iterator[int]:
    """Sorted in pieces that are short, which are then merged."""
    pieces = []
    for first in range(0, len(places), _AT_ONCE):
        report(first, len(places))
        pieces.append(sorted(places[first : first + _AT_ONCE], key=key, reverse=descending))
    for done, place in enumerate(heapq.merge(*pieces, key=key, reverse=descending)):
        if done % _AT_ONCE == 0:
            report(done, len(places))
        yield place


def texts_of_rows(
    table: Table, plan: Plan, standing: Standing, order: Order, report: Report
) -> list[str]:
    """The outcomes, or the cells of a column of the table, by place."""
    if order.by == "status":
        numbers = [str(number) for number in range(256)]
        return [*map(numbers.__getitem__, standing.states)]
    texts = []
    for place, (_, row) in enumerate(rows_by_number(table, plan.row_numbers)):
        if place % _AT_ONCE == 0:
            report(place, plan.rows)
        texts.append(row[order.place])
    return texts


def texts_of_answers(
    written: Iterable[tuple[int, str]], plan: Plan, standing: Standing, at: int, report: Report
) -> list[str]:
    """The values of an answer column by place; `written` are those of AnswerStore."""
    coded = standing.columns[at]
    if coded is not None:
        return [*map(coded.texts.__getitem__, coded.codes)]
    by_request = [""] * plan.requests
    for done, (request, values) in enumerate(written):
        if done % _AT_ONCE == 0:
            report(done, plan.requests)
        by_request[request] = orjson.loads(values)[at][:_COMPARED]
    texts = [*map(by_request.__getitem__, plan.request_of_row)]
    for place, values_now in standing.corrected.items():
        texts[place] = values_now[at]
    return texts
