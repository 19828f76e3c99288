import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claude_batch_desk.core.quality.sampling import random_rows
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
