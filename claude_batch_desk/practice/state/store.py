"""What the Practice service remembers: batches, their requests, files and the ledger.

Bodies and results are files beside it. Every change is committed before the reply that tells of
it, so that a killed server comes back knowing what it accepted.
"""

import sqlite3
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from claude_batch_desk.core.errors import DeskError
from claude_batch_desk.practice.ledger import Account, Ledger
from claude_batch_desk.practice.records import (
    Counts,
    Ending,
    NewBatch,
    RequestEntry,
    StoredBatch,
)
from claude_batch_desk.practice.state.database import Database
from claude_batch_desk.practice.state.file_store import FileStore
from claude_batch_desk.practice.state.moments import moment_of
from claude_batch_desk.practice.state.prefix_store import PrefixStore, keep_prefixes
from claude_batch_desk.practice.tokens import TOKEN_KINDS, Tokens

_LISTED = "SELECT * FROM batches WHERE workspace = ? AND NOT deleted AND listed_at <= ?"


class State:
    """The memory of one Practice service; every method may be called from any thread.

    Raises DeskError where the folder cannot be used.
    """

    def __init__(self, home: Path) -> None:
        self.spool = home / "spool"
        try:
            home.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.spool.mkdir(mode=0o700, exist_ok=True)
            self._database = Database(home)
            self.files = FileStore(self._database, self.spool)
            self.prefixes = PrefixStore(self._database)
            self._sweep()
        except (OSError, sqlite3.Error) as error:
            raise DeskError(
                f"The Practice service cannot use the folder {home}: {error}. Nothing was changed. "
                "Choose another folder, or remove this one; it holds rehearsals only."
            ) from error

    def close(self) -> None:
        """Let another service use the folder."""
        self._database.close()

    def body_path(self, batch_id: str) -> Path:
        """Where the create body of a batch is spooled."""
        return self.spool / f"{batch_id}.body.json"

    def results_path(self, batch_id: str) -> Path:
        """Where the result lines of an ended batch are."""
        return self.spool / f"{batch_id}.results.jsonl"

    def fact(self, name: str) -> str:
        """A fact about this service as a whole, or "" if nobody remembered it."""
        return self._database.fact(name)

    def remember(self, name: str, value: str) -> None:
        """Keep a fact about this service as a whole."""
        self._database.remember(name, value)

    def add_batch(self, new: NewBatch, entries: Sequence[RequestEntry]) -> StoredBatch:
        """Accept a batch with its requests."""
        with self._database.writing() as db:
            seq = db.execute(
                "INSERT INTO batches (id, workspace, version, betas, faults, total, created_at, "
                "listed_at, due_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    new.id,
                    new.workspace,
                    new.version,
                    ",".join(new.betas),
                    ",".join(new.faults),
                    len(entries),
                    new.created_at.timestamp(),
                    new.listed_at.timestamp(),
                    new.due_at.timestamp(),
                ),
            ).lastrowid
            db.executemany(
                "INSERT INTO requests VALUES (?, ?, ?, ?, ?, ?)",
                (
                    (seq, number, entry.custom_id, entry.params_sha256, entry.place, entry.length)
                    for number, entry in enumerate(entries)
                ),
            )
            return _batch(db.execute("SELECT * FROM batches WHERE seq = ?", (seq,)).fetchone())

    def batch(self, workspace: str, batch_id: str, *, deleted: bool = False) -> StoredBatch | None:
        """A batch of a workspace; None where there is none; deleted ones only if asked for."""
        with self._database.reading() as db:
            row = db.execute(
                "SELECT * FROM batches WHERE workspace = ? AND id = ? AND deleted <= ?",
                (workspace, batch_id, int(deleted)),
            ).fetchone()
        return _batch(row) if row else None

    def newer(
        self, workspace: str, seq: int, listed_before: datetime, limit: int
    ) -> list[StoredBatch]:
        """At most `limit` listed batches next above `seq`, newest first."""
        where = "seq > ? ORDER BY seq ASC"
        return self._listed(workspace, where, seq, listed_before, limit)[::-1]

    def older(
        self, workspace: str, seq: int, listed_before: datetime, limit: int
    ) -> list[StoredBatch]:
        """At most `limit` listed batches next below `seq`, newest first."""
        return self._listed(workspace, "seq < ? ORDER BY seq DESC", seq, listed_before, limit)

    def _listed(
        self, workspace: str, where: str, seq: int, listed_before: datetime, limit: int
    ) -> list[StoredBatch]:
        with self._database.reading() as db:
            rows = db.execute(
                f"{_LISTED} AND {where} LIMIT ?",
                (workspace, listed_before.timestamp(), seq, limit),
            ).fetchall()
        return [_batch(row) for row in rows]

    def unfinished(self) -> list[StoredBatch]:
        """Every batch that has not ended, oldest first."""
        with self._database.reading() as db:
            rows = db.execute("SELECT * FROM batches WHERE ended_at IS NULL ORDER BY seq")
            return [_batch(row) for row in rows]

    def waiting(self, workspace: str) -> int:
        """How many requests of a workspace have not been finished."""
        with self._database.reading() as db:
            (total,) = db.execute(
                "SELECT coalesce(sum(total), 0) FROM batches "
                "WHERE workspace = ? AND ended_at IS NULL",
                (workspace,),
            ).fetchone()
        return int(total)

    def entries(self, batch: StoredBatch) -> list[RequestEntry]:
        """The requests of a batch in the order they were sent."""
        with self._database.reading() as db:
            rows = db.execute(
                "SELECT custom_id, params_sha256, place, length FROM requests "
                "WHERE batch = ? ORDER BY number",
                (batch.seq,),
            )
            return [RequestEntry(*row) for row in rows]

    def cancel(self, batch: StoredBatch, moment: datetime) -> None:
        """Remember that cancelation began; the first time counts."""
        with self._database.writing() as db:
            db.execute(
                "UPDATE batches SET cancel_at = ? "
                "WHERE seq = ? AND cancel_at IS NULL AND ended_at IS NULL",
                (moment.timestamp(), batch.seq),
            )

    def end(self, batch: StoredBatch, moment: datetime, ending: Ending) -> None:
        """Remember how a batch ended, bill it, and what it cached; once."""
        counts = ending.counts
        with self._database.writing() as db:
            ended = db.execute(
                "UPDATE batches SET ended_at = ?, succeeded = ?, errored = ?, canceled = ?, "
                "expired = ? WHERE seq = ? AND ended_at IS NULL",
                (
                    moment.timestamp(),
                    counts.succeeded,
                    counts.errored,
                    counts.canceled,
                    counts.expired,
                    batch.seq,
                ),
            ).rowcount
            if ended:
                _bill(db, batch.workspace, ending.accounts)
                keep_prefixes(db, batch.workspace, ending.prefixes, moment.timestamp())
        self.body_path(batch.id).unlink(missing_ok=True)

    def delete(self, batch: StoredBatch) -> None:
        """Forget a batch; its requests stay in the ledger, its files go."""
        with self._database.writing() as db:
            db.execute("UPDATE batches SET deleted = 1 WHERE seq = ?", (batch.seq,))
        self.body_path(batch.id).unlink(missing_ok=True)
        self.results_path(batch.id).unlink(missing_ok=True)

    def bill_message(self, workspace: str, account: Account) -> None:
        """Count one synchronous message."""
        with self._database.writing() as db:
            _bill(db, workspace, (account,))

    def ledgers(self, now: datetime) -> dict[str, Ledger]:
        """The account of every workspace that sent anything, by workspace id."""
        with self._database.reading() as db:
            return {workspace: _ledger(db, workspace, now) for workspace in _workspaces(db)}

    def _sweep(self) -> None:
        """Remove what a killed server left: files no batch has, or no longer needs."""
        with self._database.reading() as db:
            rows = db.execute("SELECT id, ended_at FROM batches WHERE NOT deleted").fetchall()
        needed = {
            (self.body_path if ended_at is None else self.results_path)(id_)
            for id_, ended_at in rows
        }
        for path in set(self.spool.iterdir()) - needed - self.files.kept_paths():
            path.unlink()


