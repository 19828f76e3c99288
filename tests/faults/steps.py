"""Steps: a count of the moments at which a run can die, or meet a disk that fails."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from sqlite3 import Connection
from typing import Literal

from claude_batch_desk.core.errors import StoreError

KILLED = 137
HIT = 3
"""Exit status of a run that met its trouble and came to its end all the same."""

Trouble = Literal[
    "killed",  # the process ends at once, before or after a commit, a POST or a download
    "torn",  # likewise after a commit, all of which is still in the log
    "full",  # a transaction fails at its very end
    "read-only",  # SQLite refuses to write
    "unwritable",  # no file takes another byte: log, batch body, results
    "unreadable",  # the store cannot be opened
]
BEFORE = "before.txt"
"""Beside the store: how long its log was, in bytes, before the commit that is torn."""


class Steps:
    """Counts the steps of one kind of trouble, and at one of them makes it."""

    def __init__(self, at: int, trouble: Trouble) -> None:
        self.trouble = trouble
        self.log = Path()
        """Of the store: what was committed last is at its end."""
        self._began = self._left = at
        self._lock = threading.Lock()

    @property
    def hit(self) -> bool:
        """Its trouble was met."""
        return self._began > 0 >= self._left

    def reached(self) -> None:
        """Just before or after something that the service, or the store, will remember."""
        if self._turn("killed"):
            os._exit(KILLED)

    def before_commit(self) -> None:
        """A transaction is about to be committed."""
        self.reached()
        if self._turn("full"):
            raise StoreError("The disk is full.")

    def read_only(self, connection: Connection) -> None:
        """A transaction has begun."""
        if self._turn("read-only"):
            connection.execute("PRAGMA query_only=ON")

    def opening(self, path: Path) -> Path:
        """Where the store is found."""
        return path / "gone" if self._turn("unreadable") else path

    @contextmanager
    def writing(self) -> Iterator[None]:
        """While a file is written."""
        before = self._size()
        if self._turn("unwritable"):
            with _no_more_bytes():
                yield
        else:
            yield
        if self._size() > before and self._turn("torn"):
            self.log.with_name(BEFORE).write_text(str(before))
            os._exit(KILLED)

    def _size(self) -> int:
        return self.log.stat().st_size if self.log.is_file() else 0

    def _turn(self, trouble: Trouble) -> bool:
        if trouble != self.trouble:
            return False
        with self._lock:
            self._left -= 1
            return self._left == 0


@contextmanager
def _no_more_bytes() -> Iterator[None]:
    """Files cannot grow; what is written to them fails as on a disk that is broken."""
    import resource  # not on Windows

    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
