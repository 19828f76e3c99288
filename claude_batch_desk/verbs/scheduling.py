"""The verb `schedule`: commands that run by themselves, kept by the platform's own scheduler."""

import argparse
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeAlias

from claude_batch_desk.core.errors import ScheduleError
from claude_batch_desk.core.jobs.money.budgets import check_named
from claude_batch_desk.core.jobs.starts.start import Start
from claude_batch_desk.core.prompts.recipe import load_recipe
from claude_batch_desk.core.results.forms import check_target
from claude_batch_desk.core.schedule import entries
from claude_batch_desk.core.schedule.book import Book, Schedule
from claude_batch_desk.core.schedule.entry import check_name, label_of, label_prefix
from claude_batch_desk.core.schedule.keepers import (
    Cron,
    Keeper,
    Launchd,
    Systemd,
    TaskScheduler,
    keeper_here,
)
from claude_batch_desk.core.schedule.watching import check_apart
from claude_batch_desk.core.schedule.when import (
    WEEKDAYS,
    Daily,
    OnChange,
    Weekly,
    When,
    read_clock,
    read_moment,
    words,
    written,
)
from claude_batch_desk.core.settings import home_folder
from claude_batch_desk.session import Session
from claude_batch_desk.verbs.console import (
    DONE,
    NOT_CONFIRMED,
    Progress,
    price_words,
    print_json,
    say,
    show,
    usd_of,
)
from claude_batch_desk.verbs.drafting import open_session

Verbs: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # noqa: SLF001 - no other
_KEEPERS: dict[str, Callable[[], Keeper]] = {
    "cron": Cron,
    "systemd": Systemd,
    "launchd": Launchd,
    "windows": TaskScheduler,
}
_PATHS = ("--table", "--recipe", "--out", "--folder")
_FULL = (*_PATHS, "--budget", "--schedule")
_SHOWN_RUNS = 5


def add_verbs(verbs: Verbs, add_run: Callable[[Verbs], None]) -> None:
    """The verb as it is told on the command line; `add_run` adds the verb it schedules."""
    schedule = verbs.add_parser("schedule", help="run a job by itself: daily, weekly, on a change")
    kinds = schedule.add_subparsers(title="what to do", metavar="WHAT", required=True)
    _add_add(kinds, add_run)
    started = kinds.add_parser("start", help="send a prepared job once, at a time")
    started.add_argument("job", type=int, metavar="JOB")
    started.add_argument("--at", required=True, metavar="TIME", help='22:00, or "2026-11-24 22:00"')
    started.add_argument("--budget", type=usd_of, metavar="USD", help="the most it may cost")
    started.add_argument("--mode", choices=("batch", "now"), default="batch")
    started.add_argument("--base-url", metavar="URL", help="where the service is")
    started.add_argument("--yes", action="store_true", dest="agreed", help="do not ask before")
    started.set_defaults(run=_start)
    listed = kinds.add_parser("list", help="all schedules, and what came of their last runs")
    listed.add_argument("--json", action="store_true", help="one JSON object on stdout")
    listed.set_defaults(run=_list)
    shown = kinds.add_parser("show", help="one schedule: its entry and its last runs")
    shown.add_argument("name", metavar="NAME")
    shown.set_defaults(run=_show)
    removed = kinds.add_parser("remove", help="never run it again; its jobs stay")
    removed.add_argument("name", metavar="NAME")
    removed.set_defaults(run=_remove)


def add_start_options(resume: argparse.ArgumentParser) -> None:
    """What an entry for a prepared job says to `resume`."""
    resume.add_argument("--schedule", default="", metavar="NAME", help="as `schedule start` has it")
    resume.add_argument("--budget", type=usd_of, metavar="USD", help="of a job to be started")
    resume.add_argument("--yes", action="store_true", help="start it without asking")


