"""MilestoneStore: when things happened to jobs on which nothing but what is told depends."""

from contextlib import suppress
from datetime import datetime

from claude_batch_desk.core.errors import StoreError
from claude_batch_desk.core.jobs.store.database import Database


class MilestoneStore:
    """Moments, in aware UTC."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def looked(self, job_id: int, at: datetime) -> None:
        """The service has told where the job stands."""
        with self._database.write() as connection:
            connection.execute("UPDATE job SET looked_at=? WHERE id=?", (at.isoformat(), job_id))

    def exported(self, job_id: int, at: datetime) -> None:
        """Every row was written to a file; a folder that takes no note of that has its file too."""
        with suppress(StoreError), self._database.write() as connection:
            connection.execute("UPDATE job SET exported_at=? WHERE id=?", (at.isoformat(), job_id))

    def deleted(self, job_id: int, number: int, at: datetime) -> None:
        """The service has forgotten the batch of a part, because the person wanted that."""
        with self._database.write() as connection:
            connection.execute(
                "UPDATE part SET deleted_at=? WHERE job_id=? AND number=?",
                (at.isoformat(), job_id, number),
            )
