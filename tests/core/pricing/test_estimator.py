"""An estimate is held against the bill of jobs whose true tokens are known."""

import random
from collections.abc import Callable
from dataclasses import fields, replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from claude_batch_desk.core.errors import PriceError
from claude_batch_desk.core.pricing.estimate import Range
from claude_batch_desk.core.pricing.estimator import describe, estimate
from claude_batch_desk.core.pricing.guess import Guess, guess_answer, thinks
from claude_batch_desk.core.pricing.usage import Usage
from claude_batch_desk.core.pricing.workload import Measured
from claude_batch_desk.core.prompts.fields import OutputField
from claude_batch_desk.core.prompts.recipe import Recipe
from claude_batch_desk.core.quality.sampling import random_rows
from tests.core.pricing.jobs import (
    BOOK,
    FIXED_TOKENS,
    LABEL,
    TEXT,
    TrueJob,
    about_the_cliff,
    denser_if_longer,
    heavy_tail,
    labels,
    texts,
    thoughts,
    tickets,
)

Row = Callable[[random.Random], tuple[int, int]]
Words = Callable[[random.Random], int]
NOTHING = Measured()
MODELS = ["claude-haiku-5-5", "claude-opus-5-5", "claude-sonnet-4-5", "claude-fable-5-2"]


def job_of(model: str, row: Row, answer: Words, recipe: Recipe, rows: int) -> TrueJob:
    rnd = random.Random(20)  # noqa: S311 - no secret
    prompts = [row(rnd) for _ in range(rows)]
    usages = [Usage(input=FIXED_TOKENS + said, output=answer(rnd)) for _, said in prompts]
    longest = 4_000 if thinks(recipe, TrueJob(model, recipe, 1, (), ()).workload().model) else 1_500
    return TrueJob(model, recipe, longest, [size for size, _ in prompts], usages)


def same(model: str, prompt: int, output: int, rows: int) -> TrueJob:
    """Rows that all have so many input tokens, a byte each beside the fixed part."""
    usage = Usage(input=prompt, output=output)
    return TrueJob(model, LABEL, output, [prompt - FIXED_TOKENS] * rows, [usage] * rows)


def held(job: TrueJob, count: int, tries: int, times: int = 60) -> float:
    """How often the range holds the bill, over so many ways to sample."""
    inside = 0
    for seed in range(times):
        tried = random_rows(len(job.sizes), tries, seed)
        guessed = estimate(job.workload(), job.measured(count, tried, seed), BOOK)
        bill = job.bill("batch", tried)
        assert bill <= guessed.batch.ceiling
        inside += guessed.batch.low <= bill <= guessed.batch.high
    return inside / times


@pytest.mark.parametrize(
    ("model", "row", "answer", "recipe"),
    [
        ("claude-haiku-5-5", tickets, labels, LABEL),
        ("claude-haiku-5-5", tickets, texts, TEXT),
        ("claude-haiku-5-5", heavy_tail, labels, LABEL),
        ("claude-haiku-5-5", denser_if_longer, labels, LABEL),
        ("claude-haiku-5-5", about_the_cliff, labels, LABEL),
        ("claude-opus-5-5", tickets, thoughts, LABEL),
    ],
)
@pytest.mark.parametrize(("count", "tries"), [(20, 5), (50, 5), (50, 20)])
def test_the_range_holds_the_bill_about_as_often_as_it_says(
    model: str, row: Row, answer: Words, recipe: Recipe, count: int, tries: int
) -> None:
    job = job_of(model, row, answer, recipe, 800)
    # 95 % promised; 52 of 60 is what chance alone still allows that promise (1 in 100).
    assert held(job, count, tries) >= 52 / 60


def test_more_tried_rows_make_a_narrower_range() -> None:
    job = job_of("claude-haiku-5-5", tickets, texts, TEXT, 2_000)
    widths = []
    for tries in (3, 10, 50):
        guessed = estimate(job.workload(), job.measured(50, range(tries)), BOOK).batch
        widths.append(guessed.high - guessed.low)
    assert widths[0] > widths[1] > widths[2]


