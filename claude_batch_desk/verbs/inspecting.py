"""The verb `inspect`: what a table holds, how it was read and what is odd in it.

It reads the file as a job would and keeps nothing, so it needs no data folder.
"""

import argparse
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from claude_batch_desk.core.documents.folder import FolderSource
from claude_batch_desk.core.documents.kinds import word_for
from claude_batch_desk.core.documents.named import NamedDocuments
from claude_batch_desk.core.documents.vault import Vault
from claude_batch_desk.core.report import Report
from claude_batch_desk.core.tables.document import Document
from claude_batch_desk.core.tables.profile import ColumnProfile, CommonValue
from claude_batch_desk.core.tables.source import open_source
from claude_batch_desk.core.tables.table import Found, Reading, ReadOptions, unpack_page
from claude_batch_desk.verbs.console import DONE, Progress, print_json, read_options, show

_KINDS = {"delimited": "text", "workbook": "a workbook", "json": "JSON", "parquet": "Parquet"} | {
    "folder": "a folder"
}
_NAMED = ("json", "parquet", "folder")
"""Kinds of sources that name the columns themselves, so that no row is a header."""
_QUOTED = {"'": "cells in single quotation marks", "": "quotation marks read as text"}
_DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
_PERSONAL = {"name": "names", "email": "e-mails", "phone": "phone numbers", "account": "accounts"}
_NAME, _VALUE, _VALUES = 40, 24, 3
_HEADINGS = ("column", "filled", "different", "longest", "typical", "looks like", "commonest")


@dataclass
class _Documents:
    """Counts the documents of a table."""

    types: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    usable: int = 0
    pages: int = 0
    size: int = 0

    def count(self, first: int, documents: Sequence[Document]) -> None:
        """Count some more, those from the row `first` on."""
        del first
        for each in documents:
            self.types[word_for(each.media_type) or "Unknown"] += 1
            self.kinds[each.kind] += not each.problem
            self.usable += not each.problem
            self.pages += each.pages
            self.size += each.size


@dataclass(frozen=True)
class _Inspected:
    """What was read."""

    name: str
    reading: Reading
    rows: int
    found: Found
    documents: _Documents | None = None


def inspect(arguments: argparse.Namespace) -> int:
    """Read a table or a folder and tell about it; works beside an open window."""
    options, report = read_options(arguments), Progress("Reading")
    read = _read_folder if arguments.table.is_dir() else _read_table
    told = read(arguments.table, options, report)
    if arguments.json:
        print_json(_as_json(told))
        return DONE
    columns = len(told.found.profile)
    show(f"{_plain(told.name)}: {told.rows:,} rows, {columns:,} columns. {_how(told.reading)}")
    for line in _aligned([_HEADINGS, *map(_line, told.found.profile)]):
        show(line)
    if told.documents:
        show(f"- {_counts(told.documents)}")
    for sentence in (*told.found.notes, *(each.sentence for each in told.found.findings)):
        show(f"- {_plain(sentence)}")
    return DONE


def _read_folder(path: Path, options: ReadOptions, report: Report) -> _Inspected:
    source, documents = FolderSource(path, options, report), _Documents()
    with _scratch() as vault:
        for _ in source.pages(vault, documents.count):
            pass
    return _Inspected(source.name, source.reading, source.rows_so_far, source.found, documents)


def _read_table(path: Path, options: ReadOptions, report: Report) -> _Inspected:
    with open_source(path, options, report) as source:
        named = NamedDocuments(source.columns, options) if options.document_column else None
        names: list[str] = []
        for page in source.pages():
            names += named.names(unpack_page(page.cells)) if named else ()
        told = _Inspected(path.name, source.reading, source.rows_so_far, source.found)
    return _with_documents(told, named, names, report) if named else told


def _with_documents(
    told: _Inspected, named: NamedDocuments, names: list[str], report: Report
) -> _Inspected:
    documents = _Documents()
    with _scratch() as vault:
        findings = named.take_in(vault, documents.count, names, len(names), report)
    found = replace(told.found, findings=(*told.found.findings, *findings))
    reading = named.reading(told.reading)
    return replace(told, reading=reading, found=found, documents=documents)


@contextmanager
def _scratch() -> Iterator[Vault]:
    """Where documents are while they are read, of which nothing stays."""
    with TemporaryDirectory(prefix="claude-batch-desk-") as scratch:
        yield Vault(Path(scratch), keeps=False)


def _counts(documents: _Documents) -> str:
    """The documents in a sentence."""
    types = ", ".join(f"{count:,} {word}" for word, count in documents.types.most_common())
    return f"Documents: {types}; {documents.usable:,} can be used, with {documents.pages:,} pages."


def _how(reading: Reading) -> str:
    parts = [f"Read as {_KINDS[reading.kind]}", *_text_parts(reading), *_choices(reading)]
    return ", ".join(parts) + "."


