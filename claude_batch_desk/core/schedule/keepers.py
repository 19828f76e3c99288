"""Keepers: the platforms' schedulers, each asked through its own command.

A keeper writes, tells and removes entries under labels of ours and touches nothing else.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from claude_batch_desk.core.errors import ScheduleError
from claude_batch_desk.core.files import replacing
from claude_batch_desk.core.schedule import cron, launchd, systemd, task_scheduler
from claude_batch_desk.core.schedule.entry import Entry, check_writable

_PATIENCE = 30.0
"""Seconds for a scheduler to answer."""


@dataclass(frozen=True)
class Ran:
    """What came of a command."""

    code: int
    said: str
    """On stdout."""
    complained: str = ""
    """On stderr."""


Run = Callable[[Sequence[str], str], Ran]
"""Runs a command with a text on its stdin; raises ScheduleError where it cannot be run."""


class Keeper(Protocol):
    """A scheduler of a platform."""

    name: str
    """For a sentence."""
    missed: str
    """What becomes of a time at which the computer is off, as a sentence."""

    def text(self, entry: Entry) -> str:
        """All that is written for an entry; raises ScheduleError where that cannot be."""
        ...

    def add(self, entry: Entry) -> None:
        """Write the entry, in the place of an earlier one of its label; raises ScheduleError."""
        ...

    def remove(self, label: str) -> None:
        """Take the entry away; none there is no failure. Raises ScheduleError."""
        ...

    def labels(self, prefix: str) -> tuple[str, ...]:
        """The labels of all entries that begin so; raises ScheduleError."""
        ...


def run_command(command: Sequence[str], text: str) -> Ran:
    """Run a scheduler's own command, with its sentences in English."""
    try:
        done = subprocess.run(  # noqa: S603 - a fixed command of the system, nothing of a shell
            command,
            input=text.encode(errors="surrogateescape"),
            capture_output=True,
            timeout=_PATIENCE,
            check=False,
            env={**os.environ, "LC_ALL": "C"},
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ScheduleError(
            f"{command[0]} could not be run, so nothing was scheduled or removed. {error}"
        ) from error
    said, complained = (
        each.decode(errors="surrogateescape") for each in (done.stdout, done.stderr)
    )
    return Ran(done.returncode, said, complained)


class Cron:
    """The person's crontab, changed by the crontab command."""

    name = "cron"
    missed = "A time at which the computer is off or asleep is left out: cron cannot make it up."

    def __init__(self, run: Run = run_command) -> None:
        self._run = run

    def text(self, entry: Entry) -> str:
        """The line that is added."""
        check_writable(entry)
        return cron.cron_line(entry)

    def add(self, entry: Entry) -> None:
        """Add the line, behind all others."""
        check_writable(entry)
        self._write(cron.with_entry(self._read(), entry))

    def remove(self, label: str) -> None:
        """Take the line away; a crontab that held nothing else is gone then."""
        before = self._read()
        rest = cron.without_entry(before, label)
        if rest == before:
            return
        if rest:
            self._write(rest)
        else:
            _check(self._run(("crontab", "-r"), ""), "The crontab was not changed")

    def labels(self, prefix: str) -> tuple[str, ...]:
        """Of the lines that are there."""
        return cron.labels_in(self._read(), prefix)

    def _read(self) -> str:
        found = self._run(("crontab", "-l"), "")
        if found.code == 0:
            return found.said
        if "no crontab for" in found.complained:
            return ""
        raise ScheduleError(f"The crontab cannot be read: {_reason(found)}. It was not changed.")

    def _write(self, crontab: str) -> None:
        _check(self._run(("crontab", "-"), crontab), "The crontab was not changed")
        if self._read() != crontab:
            raise ScheduleError("The crontab was changed by another program. Look at it.")


class Systemd:
    """The person's own systemd."""

    name = "systemd"
    missed = (
        "A time at which the computer is off is made up for once it is on. While you are not "
        "logged in, nothing starts, unless you let it by: loginctl enable-linger."
    )

    def __init__(self, run: Run = run_command, folder: Path | None = None) -> None:
        """`folder` is where the person's units are, if not in the usual place."""
        self._run, self._folder = run, folder or _config_home() / "systemd" / "user"

    def text(self, entry: Entry) -> str:
        """The units, each after its path."""
        check_writable(entry)
        parts = (f"# {self._folder / unit.name}\n{unit.text}" for unit in systemd.units(entry))
        return "\n".join(parts)

    def add(self, entry: Entry) -> None:
        """Write the units and enable those that start something."""
        check_writable(entry)
        made = systemd.units(entry)
        self.remove(entry.label)
        try:
            for unit in made:
                _write(self._folder / unit.name, unit.text.encode())
            self._ask("daemon-reload")
            self._ask("enable", "--now", *(unit.name for unit in made if unit.starts))
        except ScheduleError:
            self.remove(entry.label)
            raise

    def remove(self, label: str) -> None:
        """Disable and delete the units; a run that is under way goes on."""
        there = [name for name in _names(label) if (self._folder / name).exists()]
        starting = [name for name in there if not name.endswith(".service")]
        if starting:
            self._ask("disable", "--now", *starting)
            # Else a new one of this name would at once make up for what the old one missed.
            self._run(("systemctl", "--user", "clean", "--what=state", f"{label}.timer"), "")
        for name in there:
            _unlink(self._folder / name)
        if there:
            self._ask("daemon-reload")

    def labels(self, prefix: str) -> tuple[str, ...]:
        """Of the timers that are there."""
        return _labels(self._folder, prefix, ".timer")

    def works(self) -> bool:
        """Whether there is a systemd of this person's that can be asked."""
        try:
            return self._run(("systemctl", "--user", "show-environment"), "").code == 0
        except ScheduleError:
            return False

    def _ask(self, *words: str) -> None:
        _check(self._run(("systemctl", "--user", *words), ""), "systemd did not do it")


class Launchd:
    """The person's own launchd."""

    name = "launchd"
    missed = (
        "A time at which the Mac sleeps is made up for when it wakes; one at which it is off, or "
        "you are not logged in, is left out."
    )

    def __init__(self, run: Run = run_command, folder: Path | None = None) -> None:
        """`folder` is where the person's agents are, if not in the usual place."""
        self._run, self._folder = run, folder or Path.home() / "Library" / "LaunchAgents"
        self._domain = f"gui/{os.getuid()}" if hasattr(os, "getuid") else "gui"

    def text(self, entry: Entry) -> str:
        """The property list, after its path."""
        check_writable(entry)
        return f"<!-- {self._file(entry.label)} -->\n{launchd.agent(entry)}"

    def add(self, entry: Entry) -> None:
        """Write the property list and load it."""
        check_writable(entry)
        text = launchd.agent(entry)
        self.remove(entry.label)
        try:
            _write(self._file(entry.label), text.encode())
            loaded = self._run(
                ("launchctl", "bootstrap", self._domain, str(self._file(entry.label))), ""
            )
            _check(loaded, "launchd did not take the entry")
        except ScheduleError:
            _unlink(self._file(entry.label))
            raise

    def remove(self, label: str) -> None:
        """Unload it and delete the property list."""
        if self._file(label).exists():
            _unlink(self._file(label))
            # Not loaded is as good; and a run that takes its own entry away ends by it, so last.
            self._run(("launchctl", "bootout", f"{self._domain}/{label}"), "")

    def labels(self, prefix: str) -> tuple[str, ...]:
        """Of the property lists that are there."""
        return _labels(self._folder, prefix, ".plist")

    def _file(self, label: str) -> Path:
        return self._folder / f"{label}.plist"


class TaskScheduler:
    """The Task Scheduler of Windows."""

    name = "the Task Scheduler"
    missed = "A time at which the computer is off is made up for once you are logged in again."

    def __init__(self, run: Run = run_command) -> None:
        self._run = run

    def text(self, entry: Entry) -> str:
        """The task."""
        check_writable(entry)
        return task_scheduler.task(entry, datetime.now(UTC))

    def add(self, entry: Entry) -> None:
        """Make the task, from a file that is gone afterwards."""
        text = self.text(entry)
        with tempfile.TemporaryDirectory(prefix="claude-batch-desk-") as folder:
            file = Path(folder) / "task.xml"
            file.write_bytes(text.encode("utf-16"))
            made = self._run(
                ("schtasks", "/Create", "/TN", _task(entry.label), "/XML", str(file), "/F"), ""
            )
        _check(made, "The Task Scheduler did not take the entry")

    def remove(self, label: str) -> None:
        """Delete the task."""
        if label in self.labels(label):
            gone = self._run(("schtasks", "/Delete", "/TN", _task(label), "/F"), "")
            _check(gone, "The Task Scheduler did not delete the entry")

    def labels(self, prefix: str) -> tuple[str, ...]:
        """Of the tasks that are there."""
        found = self._run(("schtasks", "/Query", "/FO", "CSV", "/NH"), "")
        _check(found, "The Task Scheduler cannot be asked")
        names = (line.partition(",")[0].strip('"') for line in found.said.splitlines())
        labels = (name.removeprefix(task_scheduler.FOLDER) for name in names)
        return tuple(dict.fromkeys(label for label in labels if label.startswith(prefix)))


def keeper_here(run: Run = run_command) -> Keeper:
    """The scheduler of this computer; raises ScheduleError where there is none."""
    if sys.platform == "win32":
        return TaskScheduler(run)
    if sys.platform == "darwin":
        return Launchd(run)
    by_systemd = Systemd(run)
    if by_systemd.works():
        return by_systemd
    if shutil.which("crontab"):
        return Cron(run)
    raise ScheduleError(
        "This computer offers neither systemd for its users nor cron, so nothing can be started "
        "while the window is closed."
    )


def _task(label: str) -> str:
    return f"{task_scheduler.FOLDER}{label}"


def _names(label: str) -> tuple[str, ...]:
    return tuple(f"{label}.{kind}" for kind in ("timer", "path", "service"))


def _labels(folder: Path, prefix: str, ending: str) -> tuple[str, ...]:
    found = sorted(each.name for each in folder.glob(f"*{ending}"))
    return tuple(name.removesuffix(ending) for name in found if name.startswith(prefix))


def _config_home() -> Path:
    chosen = os.environ.get("XDG_CONFIG_HOME", "")
    return Path(chosen) if chosen else Path.home() / ".config"


def _write(file: Path, text: bytes) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with replacing(file, mode=0o600) as fresh:
            fresh.write_bytes(text)
    except OSError as error:
        raise ScheduleError(
            f"{file} cannot be written: {error.strerror}. Nothing was scheduled."
        ) from error


def _unlink(file: Path) -> None:
    try:
        file.unlink(missing_ok=True)
    except OSError as error:
        raise ScheduleError(f"{file} cannot be removed: {error.strerror}. Remove it.") from error


def _check(ran: Ran, otherwise: str) -> None:
    if ran.code != 0:
        raise ScheduleError(f"{otherwise}: {_reason(ran)}.")


def _reason(ran: Ran) -> str:
    lines = (ran.complained or ran.said).strip().splitlines()
    return lines[-1].rstrip(".") if lines else f"it ended with {ran.code}"
