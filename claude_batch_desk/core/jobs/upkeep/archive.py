"""The file of a backup: a ZIP archive that says what it holds, and proves that it is whole."""

import hashlib
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, Self

import orjson

from claude_batch_desk.core.errors import StoreError

MANIFEST = "manifest.json"
_FORMAT = "claude-batch-desk backup"
_FORM = 1
_MANIFEST_BYTES = 1 << 28
_CHUNK = 1 << 20
_NAME = re.compile(
    r"desk\.sqlite3|settings\.json|outbox/[0-9a-f]{8}-[0-9]{1,9}\.json"
    r"|sources/[0-9a-f]{64}[^/\\:\x00-\x1f]{0,100}"
)
"""What a file in a backup may be called; nothing else is ever written to the disk."""
Moved = Callable[[int], None]
"""Called with the bytes of each piece that was worked on; may raise Cancelled."""


def safe_source(name: str) -> str:
    """The name of a frozen source as it can be written on every system."""
    return f"sources/{re.sub(r'[^A-Za-z0-9._ -]', '_', name)[:164]}"


class NoBackup(StoreError):
    """A file that is no backup, or not a whole one."""


@dataclass(frozen=True)
class Entry:
    """A file in a backup."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """What a backup holds."""

    made_at: datetime
    """Aware UTC."""
    store_version: int
    jobs: int
    entries: tuple[Entry, ...]

    @property
    def size(self) -> int:
        """Bytes of all its files."""
        return sum(entry.size for entry in self.entries)

    def written(self) -> bytes:
        """As it is kept in the archive."""
        return orjson.dumps({"format": _FORMAT, "form": _FORM, **asdict(self)})

    @classmethod
    def read(cls, text: bytes) -> Self:
        """Raises NoBackup where it is not one, or of a newer form."""
        try:
            return cls(**_read_manifest(text))
        except (ValueError, KeyError, TypeError) as error:
            raise NoBackup(NOT_WHOLE) from error


NOT_WHOLE = (
    "This file is no backup of Claude Batch Desk, or it is cut off or damaged. Nothing was "
    "changed. Choose another one."
)
NEWER = (
    "This backup was made by a newer version of Claude Batch Desk. Nothing was changed. Install "
    "that version to restore it."
)


class Writer:
    """Puts files into an archive, one after the other."""

    def __init__(self, file: zipfile.ZipFile, moved: Moved) -> None:
        self._file, self._moved = file, moved
        self.entries: list[Entry] = []

    def add(self, name: str, source: BinaryIO) -> None:
        """Copy what is open as `name`; raises OSError."""
        digest, size = hashlib.sha256(), 0
        with self._file.open(name, "w", force_zip64=True) as to:
            while chunk := source.read(_CHUNK):
                self._moved(len(chunk))
                digest.update(chunk)
                size += len(chunk)
                to.write(chunk)
        self.entries.append(Entry(name, size, digest.hexdigest()))

    def finish(self, manifest: Manifest) -> None:
        """Say what is in it."""
        self._file.writestr(MANIFEST, manifest.written())


def _read_manifest(text: bytes) -> dict[str, Any]:
    read = orjson.loads(text)
    if read["format"] != _FORMAT:
        raise ValueError
    if read["form"] > _FORM:
        raise NoBackup(NEWER)
    entries = tuple(Entry(**each) for each in read["entries"])
    if not all(_NAME.fullmatch(each.name) for each in entries):
        raise ValueError
    return {
        "made_at": datetime.fromisoformat(read["made_at"]).astimezone(UTC),
        "store_version": int(read["store_version"]),
        "jobs": int(read["jobs"]),
        "entries": entries,
    }


@contextmanager
def opened(path: Path) -> Iterator["Reader"]:
    """A backup to read from; raises NoBackup."""
    with ExitStack() as stack:
        try:
            with _whole():
                file = stack.enter_context(zipfile.ZipFile(path))
                if file.getinfo(MANIFEST).file_size > _MANIFEST_BYTES:
                    raise NoBackup(NOT_WHOLE)
                manifest = Manifest.read(file.read(MANIFEST))
        except OSError as error:
            raise NoBackup(
                f"{path.name} cannot be read: {error.strerror or error}. Nothing was changed."
            ) from error
        yield Reader(file, manifest)


@contextmanager
def _whole() -> Iterator[None]:
    """Turn what an archive raises that is cut off, damaged or locked into NoBackup."""
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, KeyError, EOFError, RuntimeError) as error:
        raise NoBackup(NOT_WHOLE) from error


class Reader:
    """Takes files out of an archive."""

    def __init__(self, file: zipfile.ZipFile, manifest: Manifest) -> None:
        self._file = file
        self.manifest = manifest

    def take(self, entry: Entry, to: BinaryIO, moved: Moved) -> None:
        """Copy a file out; raises NoBackup where it is not what the backup says it is."""
        digest, size = hashlib.sha256(), 0
        with _whole(), self._file.open(entry.name) as source:
            while size <= entry.size and (chunk := source.read(_CHUNK)):
                moved(len(chunk))
                size += len(chunk)
                digest.update(chunk)
                to.write(chunk)
        if size != entry.size or digest.hexdigest() != entry.sha256:
            raise NoBackup(NOT_WHOLE)
