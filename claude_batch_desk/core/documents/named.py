"""Documents that the rows of a table name in one of its columns."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from claude_batch_desk.core.documents.find import MAX_FILES
from claude_batch_desk.core.documents.folder import HeldDocuments, Keep
from claude_batch_desk.core.documents.intake import Intake
from claude_batch_desk.core.documents.reader import DocumentReader
from claude_batch_desk.core.documents.vault import Vault
from claude_batch_desk.core.errors import TableError
from claude_batch_desk.core.report import Report
from claude_batch_desk.core.tables.finding import Finding
from claude_batch_desk.core.tables.table import Reading, ReadOptions, Row


class NamedDocuments:
    """Which column of a table names a document for each row, and where these are."""

    def __init__(self, columns: tuple[str, ...], options: ReadOptions) -> None:
        """Raises TableError where the table has no such column, or the folder is not there."""
        self._column = options.document_column
        if self._column in options.left_out:
            raise TableError(
                f"The column “{self._column}” names the documents, so it cannot be left out. "
                "Choose no documents first, or leave out another column."
            )
        if self._column not in columns:
            raise TableError(
                f"This table has no column “{self._column}”. Choose the one that names the "
                "documents."
            )
        self._place = columns.index(self._column)
        self._folder = Path(options.document_folder)
        if not options.document_folder or not self._folder.is_dir():
            raise TableError("The folder of the documents is not there. Choose it again.")

    def reading(self, reading: Reading) -> Reading:
        """How the table was read, with these documents."""
        return replace(reading, document_column=self._column, document_folder=str(self._folder))

    def names(self, rows: Iterable[Row]) -> Iterator[str]:
        """What each row says of its document."""
        return (row[self._place] for row in rows)

    def take_in(
        self, vault: Vault, keep: Keep, names: Iterable[str], rows: int, report: Report
    ) -> tuple[Finding, ...]:
        """Freeze and read the documents of these names, so many; returns what was noticed.

        A row whose document cannot be had keeps its place, with the reason. Raises TableError
        where the disk is full or there are too many, and Cancelled.
        """
        if rows > MAX_FILES:
            raise TableError(
                f"This table has {rows:,} rows, and at most {MAX_FILES:,} documents are read at "
                "once. Split the table."
            )
        held = HeldDocuments(keep)
        done = 0
        with DocumentReader() as reader:
            intake = Intake(vault, reader, lambda: report(done, rows))
            for done, name in enumerate(names):
                report(done, rows)
                held.add(intake.take_named(done, self._folder, name).document)
            held.flush()
        return intake.findings
