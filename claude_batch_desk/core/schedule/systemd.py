"""Units of systemd for one user: a service, and the timer or the path that starts it.

How their values are written is from systemd.syntax(7), systemd.service(5) and systemd.time(7): a
percent sign begins a specifier everywhere and is doubled; a command is split and unquoted much as
by a shell; a path to watch is not unquoted at all.
"""

from dataclasses import dataclass

from claude_batch_desk.core.errors import ScheduleError
from claude_batch_desk.core.schedule.entry import Entry
from claude_batch_desk.core.schedule.when import Daily, Once, OnChange, Weekly, When


@dataclass(frozen=True)
class Unit:
    """A file of systemd's."""

    name: str
    text: str

    @property
    def starts(self) -> bool:
        """Whether this is what is to be enabled: it starts the service by itself."""
        return not self.name.endswith(".service")


def units(entry: Entry) -> tuple[Unit, ...]:
    """The files of an entry; raises ScheduleError where its path cannot be watched."""
    found = [_service(entry), _timer(entry)]
    if isinstance(entry.when, OnChange):
        found.append(_path(entry))
    return tuple(found)


def _service(entry: Entry) -> Unit:
    # The colon keeps dollar signs from being read as variables. Some rows without an answer (4)
    # are no failure of the service.
    command = " ".join(_quoted(part) for part in entry.command)
    text = (
        # A file may change as often as it likes: after five starts in ten seconds, systemd would
        # watch it no more.
        f"[Unit]\nDescription={_plain(entry.words)}\nStartLimitIntervalSec=0\n\n"
        f"[Service]\nType=oneshot\nSuccessExitStatus=4\nExecStart=:{command}\n"
    )
    return Unit(f"{entry.label}.service", text)


def _timer(entry: Entry) -> Unit:
    """Missed runs are made up for; what is watched is looked at every hour as well.

    A path tells nothing of what changed while nobody was logged in.
    """
    text = (
        f"[Unit]\nDescription={_plain(entry.words)}\n\n"
        f"[Timer]\nOnCalendar={_calendar(entry.when)}\nPersistent=true\n\n"
        "[Install]\nWantedBy=timers.target\n"
    )
    return Unit(f"{entry.label}.timer", text)


def _path(entry: Entry) -> Unit:
    text = (
        f"[Unit]\nDescription={_plain(entry.words)}\n\n"
        f"[Path]\nPathChanged={_watched(entry.watched)}\n\n"
        "[Install]\nWantedBy=paths.target\n"
    )
    return Unit(f"{entry.label}.path", text)


def _calendar(when: When) -> str:
    match when:
        case Daily(clock):
            return f"*-*-* {clock:%H:%M}:00"
        case Weekly(day, clock):
            return f"{day.capitalize()} *-*-* {clock:%H:%M}:00"
        case OnChange():
            return "hourly"
        case Once(at):
            return f"{at:%Y-%m-%d %H:%M:%S} UTC"


def _quoted(part: str) -> str:
    escaped = part.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return f'"{escaped}"'


def _plain(text: str) -> str:
    return text.replace("%", "%%")


def _watched(path: str) -> str:
    if path.endswith("\\") or path != path.strip():
        raise ScheduleError(
            f"systemd cannot watch “{path}”, whose name ends with a space or a backslash. Rename "
            "it, or choose a time of the day."
        )
    return _plain(path)
