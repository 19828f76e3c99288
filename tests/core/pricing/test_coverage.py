"""The range of an estimate is held against the bills of many kinds of jobs; see tests/bench."""

import statistics

import pytest

from claude_batch_desk.core.quality.sampling import How
from tests.core.pricing.populations import Outcome, held, jobs_of_all_kinds

_KINDS = 49


@pytest.fixture(scope="module")
def outcomes() -> list[Outcome]:
    return [held(kind, kind.draw()) for kind in jobs_of_all_kinds(4 * _KINDS)]


def test_at_least_93_of_100_bills_lie_in_the_range(outcomes: list[Outcome]) -> None:
    assert statistics.fmean(each.inside for each in outcomes) >= 0.93


def test_hardly_any_bill_is_above_the_range(outcomes: list[Outcome]) -> None:
    assert statistics.fmean(each.above for each in outcomes) <= 0.04


def test_no_bill_is_above_the_ceiling(outcomes: list[Outcome]) -> None:
    assert all(each.under_ceiling for each in outcomes)


def test_the_range_is_narrow_enough_to_decide_by(outcomes: list[Outcome]) -> None:
    assert statistics.median(each.width for each in outcomes) <= 0.10


@pytest.mark.parametrize(("counted", "tried"), [(40, 5), (40, 20), (200, 5), (200, 50)])
@pytest.mark.parametrize("how", ["random", "spread"])
def test_fewer_and_more_measurements_keep_the_promise_too(
    counted: int, tried: int, how: How
) -> None:
    kinds = jobs_of_all_kinds(_KINDS)
    inside = [held(kind, kind.draw(), counted, tried, how).inside for kind in kinds]
    assert statistics.fmean(inside) >= 0.93