def test_without_measurements_the_range_is_wide_and_still_holds_the_bill() -> None:
    job = job_of("claude-haiku-5-5", tickets, labels, LABEL, 500)
    rough = estimate(job.workload(None), NOTHING, BOOK)
    fine = estimate(job.workload(), job.measured(50, range(20)), BOOK)
    assert rough.batch.low < job.bill("batch") < rough.batch.high
    assert rough.batch.high - rough.batch.low > 5 * (fine.batch.high - fine.batch.low)
    assert (rough.counted, rough.tried) == (0, 0)


def test_with_everything_counted_and_all_answers_alike_the_bill_is_known_closely() -> None:
    job = same("claude-opus-5-5", 1_000, 20, 60)
    guessed = estimate(job.workload(), job.measured(60, range(20)), BOOK)
    assert guessed.batch.expected == job.bill("batch", range(20))
    assert guessed.input_tokens == 40 * 1_000
    assert guessed.output_tokens == 40 * 20


def test_immediate_calls_cost_twice_the_batch() -> None:
    job = job_of("claude-haiku-5-5", tickets, texts, TEXT, 300)
    guessed = estimate(job.workload(), job.measured(20, range(5)), BOOK)
    for part in fields(Range):
        batch, now = getattr(guessed.batch, part.name), getattr(guessed.now, part.name)
        assert isinstance(batch, Decimal)
        assert abs(now - 2 * batch) <= Decimal("3e-9")


def test_small_rows_are_never_priced_as_one_large_request() -> None:
    job = same("claude-haiku-5-5", 1_000, 200, 1_000)
    guessed = estimate(job.workload(), job.measured(1_000, (0, 1, 2)), BOOK)
    # 1,000 x (1,000 x $0.05 + 200 x $0.25) / 1,000,000; from the totals it would be five times that
    assert guessed.batch.expected == job.bill("batch", (0, 1, 2)) == Decimal("0.0997")


@pytest.mark.parametrize(
    ("prompt", "usd"), [(99_999, "0.0104999"), (100_000, "0.0105"), (100_001, "0.0525005")]
)
@pytest.mark.parametrize("counted", [0, 10])
def test_the_price_jumps_right_behind_the_border_of_a_tier(
    prompt: int, usd: str, counted: int
) -> None:
    job = same("claude-haiku-5-5", prompt, 1_000, 10)
    tried = Measured(tried={0: job.usages[0]})
    guessed = estimate(job.workload(), job.measured(10, ()) if counted else tried, BOOK)
    spent_on_input = guessed.now.expected - _output(guessed.output_tokens, prompt > 100_000)
    assert spent_on_input == 10 * (Decimal(usd) - _output(1_000, prompt > 100_000))


def _output(tokens: int, dear: bool) -> Decimal:
    return tokens * Decimal("2.5" if dear else "0.5") / 1_000_000


def test_rows_on_both_sides_of_the_border_bill_each_at_their_own_tier() -> None:
    usages = [Usage(input=tokens, output=100) for tokens in (100_000, 100_001, 50_000)]
    sizes = [usage.input - FIXED_TOKENS for usage in usages]
    job = TrueJob("claude-haiku-5-5", LABEL, 100, sizes, usages)
    tried = Measured(counted=job.measured(3, ()).counted, tried={0: usages[0]})
    assert estimate(job.workload(), tried, BOOK).now.expected == job.bill("now")


