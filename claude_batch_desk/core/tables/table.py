"""Table: named columns and rows of text, read in windows so that size does not matter."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import orjson

from claude_batch_desk.core.tables.document import FILE_NAME, Document
from claude_batch_desk.core.tables.finding import Finding
from claude_batch_desk.core.tables.profile import ColumnProfile

Row = Sequence[str]
"""The cells of one row, one text for each column, as they look in the source."""

PAGE_ROWS = 256
"""Rows are read, stored and shown in pages of this many."""


_LISTS = ("sheets", "hidden_sheets", "left_out", "include", "exclude")


@dataclass(frozen=True)
class ReadOptions:
    """How the person wants a source read; an empty or None value means "find out"."""

    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    header_row: int | None = None
    """1 is the first line of the file or sheet; 0 means that there is no header."""
    header_rows: int | None = None
    """1, or 2 where the row after the header belongs to it."""
    first_row: int | None = None
    """The line of the file or sheet with the first row, where lines between it and the header are
    to be left out; 0 is the one after the header, whatever it holds."""
    quote: str | None = None
    """What cells of delimited text are wrapped in: '"', "'", or "" for nothing."""
    left_out: tuple[str, ...] = ()
    """Columns that do not become part of the table, by the name they would have."""
    include: tuple[str, ...] = ()
    """Which files of a folder, as patterns such as "*.pdf"; all that can be read by default."""
    exclude: tuple[str, ...] = ()
    """Which of those not, as patterns of a file's name or its path in the folder."""
    document_column: str = ""
    """The column that names a document for each row."""
    document_folder: str = ""
    """The folder that these paths are in, as an absolute path; none leads out of it."""


@dataclass(frozen=True)
class Reading:
    """How a source was in fact read, to be shown and changed."""

    kind: str
    """"delimited", "workbook", "json", "parquet" or "folder"."""
    encoding: str = ""
    encoding_is_guess: bool = False
    delimiter: str = ""
    sheet: str = ""
    sheets: tuple[str, ...] = ()
    """Those that the person sees in the workbook."""
    hidden_sheets: tuple[str, ...] = ()
    header_row: int = 1
    """0 where there is none, as in JSON and Parquet, whose columns have their names."""
    header_rows: int = 1
    """2 where the next row is part of the header; of no meaning where there is none."""
    first_row: int = 0
    """The line with the first row, where that is not the one after the header; 0 where it is."""
    quote: str = '"'
    """What cells of delimited text are wrapped in; "" for nothing."""
    left_out: tuple[str, ...] = ()
    """The columns the person left out."""
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    document_column: str = ""
    document_folder: str = ""

    @property
    def options(self) -> ReadOptions:
        """What reads the source as it was read; a guess stays one."""
        delimited = self.kind == "delimited"
        rows = self.kind in ("delimited", "workbook")
        return ReadOptions(
            encoding="" if self.encoding_is_guess else self.encoding,
            delimiter=self.delimiter,
            sheet=self.sheet,
            header_row=self.header_row if rows else None,
            header_rows=self.header_rows if rows and self.header_row else None,
            first_row=self.first_row if rows else None,
            quote=self.quote if delimited else None,
            left_out=self.left_out,
            include=self.include,
            exclude=self.exclude,
            document_column=self.document_column,
            document_folder=self.document_folder,
        )

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> "Reading":
        """The reading of which this is the JSON, perhaps that of an earlier version."""
        lists = {name: tuple(found.get(name, ())) for name in _LISTS}
        return cls(**{**found, **lists})


@dataclass(frozen=True)
class Page:
    """Up to PAGE_ROWS consecutive rows as the UTF-8 JSON array of arrays they are stored as."""

    rows: int
    cells: bytes


@dataclass(frozen=True)
class Found:
    """What was noticed while a source was read, as a Table keeps it."""

    notes: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    profile: tuple[ColumnProfile, ...] = ()

    def to_json(self) -> bytes:
        """This as JSON."""
        return orjson.dumps(self)

    @classmethod
    def from_json(cls, text: bytes | str) -> "Found":
        """What this JSON was made of."""
        found = orjson.loads(text)
        return cls(
            tuple(found["notes"]),
            tuple(map(Finding.from_json, found["findings"])),
            tuple(map(ColumnProfile.from_json, found["profile"])),
        )


class Rows(Protocol):
    """Random access to stored rows; row numbers start at 0 behind the header."""

    def window(self, first: int, count: int) -> list[Row]:
        """The rows `first` up to `first + count`, fewer at the end."""
        ...

    def __iter__(self) -> Iterator[Row]: ...


class Documents(Protocol):
    """The document of each row of a table."""

    def window(self, first: int, count: int) -> list[Document]:
        """Those of the rows `first` up to `first + count`, fewer at the end."""
        ...


@dataclass(frozen=True)
class Beginning:
    """The first rows of a source, to be shown while the others are still being read."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    reading: Reading


@dataclass(frozen=True)
class Origin:
    """Where a source was on the disk when it was opened, and what tells when it has changed."""

    path: Path
    """Absolute."""
    size: int
    """Bytes; of a folder, those of all its files."""
    modified: int
    """Nanoseconds since 1970, as the system says; of a folder, the latest of its files."""


@dataclass(frozen=True)
class Table:
    """A source as it was when it was opened; later edits of the file do not reach it."""

    id: int
    name: str
    """The file's name, without its folder."""
    columns: tuple[str, ...]
    """Unique, never empty."""
    row_count: int
    rows: Rows = field(compare=False, repr=False)
    reading: Reading
    sha256: str
    """Of the source file's bytes, as hexadecimal."""
    notes: tuple[str, ...] = ()
    """Sentences about what was noticed while reading; worth showing, no failure."""
    findings: tuple[Finding, ...] = ()
    """The same about some of the rows."""
    profile: tuple[ColumnProfile, ...] = ()
    """One for each column; empty where an earlier version read the table."""
    documents: Documents | None = field(default=None, compare=False, repr=False)
    """Where each row has a document that goes with it."""
    origin: Origin | None = field(default=None, compare=False)
    """None for pasted rows, and where an earlier version read the table."""

    @property
    def document_column(self) -> str:
        """The column that tells a person which document a row has; "" where there is none."""
        if self.reading.kind == "folder":
            return FILE_NAME if FILE_NAME in self.columns else ""
        return self.reading.document_column

    @property
    def remarks(self) -> tuple[str, ...]:
        """All sentences about what was noticed while reading."""
        return (*self.notes, *(each.sentence for each in self.findings))


def pack_page(rows: Sequence[Row]) -> Page:
    """The page that holds these rows; cells must be valid Unicode (no lone surrogates)."""
    return Page(len(rows), orjson.dumps(rows))


def unpack_page(cells: bytes) -> list[Row]:
    """The rows of a page."""
    rows: list[Row] = orjson.loads(cells)
    return rows


def first_rows(cells: bytes, count: int) -> list[Row]:
    """The first rows of a page.

    Unlike `unpack_page` it decodes row by row: a page of 16,384 columns holds millions of cells,
    and to decode them at once would keep every other thread waiting.
    """
    text, decoder = cells.decode(), json.JSONDecoder()
    rows: list[Row] = []
    at = 1
    while len(rows) < count and text[at] != "]":
        row, at = decoder.raw_decode(text, at + (text[at] == ","))
        rows.append(row)
    return rows
