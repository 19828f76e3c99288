"""StartStore: which drafts are to be sent by themselves, and when."""

import sqlite3
from dataclasses import asdict
from datetime import datetime
from decimal import Decimal

import orjson

from claude_batch_desk.core.jobs.starts.start import Start
from claude_batch_desk.core.jobs.store.database import Database
from claude_batch_desk.core.jobs.store.records import dumps
from claude_batch_desk.core.pricing.caching import CacheUse


class StartStore:
    """At most one start for each job."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, start: Start, asked: str) -> None:
        """Plan a start, in the place of an earlier one; `asked` tells what it is to ask."""
        with self._database.write() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO start VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    start.job,
                    start.at.isoformat(),
                    str(start.most),
                    start.way,
                    dumps(asdict(start.cache)) if start.cache else "",
                    asked,
                    start.note,
                ),
            )

    def of(self, job_id: int) -> Start | None:
        """The start of a job, or None."""
        with self._database.read() as connection:
            row = connection.execute("SELECT * FROM start WHERE job_id=?", (job_id,)).fetchone()
        return _start(row) if row else None

    def asked(self, job_id: int) -> str:
        """What the start of a job is to ask; "" where there is none."""
        with self._database.read() as connection:
            row = connection.execute("SELECT asked FROM start WHERE job_id=?", (job_id,)).fetchone()
        return str(row["asked"]) if row else ""

    def all(self) -> list[Start]:
        """Every start, the first to come first."""
        with self._database.read() as connection:
            found = connection.execute("SELECT * FROM start ORDER BY at, job_id").fetchall()
        return [*map(_start, found)]

    def fail(self, job_id: int, note: str) -> None:
        """It was not sent, for this reason."""
        with self._database.write() as connection:
            connection.execute("UPDATE start SET note=? WHERE job_id=?", (note, job_id))

    def forget(self, job_id: int) -> None:
        """Plan nothing for this job any more."""
        with self._database.write() as connection:
            connection.execute("DELETE FROM start WHERE job_id=?", (job_id,))


def _start(row: sqlite3.Row) -> Start:
    cache = CacheUse(**orjson.loads(row["cache"])) if row["cache"] else None
    at = datetime.fromisoformat(row["at"])
    return Start(row["job_id"], at, Decimal(row["most"]), row["way"], cache, row["note"])
