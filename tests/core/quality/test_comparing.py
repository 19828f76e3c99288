"""Whether two differ by more than chance is told as the books say, and not more often."""

import random
from itertools import product
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claude_batch_desk.core.quality.comparing import (
    NOISE,
    Paired,
    Stratum,
    accuracy_of,
    gain_interval,
    mean_of,
    sign_test,
)
from claude_batch_desk.core.quality.intervals import wilson


@given(st.integers(0, 30), st.integers(0, 30))
def test_the_chance_is_counted_out_exactly(first: int, second: int) -> None:
    coins = first + second
    ways = sum(
        comb(coins, heads)
        for heads in range(coins + 1)
        if abs(2 * heads - coins) >= abs(first - second)
    )
    assert sign_test(first, second) == pytest.approx(ways / 2**coins)


def test_thousands_of_rows_do_not_overflow() -> None:
    assert sign_test(5_000, 5_000) == 1
    assert 0 < sign_test(4_900, 5_100) < NOISE
    assert sign_test(100, 9_000) < 1e-300


def test_the_example_of_the_documentation() -> None:
    paired = Paired(80, 2, 1)
    assert paired.chance == 1
    assert paired.is_noise
    low, high = paired.gain_range
    assert (round(low, 3), round(high, 3)) == (-0.066, 0.041)


@pytest.mark.parametrize("rows", [20, 60, 200])
@pytest.mark.parametrize(("first", "second"), [(0.1, 0.1), (0.02, 0.05), (0.2, 0.05), (0.0, 0.03)])
def test_the_interval_of_a_gain_holds_it(rows: int, first: float, second: float) -> None:
    """In 95 of 100 cases on the average, and never in fewer than 92: computed over all outcomes."""
    held = 0.0
    for a, b in product(range(rows + 1), repeat=2):
        if a + b > rows:
            continue
        chance = (
            comb(rows, a)
            * comb(rows - a, b)
            * first**a
            * second**b
            * (1 - first - second) ** (rows - a - b)
        )
        if chance > 1e-9:
            low, high = gain_interval(a, b, rows)
            held += chance * (low <= second - first <= high)
    assert held > 0.92


def test_equals_are_not_called_different_too_often() -> None:
    """Of two that are equally good, at most 5 of 100 contests say that one is better."""
    chance = random.Random(7)  # noqa: S311 - no secret
    called = 0
    for _ in range(2_000):
        sides = [chance.choice(["first", "second", "", "", "", ""]) for _ in range(100)]
        called += not Paired(100, sides.count("first"), sides.count("second")).is_noise
    assert called / 2_000 <= NOISE


def test_more_rows_tell_what_few_do_not() -> None:
    paired = Paired(80, 2, 6)
    more = paired.more_to_tell
    whole = 80 + more
    told = Paired(whole, round(2 * whole / 80), round(6 * whole / 80))
    assert not told.is_noise
    assert Paired(80, 3, 3).more_to_tell == 0
    assert Paired(80, 0, 30).more_to_tell == 0


def test_no_row_tells_nothing() -> None:
    assert (Paired(0, 0, 0).gain, Paired(0, 0, 0).gain_range) == (0, (-1, 1))
    assert Paired(0, 0, 0).is_noise


def test_a_mean_has_the_interval_of_student() -> None:
    found = mean_of([1, 2, 3, 4], [1, 1, 1, 1])
    assert found.value == 2.5
    assert found.high - found.value == pytest.approx(3.1824 * (5 / 3) ** 0.5 / 2)
    assert mean_of([7], [2]).low == 7


def test_rows_that_stand_for_more_others_count_for_more() -> None:
    """Of 900 short rows and 100 long ones, ten each were drawn: they are no thousand alike."""
    chance = random.Random(3)  # noqa: S311 - no secret
    held = 0
    for _ in range(400):
        short = [chance.gauss(1, 0.2) for _ in range(10)]
        long = [chance.gauss(9, 2) for _ in range(10)]
        found = mean_of([*short, *long], [1.8] * 10 + [0.2] * 10)
        assert 1.2 < found.value < 2.4
        held += found.low <= 1.8 <= found.high
    assert held / 400 > 0.93


def test_rows_that_were_looked_at_for_being_hard_do_not_count_for_all() -> None:
    hard = Stratum(rows=20, judged=20, right=10)
    easy = Stratum(rows=80, judged=8, right=8)
    found = accuracy_of([hard, easy])
    assert found is not None
    assert found.value == pytest.approx(0.9)
    assert found.low < 0.9 < found.high
    assert accuracy_of([hard, Stratum(80, 0, 0)]) is None


def test_where_all_are_judged_it_is_the_plain_share() -> None:
    found = accuracy_of([Stratum(20, 20, 12), Stratum(30, 30, 30)])
    assert found is not None
    assert found.value == pytest.approx(42 / 50)
    assert (found.low, found.high) == pytest.approx(wilson(42 / 50, 50))


def test_an_accuracy_from_labels_of_hard_rows_is_in_its_range() -> None:
    """80 rows; all on which two differ are labelled, of the others a third."""
    chance = random.Random(11)  # noqa: S311 - no secret
    held = 0
    for _ in range(1_000):
        hard = sum(chance.random() < 0.1 for _ in range(80)) or 1
        easy = 80 - hard
        easy_judged = easy // 3
        found = accuracy_of(
            [
                Stratum(hard, hard, sum(chance.random() < 0.5 for _ in range(hard))),
                Stratum(easy, easy_judged, sum(chance.random() < 0.95 for _ in range(easy_judged))),
            ]
        )
        assert found is not None
        held += found.low <= 0.9 * 0.95 + 0.1 * 0.5 <= found.high
    assert held / 1_000 > 0.93
