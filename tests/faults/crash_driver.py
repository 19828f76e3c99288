"""Works on a job in a forked process that dies, or meets a broken disk, when it is told to.

Steps are the moments just before and just after each commit of the store, each POST of a batch or
a file, each removal of a file and each download. One line of JSON per run comes in on stdin, the
child's exit status goes out.
"""

import json
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from sqlite3 import Connection
from typing import Literal, cast

import anthropic  # noqa: F401 - once, before the forks, as it takes a second
import httpx2  # noqa: F401 - likewise

from claude_batch_desk.core.errors import DeskError
from claude_batch_desk.core.jobs.again.rest import Rest
from claude_batch_desk.core.jobs.again.verbs import Again, Wanted
from claude_batch_desk.core.jobs.delivering.verbs import Deliveries
from claude_batch_desk.core.jobs.desk import Desk
from claude_batch_desk.core.jobs.ground import Ground
from claude_batch_desk.core.jobs.intake.sources import tidy
from claude_batch_desk.core.jobs.job import Job, Mode, Way
from claude_batch_desk.core.jobs.polling import PRACTICE
from claude_batch_desk.core.jobs.store import Database, Stores
from claude_batch_desk.core.pricing.caching import CacheUse
from claude_batch_desk.core.pricing.prices import PriceBook
from claude_batch_desk.core.report import Report, silent
from claude_batch_desk.core.service.batch import Batch
from claude_batch_desk.core.service.gateway import Gateway, Reply
from claude_batch_desk.core.service.held_file import HeldFile
from claude_batch_desk.core.service.spool import BatchSpool
from tests.faults.jumping import Clock
from tests.faults.steps import HIT, KILLED, Steps, Trouble

PART = 6
_ROUNDS = 4_000
_PAUSE = 0.005
_FORGET = 60.0
"""Seconds in which whatever it says that it does not have is there after all."""


Sent = Way | Literal["primed"]


@dataclass(frozen=True)
class Asked:
    """What one run is to do, and what is to happen to it."""

    home: str
    url: str
    key: str
    at: int = 0
    """The step at which it happens; 0 for never."""
    trouble: Trouble = "killed"
    way: Sent = "batch"
    ahead: float = 0.0
    """Seconds by which this computer's clock is wrong; only the jump driver knows of it."""
    settle: float = 0.5
    """Seconds in which the list of the service under test has every batch."""
    wild: bool = False
    """See jumping.Clock."""
    again: bool = False
    """Not the job, but what expired in it."""
    after: float = 0.0
    """Seconds after which the process is killed, wherever it is; 0 for never."""
    moved: bool = False
    """See `move_on`."""
    delivered: bool = False
    """Then its file is written, as was planned; steps are also whatever is reported of that."""


class SteppedDatabase(Database):
    """Takes a step with each connection, each file that is written and each commit."""

    def __init__(self, home: Path, steps: Steps) -> None:
        self._steps = steps
        super().__init__(home)
        # Another that looks on keeps the log from being taken over at the end of each.
        self._onlooker = self._connect() if steps.trouble == "torn" else None
        if self._onlooker is not None:
            self._onlooker.execute("SELECT 1 FROM job").fetchall()
        steps.log = self.path.with_name(f"{self.path.name}-wal")

    def _connect(self) -> Connection:
        path, self.path = self.path, self._steps.opening(self.path)
        try:
            connection = super()._connect()
        finally:
            self.path = path
        if self._steps.trouble == "torn":
            connection.execute("PRAGMA wal_autocheckpoint=0")
        return connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        with self._steps.writing():
            with super().write() as connection:
                self._steps.read_only(connection)
                yield connection
                self._steps.before_commit()
            self._steps.reached()


class SteppedSpool(BatchSpool):
    """Takes a step with each body."""

    steps: Steps

    def close(self) -> None:
        with self.steps.writing():
            super().close()


class SteppedStores(Stores):
    def spool(self, token: str, after: int = 0, most: int = PART) -> BatchSpool:
        spool = SteppedSpool(self.outbox, token, min(most, self.part_requests), after=after)
        spool.steps = cast("SteppedDatabase", self.jobs._database)._steps
        return spool


