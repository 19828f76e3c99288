"""Files with answers, from where they were written to where the person wants them."""

import errno
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import rmtree
from typing import BinaryIO

from claude_batch_desk.core.errors import ExportError
from claude_batch_desk.core.report import Report
from claude_batch_desk.core.results.export import writing

_AT_ONCE = 1 << 20
_STAGED = "staged"


def print_of(path: Path, report: Report) -> str:
    """The SHA-256 of a file as it is; "" where there is none. Raises ExportError."""
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            for piece in _pieces(file, report):
                digest.update(piece)
    except (FileNotFoundError, NotADirectoryError):
        return ""
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:
            raise ExportError("The name of the file is too long. Choose a shorter one.") from error
        what = "is a folder" if path.is_dir() else f"cannot be read ({error.strerror})"
        raise ExportError(
            f"{path.name} is there already and {what}, so nothing was written over it. Choose "
            "another name."
        ) from error
    return digest.hexdigest()


def clear_staged(home: Path) -> None:
    """Remove what a process that was killed has left; nobody else may be writing."""
    rmtree(home / _STAGED, ignore_errors=True)


@contextmanager
def staging(home: Path, job_id: int, name: str) -> Iterator[Path]:
    """A place for a file of this name, which is gone in the end."""
    folder = home / _STAGED / str(job_id)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ExportError(
            f"The data folder cannot be written: {error.strerror}. Nothing was written. Check that "
            "it is yours and has room."
        ) from error
    try:
        yield folder / name
    finally:
        rmtree(folder, ignore_errors=True)


def place(staged: Path, path: Path, standing: str, report: Report) -> None:
    """Let a file take its place, as a whole, if what `standing` was the print of is there still.

    Raises ExportError, and then nothing has changed there.
    """
    with writing(path) as fresh, staged.open("rb") as ready, fresh.open("wb") as to:
        for piece in _pieces(ready, report):
            to.write(piece)
        if print_of(path, report) != standing:
            raise ExportError(
                f"{path.name} was changed by something else just now. It was not written over."
            )


def _pieces(file: BinaryIO, report: Report) -> Iterator[bytes]:
    while piece := file.read(_AT_ONCE):
        report(0, 0)
        yield piece
