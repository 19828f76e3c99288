"""kill -9 at random moments, with lost replies and a list that is late: each row is paid once."""

import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from claude_batch_desk.core.service.gateway import Gateway
from claude_batch_desk.core.service.spool import BatchSpool
from claude_batch_desk.practice.server import PracticeService
from tests.faults.conftest import Run, Tally, check_paid_once, finished
from tests.faults.steps import KILLED

KILLS = 200
LATE_LIST = "late-list:0.2"
LOST_REPLY = 0.1
LONGEST = 0.4
"""Seconds; a run that nothing stops takes about as long."""
pytestmark = pytest.mark.timeout(1_200)


def test_200_random_kills_with_lost_replies_and_a_late_list(
    home_of: Callable[[object], Path], service: PracticeService, run: Run, tally: Tally
) -> None:
    chance = random.Random(20_261_123)  # noqa: S311 - no secret
    kills = jobs = lost = 0
    while kills < KILLS:
        jobs += 1
        home, key = home_of(jobs), f"job-{jobs}"
        status = KILLED
        while status == KILLED:
            losing = chance.random() < LOST_REPLY
            service.set_faults(LATE_LIST, *(["drop-after-accept:1"] if losing else []))
            lost += losing
            status = run(home, key, after=chance.uniform(0.05, LONGEST * chance.choice((1, 4))))
            kills += status == KILLED
        check_paid_once(service, key)
        finished(home)
        shutil.rmtree(home)
    assert lost > 0
    tally("R2", f"{kills} random kills of {jobs} jobs, {lost} replies lost, the list 0.2 s late: "
                "0 rows paid twice, 0 lost")  # fmt: skip


def test_the_account_that_is_the_witness_sees_what_is_paid_twice(
    service: PracticeService, tmp_path: Path
) -> None:
    spool = BatchSpool(tmp_path, "deadbeef")
    for number in range(14):
        spool.add(number, b'{"model":"claude-haiku-5-5","max_tokens":9,"messages":[]}')
    spool.close()
    gateway = Gateway("twice", service.base_url)
    for _ in range(2):
        gateway.create_batch(spool.bodies[0].path, 14)
        gateway.batches_after("")
    gateway.close()
    assert service.ledger("twice").ids_again == 14
    with pytest.raises(AssertionError, match="twice"):
        check_paid_once(service, "twice")
