"""Agents of launchd, as launchd.plist(5) describes them."""

from typing import Any

from claude_batch_desk.core.schedule.entry import Entry
from claude_batch_desk.core.schedule.when import WEEKDAYS, Daily, Once, OnChange, Weekly, When

_LOOK_EVERY = 3600
"""Seconds; a path tells nothing of what changed while nobody was logged in."""


def agent(entry: Entry) -> str:
    """The property list of an entry."""
    import plistlib

    listed = {
        "Label": entry.label,
        "ProgramArguments": list(entry.command),
        "ProcessType": "Background",
        **_starts(entry.when, entry.watched),
    }
    return plistlib.dumps(listed, sort_keys=False).decode()


def _starts(when: When, watched: str) -> dict[str, Any]:
    match when:
        case Daily(clock):
            at = {"Hour": clock.hour, "Minute": clock.minute}
        case Weekly(day, clock):
            weekday = WEEKDAYS.index(day) + 1
            at = {"Weekday": weekday, "Hour": clock.hour, "Minute": clock.minute}
        case Once(moment):
            here = moment.astimezone()  # it knows no year: once it has run, it is taken away
            at = {"Month": here.month, "Day": here.day, "Hour": here.hour, "Minute": here.minute}
        case OnChange():
            return {"WatchPaths": [watched], "StartInterval": _LOOK_EVERY}
    return {"StartCalendarInterval": at}
