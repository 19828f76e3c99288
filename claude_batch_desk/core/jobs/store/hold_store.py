"""HoldStore: jobs that came back with a backup, which do not know what was sent after it."""

import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime

from claude_batch_desk.core.errors import StoreError
from claude_batch_desk.core.jobs.store.database import Database
from claude_batch_desk.core.jobs.store.records import fresh_token

_HOLDS = "SELECT restored.*, job.name FROM restored JOIN job ON job.id=restored.job_id"
_IN_DOUBT = (
    "This part comes from a backup, and may have been sent after it. Looking before anything is "
    "sent, so you do not pay twice."
)


class HeldBack(StoreError):
    """A job out of a backup may have been sent after that, so nothing of it is sent now."""


@dataclass(frozen=True)
class Hold:
    """A job that nothing is sent of until a person has said that it may be."""

    job: int
    backup_at: datetime
    """When the backup was made that it came from; aware UTC."""
    mark: str
    """The newest batch that the backup knew of, where the job goes; "" if there was none."""
    name: str = ""
    """Of the job."""

    @property
    def why(self) -> str:
        """What happened, what is safe and what to do."""
        return (
            f"Job {self.job} comes from a backup of {self.backup_at:%d %B %Y, %H:%M} UTC, which "
            "does not know what was sent later. Nothing of it is sent by itself, so you do not "
            "pay twice. When you are sure that it was not sent after the backup, allow it: in the "
            "window by File, Back up and check, or by the command claude-batch-desk release "
            f"{self.job}."
        )


class HoldStore:
    """Which jobs are held back."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, job_id: int) -> Hold | None:
        """Why this job is held back; None where it is not."""
        with self._database.read() as connection:
            return hold_of(connection, job_id)

    def all(self) -> list[Hold]:
        """Every job that is held back, by its number."""
        with self._database.read() as connection:
            return [_hold(row) for row in connection.execute(f"{_HOLDS} ORDER BY 1")]

    def release(self, job_id: int) -> None:
        """The person has said that this job may be sent.

        A draft gets another token: no batch it was sent as after the backup can be taken for one
        that it is sent as from now on.
        """
        with self._database.write() as connection:
            connection.execute("DELETE FROM restored WHERE job_id=?", (job_id,))
            connection.execute(
                "UPDATE job SET token=? WHERE id=? AND state='draft'", (fresh_token(), job_id)
            )

    def hold_all(self, backup_at: datetime) -> None:
        """Hold every job back, and doubt all that was not sent when the backup was made.

        What is sent later is newer than the newest batch that is known, so the search begins
        there. A hold of an earlier backup stays as it is: it searches farther back.
        """
        now = datetime.now(UTC).isoformat()
        with self._database.write() as connection:
            connection.execute(
                "INSERT OR IGNORE INTO restored SELECT job.id, ?, coalesce(("
                " SELECT part.batch_id FROM part JOIN job AS known ON known.id=part.job_id"
                " WHERE part.batch_id IS NOT NULL AND known.mode=job.mode"
                " AND (job.state='draft' OR known.address=job.address)"
                " ORDER BY part.created_at DESC LIMIT 1), '') FROM job",
                (backup_at.isoformat(),),
            )
            connection.execute(
                "UPDATE part SET state='sending',"
                " mark=(SELECT mark FROM restored WHERE restored.job_id=part.job_id)"
                " WHERE state='planned'"
            )
            connection.execute(
                "UPDATE part SET sent_at=?, failures=0, looks=0, note=? WHERE state='sending'",
                (now, _IN_DOUBT),
            )
            connection.execute(
                "UPDATE job SET next_look=? WHERE state IN ('sending', 'waiting')", (now,)
            )


def hold_of(connection: sqlite3.Connection, job_id: int) -> Hold | None:
    """Why this job is held back, within a transaction; None where it is not."""
    row = connection.execute(f"{_HOLDS} WHERE job_id=?", (job_id,)).fetchone()
    return _hold(row) if row else None


def check_not_held(connection: sqlite3.Connection, job_id: int) -> None:
    """Raise HeldBack where nothing of this job is to be sent."""
    if hold := hold_of(connection, job_id):
        raise HeldBack(hold.why)


def _hold(row: sqlite3.Row) -> Hold:
    made_at = datetime.fromisoformat(row["backup_at"])
    return Hold(row["job_id"], made_at, row["mark"], row["name"])
