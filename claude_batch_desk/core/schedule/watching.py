"""Whether a file or folder is whole by now, and what it holds."""

import hashlib
import os
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from claude_batch_desk.core.documents.find import find_documents
from claude_batch_desk.core.errors import ScheduleError
from claude_batch_desk.core.report import Report

_CHUNK = 1 << 20
_QUIET = 5.0
"""Seconds for which nothing may change before a source is taken to be whole."""
_PATIENCE = 900.0
"""Seconds after which a source that never rests is given up on until the next time."""
_TURN = 0.25


@dataclass(frozen=True)
class Quiet:
    """How long to wait for a source to be whole, in seconds; other figures are for tests."""

    rest: float = _QUIET
    patience: float = _PATIENCE
    sleep: Callable[[float], object] = time.sleep


@dataclass(frozen=True)
class Source:
    """A table file, or a folder of documents with the patterns that choose them."""

    path: Path
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()

    def looks(self, report: Report) -> tuple[tuple[str, int, int], ...]:
        """The name, size and time of every file of it; raises ScheduleError, TableError."""
        if self.path.is_dir():
            found = find_documents(self.path, self.include, self.exclude, report)
            return tuple((each.relative, each.size, each.modified) for each in found.files)
        try:
            status = self.path.stat()
        except OSError as error:
            raise ScheduleError(
                f"{self.path} cannot be read: {error.strerror}. Nothing was sent."
            ) from error
        return (("", status.st_size, status.st_mtime_ns),)


def check_apart(watched: Path, out: Path) -> None:
    """Raise ScheduleError where writing the answers would change what is watched."""
    watched, out = watched.resolve(), out.resolve()
    if out == watched:
        raise ScheduleError(
            "The answers would be written over the table itself. Choose another file for them. "
            "Nothing was scheduled."
        )
    if watched.is_dir() and out.is_relative_to(watched):
        raise ScheduleError(
            "The answers would be written into the folder that is worked on, which would be a "
            "change each time. Choose another place for them. Nothing was scheduled."
        )


def wait_until_quiet(source: Source, report: Report, quiet: Quiet) -> None:
    """Return when nothing of a source has changed for a while; blocks.

    A file that was last written before that while is taken as it is. Raises ScheduleError where
    it never rests, or is not there.
    """
    looks = source.looks(report)
    newest = max((modified for _, _, modified in looks), default=0) / 1e9
    waited = rested = 0.0
    if 0 <= time.time() - newest < quiet.rest or not looks:
        while rested < quiet.rest:
            if waited >= quiet.patience:
                raise ScheduleError(
                    f"{source.path.name} is being written all the time. Nothing was sent; it is "
                    "looked at again the next time."
                )
            report(0, 0)
            quiet.sleep(_TURN)
            waited, rested = waited + _TURN, rested + _TURN
            now = source.looks(report)
            if now != looks:
                looks, rested = now, 0.0


def digest_of(source: Source, others: Sequence[bytes], report: Report) -> str:
    """The SHA-256 of what a source holds and of `others`, in hexadecimal digits.

    Raises ScheduleError where it cannot be read.
    """
    digest = hashlib.sha256()
    for other in others:
        _add(digest, [other])
    try:
        for name, size, _ in source.looks(report):
            _add(digest, [os.fsencode(name), str(size).encode()])
            file = source.path / name if name else source.path
            with file.open("rb") as opened:
                while chunk := opened.read(_CHUNK):
                    report(0, 0)
                    digest.update(chunk)
    except OSError as error:
        raise ScheduleError(
            f"{source.path} cannot be read: {error.strerror}. Nothing was sent."
        ) from error
    return digest.hexdigest()


def _add(digest: "hashlib._Hash", parts: Iterable[bytes]) -> None:
    """Each with its length before it, so that no two lists come to the same."""
    for part in parts:
        digest.update(len(part).to_bytes(8))
        digest.update(part)
