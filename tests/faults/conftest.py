"""A Practice service that counts, and a process that works on a job until it is made to die."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.jobs.store import Stores
from claude_batch_desk.core.prompts.recipe import Recipe
from claude_batch_desk.core.prompts.template import Template
from claude_batch_desk.core.report import silent
from claude_batch_desk.core.settings import home_folder
from claude_batch_desk.core.tables.table import ReadOptions
from claude_batch_desk.practice.server import PracticeService
from claude_batch_desk.session import Session
from tests.conftest import COUNTED
from tests.core.jobs.random_trials import try_random
from tests.faults.steps import HIT, KILLED

MODEL = "claude-haiku-5-5"
ROWS, TRIED = 16, 2
SENT = ROWS - TRIED
_SHOWN = 5_000
"""Characters of what the driver said last, which tell why it failed."""

Run = Callable[..., int]
Tally = Callable[[str, str], None]


@pytest.fixture
def service(tmp_path: Path) -> Iterator[PracticeService]:
    with PracticeService(tmp_path / "service") as running:
        yield running


@pytest.fixture
def said(tmp_path: Path) -> Path:
    """What the driver has said of troubles, expected ones too."""
    return tmp_path / "said.txt"


@pytest.fixture
def driving() -> str:
    """The module that drives."""
    return "tests.faults.crash_driver"


@pytest.fixture
def driver(said: Path, driving: str) -> "Iterator[subprocess.Popen[str]]":
    if os.name == "nt":
        pytest.skip("forks")
    with said.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", driving],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=file,
            text=True,
        )
    yield process
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.close()
    process.wait(timeout=30)
    process.stdout.close()


@pytest.fixture
def run(driver: "subprocess.Popen[str]", service: PracticeService, said: Path) -> Run:
    """Work on the job in a folder until it is done or its trouble comes; the exit status.

    See crash_driver.Asked for what can be said more.
    """

    def ask(home: Path, key: str, at: int = 0, trouble: str = "killed", **more: Any) -> int:
        assert driver.stdin is not None
        assert driver.stdout is not None
        asked = {"home": str(home), "url": service.base_url, "key": key, "at": at}
        driver.stdin.write(json.dumps({**asked, "trouble": trouble, **more}) + "\n")
        driver.stdin.flush()
        status = int(driver.stdout.readline())
        assert status in (0, HIT, KILLED), f"{status}: {said.read_text()[-_SHOWN:]}"
        return status

    return ask


@pytest.fixture
def prepared(service: PracticeService, tmp_path: Path) -> Path:
    """A data folder with one draft, two of whose rows were tried."""
    return prepare(service, tmp_path, Recipe(prompt=Template("Say {{Text}}"), model=MODEL))


def prepare(service: PracticeService, tmp_path: Path, recipe: Recipe) -> Path:
    table = tmp_path / "rows.csv"
    table.write_text("Text\n" + "".join(f"row {number}\n" for number in range(ROWS)))
    with Session(home_folder(), practice_url=service.base_url) as session:
        taken = session.desk.open_table(table, ReadOptions(), silent)
        job = session.desk.new_job("Rows", "practice")
        session.desk.save_draft(job.id, recipe=recipe, table_id=taken.id)
        try_random(session.desk, job.id, TRIED, 1, silent)
    return home_folder()


@pytest.fixture
def home_of(prepared: Path, tmp_path: Path) -> Callable[[object], Path]:
    """Another copy of the prepared folder."""

    def copy(name: object) -> Path:
        return Path(shutil.copytree(prepared, tmp_path / f"home-{name}"))

    return copy


def finished(home: Path) -> Job:
    """The only job of a folder: done, with an answer and a bill for each row."""
    stores = Stores.open(home)
    [job] = stores.jobs.jobs()
    assert job.state == "done"
    assert job.outcomes == {"answered": ROWS}
    bills = stores.charges.bills(job.id, job.created_at)
    assert sum(charge.requests for charge, _ in bills) == ROWS
    assert sum((bill.total for _, bill in bills), Decimal(0)) == job.billed
    assert [each.answered for each in stores.charges.history("practice")] == [SENT]
    return job


def check_paid_once(service: PracticeService, key: str) -> None:
    """By the account of the service, every row was bought, and none twice."""
    ledger = service.ledger(key)
    paid = (ledger.requests, ledger.ids_again, ledger.params_again, ledger.messages)
    assert paid == (SENT, 0, 0, 0), key


@pytest.fixture
def tally(record_property: Tally) -> Tally:
    """Say at the end of the run what was counted, by the name of what was to be shown."""

    def say(name: str, counted: str) -> None:
        record_property(COUNTED, f"{name}: {counted}")

    return say
