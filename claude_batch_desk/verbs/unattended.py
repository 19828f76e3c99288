"""`run` and `resume` as a scheduler starts them: nothing is sent twice, and all of it is logged.

While the service works on a job, the data folder is let go of, so that the window can be opened.
"""

import argparse
import contextlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from claude_batch_desk.core.errors import (
    Busy,
    DeskError,
    FolderInUse,
    ScheduleError,
    StoreError,
    Unreachable,
)
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.report import Cancelled
from claude_batch_desk.core.schedule.book import Book, LastRun, Schedule
from claude_batch_desk.core.schedule.entries import remove
from claude_batch_desk.core.schedule.entry import check_name
from claude_batch_desk.core.schedule.keepers import keeper_here
from claude_batch_desk.core.schedule.watching import Quiet, Source, digest_of, wait_until_quiet
from claude_batch_desk.core.schedule.when import OnChange
from claude_batch_desk.core.settings import home_folder
from claude_batch_desk.session import Session
from claude_batch_desk.verbs import headless
from claude_batch_desk.verbs.console import (
    DONE,
    FAILED,
    NOT_CONFIRMED,
    ROWS_LEFT,
    STOPPED,
    Progress,
    say,
)
from claude_batch_desk.verbs.drafting import open_session
from claude_batch_desk.verbs.looking import look_while_near

_NEAR = 20.0
"""Seconds until the next look for which the data folder is kept."""
_AGAIN = 60.0
"""Seconds after which a service that could not be reached is tried once more."""
_TURN = 5.0
"""Seconds between looks at the clock, which a computer that slept has put forward."""
_WINDOW_PATIENCE = 12 * 3600.0
"""Seconds that a run waits for an open window to be closed."""
_MOST_TURNS = 3
"""So often a source that changes while its rows are worked on is worked on once more."""
_NO_MATTER = ("--out", "--budget", "--schedule")
"""Options, each with a value, that ask nothing else of the rows."""
_NO_MATTER_ALONE = ("--yes", "--json")
_OPEN = ("sending", "waiting")


@dataclass(frozen=True)
class Ended:
    """What came of a scheduled run."""

    code: int
    told: str
    logged: bool = True


class _Changed(Exception):
    """The source is not what it was when it was looked at first."""


def run(arguments: argparse.Namespace) -> int:
    """A whole job; with --schedule, one that nobody looks at."""
    if not arguments.schedule:
        return headless.run(arguments)
    return logged(arguments.schedule, partial(_run, arguments))


def resume(arguments: argparse.Namespace) -> int:
    """Go on with jobs; with --schedule, start one whose planned time has come."""
    if not arguments.schedule:
        return headless.resume(arguments)
    try:
        return logged(arguments.schedule, partial(_start, arguments))
    finally:
        # Last, because one of launchd's ends this very process by it.
        remove(home_folder(), arguments.schedule, keeper_here())


def logged(name: str, work: Callable[[Book], Ended]) -> int:
    """Do scheduled work, and add a line of what came of it to the log."""
    book = Book(home_folder())
    check_name(name)
    try:
        ended = work(book)
    except DeskError as error:
        book.log(name, FAILED, str(error))
        raise
    except (KeyboardInterrupt, Cancelled):
        book.log(name, STOPPED, "Stopped. Everything so far is kept; the next run goes on.")
        raise
    if ended.logged:
        book.log(name, ended.code, ended.told)
    say(ended.told)
    return ended.code


def _run(arguments: argparse.Namespace, book: Book) -> Ended:
    schedule = book.schedule(arguments.schedule)
    if arguments.budget is None or not arguments.yes:
        raise ScheduleError(
            "A scheduled run needs --yes and a --budget, since nobody is asked. Nothing was sent."
        )
    ended = _go_on(arguments, book, schedule)
    name = arguments.table.name
    for _ in range(_MOST_TURNS):
        source, digest = _look_at(arguments, schedule)
        if digest == book.last(schedule.name).digest:
            told = f"{name} is as it was at the last run; nothing was sent."
            return ended or Ended(DONE, told, logged=not isinstance(schedule.when, OnChange))
        with contextlib.suppress(_Changed):
            still = partial(_still, source, digest, arguments.recipe, schedule)
            ended = _send(arguments, book, schedule, still)
    told = f"{name} changes all the time; nothing was sent. It is looked at again the next time."
    return ended or Ended(FAILED, told)


def _go_on(arguments: argparse.Namespace, book: Book, schedule: Schedule) -> Ended | None:
    """Bring what an earlier run has sent to its end; None where nothing of it is open."""
    last = book.last(schedule.name)
    if not last.job:
        return None
    job = _looked_up(last.job)
    if not last.sent:
        # It was about to be sent when that run was cut off: the job itself knows whether it was.
        last = replace(last, sent=True) if job and job.state != "draft" else LastRun()
        book.note(schedule.name, last)
    if job is None or not last.sent or last.delivered:
        return None
    return _deliver(arguments, book, schedule, last)


def _send(
    arguments: argparse.Namespace,
    book: Book,
    schedule: Schedule,
    still: Callable[[], str],
) -> Ended:
    """Send what the source holds now, and see it through."""
    before = book.last(schedule.name)
    out = _dated(arguments.out)
    ordered = argparse.Namespace(**{**vars(arguments), "out": out})

    def about_to(job: Job) -> None:
        book.note(schedule.name, LastRun(still(), job.id, str(out), sent=False))

    with _own_session(arguments, book) as (session, mode):
        try:
            sent = headless.send(session, mode, ordered, about_to)
        except (DeskError, Cancelled):
            if not _was_sent(session, book.last(schedule.name)):
                book.note(schedule.name, before)
            raise
    if sent is None:
        return Ended(NOT_CONFIRMED, "Nothing was sent: nobody agreed to the price.")
    now = replace(book.last(schedule.name), sent=True)
    book.note(schedule.name, now)
    return _deliver(arguments, book, schedule, now)


