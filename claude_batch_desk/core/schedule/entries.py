"""Schedules together with their entries: both are there, or neither."""

from datetime import datetime
from decimal import Decimal
from pathlib import Path

from claude_batch_desk.core.errors import ScheduleError
from claude_batch_desk.core.schedule.book import Book, Schedule
from claude_batch_desk.core.schedule.entry import label_of
from claude_batch_desk.core.schedule.keepers import Keeper
from claude_batch_desk.core.schedule.when import Once

_START = "job-"


def start_name(job_id: int) -> str:
    """What the schedule is called that starts a prepared job once."""
    return f"{_START}{job_id}"


def is_start_name(name: str) -> bool:
    """Whether a schedule of this name starts a prepared job once."""
    return name.removeprefix(_START).isdecimal() and name.startswith(_START)


def job_of(name: str) -> int:
    """The number of the job that a schedule with such a name starts."""
    return int(name.removeprefix(_START))


def start_of(job_id: int, at: datetime, most: Decimal, *more: str) -> Schedule:
    """The schedule that starts a prepared job at a moment (UTC), for `most` USD at most.

    `more` are further options of `resume`.
    """
    name = start_name(job_id)
    command = ("resume", str(job_id), "--budget", f"{most:f}", "--yes", *more, "--schedule", name)
    return Schedule(name, Once(at), command)


def add(home: Path, schedule: Schedule, keeper: Keeper) -> None:
    """Keep a schedule and write its entry, in the place of earlier ones; raises ScheduleError."""
    book = Book(home)
    book.keep(schedule)
    try:
        keeper.add(schedule.entry(home))
    except ScheduleError:
        book.forget(schedule.name)
        raise


def remove(home: Path, name: str, keeper: Keeper) -> None:
    """Take a schedule out, and its entry away; none there is no failure. Raises ScheduleError."""
    label = label_of(home, name)
    if label in keeper.labels(label):
        keeper.remove(label)
    Book(home).forget(name)


def is_kept(home: Path, name: str) -> bool:
    """Whether a schedule of this name is kept; asks no scheduler."""
    return any(each.name == name for each in Book(home).all())
