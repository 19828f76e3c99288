"""The file behind the Practice service's memory: its tables, its lock and its transactions."""

import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from claude_batch_desk.core.errors import DeskError
from claude_batch_desk.practice.tokens import TOKEN_KINDS

_VERSION = 3
_LOCK_SECONDS = 2
_TOKEN_COLUMNS = ", ".join(f"{kind} INTEGER NOT NULL DEFAULT 0" for kind in TOKEN_KINDS)
_BATCHES = f"""
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
_FILES = """
CREATE TABLE files (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    workspace TEXT NOT NULL,
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    size INTEGER NOT NULL,
    sha256 BLOB NOT NULL,
    created_at REAL NOT NULL,
    expires_at REAL,
    deleted INTEGER NOT NULL DEFAULT 0
) STRICT;
"""
_MONEY = f"""
CREATE TABLE accounts (
    workspace TEXT NOT NULL,
    way TEXT NOT NULL,
    model TEXT NOT NULL,
    above INTEGER NOT NULL,
    us_only INTEGER NOT NULL,
    calls INTEGER NOT NULL DEFAULT 0,
    {_TOKEN_COLUMNS},
    picodollars INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (workspace, way, model, above, us_only)
) STRICT;
INSERT INTO accounts (workspace, way, model, above, us_only, calls, {", ".join(TOKEN_KINDS)})
    SELECT workspace, way, '', -1, 0, calls, {", ".join(TOKEN_KINDS)} FROM usage;
DROP TABLE usage;
CREATE TABLE prefixes (
    workspace TEXT NOT NULL,
    prefix TEXT NOT NULL,
    usable_at REAL NOT NULL,
    until REAL NOT NULL,
    PRIMARY KEY (workspace, prefix)
) STRICT;
"""  # noqa: S608 - constant column names
_STEPS = (_BATCHES, _FILES, _MONEY)
"""What each version added to the one before."""


class Database:
    """One SQLite file in a folder that this process alone uses; for any thread.

    Raises DeskError where the folder is taken, or was left by a newer version.
    """

    def __init__(self, home: Path) -> None:
        self._path = home / "practice.sqlite"
        self._lock = _lock(home / "practice.lock")
        self._prepare()

    def close(self) -> None:
        """Let another service use the folder."""
        self._lock.release()

    def fact(self, name: str) -> str:
        """A fact about this service as a whole, or "" if nobody remembered it."""
        with self.reading() as db:
            found = db.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
        return str(found[0]) if found else ""

    def remember(self, name: str, value: str) -> None:
        """Keep a fact about this service as a whole."""
        with self.writing() as db:
            db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (name, value))

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection of its own; rows know their columns by name."""
        # A connection costs 0.1 ms; sharing one between threads would cost a lock around all of it.
        with closing(sqlite3.connect(self._path, timeout=30, isolation_level=None)) as db:
            db.row_factory = sqlite3.Row
            yield db

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction: kept as a whole, or not at all."""
        with self.reading() as db:
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
            except BaseException:
                db.execute("ROLLBACK")
                raise
            db.execute("COMMIT")

    def _prepare(self) -> None:
        with closing(sqlite3.connect(self._path)) as db:
            db.execute("PRAGMA journal_mode = WAL")
            (version,) = db.execute("PRAGMA user_version").fetchone()
            if version > _VERSION:
                raise DeskError(
                    f"The Practice service's folder {self._path.parent} is from another version. "
                    "Remove it; it holds rehearsals only."
                )
            if version < _VERSION:
                steps = "".join(_STEPS[version:])
                db.executescript(f"BEGIN; {steps} PRAGMA user_version = {_VERSION}; COMMIT;")
        if not self.fact("salt"):
            self.remember("salt", secrets.token_hex(16))


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
