"""Input tokens of rows nobody has counted, from those that were, by the kinds of their bytes."""

import random
from array import array
from collections.abc import Callable
from dataclasses import replace
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from claude_batch_desk.core.pricing.estimator import estimate
from claude_batch_desk.core.pricing.tokens import InputRate, factors, input_rate, learn
from claude_batch_desk.core.pricing.workload import (
    Learned,
    Measured,
    Workload,
    sample_for_counting,
)
from tests.core.pricing.jobs import BOOK, FIXED_BYTES, FIXED_TOKENS
from tests.core.pricing.populations import TEXTS, Known, known_job


def rate_of(work: Workload, measured: Measured) -> InputRate:
    return input_rate(work, measured, measured.settled(work).union(measured.answered))


def total(rate: InputRate, rows: int) -> float:
    """Input tokens of all rows, as expected."""
    return rows * rate.base + rate.expected * (sum(rate.sizes) + rows * rate.pad)


def without_kinds(work: Workload) -> Workload:
    return replace(work, wide=(), marks=())


@cache
def a_job(kind: str) -> Known:
    return known_job(kind, "a label", 5, rows=2_000)


@pytest.mark.parametrize("kind", ["tickets, 7 languages", "records with numbers", "source code"])
def test_the_kinds_of_characters_make_the_range_narrower(kind: str) -> None:
    job = a_job(kind)
    measured = job.measured(200, 0, 1)
    plain = rate_of(without_kinds(job.work), measured)
    assert rate_of(job.work, measured).spread < 0.8 * plain.spread


@pytest.mark.parametrize("kind", [*TEXTS])
def test_tokens_are_right_on_average_over_many_samples(kind: str) -> None:
    job = a_job(kind)
    truth = sum(usage.prompt for usage in job.usages)
    found = [
        total(rate_of(job.work, job.measured(200, 0, seed)), len(job.usages)) for seed in range(30)
    ]
    assert sum(found) / len(found) == pytest.approx(truth, rel=0.01)


def test_with_fewer_than_a_hundred_counts_the_plain_ratio_is_trusted() -> None:
    job = a_job("records with numbers")
    measured = job.measured(60, 0, 1)
    plain = rate_of(without_kinds(job.work), measured)
    assert rate_of(job.work, measured).expected == plain.expected
    assert rate_of(job.work, measured).sizes is job.work.sizes


def test_a_kind_that_no_counted_text_has_changes_nothing() -> None:
    job = a_job("survey answers")
    odd = replace(job.work, wide=array("I", [0] * 1_999 + [job.work.sizes[-1]]))
    measured = job.measured(200, 0, 1)
    counted = {at: tokens for at, tokens in measured.counted.items() if at != 1_999}
    assert total(rate_of(odd, replace(measured, counted=counted)), 2_000) == pytest.approx(
        total(rate_of(job.work, replace(measured, counted=counted)), 2_000), rel=0.001
    )


def test_a_sample_of_other_texts_than_the_rest_is_trusted_less() -> None:
    sizes, rnd = [300] * 1_000, random.Random(2)  # noqa: S311 - no secret
    marks = [rnd.randint(0, 60) for _ in range(500)] + [rnd.randint(200, 280) for _ in range(500)]
    tokens = {
        at: FIXED_TOKENS + int((70 + each / 2) * rnd.uniform(0.8, 1.2))
        for at, each in enumerate(marks)
    }
    work = replace(a_job("survey answers").work, sizes=sizes, marks=marks, wide=[0] * 1_000)

    def spread(counted: range) -> float:
        measured = Measured(counted={at: tokens[at] for at in counted}, sample=1)
        return input_rate(work, measured, {*counted}).spread

    assert spread(range(150)) > 1.5 * spread(range(425, 575))


def test_no_text_is_expected_to_have_less_than_nothing() -> None:
    rnd = random.Random(3)  # noqa: S311 - no secret
    sizes = [rnd.randint(50, 500) for _ in range(400)]
    marks = [round(size * rnd.choice([0, 0.9])) for size in sizes]
    tokens = {at: FIXED_TOKENS + max(size - marks[at] - 20, 0) for at, size in enumerate(sizes)}
    work = a_job("survey answers").work
    work = replace(work, sizes=sizes, marks=marks, wide=[0] * 400)
    measured = Measured(counted={at: tokens[at] for at in range(200)}, sample=200)
    assert min(rate_of(work, measured).sizes) >= 0


