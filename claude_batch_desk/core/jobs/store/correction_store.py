"""CorrectionStore: what people put in the place of answers; the answers stay as they came."""

import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import orjson

from claude_batch_desk.core.jobs.store.asking import rows_of
from claude_batch_desk.core.jobs.store.database import Database
from claude_batch_desk.core.jobs.store.records import dumps

Why = Literal["corrected", "accepted", "taken back"]
"""By hand; as what was probably meant; or the answer as it came counts again."""


@dataclass(frozen=True)
class Correction:
    """One cell as a person left it."""

    row: int
    """Of the job's table, from 0."""
    column: str
    """The header of the answer column."""
    value: str | None
    """None where the answer as it came counts again."""
    was: str
    why: Why
    who: str
    at: datetime
    """Aware UTC."""


class CorrectionStore:
    """Corrections by job and row; the newest of a cell holds, and none is ever forgotten."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(
        self, job_id: int, corrections: Iterable[Correction], settled: Mapping[str, int]
    ) -> None:
        """Keep these after all that are here, in one step; `settled` is added to what is kept."""
        with self._database.write() as connection:
            row = connection.execute("SELECT settled FROM job WHERE id=?", (job_id,)).fetchone()
            sums = Counter(orjson.loads(row["settled"]))
            sums.update(settled)
            connection.execute("UPDATE job SET settled=? WHERE id=?", (dumps(+sums), job_id))
            connection.executemany(
                "INSERT INTO correction (job_id, row, field, value, was, why, who, at)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    (job_id, each.row, each.column, each.value, each.was, each.why, each.who,
                     each.at.isoformat())
                    for each in corrections
                ),
            )  # fmt: skip

    def any(self, job_id: int) -> bool:
        """Whether the job has had any."""
        with self._database.read() as connection:
            found = connection.execute(
                "SELECT 1 FROM correction WHERE job_id=? LIMIT 1", (job_id,)
            ).fetchone()
        return found is not None

    def latest(self, job_id: int) -> int:
        """The number of the newest in the job, which tells whether there are others; 0 if none."""
        with self._database.read() as connection:
            found = connection.execute(
                "SELECT max(id) AS newest FROM correction WHERE job_id=?", (job_id,)
            ).fetchone()
        return found["newest"] or 0

    def of_rows(self, job_id: int, rows: Sequence[int]) -> dict[int, dict[str, Correction]]:
        """Those that hold in these rows, by row and column."""
        found: dict[int, dict[str, Correction]] = {}
        with self._database.read() as connection:
            query = "SELECT * FROM correction WHERE job_id=? AND row IN (*) ORDER BY id"
            for row in rows_of(connection, query, rows, job_id):
                _lay(found, row)
        return {row: held for row, held in found.items() if held}

    def all(self, job_id: int) -> dict[int, dict[str, Correction]]:
        """Those that hold in the whole job, by row and column."""
        with self._database.read() as connection:
            return held_in(connection, job_id)

    def history(self, job_id: int, row: int) -> list[Correction]:
        """All that were made in a row, the latest first."""
        with self._database.read() as connection:
            rows = connection.execute(
                "SELECT * FROM correction WHERE job_id=? AND row=? ORDER BY id DESC", (job_id, row)
            ).fetchall()
        return list(map(_correction, rows))

    def keep_settled(self, job_id: int, settled: Mapping[str, int]) -> None:
        """Keep how many rows are usable by corrections alone; see the table."""
        with self._database.write() as connection:
            connection.execute("UPDATE job SET settled=? WHERE id=?", (dumps(settled), job_id))


def held_in(connection: sqlite3.Connection, job_id: int) -> dict[int, dict[str, Correction]]:
    """Those that hold in a job, by row and column."""
    found: dict[int, dict[str, Correction]] = {}
    for row in connection.execute("SELECT * FROM correction WHERE job_id=? ORDER BY id", (job_id,)):
        _lay(found, row)
    return {row: held for row, held in found.items() if held}


def _lay(found: dict[int, dict[str, Correction]], row: sqlite3.Row) -> None:
    held = found.setdefault(row["row"], {})
    if row["value"] is None:
        held.pop(row["field"], None)
    else:
        held[row["field"]] = _correction(row)


def _correction(row: sqlite3.Row) -> Correction:
    return Correction(
        row=row["row"],
        column=row["field"],
        value=row["value"],
        was=row["was"],
        why=row["why"],
        who=row["who"],
        at=datetime.fromisoformat(row["at"]),
    )
