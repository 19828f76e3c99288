"""Replace a file as a whole: a reader finds the old one or the new one, never a part."""

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def replacing(path: Path, mode: int = 0o666) -> Iterator[Path]:
    """Give a new empty file in the same folder, which takes the place of `path` at the end.

    Its bytes are on the disk before the name changes. Where anything is raised, `path` stays as
    it was and the new file is removed. A link is followed, not replaced; an existing file's
    permissions are kept, else `mode` less the umask holds. Raises OSError.
    """
    target = path.resolve()
    fresh = target.with_name(f".desk-{secrets.token_hex(8)}.tmp")
    fresh.touch(mode, exist_ok=False)
    try:
        yield fresh
        with fresh.open("rb+") as written:
            os.fsync(written.fileno())
        if target.exists():
            shutil.copymode(target, fresh)
        fresh.replace(target)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise
    sync_folder(target.parent)


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