LEARNED = Learned(0.30, 0.02, FIXED_TOKENS, FIXED_BYTES, 200)


def soon(changed: Callable[[Workload], Workload] = lambda work: work) -> InputRate:
    """Of a prompt that was changed, and nothing of it counted."""
    work = replace(a_job("survey answers").work, fixed_tokens=None, learned=LEARNED)
    return rate_of(changed(work), Measured())


def test_what_was_learned_stands_in_until_the_prompt_is_counted() -> None:
    rate = soon()
    assert (rate.base, rate.pad, rate.expected, rate.earlier) == (FIXED_TOKENS, 0, 0.30, 200)
    assert rate.spread > 0.1 > LEARNED.spread


def test_longer_instructions_are_reckoned_with_before_they_are_counted() -> None:
    longer = soon(lambda work: replace(work, fixed_bytes=FIXED_BYTES + 1_000))
    assert longer.base == FIXED_TOKENS + 300


def test_counts_of_the_prompt_itself_go_before_what_was_learned() -> None:
    job = a_job("survey answers")
    work = replace(job.work, learned=LEARNED)
    assert rate_of(work, job.measured(40, 0, 1)).earlier == 0
    few = replace(job.measured(40, 0, 1), counted=dict.fromkeys(range(5), 400))
    assert rate_of(work, few).earlier == 200


def test_a_job_counted_as_a_whole_has_nothing_to_learn_from_earlier() -> None:
    job = known_job("survey answers", "a label", 5, rows=6)
    work = replace(job.work, learned=LEARNED)
    assert estimate(work, job.measured(200, 0, 1), BOOK).counted_earlier == 0


def test_what_counts_teach_is_the_rate_they_found() -> None:
    job = a_job("tickets, 7 languages")
    measured = job.measured(200, 0, 1)
    learned = learn(job.work, measured)
    assert learned is not None
    own = sum(usage.prompt - FIXED_TOKENS for usage in job.usages)
    assert learned.tokens_per_byte == pytest.approx(own / sum(job.work.sizes), rel=0.1)
    assert learned.counted == 200


@pytest.mark.parametrize("counted", [0, 5])
def test_too_few_counts_teach_nothing(counted: int) -> None:
    job = a_job("survey answers")
    assert learn(job.work, job.measured(counted, 0, 1)) is None


def test_what_was_learned_is_not_learned_again() -> None:
    job = a_job("survey answers")
    assert learn(replace(job.work, learned=LEARNED), Measured()) is None


def test_the_factors_of_single_texts_average_to_one() -> None:
    found = factors(random.Random(1).lognormvariate(0, 0.3) for _ in range(200))  # noqa: S311
    assert sum(found) / len(found) == pytest.approx(1)
    assert len(found) == 9


texts = st.tuples(st.integers(1, 4_000), st.floats(0, 1), st.floats(0, 1), st.floats(0, 1))


@settings(max_examples=40, deadline=None)  # the price table loads in the first
@given(drawn=st.lists(texts, min_size=120, max_size=300), counted=st.integers(100, 300))
def test_whatever_texts_are_made_of_the_amounts_are_in_order_and_bounded(
    drawn: list[tuple[int, float, float, float]], counted: int
) -> None:
    sizes = [size for size, *_ in drawn]
    wide = [int(size * share) for size, share, *_ in drawn]
    marks = [
        int((size - others) * each[2])
        for size, others, each in zip(sizes, wide, drawn, strict=True)
    ]
    tokens = [FIXED_TOKENS + int(each[0] * each[3]) for each in drawn]
    work = replace(a_job("survey answers").work, sizes=sizes, wide=wide, marks=marks)
    chosen = sample_for_counting(sizes, counted, 1)
    measured = Measured(counted={at: tokens[at] for at in chosen}, sample=counted)
    amount = estimate(work, measured, BOOK).batch
    assert 0 <= amount.low <= amount.expected <= amount.high <= amount.ceiling
    assert not rate_of(work, measured).earlier