def _add_add(kinds: Verbs, add_run: Callable[[Verbs], None]) -> None:
    added = kinds.add_parser(
        "add",
        help="schedule a `run`",
        description="Write `run` with its options behind the time, just as you would run it now.",
    )
    added.add_argument("name", metavar="NAME", help="such as monday-tickets")
    when = added.add_mutually_exclusive_group(required=True)
    when.add_argument("--daily", metavar="HH:MM", help="every day at this time")
    when.add_argument("--weekly", nargs=2, metavar=("DAY", "HH:MM"), help="such as mon 07:00")
    when.add_argument("--on-change", action="store_true", help="whenever the table is changed")
    added.add_argument(
        "--print",
        choices=tuple(_KEEPERS),
        dest="printed",
        help="only print the entry, for this scheduler; nothing is written",
    )
    added.add_argument(
        "--yes", action="store_true", dest="agreed", help="do not ask before writing the entry"
    )
    commands = added.add_subparsers(title="what to run", metavar="run …", required=True)
    add_run(commands)
    commands.choices["run"].set_defaults(run=_add)


def _add(arguments: argparse.Namespace) -> int:
    name = check_name(arguments.name)
    _check(arguments)
    home, when = home_folder(), _when(arguments)
    command = (*scheduled_command(_typed(arguments.words)), "--schedule", name)
    schedule = Schedule(name, when, command, str(arguments.table.absolute()))
    entry = schedule.entry(home)
    keeper = _KEEPERS[arguments.printed]() if arguments.printed else keeper_here()
    text = keeper.text(entry)
    if arguments.printed:
        show(text.rstrip())
        return DONE
    say(f"This entry is written for {keeper.name}:\n\n{text}")
    say(f"It runs {words(when)}, and costs at most ${arguments.budget} each time. {keeper.missed}")
    if not _agreed(arguments, "Write it?"):
        return NOT_CONFIRMED
    entries.add(home, schedule, keeper)
    show(f"{name} runs {words(when)}.")
    return DONE


def _start(arguments: argparse.Namespace) -> int:
    """Plan to send a draft, in the store and with the platform's scheduler."""
    most, at = arguments.budget, read_moment(arguments.at, datetime.now(UTC))
    if not most:
        raise ScheduleError(
            "A job that is started by itself needs a limit: add --budget USD, the most that it may "
            "cost. Nothing was scheduled."
        )
    home, keeper = home_folder(), keeper_here()
    address = ("--base-url", arguments.base_url) if arguments.base_url else ()
    schedule = entries.start_of(arguments.job, at, most, *address)
    with open_session(arguments) as (session, _):
        estimate = session.desk.estimate(arguments.job, Progress("Estimating"))
        price = estimate.price(arguments.mode, None)
        say(
            f"Job {arguments.job}, {estimate.rows:,} rows to {estimate.model}: {price_words(price)}"
        )
        check_named(price, most)
        say(f"This entry is written for {keeper.name}:\n\n{keeper.text(schedule.entry(home))}")
        say(f"It is started {words(schedule.when)}, if it costs at most ${most}. {keeper.missed}")
        if not _agreed(arguments, "Write it?"):
            return NOT_CONFIRMED
        session.starts.plan(Start(arguments.job, at, most, arguments.mode))
        try:
            entries.add(home, schedule, keeper)
        except ScheduleError:
            session.starts.unplan(arguments.job)
            raise
    show(f"Job {arguments.job} is started {words(schedule.when)}.")
    return DONE


def _check(arguments: argparse.Namespace) -> None:
    """Raise what would stop every run."""
    if arguments.name == "run" or entries.is_start_name(arguments.name):
        raise ScheduleError(f"“{arguments.name}” cannot be the name of a schedule. Take another.")
    if arguments.budget is None:
        raise ScheduleError(
            "A schedule spends while nobody looks, so it needs a limit: add --budget USD behind "
            "run, which is the most that each run may cost. Nothing was scheduled."
        )
    if arguments.sample or arguments.sample_rows:
        raise ScheduleError(
            "A scheduled run tries no rows: nobody would look at them. Leave out --sample. Nothing "
            "was scheduled."
        )
    if arguments.document_column:
        raise ScheduleError(
            "A table whose rows name documents cannot be scheduled yet: that one of them changed "
            "would not be seen. Nothing was scheduled."
        )
    if not arguments.table.exists():
        raise ScheduleError(f"There is no {arguments.table}. Nothing was scheduled.")
    if arguments.recipe is None:
        raise ScheduleError("Name the recipe to run: add --recipe R. Nothing was scheduled.")
    load_recipe(arguments.recipe)
    check_target(arguments.out.absolute())
    check_apart(arguments.table.absolute(), arguments.out.absolute())


