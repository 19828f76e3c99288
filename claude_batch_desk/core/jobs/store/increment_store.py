"""IncrementStore: which job takes over the answers of which earlier one, and these answers."""

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from claude_batch_desk.core.errors import StoreError
from claude_batch_desk.core.jobs.store.database import Database

EARLIER = "earlier"
"""In place of a batch id: the answer was taken over from an earlier job, and is paid there."""


@dataclass(frozen=True)
class Since:
    """The finished job whose answers another one takes over."""

    job: int
    made: datetime
    """When that job was made: jobs have the same number, one after the other."""
    name: str
    """What it was called when it was last heard of."""
    key: str | None = None
    """The column by which rows of the two tables are the same; "" for their order, None for a
    column that is found."""
    taken: int = 0
    """So many rows got their answer that way; 0 until the job is sent."""


@dataclass(frozen=True)
class TakenOver:
    """The answers that a job takes over when it is sent."""

    since: Since
    """With the number of rows that these answers are for."""
    requests: Sequence[int]
    """The requests that have them."""
    sources: Sequence[int]
    """For each of these the request of the earlier job that asked the same."""


class IncrementStore:
    """What one job has from another."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def since(self, job_id: int) -> Since | None:
        """The job whose answers this one takes over, or took; None where it asks every row."""
        with self._database.read() as connection:
            row = connection.execute("SELECT * FROM increment WHERE job_id=?", (job_id,)).fetchone()
        return _since(row) if row else None

    def follow(self, job_id: int, since: Since | None) -> None:
        """Let a draft take over the answers of this job, or of none; any other job stays."""
        with self._database.write() as connection:
            connection.execute(
                "DELETE FROM increment WHERE job_id=(SELECT id FROM job WHERE id=?"
                " AND state='draft')",
                (job_id,),
            )
            if since is not None:
                connection.execute(
                    "INSERT INTO increment (job_id, earlier, made, name, key_column)"
                    " SELECT id, ?, ?, ?, ? FROM job WHERE id=? AND state='draft'",
                    (since.job, since.made.isoformat(), since.name, since.key, job_id),
                )

    def followers(self, job_id: int) -> list[str]:
        """The names of the drafts that are to take over this job's answers."""
        with self._database.read() as connection:
            rows = connection.execute(
                "SELECT draft.name FROM increment JOIN job AS draft ON draft.id=increment.job_id"
                " JOIN job AS earlier ON earlier.id=increment.earlier"
                " AND earlier.created_at=increment.made"
                " WHERE earlier.id=? AND draft.state='draft' ORDER BY draft.id",
                (job_id,),
            ).fetchall()
        return [str(row["name"]) for row in rows]

    def answered(self, job_id: int) -> Iterator[int]:
        """The requests of a job that have a usable answer."""
        with self._database.read() as connection:
            rows = connection.execute(
                "SELECT id FROM answer WHERE id>=? AND id<? AND outcome='answered'",
                (job_id << 32, (job_id + 1) << 32),
            )
            for row in rows:
                yield row["id"] & 0xFFFFFFFF


def take_answers(connection: sqlite3.Connection, job_id: int, taken: TakenOver) -> None:
    """Copy answers of an earlier job within the transaction that sends this one; they cost nothing.

    Raises StoreError where not all of them are there any more.
    """
    since = taken.since
    pairs = zip(taken.requests, taken.sources, strict=True)
    copied = connection.executemany(
        'INSERT INTO answer (id, outcome, "values", reason, usage, cost, batch_id, raw, version)'
        " SELECT ?, outcome, \"values\", reason, usage, '0', ?, raw, 0"
        " FROM answer WHERE id=? AND outcome='answered' AND EXISTS"
        " (SELECT 1 FROM job WHERE id=? AND created_at=? AND state='done')",
        (
            (job_id << 32 | number, EARLIER, since.job << 32 | source, since.job, made)
            for made in (since.made.isoformat(),)
            for number, source in pairs
        ),
    ).rowcount
    if taken.requests and copied != len(taken.requests):
        raise StoreError(
            f"Job {since.job}, whose answers were to be taken over, has changed while this one was "
            "being prepared, so nothing was sent. Look at its price and send it again."
        )
    connection.execute(
        "UPDATE increment SET taken=?, name=? WHERE job_id=?", (since.taken, since.name, job_id)
    )


def _since(row: sqlite3.Row) -> Since:
    return Since(
        job=row["earlier"],
        made=datetime.fromisoformat(row["made"]),
        name=row["name"],
        key=row["key_column"],
        taken=row["taken"],
    )
