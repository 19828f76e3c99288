"""UploadStore: which documents the service holds as files, and until when."""

from dataclasses import dataclass
from datetime import datetime

from claude_batch_desk.core.jobs.store.database import Database


@dataclass(frozen=True)
class Holder:
    """Who can use an uploaded file: a service, and the account behind a key."""

    address: str
    """As Job.address has it."""
    key_print: str
    """See Job.key_print."""


@dataclass(frozen=True)
class Uploaded:
    """A document the service holds, by the SHA-256 of its bytes."""

    sha256: str
    file_id: str
    expires_at: datetime
    """Aware UTC."""


class UploadStore:
    """Uploaded files, at most one for each content and holder."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def find(self, sha256: str, holder: Holder) -> Uploaded | None:
        """The file of this content, which may have expired."""
        with self._database.read() as connection:
            row = connection.execute(
                "SELECT file_id, expires_at FROM uploaded"
                " WHERE sha256=? AND address=? AND key_print=?",
                (sha256, holder.address, holder.key_print),
            ).fetchone()
        if row is None:
            return None
        return Uploaded(sha256, row["file_id"], datetime.fromisoformat(row["expires_at"]))

    def keep(self, holder: Holder, uploaded: Uploaded) -> None:
        """Remember a file that was just uploaded, in the place of an older one."""
        with self._database.write() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO uploaded"
                " (sha256, address, key_print, file_id, expires_at) VALUES (?, ?, ?, ?, ?)",
                (
                    uploaded.sha256,
                    holder.address,
                    holder.key_print,
                    uploaded.file_id,
                    uploaded.expires_at.isoformat(),
                ),
            )

    def forget(self, file_id: str) -> None:
        """Never refer to this file again."""
        with self._database.write() as connection:
            connection.execute("DELETE FROM uploaded WHERE file_id=?", (file_id,))

    def left_by(self, job_id: int, holder: Holder) -> list[str]:
        """The ids of the files of a finished job that no other job may still need.

        A draft may: it can be about to send what refers to them.
        """
        with self._database.read() as connection:
            rows = connection.execute(
                "SELECT file_id FROM uploaded WHERE address=? AND key_print=?"
                " AND sha256 IN (SELECT sha256 FROM document"
                "  WHERE table_id=(SELECT table_id FROM job WHERE id=?))"
                " AND sha256 NOT IN (SELECT sha256 FROM document WHERE table_id IN"
                "  (SELECT table_id FROM job WHERE id<>? AND state<>'done'))",
                (holder.address, holder.key_print, job_id, job_id),
            ).fetchall()
        return [row["file_id"] for row in rows]
