import random
from collections import Counter
from collections.abc import Sequence
from itertools import islice
from statistics import fmean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claude_batch_desk.core.quality.sampling import (
    Candidates,
    Pick,
    longest,
    random_places,
    random_rows,
    spread,
)
from claude_batch_desk.core.report import Cancelled


@given(total=st.integers(0, 3_000), n=st.integers(0, 300), seed=st.integers())
def test_random_rows_are_distinct_sorted_and_of_the_table(total: int, n: int, seed: int) -> None:
    rows = random_rows(total, n, seed)
    assert rows == sorted(set(rows))
    assert len(rows) == min(n, total)
    assert all(0 <= row < total for row in rows)


def test_the_same_seed_gives_the_same_rows() -> None:
    assert random_rows(1_000_000, 20, 7) == random_rows(1_000_000, 20, 7)
    assert random_rows(1_000_000, 20, 7) != random_rows(1_000_000, 20, 8)


def test_the_rows_of_a_seed_stay_what_they_were_in_earlier_versions() -> None:
    assert random_rows(100, 5, 0) == [5, 33, 49, 53, 97]


def test_every_row_is_equally_likely() -> None:
    drawn = [0] * 10
    for seed in range(2_000):
        for row in random_rows(10, 3, seed):
            drawn[row] += 1
    assert all(500 < times < 700 for times in drawn)


@given(total=st.integers(0, 3_000), n=st.integers(0, 300), seed=st.integers())
def test_the_rows_are_those_of_the_standard_library(total: int, n: int, seed: int) -> None:
    drawn = random.Random(seed).sample(range(total), min(n, total))  # noqa: S311 - no secret
    assert random_rows(total, n, seed) == sorted(drawn)


def test_a_cancel_is_heard_while_many_rows_are_drawn() -> None:
    def stop(done: int, total: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        random_rows(1_000_000, 500_000, 1, stop)


def candidates(sizes: Sequence[int], groups: Sequence[str] = ()) -> Candidates:
    """Rows 100, 101, and so on."""
    return Candidates(range(100, 100 + len(sizes)), sizes, groups)


@given(total=st.integers(0, 400), n=st.integers(0, 50), seed=st.integers())
def test_a_random_order_made_on_the_way_has_every_place_once(total: int, n: int, seed: int) -> None:
    assert sorted(random_places(total, seed)) == list(range(total))
    first = list(islice(random_places(total, seed), n))
    assert first == list(random_places(total, seed))[:n]


def test_every_place_is_equally_likely_to_come_first() -> None:
    first = Counter(next(random_places(5, seed)) for seed in range(2_000))
    assert all(330 < first[place] < 470 for place in range(5))


def test_the_longest_rows_come_first_and_stand_for_themselves() -> None:
    picks = longest(candidates([5, 9, 2, 9]), 3)
    assert picks == [Pick(101, None), Pick(103, None), Pick(100, None)]


def test_spread_rows_are_from_short_to_long() -> None:
    picks = spread(candidates(range(100)), 4, 1)
    assert [(pick.row - 100) // 25 for pick in picks] == [0, 1, 2, 3]
    assert [pick.weight for pick in picks] == [1, 1, 1, 1]


def test_every_value_of_a_column_is_there_and_weighs_what_it_stands_for() -> None:
    groups = ["common"] * 96 + ["rare"] * 3 + ["single"]
    picks = spread(candidates([1] * 100, groups), 5, 1)
    drawn = {groups[pick.row - 100]: pick.weight for pick in picks}
    assert Counter(groups[pick.row - 100] for pick in picks) == {
        "common": 3,
        "rare": 1,
        "single": 1,
    }
    assert drawn == {"common": pytest.approx(1.6), "rare": 0.15, "single": 0.05}


def test_of_more_values_than_rows_the_rare_ones_share() -> None:
    groups = ["a"] * 50 + ["b"] * 30 + [f"rare {number}" for number in range(20)]
    picks = spread(candidates([1] * 100, groups), 3, 1)
    assert [groups[pick.row - 100][:4] for pick in picks] == ["a", "b", "rare"]


@given(
    groups=st.lists(st.sampled_from("abcdefgh"), max_size=60),
    n=st.integers(0, 70),
    seed=st.integers(),
)
def test_spread_rows_are_distinct_and_their_weights_add_up(
    groups: list[str], n: int, seed: int
) -> None:
    picks = spread(candidates([len(each) for each in groups], groups), n, seed)
    assert len({pick.row for pick in picks}) == len(picks) == min(n, len(groups))
    assert sum(pick.weight or 0 for pick in picks) == pytest.approx(len(picks))


def test_the_mean_of_spread_rows_by_their_weights_is_that_of_all_on_average() -> None:
    sizes = [number**2 for number in range(60)]
    groups = ["few" if number % 10 == 0 else "many" for number in range(60)]
    means = []
    for seed in range(400):
        picks = spread(candidates(sizes, groups), 6, seed)
        means.append(sum((pick.weight or 0) * sizes[pick.row - 100] for pick in picks) / 6)
    assert fmean(means) == pytest.approx(fmean(sizes), rel=0.03)
