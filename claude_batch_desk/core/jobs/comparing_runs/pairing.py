"""Pairing: which row of one run is which row of the other."""

from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from claude_batch_desk.core.errors import SelectionError
from claude_batch_desk.core.jobs.increment.keys import Side, keys_of
from claude_batch_desk.core.jobs.plan import rows_by_number
from claude_batch_desk.core.jobs.quality.labelling import digest_of
from claude_batch_desk.core.report import Report

How = Literal[
    "table",  # both runs are of the same table
    "cells",  # all cells of a row are the same
    "key",  # a column that tells rows apart has the same value
]
_REPORT_EVERY = 2_048


@dataclass(frozen=True)
class Paired:
    """Rows that both runs have, as places in each run's rows; both of the same length."""

    how: How
    before: "array[int]"
    """Ascending."""
    after: "array[int]"
    key: str = ""
    """The column, where that is how."""


def pair_rows(before: Side, after: Side, key: str, report: Report) -> Paired:
    """The rows of two runs that are the same.

    By the `key` where one is named; else by their numbers where the table is the same, else by
    their cells, else by the column that most likely tells rows apart. Of rows with equal cells
    the first is paired with the first. Raises SelectionError where no row is in both.
    """
    if key:
        return _by_key(before, after, key, report)
    if before.table.id == after.table.id:
        return _filled(_matched("table", enumerate(before.rows), enumerate(after.rows)))
    if before.table.columns == after.table.columns:
        found = _matched("cells", _digests(before, report), _digests(after, report))
        if found.before:
            return found
    return _by_key(before, after, "", report)


def _by_key(before: Side, after: Side, wanted: str, report: Report) -> Paired:
    if wanted and not (wanted in before.table.columns and wanted in after.table.columns):
        raise SelectionError(f"“{wanted}” is not a column of both tables. Name another one.")
    keys = keys_of(before, after, wanted, report)
    if wanted and wanted not in keys:
        raise SelectionError(
            f"“{wanted}” does not tell rows apart: a value is in several rows, or missing in one. "
            "Name another column."
        )
    for name in [wanted] if wanted else keys:
        there, here = keys[name]
        found = _matched("key", enumerate(there), enumerate(here), name)
        if found.before:
            return found
    return _filled(Paired("key", array("I"), array("I")))


def _filled(found: Paired) -> Paired:
    if not found.before:
        raise SelectionError(
            "These two jobs have no row in common, so there is nothing to compare. Where rows "
            "differ in some cells, name a column that tells them apart."
        )
    return found


def _matched(
    how: How,
    before: Iterator[tuple[int, object]],
    after: Iterator[tuple[int, object]],
    key: str = "",
) -> Paired:
    places: dict[object, list[int]] = {}
    for place, mark in after:
        places.setdefault(mark, []).append(place)
    for waiting in places.values():
        waiting.reverse()
    found = Paired(how, array("I"), array("I"), key)
    for place, mark in before:
        if left := places.get(mark):
            found.before.append(place)
            found.after.append(left.pop())
    return found


def _digests(side: Side, report: Report) -> Iterator[tuple[int, str]]:
    for place, (_, row) in enumerate(rows_by_number(side.table, side.rows)):
        if place % _REPORT_EVERY == 0:
            report(place, len(side.rows))
        yield place, digest_of(row)
