"""Backup: everything that a data folder keeps in one file, also while jobs are under way."""

import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from claude_batch_desk.core.errors import ExportError, StoreError
from claude_batch_desk.core.files import replacing
from claude_batch_desk.core.jobs.store.database import FILE_NAME, SOURCES
from claude_batch_desk.core.jobs.store.keeping import Inspection, PartFact, copy_store, inspecting
from claude_batch_desk.core.jobs.upkeep.archive import Manifest, Writer, safe_source
from claude_batch_desk.core.report import Report
from claude_batch_desk.core.service.spool import body_path

_SETTINGS = "settings.json"
_KEPT_FREE = 50_000_000


@dataclass(frozen=True)
class BackedUp:
    """What a backup holds."""

    path: Path
    jobs: int
    files: int
    size: int
    """Bytes of the backup itself."""
    missing: int
    """Files that the store names and the data folder does not have."""


@dataclass(frozen=True)
class _Content:
    """What is to be in it: names in the archive, and where the files are."""

    files: dict[str, Path]
    missing: int
    jobs: int
    version: int


def back_up(home: Path, to: Path, report: Report) -> BackedUp:
    """Write the job store as it is at this moment, the sources and the settings into one file.

    The API key is in none of them. The file is for its owner alone. Raises StoreError where the
    store is damaged, and ExportError where the file cannot be written; an old one stays then.
    Reports bytes.
    """
    if to.resolve().is_relative_to(home.resolve()):
        raise ExportError(
            "A backup in the data folder would be lost together with it. Choose another folder, "
            "best on another disk."
        )
    path, made_at = home / FILE_NAME, datetime.now(UTC)
    if not path.exists():
        raise StoreError(f"There is no job store in {home} to back up.")
    with _written(to), tempfile.TemporaryDirectory(dir=to.resolve().parent) as folder:
        _check_room(_size(path) * 2, to)
        copy = Path(folder) / FILE_NAME
        copy_store(path, copy, report)
        with inspecting(copy, report) as store:
            content = _content(home, copy, store)
        _check_room(sum(map(_size, content.files.values())), to)
        return _pack(content, to, made_at, report)


def _content(home: Path, copy: Path, store: Inspection) -> _Content:
    if store.damages():
        raise StoreError(
            "The job store is damaged, so no backup of it was made. Use `check` to see what is "
            "wrong, and restore an earlier backup."
        )
    files = {FILE_NAME: copy}
    known = store.sources()
    kept = [each for each in (home / SOURCES).glob("*") if each.stem in known and each.is_file()]
    files |= {safe_source(path.name): path for path in kept}
    bodies = [_body(home, part) for part in store.parts() if part.state in ("planned", "sending")]
    files |= {f"outbox/{body.name}": body for body in bodies if body.exists()}
    if (home / _SETTINGS).exists():
        files[_SETTINGS] = home / _SETTINGS
    missing = len(known.keys() - {path.stem for path in kept})
    return _Content(files, missing, len(store.jobs()), store.version)


def _body(home: Path, part: PartFact) -> Path:
    return body_path(home / "outbox", part.token, part.number)


def _pack(content: _Content, to: Path, made_at: datetime, report: Report) -> BackedUp:
    done, total = 0, sum(map(_size, content.files.values()))

    def moved(size: int) -> None:
        nonlocal done
        done += size
        report(min(done, total), total)

    missing = content.missing
    with replacing(to, 0o600) as fresh:
        with zipfile.ZipFile(fresh, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as file:
            writer = Writer(file, moved)
            for name, path in content.files.items():
                try:
                    source = path.open("rb")
                except FileNotFoundError:  # a body whose batch was answered meanwhile
                    missing += name.startswith(SOURCES)
                    continue
                with source:
                    writer.add(name, source)
            entries = tuple(writer.entries)
            writer.finish(Manifest(made_at, content.version, content.jobs, entries))
        size = _size(fresh)
    to.resolve().chmod(0o600)
    return BackedUp(to, content.jobs, len(entries), size, missing)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def _check_room(size: int, to: Path) -> None:
    free = shutil.disk_usage(to.resolve().parent).free
    if free < size + _KEPT_FREE:
        raise ExportError(
            f"The backup may take {size / 1e6:,.0f} MB while it is made, but the disk has "
            f"{free / 1e6:,.0f} MB free. Nothing was written. Free some space, or choose another "
            "disk."
        )


@contextmanager
def _written(to: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ExportError(
            f"The backup {to.name} could not be written: {error.strerror or error}. No file was "
            "changed. Choose another folder."
        ) from error
