"""Entry: what a platform's scheduler is asked to do, whatever its own language is."""

import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from claude_batch_desk.core.errors import ScheduleError
from claude_batch_desk.core.schedule.when import When, words

PREFIX = "claude-batch-desk"
"""Every label of ours begins with this; nothing else is ever touched."""
_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_LONGEST_NAME = 40
_PRINT = 8


@dataclass(frozen=True)
class Entry:
    """One command that is started by itself."""

    label: str
    """Tells the entry from all others of this person on this computer; ASCII without spaces."""
    command: tuple[str, ...]
    """The program and its arguments, each as it is to arrive."""
    when: When
    watched: str = ""
    """The absolute path that is looked at, where `when` is OnChange."""

    @property
    def words(self) -> str:
        """What it is, for the person who looks through what is scheduled."""
        return f"Claude Batch Desk: {self.label.rpartition('.')[2]}, {words(self.when)}"


def check_name(name: str) -> str:
    """The name of a schedule, which becomes part of file names; raises ScheduleError."""
    if not _NAME.fullmatch(name) or len(name) > _LONGEST_NAME:
        raise ScheduleError(
            f"“{name}” cannot be the name of a schedule: it takes small letters, digits and "
            f"hyphens between them, at most {_LONGEST_NAME}, such as monday-tickets."
        )
    return name


def label_of(home: Path, name: str) -> str:
    """What a schedule is called at the platform; two data folders never meet."""
    return f"{label_prefix(home)}{name}"


def label_prefix(home: Path) -> str:
    """How the labels of all schedules of a data folder begin."""
    return f"{PREFIX}.{sha256(str(home).encode(errors='surrogateescape')).hexdigest()[:_PRINT]}."


def own_command(home: Path, arguments: Sequence[str]) -> tuple[str, ...]:
    """The command that starts this very installation with this data folder."""
    program = [sys.executable]
    if not getattr(sys, "frozen", False):
        program += ["-P", "-m", "claude_batch_desk"]
    return (*program, "--home", str(home), *arguments)


def check_writable(entry: Entry) -> None:
    """Raise ScheduleError where a part of the entry cannot be written as text on one line."""
    for part in (*entry.command, entry.watched):
        if any(not character.isprintable() for character in part):
            raise ScheduleError(
                f"{part!r} cannot stand in an entry of a scheduler: it holds a line break or "
                "another character without a sign. Rename the file, or move it."
            )
