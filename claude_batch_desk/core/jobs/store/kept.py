"""Kept: an answer on its way into the store, and how it gets there."""

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from claude_batch_desk.core.jobs.store.asking import rows_of
from claude_batch_desk.core.jobs.store.records import dumps, usage_text
from claude_batch_desk.core.results.answer import Answer

UNLESS_HERE = (
    ' ON CONFLICT (id) DO UPDATE SET outcome=excluded.outcome, "values"=excluded."values",'
    " reason=excluded.reason, usage=excluded.usage, cost=excluded.cost,"
    " batch_id=excluded.batch_id, raw=excluded.raw, version=excluded.version"
    " WHERE answer.outcome='missing'"
)
"""Of an INSERT: an answer that is here already stays as it is. Only what was put down as missing
gives way to what came after all."""


@dataclass(frozen=True)
class Kept:
    """An answer about to be kept: of which request, what it cost (USD) and where it came from."""

    request: int
    answer: Answer
    cost: Decimal | None
    """None where the model's price is not known any more."""
    batch_id: str
    """"" for an answer of a trial, IMMEDIATE for one of a call at once."""
    raw: bytes
    """The result object as it came."""


def insert_answers(connection: sqlite3.Connection, job_id: int, answers: Sequence[Kept]) -> None:
    """Keep answers within a transaction; see UNLESS_HERE."""
    connection.executemany(
        f"INSERT INTO answer VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?){UNLESS_HERE}",  # noqa: S608 - ours
        [
            (
                job_id << 32 | kept.request,
                kept.answer.outcome,
                dumps(kept.answer.values),
                kept.answer.reason,
                usage_text(kept.answer.usage),
                "" if kept.cost is None else str(kept.cost),
                kept.batch_id,
                kept.raw,
                kept.answer.version,
            )
            for kept in sorted(answers, key=lambda kept: kept.request)
        ],
    )


def fresh(connection: sqlite3.Connection, job_id: int, answers: Sequence[Kept]) -> Iterator[Kept]:
    """Those that will be kept: of several for a request the first, and none that is here."""
    first = {kept.request: kept for kept in reversed(answers)}
    here = rows_of(
        connection,
        "SELECT id FROM answer WHERE id IN (*) AND outcome<>'missing'",
        [job_id << 32 | request for request in first],
    )
    for row in here:
        del first[row["id"] & 0xFFFFFFFF]
    yield from first.values()
