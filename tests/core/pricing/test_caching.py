"""Batches with cached instructions: offered or not, by how much, and within which range."""

import random
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claude_batch_desk.core.catalogue import bundled_models
from claude_batch_desk.core.errors import RecipeError
from claude_batch_desk.core.pricing.caching import (
    CacheUse,
    Caching,
    Prefix,
    break_even,
    caching_of,
    hits,
    surcharge,
)
from claude_batch_desk.core.pricing.estimate import Estimate
from claude_batch_desk.core.pricing.estimator import estimate
from claude_batch_desk.core.pricing.usage import Usage
from claude_batch_desk.core.pricing.workload import Measured
from claude_batch_desk.core.prompts.caching import TTLS, Ttl
from claude_batch_desk.core.quality.sampling import random_rows
from claude_batch_desk.core.resources import resource_path
from tests.core.pricing.jobs import BOOK, FIXED_TOKENS, LABEL, TrueJob, labels, tickets

OPUS, HAIKU, OLD_HAIKU = "claude-opus-5-5", "claude-haiku-5-5", "claude-haiku-4-5"
INSTRUCTIONS = 6_000
"""Tokens."""


def judged(model: str, prefix: Prefix, requests: int = 1_000) -> Caching:
    return caching_of(prefix, bundled_models()[model], BOOK.rates(model), requests)


def test_long_instructions_are_offered_with_what_it_takes_to_save() -> None:
    found = judged(OPUS, Prefix(9_000, INSTRUCTIONS))

    assert found.offered
    assert found.sure
    assert found.prefix_tokens == INSTRUCTIONS
    assert f"about {INSTRUCTIONS:,} tokens" in found.why
    assert "2 times" in found.why
    assert "0.05 times" in found.why
    assert "51 of 100" in found.why


def test_short_instructions_are_not_offered_and_a_model_that_would_cache_them_is_named() -> None:
    found = judged("claude-sonnet-4-6", Prefix(2_000, 640))

    assert not found.offered
    assert found.minimum == 1_024
    assert found.why == (
        "Your instructions are about 640 tokens; Claude Sonnet 4.6 caches from 1,024 on, "
        "Claude Sonnet 5.5 from 512 on."
    )


def test_instructions_too_short_for_any_model_name_none() -> None:
    found = judged(HAIKU, Prefix(300, 100))

    assert (
        found.why == "Your instructions are about 100 tokens; Claude Haiku 5.5 caches from 512 on."
    )


@pytest.mark.parametrize(
    ("prefix", "requests", "why"),
    [
        (Prefix(0, None), 100, "no instructions"),
        (Prefix(0, 0), 100, "no instructions"),
        (Prefix(9_000, INSTRUCTIONS), 1, "single request"),
    ],
)
def test_without_anything_to_share_it_is_not_offered(
    prefix: Prefix, requests: int, why: str
) -> None:
    found = judged(OPUS, prefix, requests)

    assert not found.offered
    assert why in found.why


def test_a_model_whose_minimum_is_not_known_is_not_offered() -> None:
    model = replace(bundled_models()[OPUS], min_cacheable_tokens=None)
    found = caching_of(Prefix(9_000, INSTRUCTIONS), model, BOOK.rates(OPUS), 1_000)

    assert not found.offered
    assert "not known" in found.why


@pytest.mark.parametrize("tokens", [490, 512, 530])
def test_close_to_the_minimum_it_is_said_that_nothing_may_be_cached(tokens: int) -> None:
    found = judged(HAIKU, Prefix(1_500, tokens))

    assert found.offered
    assert not found.sure
    assert "may not be cached" in found.why


def test_without_a_count_only_what_is_certainly_long_enough_is_sure() -> None:
    assert judged(HAIKU, Prefix(20_000, None)).sure
    assert not judged(HAIKU, Prefix(1_500, None)).sure
    assert not judged(HAIKU, Prefix(600, None)).offered


@pytest.mark.parametrize(
    ("model", "ttl", "share"),
    [
        (OLD_HAIKU, "5m", 0.25 / 1.15),
        (OLD_HAIKU, "1h", 1.0 / 1.9),
        (OPUS, "1h", 1.0 / 1.95),
        ("claude-fable-5-2", "1h", 1.0 / 1.975),
    ],
)
def test_the_break_even_follows_from_the_prices(model: str, ttl: Ttl, share: float) -> None:
    assert break_even(BOOK.rates(model).tiers[0].batch, ttl) == pytest.approx(share)


