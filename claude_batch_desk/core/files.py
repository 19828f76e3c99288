"""Replace a file as a whole: a reader finds the old one or the new one, never a part."""

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

_NAME = re.compile(r"\.desk-(?P<computer>[0-9a-f]{8})-(?P<process>[0-9]+)-[0-9a-f]{16}\.tmp")
_MOST_LOOKED_AT = 20_000
"""Entries of a folder, which may be far away."""
_in_use: set[Path] = set()
"""The new files of this process."""


@contextmanager
def replacing(path: Path, mode: int = 0o666) -> Iterator[Path]:
    """Give a new empty file in the same folder, which takes the place of `path` at the end.

    Its bytes are on the disk before the name changes. Where anything is raised, `path` stays as
    it was and the new file is removed; what a process left there that was killed goes the next
    time. A link is followed, not replaced; an existing file's permissions are kept, else `mode`
    less the umask holds. Raises OSError.
    """
    target = path.resolve()
    _remove_left(target.parent)
    unique = f"{_computer()}-{os.getpid()}-{secrets.token_hex(8)}"
    fresh = target.with_name(f".desk-{unique}.tmp")
    _in_use.add(fresh)
    try:
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
    finally:
        _in_use.discard(fresh)
    sync_folder(target.parent)


def _remove_left(folder: Path) -> None:
    """Remove new files whose process on this computer is gone; one that stays does no harm."""
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in islice(entries, _MOST_LOOKED_AT):
            found = _NAME.fullmatch(entry.name)
            if found is None or found["computer"] != _computer():
                continue
            if Path(entry.path) not in _in_use and not _is_running(int(found["process"])):
                with suppress(OSError):
                    Path(entry.path).unlink()


def _is_running(process: int) -> bool:
    """Whether it might be; on Windows, which keeps open files from removal, that is not asked."""
    if os.name == "nt" or process == os.getpid():
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True


@cache
def _computer() -> str:
    """What tells this computer from others that write to the same folder."""
    return hashlib.sha256(platform.node().encode()).hexdigest()[:8]


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
