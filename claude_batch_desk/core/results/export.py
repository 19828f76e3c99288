"""Write the merged table to a file: as a whole or not at all."""

import errno
import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from claude_batch_desk.core.errors import ExportError
from claude_batch_desk.core.files import replacing
from claude_batch_desk.core.report import Report
from claude_batch_desk.core.results.provenance import ExportNote
from claude_batch_desk.core.results.workbook import PLAIN, Layout, write_workbook

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
    layout: Layout = PLAIN,
) -> Exported:
    """Write a fresh workbook: the table, a sheet with its origin, and texts too long for a cell.

    Every cell is text, so that it looks as it did in the source and nothing runs; a calculation
    needs more, so cells of the typed columns become numbers and dates where these show exactly
    the text. Raises ExportError; then an older file of that name is as it was.
    """
    with writing(path) as fresh:
        written = write_workbook(fresh, columns, rows, about, report, layout)
    return Exported(path, written.rows, written.notes)


@contextmanager
def writing(path: Path) -> Iterator[Path]:
    """A file to write to, which takes the place of `path` at the end; raises ExportError."""
    try:
        if path.exists():
            _check_writable(path)
        with replacing(path) as fresh:
            yield fresh
    except OSError as error:
        raise ExportError(f"{_what_failed(path, error)} Nothing was changed.") from error


def _check_writable(path: Path) -> None:
    """Raise OSError where a file must not be replaced, before work is spent on its successor."""
    # Replacing needs a writable folder only, but a file made read-only is meant to stay.
    if not path.stat().st_mode & stat.S_IWUSR:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    # On Windows one that a spreadsheet has open does not open for writing.
    path.open("rb+").close()


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
