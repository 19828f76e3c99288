"""How a folder differs from the documents that were taken from it."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from claude_batch_desk.core.documents.find import FoundFile, find_documents
from claude_batch_desk.core.documents.folder import COLUMNS
from claude_batch_desk.core.documents.inside import open_regular
from claude_batch_desk.core.errors import DocumentError
from claude_batch_desk.core.report import Report
from claude_batch_desk.core.tables.document import Document
from claude_batch_desk.core.tables.table import Origin, Table

_CHUNK = 1 << 20
_NAME, _FOLDER = COLUMNS[:2]


@dataclass(frozen=True)
class FolderChanges:
    """How many documents are new, gone, or have other bytes."""

    added: int = 0
    removed: int = 0
    changed: int = 0


def folder_changes(table: Table, origin: Origin, report: Report) -> FolderChanges:
    """What became of the documents of a folder, which are read only where it looks changed.

    Raises TableError where the folder cannot be looked through, and Cancelled.
    """
    reading = table.reading
    listed = find_documents(origin.path, reading.include, reading.exclude, report)
    files = _by_key(table, listed.files)
    looks_same = (listed.size, listed.modified) == (origin.size, origin.modified)
    removed, changed = 0, 0
    for row, cells in enumerate(table.rows):
        found = files[_key(table, dict(zip(table.columns, cells, strict=True)))]
        if not found:
            removed += 1
        elif not looks_same and _is_other(_document(table, row), found[0], report):
            changed += 1
        del found[:1]
    return FolderChanges(sum(map(len, files.values())), removed, changed)


def _by_key(table: Table, files: Iterable[FoundFile]) -> defaultdict[str, list[FoundFile]]:
    found: defaultdict[str, list[FoundFile]] = defaultdict(list)
    for each in files:
        folder, _, name = each.relative.rpartition("/")
        found[_key(table, {_NAME: name, _FOLDER: folder})].append(each)
    return found


def _key(table: Table, cells: dict[str, str]) -> str:
    """What a document is told by: as much of its path as the table was left with."""
    return "/".join(cells[column] for column in (_FOLDER, _NAME) if column in table.columns)


def _document(table: Table, row: int) -> Document:
    assert table.documents is not None  # noqa: S101 - a folder's table has them
    return table.documents.window(row, 1)[0]


def _is_other(document: Document, file: FoundFile, report: Report) -> bool:
    report(0, 0)
    if document.size != file.size or not document.sha256:
        return bool(document.sha256) and document.size != file.size
    digest = hashlib.sha256()
    try:
        with open_regular(file.path) as opened:
            while chunk := opened.read(_CHUNK):
                report(0, 0)
                digest.update(chunk)
    except (DocumentError, OSError):
        return True
    return digest.hexdigest() != document.sha256
