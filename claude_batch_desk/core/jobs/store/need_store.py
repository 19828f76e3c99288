"""NeedStore: how soon jobs are wanted, and how long earlier ones took."""

import sqlite3
from datetime import datetime

from claude_batch_desk.core.jobs.job import Mode
from claude_batch_desk.core.jobs.store.database import Database
from claude_batch_desk.core.jobs.timing.history import History, Span

_LATEST = 100
"""So many are learned from: how busy the service is changes."""


class NeedStore:
    """What is known of time."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def history(self, mode: Mode) -> History:
        """The newest batches and jobs of immediate calls that came to their own end."""
        with self._database.read() as connection:
            batches = connection.execute(
                "SELECT part.requests, part.created_at AS began, part.ended_at FROM part"
                " JOIN job ON job.id=part.job_id WHERE job.mode=? AND NOT job.canceled"
                " AND part.created_at IS NOT NULL AND part.ended_at IS NOT NULL"
                " ORDER BY part.ended_at DESC LIMIT ?",
                (mode, _LATEST),
            ).fetchall()
            calls = connection.execute(
                "SELECT requests, sent_at AS began, ended_at FROM job WHERE mode=? AND way='now'"
                " AND state='done' AND NOT canceled AND sent_at IS NOT NULL"
                " AND ended_at IS NOT NULL ORDER BY ended_at DESC LIMIT ?",
                (mode, _LATEST),
            ).fetchall()
        return History(*(tuple(map(_span, found)) for found in (batches, calls)))


def _span(row: sqlite3.Row) -> Span:
    began, ended = (datetime.fromisoformat(row[name]) for name in ("began", "ended_at"))
    return Span(row["requests"], max((ended - began).total_seconds(), 0.0))
