"""Vault: copies of documents as they were, known by their bytes."""

import hashlib
import os
import secrets
import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from claude_batch_desk.core.documents.inside import open_regular
from claude_batch_desk.core.documents.kinds import HEAD, frozen_name
from claude_batch_desk.core.documents.limits import MAX_FILE_BYTES
from claude_batch_desk.core.errors import DocumentError, TableError
from claude_batch_desk.core.tables.opened import Alive

KEPT_FREE = 500_000_000
"""Bytes of the disk that are left for the rows, the answers and everybody else."""
UNSETTLED = ".unsettled"
"""How the folders end whose work was cut off."""
_CHUNK = 1 << 20


@dataclass(frozen=True)
class Copy:
    """A copy of a file that is kept or dropped when it is known what it is."""

    path: Path
    sha256: str
    size: int
    head: bytes
    """Its first bytes."""


class TooLarge(DocumentError):
    """A file of more bytes than the service takes; it was not copied."""

    def __init__(self, name: str, size: int) -> None:
        super().__init__(
            f"“{name}” has {size / 1e6:,.0f} MB. The service takes files of up to "
            f"{MAX_FILE_BYTES / 1e6:,.0f} MB."
        )
        self.size = size


class Vault:
    """A folder of copies; those of the same bytes are one.

    What is kept waits in a folder of its own until it is settled. A context manager, which leaves
    nothing of it behind otherwise.
    """

    def __init__(self, folder: Path, *, keeps: bool = True) -> None:
        """One that does not keep forgets a copy as soon as it is known what it is."""
        self._folder = folder
        self._waiting = folder / f"{secrets.token_hex(8)}{UNSETTLED}"
        self._keeps = keeps

    def __enter__(self) -> "Vault":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        shutil.rmtree(self._waiting, ignore_errors=True)

    def settle(self) -> None:
        """Make what was kept the frozen copies; raises TableError."""
        try:
            for each in self._waiting.glob("*"):
                each.replace(self._folder / each.name)
        except OSError as error:
            raise _not_copied(error) from error

    def copy(self, path: Path, name: str, beat: Alive) -> Copy:
        """Copy a file while it is known what it is.

        Raises DocumentError where it cannot be read, and TableError where the disk is full.
        """
        with open_regular(path) as source:
            size = os.fstat(source.fileno()).st_size
            if size > MAX_FILE_BYTES:
                raise TooLarge(name, size)
            self.check_room(size)
            fresh = self._waiting / f"{secrets.token_hex(8)}.partial"
            try:
                return _copied(source, fresh, name, beat)
            except BaseException:
                with suppress(OSError):
                    fresh.unlink(missing_ok=True)
                raise

    def keep(self, copy: Copy, media_type: str) -> Path:
        """Keep a copy as the one of its bytes."""
        if not self._keeps:
            self.drop(copy)
            return copy.path
        kept = self._waiting / frozen_name(copy.sha256, media_type)
        try:
            copy.path.replace(kept)
        except OSError as error:
            raise _not_copied(error) from error
        return kept

    def drop(self, copy: Copy) -> None:
        """Forget a copy; one that cannot be removed now is removed at the end."""
        with suppress(OSError):
            copy.path.unlink(missing_ok=True)

    def check_room(self, size: int) -> None:
        """Raise TableError where so many bytes would fill the disk."""
        try:
            self._waiting.mkdir(parents=True, exist_ok=True, mode=0o700)
            free = shutil.disk_usage(self._folder).free
        except OSError as error:
            raise _not_copied(error) from error
        if size + KEPT_FREE > free:
            raise TableError(
                f"The documents take {size / 1e9:,.1f} GB, and copies of them are kept with the "
                f"job, but the disk of the data folder has {free / 1e9:,.1f} GB free. Free some "
                "space, or choose fewer documents."
            )


def _copied(source: BinaryIO, to: Path, name: str, beat: Alive) -> Copy:
    digest = hashlib.sha256()
    size, head = 0, b""
    try:
        copy = to.open("xb")
    except OSError as error:
        raise _not_copied(error) from error
    with copy:
        while chunk := _read(source, name):
            beat()
            head = head or chunk[:HEAD]
            digest.update(chunk)
            size += len(chunk)
            try:
                copy.write(chunk)
            except OSError as error:
                raise _not_copied(error) from error
    return Copy(to, digest.hexdigest(), size, head)


def _read(source: BinaryIO, name: str) -> bytes:
    try:
        return source.read(_CHUNK)
    except OSError as error:
        raise DocumentError(f"“{name}” could not be read: {error.strerror}.") from error


def _not_copied(error: OSError) -> TableError:
    return TableError(
        f"The documents could not be copied into the data folder: {error.strerror}. The files "
        "themselves are untouched."
    )
