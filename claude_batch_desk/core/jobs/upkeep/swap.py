"""Swap: one state of a data folder in the place of another, whole, whatever happens in between."""

import shutil
from dataclasses import asdict, dataclass
from pathlib import Path

import orjson

from claude_batch_desk.core.errors import StoreError
from claude_batch_desk.core.files import replacing, sync_folder
from claude_batch_desk.core.jobs.store.database import FILE_NAME, SOURCES

_NOTE = "restoring.json"
# The log of a store goes before the store: a log beside another store would spoil it.
_STATE = (f"{FILE_NAME}-shm", f"{FILE_NAME}-wal", FILE_NAME, SOURCES, "outbox", "inbox")


@dataclass(frozen=True)
class _Swap:
    """A swap under way, as it is noted on the disk. Names are of folders in the data folder."""

    fresh: str
    aside: str
    out: bool
    """What was there is all put aside."""


def begin_swap(home: Path, fresh: Path, aside: Path) -> None:
    """Decide that what is in `home` goes aside, and what is in `fresh` takes its place.

    Both are folders in it. Nothing is moved yet: `finish_swap` does that, now or at the next start.
    Raises StoreError.
    """
    _note(home, _Swap(fresh.name, aside.name, out=False))


def is_swapping(home: Path) -> bool:
    """Whether a swap was decided here and is not finished."""
    return (home / _NOTE).exists()


def finish_swap(home: Path) -> None:
    """Do what was decided, or go on with it; only for who has the folder alone.

    Raises StoreError where a file cannot be moved; the next start goes on.
    """
    if not is_swapping(home):
        return
    try:
        read = orjson.loads((home / _NOTE).read_bytes())
        _go_on(home, _Swap(**read))
        (home / _NOTE).unlink()
        sync_folder(home)
        shutil.rmtree(home / read["fresh"], ignore_errors=True)
    except OSError as error:
        raise StoreError(
            f"The restore could not be finished: {error.strerror or error}. Nothing is lost: it "
            "goes on at the next start. Close other programs that use the data folder."
        ) from error


def _go_on(home: Path, now: _Swap) -> None:
    fresh, aside = home / now.fresh, home / now.aside
    if not now.out:
        aside.mkdir(mode=0o700, exist_ok=True)
        _move(home, aside)
        _note(home, _Swap(now.fresh, now.aside, out=True))
    _move(fresh, home)


def _move(source: Path, to: Path) -> None:
    for name in _STATE:
        if (source / name).exists():
            (source / name).rename(to / name)
    sync_folder(to)
    sync_folder(source)


def _note(home: Path, swap: _Swap) -> None:
    try:
        with replacing(home / _NOTE, 0o600) as fresh:
            fresh.write_bytes(orjson.dumps(asdict(swap)))
    except OSError as error:
        raise StoreError(
            f"The restore could not go on: {error.strerror or error}. What you had is still there."
        ) from error
