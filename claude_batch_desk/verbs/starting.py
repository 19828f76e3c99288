"""`resume` as a scheduler starts it: a prepared job is sent once, at its agreed time."""

import argparse
import contextlib
import time
from datetime import UTC, datetime
from functools import partial

from claude_batch_desk.core.errors import Busy, FolderInUse, ScheduleError, Unreachable
from claude_batch_desk.core.schedule.book import Book
from claude_batch_desk.core.schedule.entries import remove
from claude_batch_desk.core.schedule.keepers import keeper_here
from claude_batch_desk.core.settings import home_folder
from claude_batch_desk.session import Session
from claude_batch_desk.verbs import headless
from claude_batch_desk.verbs.console import DONE, FAILED, Progress, say
from claude_batch_desk.verbs.drafting import open_session
from claude_batch_desk.verbs.logbook import Ended, logged

_AGAIN = 60.0
"""Seconds after which a service that could not be reached is tried once more."""
_EARLY = 300.0
"""Seconds that a scheduler may be too early."""
_TURN = 2.0
"""Seconds between looks at what the window does."""


def resume(arguments: argparse.Namespace) -> int:
    """Go on with jobs; with --schedule, start one whose planned time has come."""
    if not arguments.schedule:
        return headless.resume(arguments)
    try:
        return logged(arguments.schedule, partial(_start, arguments))
    finally:
        # Last, because launchd ends this very process by it.
        _forget_entry(arguments.schedule)


def _forget_entry(name: str) -> None:
    try:
        remove(home_folder(), name, keeper_here())
    except ScheduleError as error:
        say(str(error))


def _start(arguments: argparse.Namespace, _book: Book) -> Ended:
    """Send a prepared job, and leave the rest to the window or to `resume`."""
    if arguments.job is None or arguments.budget is None or not arguments.yes:
        raise ScheduleError(
            "A job is started by itself with its number, --yes and a --budget. Nothing was sent."
        )
    while True:
        try:
            with open_session(arguments) as (session, _):
                early = _seconds_early(session, arguments.job)
                if early <= 0 or early > _EARLY:
                    return _started(session, arguments)
            time.sleep(early)
        except FolderInUse:
            if ended := _started_by_window(arguments.job):
                return ended
            time.sleep(_TURN)
        except (Busy, Unreachable) as error:
            say(f"{error} Trying again.")
            time.sleep(_AGAIN)


def _started_by_window(job_id: int) -> Ended | None:
    """What came of a start that the window keeps; None while that is still to come."""
    with contextlib.closing(Session(home_folder(), shared=True)) as session:
        start = session.starts.of(job_id)
    if start is None:
        return Ended(DONE, f"The window is open and has started job {job_id}.")
    return Ended(FAILED, start.note) if start.note else None


def _seconds_early(session: Session, job_id: int) -> float:
    """How long until the agreed time; none of the schedulers is exact."""
    start = session.starts.of(job_id)
    return 0.0 if start is None else (start.at - datetime.now(UTC)).total_seconds()


def _started(session: Session, arguments: argparse.Namespace) -> Ended:
    start = session.starts.of(arguments.job)
    if start is None:
        return Ended(DONE, f"Job {arguments.job} is not to be started by itself any more.")
    if start.most > arguments.budget:
        raise ScheduleError("Its budget is lower than the planned one. Nothing was sent.")
    job = session.starts.start(arguments.job, Progress("Sending"))
    if job.state == "draft":
        raise ScheduleError(f"Job {job.id} is planned for another time. Nothing was sent.")
    return Ended(DONE, f"Job {job.id}: {job.rows:,} rows are sent. Open the window for them.")
