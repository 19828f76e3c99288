"""How fast answers come, and what is done of a job, as it is told while they come."""

from array import array
from decimal import Decimal

import pytest

from claude_batch_desk.core.jobs.plan import DIGEST_BYTES, Plan
from claude_batch_desk.core.jobs.progress import CallsNow, Tally
from claude_batch_desk.core.jobs.timing.meter import Meter


def test_nothing_is_measured_in_the_first_seconds() -> None:
    meter = Meter()
    assert meter.per_second(0, 0.0) is None
    for second in range(5):
        meter.note(second * 3, float(second))
        assert meter.per_second(second * 3, float(second)) is None
    assert meter.per_second(15, 5.0) == 3.0


def test_only_the_last_minute_counts() -> None:
    meter = Meter()
    done = 0
    for second in range(300):
        done += 10 if second < 200 else 1
        meter.note(done, float(second))
    assert meter.per_second(done, 299.0) == pytest.approx(1.0)


def test_a_pause_makes_it_slower() -> None:
    meter = Meter()
    meter.note(0, 0.0)
    meter.note(100, 10.0)
    assert meter.per_second(100, 20.0) == 5.0


def test_what_is_left_follows_from_the_rate() -> None:
    assert CallsNow(100, 700, 8, 2.0).left == 300.0
    assert CallsNow(100, 700, 8, None).left is None
    assert CallsNow(100, 700, 8, 0.0).left is None


def plan(*requests: int) -> Plan:
    rows = array("I", range(len(requests)))
    return Plan(rows, array("I", requests), bytes(DIGEST_BYTES * len(set(requests))))


def test_rows_that_ask_the_same_count_each_and_are_paid_once() -> None:
    tally = Tally(plan(0, 1, 0, 0))
    assert tally.outcomes == {"waiting": 4}
    assert tally.billed is None
    tally.add(0, "answered", Decimal("0.5"))
    assert tally.outcomes == {"answered": 3, "waiting": 1}
    tally.add(1, "errored", Decimal(0))
    assert tally.outcomes == {"answered": 3, "errored": 1}
    assert tally.billed == Decimal("0.5")


def test_a_cost_that_is_not_known_leaves_the_bill_unknown() -> None:
    tally = Tally(plan(0, 1))
    tally.add(0, "answered", None)
    tally.add(1, "answered", Decimal(1))
    assert tally.billed is None
