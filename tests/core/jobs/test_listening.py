"""A cancel is heard long before the service replies, whatever is being waited for."""

import threading
import time
from collections.abc import Callable

import pytest

from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.report import Cancelled, Report, silent
from claude_batch_desk.practice.server import PracticeService
from claude_batch_desk.session import PRACTICE_KEY, Session
from tests.core.jobs.random_trials import try_random

Draft = Callable[..., Job]
Work = Callable[[Report], object]


class Stop:
    """A Report that stops the work once it is asked to, and knows when it was asked."""

    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self, done: int, total: int) -> None:
        if self.at:
            raise Cancelled

    def after(self, seconds: float) -> None:
        def ask() -> None:
            self.at = time.monotonic()

        threading.Timer(seconds, ask).start()


def seconds_to_stop(work: Work) -> float:
    stop = Stop()
    stop.after(0.5)
    with pytest.raises(Cancelled):
        work(stop)
    return time.monotonic() - stop.at


def test_while_tokens_are_counted(session: Session, draft: Draft, service: PracticeService) -> None:
    job = draft(60)
    session.desk.models("practice", silent)
    service.set_faults("slow:5")
    assert seconds_to_stop(lambda stop: session.desk.estimate(job.id, stop)) < 4


def test_while_other_work_with_the_job_goes_on(
    session: Session, draft: Draft, service: PracticeService
) -> None:
    job = draft(20)
    session.desk.models("practice", silent)
    service.set_faults("slow:3")
    trial = threading.Thread(target=try_random, args=(session.desk, job.id, 4, 1, silent))
    trial.start()
    pause = threading.Event()
    while not session.desk._ground._busy[job.id].locked():
        pause.wait(0.01)
    seconds_to_stop(lambda stop: session.desk.send(job.id, None, stop))
    assert trial.is_alive()
    trial.join()
    assert service.ledger(PRACTICE_KEY).requests == 0
