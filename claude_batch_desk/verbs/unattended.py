"""`run` as a scheduler starts it: nobody looks, so nothing is sent twice and all of it is logged.

While the service works on a job, the data folder is let go of, so that the window can be opened.
"""

import argparse
import contextlib
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path

from claude_batch_desk.core.errors import (
    DeskError,
    FolderInUse,
    ScheduleError,
    StoreError,
)
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.jobs.starts.start import Start
from claude_batch_desk.core.report import Cancelled
from claude_batch_desk.core.schedule.book import Book, LastRun, Schedule
from claude_batch_desk.core.schedule.watching import Quiet, Source, digest_of, wait_until_quiet
from claude_batch_desk.core.schedule.when import OnChange
from claude_batch_desk.core.settings import home_folder
from claude_batch_desk.session import Session
from claude_batch_desk.verbs import delivering, headless
from claude_batch_desk.verbs.console import (
    DONE,
    FAILED,
    NOT_CONFIRMED,
    ROWS_LEFT,
    Progress,
    cache_use,
    say,
)
from claude_batch_desk.verbs.drafting import open_session
from claude_batch_desk.verbs.logbook import Ended, logged
from claude_batch_desk.verbs.looking import look_while_near

_NEAR = 20.0
"""Seconds until the next look for which the data folder is kept."""
_TURN = 5.0
"""Seconds between looks at the clock, which a computer that slept has put forward."""
_GLANCE = 1.0
"""Seconds between looks at what the window does."""
_SOON = timedelta(seconds=1)
"""In which a window is to send what was prepared for it."""
_MOST_TURNS = 3
"""So often a source that changes while its rows are worked on is worked on once more."""
_NO_MATTER = (*delivering.VALUED, "--budget", "--schedule")
"""Options, each with a value, that ask nothing else of the rows."""
_NO_MATTER_ALONE = (*delivering.ALONE, "--yes", "--json")
_OPEN = ("sending", "waiting")


class _Again(Exception):
    """The source has changed, or the window was closed, since this began: begin anew."""


def run(arguments: argparse.Namespace) -> int:
    """A whole job; with --schedule, one that nobody looks at."""
    if not arguments.schedule:
        return headless.run(arguments)
    return logged(arguments.schedule, partial(_run, arguments))


def _run(arguments: argparse.Namespace, book: Book) -> Ended:
    schedule = book.schedule(arguments.schedule)
    if arguments.budget is None or not arguments.yes:
        raise ScheduleError(
            "A scheduled run needs --yes and a --budget, since nobody is asked. Nothing was sent."
        )
    with book.alone(schedule.name) as alone:
        if not alone:
            told = "An earlier run is still under way; it looks for changes at its end."
            return Ended(DONE, told, logged=not isinstance(schedule.when, OnChange))
        return _run_alone(arguments, book, schedule)


def _run_alone(arguments: argparse.Namespace, book: Book, schedule: Schedule) -> Ended:
    ended = _go_on(arguments, book, schedule)
    name = arguments.table.name
    for _ in range(_MOST_TURNS):
        source, digest = _look_at(arguments, schedule)
        if digest == book.last(schedule.name).digest:
            told = f"{name} is as it was at the last run; nothing was sent."
            return ended or Ended(DONE, told, logged=not isinstance(schedule.when, OnChange))
        with contextlib.suppress(_Again):
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
        was = job is not None and job.state != "draft"
        last = replace(last, sent=True) if was else LastRun(last.before)
        book.note(schedule.name, last)
    if job is None or not last.job or last.delivered:
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

    def note(job: Job) -> None:
        begun = LastRun(still(), job.id, str(out), sent=False, before=before.digest)
        book.note(schedule.name, begun)

    try:
        sent = _send_or_let(ordered, note)
    except (DeskError, Cancelled, _Again):
        if not _was_sent(book.last(schedule.name)):
            book.note(schedule.name, before)
        raise
    if sent is None:
        return Ended(NOT_CONFIRMED, "Nothing was sent: nobody agreed to the price.")
    now = replace(book.last(schedule.name), sent=True)
    book.note(schedule.name, now)
    return _deliver(arguments, book, schedule, now)


def _send_or_let(
    arguments: argparse.Namespace, note: Callable[[Job], object]
) -> headless.Sent | None:
    """Send it; where the window has the data folder, prepare it and let the window send it."""
    cache = cache_use(arguments)

    def send(session: Session, job: Job, most: Decimal | None) -> Job:
        note(job)
        return session.desk.send(job.id, most, Progress("Sending"), arguments.mode, cache)

    def let(session: Session, job: Job, most: Decimal | None) -> Job:
        note(job)
        session.rest_practice()  # of one data folder, there is one at a time
        at, allowed = datetime.now(UTC) + _SOON, most or arguments.budget
        session.starts.plan(Start(job.id, at, allowed, arguments.mode, cache))
        return _sent_by_window(arguments, job.id)

    while True:
        try:
            with open_session(arguments) as (session, mode):
                return headless.send(session, mode, arguments, partial(send, session))
        except FolderInUse:
            if not arguments.base_url:
                break
        # The window knows its own address only.
        say("The window is open. Waiting until it is closed.")
        time.sleep(_TURN)
    with open_session(arguments, shared=True) as (session, mode):
        return headless.send(session, mode, arguments, partial(let, session))


def _sent_by_window(arguments: argparse.Namespace, job_id: int) -> Job:
    """Wait until the window has sent a job; raises _Again where it was closed before."""
    while True:
        time.sleep(_GLANCE)
        gone = _is_free(arguments)  # asked first: the window may close right after it has sent
        job = _looked_up(job_id)
        if job is not None and job.state != "draft":
            return job
        with contextlib.closing(Session(home_folder(), shared=True)) as session:
            start = session.starts.of(job_id)
            if start is not None and start.note:
                session.desk.remove_job(job_id)
                raise ScheduleError(start.note)
        if gone or start is None:
            raise _Again


def _is_free(arguments: argparse.Namespace) -> bool:
    """Whether nobody has the data folder; then what was only prepared in it is tidied away."""
    try:
        with open_session(arguments):
            return True
    except FolderInUse:
        return False


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
    """What the source is known by; raises _Again where that is something else by now."""
    if _digest(source, recipe, schedule) != digest:
        raise _Again
    return digest


def _was_sent(last: LastRun) -> bool:
    """Whether the job that was about to be sent was, whatever came of it then."""
    if not last.job or last.sent:
        return False
    job = _looked_up(last.job)
    return job is not None and job.state != "draft"


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
