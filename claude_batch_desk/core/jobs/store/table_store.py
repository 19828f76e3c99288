"""TableStore: the rows of opened sources, kept in pages and read in windows."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import UTC, datetime

import orjson

from claude_batch_desk.core.errors import StoreError
from claude_batch_desk.core.jobs.store.database import Database
from claude_batch_desk.core.tables.finding import Finding
from claude_batch_desk.core.tables.profile import ColumnProfile
from claude_batch_desk.core.tables.table import (
    PAGE_ROWS,
    Found,
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

    def begin(self, name: str, sha256: str) -> int:
        """Make room for a table that is being read; returns its id."""
        with self._database.write() as connection:
            return int(
                connection.execute(
                    "INSERT INTO source_table"
                    " (name, sha256, columns, row_count, reading, notes, opened_at)"
                    " VALUES (?, ?, '[]', -1, '{}', '[]', ?)",
                    (name, sha256, datetime.now(UTC).isoformat()),
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
        return Table(
            id=table_id,
            name=row["name"],
            columns=tuple(orjson.loads(row["columns"])),
            row_count=row["row_count"],
            rows=StoredRows(self._database, table_id, row["row_count"]),
            reading=Reading.from_json(orjson.loads(row["reading"])),
            sha256=row["sha256"],
            notes=tuple(orjson.loads(row["notes"])),
            findings=tuple(map(Finding.from_json, orjson.loads(row["findings"]))),
            profile=tuple(map(ColumnProfile.from_json, orjson.loads(row["profile"]))),
        )

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
        """The SHA-256 of every source that a table in the store was read from."""
        with self._database.read() as connection:
            rows = connection.execute("SELECT sha256 FROM source_table")
            return {row["sha256"] for row in rows}
