"""Dying at every step in turn, and a full disk at every step: each row is paid once, none is lost.

The Practice service counts; each run has a key, and so an account, of its own.
"""

import os
import shutil
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.jobs.store import Stores
from claude_batch_desk.core.prompts.recipe import Recipe
from claude_batch_desk.core.prompts.template import Template
from claude_batch_desk.core.report import silent
from claude_batch_desk.core.settings import home_folder
from claude_batch_desk.core.tables.table import ReadOptions
from claude_batch_desk.practice.ledger import Ledger
from claude_batch_desk.practice.server import PracticeService
from claude_batch_desk.session import Session
from tests.faults.crash_driver import HIT, KILLED

MODEL = "claude-haiku-5-5"
ROWS, TRIED = 16, 2
IN_FLIGHT = 6
pytestmark = [
    pytest.mark.skipif(os.name == "nt", reason="forks"),
    pytest.mark.timeout(1_200),  # a process dies and another starts some hundred times
]


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
        session.desk.try_rows(job.id, TRIED, 1, silent)
    return home_folder()


def finished(home: Path) -> Job:
    stores = Stores.open(home)
    [job] = stores.jobs.jobs()
    assert job.state == "done"
    assert job.outcomes == {"answered": ROWS}
    bills = stores.charges.bills(job.id, job.created_at)
    assert sum(charge.requests for charge, _ in bills) == ROWS
    assert sum((bill.total for _, bill in bills), Decimal(0)) == job.billed
    assert [each.answered for each in stores.charges.history("practice")] == [ROWS - TRIED]
    return job


def check_paid_once(ledger: Ledger, at: int) -> None:
    paid = (ledger.requests, ledger.ids_again, ledger.params_again, ledger.messages)
    assert paid == (ROWS - TRIED, 0, 0, 0), f"at step {at}"


def test_killed_at_every_step_of_a_job_each_row_is_paid_once(
    prepared: Path, service: PracticeService, run: Callable[..., int], tmp_path: Path
) -> None:
    at, status = 0, KILLED
    while status == KILLED:
        at += 1
        home = shutil.copytree(prepared, tmp_path / f"home-{at}")
        key = f"killed-{at}"
        status = run(home, key, at)
        if status == KILLED:
            assert run(home, key, 0) == 0
        check_paid_once(service.ledger(key), at)
        finished(home)
        shutil.rmtree(home)
    assert status == 0
    assert at > 40


def test_killed_at_every_step_of_a_job_whose_first_request_goes_alone_each_row_is_paid_once(
    service: PracticeService, run: Callable[..., int], tmp_path: Path
) -> None:
    prompt, instructions = Template("Say {{Text}}"), "Say it well. " * 500
    recipe = Recipe(instructions=instructions, prompt=prompt, model=MODEL)
    prepared = prepare(service, tmp_path, recipe)
    at, status = 0, KILLED
    while status == KILLED:
        at += 1
        home = shutil.copytree(prepared, tmp_path / f"home-{at}")
        key = f"primed-{at}"
        status = run(home, key, at, way="primed")
        if status == KILLED:
            assert run(home, key, 0, way="primed") == 0
        check_paid_once(service.ledger(key), at)
        assert service.ledger(key).batch_tokens.cache_read > 0, f"at step {at}"
        assert [part.requests for part in finished(home).parts] == [1, 6, 6, 1]
        shutil.rmtree(home)
    assert status == 0
    assert at > 50


def test_with_a_full_disk_at_every_step_each_row_is_paid_once(
    prepared: Path, service: PracticeService, run: Callable[..., int], tmp_path: Path
) -> None:
    at, status = 0, HIT
    while status == HIT:
        at += 1
        home = shutil.copytree(prepared, tmp_path / f"home-{at}")
        key = f"full-{at}"
        status = run(home, key, at, "full")
        assert status in (HIT, 0)
        check_paid_once(service.ledger(key), at)
        finished(home)
        shutil.rmtree(home)
    assert at > 20


def test_killed_while_answering_at_once_only_what_was_under_way_is_asked_again(
    prepared: Path, service: PracticeService, run: Callable[..., int], tmp_path: Path
) -> None:
    at, status = 0, KILLED
    while status == KILLED:
        at += 4
        home = shutil.copytree(prepared, tmp_path / f"home-{at}")
        key = f"now-{at}"
        status = run(home, key, at, way="now")
        if status == KILLED:
            assert run(home, key, 0, way="now") == 0
        ledger = service.ledger(key)
        assert ledger.requests == 0
        assert ROWS - TRIED <= ledger.messages <= ROWS - TRIED + IN_FLIGHT
        finished(home)
        shutil.rmtree(home)
    assert status == 0
