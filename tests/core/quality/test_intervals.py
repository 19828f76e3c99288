"""A share comes with an interval that keeps its promise, also for few rows."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claude_batch_desk.core.quality.intervals import Share, Weighed, weighed_share, wilson


@pytest.mark.parametrize(
    ("hits", "rows", "low", "high"),
    [  # worked by hand from the formula; 81 of 263 is the example of Newcombe (1998)
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_the_interval_is_that_of_the_literature(
    hits: int, rows: int, low: float, high: float
) -> None:
    found = Share(hits, rows)
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


def test_without_a_row_nothing_is_known() -> None:
    assert (Share(0, 0).value, Share(0, 0).low, Share(0, 0).high) == (0.0, 0.0, 1.0)
    assert Share(0, 0).more_to_halve == 0


@given(st.integers(1, 5_000), st.data())
def test_the_interval_holds_the_share_and_stays_within_none_and_all(
    rows: int, data: st.DataObject
) -> None:
    hits = data.draw(st.integers(0, rows))
    found = Share(hits, rows)
    assert 0 <= found.low <= found.value <= found.high <= 1
    assert found.low < found.high


@given(st.integers(1, 2_000), st.data())
def test_so_many_more_rows_halve_the_interval_and_one_less_does_not(
    rows: int, data: st.DataObject
) -> None:
    share = Share(data.draw(st.integers(0, rows)), rows)
    more = share.more_to_halve
    wanted = (share.high - share.low) / 2
    low, high = wilson(share.value, rows + more)
    assert high - low <= wanted + 1e-12
    low, high = wilson(share.value, rows + more - 1)
    assert high - low > wanted


def test_halving_takes_about_three_times_as_many_more() -> None:
    assert 2.9 < Share(500, 1_000).more_to_halve / 1_000 < 3.1


@pytest.mark.parametrize("rows", [30, 60, 100, 200])
@pytest.mark.parametrize("true", [0.5, 0.7, 0.8, 0.9, 0.95])
def test_95_of_100_intervals_hold_the_true_share(rows: int, true: float) -> None:
    held = sum(
        math.comb(rows, hits) * true**hits * (1 - true) ** (rows - hits)
        for hits in range(rows + 1)
        if Share(hits, rows).low <= true <= Share(hits, rows).high
    )
    assert held >= 0.92  # exact, by the binomial distribution; it swings about 0.95


def weighed(*weights: float) -> Weighed:
    found = Weighed()
    for each in weights:
        found.add(each)
    return found


def test_equal_weights_make_no_difference() -> None:
    assert weighed_share(weighed(*[0.7] * 45), weighed(*[0.7] * 50)) == Share(45, 50)
    assert weighed_share(Weighed(), Weighed()) == Share(0, 0)


def test_rows_count_by_how_many_others_they_stand_for() -> None:
    # 10 rows that stand for one each are wrong, 10 that stand for three each are right.
    found = weighed_share(weighed(*[3.0] * 10), weighed(*[3.0] * 10, *[1.0] * 10))
    assert (found.hits, found.rows, found.value) == (10, 20, 0.75)
    assert found.worth == pytest.approx(40**2 / 100)  # 16 of 20
    assert (found.low, found.high) == wilson(0.75, 16)
    low, high = wilson(0.75, (20 + found.more_to_halve) * 0.8)
    assert high - low <= (found.high - found.low) / 2