@settings(max_examples=60, deadline=None)  # the price table loads in the first
@given(
    model=st.sampled_from(MODELS),
    prompts=st.lists(
        st.tuples(st.integers(1, 250_000), st.floats(0, 1), st.floats(0, 1)),
        min_size=1,
        max_size=30,
    ),
    count=st.integers(0, 30),
    tries=st.integers(0, 10),
    counted_fixed=st.booleans(),
)
def test_no_job_can_cost_more_than_the_ceiling(
    model: str,
    prompts: list[tuple[int, float, float]],
    count: int,
    tries: int,
    counted_fixed: bool,
) -> None:
    usages = [
        Usage(input=min(FIXED_TOKENS + round(size * dense), 200_000), output=round(500 * long))
        for size, dense, long in prompts
    ]
    job = TrueJob(model, TEXT, 500, [size for size, _, _ in prompts], usages)
    tried = random_rows(len(prompts), tries, 0)
    work = job.workload(FIXED_TOKENS if counted_fixed else None)
    guessed = estimate(work, job.measured(count, tried), BOOK)
    for way in (guessed.batch, guessed.now):
        assert 0 <= way.low <= way.expected <= way.high <= way.ceiling
    assert job.bill("batch", tried) <= guessed.batch.ceiling
    assert job.bill("now", tried) <= guessed.now.ceiling


def test_the_ceiling_is_every_answer_at_its_limit_and_a_token_for_every_byte() -> None:
    job = TrueJob("claude-opus-5-5", TEXT, 1_000, [500, 700], ())
    guessed = estimate(job.workload(), NOTHING, BOOK)
    prompts = 500 + 700 + 2 * (FIXED_TOKENS + 64)
    assert guessed.now.ceiling == (prompts * Decimal(4) + 2_000 * Decimal(20)) / 1_000_000


def test_a_prompt_beyond_the_model_s_context_bounds_the_ceiling() -> None:
    job = TrueJob("claude-haiku-4-5", TEXT, 1_000, [900_000, 100], ())
    guessed = estimate(job.workload(), NOTHING, BOOK)
    prompts = 200_000 + 100 + FIXED_TOKENS + 64
    assert guessed.now.ceiling == (prompts * Decimal(1) + 2_000 * Decimal(5)) / 1_000_000


def test_answered_requests_are_not_paid_again() -> None:
    job = same("claude-opus-5-5", 1_000, 20, 5)
    guessed = estimate(job.workload(), job.measured(5, range(5)), BOOK)
    assert guessed.batch == Range(*[Decimal(0)] * 4)
    assert (guessed.requests, guessed.already_answered) == (5, 5)


def test_a_table_without_rows_costs_nothing() -> None:
    job = TrueJob("claude-opus-5-5", TEXT, 1_000, [], [])
    assert estimate(job.workload(), NOTHING, BOOK).now == Range(*[Decimal(0)] * 4)


def test_identical_answers_by_chance_do_not_make_a_promise() -> None:
    job = same("claude-opus-5-5", 1_000, 20, 400)
    work = replace(job.workload(), max_tokens=4_000)
    guessed = estimate(work, job.measured(50, range(5)), BOOK)
    assert guessed.batch.high > guessed.batch.expected * Decimal("1.5")


def relative_width(job: TrueJob, measured: Measured) -> Decimal:
    guessed = estimate(job.workload(), measured, BOOK).batch
    return (guessed.high - guessed.low) / guessed.expected


def test_identical_counts_by_chance_do_not_make_a_promise_either() -> None:
    job = same("claude-opus-5-5", 100_000, 1, 400)
    few = relative_width(job, Measured(counted=dict.fromkeys(range(3), 100_000)))
    many = relative_width(job, Measured(counted=dict.fromkeys(range(300), 100_000)))
    assert few > Decimal("0.2")
    assert many < Decimal("0.02")


def test_a_handful_of_rows_left_may_differ_more_than_the_average_of_many() -> None:
    few, many = (same("claude-opus-5-5", 301, 100, rows) for rows in (21, 2_000))
    usages = {at: Usage(input=301, output=50 + 5 * at) for at in range(20)}
    tried = Measured(tried=usages, answered=range(20))
    assert relative_width(few, tried) > 2 * relative_width(many, tried)


def test_input_seen_in_a_trial_only_is_trusted_less_than_counted_input() -> None:
    job = same("claude-opus-5-5", 100_000, 1, 400)
    usages = dict.fromkeys(range(50), job.usages[0])
    counted = Measured(counted=dict.fromkeys(range(50), 100_000), tried=usages)
    assert relative_width(job, Measured(tried=usages)) > 3 * relative_width(job, counted)


