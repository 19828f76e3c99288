"""Documents taken into the store: those of a folder, and those that the rows of a table name."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from claude_batch_desk.core.documents.folder import FolderSource
from claude_batch_desk.core.documents.named import NamedDocuments
from claude_batch_desk.core.documents.vault import Vault
from claude_batch_desk.core.jobs.store import Stores
from claude_batch_desk.core.report import Report
from claude_batch_desk.core.tables.finding import Finding
from claude_batch_desk.core.tables.table import (
    Beginning,
    Origin,
    ReadOptions,
    Table,
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
        preview(source.beginning())
        with Vault(stores.sources) as vault:
            rows = stores.tables.add_pages(table_id, source.pages(vault, keep))
            vault.settle()
        stores.tables.identify(table_id, source.sha256)
        return stores.tables.finish(table_id, source.columns, rows, source.reading, source.found)
    except BaseException:
        stores.tables.drop(table_id)
        raise


def take_in_named(
    stores: Stores, table_id: int, named: NamedDocuments, rows: int, report: Report
) -> tuple[Finding, ...]:
    """Freeze and read the documents of so many stored rows; returns what was noticed."""
    keep = partial(stores.tables.add_documents, table_id)
    names = named.names(stores.tables.rows(table_id, rows))
    with Vault(stores.sources) as vault:
        findings = named.take_in(vault, keep, names, rows, report)
        vault.settle()
    return findings
