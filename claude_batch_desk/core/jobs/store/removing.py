"""Jobs taken out of the store, within a transaction."""

import sqlite3
from datetime import UTC, datetime, timedelta

from claude_batch_desk.core.errors import StoreError
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.jobs.store.charge_store import keep_name
from claude_batch_desk.core.jobs.store.records import job_of

_KEPT_AT_SERVICE = timedelta(days=31)
"""A batch may run for a day, and its results are kept for 29 days after it was made."""


def remove_job(connection: sqlite3.Connection, row: sqlite3.Row) -> None:
    """Forget a job with its answers; raises StoreError while there are answers to come."""
    if _is_in_flight(job_of(row, ())):
        raise StoreError(
            "This job is still at the service, so its answers would be lost. "
            "Cancel it, or wait until it is done, before you delete it."
        )
    drop_answers(connection, row["id"])
    keep_name(connection, row["id"])
    connection.execute("DELETE FROM job WHERE id=?", (row["id"],))


def drop_answers(connection: sqlite3.Connection, job_id: int) -> None:
    """Forget the answers of a job."""
    connection.execute(
        "DELETE FROM answer WHERE id>=? AND id<?", (job_id << 32, (job_id + 1) << 32)
    )


def _is_in_flight(job: Job) -> bool:
    if job.state not in ("sending", "waiting") or job.sent_at is None:
        return False
    given_up = job.canceled and job.mode == "practice"
    return not given_up and datetime.now(UTC) - job.sent_at < _KEPT_AT_SERVICE