def _deliver(arguments: argparse.Namespace, book: Book, schedule: Schedule, last: LastRun) -> Ended:
    """Wait for a job that was sent, and write its answers."""
    job = see_through(arguments, last.job)
    ordered = argparse.Namespace(**{**vars(arguments), "out": Path(last.out)})
    with contextlib.closing(Session(home_folder(), shared=True)) as session:
        code = headless.deliver(session, headless.Sent(job), ordered)
    book.note(schedule.name, replace(last, delivered=True))
    left = " Some have no usable answer." if code == ROWS_LEFT else ""
    return Ended(code, f"Job {job.id}: {job.rows:,} rows, written to {last.out}.{left}")


def see_through(arguments: argparse.Namespace, job_id: int) -> Job:
    """Look at a job until it is done, each time with the data folder for as long as that takes."""
    while True:
        try:
            with open_session(arguments) as (session, _):
                job = look_while_near(session, session.desk.job(job_id), _NEAR)
        except FolderInUse:
            job = _known(job_id)  # whoever has the folder looks
        if job.state not in _OPEN:
            return job
        _rest_until(job.next_look)


def _rest_until(moment: datetime | None) -> None:
    while True:
        time.sleep(_TURN)
        if moment is None or moment <= datetime.now(UTC):
            return


def _start(arguments: argparse.Namespace, _book: Book) -> Ended:
    """Send a prepared job, and leave the rest to the window or to `resume`."""
    if arguments.job is None or arguments.budget is None or not arguments.yes:
        raise ScheduleError(
            "A job is started by itself with its number, --yes and a --budget. Nothing was sent."
        )
    while True:
        try:
            with open_session(arguments) as (session, _):
                return _started(session, arguments)
        except FolderInUse:
            return Ended(DONE, "The window is open, so it starts the job.")
        except (Busy, Unreachable) as error:
            say(f"{error} Trying again.")
        time.sleep(_AGAIN)


def _started(session: Session, arguments: argparse.Namespace) -> Ended:
    start = session.starts.of(arguments.job)
    if start is None:
        return Ended(DONE, f"Job {arguments.job} is not to be started by itself any more.")
    if start.most > arguments.budget:
        session.starts.plan(replace(start, most=arguments.budget))
    job = session.starts.start(arguments.job, Progress("Sending"))
    if job.state == "draft":
        raise ScheduleError(f"Job {job.id} is planned for another time. Nothing was sent.")
    return Ended(DONE, f"Job {job.id}: {job.rows:,} rows are sent. Open the window for them.")


@contextlib.contextmanager
def _own_session(arguments: argparse.Namespace, book: Book) -> Iterator[tuple[Session, Any]]:
    """The data folder; where the window has it, once that is closed."""
    until, told = time.monotonic() + _WINDOW_PATIENCE, False
    with contextlib.ExitStack() as stack:
        while True:
            try:
                found = stack.enter_context(open_session(arguments))
                break
            except FolderInUse:
                if time.monotonic() > until:
                    raise
                if not told:
                    words = (
                        "The window is open, or another run is under way. Waiting for its end; "
                        "nothing was sent yet."
                    )
                    book.log(arguments.schedule, DONE, words)
                    say(words)
                told = True
            time.sleep(_TURN)
        yield found


def _look_at(arguments: argparse.Namespace, schedule: Schedule) -> tuple[Source, str]:
    """The source once it is whole, and what it and the question are known by."""
    source = Source(arguments.table, tuple(arguments.include), tuple(arguments.exclude))
    wait_until_quiet(source, Progress("Waiting until it is written,"), Quiet())
    return source, _digest(source, arguments.recipe, schedule)


def _digest(source: Source, recipe: Path, schedule: Schedule) -> str:
    try:
        asked = recipe.read_bytes()
    except OSError as error:
        raise ScheduleError(
            f"{recipe} cannot be read: {error.strerror}. Nothing was sent."
        ) from error
    others = [asked, *(word.encode(errors="surrogateescape") for word in asked_by(schedule))]
    return digest_of(source, others, Progress("Looking for changes"))


def asked_by(schedule: Schedule) -> list[str]:
    """The words of a command that say what is asked of which rows."""
    found, words = [], iter(schedule.command)
    for word in words:
        if word in _NO_MATTER:
            next(words, "")
        elif word not in _NO_MATTER_ALONE and not word.startswith(
            tuple(f"{option}=" for option in _NO_MATTER)
        ):
            found.append(word)
    return found


def _still(source: Source, digest: str, recipe: Path, schedule: Schedule) -> str:
    """What the source is known by; raises _Changed where that is something else by now."""
    if _digest(source, recipe, schedule) != digest:
        raise _Changed
    return digest


def _was_sent(session: Session, last: LastRun) -> bool:
    return bool(last.job) and not last.sent and session.desk.job(last.job).state != "draft"


def _known(job_id: int) -> Job:
    with contextlib.closing(Session(home_folder(), shared=True)) as session:
        return session.desk.job(job_id)


def _looked_up(job_id: int) -> Job | None:
    """The job, or None where it is not there any more."""
    try:
        return _known(job_id)
    except StoreError:
        return None


def _dated(out: Path) -> Path:
    """With {date} and {time} in the name replaced by those of now, on the clock on the wall."""
    now = datetime.now(UTC).astimezone()
    name = out.name.replace("{date}", f"{now:%Y-%m-%d}").replace("{time}", f"{now:%H-%M}")
    return out.with_name(name)