def _batch(row: sqlite3.Row) -> StoredBatch:
    return StoredBatch(
        seq=row["seq"],
        id=row["id"],
        workspace=row["workspace"],
        version=row["version"],
        betas=tuple(filter(None, row["betas"].split(","))),
        faults=tuple(filter(None, row["faults"].split(","))),
        total=row["total"],
        created_at=moment_of(row["created_at"]),
        listed_at=moment_of(row["listed_at"]),
        due_at=moment_of(row["due_at"]),
        cancel_at=None if row["cancel_at"] is None else moment_of(row["cancel_at"]),
        ended_at=None if row["ended_at"] is None else moment_of(row["ended_at"]),
        counts=Counts(row["succeeded"], row["errored"], row["canceled"], row["expired"]),
        deleted=bool(row["deleted"]),
    )


def _bill(db: sqlite3.Connection, workspace: str, accounts: Sequence[Account]) -> None:
    columns = ("calls", *TOKEN_KINDS, "picodollars")
    marks = ", ".join("?" * (5 + len(columns)))
    grown = ", ".join(f"{name} = {name} + excluded.{name}" for name in columns)
    db.executemany(
        "INSERT INTO accounts (workspace, way, model, above, us_only, "  # noqa: S608  constant names
        f"{', '.join(columns)}) VALUES ({marks}) ON CONFLICT DO UPDATE SET {grown}",
        [
            (
                *(workspace, each.way, each.model, each.above, each.us_only, each.calls),
                *(getattr(each.tokens, kind) for kind in TOKEN_KINDS),
                each.picodollars,
            )
            for each in accounts
        ],
    )