@given(
    st.sampled_from(["claude-opus-5-5", OLD_HAIKU, HAIKU]),
    st.sampled_from(TTLS),
    st.floats(0, 1),
)
def test_caching_saves_exactly_above_the_break_even(model: str, ttl: Ttl, share: float) -> None:
    tier = BOOK.rates(model).tiers[0]
    added = surcharge([(tier, 1_000)], 1_000, ttl, share)
    near = Decimal("0.00001")

    if share > break_even(tier.batch, ttl) + 0.001:
        assert added < near
    if share < break_even(tier.batch, ttl) - 0.001:
        assert added > -near


def test_by_hand_half_of_a_thousand_requests_read() -> None:
    tier = BOOK.rates(OLD_HAIKU).tiers[0]
    # A million tokens at $0.50 per million without; half written at $1, half read at $0.05.
    assert surcharge([(tier, 1_000)], 1_000, "1h", 0.5) == Decimal("0.525") - Decimal("0.5")


@pytest.mark.parametrize("primed", [False, True])
@pytest.mark.parametrize("requests", [1, 2, 30, 138, 1_000, 100_000])
def test_the_shares_that_read_are_in_order_and_nobody_reads_before_it_is_written(
    requests: int, primed: bool
) -> None:
    found = hits(requests, primed=primed)

    assert 0 <= found.low <= found.expected <= found.high < 1
    assert found.high * requests <= requests - 1


def test_a_small_cold_batch_may_not_read_at_all_and_a_primed_one_does() -> None:
    assert hits(138, primed=False).low == 0
    assert hits(138, primed=True).low > 0.7


def test_the_example_in_the_docs_is_what_the_program_reckons() -> None:
    told = (resource_path(".").parent / "docs/caching.md").read_text(encoding="utf-8")
    tier = BOOK.rates(OLD_HAIKU).tiers[0]
    cold, primed = hits(1_000, primed=False), hits(1_000, primed=True)
    without = Decimal("2.50")

    def amount(share: float) -> Decimal:
        return without + surcharge([(tier, 1_000)], 5_000, "1h", share)

    for share in (cold.low, cold.expected, cold.high, primed.expected):
        assert f"${amount(share).quantize(Decimal('0.0001'))}" in told
    for share in (cold.low, cold.high):
        assert f"{round(share * 5_000_000):,} read" in told
        assert f"{5_000_000 - round(share * 5_000_000):,} written" in told
    cents = Decimal("0.0001")
    above = (amount(cold.low) - amount(cold.expected)).quantize(cents)
    below = (amount(cold.expected) - amount(cold.high)).quantize(cents)
    for off in (above, below):
        both = (off**2 + Decimal("0.30") ** 2).sqrt().quantize(cents)
        assert f"${off}" in told
        assert f"${both}" in told


# Within an estimate


def job(model: str, rows: int, seed: int = 1) -> TrueJob:
    rnd = random.Random(seed)  # noqa: S311 - no secret
    prompts = [tickets(rnd) for _ in range(rows)]
    fixed = FIXED_TOKENS + INSTRUCTIONS
    usages = [Usage(input=fixed + said, output=labels(rnd)) for _, said in prompts]
    return TrueJob(model, LABEL, 1_500, [size for size, _ in prompts], usages)


def estimated(work: TrueJob, tried: Sequence[int] = (), seed: int = 0) -> Estimate:
    told = replace(
        work.workload(FIXED_TOKENS + INSTRUCTIONS), prefix=Prefix(3 * INSTRUCTIONS, INSTRUCTIONS)
    )
    return estimate(told, work.measured(min(200, len(work.sizes)), tried, seed), BOOK)


def bill(work: TrueJob, use: CacheUse, share: float, rnd: random.Random, skip: int) -> Decimal:
    """The bill where the first `skip` requests, and a share of the others, write."""
    total = Decimal(0)
    for at, usage in enumerate(work.usages):
        reads = at >= skip and rnd.random() < share
        wrote = 0 if reads else INSTRUCTIONS
        changed = replace(
            usage,
            input=usage.input - INSTRUCTIONS,
            cache_read=INSTRUCTIONS - wrote,
            cache_write_1h=wrote if use.ttl == "1h" else 0,
            cache_write_5m=wrote if use.ttl == "5m" else 0,
        )
        total += BOOK.cost(changed, work.model, "batch").total
    return total


