"""Dying while a late batch is canceled and its rest asked at once: each row is paid once."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from claude_batch_desk.core.jobs.store import Stores
from claude_batch_desk.practice.server import PracticeService
from tests.faults.conftest import ROWS, SENT, Run, Tally
from tests.faults.steps import KILLED

_SENDING = 20
"""Steps of sending, at which others kill."""
_EVERY = 9
pytestmark = pytest.mark.timeout(600)  # a process dies and another starts some dozens of times


@pytest.fixture
def service(tmp_path: Path) -> Iterator[PracticeService]:
    """One whose batches take long enough to be canceled."""
    with PracticeService(tmp_path / "service", delay=1.5) as running:
        yield running


def check(service: PracticeService, home: Path, key: str) -> None:
    """What the batches answered was not asked again, and only what was under way asked twice."""
    stores, ledger = Stores.open(home), service.ledger(key)
    [job] = stores.jobs.jobs()
    assert job.outcomes == {"answered": ROWS}
    runs = stores.jobs.runs_of(job.id)
    assert len(runs) <= 1
    answered = sum(each.calls for each in ledger.accounts if each.way == "batch")
    unheard = sum(run.unheard for run in runs)
    assert ledger.ids_again == ledger.params_again == 0
    assert SENT <= answered + ledger.messages <= SENT + unheard


def test_killed_while_the_rest_is_moved_each_row_is_paid_once(
    home_of: Callable[[object], Path], service: PracticeService, run: Run, tally: Tally
) -> None:
    at, kills, status = _SENDING, 0, KILLED
    while status == KILLED:
        at, kills = at + _EVERY, kills + 1
        home, key = home_of(at), f"moved-{at}"
        status = run(home, key, at, moved=True)
        if status == KILLED:
            assert run(home, key, moved=True) == 0
        check(service, home, key)
        shutil.rmtree(home)
    assert status == 0
    assert kills > 4
    tally("R1", f"killed {kills - 1} times while a rest was moved: 0 rows paid twice, 0 lost")
