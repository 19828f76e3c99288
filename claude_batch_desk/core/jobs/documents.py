"""Documents taken into the store: those of a folder, and those that the rows of a table name."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from itertools import chain
from pathlib import Path

from claude_batch_desk.core.documents.find import MAX_FILES
from claude_batch_desk.core.documents.folder import FolderSource, HeldDocuments
from claude_batch_desk.core.documents.intake import Intake
from claude_batch_desk.core.documents.reader import DocumentReader
from claude_batch_desk.core.documents.vault import Vault
from claude_batch_desk.core.errors import TableError
from claude_batch_desk.core.jobs.store import Stores
from claude_batch_desk.core.report import Report
from claude_batch_desk.core.tables.finding import Finding
from claude_batch_desk.core.tables.table import (
    Beginning,
    Origin,
    Reading,
    ReadOptions,
    Table,
    unpack_page,
)

Preview = Callable[[Beginning], None]
"""Is shown the first rows as soon as they are read, on the thread that reads."""


def take_in_folder(
    stores: Stores, folder: Path, options: ReadOptions, report: Report, preview: Preview
) -> Table:
    """Freeze and read the documents of a folder; raises TableError and leaves nothing behind."""
    source = FolderSource(folder, options, report)
    origin = Origin(folder.absolute(), source.size, source.modified)
    table_id = stores.tables.begin(source.name, "", origin)
    try:
        keep = partial(stores.tables.add_documents, table_id)
        pages = source.pages(Vault(stores.sources), keep)
        first = next(pages)
        preview(Beginning(source.columns, tuple(unpack_page(first.cells)), source.reading))
        rows = stores.tables.add_pages(table_id, chain([first], pages))
        stores.tables.identify(table_id, source.sha256)
        return stores.tables.finish(table_id, source.columns, rows, source.reading, source.found)
    except BaseException:
        stores.tables.drop(table_id)
        raise


class NamedDocuments:
    """Which column of a table names a document for each row, and where these are."""

    def __init__(self, columns: tuple[str, ...], options: ReadOptions) -> None:
        """Raises TableError where the table has no such column, or the folder is not there."""
        if options.document_column not in columns:
            raise TableError(
                f"This table has no column “{options.document_column}”. Choose the one that names "
                "the documents."
            )
        self._column = options.document_column
        self._place = columns.index(self._column)
        self._folder = Path(options.document_folder)
        if not options.document_folder or not self._folder.is_dir():
            raise TableError("The folder of the documents is not there. Choose it again.")

    def reading(self, reading: Reading) -> Reading:
        """How the table was read, with these documents."""
        return replace(reading, document_column=self._column, document_folder=str(self._folder))

    def take_in(
        self, stores: Stores, table_id: int, rows: int, report: Report
    ) -> tuple[Finding, ...]:
        """Freeze and read the document of each of so many rows; returns what was noticed.

        A row whose document cannot be had keeps its place, with the reason. Raises TableError.
        """
        if rows > MAX_FILES:
            raise TableError(
                f"This table has {rows:,} rows, and at most {MAX_FILES:,} documents are read at "
                "once. Split the table."
            )
        held = HeldDocuments(partial(stores.tables.add_documents, table_id))
        done = 0
        with DocumentReader() as reader:
            intake = Intake(Vault(stores.sources), reader, lambda: report(done, rows))
            for done, cells in enumerate(stores.tables.rows(table_id, rows)):
                report(done, rows)
                held.add(intake.take_named(done, self._folder, cells[self._place]).document)
            held.flush()
        return intake.findings
