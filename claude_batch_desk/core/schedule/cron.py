"""Crontabs: one line for each entry, which ends with its label; all other lines stay as they are.

What a line may hold is from crontab(5) and from the source of Vixie's cron, which cronie and those
of Debian, the BSDs and macOS descend from: a percent sign ends the command unless a backslash
stands before it, and cron takes the backslash away, also within quotes.
"""

import shlex

from claude_batch_desk.core.errors import ScheduleError
from claude_batch_desk.core.schedule.entry import Entry
from claude_batch_desk.core.schedule.when import WEEKDAYS, Daily, Once, OnChange, Weekly, When

_LONGEST_COMMAND = 990
"""Bytes; cron cuts off what is longer than 999."""
_LOOK_EVERY = 10
"""Minutes between looks at a file that is watched."""
_MARK = " # "


def cron_line(entry: Entry) -> str:
    """The entry as a line with its line break; raises ScheduleError where it is too long."""
    # What is said would be mailed; the log of the schedules has it.
    command = f"{' '.join(map(_quoted, entry.command))} >/dev/null 2>&1{_MARK}{entry.label}"
    if len(command.encode()) > _LONGEST_COMMAND:
        raise ScheduleError(
            "The command is too long for cron, which takes 990 bytes. Move the files to a folder "
            "with a shorter path."
        )
    return f"{_times(entry.when)} {command}\n"


def with_entry(crontab: str, entry: Entry) -> str:
    """The crontab with this entry, in the place of an earlier one of the same label."""
    rest = without_entry(crontab, entry.label)
    line_break = "" if not rest or rest.endswith("\n") else "\n"
    return f"{rest}{line_break}{cron_line(entry)}"


def without_entry(crontab: str, label: str) -> str:
    """The crontab without the entry of this label."""
    lines = crontab.splitlines(keepends=True)
    return "".join(line for line in lines if not _ends_with(line, label))


def entry_in(crontab: str, label: str) -> str:
    """The line of an entry, or ""."""
    lines = crontab.splitlines(keepends=True)
    return next((line for line in lines if _ends_with(line, label)), "")


def labels_in(crontab: str, prefix: str) -> tuple[str, ...]:
    """The labels with this beginning."""
    found = (line.rpartition(_MARK)[2].rstrip() for line in crontab.splitlines())
    return tuple(label for label in found if label.startswith(prefix))


def _ends_with(line: str, label: str) -> bool:
    return line.rstrip().endswith(f"{_MARK}{label}")


def _times(when: When) -> str:
    match when:
        case Daily(clock):
            return f"{clock.minute} {clock.hour} * * *"
        case Weekly(day, clock):
            return f"{clock.minute} {clock.hour} * * {(WEEKDAYS.index(day) + 1) % 7}"
        case OnChange():
            return f"*/{_LOOK_EVERY} * * * *"
        case Once(at):
            here = at.astimezone()  # cron knows no year: once it has run, the entry is taken away
            return f"{here.minute} {here.hour} {here.day} {here.month} *"


def _quoted(part: str) -> str:
    """A part for the shell, each percent sign outside of quotes.

    Only there does a backslash of ours stand before it that cron takes away: within quotes, one of
    the person's own might come first.
    """
    return r"\%".join(shlex.quote(piece) if piece else "" for piece in part.split("%")) or "''"
