"""The files that were uploaded to the Practice service; their bytes lie beside the database."""

import sqlite3
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from claude_batch_desk.practice.records import LISTED_AFTER_EXPIRY, NewFile, StoredFile
from claude_batch_desk.practice.state.database import Database
from claude_batch_desk.practice.state.moments import moment_of

_THERE = "workspace = ? AND NOT deleted AND (expires_at IS NULL OR expires_at > ?)"


class FileStore:
    """Every method may be called from any thread."""

    def __init__(self, database: Database, spool: Path) -> None:
        self._database = database
        self._spool = spool

    def path(self, file_id: str) -> Path:
        """Where the bytes of a file are."""
        return self._spool / f"{file_id}.file"

    def add(self, new: NewFile, spooled: Path) -> StoredFile:
        """Keep a file; its bytes are moved away from where they were spooled."""
        spooled.replace(self.path(new.id))
        with self._database.writing() as db:
            seq = db.execute(
                "INSERT INTO files (id, workspace, name, media_type, size, sha256, created_at, "
                "expires_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    new.id,
                    new.workspace,
                    new.name,
                    new.media_type,
                    new.size,
                    new.sha256,
                    new.created_at.timestamp(),
                    new.expires_at.timestamp() if new.expires_at else None,
                ),
            ).lastrowid
            return _file(db.execute("SELECT * FROM files WHERE seq = ?", (seq,)).fetchone())

    def file(self, workspace: str, file_id: str, now: datetime) -> StoredFile | None:
        """A file of a workspace; None where there is none, or it expired long ago."""
        found = self.named(workspace, [file_id], now)
        return found[0] if found else None

    def named(self, workspace: str, ids: Sequence[str], now: datetime) -> list[StoredFile]:
        """Those of these files that a workspace has, newest first."""
        marks = ", ".join("?" * len(ids))
        where = f"id IN ({marks}) ORDER BY seq DESC"
        return self._listed(workspace, now, where, ids)

    def older(self, workspace: str, seq: int, now: datetime, limit: int) -> list[StoredFile]:
        """At most `limit` files next below `seq`, newest first."""
        where = "seq < ? ORDER BY seq DESC LIMIT ?"
        return self._listed(workspace, now, where, (seq, limit))

    def _listed(
        self, workspace: str, now: datetime, where: str, values: Sequence[str | int]
    ) -> list[StoredFile]:
        since = (now - LISTED_AFTER_EXPIRY).timestamp()
        with self._database.reading() as db:
            rows = db.execute(
                f"SELECT * FROM files WHERE {_THERE} AND {where}",  # noqa: S608  constant, but for marks
                (workspace, since, *values),
            ).fetchall()
        return [_file(row) for row in rows]

    def delete(self, file: StoredFile) -> None:
        """Forget a file and its bytes; its upload stays in the ledger."""
        with self._database.writing() as db:
            db.execute("UPDATE files SET deleted = 1 WHERE seq = ?", (file.seq,))
        self._remove(file.id)

    def drop_expired(self, moment: datetime) -> None:
        """Remove the bytes of files that expired before then; what is known of them stays."""
        with self._database.reading() as db:
            rows = db.execute(
                "SELECT id FROM files WHERE NOT deleted AND expires_at <= ?", (moment.timestamp(),)
            ).fetchall()
        for (file_id,) in rows:
            self._remove(file_id)

    def _remove(self, file_id: str) -> None:
        # Windows removes no file that is being read; the next start does.
        with suppress(PermissionError):
            self.path(file_id).unlink(missing_ok=True)

    def kept_paths(self) -> set[Path]:
        """Where the bytes of all files that were not deleted are, or were."""
        with self._database.reading() as db:
            rows = db.execute("SELECT id FROM files WHERE NOT deleted").fetchall()
        return {self.path(file_id) for (file_id,) in rows}


def _file(row: sqlite3.Row) -> StoredFile:
    return StoredFile(
        seq=row["seq"],
        id=row["id"],
        workspace=row["workspace"],
        name=row["name"],
        media_type=row["media_type"],
        size=row["size"],
        sha256=row["sha256"],
        created_at=moment_of(row["created_at"]),
        expires_at=None if row["expires_at"] is None else moment_of(row["expires_at"]),
    )
