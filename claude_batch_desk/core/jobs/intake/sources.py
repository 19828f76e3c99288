"""Source files taken in: copied as they are, known by their bytes, read into the store."""

import hashlib
import secrets
import shutil
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from claude_batch_desk.core.documents.named import NamedDocuments
from claude_batch_desk.core.documents.vault import UNSETTLED
from claude_batch_desk.core.errors import TableError
from claude_batch_desk.core.jobs.intake.documents import Preview, take_in_folder, take_in_named
from claude_batch_desk.core.jobs.store import Stores
from claude_batch_desk.core.report import Report
from claude_batch_desk.core.tables.source import SourceReader, check_source, open_source
from claude_batch_desk.core.tables.table import (
    Beginning,
    Origin,
    Page,
    ReadOptions,
    Table,
    first_rows,
)

__all__ = ["Preview", "origin_of", "take_in", "tidy", "unseen"]

_CHUNK = 1 << 20
_SHOWN = 64
"""Rows of a preview."""


def unseen(beginning: Beginning) -> None:
    """A Preview for callers who do not look."""


def take_in(
    stores: Stores, path: Path, options: ReadOptions, report: Report, *, preview: Preview = unseen
) -> Table:
    """Freeze a source and read it as a table; raises TableError and leaves nothing behind.

    The file is copied before it is read, so that editing, sorting or deleting it later cannot
    shift an answer. So are the documents of a folder, and those that the rows of a table name.
    """
    if path.is_dir():
        return take_in_folder(stores, path, options, report, preview)
    check_source(path)
    name, origin = _source_of(stores, path)
    frozen, sha256 = _freeze(stores.sources, path, report)
    table_id = stores.tables.begin(name, sha256, origin)
    try:
        with open_source(frozen, options, report) as source:
            rows = stores.tables.add_pages(table_id, _shown(source, preview))
            columns, reading, found = source.columns, source.reading, source.found
        _refuse_empty(path, rows)
        if options.document_column:
            named = NamedDocuments(columns, options)
            findings = take_in_named(stores, table_id, named, rows, report)
            reading = named.reading(reading)
            found = replace(found, findings=(*found.findings, *findings))
        return stores.tables.finish(table_id, columns, rows, reading, found)
    except BaseException:
        stores.tables.drop(table_id)
        raise


def _shown(source: SourceReader, preview: Preview) -> Iterator[Page]:
    pages = source.pages()
    for page in pages:
        preview(Beginning(source.columns, tuple(first_rows(page.cells, _SHOWN)), source.reading))
        yield page
        yield from pages


def _source_of(stores: Stores, path: Path) -> tuple[str, Origin | None]:
    """A source's name and where it was; a frozen copy that is read again is still the source."""
    if path.parent == stores.sources and (known := stores.tables.read_from(path.stem)):
        return known
    if path.is_relative_to(stores.inbox):
        return path.stem, None  # it was pasted, and is nobody's file
    return path.name.encode(errors="replace").decode(), origin_of(path)


def origin_of(path: Path) -> Origin | None:
    """Where a file is and what it looks like from outside; None where that cannot be kept."""
    try:
        found = path.stat()
        str(path).encode()
    except (OSError, UnicodeEncodeError):
        return None
    return Origin(path.absolute(), found.st_size, found.st_mtime_ns)


def _refuse_empty(path: Path, rows: int) -> None:
    if rows == 0:
        raise TableError(f"{path.name} has a header but no rows. Choose a file with data.")


def _freeze(folder: Path, path: Path, report: Report) -> tuple[Path, str]:
    """The frozen copy and the SHA-256 of its bytes; the same bytes are kept once."""
    fresh = folder / f"{secrets.token_hex(8)}.partial"
    digest = hashlib.sha256()
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with path.open("rb") as source, fresh.open("xb") as copy:
            while chunk := source.read(_CHUNK):
                report(0, 0)
                digest.update(chunk)
                copy.write(chunk)
        kept = folder / f"{digest.hexdigest()}{path.suffix.lower()}"
        fresh.replace(kept)
    except OSError as error:
        raise TableError(
            f"{path.name} could not be copied into the data folder: {error.strerror}. "
            "The file itself is untouched."
        ) from error
    finally:
        with suppress(OSError):
            fresh.unlink(missing_ok=True)
    return kept, digest.hexdigest()


def tidy(stores: Stores) -> None:
    """Forget what nothing uses any more; only at start, before anything is opened or sent.

    That is tables without a job and their frozen sources, and what was left by work that was cut
    off. What cannot be removed is no reason not to start.
    """
    stores.jobs.drop_scratch()
    stores.tables.drop_unused()
    for unsettled in stores.sources.glob(f"*{UNSETTLED}"):
        shutil.rmtree(unsettled, ignore_errors=True)
    used = stores.tables.digests()
    _remove(kept for kept in stores.sources.glob("*") if kept.stem not in used)
    bodies = {stores.body(token, number) for token, number in stores.jobs.bodies()}
    _remove(body for body in stores.outbox.glob("*") if body not in bodies)
    shutil.rmtree(stores.inbox, ignore_errors=True)


def _remove(files: Iterable[Path]) -> None:
    for file in files:
        with suppress(OSError):
            file.unlink(missing_ok=True)
