"""The looks at jobs that were sent, again and again until they are done."""

import time
from collections.abc import Sequence
from datetime import UTC, datetime

from claude_batch_desk.core.errors import Busy, DeskError, Unreachable
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.jobs.polling import LONGEST_PAUSE
from claude_batch_desk.core.jobs.priming import priming_note
from claude_batch_desk.core.jobs.progress import CallsNow
from claude_batch_desk.core.jobs.timing.advice import lasting
from claude_batch_desk.core.report import silent
from claude_batch_desk.session import Session
from claude_batch_desk.verbs.console import Progress, say

_PAUSE = 0.2
_BUSY_PAUSE = 5.0
_PRACTICE_STARTS = 3
"""A Practice service that does not start in so many tries will not."""


def finish(session: Session, job: Job) -> Job:
    """Look again and again until the job is done; raises what only the person can mend."""
    [done] = finish_all(session, [job])
    return done


def finish_with_runs(session: Session, jobs: Sequence[Job]) -> list[Job]:
    """Bring jobs, and what is run again of them, to their end; the jobs as they are then."""
    runs = [run for job in jobs for run in session.again.runs(job.id) if is_open(run)]
    finish_all(session, [*jobs, *runs])
    finish_all(session, session.rest.go_on(Progress("Sending")))
    return [session.desk.job(job.id) for job in jobs]


def wake(session: Session, jobs: Sequence[Job], *, named: bool) -> list[Job]:
    """Let jobs that the person stopped go on, where they are named; else say that they wait."""
    for job in jobs:
        if job.paused and not named:
            say(f"Job {job.id} was stopped and stays so. `resume {job.id}` lets it go on.")
    return [session.desk.go_on(job.id, silent) if job.paused and named else job for job in jobs]


def is_open(job: Job) -> bool:
    """Whether answers of a job that was sent may still come."""
    return job.state in ("sending", "waiting")


def finish_all(session: Session, jobs: Sequence[Job]) -> list[Job]:
    """Bring jobs to their end, all of them at once; one that needs the person stops no other.

    What stands in the way is said once each. Raises the first that only the person can mend, when
    the others are done; each job is safe then.
    """
    looks = {job.id: _Looks(session, job) for job in reversed(jobs)}
    waiting = Progress("Waiting for the service,")
    while open_ones := [look for look in looks.values() if look.job_runs]:
        for look in open_ones:
            if look.due:
                look.again(alone=len(jobs) == 1)
        rows = sum(look.job.rows for look in open_ones)
        left = sum(look.job.outcomes.get("waiting", look.job.rows) for look in open_ones)
        waiting(rows - left, rows)
        time.sleep(_PAUSE)
    for look in looks.values():
        if look.failed is not None:
            raise look.failed
    return [look.job for look in looks.values()]


def look_while_near(session: Session, job: Job, near: float) -> Job:
    """Look at a job as often as the next look is no more than `near` seconds away.

    A look that found no way to the service is the last. Raises what only the person can mend.
    """
    looks = _Looks(session, job)
    while looks.job_runs:
        if looks.unreachable:
            return session.desk.job(job.id)
        if looks.due:
            looks.again(alone=True)
        elif looks.wait > near:
            break
        else:
            time.sleep(_PAUSE)
    if looks.failed is not None:
        raise looks.failed
    return looks.job


class _Looks:
    """The looks at one job. When to look is decided by the clock: a laptop that slept looks."""

    def __init__(self, session: Session, job: Job) -> None:
        self.job = job
        self.failed: DeskError | None = None
        self._desk = session.desk
        self._said: set[str] = set()
        self.unreachable = 0
        """How many looks found no way to the service."""
        self._not_before = 0.0
        self._at_last = 0.0

    @property
    def job_runs(self) -> bool:
        """There may be something to come of more looks."""
        return self.failed is None and is_open(self.job) and not self.job.paused

    @property
    def due(self) -> bool:
        """It is time, or a clock that was set back says for too long that it is not."""
        now = time.monotonic()
        if now < self._not_before:
            return False
        look = self.job.next_look
        return look is None or look <= datetime.now(UTC) or now > self._at_last

    @property
    def wait(self) -> float:
        """Seconds until it is time, as far as that is known."""
        rest = self._not_before - time.monotonic()
        look = self.job.next_look
        return max(rest, (look - datetime.now(UTC)).total_seconds() if look else 0.0)

    def again(self, *, alone: bool) -> None:
        """Look once."""
        try:
            self.job = self._desk.advance(self.job.id, self._progress())
        except (Busy, Unreachable) as error:
            self.unreachable += 1
            self._not_before = time.monotonic() + _BUSY_PAUSE
            self.say(f"{error} Trying again.")
            if self.job.mode == "practice" and self.unreachable == _PRACTICE_STARTS:
                self.failed = error
        except DeskError as error:
            self.failed = error
            if not alone:
                self.say(f"Job {self.job.id}: {error}")
        self._at_last = time.monotonic() + LONGEST_PAUSE.total_seconds()
        notes = (part.note for part in self.job.parts)
        for note in (*notes, priming_note(self.job), _lost(self.job), self._why()):
            self.say(note)

    def _progress(self) -> Progress:
        if self.job.way == "batch":
            return Progress("Fetching")
        return Progress("Answered", lambda: _pace(self._desk.calls_now(self.job.id)))

    def _why(self) -> str:
        """What keeps a job of immediate calls waiting; "" where nothing does."""
        calls = self._desk.calls_now(self.job.id) if is_open(self.job) else None
        return calls.why if calls else ""

    def say(self, text: str) -> None:
        if text and text not in self._said:
            self._said.add(text)
            say(text)


def _pace(calls: CallsNow | None) -> str:
    """How fast immediate calls are answered, and how long it will still take; "" if not known."""
    if calls is None or calls.per_second is None or calls.left is None:
        return ""
    return f", {calls.per_second * 60:,.0f} rows a minute, about {lasting(calls.left)} left"


def _lost(job: Job) -> str:
    """Of calls whose answers never came, as a sentence; "" where all did."""
    if not job.unheard:
        return ""
    calls = "1 call" if job.unheard == 1 else f"{job.unheard:,} calls"
    it = "It" if job.unheard == 1 else "They"
    return f"The answers of {calls} got lost on the way. {it} may be billed all the same."
