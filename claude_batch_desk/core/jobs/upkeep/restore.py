"""Restore: a data folder as a backup has it; what was there is put aside, and nothing is sent."""

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from claude_batch_desk.core.errors import StoreError
from claude_batch_desk.core.jobs.store.database import (
    CURRENT_VERSION,
    FILE_NAME,
    SOURCES,
    Database,
)
from claude_batch_desk.core.jobs.store.hold_store import HoldStore
from claude_batch_desk.core.jobs.store.keeping import inspecting
from claude_batch_desk.core.jobs.upkeep.archive import (
    NEWER,
    NOT_WHOLE,
    Manifest,
    NoBackup,
    Reader,
    opened,
)
from claude_batch_desk.core.jobs.upkeep.swap import begin_swap, finish_swap, is_swapping
from claude_batch_desk.core.report import Report, silent
from claude_batch_desk.core.service.disk import on_disk, open_private

_SETTINGS = "settings.json"
_KEPT_FREE = 50_000_000
_SAFE = "What you had is as it was. Make room, then restore again."


@dataclass(frozen=True)
class Restored:
    """What a restore has done."""

    made_at: datetime
    """When the backup was made; aware UTC."""
    jobs: int
    aside: Path | None
    """The folder with what was there before, or will be; None where nothing was."""


def restore(home: Path, backup: Path, report: Report) -> Restored:
    """Put a backup in the place of what is in a data folder; only for who has the folder alone.

    See `prepare`. Raises NoBackup or StoreError; what was there is as it was then, or the next
    start goes on.
    """
    done = prepare(home, backup, report)
    finish_swap(home)
    if done.aside is not None and not any(done.aside.iterdir()):
        done.aside.rmdir()
        return Restored(done.made_at, done.jobs, None)
    return done


def prepare(home: Path, backup: Path, report: Report) -> Restored:
    """Make everything ready, so that the next start finishes the restore.

    The backup is proven whole before that is decided. Every job of it is held back, since what
    was sent after the backup is not in it; see HoldStore. Settings are taken only where there are
    none. Raises NoBackup or StoreError, and changes nothing then. Reports bytes.
    """
    if is_swapping(home):
        raise StoreError(
            "A restore is under way already. Close the window; the next start ends it."
        )
    with opened(backup) as archive, _fresh_folder(home) as fresh:
        found = archive.manifest
        if found.store_version > CURRENT_VERSION:
            raise NoBackup(NEWER)
        _check_room(found, home)
        _unpack(archive, fresh, report)
        _check_whole(fresh / FILE_NAME)
        HoldStore(Database(fresh)).hold_all(found.made_at)
        settings = home / _SETTINGS
        with on_disk(_SAFE):
            if (fresh / _SETTINGS).exists() and not settings.exists():
                (fresh / _SETTINGS).rename(settings)
        aside = _aside(home)
        begin_swap(home, fresh, aside)
    return Restored(found.made_at, found.jobs, aside)


@contextmanager
def _fresh_folder(home: Path) -> Iterator[Path]:
    """A folder on the same disk, gone again where the restore fails before the swap."""
    fresh = home / f"restoring-{secrets.token_hex(4)}"
    with on_disk(_SAFE):
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        for each in (fresh, fresh / SOURCES, fresh / "outbox"):
            each.mkdir(mode=0o700)
    try:
        yield fresh
    except BaseException:
        if not is_swapping(home):
            shutil.rmtree(fresh, ignore_errors=True)
        raise


def _unpack(archive: Reader, fresh: Path, report: Report) -> None:
    done, total = 0, archive.manifest.size

    def moved(size: int) -> None:
        nonlocal done
        done += size
        report(min(done, total), total)

    for entry in archive.manifest.entries:
        with on_disk(_SAFE), open_private(fresh / entry.name) as to:
            archive.take(entry, to, moved)
            to.flush()
            os.fsync(to.fileno())


def _check_whole(store: Path) -> None:
    if not store.exists():
        raise NoBackup(NOT_WHOLE)
    with inspecting(store, silent) as found:
        if found.version > CURRENT_VERSION or found.damages():
            raise NoBackup(NOT_WHOLE)


def _check_room(found: Manifest, home: Path) -> None:
    free = shutil.disk_usage(home).free
    if free < found.size + _KEPT_FREE:
        raise NoBackup(
            f"The backup takes {found.size / 1e6:,.0f} MB, but the disk of the data folder has "
            f"{free / 1e6:,.0f} MB free. Nothing was changed. Free some space and try again."
        )


def _aside(home: Path) -> Path:
    stamp = f"before-restore-{datetime.now(UTC):%Y%m%d-%H%M%S}"
    return next(
        path
        for number in range(1, 1_000)
        if not (path := home / (f"{stamp}-{number}" if number > 1 else stamp)).exists()
    )
