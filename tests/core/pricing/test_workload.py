"""Which requests are worth counting."""

import random
from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claude_batch_desk.core.pricing.usage import Usage
from claude_batch_desk.core.pricing.workload import Measured, certain, sample_for_counting
from tests.core.pricing.jobs import LABEL, TrueJob

USAGE = Usage(input=340)
some_sizes = st.lists(st.integers(0, 5_000), max_size=200)


@given(sizes=some_sizes, n=st.integers(1, 60), seed=st.integers(0, 1_000))
def test_a_sample_is_distinct_sorted_and_as_large_as_asked(
    sizes: list[int], n: int, seed: int
) -> None:
    chosen = sample_for_counting(sizes, n, seed)
    assert chosen == sorted(set(chosen))
    assert all(0 <= at < len(sizes) for at in chosen)
    if sum(size > 0 for size in sizes) >= n or len(sizes) <= n:
        assert len(chosen) == min(n, len(sizes))


@given(sizes=st.lists(st.integers(0, 5_000), min_size=1), n=st.integers(1, 60), seed=st.integers())
def test_the_longest_request_is_always_counted(sizes: list[int], n: int, seed: int) -> None:
    chosen = sample_for_counting(sizes, n, seed)
    assert max(sizes) == max(sizes[at] for at in chosen)


@given(sizes=some_sizes, n=st.integers(1, 60), seed=st.integers(0, 1_000))
def test_what_a_sample_must_contain_is_in_every_sample(sizes: list[int], n: int, seed: int) -> None:
    assert set(certain(sizes, n)) <= set(sample_for_counting(sizes, n, seed))


def test_the_same_seed_counts_the_same_requests() -> None:
    rnd = random.Random(4)  # noqa: S311 - no secret
    sizes = array("L", [rnd.randint(1, 900) for _ in range(500)])
    assert sample_for_counting(sizes, 20, 3) == sample_for_counting(sizes, 20, 3)
    assert sample_for_counting(sizes, 20, 3) != sample_for_counting(sizes, 20, 4)


def test_a_request_is_counted_as_often_as_its_size_says() -> None:
    sizes = [100] * 30 + [300] * 10 + [301]
    times = [0] * len(sizes)
    rounds = 4_000
    for seed in range(rounds):
        for at in sample_for_counting(sizes, 8, seed):
            times[at] += 1
    short, long = sum(times[:30]) / 30, sum(times[30:40]) / 10
    assert times[40] == rounds
    assert long / short == pytest.approx(3, rel=0.1)
    assert short / rounds == pytest.approx(7 * 100 / 6_000, rel=0.1)


def test_a_table_with_a_rhythm_does_not_fool_the_sample() -> None:
    sizes = [100] * 1_000
    every_tenth = [
        sum(at % 10 == 0 for at in sample_for_counting(sizes, 101, seed)) for seed in range(50)
    ]
    assert all(0 < hits < 30 for hits in every_tenth)


def test_requests_that_dwarf_the_rest_are_settled_by_their_own_count() -> None:
    sizes = [90_000, 50_000, *[100] * 400]
    work = TrueJob("claude-opus-5-5", LABEL, 300, sizes, ()).workload()
    assert sorted(certain(sizes, 20)) == [0, 1]
    measured = TrueJob("claude-opus-5-5", LABEL, 300, sizes, [USAGE] * 402).measured(20, ())
    assert measured.settled(work) == {0, 1}


def test_once_every_request_is_counted_all_are_settled() -> None:
    sizes = [100] * 30
    job = TrueJob("claude-opus-5-5", LABEL, 300, sizes, [USAGE] * 30)
    assert job.measured(30, ()).settled(job.workload()) == set(range(30))
    assert job.measured(30, (3, 4)).settled(job.workload()) == set(range(30)) - {3, 4}


def test_of_a_sample_counted_in_part_only_its_own_certain_ones_are_settled() -> None:
    sizes = [90_000, 50_000, *[100 + at for at in range(400)]]
    work = TrueJob("claude-opus-5-5", LABEL, 300, sizes, ()).workload()
    some = dict.fromkeys([0, 401, 5, 6], 340)
    assert Measured(counted=some, sample=20).settled(work) == {0}
    assert 401 in Measured(counted=some, sample=400).settled(work)
