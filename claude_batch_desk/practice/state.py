"""What the Practice service remembers: batches, their requests and the ledger, in one SQLite file.

Bodies and results are files beside it. Every change is committed before the reply that tells of
it, so that a killed server comes back knowing what it accepted.
"""

import secrets
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from claude_batch_desk.core.errors import DeskError
from claude_batch_desk.practice.ledger import TOKEN_KINDS, Ledger, Tokens
from claude_batch_desk.practice.records import Counts, NewBatch, RequestEntry, StoredBatch

_VERSION = 1
_LOCK_SECONDS = 2
_LISTED = "SELECT * FROM batches WHERE workspace = ? AND NOT deleted AND listed_at <= ?"
_TOKEN_COLUMNS = ", ".join(f"{kind} INTEGER NOT NULL DEFAULT 0" for kind in TOKEN_KINDS)
_SCHEMA = f"""
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE batches (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    workspace TEXT NOT NULL,
    version TEXT NOT NULL,
    betas TEXT NOT NULL,
    faults TEXT NOT NULL,
    total INTEGER NOT NULL,
    created_at REAL NOT NULL,
    listed_at REAL NOT NULL,
    due_at REAL NOT NULL,
    cancel_at REAL,
    ended_at REAL,
    succeeded INTEGER NOT NULL DEFAULT 0,
    errored INTEGER NOT NULL DEFAULT 0,
    canceled INTEGER NOT NULL DEFAULT 0,
    expired INTEGER NOT NULL DEFAULT 0,
    deleted INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE requests (
    batch INTEGER NOT NULL,
    number INTEGER NOT NULL,
    custom_id TEXT NOT NULL,
    params_sha256 BLOB NOT NULL,
    place INTEGER NOT NULL,
    length INTEGER NOT NULL,
    PRIMARY KEY (batch, number)
) STRICT, WITHOUT ROWID;
CREATE TABLE usage (
    workspace TEXT NOT NULL,
    way TEXT NOT NULL,
    calls INTEGER NOT NULL DEFAULT 0,
    {_TOKEN_COLUMNS},
    PRIMARY KEY (workspace, way)
) STRICT;
"""


class State:
    """The memory of one Practice service; every method may be called from any thread."""

    def __init__(self, home: Path) -> None:
        self._path = home / "practice.sqlite"
        self.spool = home / "spool"
        try:
            home.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.spool.mkdir(mode=0o700, exist_ok=True)
            self._lock = _lock(home / "practice.lock")
            self._prepare()
        except (OSError, sqlite3.Error) as error:
            raise DeskError(
                f"The Practice service cannot use the folder {home}: {error}. Nothing was changed. "
                "Choose another folder, or remove this one; it holds rehearsals only."
            ) from error

    def close(self) -> None:
        """Let another service use the folder."""
        self._lock.release()

    def body_path(self, batch_id: str) -> Path:
        """Where the create body of a batch is spooled."""
        return self.spool / f"{batch_id}.body.json"

    def results_path(self, batch_id: str) -> Path:
        """Where the result lines of an ended batch are."""
        return self.spool / f"{batch_id}.results.jsonl"

    def fact(self, name: str) -> str:
        """A fact about this service as a whole, or "" if nobody remembered it."""
        with self._reading() as db:
            found = db.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
        return str(found[0]) if found else ""

    def remember(self, name: str, value: str) -> None:
        """Keep a fact about this service as a whole."""
        with self._writing() as db:
            db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (name, value))

    def add_batch(self, new: NewBatch, entries: Sequence[RequestEntry]) -> StoredBatch:
        """Accept a batch with its requests."""
        with self._writing() as db:
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
        with self._reading() as db:
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
        with self._reading() as db:
            rows = db.execute(
                f"{_LISTED} AND {where} LIMIT ?",
                (workspace, listed_before.timestamp(), seq, limit),
            ).fetchall()
        return [_batch(row) for row in rows]

    def unfinished(self) -> list[StoredBatch]:
        """Every batch that has not ended, oldest first."""
        with self._reading() as db:
            rows = db.execute("SELECT * FROM batches WHERE ended_at IS NULL ORDER BY seq")
            return [_batch(row) for row in rows]

    def waiting(self, workspace: str) -> int:
        """How many requests of a workspace have not been finished."""
        with self._reading() as db:
            (total,) = db.execute(
                "SELECT coalesce(sum(total), 0) FROM batches "
                "WHERE workspace = ? AND ended_at IS NULL",
                (workspace,),
            ).fetchone()
        return int(total)

    def entries(self, batch: StoredBatch) -> list[RequestEntry]:
        """The requests of a batch in the order they were sent."""
        with self._reading() as db:
            rows = db.execute(
                "SELECT custom_id, params_sha256, place, length FROM requests "
                "WHERE batch = ? ORDER BY number",
                (batch.seq,),
            )
            return [RequestEntry(*row) for row in rows]

    def cancel(self, batch: StoredBatch, moment: datetime) -> None:
        """Remember that cancelation began; the first time counts."""
        with self._writing() as db:
            db.execute(
                "UPDATE batches SET cancel_at = ? "
                "WHERE seq = ? AND cancel_at IS NULL AND ended_at IS NULL",
                (moment.timestamp(), batch.seq),
            )

    def end(self, batch: StoredBatch, moment: datetime, counts: Counts, tokens: Tokens) -> None:
        """Remember how a batch ended, and bill its tokens, once."""
        with self._writing() as db:
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
                _bill(db, batch.workspace, "batch", counts.succeeded, tokens)
        self.body_path(batch.id).unlink(missing_ok=True)

    def delete(self, batch: StoredBatch) -> None:
        """Forget a batch; its requests stay in the ledger, its files go."""
        with self._writing() as db:
            db.execute("UPDATE batches SET deleted = 1 WHERE seq = ?", (batch.seq,))
        self.body_path(batch.id).unlink(missing_ok=True)
        self.results_path(batch.id).unlink(missing_ok=True)

    def bill_message(self, workspace: str, tokens: Tokens) -> None:
        """Count one synchronous message."""
        with self._writing() as db:
            _bill(db, workspace, "message", 1, tokens)

    def ledgers(self) -> dict[str, Ledger]:
        """The account of every workspace that sent anything, by workspace id."""
        with self._reading() as db:
            return {workspace: _ledger(db, workspace) for workspace in _workspaces(db)}

    def _prepare(self) -> None:
        with closing(sqlite3.connect(self._path)) as db:
            db.execute("PRAGMA journal_mode = WAL")
            (version,) = db.execute("PRAGMA user_version").fetchone()
            if version == 0:
                db.executescript(f"BEGIN; {_SCHEMA} PRAGMA user_version = {_VERSION}; COMMIT;")
            elif version != _VERSION:
                raise DeskError(
                    f"The Practice service's folder {self._path.parent} is from another version. "
                    "Remove it; it holds rehearsals only."
                )
        if not self.fact("salt"):
            self.remember("salt", secrets.token_hex(16))
        self._sweep()

    def _sweep(self) -> None:
        """Remove what a killed server left: files no batch has, or no longer needs."""
        with self._reading() as db:
            rows = db.execute("SELECT id, ended_at FROM batches WHERE NOT deleted").fetchall()
        needed = {
            (self.body_path if ended_at is None else self.results_path)(id_)
            for id_, ended_at in rows
        }
        for path in set(self.spool.iterdir()) - needed:
            path.unlink()

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        # A connection costs 0.1 ms; sharing one between threads would cost a lock around all of it.
        with closing(sqlite3.connect(self._path, timeout=30, isolation_level=None)) as db:
            db.row_factory = sqlite3.Row
            yield db

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._reading() as db:
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
            except BaseException:
                db.execute("ROLLBACK")
                raise
            db.execute("COMMIT")


