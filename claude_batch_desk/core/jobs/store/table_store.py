"""TableStore: the rows of opened sources, kept in pages and read in windows."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import orjson

from claude_batch_desk.core.errors import StoreError
from claude_batch_desk.core.jobs.store.database import Database
from claude_batch_desk.core.jobs.store.documents import StoredDocuments, keep_documents
from claude_batch_desk.core.tables.document import Document
from claude_batch_desk.core.tables.finding import Finding
from claude_batch_desk.core.tables.profile import ColumnProfile
from claude_batch_desk.core.tables.table import (
    PAGE_ROWS,
    Found,
    Origin,
    Page,
    Reading,
    Row,
    Table,
    unpack_page,
)

_PAGES_A_TRANSACTION = 400


class StoredRows:
    """The rows of one stored table; safe to use from any thread."""

    def __init__(self, database: Database, table_id: int, count: int) -> None:
        self._database = database
        self._table_id = table_id
        self._count = count

    def window(self, first: int, count: int) -> list[Row]:
        """The rows `first` up to `first + count`, fewer at the end."""
        last = min(first + count, self._count)
        if last <= first:
            return []
        pages = range(first // PAGE_ROWS, (last - 1) // PAGE_ROWS + 1)
        with self._database.read() as connection:
            found = connection.execute(
                "SELECT cells FROM table_page WHERE table_id=? AND page BETWEEN ? AND ?"
                " ORDER BY page",
                (self._table_id, pages[0], pages[-1]),
            ).fetchall()
        rows = [row for page in found for row in unpack_page(page["cells"])]
        start = first - pages[0] * PAGE_ROWS
        return rows[start : start + last - first]

    def __iter__(self) -> Iterator[Row]:
        for first in range(0, self._count, PAGE_ROWS * 16):
            yield from self.window(first, PAGE_ROWS * 16)


class TableStore:
    """Tables in the store; a table is complete or not there."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, name: str, sha256: str, origin: Origin | None = None) -> int:
        """Make room for a table that is being read; returns its id."""
        found = ("", 0, 0) if origin is None else (str(origin.path), origin.size, origin.modified)
        with self._database.write() as connection:
            return int(
                connection.execute(
                    "INSERT INTO source_table"
                    " (name, sha256, columns, row_count, reading, notes, opened_at,"
                    " path, size, modified)"
                    " VALUES (?, ?, '[]', -1, '{}', '[]', ?, ?, ?, ?)",
                    (name, sha256, datetime.now(UTC).isoformat(), *found),
                ).lastrowid
                or 0
            )

    def add_pages(self, table_id: int, pages: Iterable[Page]) -> int:
        """Store all pages, in order, a few hundred to a transaction; returns the row count.

        All pages but the last must be full, so that a row's page is known from its number.
        """
        rows, number, held = 0, 0, list[tuple[int, int, bytes]]()
        for page in pages:
            held.append((table_id, number, page.cells))
            rows, number = rows + page.rows, number + 1
            if len(held) == _PAGES_A_TRANSACTION:
                self._keep(held)
                held.clear()
        self._keep(held)
        return rows

    def _keep(self, pages: list[tuple[int, int, bytes]]) -> None:
        with self._database.write() as connection:
            connection.executemany("INSERT INTO table_page VALUES (?, ?, ?)", pages)

    def add_documents(self, table_id: int, first: int, documents: Sequence[Document]) -> None:
        """Store the documents of the rows from `first` on.

        A document that has the bytes and media type of an earlier one may come without its text.
        """
        with self._database.write() as connection:
            keep_documents(connection, table_id, first, documents)

    def rows(self, table_id: int, count: int) -> StoredRows:
        """The rows stored so far of a table that is still being taken in."""
        return StoredRows(self._database, table_id, count)

    def identify(self, table_id: int, sha256: str) -> None:
        """Say what a source is known by, where that shows only when it was read."""
        with self._database.write() as connection:
            connection.execute("UPDATE source_table SET sha256=? WHERE id=?", (sha256, table_id))

    def finish(
        self, table_id: int, columns: tuple[str, ...], rows: int, reading: Reading, found: Found
    ) -> Table:
        """Declare the table complete."""
        with self._database.write() as connection:
            connection.execute(
                "UPDATE source_table SET columns=?, row_count=?, reading=?, notes=?, findings=?,"
                " profile=? WHERE id=?",
                (
                    orjson.dumps(columns).decode(),
                    rows,
                    orjson.dumps(asdict(reading)).decode(),
                    orjson.dumps(found.notes).decode(),
                    orjson.dumps(found.findings).decode(),
                    orjson.dumps(found.profile).decode(),
                    table_id,
                ),
            )
        return self.table(table_id)

    def table(self, table_id: int) -> Table:
        """A complete table; raises StoreError where there is none."""
        with self._database.read() as connection:
            row = connection.execute(
                "SELECT * FROM source_table WHERE id=? AND row_count>=0", (table_id,)
            ).fetchone()
        if row is None:
            raise StoreError(
                "The rows of this job are no longer in the store. Open the file again."
            )
        reading = Reading.from_json(orjson.loads(row["reading"]))
        has_documents = reading.kind == "folder" or reading.document_column
        return Table(
            id=table_id,
            name=row["name"],
            columns=tuple(orjson.loads(row["columns"])),
            row_count=row["row_count"],
            rows=StoredRows(self._database, table_id, row["row_count"]),
            reading=reading,
            sha256=row["sha256"],
            notes=tuple(orjson.loads(row["notes"])),
            findings=tuple(map(Finding.from_json, orjson.loads(row["findings"]))),
            profile=tuple(map(ColumnProfile.from_json, orjson.loads(row["profile"]))),
            documents=StoredDocuments(self._database, table_id) if has_documents else None,
            origin=_origin(row),
        )

    def read_from(self, sha256: str) -> tuple[str, Origin | None] | None:
        """The name of the source with these bytes that was opened last, and where it was."""
        with self._database.read() as connection:
            row = connection.execute(
                "SELECT name, path, size, modified FROM source_table"
                " WHERE sha256=? AND row_count>=0 ORDER BY id DESC LIMIT 1",
                (sha256,),
            ).fetchone()
        return None if row is None else (row["name"], _origin(row))

    def drop(self, table_id: int) -> None:
        """Forget a table that no job uses; a table in use stays."""
        with self._database.write() as connection:
            connection.execute(
                "DELETE FROM source_table WHERE id=?"
                " AND NOT EXISTS (SELECT 1 FROM job WHERE table_id=source_table.id)",
                (table_id,),
            )

    def drop_unused(self) -> None:
        """Forget tables that were never finished or that no job uses."""
        with self._database.write() as connection:
            connection.execute(
                "DELETE FROM source_table"
                " WHERE NOT EXISTS (SELECT 1 FROM job WHERE table_id=source_table.id)"
            )

    def digests(self) -> set[str]:
        """The SHA-256 of every source of a table in the store, and of all their documents."""
        with self._database.read() as connection:
            rows = connection.execute(
                "SELECT sha256 FROM source_table UNION SELECT sha256 FROM document"
            )
            return {row["sha256"] for row in rows}


def _origin(row: sqlite3.Row) -> Origin | None:
    if not row["path"]:
        return None
    return Origin(Path(row["path"]), row["size"], row["modified"])
