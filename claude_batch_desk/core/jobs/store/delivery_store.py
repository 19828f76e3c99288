"""DeliveryStore: which files are to be written when their jobs have ended."""

import sqlite3
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import orjson

from claude_batch_desk.core.errors import ExportError, StoreError
from claude_batch_desk.core.jobs.contents import Contents
from claude_batch_desk.core.jobs.delivering.delivery import ANYTHING, Delivery
from claude_batch_desk.core.jobs.store.database import Database
from claude_batch_desk.core.jobs.store.records import dumps

_RUNS = "(SELECT count(*) FROM job AS run WHERE run.again_of=job.id AND run.state='done')"


class DeliveryStore:
    """At most one delivery for each job; each method is one committed step."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, delivery: Delivery) -> None:
        """Plan one that is still to be written, in the place of an earlier one.

        Raises ExportError where its path is no text.
        """
        path = str(delivery.path)
        try:
            path.encode()
        except UnicodeEncodeError as error:
            raise ExportError(
                "The name of this file or folder has characters that cannot be kept. Choose "
                "another one."
            ) from error
        with self._database.write() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO delivery (job_id, path, original, contents, agreed)"
                " VALUES (?, ?, ?, ?, ?)",
                (
                    *(delivery.job, path, delivery.original),
                    *(dumps(asdict(delivery.contents)), delivery.agreed),
                ),
            )

    def of(self, job_id: int) -> Delivery | None:
        """The delivery of a job, or None."""
        with self._database.read() as connection:
            row = connection.execute("SELECT * FROM delivery WHERE job_id=?", (job_id,)).fetchone()
        return _delivery(row) if row else None

    def due(self) -> list[int]:
        """Jobs that have ended, with all that was run again or is to be, since the last writing."""
        with self._database.read() as connection:
            rows = connection.execute(
                "SELECT job_id FROM delivery JOIN job ON job.id=delivery.job_id"  # noqa: S608 - ours
                f" WHERE job.state='done' AND (written_at IS NULL OR runs<{_RUNS})"
                " AND NOT EXISTS (SELECT 1 FROM job AS run WHERE run.again_of=job.id"
                " AND run.state IN ('sending', 'waiting'))"
                " AND NOT EXISTS (SELECT 1 FROM rest LEFT JOIN job AS run ON run.id=rest.run"
                " WHERE rest.job_id=job.id AND rest.note=''"
                " AND (run.id IS NULL OR run.state='draft'))"
                " ORDER BY job_id"
            ).fetchall()
        return [row["job_id"] for row in rows]

    def seal(self, delivery: Delivery) -> None:
        """The file that is written is about to take its place."""
        with self._database.write() as connection:
            connection.execute(
                "UPDATE delivery SET agreed=?, sealed=?, runs=?, written_at=NULL,"
                ' "rows"=?, notes=? WHERE job_id=?',
                (
                    *(delivery.agreed, delivery.sealed, delivery.runs),
                    *(delivery.rows, dumps(delivery.notes), delivery.job),
                ),
            )

    def note_written(self, job_id: int, at: datetime, *, whole: bool) -> None:
        """It has taken its place; one that is `whole` has every row of the job."""
        moment = at.isoformat()
        with self._database.write() as connection:
            connection.execute(
                "UPDATE delivery SET written_at=?, note='' WHERE job_id=?", (moment, job_id)
            )
            if whole:
                connection.execute("UPDATE job SET exported_at=? WHERE id=?", (moment, job_id))

    def let_replace(self, job_id: int, sha256: str) -> None:
        """The person had this file put in its place, so it may be written over."""
        with self._database.write() as connection:
            connection.execute(
                "UPDATE delivery SET agreed=? WHERE job_id=? AND agreed<>?",
                (sha256, job_id, ANYTHING),
            )

    def fail(self, job_id: int, note: str) -> None:
        """It was not written, for this reason; a folder that takes no note of that has others."""
        with suppress(StoreError), self._database.write() as connection:
            connection.execute("UPDATE delivery SET note=? WHERE job_id=?", (note, job_id))

    def forget(self, job_id: int) -> None:
        """Write nothing for this job."""
        with self._database.write() as connection:
            connection.execute("DELETE FROM delivery WHERE job_id=?", (job_id,))


def _delivery(row: sqlite3.Row) -> Delivery:
    kept = orjson.loads(row["contents"])
    columns = kept.pop("columns")
    return Delivery(
        job=row["job_id"],
        path=Path(row["path"]),
        original=bool(row["original"]),
        contents=Contents(**kept, columns=None if columns is None else tuple(columns)),
        agreed=row["agreed"],
        sealed=row["sealed"],
        runs=row["runs"],
        written_at=datetime.fromisoformat(row["written_at"]) if row["written_at"] else None,
        rows=row["rows"],
        notes=tuple(orjson.loads(row["notes"])),
        note=row["note"],
    )