def _text_parts(reading: Reading) -> Iterator[str]:
    """How the cells and the header were told."""
    if reading.encoding:
        yield reading.encoding + (" (a guess)" if reading.encoding_is_guess else "")
    if reading.delimiter:
        between = _DELIMITERS.get(reading.delimiter, f"“{_plain(reading.delimiter)}”")
        yield f"separated by {between}"
    if reading.quote in _QUOTED:
        yield _QUOTED[reading.quote]
    if reading.sheet:
        yield f"sheet “{_plain(reading.sheet)}”{_other_sheets(reading)}"
    if reading.kind not in _NAMED:
        yield _header(reading)
    if reading.first_row:
        yield f"first row in {reading.first_row:,}"


def _choices(reading: Reading) -> Iterator[str]:
    """What the person chose to have or not."""
    for word, names in (
        ("only", reading.include),
        ("without", reading.exclude),
        ("without", reading.left_out),
    ):
        if names:
            yield f"{word} {_plain(', '.join(f'“{name}”' for name in names))}"
    if reading.document_column:
        yield f"documents named by “{_plain(reading.document_column)}”"


def _header(reading: Reading) -> str:
    if not reading.header_row:
        return "no header"
    if reading.header_rows == 1:
        return f"header in row {reading.header_row:,}"
    return f"header in row {reading.header_row:,} and the one after it"


def _other_sheets(reading: Reading) -> str:
    hidden = [f"“{name}” (hidden)" for name in reading.hidden_sheets if name != reading.sheet]
    others = [f"“{name}”" for name in reading.sheets if name != reading.sheet] + hidden
    is_hidden = " (hidden)" if reading.sheet in reading.hidden_sheets else ""
    return is_hidden + (f" (others: {_plain(', '.join(others))})" if others else "")


def _line(profile: ColumnProfile) -> Sequence[str]:
    about = "about " if profile.distinct_is_estimate else ""
    personal = f" ({_PERSONAL[profile.personal]}?)" if profile.personal else ""
    return (
        _shortened(profile.name),
        f"{profile.filled:,}",
        f"{about}{profile.distinct:,}",
        f"{profile.longest:,}",
        f"{profile.typical:,}",
        profile.looks_like + personal,
        ", ".join(map(_common, profile.commonest[:_VALUES])),
    )


def _shortened(name: str) -> str:
    """A name without its middle: long ones are told apart by what they end in."""
    plain = _plain(name)
    half = _NAME // 2
    return plain if len(plain) <= _NAME else f"{plain[: half - 1]}…{plain[-half:]}"


def _common(value: CommonValue) -> str:
    plain = _plain(value.text)
    shown = plain if len(plain) <= _VALUE else plain[: _VALUE - 1] + "…"
    return f"{shown} ({value.rows:,})"


def _plain(text: str) -> str:
    """On one line, and without what a terminal might take for a command."""
    return "".join(each if each.isprintable() else " " for each in text)


def _aligned(lines: Sequence[Sequence[str]]) -> list[str]:
    """The lines with their cells below each other; numbers stand at the right."""
    widths = [max(map(len, cells)) for cells in zip(*lines, strict=True)]
    numbers = range(1, 5)
    return [
        "  ".join(
            cell.rjust(width) if place in numbers else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    ]


def _as_json(told: _Inspected) -> dict[str, Any]:
    reading, found = told.reading, told.found
    sheets = [{"name": name, "hidden": False} for name in reading.sheets]
    sheets += [{"name": name, "hidden": True} for name in reading.hidden_sheets]
    return {
        "table": told.name,
        "rows": told.rows,
        "format": reading.kind,
        "encoding": reading.encoding or None,
        "encoding_is_guess": reading.encoding_is_guess,
        "delimiter": reading.delimiter or None,
        "sheet": reading.sheet or None,
        "sheets": sheets,
        "header_row": reading.header_row,
        "header_rows": reading.header_rows if reading.header_row else 0,
        "first_row": reading.first_row,
        "quote": reading.quote if reading.kind == "delimited" else None,
        "left_out": list(reading.left_out),
        "include": list(reading.include),
        "exclude": list(reading.exclude),
        "document_column": reading.document_column or None,
        "document_folder": reading.document_folder or None,
        "documents": _documents_as_json(told.documents) if told.documents else None,
        "columns": [{**asdict(each), "personal": each.personal or None} for each in found.profile],
        "notes": list(found.notes),
        "findings": [
            {**asdict(each), "rows": [row + 1 for row in each.rows]} for each in found.findings
        ],
    }


def _documents_as_json(documents: _Documents) -> dict[str, Any]:
    return {
        "count": documents.types.total(),
        "usable": documents.usable,
        "as_file": documents.kinds["pdf"] + documents.kinds["image"],
        "as_text": documents.kinds["text"],
        "types": dict(documents.types.most_common()),
        "pages": documents.pages,
        "bytes": documents.size,
    }
