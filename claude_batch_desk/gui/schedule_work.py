"""What the dialog of schedules asks to be done: listed, added and removed, off the UI thread."""

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Protocol

from claude_batch_desk.core.errors import ScheduleError
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.jobs.starts.command import run_command, watched_path
from claude_batch_desk.core.pricing.estimate import Estimate
from claude_batch_desk.core.prompts.recipe import save_recipe
from claude_batch_desk.core.report import Report
from claude_batch_desk.core.results.forms import check_target
from claude_batch_desk.core.schedule import entries
from claude_batch_desk.core.schedule.book import Book, Schedule
from claude_batch_desk.core.schedule.entry import check_name, label_of, label_prefix
from claude_batch_desk.core.schedule.keepers import keeper_here
from claude_batch_desk.core.schedule.watching import check_apart
from claude_batch_desk.core.schedule.when import When
from claude_batch_desk.core.tables.table import Table


@dataclass(frozen=True)
class Kept:
    """A schedule as it stands."""

    schedule: Schedule
    last: str
    """The newest line of its log, or ""."""
    missing: bool
    """The platform's scheduler does not know it (any more)."""


@dataclass(frozen=True)
class Standing:
    """All schedules, and who keeps them."""

    kept: tuple[Kept, ...]
    keeper: str = ""
    """The scheduler's name, or "" where there is none."""
    told: str = ""
    """What it does with a time that is missed, or why there is no scheduler."""


@dataclass(frozen=True)
class Wanted:
    """A schedule as the person wants it."""

    name: str
    when: When
    out: Path
    most: Decimal
    """USD, for each run."""
    since_last: bool
    """Only rows that are new or changed are asked."""


class TakesBack(Protocol):
    """The verb about starts that is needed here."""

    def unplan(self, job_id: int) -> None:
        """Do not start it by itself."""
        ...


class Estimates(Protocol):
    """The verb of the desk that is needed here."""

    def estimate(self, job_id: int, report: Report) -> Estimate:
        """What the job will cost."""
        ...


def look_up(home: Path, report: Report) -> Standing:
    """All schedules; asks the platform's scheduler what it knows of them."""
    report(0, 0)
    book = Book(home)
    try:
        keeper = keeper_here()
        known: tuple[str, ...] = keeper.labels(label_prefix(home))
        name, told = keeper.name, keeper.missed
    except ScheduleError as error:
        known, name, told = (), "", str(error)
    kept = (
        Kept(each, (book.lines(each.name) or [""])[-1], label_of(home, each.name) not in known)
        for each in book.all()
    )
    return Standing(tuple(kept), name, told)


def add(home: Path, job: Job, table: Table, wanted: Wanted, report: Report) -> Schedule:
    """Schedule what this job asks, on its file; raises ScheduleError, RecipeError, ExportError."""
    report(0, 0)
    name, book, keeper = check_name(wanted.name), Book(home), keeper_here()
    if any(each.name == name for each in book.all()):
        raise ScheduleError(f"There is a schedule “{name}” already. Choose another name.")
    check_target(wanted.out)
    check_apart(watched_path(table), wanted.out)
    recipe = book.recipe(name)
    command = run_command(job, table, recipe, wanted.out, wanted.most)
    since = ("--since", "last") if wanted.since_last else ()
    whole = (*command, *since, "--schedule", name)
    schedule = Schedule(name, wanted.when, whole, str(watched_path(table)))
    keeper.text(schedule.entry(home))  # raises before anything is written
    book.keep(schedule)
    save_recipe(job.recipe, recipe)
    entries.add(home, schedule, keeper)
    return schedule


def remove(home: Path, starts: TakesBack, name: str, report: Report) -> None:
    """Let it run no more; raises ScheduleError."""
    report(0, 0)
    if entries.is_start_name(name):
        starts.unplan(entries.job_of(name))
    entries.remove(home, name, keeper_here())


def entry_text(home: Path, schedule: Schedule, report: Report) -> str:
    """The entry as it is written; raises ScheduleError."""
    report(0, 0)
    return keeper_here().text(schedule.entry(home))
