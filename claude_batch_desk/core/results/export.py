"""Write the merged table to a file: as a whole or not at all, and with no cell that runs."""

import csv
import errno
import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from claude_batch_desk.core.errors import ExportError
from claude_batch_desk.core.files import replacing
from claude_batch_desk.core.report import Report
from claude_batch_desk.core.results.characters import is_live, replaced_note, whole
from claude_batch_desk.core.results.provenance import ExportNote
from claude_batch_desk.core.results.workbook import Layout, write_workbook

if TYPE_CHECKING:
    from _csv import Writer

_ROWS_PER_REPORT = 64
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_DENIED = (errno.EACCES, errno.EPERM, errno.EROFS, errno.EBUSY)
_NO_FOLDER = (errno.ENOENT, errno.ENOTDIR)


@dataclass(frozen=True)
class Exported:
    """A file that was written, complete and on the disk."""

    path: Path
    rows: int
    notes: tuple[str, ...] = ()
    """Sentences about cells that could not be written just as they are."""


def export_xlsx(
    path: Path,
    columns: Sequence[str],
    rows: Iterable[Sequence[str]],
    about: ExportNote,
    report: Report,
    *,
    typed_columns: Sequence[int] = (),
) -> Exported:
    """Write a fresh workbook: the table, a sheet with its origin, and texts too long for a cell.

    Every cell is text, so that it looks as it did in the source and nothing runs; a calculation
    needs more, so cells of `typed_columns` (from 0) become numbers and dates where these show
    exactly the text. Raises ExportError; then an older file of that name is as it was.
    """
    with writing(path) as fresh:
        layout = Layout(tuple(columns), frozenset(typed_columns))
        written = write_workbook(fresh, layout, rows, about, report)
    return Exported(path, written.rows, written.notes)


def export_csv(
    path: Path,
    columns: Sequence[str],
    rows: Iterable[Sequence[str]],
    about: ExportNote,
    report: Report,
    *,
    guard: bool = True,
) -> Exported:
    """Write comma-separated text as Excel expects it: UTF-8 with a mark, all quoted, CRLF.

    A CSV file cannot say that a cell is text, and a spreadsheet runs what looks like a formula,
    from the source as much as from an answer. So `guard` puts a ' before such cells, and before
    those that are such a cell behind one or more ': taking one ' away from a cell that begins
    with ' and looks like a formula behind all of them gives every cell back as it was. Numbers
    are left alone. Without `guard` all cells are as they were. Raises ExportError; then an older
    file of that name is as it was.
    """
    counts = _Counts()
    with _csv_writer(path) as writer:
        writer.writerow(counts.safe(columns, guard=guard))
        for row in rows:
            if counts.rows % _ROWS_PER_REPORT == 0:
                report(counts.rows, about.rows)
            writer.writerow(counts.safe(row, guard=guard))
            counts.rows += 1
        report(counts.rows, about.rows)
    return Exported(path, counts.rows, counts.notes())


def export_sheet(path: Path, rows: Sequence[Sequence[str]]) -> Exported:
    """Write a few rows, the headers first, as `export_csv` does; raises ExportError."""
    counts = _Counts()
    with _csv_writer(path) as writer:
        writer.writerows(counts.safe(row, guard=True) for row in rows)
    return Exported(path, len(rows) - 1, counts.notes())


@contextmanager
def _csv_writer(path: Path) -> "Iterator[Writer]":
    with writing(path) as fresh, fresh.open("w", encoding="utf-8-sig", newline="") as file:
        yield csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\r\n")


@dataclass
class _Counts:
    rows: int = 0
    guarded: int = 0
    replaced: int = 0

    def safe(self, cells: Sequence[str], *, guard: bool) -> list[str]:
        """The cells as they can be written; counts those that change."""
        written = []
        for cell in cells:
            text = whole(cell)
            self.replaced += text != cell
            if guard and is_live(text.lstrip("'")):
                self.guarded += 1
                text = f"'{text}"
            written.append(text)
        return written

    def notes(self) -> tuple[str, ...]:
        """What changed, as sentences."""
        notes = []
        if self.guarded:
            notes.append(
                f"Cells that begin like a formula: {self.guarded:,}. Each has a ' before it, so "
                "that no spreadsheet runs it. A workbook needs no such mark."
            )
        if self.replaced:
            notes.append(replaced_note(self.replaced))
        return tuple(notes)


@contextmanager
def writing(path: Path) -> Iterator[Path]:
    """A file to write to, which takes the place of `path` at the end; raises ExportError."""
    try:
        # Replacing needs a writable folder only, but a file made read-only is meant to stay.
        if path.exists() and not path.stat().st_mode & stat.S_IWUSR:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        with replacing(path) as fresh:
            yield fresh
    except OSError as error:
        raise ExportError(f"{_what_failed(path, error)} Nothing was changed.") from error


def _what_failed(path: Path, error: OSError) -> str:
    if error.errno == errno.ENAMETOOLONG:
        return "The name of the file is too long. Choose a shorter one."
    if path.is_dir():
        return f"{path.name} is a folder. Choose another name."
    if error.errno in _NO_FOLDER and not path.parent.is_dir():
        return f"The folder {path.parent} is not there. Choose another one."
    # Without a folder for temporary files Python finds none of its candidates.
    if error.errno in (*_FULL, *_NO_FOLDER):
        return f"There is no room left on the disk to write {path.name}. Make room and try again."
    if error.errno in _DENIED:
        return (
            f"{path.name} cannot be written: it is open in another program, or it or its folder "
            "is read-only. Close it there, or choose another name or folder."
        )
    return f"{path.name} could not be written: {error.strerror or 'the disk refused'}."