def test_rows_around_the_border_of_a_tier_are_right_on_average() -> None:
    rnd = random.Random(5)  # noqa: S311 - no secret
    # Every prompt has 240,000 bytes and on average 96,000 tokens; two of five are beyond 100,000.
    dense = [rnd.choice([0.32, 0.36, 0.40, 0.44, 0.48]) for _ in range(600)]
    usages = [Usage(input=FIXED_TOKENS + round(240_000 * one), output=20) for one in dense]
    job = TrueJob("claude-haiku-5-5", LABEL, 20, [240_000] * 600, usages)
    expected = [
        estimate(job.workload(), job.measured(45, (), seed), BOOK).batch.expected
        for seed in range(40)
    ]
    average = sum(expected, Decimal(0)) / 40
    assert abs(average / job.bill("batch") - 1) < Decimal("0.06")


def test_a_trial_in_the_united_states_raises_the_whole_estimate() -> None:
    job = same("claude-opus-5-5", 1_000, 20, 50)
    dear = replace(job.usages[0], us_only=True)
    plain = estimate(job.workload(), job.measured(50, (0, 1)), BOOK).batch
    raised = replace(job.measured(50, (0, 1)), tried={0: dear, 1: dear})
    us_only = estimate(job.workload(), raised, BOOK).batch
    assert us_only.expected == plain.expected * Decimal("1.1")
    assert us_only.ceiling == plain.ceiling * Decimal("1.1")


def test_a_model_without_a_price_has_no_estimate() -> None:
    job = TrueJob("claude-mythos-5-1", TEXT, 1_000, [10], ())
    with pytest.raises(PriceError, match="claude-mythos-5-1"):
        estimate(job.workload(), NOTHING, BOOK)


@pytest.mark.parametrize(
    ("count", "tries", "said"),
    [
        (0, 0, "Input estimated from its length, answers guessed from the answer columns. The"),
        (20, 0, "Input counted by the service on 20 rows of 80, answers guessed"),
        (20, 5, "Input counted by the service on 20 rows of 80, answers measured on 5 rows. In 95"),
        (0, 1, "Input counted by the service on 1 row of 80, answers measured on 1 row."),
        (80, 5, "Input counted by the service on every row, answers measured on 5 rows."),
    ],
)
def test_the_estimate_says_what_it_rests_on(count: int, tries: int, said: str) -> None:
    job = same("claude-opus-5-5", 1_000, 20, 80)
    described = describe(estimate(job.workload(), job.measured(count, range(tries)), BOOK))
    assert described.startswith(said)
    assert described.endswith(f"Prices: {BOOK.date}.")


def test_a_model_that_cannot_be_told_not_to_think_is_guessed_to_think() -> None:
    opus = same("claude-opus-5-5", 1_000, 20, 1).workload().model
    haiku = same("claude-haiku-5-5", 1_000, 20, 1).workload().model
    old = same("claude-haiku-4-5", 1_000, 20, 1).workload().model
    assert thinks(LABEL, opus)
    assert not thinks(LABEL, haiku)
    assert thinks(replace(LABEL, thinking=True), haiku)
    assert not thinks(replace(LABEL, thinking=True), old)
    assert guess_answer(LABEL, haiku) == Guess(6, 12, 30)
    assert guess_answer(LABEL, opus).expected > 1_000
    assert guess_answer(replace(LABEL, effort="low"), opus).expected < 200
    assert guess_answer(Recipe(), haiku).high == 2_000


def test_a_column_that_may_be_left_empty_may_take_next_to_nothing() -> None:
    haiku = same("claude-haiku-5-5", 1_000, 20, 1).workload().model
    text = OutputField("Drug", companions=("quote",))
    open_text = replace(text, may_be_unknown=True)
    needed, empty = (guess_answer(Recipe(fields=(each,)), haiku) for each in (text, open_text))
    assert empty.low < needed.low / 2
    assert (empty.expected, empty.high) == (needed.expected, needed.high)
