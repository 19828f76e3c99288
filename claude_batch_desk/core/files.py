"""Replace a file as a whole: a reader finds the old one or the new one, never a part.

What is in the making bears the process in its name, so that what a killed one left is removed.
"""

import hashlib
import os
import platform
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from itertools import islice
from pathlib import Path
from tempfile import gettempdir

_NAME = re.compile(r"\.desk-(?P<computer>[0-9a-f]{8})-(?P<process>[0-9]+)-[0-9a-f]{16}\.tmp")
_MOST_LOOKED_AT = 20_000
"""Entries of a folder, which may be far away."""
_in_use: set[Path] = set()
"""What this process has in the making."""


@contextmanager
def replacing(path: Path, mode: int = 0o666) -> Iterator[Path]:
    """Give a new empty file in the same folder, which takes the place of `path` at the end.

    Its bytes are on the disk before the name changes. Where anything is raised, `path` stays as
    it was and the new file is removed; what a process left there that was killed goes the next
    time. A link is followed, not replaced; an existing file's permissions are kept, else `mode`
    less the umask holds. Raises OSError.
    """
    target = path.resolve()
    with _in_the_making(target.parent) as fresh:
        fresh.touch(mode, exist_ok=False)
        try:
            yield fresh
            with fresh.open("rb+") as written:
                os.fsync(written.fileno())
            if target.exists():
                shutil.copymode(target, fresh)
            fresh.replace(target)
        except BaseException:
            with suppress(OSError):
                fresh.unlink(missing_ok=True)
            raise
    sync_folder(target.parent)


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """An empty folder, for this user only, that is gone at the end; raises OSError.

    It is where the system has its temporary files.
    """
    with _in_the_making(Path(gettempdir())) as folder:
        folder.mkdir(0o700)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _in_the_making(folder: Path) -> Iterator[Path]:
    """A new name in a folder, out of which goes what is left there."""
    _remove_left(folder)
    fresh = folder / f".desk-{_computer()}-{os.getpid()}-{secrets.token_hex(8)}.tmp"
    _in_use.add(fresh)
    try:
        yield fresh
    finally:
        _in_use.discard(fresh)


def _remove_left(folder: Path) -> None:
    """Remove what processes of this computer left that are gone; what stays does no harm."""
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in islice(entries, _MOST_LOOKED_AT):
            found = _NAME.fullmatch(entry.name)
            if found is None or found["computer"] != _computer() or Path(entry.path) in _in_use:
                continue
            if not _is_running(int(found["process"]), entry):
                _remove(entry)


def _is_running(process: int, entry: os.DirEntry[str]) -> bool:
    """Whether it might be; Windows, where that is not asked, keeps open files from removal."""
    if os.name == "nt":
        return entry.is_dir(follow_symlinks=False)
    if process == os.getpid():
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True


def _remove(entry: os.DirEntry[str]) -> None:
    with suppress(OSError):
        if entry.is_dir(follow_symlinks=False):
            shutil.rmtree(entry.path, ignore_errors=True)
        else:
            Path(entry.path).unlink()


@cache
def _computer() -> str:
    """What tells this computer from others that write to the same folder."""
    return hashlib.sha256(platform.node().encode(errors="replace")).hexdigest()[:8]


def sync_folder(folder: Path) -> None:
    """Make the change of name last through a power cut, where the system has a call for it.

    The new file is complete and in place already, so a system that cannot do this (Windows, some
    network drives) is no failure.
    """
    if os.name == "nt":
        return
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
