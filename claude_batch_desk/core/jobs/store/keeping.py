"""The store's file from outside: looked at without a change, and copied while it is in use."""

import sqlite3
import sys
from array import array
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from claude_batch_desk.core.errors import StoreError
from claude_batch_desk.core.jobs.plan import DIGEST_BYTES
from claude_batch_desk.core.jobs.store.message_ends import ENDLESS
from claude_batch_desk.core.report import Cancelled, Report

DAMAGED = (
    "The job store is damaged. Nothing was changed. Keep a copy of the data folder, then restore a "
    "backup with `restore`; batches at the service stay there for 29 days."
)
_MESSAGES = 100
_STEPS = 20_000
"""Instructions of SQLite's between two reports; some milliseconds."""


@dataclass(frozen=True)
class PartFact:
    """A part as the ledger has it."""

    job: int
    number: int
    state: str
    batch_id: str
    first: int
    last: int
    requests: int
    seal: str
    """See `is_as_written`."""
    token: str


@dataclass(frozen=True)
class JobFact:
    """A job as the store has it, with what its plan holds. Counts of a missing plan are 0."""

    id: int
    state: str
    way: str
    rows: int
    has_plan: bool
    sound_plan: bool
    """Its arrays fit together."""
    requests: int
    """Of the plan."""
    answers: int
    foreign_answers: int
    """To requests that it does not have."""


class Inspection:
    """A store's file, opened to be read only. Raises StoreError where it is damaged."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    @property
    def version(self) -> int:
        """The form of the store."""
        return int(self._connection.execute("PRAGMA user_version").fetchone()[0])

    def damages(self) -> int:
        """How many places SQLite finds damaged, up to a hundred."""
        found = self._connection.execute(f"PRAGMA integrity_check({_MESSAGES})").fetchall()
        return sum(row[0] != "ok" for row in found)

    def loose_ends(self) -> int:
        """How many records belong or refer to one that is not there."""
        endless = self._connection.execute(ENDLESS).fetchone()[0]
        return len(self._connection.execute("PRAGMA foreign_key_check").fetchall()) + int(endless)

    def answers_without_job(self) -> int:
        """How many answers belong to no job."""
        return int(
            self._connection.execute(
                "SELECT count(*) FROM answer WHERE id>>32 NOT IN (SELECT id FROM job)"
            ).fetchone()[0]
        )

    def jobs(self) -> list[JobFact]:
        """Every job."""
        rows = self._connection.execute("SELECT id, state, way, rows FROM job ORDER BY id")
        return [self._job(row) for row in rows.fetchall()]

    def _job(self, row: sqlite3.Row) -> JobFact:
        plan = self._connection.execute(
            "SELECT * FROM plan WHERE job_id=?", (row["id"],)
        ).fetchone()
        requests = len(plan["digests"]) // DIGEST_BYTES if plan else 0
        first = row["id"] << 32
        answers, inside = self._connection.execute(
            "SELECT count(*), coalesce(sum(id<?), 0) FROM answer WHERE id>=? AND id<?",
            (first + requests, first, (row["id"] + 1) << 32),
        ).fetchone()
        sound = plan is None or _fits(plan, requests, row["rows"])
        return JobFact(
            *(row["id"], row["state"], row["way"], row["rows"], plan is not None, sound),
            *(requests, answers, answers - inside),
        )

    def parts(self) -> list[PartFact]:
        """Every part, by job and number."""
        rows = self._connection.execute(
            "SELECT part.*, token FROM part JOIN job ON job.id=part.job_id ORDER BY job_id, number"
        )
        return [
            PartFact(
                *(row["job_id"], row["number"], row["state"], row["batch_id"] or ""),
                *(row["first_request"], row["last_request"], row["requests"]),
                *(row["sha256"], row["token"]),
            )
            for row in rows
        ]

    def sources(self) -> dict[str, str]:
        """The SHA-256 of every file that is kept beside the store, and its name for the person."""
        rows = self._connection.execute(
            "SELECT sha256, name FROM document WHERE kind<>'text' AND problem='' AND sha256<>''"
            " UNION ALL SELECT sha256, name FROM source_table"
            " WHERE coalesce(json_extract(reading, '$.kind'), '')<>'folder' AND sha256<>''"
        )
        return {row["sha256"]: row["name"] for row in rows}


def _fits(plan: sqlite3.Row, requests: int, rows: int) -> bool:
    numbers, of_rows = plan["row_numbers"], plan["request_of_row"]
    if len(plan["digests"]) % DIGEST_BYTES or len(numbers) != len(of_rows):
        return False
    if len(of_rows) % 4 or len(of_rows) // 4 != rows:
        return False
    asked = array("I", of_rows)
    if plan["byte_order"] != sys.byteorder:
        asked.byteswap()
    return not asked or max(asked) < requests


@contextmanager
def inspecting(path: Path, report: Report) -> Iterator[Inspection]:
    """One consistent view of a store, also of one in use; nothing of it is changed.

    Raises StoreError where it cannot be read at all, and hears of a cancel while SQLite works.
    """
    with _told(), closing(_read_only(path)) as connection, _heard(connection, report):
        connection.execute("BEGIN")
        yield Inspection(connection)


def copy_store(path: Path, to: Path, report: Report) -> None:
    """A copy as the store stands at this moment, whole, also while it is in use.

    Raises StoreError; what there is of `to` is of no use then.
    """
    with _told(), closing(_read_only(path)) as connection, _heard(connection, report):
        connection.execute("VACUUM INTO ?", (str(to),))


def _read_only(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=10)
    connection.isolation_level = None
    connection.row_factory = sqlite3.Row
    return connection


@contextmanager
def _heard(connection: sqlite3.Connection, report: Report) -> Iterator[None]:
    """Let a cancel stop SQLite in the middle of a statement."""
    stopped: list[Cancelled] = []

    def tick() -> bool:
        try:
            report(0, 0)
        except Cancelled as error:
            stopped.append(error)
        return bool(stopped)

    connection.set_progress_handler(tick, _STEPS)
    try:
        yield
    except sqlite3.OperationalError:
        if stopped:
            raise stopped[0] from None
        raise


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except sqlite3.OperationalError as error:
        code = getattr(error, "sqlite_errorcode", 0)
        if code == sqlite3.SQLITE_FULL:
            raise StoreError("The disk is full. Free some space and try again.") from error
        raise StoreError(
            "The job store cannot be read. Check that the data folder is there and yours, and that "
            "no other program holds it."
        ) from error
    except sqlite3.DatabaseError as error:
        raise StoreError(DAMAGED) from error
