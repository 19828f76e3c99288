"""The documents of stored tables: their facts row by row, each text once."""

import sqlite3
from collections.abc import Sequence

import orjson

from claude_batch_desk.core.documents.kinds import frozen_name
from claude_batch_desk.core.jobs.store.database import SOURCES, Database
from claude_batch_desk.core.jobs.store.records import dumps
from claude_batch_desk.core.tables.document import Document

_FACTS = "name, kind, media_type, size, sha256, pages, width, height, problem"


class StoredDocuments:
    """The documents of one stored table; safe to use from any thread."""

    def __init__(self, database: Database, table_id: int) -> None:
        self._database = database
        self._table_id = table_id
        self._sources = database.path.parent / SOURCES

    def window(self, first: int, count: int) -> list[Document]:
        """Those of the rows `first` up to `first + count`, fewer at the end, with their texts."""
        with self._database.read() as connection:
            found = connection.execute(
                f"SELECT {_FACTS}, coalesce(text, '') AS text,"  # noqa: S608 - ours
                " coalesce(page_starts, '') AS page_starts FROM document"
                " LEFT JOIN document_text USING (table_id, sha256, media_type)"
                " WHERE table_id=? AND row BETWEEN ? AND ? ORDER BY row",
                (self._table_id, first, first + count - 1),
            )
            return [self._document(row) for row in found]

    def _document(self, row: sqlite3.Row) -> Document:
        is_kept = row["kind"] != "text" and row["sha256"] and not row["problem"]
        frozen = self._sources / frozen_name(row["sha256"], row["media_type"])
        starts = tuple(orjson.loads(row["page_starts"] or "[]"))
        return Document(**{**dict(row), "page_starts": starts}, path=frozen if is_kept else None)


def keep_documents(
    connection: sqlite3.Connection, table_id: int, first: int, documents: Sequence[Document]
) -> None:
    """Store the documents of the rows from `first` on."""
    connection.executemany(
        f"INSERT INTO document (table_id, row, {_FACTS})"  # noqa: S608 - ours
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (
                *(table_id, row, each.name, each.kind, each.media_type, each.size, each.sha256),
                *(each.pages, each.width, each.height, each.problem),
            )
            for row, each in enumerate(documents, first)
        ),
    )
    connection.executemany(
        "INSERT OR IGNORE INTO document_text VALUES (?, ?, ?, ?, ?)",
        (
            (table_id, each.sha256, each.media_type, each.text, dumps(each.page_starts))
            for each in documents
            if each.text
        ),
    )