def _lock(path: Path) -> FileLock:
    """Hold the folder; the system lets go of it however this process ends."""
    lock = FileLock(path, timeout=_LOCK_SECONDS, thread_local=False)
    try:
        lock.acquire()
    except Timeout as error:
        raise DeskError(
            f"Another Practice service is using the folder {path.parent}. "
            "Close it, or choose another folder."
        ) from error
    return lock


def _batch(row: sqlite3.Row) -> StoredBatch:
    return StoredBatch(
        seq=row["seq"],
        id=row["id"],
        workspace=row["workspace"],
        version=row["version"],
        betas=tuple(filter(None, row["betas"].split(","))),
        faults=tuple(filter(None, row["faults"].split(","))),
        total=row["total"],
        created_at=_moment(row["created_at"]),
        listed_at=_moment(row["listed_at"]),
        due_at=_moment(row["due_at"]),
        cancel_at=None if row["cancel_at"] is None else _moment(row["cancel_at"]),
        ended_at=None if row["ended_at"] is None else _moment(row["ended_at"]),
        counts=Counts(row["succeeded"], row["errored"], row["canceled"], row["expired"]),
        deleted=bool(row["deleted"]),
    )


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _bill(db: sqlite3.Connection, workspace: str, way: str, calls: int, tokens: Tokens) -> None:
    db.execute("INSERT OR IGNORE INTO usage (workspace, way) VALUES (?, ?)", (workspace, way))
    grown = ", ".join(f"{kind} = {kind} + ?" for kind in TOKEN_KINDS)
    db.execute(
        f"UPDATE usage SET calls = calls + ?, {grown} "  # noqa: S608  constant column names
        "WHERE workspace = ? AND way = ?",
        (calls, *(getattr(tokens, kind) for kind in TOKEN_KINDS), workspace, way),
    )


def _workspaces(db: sqlite3.Connection) -> list[str]:
    rows = db.execute("SELECT workspace FROM batches UNION SELECT workspace FROM usage ORDER BY 1")
    return [workspace for (workspace,) in rows]


def _ledger(db: sqlite3.Connection, workspace: str) -> Ledger:
    (batches,) = db.execute(
        "SELECT count(*) FROM batches WHERE workspace = ?", (workspace,)
    ).fetchone()
    requests, ids, params = db.execute(
        "SELECT count(*), count(DISTINCT custom_id), count(DISTINCT params_sha256) FROM requests "
        "WHERE batch IN (SELECT seq FROM batches WHERE workspace = ?)",
        (workspace,),
    ).fetchone()
    billed = {
        row["way"]: (row["calls"], Tokens(*(row[kind] for kind in TOKEN_KINDS)))
        for row in db.execute("SELECT * FROM usage WHERE workspace = ?", (workspace,))
    }
    messages, message_tokens = billed.get("message", (0, Tokens()))
    return Ledger(
        batches=batches,
        requests=requests,
        ids_again=requests - ids,
        params_again=requests - params,
        messages=messages,
        batch_tokens=billed.get("batch", (0, Tokens()))[1],
        message_tokens=message_tokens,
    )
