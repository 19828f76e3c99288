"""Database: the store's file, its form, and what happens when either is not as expected."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from claude_batch_desk.core.errors import StoreError
from claude_batch_desk.core.jobs.store.account_tables import ACCOUNT
from claude_batch_desk.core.jobs.store.again_tables import AGAIN
from claude_batch_desk.core.jobs.store.call_tables import CALLS
from claude_batch_desk.core.jobs.store.charge_tables import CHARGES
from claude_batch_desk.core.jobs.store.correction_tables import CORRECTIONS
from claude_batch_desk.core.jobs.store.delivery_tables import DELIVERIES
from claude_batch_desk.core.jobs.store.document_tables import DOCUMENT_PAGES
from claude_batch_desk.core.jobs.store.hold_tables import HOLDS
from claude_batch_desk.core.jobs.store.increment_tables import INCREMENT
from claude_batch_desk.core.jobs.store.message_ends import MESSAGE_ENDS
from claude_batch_desk.core.jobs.store.rest_tables import RESTS
from claude_batch_desk.core.jobs.store.start_tables import STARTS
from claude_batch_desk.core.jobs.store.troubles import IN_USE, sentence_of
from claude_batch_desk.core.jobs.store.waiting_tables import WAITING

FILE_NAME = "desk.sqlite3"
SOURCES = "sources"
"""The folder beside it with the files that were opened, as they were."""
_BUSY_SECONDS = 10
_PAGE_BYTES = 16_384
"""Answers are of some 1 kB: more of them fit than into four pages of the default size, and they
are written and checked in two thirds of the time. A store that was made with that one keeps it."""

_MIGRATIONS: tuple[str, ...] = (
    """
    CREATE TABLE source_table (
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL,
        sha256 TEXT NOT NULL,
        columns TEXT NOT NULL,
        row_count INTEGER NOT NULL,
        reading TEXT NOT NULL,
        notes TEXT NOT NULL,
        opened_at TEXT NOT NULL
    );
    CREATE TABLE table_page (
        table_id INTEGER NOT NULL REFERENCES source_table(id) ON DELETE CASCADE,
        page INTEGER NOT NULL,
        cells BLOB NOT NULL,
        PRIMARY KEY (table_id, page)
    );
    CREATE TABLE job (
        id INTEGER PRIMARY KEY,
        token TEXT NOT NULL UNIQUE,
        name TEXT NOT NULL,
        mode TEXT NOT NULL,
        state TEXT NOT NULL,
        recipe TEXT NOT NULL,
        table_id INTEGER REFERENCES source_table(id),
        selection TEXT NOT NULL,
        created_at TEXT NOT NULL,
        rows INTEGER NOT NULL DEFAULT 0,
        requests INTEGER NOT NULL DEFAULT 0,
        way TEXT NOT NULL DEFAULT 'batch',
        address TEXT NOT NULL DEFAULT '',
        model TEXT,
        sent_at TEXT,
        ended_at TEXT,
        estimate TEXT,
        outcomes TEXT NOT NULL DEFAULT '{}',
        billed TEXT,
        key_print TEXT NOT NULL DEFAULT '',
        next_look TEXT
    );
    CREATE TABLE part (
        job_id INTEGER NOT NULL REFERENCES job(id) ON DELETE CASCADE,
        number INTEGER NOT NULL,
        state TEXT NOT NULL,
        first_request INTEGER NOT NULL,
        last_request INTEGER NOT NULL,
        requests INTEGER NOT NULL,
        size INTEGER NOT NULL,
        sha256 TEXT NOT NULL,
        attempt INTEGER NOT NULL DEFAULT 0,
        mark TEXT NOT NULL DEFAULT '',
        batch_id TEXT UNIQUE,
        workspace TEXT NOT NULL DEFAULT '',
        sent_at TEXT,
        created_at TEXT,
        expires_at TEXT,
        ended_at TEXT,
        counts TEXT NOT NULL DEFAULT '[0,0,0,0,0]',
        failures INTEGER NOT NULL DEFAULT 0,
        note TEXT NOT NULL DEFAULT '',
        PRIMARY KEY (job_id, number)
    );
    -- Row numbers, the request of each row (both unsigned 32-bit, native order as named) and
    -- the SHA-256 of each request, as three arrays: a million rows are 40 MB and read at once.
    CREATE TABLE plan (
        job_id INTEGER PRIMARY KEY REFERENCES job(id) ON DELETE CASCADE,
        byte_order TEXT NOT NULL,
        row_numbers BLOB NOT NULL,
        request_of_row BLOB NOT NULL,
        digests BLOB NOT NULL
    );
    -- id = job << 32 | request: answers arrive in any order, and a text key would cost ten
    -- times the writing.
    CREATE TABLE answer (
        id INTEGER PRIMARY KEY,
        outcome TEXT NOT NULL,
        "values" TEXT NOT NULL,
        reason TEXT NOT NULL,
        usage TEXT,
        cost TEXT NOT NULL,
        batch_id TEXT NOT NULL,
        raw BLOB NOT NULL
    );
    CREATE TABLE stray (
        job_id INTEGER NOT NULL REFERENCES job(id) ON DELETE CASCADE,
        batch_id TEXT NOT NULL,
        custom_id TEXT NOT NULL,
        raw BLOB NOT NULL,
        PRIMARY KEY (job_id, batch_id, custom_id)
    );
    CREATE TABLE trial (
        job_id INTEGER NOT NULL REFERENCES job(id) ON DELETE CASCADE,
        sha256 TEXT NOT NULL,
        row INTEGER NOT NULL,
        prompt TEXT NOT NULL,
        raw BLOB NOT NULL,
        tried_at TEXT NOT NULL,
        PRIMARY KEY (job_id, sha256)
    );
    CREATE TABLE counted (
        job_id INTEGER NOT NULL REFERENCES job(id) ON DELETE CASCADE,
        sha256 TEXT NOT NULL,
        input_tokens INTEGER NOT NULL,
        PRIMARY KEY (job_id, sha256)
    );
    """,
    """
    ALTER TABLE job ADD COLUMN canceled INTEGER NOT NULL DEFAULT 0;
    -- A job that is gone with the command that made it, or else at the next start.
    ALTER TABLE job ADD COLUMN scratch INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE part ADD COLUMN looks INTEGER NOT NULL DEFAULT 0;
    """,
    """
    ALTER TABLE source_table ADD COLUMN findings TEXT NOT NULL DEFAULT '[]';
    ALTER TABLE source_table ADD COLUMN profile TEXT NOT NULL DEFAULT '[]';
    """,
    """
    -- Where the source was, with its size in bytes and its time of change in nanoseconds, to tell
    -- when it has changed since; '' for an earlier version's table and for pasted rows.
    ALTER TABLE source_table ADD COLUMN path TEXT NOT NULL DEFAULT '';
    ALTER TABLE source_table ADD COLUMN size INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE source_table ADD COLUMN modified INTEGER NOT NULL DEFAULT 0;
    CREATE TABLE document (
        table_id INTEGER NOT NULL REFERENCES source_table(id) ON DELETE CASCADE,
        row INTEGER NOT NULL,
        name TEXT NOT NULL,
        kind TEXT NOT NULL,
        media_type TEXT NOT NULL,
        size INTEGER NOT NULL,
        sha256 TEXT NOT NULL,
        pages INTEGER NOT NULL,
        width INTEGER NOT NULL,
        height INTEGER NOT NULL,
        problem TEXT NOT NULL,
        PRIMARY KEY (table_id, row)
    );
    -- What could be read out of documents, once where rows share one; none is not kept.
    CREATE TABLE document_text (
        table_id INTEGER NOT NULL REFERENCES source_table(id) ON DELETE CASCADE,
        sha256 TEXT NOT NULL,
        media_type TEXT NOT NULL,
        text TEXT NOT NULL,
        PRIMARY KEY (table_id, sha256, media_type)
    );
    -- When the first of the files that a part's body refers to expires; NULL where there are none.
    ALTER TABLE part ADD COLUMN files_until TEXT;
    -- Files that the service holds, by the content they have; expires_at is UTC.
    CREATE TABLE uploaded (
        sha256 TEXT NOT NULL,
        address TEXT NOT NULL,
        key_print TEXT NOT NULL,
        file_id TEXT NOT NULL,
        expires_at TEXT NOT NULL,
        PRIMARY KEY (sha256, address, key_print)
    );
    """,
    """
    -- States of the recipe that were tried, sent or kept; origin is the version gone back to, or 0.
    CREATE TABLE version (
        job_id INTEGER NOT NULL REFERENCES job(id) ON DELETE CASCADE,
        number INTEGER NOT NULL,
        recipe TEXT NOT NULL,
        kept_at TEXT NOT NULL,
        why TEXT NOT NULL,
        origin INTEGER NOT NULL,
        PRIMARY KEY (job_id, number)
    );
    -- The version a row was tried with; 0 for trials of before there were versions.
    ALTER TABLE trial ADD COLUMN version INTEGER NOT NULL DEFAULT 0;
    """,
    """
    -- How the instructions of a job are cached, as JSON; '' where they are not.
    ALTER TABLE job ADD COLUMN cache TEXT NOT NULL DEFAULT '';
    -- How soon a job is wanted, as a tag and, where one was named, as a time.
    ALTER TABLE job ADD COLUMN latency TEXT NOT NULL DEFAULT '';
    ALTER TABLE job ADD COLUMN needed_by TEXT;
    -- Right answers that a person gave by hand; '' says that nothing is right to answer. `cells` is
    -- the SHA-256 of the row's cells, which finds the row again in a changed table; rows that were
    -- `picked` to be labelled say nothing of others.
    CREATE TABLE gold (
        job_id INTEGER NOT NULL REFERENCES job(id) ON DELETE CASCADE,
        field TEXT NOT NULL,
        table_id INTEGER NOT NULL,
        row INTEGER NOT NULL,
        value TEXT NOT NULL,
        cells TEXT NOT NULL,
        picked INTEGER NOT NULL,
        labelled_at TEXT NOT NULL,
        PRIMARY KEY (job_id, field, table_id, row)
    );
    -- Which column of the table holds the right answers of an answer column.
    CREATE TABLE gold_column (
        job_id INTEGER NOT NULL REFERENCES job(id) ON DELETE CASCADE,
        field TEXT NOT NULL,
        source_column TEXT NOT NULL,
        PRIMARY KEY (job_id, field)
    );
    -- How many rows a trial stands for, relative to the others; NULL where a person chose it.
    ALTER TABLE trial ADD COLUMN weight REAL DEFAULT 1;
    -- The version of the prompt that an answer is of; 0 is the one its job was sent with.
    ALTER TABLE answer ADD COLUMN version INTEGER NOT NULL DEFAULT 0;
    -- Recipes put side by side on the same rows (a JSON list) of a table, one contest a job; their
    -- answers are trials. `version` is the job's version that an arm is, or 0.
    CREATE TABLE contest (
        job_id INTEGER PRIMARY KEY REFERENCES job(id) ON DELETE CASCADE,
        table_id INTEGER NOT NULL,
        "rows" TEXT NOT NULL,
        again INTEGER NOT NULL
    );
    CREATE TABLE arm (
        job_id INTEGER NOT NULL REFERENCES contest(job_id) ON DELETE CASCADE,
        number INTEGER NOT NULL,
        version INTEGER NOT NULL,
        recipe TEXT NOT NULL,
        PRIMARY KEY (job_id, number)
    );
    -- What came back where a request was asked a second time, to see the chance in its answers.
    CREATE TABLE second_answer (
        job_id INTEGER NOT NULL REFERENCES job(id) ON DELETE CASCADE,
        sha256 TEXT NOT NULL,
        raw BLOB NOT NULL,
        answered_at TEXT NOT NULL,
        PRIMARY KEY (job_id, sha256)
    );
    -- An answer taken over from a trial is of the version that was tried.
    UPDATE answer SET version=coalesce((
        SELECT trial.version FROM plan JOIN trial ON trial.job_id=plan.job_id
        WHERE plan.job_id=answer.id>>32 AND trial.sha256
        =lower(hex(substr(plan.digests, (answer.id & 4294967295)*32+1, 32)))
    ), 0) WHERE batch_id='' AND outcome='answered';
    """  # noqa: S608 - both are ours
    + CHARGES
    + HOLDS,
    AGAIN + ACCOUNT + CALLS + RESTS + WAITING + INCREMENT + STARTS + CORRECTIONS,
    DOCUMENT_PAGES + DELIVERIES,
    MESSAGE_ENDS,
)
CURRENT_VERSION = len(_MIGRATIONS)
"""The form of the store that this program keeps."""


class Database:
    """The store's file. Each `write` or `read` is one connection and one transaction."""

    def __init__(self, home: Path) -> None:
        """Open or create the file in `home`; raises StoreError where it cannot be used."""
        self.path = home / FILE_NAME
        with _plain_failures(), self._alone():
            if not self.path.exists():
                _make_private(self.path)
            self._migrate()

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """A transaction that is on disk when the block is left, and never was if it raises."""
        with _plain_failures():
            connection = self._connect()
            try:
                connection.execute("BEGIN IMMEDIATE")
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise
            finally:
                connection.close()

    @contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        """One consistent view."""
        with _plain_failures():
            connection = self._connect()
            try:
                connection.execute("BEGIN")
                yield connection
            finally:
                connection.close()

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self.path,
            timeout=_BUSY_SECONDS,
            isolation_level=None,
            check_same_thread=False,  # `Behind` commits in another one than it writes in
        )
        connection.row_factory = sqlite3.Row
        connection.execute(f"PRAGMA page_size={_PAGE_BYTES}")  # heard by a store that is new
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA foreign_keys=ON")
        return connection

    def _alone(self) -> FileLock:
        # SQLite refuses the change to a write-ahead log at once, without its busy wait, while
        # another connection looks at the new file.
        return FileLock(self.path.with_suffix(".opening"), timeout=_BUSY_SECONDS)

    def _migrate(self) -> None:
        with closing(self._connect()) as connection:
            version = _version(connection)
            if version > len(_MIGRATIONS):
                raise StoreError(
                    "The job store was last used by a newer version of Claude Batch Desk. "
                    f"Nothing was changed. Install that version to open {self.path}."
                )
            if 0 < version < len(_MIGRATIONS):
                self._copy(connection, self.path.with_suffix(f".before-{len(_MIGRATIONS)}"))
        if version < len(_MIGRATIONS):
            with self.write() as connection:
                for number in range(version, len(_MIGRATIONS)):
                    for statement in _MIGRATIONS[number].split(";\n"):
                        connection.execute(statement)
                    connection.execute(f"PRAGMA user_version={number + 1}")

    @staticmethod
    def _copy(connection: sqlite3.Connection, to: Path) -> None:
        """As the store stands, with what is still in its log."""
        to.unlink(missing_ok=True)
        _make_private(to)
        with closing(sqlite3.connect(to)) as copy:
            connection.backup(copy)


def _make_private(path: Path) -> None:
    os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


@contextmanager
def _plain_failures() -> Iterator[None]:
    try:
        yield
    except sqlite3.OperationalError as error:
        raise StoreError(sentence_of(error)) from error
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.IntegrityError | sqlite3.ProgrammingError):
            raise  # ours to mend, not the person's
        raise StoreError(
            "The job store is damaged. Nothing was changed. Restore it from a backup, or move "
            f"{FILE_NAME} out of the data folder to start with an empty one."
        ) from error
    except Timeout as error:
        raise StoreError(IN_USE) from error
    except OSError as error:
        raise StoreError(
            f"The job store cannot be written: {error.strerror}. Check that the data folder "
            "exists, is yours and has room."
        ) from error
