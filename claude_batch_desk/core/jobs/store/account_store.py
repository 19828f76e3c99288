"""AccountStore: what is known of the account's batches, and what was imported of them."""

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass
from datetime import UTC, datetime

from claude_batch_desk.core.errors import StoreError
from claude_batch_desk.core.jobs.job import Mode, PartState
from claude_batch_desk.core.jobs.store.database import Database
from claude_batch_desk.core.jobs.store.increment_store import EARLIER
from claude_batch_desk.core.jobs.store.records import dumps, stamp, when
from claude_batch_desk.core.service.batch import Batch

ADOPTABLE: tuple[PartState, ...] = ("planned", "sending", "refused", "lost")
"""A part in one of these states has no answers of a batch, so that one can be taken over for it."""

# The answers of a run again are handed over when it is done, which happens once; and what it has
# brought counts to the job whose rows it asked.
_JOBS = (
    "SELECT id, name, token, again_of, state<>'done' OR (again_of IS NULL AND NOT EXISTS ("
    " SELECT 1 FROM job AS run WHERE run.again_of=job.id AND run.state<>'draft')) AS reopens"
    " FROM job"
)


@dataclass(frozen=True)
class Maker:
    """Who made a batch, by the ids in its results; without a token, another program did."""

    token: str = ""
    """Of a job, here or elsewhere."""
    part: int = 0


@dataclass(frozen=True)
class KnownPart:
    """A part of a job as far as it matters for telling batches apart."""

    number: int
    state: PartState
    batch_id: str
    requests: int


@dataclass(frozen=True)
class KnownJob:
    """A job with its parts; a draft has none."""

    id: int
    name: str
    token: str
    shown: int
    """The job it is shown under: itself, or the one whose rows it asks again."""
    reopens: bool
    """It can take answers still: nothing stands on those that it has."""
    parts: tuple[KnownPart, ...] = ()


@dataclass(frozen=True)
class Imported:
    """A batch that no job here has asked, kept to be read. Times are aware UTC."""

    id: int
    batch_id: str
    mode: Mode
    requests: int
    """As the service counted them."""
    created_at: datetime
    ended_at: datetime | None
    imported_at: datetime
    outcomes: Mapping[str, int]
    """Results that are here, by outcome."""

    @property
    def results(self) -> int:
        """How many results are here."""
        return sum(self.outcomes.values())

    @property
    def missing(self) -> int:
        """How many results did not come through."""
        return max(self.requests - self.results, 0)


@dataclass(frozen=True)
class ImportedResult:
    """One result as it came."""

    custom_id: str
    outcome: str
    raw: bytes
    """The result object."""