def _account(row: sqlite3.Row) -> Account:
    return Account(
        way=row["way"],
        model=row["model"],
        above=row["above"],
        us_only=bool(row["us_only"]),
        calls=row["calls"],
        tokens=Tokens(*(row[kind] for kind in TOKEN_KINDS)),
        picodollars=row["picodollars"],
    )


def _workspaces(db: sqlite3.Connection) -> list[str]:
    rows = db.execute(
        "SELECT workspace FROM batches UNION SELECT workspace FROM accounts "
        "UNION SELECT workspace FROM files ORDER BY 1"
    )
    return [workspace for (workspace,) in rows]


def _ledger(db: sqlite3.Connection, workspace: str, now: datetime) -> Ledger:
    (batches,) = db.execute(
        "SELECT count(*) FROM batches WHERE workspace = ?", (workspace,)
    ).fetchone()
    requests, ids, params = db.execute(
        "SELECT count(*), count(DISTINCT custom_id), count(DISTINCT params_sha256) FROM requests "
        "WHERE batch IN (SELECT seq FROM batches WHERE workspace = ?)",
        (workspace,),
    ).fetchone()
    uploads, uploaded_bytes, files = db.execute(
        "SELECT count(*), coalesce(sum(size), 0), "
        "coalesce(sum(NOT deleted AND (expires_at IS NULL OR expires_at > ?)), 0) "
        "FROM files WHERE workspace = ?",
        (now.timestamp(), workspace),
    ).fetchone()
    accounts = db.execute(
        "SELECT * FROM accounts WHERE workspace = ? ORDER BY way, model, above, us_only",
        (workspace,),
    )
    return Ledger(
        batches=batches,
        requests=requests,
        ids_again=requests - ids,
        params_again=requests - params,
        uploads=uploads,
        uploaded_bytes=uploaded_bytes,
        files=files,
        accounts=tuple(map(_account, accounts)),
    )
