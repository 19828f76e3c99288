"""SourceReader: the columns and pages of a file, read by a child process that may die of it."""

import logging
import os
import queue
import re
import stat
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from claude_batch_desk.core.errors import TableError
from claude_batch_desk.core.report import Report
from claude_batch_desk.core.tables.process.child import Child
from claude_batch_desk.core.tables.process.frames import (
    Frame,
    Kind,
    Request,
    found_of,
    header_of,
    page_of,
    text_of,
)
from claude_batch_desk.core.tables.table import Found, Page, ReadOptions

READER_SWITCH = "--reader"
"""The only argument of a frozen application that is started as a reader child."""
SILENCE = 60.0
"""Seconds without a word from the child after which it is given up."""

_MODULE = "claude_batch_desk.core.tables.reader_child"
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:/")
_UNSAFE = (
    "This file could not be read safely: reading it took too much memory or time, or it is "
    "damaged. Nothing was changed. Open it in the program it was made with and save the table as "
    "text (.csv), then open that."
)
_log = logging.getLogger(__name__)


def open_source(path: Path, options: ReadOptions, report: Report) -> "SourceReader":
    """Start reading a file; returns as soon as its columns are known.

    Close the reader, or use it as a context manager: no process is left behind. Raises TableError
    where the file is no table that can be read, and Cancelled.
    """
    check_source(path)
    return SourceReader(child_command(), Request(path.resolve(), options), report)


def check_source(path: Path) -> None:
    """Raise TableError where there is no regular file with something in it that may be read."""
    if _ADDRESS.match(path.as_posix()):
        raise TableError(
            "This is an address on the internet, not a file. Download it, then open the file."
        )
    name = path.name
    found = _stat(path)
    if stat.S_ISDIR(found.st_mode):
        raise TableError(f"“{name}” is a folder. Choose a file with a table in it.")
    if not stat.S_ISREG(found.st_mode):
        raise TableError(f"“{name}” is not a file with a table, but a device or a pipe.")
    if not found.st_size:
        raise TableError(f"“{name}” is empty.")


def _stat(path: Path) -> os.stat_result:
    """What the system says of this file, which was opened on trial if it is a regular one."""
    name = path.name
    try:
        found = path.stat()
        if stat.S_ISREG(found.st_mode):
            path.open("rb").close()
    except FileNotFoundError as error:
        raise TableError(f"“{name}” is not there any more. Look where it was moved to.") from error
    except PermissionError as error:
        raise TableError(
            f"“{name}” may not be read. Ask its owner for permission, or copy it to a folder of "
            "your own; if another program holds it open, close it there."
        ) from error
    except (OSError, ValueError) as error:
        raise TableError(
            f"“{name}” could not be opened. Copy it to this computer first."
        ) from error
    return found


def child_command() -> list[str]:
    """How to start the reader child of this installation."""
    if getattr(sys, "frozen", False):
        return [sys.executable, READER_SWITCH]
    return [sys.executable, "-P", "-m", _MODULE]


class SourceReader:
    """A file being read: its columns now, its pages on the way.

    `found` holds something when the pages were all taken. `pages` can be taken once.
    """

    def __init__(
        self, command: Sequence[str], request: Request, report: Report, silence: float = SILENCE
    ) -> None:
        self._report = report
        self._silence = silence
        self.rows_so_far = 0
        self.found = Found()
        self._child = Child(command)
        try:
            self._child.ask(request.to_json(), is_last=True)
            header = header_of(self._expect(Kind.HEADER))
        except BaseException:
            self.close()
            raise
        self.reading = header.reading
        self.columns = header.columns

    def __enter__(self) -> "SourceReader":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def pages(self) -> Iterator[Page]:
        """The rows in order, in pages that are full but for the last.

        Raises TableError where the rest cannot be read, and Cancelled; what was given out until
        then is right, but not the whole table.
        """
        while (frame := self._expect(Kind.PAGE, Kind.FOUND)).kind is Kind.PAGE:
            page = page_of(frame)
            self.rows_so_far += page.rows
            yield page
        self.found = found_of(frame)
        self._report(self.rows_so_far, 0)

    def close(self) -> None:
        """End the child, whatever it does, and wait until it is gone."""
        self._child.close()

    def _expect(self, *kinds: Kind) -> Frame:
        """The next frame, which must be of one of these kinds; the child may only fail instead."""
        while (frame := self._next()) is not None:
            if frame.kind in kinds:
                return frame
            if frame.kind is Kind.ERROR:
                raise TableError(text_of(frame))
            if frame.kind is Kind.BUG:
                _log.error("The reader failed: %s", text_of(frame))
                break
        _log.warning("The reader ended before its time, with %s", self._child.status)
        raise TableError(_UNSAFE)

    def _next(self) -> Frame | None:
        """The next frame, or None where the child is gone or silent for too long."""
        last = time.monotonic() + self._silence
        while time.monotonic() < last:
            self._report(self.rows_so_far, 0)
            with suppress(queue.Empty):
                return self._child.next_frame()
        _log.warning("The reader was silent for %s s", self._silence)
        return None
