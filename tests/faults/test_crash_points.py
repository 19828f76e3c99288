"""Dying at every step in turn, and a broken disk at every step: each row is paid once, none lost.

The Practice service counts; each run has a key, and so an account, of its own.
"""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from claude_batch_desk.core.prompts.recipe import Recipe
from claude_batch_desk.core.prompts.template import Template
from claude_batch_desk.practice.server import PracticeService
from tests.faults.conftest import (
    MODEL,
    ROWS,
    SENT,
    Run,
    Tally,
    check_paid_once,
    finished,
    prepare,
)
from tests.faults.steps import HIT, KILLED

IN_FLIGHT = 12
HomeOf = Callable[[object], Path]
pytestmark = pytest.mark.timeout(1_200)  # a process dies and another starts some hundred times


def test_killed_at_every_step_of_a_job_each_row_is_paid_once(
    home_of: HomeOf, service: PracticeService, run: Run, tally: Tally
) -> None:
    at, status = 0, KILLED
    while status == KILLED:
        at += 1
        home, key = home_of(at), f"killed-{at}"
        status = run(home, key, at)
        if status == KILLED:
            assert run(home, key) == 0
        check_paid_once(service, key)
        finished(home)
        shutil.rmtree(home)
    assert status == 0
    assert at > 40
    tally("R1", f"killed at each of {at - 1} steps of a job: 0 rows paid twice, 0 lost")


def test_killed_at_every_step_of_a_job_whose_first_request_goes_alone_each_row_is_paid_once(
    service: PracticeService, run: Run, tmp_path: Path, tally: Tally
) -> None:
    prompt, instructions = Template("Say {{Text}}"), "Say it well. " * 500
    recipe = Recipe(instructions=instructions, prompt=prompt, model=MODEL)
    prepared = prepare(service, tmp_path, recipe)
    at, status = 0, KILLED
    while status == KILLED:
        at += 1
        home = Path(shutil.copytree(prepared, tmp_path / f"home-{at}"))
        key = f"primed-{at}"
        status = run(home, key, at, way="primed")
        if status == KILLED:
            assert run(home, key, way="primed") == 0
        check_paid_once(service, key)
        assert service.ledger(key).batch_tokens.cache_read > 0, key
        assert [part.requests for part in finished(home).parts] == [1, 6, 6, 1]
        shutil.rmtree(home)
    assert status == 0
    assert at > 50
    tally("R1", f"killed at each of {at - 1} steps of a cached job: 0 rows paid twice, 0 lost")


def test_killed_while_a_part_that_is_too_large_is_divided_each_row_is_paid_once(
    home_of: HomeOf, service: PracticeService, run: Run, tally: Tally
) -> None:
    at, status, steps = 12, KILLED, 0  # before, a job is prepared as any other
    while status == KILLED:
        at, steps = at + 7, steps + 1
        home, key = home_of(at), f"divided-{at}"
        service.set_faults("create-413:2")
        status = run(home, key, at)
        if status == KILLED:
            assert run(home, key) == 0
        check_paid_once(service, key)
        assert len(finished(home).parts) > 4
        shutil.rmtree(home)
    assert status == 0
    assert steps > 10
    tally("R1", f"killed at {steps - 1} steps around a division: 0 rows paid twice, 0 lost")


@pytest.mark.parametrize(
    ("trouble", "every"), [("full", 1), ("read-only", 1), ("unwritable", 1), ("unreadable", 1)]
)
def test_with_a_disk_that_fails_at_every_step_each_row_is_paid_once(
    home_of: HomeOf, service: PracticeService, run: Run, tally: Tally, trouble: str, every: int
) -> None:
    at, status, steps = 0, HIT, -1
    while status == HIT:
        at, steps = at + every, steps + 1
        home, key = home_of(at), f"{trouble}-{at}"
        status = run(home, key, at, trouble)
        assert status in (HIT, 0)
        check_paid_once(service, key)
        finished(home)
        shutil.rmtree(home)
    assert steps >= 20
    tally("R4", f"a disk that is {trouble} at each of {steps} steps: 0 rows paid twice, 0 lost")


def test_killed_while_answering_at_once_only_what_was_under_way_is_asked_again(
    home_of: HomeOf, service: PracticeService, run: Run
) -> None:
    at, status = 0, KILLED
    while status == KILLED:
        at += 4
        home, key = home_of(at), f"now-{at}"
        status = run(home, key, at, way="now")
        if status == KILLED:
            assert run(home, key, way="now") == 0
        ledger, job = service.ledger(key), finished(home)
        assert ledger.requests == 0
        assert job.rows == ROWS
        assert job.unheard <= IN_FLIGHT
        assert SENT <= ledger.messages <= SENT + job.unheard
        shutil.rmtree(home)
    assert status == 0
