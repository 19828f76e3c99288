"""A file on its way to the service: read as it is sent, let go of at once when asked to stop."""

import io
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path
from typing import TypeVar

from claude_batch_desk.core.report import Report

_TICK = 0.1
"""Seconds between two reports, whether or not anything went out."""
Result = TypeVar("Result")


class OutgoingFile(io.FileIO):
    """A file open for reading that can be cut off from another thread."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._cut = False
        self.sent = 0
        """Bytes read so far."""

    def cut(self) -> None:
        """Whoever reads on gets an error."""
        self._cut = True

    def read(self, size: int | None = -1, /) -> bytes:
        """The next bytes; raises OSError once it was cut off."""
        if self._cut:
            raise OSError("the upload was stopped")
        chunk = super().read(-1 if size is None else size) or b""
        self.sent += len(chunk)
        return chunk


class ToldFile(io.FileIO):
    """A file open for reading that tells how much of it was read, and of how much."""

    def __init__(self, path: Path, tell: Report) -> None:
        super().__init__(path)
        self._tell, self._size, self._told = tell, path.stat().st_size, 0

    def read(self, size: int | None = -1, /) -> bytes:
        """The next bytes."""
        chunk = super().read(-1 if size is None else size) or b""
        self._told += len(chunk)
        self._tell(self._told, self._size)
        return chunk


def watched(send: Callable[[], Result], file: OutgoingFile, report: Report) -> Result:
    """Do what sends the file, reporting bytes; what the report raises stops it."""
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    pool = ThreadPoolExecutor(1, "upload")
    try:
        sending = pool.submit(send)
        while wait((sending,), timeout=_TICK).not_done:
            report(min(file.sent, size), size)
    except BaseException:
        file.cut()
        raise
    finally:
        # The reply to what was sent whole may take its time; nobody needs it any more.
        pool.shutdown(wait=False)
    return sending.result()
