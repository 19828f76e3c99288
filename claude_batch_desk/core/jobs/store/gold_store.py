"""GoldStore: what is right to answer, by hand for single rows, or by the name of a column."""

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from claude_batch_desk.core.jobs.store.database import Database


@dataclass(frozen=True)
class HandLabel:
    """A right answer that a person gave for a row."""

    row: int
    value: str
    """"" says that nothing is right to answer."""
    cells: str
    """The SHA-256 of the row's cells, as hexadecimal."""
    picked: bool = False
    """The row was not offered at random, so that it says nothing of others."""


_INSERT = "INSERT INTO gold SELECT id, ?, ?, ?, ?, ?, ?, ? FROM job WHERE id=?"


def _values(job_id: int, table_id: int, field: str, label: HandLabel) -> tuple[object, ...]:
    now = datetime.now(UTC).isoformat()
    return (field, table_id, label.row, label.value, label.cells, label.picked, now, job_id)


def _label(row: sqlite3.Row) -> HandLabel:
    return HandLabel(row["row"], row["value"], row["cells"], bool(row["picked"]))


class GoldStore:
    """Right answers by job and answer column; they go with their job."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def label(self, job_id: int, table_id: int, field: str, label: HandLabel) -> None:
        """Keep a right answer at once, in place of an earlier one of the same row.

        A row that chance has offered once stays so, though it is picked later.
        """
        with self._database.write() as connection:
            connection.execute(
                f"{_INSERT} ON CONFLICT DO UPDATE SET value=excluded.value, cells=excluded.cells,"
                " picked=min(picked, excluded.picked), labelled_at=excluded.labelled_at",
                _values(job_id, table_id, field, label),
            )

    def unlabel(self, job_id: int, table_id: int, field: str, row: int) -> None:
        """Forget the right answer of a row."""
        with self._database.write() as connection:
            connection.execute(
                "DELETE FROM gold WHERE job_id=? AND table_id=? AND field=? AND row=?",
                (job_id, table_id, field, row),
            )

    def labels(self, job_id: int, table_id: int, field: str) -> dict[int, str]:
        """The right answers by row, the first labelled first."""
        with self._database.read() as connection:
            rows = connection.execute(
                "SELECT row, value FROM gold WHERE job_id=? AND table_id=? AND field=?"
                " ORDER BY labelled_at, row",
                (job_id, table_id, field),
            )
            return {row["row"]: row["value"] for row in rows}

    def held(self, job_id: int, table_id: int, field: str) -> dict[int, HandLabel]:
        """All that is kept of the right answers by hand, by row."""
        with self._database.read() as connection:
            rows = connection.execute(
                "SELECT * FROM gold WHERE job_id=? AND table_id=? AND field=?",
                (job_id, table_id, field),
            )
            return {row["row"]: _label(row) for row in rows}

    def put(
        self,
        job_id: int,
        table_id: int,
        labels: Mapping[str, Sequence[HandLabel]],
        gone: Mapping[str, Sequence[HandLabel]],
    ) -> None:
        """Forget the right answers of the rows in `gone` and keep `labels` as they are, at once.

        Both by answer column. A row is as `picked` as its label says, whatever it was before.
        """
        with self._database.write() as connection:
            connection.executemany(
                "DELETE FROM gold WHERE job_id=? AND table_id=? AND field=? AND row=?",
                [
                    (job_id, table_id, field, each.row)
                    for field, labelled in gone.items()
                    for each in labelled
                ],
            )
            connection.executemany(
                f"{_INSERT} ON CONFLICT DO UPDATE SET value=excluded.value, cells=excluded.cells,"
                " picked=excluded.picked, labelled_at=excluded.labelled_at",
                [
                    _values(job_id, table_id, field, each)
                    for field, labelled in labels.items()
                    for each in labelled
                ],
            )

    def picked(self, job_id: int, table_id: int, field: str) -> frozenset[int]:
        """The rows that were labelled without having been offered at random."""
        with self._database.read() as connection:
            rows = connection.execute(
                "SELECT row FROM gold WHERE job_id=? AND table_id=? AND field=? AND picked=1",
                (job_id, table_id, field),
            )
            return frozenset(row["row"] for row in rows)

    def labels_elsewhere(self, job_id: int, table_id: int) -> dict[str, list[HandLabel]]:
        """What was labelled on other tables of the job, by answer column, the oldest first."""
        found: dict[str, list[HandLabel]] = {}
        with self._database.read() as connection:
            for row in connection.execute(
                "SELECT * FROM gold WHERE job_id=? AND table_id<>? ORDER BY labelled_at, row",
                (job_id, table_id),
            ):
                found.setdefault(row["field"], []).append(_label(row))
        return found

    def move(self, job_id: int, table_id: int, labels: Mapping[str, Sequence[HandLabel]]) -> None:
        """Keep these labels for rows of this table, and none of any other table."""
        with self._database.write() as connection:
            connection.execute(
                "DELETE FROM gold WHERE job_id=? AND table_id<>?", (job_id, table_id)
            )
            connection.executemany(
                f"{_INSERT} ON CONFLICT DO NOTHING",
                [
                    _values(job_id, table_id, field, each)
                    for field, some in labels.items()
                    for each in some
                ],
            )

    def copy(self, source: int, target: int) -> None:
        """Let everything that is right for the answers of a job be right for those of another."""
        with self._database.write() as connection:
            connection.execute(
                "INSERT OR IGNORE INTO gold SELECT job.id, field, gold.table_id, row, value, cells,"
                " picked, labelled_at FROM gold JOIN job ON job.id=? WHERE job_id=?",
                (target, source),
            )
            connection.execute(
                "INSERT OR IGNORE INTO gold_column SELECT job.id, field, source_column"
                " FROM gold_column JOIN job ON job.id=? WHERE job_id=?",
                (target, source),
            )

    def keep_columns(self, job_id: int, columns: Mapping[str, str]) -> None:
        """Take the right answers of these answer columns from these columns of the table only."""
        with self._database.write() as connection:
            connection.execute("DELETE FROM gold_column WHERE job_id=?", (job_id,))
            connection.executemany(
                "INSERT INTO gold_column SELECT id, ?, ? FROM job WHERE id=?",
                [(field, column, job_id) for field, column in columns.items()],
            )

    def columns(self, job_id: int) -> dict[str, str]:
        """The column with the right answers of each answer column that has one."""
        with self._database.read() as connection:
            rows = connection.execute(
                "SELECT field, source_column FROM gold_column WHERE job_id=? ORDER BY rowid",
                (job_id,),
            )
            return {row["field"]: row["source_column"] for row in rows}
