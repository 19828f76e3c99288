"""A folder as a table: a row for each document in it."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import orjson

from claude_batch_desk.core.documents.find import FoundFile, find_documents
from claude_batch_desk.core.documents.intake import Intake, TakenIn
from claude_batch_desk.core.documents.kinds import kind_of, named_type, word_for
from claude_batch_desk.core.documents.reader import DocumentReader
from claude_batch_desk.core.documents.vault import Vault
from claude_batch_desk.core.errors import TableError
from claude_batch_desk.core.report import Report
from claude_batch_desk.core.tables.document import FILE_NAME, Document
from claude_batch_desk.core.tables.opened import OpenedTable
from claude_batch_desk.core.tables.pages import Paged
from claude_batch_desk.core.tables.table import (
    PAGE_ROWS,
    Beginning,
    Found,
    Page,
    Reading,
    ReadOptions,
    Row,
)

COLUMNS = (FILE_NAME, "Folder", "Type", "Size", "Pages", "Modified", "First words")
"""Folder is that within the opened one, "" for the top; Size is in bytes and Modified in the time
of this computer, to the minute, so that both sort as what they are."""

Keep = Callable[[int, Sequence[Document]], None]
"""Is given documents, with the row of the first of them."""

_HELD = 64
_HELD_TEXT = 2_000_000
"""Characters; so much is held back at most before it is given to be kept."""


class FolderSource:
    """The documents of a folder being read; `found` and `sha256` hold when the pages are taken."""

    def __init__(self, folder: Path, options: ReadOptions, report: Report) -> None:
        """Look through the folder; raises TableError where there is nothing to read in it."""
        self._report = report
        self._listed = find_documents(folder, options.include, options.exclude, report)
        if not self._listed.files:
            raise TableError(
                " ".join(
                    [
                        f"The folder “{folder.resolve().name}” holds no documents.",
                        *self._listed.notes,
                    ]
                )
            )
        reading = Reading(
            kind="folder", header_row=0, include=options.include, exclude=options.exclude
        )
        self._opened = OpenedTable(reading, COLUMNS, iter(()), list(self._listed.notes))
        kept = self._opened.without(options.left_out)
        self.columns, self.reading, self._left_out = kept.columns, kept.reading, options.left_out
        self.name = folder.resolve().name.encode(errors="replace").decode() or str(folder)
        self.size, self.modified = self._listed.size, self._listed.modified
        self.rows_so_far = 0
        self.found = Found()
        self.sha256 = ""

    def beginning(self) -> Beginning:
        """The first rows as far as they show from outside, before any document is read."""
        listed = self._listed.files[:PAGE_ROWS]
        rows = (_row(each, _unread(each)) for each in listed)
        shown = replace(self._opened, rows=iter(rows)).without(self._left_out)
        return Beginning(self.columns, tuple(shown.rows), self.reading)

    def pages(self, vault: Vault, keep: Keep) -> Iterator[Page]:
        """The rows in order; each document is frozen, read, and given to be kept.

        Raises TableError where the disk is full, and Cancelled.
        """
        vault.check_room(self.size)
        with DocumentReader() as reader:
            intake = Intake(vault, reader, self._beat)
            held = HeldDocuments(keep)
            opened = replace(self._opened, rows=self._rows(intake, held))
            pages = Paged(opened.without(self._left_out))
            yield from pages
            held.flush()
            opened.findings += intake.findings
            self.found = _of_files(pages.found)

    def _rows(self, intake: Intake, held: "HeldDocuments") -> Iterator[Row]:
        digest = hashlib.sha256()
        for number, file in enumerate(self._listed.files):
            self.rows_so_far = number
            self._beat()
            taken = intake.take_file(number, file.path)
            digest.update(orjson.dumps((file.relative, taken.document.sha256)))
            held.add(taken.document)
            yield _row(file, taken)
        self.rows_so_far = len(self._listed.files)
        self.sha256 = digest.hexdigest()

    def _beat(self) -> None:
        self._report(self.rows_so_far, len(self._listed.files))


def _of_files(found: Found) -> Found:
    """What was noticed, but for the names of files being taken for those of people."""
    profile = (
        replace(each, personal="") if each.name == COLUMNS[0] else each for each in found.profile
    )
    return replace(found, profile=tuple(profile))


class HeldDocuments:
    """Holds a few documents back, to have them kept together."""

    def __init__(self, keep: Keep) -> None:
        self._keep = keep
        self._first = 0
        self._held: list[Document] = []
        self._text = 0

    def add(self, document: Document) -> None:
        """Take the document of the next row."""
        self._held.append(document)
        self._text += len(document.text)
        if len(self._held) >= _HELD or self._text >= _HELD_TEXT:
            self.flush()

    def flush(self) -> None:
        """Have all kept that were taken."""
        if self._held:
            self._keep(self._first, self._held)
        self._first += len(self._held)
        self._held, self._text = [], 0


def _unread(file: FoundFile) -> TakenIn:
    name = file.relative.rpartition("/")[2]
    media_type = named_type(file.path.suffix)
    return TakenIn(Document(name, kind_of(media_type), media_type, file.size, sha256=""))


def _row(file: FoundFile, taken: TakenIn) -> Row:
    document = taken.document
    return (
        document.name,
        file.relative.rpartition("/")[0],
        word_for(document.media_type),
        str(document.size or file.size),
        str(document.pages or ""),
        _minute(file.modified),
        taken.first_words,
    )


def _minute(modified: int) -> str:
    moment = datetime.fromtimestamp(modified // 1_000_000_000, UTC)
    with suppress(OSError, OverflowError):  # before 1970, where Windows knows no zone
        moment = moment.astimezone()
    return moment.strftime("%Y-%m-%d %H:%M")
