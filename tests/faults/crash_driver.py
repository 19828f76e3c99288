"""Works on a job in a forked process that dies, or finds the disk full, at a numbered step.

Steps are the moments just before and just after each commit of the store, each POST of a batch or
a file, each removal of a file and each download. One line of JSON per run comes in on stdin, the
child's exit status goes out.
"""

import json
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from sqlite3 import Connection
from typing import Literal

import anthropic  # noqa: F401 - once, before the forks, as it takes a second
import httpx2  # noqa: F401 - likewise

from claude_batch_desk.core.errors import DeskError, StoreError
from claude_batch_desk.core.jobs.desk import Desk
from claude_batch_desk.core.jobs.ground import Ground
from claude_batch_desk.core.jobs.job import Mode, Way
from claude_batch_desk.core.jobs.store import Database, Stores
from claude_batch_desk.core.pricing.caching import CacheUse
from claude_batch_desk.core.pricing.prices import PriceBook
from claude_batch_desk.core.report import Report, silent
from claude_batch_desk.core.service.batch import Batch
from claude_batch_desk.core.service.gateway import Gateway, Reply
from claude_batch_desk.core.service.held_file import HeldFile

KILLED = 137
HIT = 3
"""Exit status of a run that met its full disk and came to its end all the same."""
PART = 6
_ROUNDS = 2_000


Sent = Way | Literal["primed"]


class Steps:
    """Counts steps, and at one of them lets something happen."""

    def __init__(self, at: int, trouble: str) -> None:
        self._began = self._left = at
        self._full = trouble == "full"
        self._lock = threading.Lock()

    @property
    def hit(self) -> bool:
        return self._began > 0 >= self._left

    def reached(self, *, writing: bool = False) -> None:
        if self._full and not writing:
            return
        with self._lock:
            self._left -= 1
            if self._left != 0:
                return
        if self._full:
            raise StoreError("The disk is full.")
        os._exit(KILLED)


class SteppedDatabase(Database):
    def __init__(self, home: Path, steps: Steps) -> None:
        super().__init__(home)
        self._steps = steps

    @contextmanager
    def write(self) -> Iterator[Connection]:
        with super().write() as connection:
            yield connection
            self._steps.reached(writing=True)
        self._steps.reached()


class SteppedGateway(Gateway):
    def __init__(self, key: str, url: str, steps: Steps) -> None:
        super().__init__(key, url)
        self._steps = steps

    def create_batch(self, body: Path, requests: int) -> Batch:
        self._steps.reached()
        batch = super().create_batch(body, requests)
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


def work(home: Path, url: str, key: str, steps: Steps, way: Sent) -> bool:
    """Bring the only job to its end, as a person would who tries again; False if that fails."""
    database = SteppedDatabase(home, steps)
    stores = replace(Stores.over(home, database), part_requests=PART)
    desk = Desk(Ground(stores, Doors(SteppedGateway(key, url, steps)), PriceBook()))
    pause = threading.Event()
    for _ in range(_ROUNDS):
        [job] = desk.jobs()
        if job.state == "done":
            return True
        try:
            if job.state == "draft":
                send(desk, job.id, way)
            else:
                desk.advance(job.id, silent)
        except DeskError as error:
            print(error, file=sys.stderr)  # noqa: T201 - for whoever looks into a failure
        pause.wait(0.02)
    return False


def send(desk: Desk, job_id: int, way: Sent) -> None:
    if way == "primed":
        desk.send(job_id, None, silent, cache=CacheUse(prime=True))
    else:
        desk.send(job_id, None, silent, way)


def main() -> None:
    for line in sys.stdin:
        asked = json.loads(line)
        child = os.fork()
        if child == 0:
            steps = Steps(asked["at"], asked["trouble"])
            done = work(Path(asked["home"]), asked["url"], asked["key"], steps, asked["way"])
            os._exit((HIT if steps.hit else 0) if done else 1)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)  # noqa: T201 - the answer


if __name__ == "__main__":
    main()
