"""This computer's clock is wrong, or jumps while a job runs: nothing expires by it."""

import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from claude_batch_desk.core.jobs.store import Stores
from claude_batch_desk.practice.server import PracticeService
from tests.faults.conftest import Run, Tally, check_paid_once, finished
from tests.faults.steps import KILLED

HomeOf = Callable[[object], Path]
HOUR, MONTH = 3_600.0, 30 * 86_400.0
TROUBLES = ("not-found-first:20", "drop-after-accept:1", "drop-before-accept:1", "missing-ids:20")
SETTLE = 2.0
"""Seconds: another start of the program may be wrong by one, as replies tell whole seconds."""
EVERY = 7
"""One step in so many is one to die at."""
pytestmark = pytest.mark.timeout(1_200)


@pytest.fixture
def driving() -> str:
    return "tests.faults.jump_driver"


@pytest.mark.parametrize("ahead", [MONTH, -MONTH, HOUR, -HOUR])
@pytest.mark.parametrize("trouble", TROUBLES)
def test_with_a_wrong_clock_nothing_is_given_up_early(
    home_of: HomeOf, service: PracticeService, run: Run, ahead: float, trouble: str
) -> None:
    service.set_faults("late-list:0.2", trouble)
    home = home_of("wrong")
    assert run(home, "wrong", ahead=ahead, settle=SETTLE) == 0
    check_paid_once(service, "wrong")
    finished(home)


def test_a_clock_that_jumps_between_and_during_runs_expires_nothing(
    home_of: HomeOf, service: PracticeService, run: Run, tally: Tally
) -> None:
    service.set_faults("late-list:0.2")
    at, jumps, status = 1, 0, KILLED
    while status == KILLED:
        for ahead, wild in ((MONTH, False), (-MONTH, False), (MONTH, True)):
            home, key = home_of(f"{at}-{jumps}"), f"jump-{at}-{jumps}"
            status = run(home, key, at, ahead=-ahead, wild=wild, settle=SETTLE)
            jumps += 1
            if status == KILLED:
                assert run(home, key, ahead=ahead, wild=wild, settle=SETTLE) == 0
            check_paid_once(service, key)
            finished(home)
            shutil.rmtree(home)
        at += EVERY
    assert status == 0
    tally("R7", f"{jumps} jumps of 30 days and more: 0 wrong expiries, 0 rows paid twice, 0 lost")


@pytest.mark.parametrize("moment", ["2026-11-01T05:59:58+00:00", "2027-03-14T06:59:58+00:00"])
def test_the_night_on_which_the_clock_changes_is_a_night_as_any_other(
    home_of: HomeOf,
    service: PracticeService,
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
    moment: str,
) -> None:
    monkeypatch.setenv("TZ", "America/New_York")
    off = (datetime.fromisoformat(moment) - datetime.now(UTC)).total_seconds()
    home = home_of("night")
    assert run(home, "night", ahead=off) == 0
    check_paid_once(service, "night")
    assert finished(home).ended_at is not None


def test_the_wrong_clock_of_these_tests_is_wrong() -> None:
    script = (
        "from tests.faults.jumping import Clock, disturb; disturb()\n"
        "from datetime import UTC, datetime; Clock.seconds = 86400 * 400\n"
        "print(datetime.now(UTC).isoformat(), isinstance(datetime.now(UTC), datetime))"
    )
    said = subprocess.run(
        [sys.executable, "-c", script], check=True, capture_output=True, text=True
    )
    moment, is_one = said.stdout.split()
    assert is_one == "True"
    assert (datetime.fromisoformat(moment) - datetime.now(UTC)).days in (399, 400)


def test_nothing_of_a_job_is_looked_at_later_than_an_hour_whatever_the_clock_said(
    home_of: HomeOf, service: PracticeService, run: Run
) -> None:
    home = home_of("later")
    assert run(home, "later", 40, ahead=MONTH) == KILLED
    [job] = Stores.open(home).jobs.jobs()
    assert job.next_look is None or (job.next_look - datetime.now(UTC)).total_seconds() <= HOUR