class SteppedGateway(Gateway):
    def __init__(self, key: str, url: str, steps: Steps) -> None:
        super().__init__(key, url)
        self._steps = steps

    def create_batch(self, body: Path, requests: int, tell: Report = silent) -> Batch:
        self._steps.reached()
        batch = super().create_batch(body, requests, tell)
        self._steps.reached()
        return batch

    def message(self, params: bytes) -> Reply:
        self._steps.reached()
        reply = super().message(params)
        self._steps.reached()
        return reply

    def upload_file(
        self, path: Path, name: str, media_type: str, seconds: int, report: Report
    ) -> HeldFile:
        self._steps.reached()
        held = super().upload_file(path, name, media_type, seconds, report)
        self._steps.reached()
        return held

    def delete_file(self, file_id: str) -> None:
        self._steps.reached()
        super().delete_file(file_id)
        self._steps.reached()

    def fetch_results(self, batch_id: str, to: Path, report: Report) -> None:
        with self._steps.writing():
            super().fetch_results(batch_id, to, report)
        self._steps.reached()


class Doors:
    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    def address(self, mode: Mode) -> str:
        del mode
        return ""

    def gateway(self, mode: Mode, address: str) -> Gateway:
        del mode, address
        return self._gateway


def open_ground(asked: Asked, steps: Steps) -> Ground:
    home = Path(asked.home)
    stores = SteppedStores.over(home, SteppedDatabase(home, steps))
    return Ground(
        replace(stores, part_requests=PART),
        Doors(SteppedGateway(asked.key, asked.url, steps)),
        PriceBook(),
        patience=replace(PRACTICE, settle=asked.settle, forget=_FORGET),
    )


def work(asked: Asked, steps: Steps) -> bool:
    """Bring the only job to its end, as a person would who tries again; False if that fails."""
    go_on = run_again if asked.again else move_on if asked.moved else partial(finish, asked.way)
    opened: tuple[Ground, Desk] | None = None
    pause = threading.Event()
    for _ in range(_ROUNDS):
        try:
            opened = opened or open_folder(asked, steps)
            [job] = opened[1].jobs()
            if go_on(*opened, job):
                if asked.delivered:
                    Deliveries(opened[0]).deliver(job.id, lambda _done, _total: steps.reached())
                return True
        except DeskError as error:
            print(error, file=sys.stderr)  # noqa: T201 - for whoever looks into a failure
        pause.wait(_PAUSE)
    return False


def open_folder(asked: Asked, steps: Steps) -> tuple[Ground, Desk]:
    """Where there may be drafts of a run that was killed, they are gone as at any start."""
    ground = open_ground(asked, steps)
    if asked.again or asked.moved:
        tidy(ground.stores)
    return ground, Desk(ground)


def finish(way: Sent, _: Ground, desk: Desk, job: Job) -> bool:
    """Send the job, and look until it is done."""
    if job.state == "draft":
        send(desk, job.id, way)
    elif job.state != "done":
        desk.advance(job.id, silent)
    return job.state == "done"


def run_again(ground: Ground, desk: Desk, job: Job) -> bool:
    """Run again what expired in the job, once."""
    if job.runs_again:
        return True
    runs = ground.stores.jobs.runs_of(job.id)
    if runs:
        desk.advance(runs[0].id, silent)
    else:
        Again(ground, desk).start(job.id, Wanted(("expired",)), None, silent)
    return False


def move_on(ground: Ground, desk: Desk, job: Job) -> bool:
    """Send the job, cancel it and ask the rest at once."""
    rest = Rest(ground, desk, Again(ground, desk))
    if job.state == "draft":
        send(desk, job.id, "batch")
    elif job.state != "done" and rest.of(job.id) is None:
        rest.move(job.id, None, silent)
    elif job.state != "done":
        desk.advance(job.id, silent)
    elif set(job.outcomes) == {"answered"}:
        return True
    else:
        runs = ground.stores.jobs.runs_of(job.id)
        rest.go_on(silent)
        for run in runs:
            desk.advance(run.id, silent)
    return False


def send(desk: Desk, job_id: int, way: Sent) -> None:
    if way == "primed":
        desk.send(job_id, None, silent, cache=CacheUse(prime=True))
    else:
        desk.send(job_id, None, silent, way)


def ended(child: int, after: float) -> int:
    """Wait for the child, or kill it when its time has come; its exit status."""
    end = time.monotonic() + after
    pause = threading.Event()
    while after and time.monotonic() < end:
        known, status = os.waitpid(child, os.WNOHANG)
        if known:
            return os.waitstatus_to_exitcode(status)
        pause.wait(0.002)
    if after:
        os.kill(child, signal.SIGKILL)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return KILLED if status == -signal.SIGKILL and after else status


def main() -> None:
    for line in sys.stdin:
        asked = Asked(**json.loads(line))
        child = os.fork()
        if child == 0:
            Clock.seconds, Clock.wild = asked.ahead, asked.wild
            steps = Steps(asked.at, asked.trouble)
            done = work(asked, steps)
            os._exit((HIT if steps.hit else 0) if done else 1)
        print(ended(child, asked.after), flush=True)  # noqa: T201 - the answer


if __name__ == "__main__":
    main()