@pytest.mark.parametrize("model", ["claude-sonnet-4-6", HAIKU, OLD_HAIKU])
@pytest.mark.parametrize("use", [CacheUse(), CacheUse(prime=True), CacheUse("5m")])
def test_the_range_holds_the_bill_at_every_documented_share_of_hits(
    model: str, use: CacheUse
) -> None:
    inside, times = 0, 40
    for seed in range(times):
        work, rnd = job(model, 400, seed), random.Random(seed)  # noqa: S311 - no secret
        found = estimated(work, (), seed).price("batch", use)
        share, skip = rnd.uniform(0.3, 0.98), rnd.randint(2, 128)
        if use.prime:
            share, skip = rnd.uniform(0.85, 1), 1
        paid = bill(work, use, share, rnd, skip)
        assert paid <= found.ceiling
        inside += found.low <= paid <= found.high
    assert inside / times >= 0.93


def test_every_request_writing_stays_below_the_ceiling() -> None:
    work = job(OPUS, 300)
    rnd = random.Random(1)  # noqa: S311 - no secret
    for ttl in TTLS:
        use = CacheUse(ttl)
        assert bill(work, use, 0.0, rnd, 0) <= estimated(work).price("batch", use).ceiling


def test_priming_is_expected_to_save_and_narrows_the_range() -> None:
    found = estimated(job(OPUS, 1_000))

    assert found.cached is not None
    assert found.primed is not None
    assert found.primed.expected < found.cached.expected
    assert found.primed.expected < found.batch.expected
    assert found.primed.high - found.primed.low < found.cached.high - found.cached.low
    assert found.primed.ceiling == found.cached.ceiling > found.batch.ceiling


def test_what_a_trial_has_answered_does_not_write_the_cache() -> None:
    work = job(OPUS, 1_000)
    tried = random_rows(1_000, 20, 1)
    all_answered = random_rows(1_000, 1_000, 1)
    some, nothing = estimated(work, tried), estimated(work, all_answered)

    assert some.primed is not None
    assert some.primed.expected < some.batch.expected
    assert nothing.cached is None
    assert nothing.batch.expected == 0


def test_a_cached_prefix_still_counts_for_the_tier() -> None:
    over = [Usage(input=100_500, output=20)] * 50
    work = TrueJob(HAIKU, LABEL, 20, [100_500 - FIXED_TOKENS - INSTRUCTIONS] * 50, over)
    told = replace(
        work.workload(FIXED_TOKENS + INSTRUCTIONS), prefix=Prefix(3 * INSTRUCTIONS, INSTRUCTIONS)
    )
    found = estimate(told, Measured(counted=dict.fromkeys(range(50), 100_500)), BOOK)
    paid = bill(work, CacheUse(prime=True), 1.0, random.Random(1), 1)  # noqa: S311 - no secret

    assert found.primed is not None
    assert found.primed.low <= paid <= found.primed.high
    assert paid > 50 * Decimal("0.02")


def test_where_it_may_not_be_cached_the_range_holds_the_price_without() -> None:
    work = job(HAIKU, 300)
    told = replace(work.workload(FIXED_TOKENS + INSTRUCTIONS), prefix=Prefix(1_500, 515))
    found = estimate(told, work.measured(200, ()), BOOK)

    assert found.cached is not None
    assert found.primed is not None
    assert found.primed.low <= found.batch.low
    assert found.primed.high >= found.batch.high


def test_asking_for_what_is_not_offered_is_refused_with_the_reason() -> None:
    found = estimate(job(OPUS, 10).workload(), Measured(), BOOK)

    assert found.price("batch") == found.batch
    assert found.price("now") == found.now
    with pytest.raises(RecipeError, match="no instructions to cache"):
        found.price("batch", CacheUse())
    with pytest.raises(RecipeError, match="for batches only"):
        found.price("now", CacheUse())
    with pytest.raises(RecipeError, match="longer than five minutes"):
        found.price("batch", CacheUse("5m", prime=True))