class AccountStore:
    """Batches of the account beside the jobs; each method is one committed step."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # Telling apart

    def jobs(self) -> list[KnownJob]:
        """Every job, also one that is not listed by itself."""
        with self._database.read() as connection:
            parts: dict[int, list[KnownPart]] = {}
            for row in connection.execute(
                "SELECT job_id, number, state, batch_id, requests FROM part ORDER BY 1, 2"
            ):
                found = (row["number"], row["state"], row["batch_id"] or "", row["requests"])
                parts.setdefault(row["job_id"], []).append(KnownPart(*found))
            rows = connection.execute(_JOBS).fetchall()
        return [
            KnownJob(
                *(row["id"], row["name"], row["token"], row["again_of"] or row["id"]),
                *(bool(row["reopens"]), tuple(parts.get(row["id"], ()))),
            )
            for row in rows
        ]

    def makers(self) -> dict[str, Maker]:
        """Who made the batches that were looked into, by their ids."""
        with self._database.read() as connection:
            rows = connection.execute("SELECT * FROM told_batch")
            return {row["batch_id"]: Maker(row["token"], row["part"]) for row in rows}

    def keep_makers(self, makers: Mapping[str, Maker]) -> None:
        """Remember who made these batches, by their ids."""
        with self._database.write() as connection:
            connection.executemany(
                "INSERT OR REPLACE INTO told_batch VALUES (?, ?, ?)",
                [(batch_id, maker.token, maker.part) for batch_id, maker in makers.items()],
            )

    def bind(self, job_id: int, number: int, batch: Batch) -> None:
        """This ended batch is this part from now on, and its answers are to be fetched.

        What was put down for its requests without an answer gives way to those that come. Raises
        StoreError where the part is not ADOPTABLE any more, or its rows have answers of another.
        """
        now = datetime.now(UTC).isoformat()
        with self._database.write() as connection:
            changed = connection.execute(
                "UPDATE part SET state='ended', batch_id=?, created_at=?, expires_at=?, ended_at=?,"
                " counts=?, failures=0, looks=0, note=''"
                " WHERE job_id=? AND number=?"
                " AND state IN ('planned', 'sending', 'refused', 'lost')",
                (
                    *(batch.id, stamp(batch.created_at), stamp(batch.expires_at)),
                    *(stamp(batch.ended_at), dumps(astuple(batch.counts)), job_id, number),
                ),
            )
            if changed.rowcount != 1:
                raise StoreError("This part has its batch by now. Nothing was changed.")
            _make_room(connection, job_id, number, batch.id)
            connection.execute(
                "UPDATE job SET ended_at=NULL, next_look=?, state=CASE WHEN EXISTS ("
                " SELECT 1 FROM part WHERE job_id=job.id AND state IN ('planned', 'sending'))"
                " THEN 'sending' ELSE 'waiting' END WHERE id=?",
                (now, job_id),
            )

    # Imports

    def begin(self, batch: Batch, mode: Mode) -> int:
        """The number of the import of this batch, a new one where there is none."""
        with self._database.write() as connection:
            connection.execute(
                "INSERT INTO imported"
                " (batch_id, mode, requests, created_at, ended_at, imported_at)"
                " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (batch_id) DO UPDATE SET"
                " imported_at=excluded.imported_at, requests=excluded.requests",
                (
                    *(batch.id, mode, batch.counts.total, stamp(batch.created_at)),
                    *(stamp(batch.ended_at), datetime.now(UTC).isoformat()),
                ),
            )
            row = connection.execute("SELECT id FROM imported WHERE batch_id=?", (batch.id,))
            return int(row.fetchone()["id"])

    def keep(self, import_id: int, results: Sequence[ImportedResult]) -> None:
        """Keep results in this order; one whose id is here already stays as it is."""
        with self._database.write() as connection:
            connection.executemany(
                "INSERT OR IGNORE INTO imported_result SELECT id,"
                " (SELECT coalesce(max(number)+1, 0) FROM imported_result"
                "  WHERE import_id=imported.id), ?, ?, ? FROM imported WHERE id=?",
                [(each.custom_id, each.outcome, each.raw, import_id) for each in results],
            )

    def imports(self) -> list[Imported]:
        """Every import, the newest first."""
        with self._database.read() as connection:
            outcomes: dict[int, dict[str, int]] = {}
            for row in connection.execute(
                "SELECT import_id, outcome, count(*) AS results FROM imported_result GROUP BY 1, 2"
            ):
                outcomes.setdefault(row["import_id"], {})[row["outcome"]] = row["results"]
            rows = connection.execute("SELECT * FROM imported ORDER BY imported_at DESC, id DESC")
            return [_imported(row, outcomes.get(row["id"], {})) for row in rows]

    def import_of(self, import_id: int) -> Imported:
        """One import; raises StoreError where there is none of that number."""
        for each in self.imports():
            if each.id == import_id:
                return each
        raise StoreError(f"There is no import {import_id}. It may have been removed.")

    def results(self, import_id: int, first: int, count: int) -> list[ImportedResult]:
        """So many results from the `first` on, in the order they came in."""
        with self._database.read() as connection:
            rows = connection.execute(
                "SELECT custom_id, outcome, raw FROM imported_result"
                " WHERE import_id=? AND number>=? AND number<? ORDER BY number",
                (import_id, first, first + count),
            ).fetchall()
        return [ImportedResult(row["custom_id"], row["outcome"], row["raw"]) for row in rows]

    def remove(self, import_id: int) -> None:
        """Forget an import on this computer."""
        with self._database.write() as connection:
            connection.execute("DELETE FROM imported WHERE id=?", (import_id,))


def _make_room(connection: sqlite3.Connection, job_id: int, number: int, batch_id: str) -> None:
    """Let the requests of a part have only what this batch brought, or what was there before."""
    first, last = connection.execute(
        "SELECT first_request, last_request FROM part WHERE job_id=? AND number=?",
        (job_id, number),
    ).fetchone()
    bounds = (job_id << 32 | first, job_id << 32 | last)
    other = connection.execute(
        "SELECT 1 FROM answer WHERE id BETWEEN ? AND ? AND batch_id NOT IN ('', ?, ?) LIMIT 1",
        (*bounds, EARLIER, batch_id),
    ).fetchone()
    if other:
        raise StoreError(
            "The rows of this part were run again and have their answers by now. Nothing was "
            "changed."
        )
    connection.execute(
        "DELETE FROM answer WHERE id BETWEEN ? AND ? AND batch_id=''"
        " AND outcome IN ('missing', 'canceled')",
        bounds,
    )


def _imported(row: sqlite3.Row, outcomes: Mapping[str, int]) -> Imported:
    return Imported(
        id=row["id"],
        batch_id=row["batch_id"],
        mode=row["mode"],
        requests=row["requests"],
        created_at=datetime.fromisoformat(row["created_at"]),
        ended_at=when(row["ended_at"]),
        imported_at=datetime.fromisoformat(row["imported_at"]),
        outcomes=outcomes,
    )
