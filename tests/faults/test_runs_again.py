"""Rows are run again: only those that came to nothing are sent, once, wherever the process dies.

The Practice service counts; each run has a key, and so an account, of its own.
"""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from claude_batch_desk.core.jobs.store import Stores
from claude_batch_desk.core.jobs.upkeep.check import check
from claude_batch_desk.core.report import silent
from claude_batch_desk.practice.server import PracticeService
from tests.faults.conftest import ROWS, Run, Tally
from tests.faults.steps import KILLED

HomeOf = Callable[[object], Path]
pytestmark = pytest.mark.timeout(600)  # a process dies and another starts some dozen times


@pytest.fixture
def expired(service: PracticeService, prepared: Path, run: Run) -> int:
    """How many rows of the finished job in the prepared folder came to nothing."""
    service.set_faults("expire")
    assert run(prepared, "first") == 0
    service.set_faults()
    [job] = Stores.open(prepared).jobs.jobs()
    return job.outcomes["expired"]


def test_killed_at_every_step_of_a_run_again_only_what_failed_is_sent_and_once(
    expired: int, home_of: HomeOf, service: PracticeService, run: Run, tally: Tally
) -> None:
    # Steps come in pairs, just before and just after: the one before is as the one after the last.
    at, status = -1, KILLED
    while status == KILLED:
        at += 2
        home, key = home_of(at), f"again-{at}"
        status = run(home, key, at, again=True, settle=0.1)
        if status == KILLED:
            assert run(home, key, again=True, settle=0.1) == 0
        ledger = service.ledger(key)
        assert (ledger.requests, ledger.ids_again, ledger.params_again) == (expired, 0, 0), key
        check_handed_over(home, expired)
        shutil.rmtree(home)
    assert status == 0
    assert at > 40
    tally("F12", f"killed at each of {at // 2} steps of a run again: only what failed sent, once")


def check_handed_over(home: Path, expired: int) -> None:
    """Every row is answered, what was replaced is kept, and both are in the bill."""
    stores = Stores.open(home)
    [job] = stores.jobs.jobs()
    assert job.outcomes == {"answered": ROWS}
    [run] = stores.jobs.runs_of(job.id)
    assert (run.state, run.rows, job.runs_again) == ("done", expired, 1)
    earlier = stores.again.earlier(job.id, range(ROWS))
    assert [[each.outcome for each in its] for its in earlier.values()] == [["expired"]] * expired
    paid = stores.charges.paid_for(run.id, run.created_at, trials=True)
    assert paid.requests == expired
    assert check(home, silent).sound