def _when(arguments: argparse.Namespace) -> When:
    if arguments.on_change:
        return OnChange()
    if arguments.daily:
        return Daily(read_clock(arguments.daily))
    day, clock = arguments.weekly
    for known in WEEKDAYS:
        if day.lower()[:3] == known:
            return Weekly(known, read_clock(clock))
    raise ScheduleError(f"“{day}” is no day of the week such as {', '.join(WEEKDAYS)}.")


def _typed(typed: Sequence[str]) -> Sequence[str]:
    """What was typed behind `run`; no name and no time of a schedule is that word."""
    verb = typed.index("add", typed.index("schedule"))
    return typed[typed.index("run", verb) + 1 :]


def scheduled_command(typed: Sequence[str]) -> tuple[str, ...]:
    """The options of a `run` as an entry needs them: paths from the root, and --yes."""
    found, expects = ["run"], False
    for word in typed:
        option, equals, value = word.partition("=")
        full = _full(option) if option.startswith("--") and not expects else ""
        if expects:
            found.append(str(Path(word).absolute()))
        elif full and equals:
            found += [full, str(Path(value).absolute()) if full in _PATHS else value]
        else:
            found.append(full or word)
        expects = full in _PATHS and not equals
    return tuple(found) if "--yes" in found else (*found, "--yes")


def _full(option: str) -> str:
    """The whole name of an option that may be shortened; "" for one that needs no care."""
    return next((name for name in _FULL if name.startswith(option) and len(option) > len("--")), "")


def _list(arguments: argparse.Namespace) -> int:
    home = home_folder()
    book, kept = Book(home), _kept(home)
    if arguments.json:
        print_json({"schedules": [_as_json(book, each, kept, home) for each in book.all()]})
        return DONE
    for each in book.all():
        gone = "" if label_of(home, each.name) in kept else "  (its entry is missing: add it again)"
        runs = book.lines(each.name)
        of = f", {each.watched}" if each.watched else ""
        show(f"{each.name}: {words(each.when)}{of}{gone}")
        if runs:
            show(f"    {runs[-1]}")
    strays = kept - {label_of(home, each.name) for each in book.all()}
    for label in sorted(strays):
        name = label.removeprefix(label_prefix(home))
        show(f"{name}: only an entry is left, which does nothing; `schedule remove {name}`.")
    if not book.all() and not strays:
        show("Nothing is scheduled.")
    return DONE


def _kept(home: Path) -> set[str]:
    return set(keeper_here().labels(label_prefix(home)))


def _as_json(book: Book, schedule: Schedule, kept: set[str], home: Path) -> dict[str, Any]:
    return {
        "name": schedule.name,
        "when": written(schedule.when),
        "command": list(schedule.command),
        "entry": label_of(home, schedule.name) in kept,
        "last_runs": book.lines(schedule.name)[-_SHOWN_RUNS:],
    }


def _show(arguments: argparse.Namespace) -> int:
    home = home_folder()
    book, keeper = Book(home), keeper_here()
    schedule = book.schedule(arguments.name)
    show(f"{schedule.name}: {words(schedule.when)}, kept by {keeper.name}.\n")
    show(keeper.text(schedule.entry(home)))
    runs = book.lines(schedule.name)
    for line in runs[-_SHOWN_RUNS:]:
        show(line)
    if not runs:
        show("It has not run yet.")
    return DONE


def _remove(arguments: argparse.Namespace) -> int:
    home, name = home_folder(), check_name(arguments.name)
    keeper = keeper_here()
    label = label_of(home, name)
    if label not in keeper.labels(label):
        Book(home).schedule(name)
    if entries.is_start_name(name):
        with Session(home) as session:
            session.starts.unplan(entries.job_of(name))
    entries.remove(home, name, keeper)
    show(f"{name} does not run any more. Its jobs and files stay.")
    return DONE


def _agreed(arguments: argparse.Namespace, question: str) -> bool:
    """Whether the person agrees; without a terminal only --yes does."""
    if arguments.agreed:
        return True
    if not sys.stdin.isatty():
        say("Nothing was scheduled: add --yes before `run` to go on without being asked.")
        return False
    say(f"{question} [y/N] ", end="")
    return sys.stdin.readline().strip().lower() in ("y", "yes")
