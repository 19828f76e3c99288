"""Book: the schedules of a data folder, what came of their last runs, and the log of all runs."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from filelock import FileLock, Timeout

from claude_batch_desk.core.errors import ScheduleError
from claude_batch_desk.core.files import replacing
from claude_batch_desk.core.schedule.entry import (
    Entry,
    check_name,
    label_of,
    own_command,
)
from claude_batch_desk.core.schedule.when import When, read_when, written

_FOLDER = "schedules"
_LOG = "schedules.log"
_LAST = ".last"
_LONGEST_LOG, _KEPT_LINES = 1 << 18, 1_000
_NONSENSE = (KeyError, TypeError, ValueError, AttributeError, ScheduleError)
Kept = TypeVar("Kept")


@dataclass(frozen=True)
class Schedule:
    """A command that is to run by itself."""

    name: str
    when: When
    command: tuple[str, ...]
    """The verb and its options, as they are typed; every path is absolute."""
    watched: str = ""
    """The absolute path of the file or folder that is worked on."""

    def entry(self, home: Path) -> Entry:
        """What the platform's scheduler is asked to do."""
        command = own_command(home, self.command)
        return Entry(label_of(home, self.name), command, self.when, self.watched)


@dataclass(frozen=True)
class LastRun:
    """What is known of the run of a schedule that was the last to send anything."""

    digest: str = ""
    """Of what was sent; see watching.digest_of."""
    job: int = 0
    """The number of the job; 0 where there is none."""
    out: str = ""
    """Where its answers go."""
    sent: bool = True
    """Nothing, or the job, was sent; before that it is only known to be about to."""
    delivered: bool = False
    """Its answers were written."""
    before: str = ""
    """The digest of the run before, which holds if this one was not sent."""


class Book:
    """Small files in the data folder, which need no lock: an open window is no hindrance."""

    def __init__(self, home: Path) -> None:
        self._home, self._folder = home, home / _FOLDER

    def all(self) -> list[Schedule]:
        """Every schedule, by name; one whose file makes no sense is left out."""
        files = sorted(self._folder.glob("*.json"))
        names = (file.stem for file in files if not file.stem.endswith(_LAST))
        return [each for name in names if (each := self._schedule(name)) is not None]

    def schedule(self, name: str) -> Schedule:
        """One schedule; raises ScheduleError where there is none of that name."""
        found = self._schedule(check_name(name))
        if found is None:
            raise ScheduleError(f"There is no schedule “{name}”. Nothing was done.")
        return found

    def keep(self, schedule: Schedule) -> None:
        """Write a schedule down, in the place of an earlier one; raises ScheduleError."""
        fields = {"name", "command", "watched"}
        kept = {key: value for key, value in asdict(schedule).items() if key in fields}
        self._write(check_name(schedule.name), {**kept, "when": written(schedule.when)})

    def recipe(self, name: str) -> Path:
        """Where the recipe of a schedule is kept that has no file of the person's."""
        return self._folder / f"{check_name(name)}.recipe"

    def forget(self, name: str) -> None:
        """Take a schedule out, with what is known of its last run; raises ScheduleError."""
        kept = (self._file(name), self._file(f"{check_name(name)}{_LAST}"), self.recipe(name))
        try:
            for file in kept:
                file.unlink(missing_ok=True)
        except OSError as error:
            raise _unwritable(self._folder, error) from error

    def last(self, name: str) -> LastRun:
        """What the last run of a schedule sent; raises ScheduleError where that is damaged.

        Without knowing it, the same could be paid for twice.
        """
        file = self._file(f"{check_name(name)}{_LAST}")
        if not file.exists():
            return LastRun()
        found = self._read(file, lambda kept: LastRun(**kept))
        if found is None:
            raise ScheduleError(
                f"What the schedule “{name}” sent last cannot be read from {file}, so nothing is "
                "sent. Remove the schedule and add it again to send what there is now."
            )
        return found

    def note(self, name: str, last: LastRun) -> None:
        """Write down what is about to be sent; raises ScheduleError."""
        self._write(f"{check_name(name)}{_LAST}", asdict(last))

    @contextmanager
    def alone(self, name: str) -> Iterator[bool]:
        """Whether no other process runs this schedule; it is held off until the block is left."""
        lock = FileLock(self._folder / f"{check_name(name)}.lock")
        try:
            lock.acquire(timeout=0)
        except Timeout:
            yield False
            return
        except OSError as error:
            raise _unwritable(self._folder, error) from error
        try:
            yield True
        finally:
            lock.release()

    def log(self, name: str, code: int, told: str) -> None:
        """Add a line to the log of all schedules; raises ScheduleError."""
        now = datetime.now(UTC).astimezone()
        line = f"{now.isoformat(timespec='seconds')} {name} {code} {' '.join(told.split())}\n"
        file = self._home / _LOG
        try:
            if file.exists() and file.stat().st_size > _LONGEST_LOG:
                lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
                with replacing(file, mode=0o600) as fresh:
                    fresh.write_text("".join(lines[-_KEPT_LINES:]), encoding="utf-8", newline="\n")
            file.touch(mode=0o600)
            with file.open("a", encoding="utf-8", newline="\n") as log:
                log.write(line)
        except OSError as error:
            raise _unwritable(file, error) from error

    def lines(self, name: str = "") -> list[str]:
        """The lines of the log, or those about one schedule, the oldest first."""
        file = self._home / _LOG
        try:
            lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
        except FileNotFoundError:
            return []
        except OSError as error:
            raise _unwritable(file, error) from error
        return [line for line in lines if not name or line.split(" ")[1:2] == [name]]

    def _schedule(self, name: str) -> Schedule | None:
        return self._read(self._file(name), _schedule_of)

    def _read(self, file: Path, read: Callable[[dict[str, Any]], Kept]) -> Kept | None:
        try:
            return read(json.loads(file.read_bytes()))
        except FileNotFoundError:
            return None
        except _NONSENSE:
            return None
        except OSError as error:
            raise _unwritable(file, error) from error

    def _file(self, name: str) -> Path:
        return self._folder / f"{name}.json"

    def _write(self, name: str, kept: dict[str, Any]) -> None:
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with replacing(self._file(name), mode=0o600) as fresh:
                text = json.dumps(kept, indent=2, ensure_ascii=False)
                fresh.write_text(text, encoding="utf-8", newline="\n")
        except OSError as error:
            raise _unwritable(self._folder, error) from error


def _schedule_of(kept: dict[str, Any]) -> Schedule:
    name, watched, command = kept["name"], kept["watched"], kept["command"]
    if not all(isinstance(each, str) for each in (name, watched, *command)):
        raise TypeError
    return Schedule(check_name(name), read_when(kept["when"]), tuple(command), watched)


def _unwritable(place: Path, error: OSError) -> ScheduleError:
    return ScheduleError(
        f"{place} cannot be used: {error.strerror}. See that the data folder is yours and has room."
    )
