"""RestStore: batches that are canceled so that their rest can be asked at once."""

import sqlite3
from dataclasses import dataclass
from decimal import Decimal

from claude_batch_desk.core.errors import StoreError
from claude_batch_desk.core.jobs.store.database import Database


@dataclass(frozen=True)
class Agreed:
    """The person wants what a job's batches do not answer to be asked at once."""

    job_id: int
    most: Decimal
    """USD that it may cost in the worst case."""
    run: int | None = None
    """The number of the job that asks it; None until that is made."""
    note: str = ""
    """Why it is not asked, as a sentence or two; "" as long as it is to be."""


class RestStore:
    """What was agreed to; each method is one committed step."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def agree(self, job_id: int, most: Decimal) -> None:
        """Ask for the job's end and for its rest, both or none; raises StoreError if too late."""
        with self._database.write() as connection:
            changed = connection.execute(
                "UPDATE job SET canceled=1 WHERE id=? AND way='batch' AND again_of IS NULL"
                " AND state IN ('sending', 'waiting')",
                (job_id,),
            )
            if changed.rowcount != 1:
                raise StoreError(
                    "This job has come to its end meanwhile, so there is nothing to cancel. "
                    "Nothing was sent."
                )
            connection.execute(
                "INSERT OR REPLACE INTO rest (job_id, most) VALUES (?, ?)", (job_id, str(most))
            )

    def of(self, job_id: int) -> Agreed | None:
        """What was agreed to for a job; None where nothing was."""
        with self._database.read() as connection:
            row = connection.execute("SELECT * FROM rest WHERE job_id=?", (job_id,)).fetchone()
        return None if row is None else _agreed(row)

    def due(self) -> list[Agreed]:
        """Where the batches have ended and nothing was asked yet."""
        with self._database.read() as connection:
            rows = connection.execute(
                "SELECT rest.* FROM rest JOIN job ON job.id=rest.job_id"
                " LEFT JOIN job AS run ON run.id=rest.run"
                " WHERE job.state='done' AND rest.note='' AND (run.id IS NULL OR run.state='draft')"
                " ORDER BY job.id"
            ).fetchall()
        return [_agreed(row) for row in rows]

    def begin(self, job_id: int, run: int) -> None:
        """This draft is to ask the rest; where it goes, as at the next start, another may."""
        with self._database.write() as connection:
            connection.execute("UPDATE rest SET run=? WHERE job_id=?", (run, job_id))

    def give_up(self, job_id: int, note: str) -> None:
        """The rest is not asked, for this reason."""
        with self._database.write() as connection:
            connection.execute("UPDATE rest SET note=? WHERE job_id=?", (note, job_id))


def _agreed(row: sqlite3.Row) -> Agreed:
    return Agreed(row["job_id"], Decimal(row["most"]), row["run"], row["note"])
