"""Corrections that go on with answers which a later job takes over."""

import sqlite3
from bisect import bisect_left
from collections import Counter, defaultdict

from claude_batch_desk.core.jobs.plan import Plan
from claude_batch_desk.core.jobs.store.correction_store import Correction, held_in
from claude_batch_desk.core.jobs.store.increment_store import TakenOver
from claude_batch_desk.core.jobs.store.records import plan_of

Held = dict[str, Correction]
"""What people put in the place of an answer, by column."""


def carry_corrections(
    connection: sqlite3.Connection, job_id: int, plan: Plan, taken: TakenOver
) -> None:
    """Let what people put in the place of answers stand beside these in the later job, too.

    Where rows asked the same and were corrected in different ways, or only some of them, nobody
    knows which the later row is like, and it has the answer as it came.
    """
    held = held_in(connection, taken.since.job)
    if not held:
        return
    row = connection.execute("SELECT * FROM plan WHERE job_id=?", (taken.since.job,)).fetchone()
    by_source = _agreed(plan_of(row), held)
    by_request = {
        request: by_source[source]
        for request, source in zip(taken.requests, taken.sources, strict=True)
        if source in by_source
    }
    connection.executemany(
        "INSERT INTO correction (job_id, row, field, value, was, why, who, at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (job_id, number, each.column, each.value, each.was, each.why, each.who,
             each.at.isoformat())
            for number, request in zip(plan.row_numbers, plan.request_of_row, strict=True)
            for each in by_request.get(request, {}).values()
        ),
    )  # fmt: skip


def _agreed(earlier: Plan, held: dict[int, Held]) -> dict[int, Held]:
    """By request, the corrections that all of its rows have."""
    of_request: dict[int, list[Held]] = defaultdict(list)
    for row, corrections in held.items():
        place = bisect_left(earlier.row_numbers, row)
        if place < earlier.rows and earlier.row_numbers[place] == row:
            of_request[earlier.request_of_row[place]].append(corrections)
    rows = Counter(request for request in earlier.request_of_row if request in of_request)
    return {
        request: found[0]
        for request, found in of_request.items()
        if len(found) == rows[request] and len({_values(each) for each in found}) == 1
    }


def _values(held: Held) -> tuple[tuple[str, str | None], ...]:
    return tuple(sorted((each.column, each.value) for each in held.values()))
