"""When: the moments something is to be done by itself, on the person's clock."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Literal, get_args

from claude_batch_desk.core.errors import ScheduleError

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = get_args(Weekday)
"""As `date.weekday` counts them."""
WEEKDAY_WORDS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Daily:
    """Every day at this time of the clock on the wall."""

    clock: time


@dataclass(frozen=True)
class Weekly:
    """Every week on this day at this time of the clock on the wall."""

    day: Weekday
    clock: time


@dataclass(frozen=True)
class OnChange:
    """Whenever a file, or a folder, is not as it was."""


@dataclass(frozen=True)
class Once:
    """At one moment; aware UTC."""

    at: datetime


When = Daily | Weekly | OnChange | Once


def words(when: When) -> str:
    """When that is, as the end of a sentence."""
    match when:
        case Daily(clock):
            return f"every day at {clock:%H:%M}"
        case Weekly(day, clock):
            return f"every {WEEKDAY_WORDS[WEEKDAYS.index(day)]} at {clock:%H:%M}"
        case Once(at):
            return f"on {at.astimezone():%Y-%m-%d} at {at.astimezone():%H:%M}"
        case OnChange():
            return "whenever it changes"


def moment_of(day: date, clock: time) -> datetime:
    """The moment (UTC) at which the clock on the wall shows this.

    In the hour that is shown twice when summer ends, it is the first time; a time that is skipped
    when summer begins comes as much later as the clock is put forward.
    """
    wall = datetime.combine(day, clock)
    first, second = (wall.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
    shown = first.astimezone().replace(tzinfo=None) == wall
    return first if shown else max(first, second)


def next_moment(clock: time, now: datetime) -> datetime:
    """The first moment (UTC) after `now` (aware) at which the clock on the wall shows this."""
    today = now.astimezone().date()
    moment = moment_of(today, clock)
    return moment if moment > now else moment_of(today + _DAY, clock)


def next_day(when: Daily | Weekly, now: datetime) -> date:
    """The day on the wall on which it is due next, from `now` (aware) on."""
    day = next_moment(when.clock, now).astimezone().date()
    if isinstance(when, Weekly):
        day += _DAY * ((WEEKDAYS.index(when.day) - day.weekday()) % len(WEEKDAYS))
    return day


def read_clock(text: str) -> time:
    """A time of the day such as "22:00"; raises ScheduleError."""
    hours, colon, minutes = text.strip().partition(":")
    known = colon and hours.isascii() and minutes.isascii()
    if known and hours.isdigit() and minutes.isdigit() and len(minutes) == len("00"):
        try:
            return time(int(hours), int(minutes))
        except ValueError:
            pass
    raise ScheduleError(f"“{text}” is no time of the day such as 22:00.")


def read_moment(text: str, now: datetime) -> datetime:
    """A moment (UTC) such as "22:00", the next one, or "2026-11-24 22:00"; raises ScheduleError.

    It is on the clock on the wall, and after `now` (aware).
    """
    day, _, clock = text.strip().rpartition(" ")
    if not day:
        return next_moment(read_clock(clock), now)
    try:
        moment = moment_of(date.fromisoformat(day), read_clock(clock))
    except ValueError as error:
        raise ScheduleError(f"“{text}” is no time such as 2026-11-24 22:00.") from error
    if moment <= now:
        raise ScheduleError(f"{text} is over. Name a time that is still to come.")
    return moment


def written(when: When) -> dict[str, Any]:
    """As it is kept in a file."""
    match when:
        case Daily(clock):
            return {"every": "day", "at": f"{clock:%H:%M}"}
        case Weekly(day, clock):
            return {"every": day, "at": f"{clock:%H:%M}"}
        case OnChange():
            return {"every": "change"}
        case Once(at):
            return {"once": at.isoformat()}


def read_when(kept: dict[str, Any]) -> When:
    """As it was kept; raises KeyError, ValueError, TypeError or ScheduleError for nonsense."""
    if "once" in kept:
        return Once(datetime.fromisoformat(kept["once"]).astimezone(UTC))
    if kept["every"] == "change":
        return OnChange()
    clock = read_clock(kept["at"])
    if kept["every"] == "day":
        return Daily(clock)
    return Weekly(WEEKDAYS[WEEKDAYS.index(kept["every"])], clock)
