"""Whether the file a job's rows came from has changed on the disk since, and how."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from pathlib import Path
from typing import Literal

from claude_batch_desk.core.documents.changes import FolderChanges, folder_changes
from claude_batch_desk.core.errors import TableError
from claude_batch_desk.core.jobs.intake.row_changes import RowChanges, compare, digests
from claude_batch_desk.core.report import Report
from claude_batch_desk.core.tables.finding import counted
from claude_batch_desk.core.tables.source import SourceReader, check_source, open_source
from claude_batch_desk.core.tables.table import (
    PAGE_ROWS,
    Origin,
    ReadOptions,
    Row,
    Table,
    unpack_page,
)

_CHUNK = 1 << 20
_NAMED = 3
"""Columns that are named; there may be thousands."""
_ALIKE = 0.5
"""The part of the first cells that must be the same for a column to be the one it was."""


@dataclass(frozen=True)
class ColumnChanges:
    """Which columns are no longer what they were."""

    new: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    renamed: tuple[tuple[str, str], ...] = ()
    """The name before and the name now."""
    reordered: bool = False


@dataclass(frozen=True)
class SourceChange:
    """How a source differs from the rows that were taken from it; those stay as they were."""

    kind: Literal["gone", "unreadable", "changed"]
    path: Path
    rows: RowChanges = field(default_factory=RowChanges)
    columns: ColumnChanges = field(default_factory=ColumnChanges)
    reason: str = ""
    """The sentence that says why it cannot be read any more."""
    options: ReadOptions = field(default_factory=ReadOptions)
    """What reads it as it is now."""
    documents: bool = False
    """Its rows are the documents of a folder."""

    @property
    def sentence(self) -> str:
        """This in plain words."""
        name = f"“{self.path.name}”"
        if self.kind == "gone":
            return f"{name} is no longer where it was opened: in {self.path.parent}."
        if self.kind == "unreadable":
            return f"{name} has changed since it was opened, and cannot be read now. {self.reason}"
        parts = [*_row_words(self.rows, self.documents), *_column_words(self.columns)]
        return f"{name} has changed since it was opened: {'; '.join(parts)}."


def source_change(table: Table, report: Report) -> SourceChange | None:
    """What became of the source of a table; None where it holds the same rows as before.

    It is looked at from outside first, then by its bytes, and read only where these are others.
    Nothing is stored. Raises Cancelled.
    """
    origin = table.origin
    if origin is None:
        return None
    report(0, 0)
    if table.reading.kind == "folder":
        return _folder_change(table, origin, report)
    try:
        found = origin.path.stat()
        if (found.st_size, found.st_mtime_ns) == (origin.size, origin.modified):
            return None
        if found.st_size == origin.size and _sha256(origin.path, report) == table.sha256:
            return None
    except (FileNotFoundError, NotADirectoryError):
        return SourceChange("gone", origin.path)
    except OSError:
        pass  # it is there and cannot be read: the next lines find the words for it
    return _read_change(table, origin, report)


def is_as_it_was(table: Table, report: Report) -> bool:
    """Whether the file a table was read from still has the same bytes; pasted rows have none."""
    origin = table.origin
    if origin is None:
        return True
    try:
        found = origin.path.stat()
        if (found.st_size, found.st_mtime_ns) == (origin.size, origin.modified):
            return True
        return found.st_size == origin.size and _sha256(origin.path, report) == table.sha256
    except OSError:
        return False


def _folder_change(table: Table, origin: Origin, report: Report) -> SourceChange | None:
    if not origin.path.exists():
        return SourceChange("gone", origin.path)
    try:
        found = folder_changes(table, origin, report)
    except TableError as error:
        return SourceChange("unreadable", origin.path, reason=str(error))
    if found == FolderChanges():
        return None
    rows = RowChanges(found.changed, found.added, found.removed)
    return SourceChange("changed", origin.path, rows, options=table.reading.options, documents=True)


def _sha256(path: Path, report: Report) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as source:
        while chunk := source.read(_CHUNK):
            report(0, 0)
            digest.update(chunk)
    return digest.hexdigest()


def _read_change(table: Table, origin: Origin, report: Report) -> SourceChange | None:
    """As it reads the way it did, or where no column is left then, the way it is found."""
    before = table.reading.options
    afresh = ReadOptions(
        sheet=before.sheet,
        left_out=before.left_out,
        document_column=before.document_column,
        document_folder=before.document_folder,
    )
    change: SourceChange | None = None
    for options in (before, afresh):
        try:
            change = _compared(table, origin.path, options, report)
        except TableError as error:
            change = change or SourceChange("unreadable", origin.path, reason=str(error))
            continue
        if change is None or len(change.columns.gone) < len(table.columns):
            break
    return change


def _compared(
    table: Table, path: Path, options: ReadOptions, report: Report
) -> SourceChange | None:
    check_source(path)
    with open_source(path, options, report) as source:
        rows = _rows(source)
        first = next(rows, [])
        columns, pairs = _columns(table, source.columns, first)
        old, new = _picks(pairs, len(table.columns), len(source.columns))
        after = digests((new(row) for page in _chain(first, rows) for row in page), report)
    before = digests(map(old, table.rows), report)
    changes = RowChanges() if before == after else compare(before, after, report)
    if changes == RowChanges() and columns == ColumnChanges():
        return None
    return SourceChange("changed", path, changes, columns, options=options)


def _rows(source: SourceReader) -> Iterator[list[Row]]:
    for page in source.pages():
        yield unpack_page(page.cells)


def _chain(first: list[Row], rest: Iterator[list[Row]]) -> Iterator[list[Row]]:
    yield first
    yield from rest


Pick = Callable[[Row], Sequence[str]]


def _picks(pairs: Sequence[tuple[int, int]], width: int, width_now: int) -> tuple[Pick, Pick]:
    """What takes the cells to compare out of a row as it was, and as it is."""
    return _pick([at for at, _ in pairs], width), _pick([there for _, there in pairs], width_now)


def _pick(places: list[int], width: int) -> Pick:
    if places == list(range(width)):
        return lambda row: row
    if len(places) == 1:
        [place] = places
        return lambda row: [row[place]]
    if not places:
        return lambda row: []
    return itemgetter(*places)


def _columns(
    table: Table, now: tuple[str, ...], first: list[Row]
) -> tuple[ColumnChanges, list[tuple[int, int]]]:
    """What became of the columns, and which of now is which of before, by their places."""
    places = {name: at for at, name in enumerate(now)}
    gone = [name for name in table.columns if name not in places]
    new = [name for name in now if name not in set(table.columns)]
    renamed = _renamed(table, now, gone, new, first) if gone and new else {}
    pairs = [
        (at, places[renamed.get(name, name)])
        for at, name in enumerate(table.columns)
        if name in places or name in renamed
    ]
    order = [there for _, there in pairs]
    changes = ColumnChanges(
        new=tuple(name for name in new if name not in renamed.values()),
        gone=tuple(name for name in gone if name not in renamed),
        renamed=tuple(renamed.items()),
        reordered=order != sorted(order),
    )
    return changes, pairs


def _renamed(
    table: Table, now: tuple[str, ...], gone: list[str], new: list[str], first: list[Row]
) -> dict[str, str]:
    """The columns with another name, known by their place and their first cells."""
    before = table.rows.window(0, PAGE_ROWS)
    found, old_names, new_names = {}, set(gone), set(new)
    for at, (name, name_now) in enumerate(zip(table.columns, now, strict=False)):
        if name in old_names and name_now in new_names:
            cells = [(old[at], row[at]) for old, row in zip(before, first, strict=False)]
            same = sum(old == row for old, row in cells)
            if cells and same >= len(cells) * _ALIKE and any(old for old, _ in cells):
                found[name] = name_now
    return found


def _row_words(rows: RowChanges, documents: bool) -> Iterator[str]:
    noun = ("document", "documents") if documents else ("row", "rows")
    told = []
    if rows.changed:
        told.append(f"{counted(rows.changed, *noun)} changed")
    if rows.added:
        told.append(f"{counted(rows.added, *noun)} added")
    if rows.removed:
        told.append(f"{counted(rows.removed, *noun)} removed")
    if told:
        yield ", ".join(told)
    if rows.reordered:
        yield "the rows are in another order"


def _column_words(columns: ColumnChanges) -> Iterator[str]:
    if columns.new:
        yield f"new {_names(columns.new)}"
    if columns.gone:
        yield f"no more {_names(columns.gone)}"
    for before, now in columns.renamed[:_NAMED]:
        yield f"column “{before}” is now called “{now}”"
    if len(columns.renamed) > _NAMED:
        yield f"{len(columns.renamed) - _NAMED:,} more columns have other names"
    if columns.reordered:
        yield "the columns are in another order"


def _names(names: Sequence[str]) -> str:
    shown = ", ".join(f"“{name}”" for name in names[:_NAMED])
    more = f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else ""
    return f"{'column' if len(names) == 1 else 'columns'} {shown}{more}"
