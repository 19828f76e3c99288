"""From the numbers of a job to what it will cost: a range, each way, and a hard ceiling."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Decimal
from functools import partial
from itertools import pairwise

from claude_batch_desk.core.pricing.answer_tokens import AnswerTokens, answer_tokens, usual_spread
from claude_batch_desk.core.pricing.cached import Uncached, cached_range
from claude_batch_desk.core.pricing.caching import CacheUse, caching_of
from claude_batch_desk.core.pricing.estimate import Estimate, Range
from claude_batch_desk.core.pricing.narrowing import Widths, narrowing
from claude_batch_desk.core.pricing.prices import PriceBook
from claude_batch_desk.core.pricing.rates import PER_RATE, US_ONLY, Tier, Way
from claude_batch_desk.core.pricing.tokens import InputRate, input_rate
from claude_batch_desk.core.pricing.workload import Measured, Remainder, Workload, without

_SMALLEST = Decimal("1e-9")
_UNCOUNTED_FRAME = 2_000
"""More tokens than the service is known to add around a request that it has not counted."""
_COUNT_SLACK = 64
"""The service calls its count an estimate that "might differ by a small amount"."""


@dataclass(frozen=True)
class _Load:
    """The requests billed at one tier: how many, and their input tokens together."""

    tier: Tier
    requests: float
    tokens: float


@dataclass(frozen=True)
class _Loads:
    """The same job under four assumptions about its input."""

    low: Sequence[_Load]
    expected: Sequence[_Load]
    high: Sequence[_Load]
    ceiling: Sequence[_Load]


def estimate(work: Workload, measured: Measured, book: PriceBook) -> Estimate:
    """What the requests not yet answered will cost, if every one of them is.

    Each request is priced at its own tier. Input and output err independently of each other, so
    their shares of the interval add up as squares. The ceiling holds whatever was measured: every
    answer at max_tokens, every prompt at one token per UTF-8 byte (a token is at least a byte)
    plus what the service counted for the fixed part, or its bytes and a generous frame; with
    cached instructions, every request writing them. Raises PriceError.
    """
    rates = book.rates(work.model.id)
    settled = measured.settled(work)
    behind = settled.union(measured.answered)
    rate, answer = input_rate(work, measured, behind), answer_tokens(work, measured)
    left = without(rate.sizes, behind)
    # A tier above the longest prompt the model takes is never reached.
    tiers = [tier for tier in rates.tiers if tier.above < work.model.max_input_tokens]
    known = _exact(tiers, [measured.counted[at] for at in settled])
    loads = _Loads(
        low=[*known, *_predicted(tiers, left, rate, rate.low)],
        expected=[*known, *_predicted(tiers, left, rate, rate.expected)],
        high=[*known, *_predicted(tiers, left, rate, rate.high)],
        ceiling=_bounded(tiers, work, measured),
    )
    premium = US_ONLY if any(usage.us_only for usage in measured.tried.values()) else Decimal(1)
    batch = _range(loads, answer, work.max_tokens, "batch", premium)
    caching = caching_of(work.prefix, work.model, rates, measured.pending(work))
    plain = Uncached(
        batch, _counts(loads.expected), _counts(loads.ceiling), _most_shared(work), premium
    )
    cached = partial(cached_range, plain, caching, work.prefix)
    return Estimate(
        model=work.model.id,
        rows=work.rows,
        requests=len(work.sizes),
        batch=batch,
        now=_range(loads, answer, work.max_tokens, "now", premium),
        input_tokens=round(sum(load.tokens for load in loads.expected)),
        output_tokens=round(measured.pending(work) * answer.expected),
        counted=len(measured.counted) or len(measured.tried),
        tried=len(measured.tried),
        prices_date=rates.source,
        already_answered=len(measured.answered),
        shared_tokens=round(rate.base + rate.expected * rate.pad),
        longest_tokens=_longest(work, measured, rate),
        tokens_per_byte=rate.expected * sum(rate.sizes) / max(sum(work.sizes), 1),
        cached=cached(CacheUse()),
        primed=cached(CacheUse(prime=True)),
        cached_5m=cached(CacheUse("5m")),
        caching=caching,
        counted_earlier=rate.earlier,
        narrowing=narrowing(_widths(work, measured, loads, (rate, answer), batch)),
    )


def _widths(
    work: Workload,
    measured: Measured,
    loads: _Loads,
    found: tuple[InputRate, AnswerTokens],
    batch: Range,
) -> Widths:
    rate, answer = found

    def amount(load: Sequence[_Load], output: float) -> float:
        return float(_amount(load, output, "batch"))

    reading = amount(loads.expected, 0)
    short, long = (amount(loads.expected, output) for output in (answer.low, answer.high))
    return Widths(
        amount=float(batch.expected),
        input=(amount(loads.high, 0) - amount(loads.low, 0)) / 2,
        output=(long - short) / 2,
        input_amount=reading,
        output_amount=amount(loads.expected, answer.expected) - reading,
        counted=0 if rate.earlier else len(measured.counted),
        tried=len(measured.tried),
        pending=measured.pending(work),
        usual=usual_spread(work),
    )


def _counts(loads: Sequence[_Load]) -> list[tuple[Tier, float]]:
    return [(load.tier, load.requests) for load in loads]


def _longest(work: Workload, measured: Measured, rate: InputRate) -> int:
    """Input tokens of the longest request, as counted or as predicted."""
    known = [tokens for at, tokens in measured.counted.items() if at not in measured.answered]
    settled = {*measured.counted, *measured.answered}
    others = (size for at, size in enumerate(rate.sizes) if at not in settled)
    predicted = rate.base + rate.expected * (max(others, default=-rate.pad) + rate.pad)
    return max([round(predicted), *known])


def too_long(work: Workload, measured: Measured) -> list[int]:
    """The positions of requests that are expected to be longer than the model reads."""
    return longer_than(work.model.max_input_tokens, work, measured)


def longer_than(most: int, work: Workload, measured: Measured) -> list[int]:
    """The positions of requests that are expected to have more than `most` input tokens."""
    if max(work.sizes, default=0) + work.fixed_bytes <= most:
        return []  # a token is at least a byte
    rate = input_rate(work, measured, measured.settled(work).union(measured.answered))
    longest = _longest_below(most, rate, rate.expected)
    counted = measured.counted
    return [
        at
        for at, size in enumerate(rate.sizes)
        if (counted[at] > most if at in counted else size > longest)
    ]


def _predicted(
    tiers: Sequence[Tier], left: Remainder, rate: InputRate, average: float
) -> list[_Load]:
    """Loads at `average` tokens per byte; single requests differ, which decides their tier."""
    factors = rate.single if len(tiers) > 1 else (1.0,)
    loads = []
    for factor in factors:
        single = factor * average
        cuts = [_longest_below(tier.above, rate, single) for tier in tiers[1:]]
        for tier, count, size in _by_tier(tiers, left, cuts):
            tokens = count * (rate.base + single * rate.pad) + single * size
            loads.append(_Load(tier, count / len(factors), tokens / len(factors)))
    return loads


def _longest_below(tokens: int, rate: InputRate, single: float) -> float:
    """The most bytes a request may have to stay at so many tokens."""
    return (tokens - rate.base) / single - rate.pad if single > 0 else float("inf")


def _bounded(tiers: Sequence[Tier], work: Workload, measured: Measured) -> list[_Load]:
    """Loads no request can exceed; the model refuses a prompt beyond its context, unbilled."""
    base = _most_shared(work)
    most = work.model.max_input_tokens
    left = without(work.sizes, {*measured.counted, *measured.answered})
    cuts = [tier.above - base for tier in tiers[1:]]
    loads = [
        _Load(tier, count, count * base + size) for tier, count, size in _by_tier(tiers, left, cuts)
    ]
    refused, size = left.beyond(most - base)
    top = loads.pop()
    loads.append(_Load(top.tier, top.requests, top.tokens - size - refused * (base - most)))
    known = [
        min(tokens + _COUNT_SLACK, base + work.sizes[at], most)
        for at, tokens in measured.counted.items()
        if at not in measured.answered
    ]
    return loads + _exact(tiers, known)


def _most_shared(work: Workload) -> int:
    """More tokens than the fixed part can have."""
    if work.fixed_tokens is None:
        return work.fixed_bytes + _UNCOUNTED_FRAME
    return work.fixed_tokens + _COUNT_SLACK


def _by_tier(
    tiers: Sequence[Tier], left: Remainder, cuts: Sequence[float]
) -> list[tuple[Tier, int, float]]:
    """For each tier, how many requests it bills and their sizes together.

    A request longer than `cuts[0]` is billed at `tiers[1]`, and so on.
    """
    reached = [(left.count, left.total), *(left.beyond(cut) for cut in cuts), (0, 0)]
    return [
        (tier, here[0] - above[0], here[1] - above[1])
        for tier, (here, above) in zip(tiers, pairwise(reached), strict=True)
    ]


def _exact(tiers: Sequence[Tier], known: Sequence[int]) -> list[_Load]:
    """Loads of requests whose input tokens are known one by one."""
    ends = [*(tier.above for tier in tiers[1:]), float("inf")]
    loads = []
    for tier, end in zip(tiers, ends, strict=True):
        here = [tokens for tokens in known if tier.above < tokens <= end]
        loads.append(_Load(tier, len(here), sum(here)))
    return loads


def _range(
    loads: _Loads, answer: AnswerTokens, max_tokens: int, way: Way, premium: Decimal
) -> Range:
    def amount(load: Sequence[_Load], output: float) -> Decimal:
        return _amount(load, output, way) * premium

    expected = amount(loads.expected, answer.expected)
    ceiling = amount(loads.ceiling, max_tokens)
    below = _together(
        expected - amount(loads.low, answer.expected),
        expected - amount(loads.expected, answer.low),
    )
    above = _together(
        amount(loads.high, answer.expected) - expected,
        amount(loads.expected, answer.high) - expected,
    )
    return Range(
        low=max(expected - below, Decimal(0)).quantize(_SMALLEST, ROUND_FLOOR),
        expected=min(expected, ceiling).quantize(_SMALLEST, ROUND_HALF_EVEN),
        high=min(expected + above, ceiling).quantize(_SMALLEST, ROUND_CEILING),
        ceiling=ceiling.quantize(_SMALLEST, ROUND_CEILING),
    )


def _together(one: Decimal, other: Decimal) -> Decimal:
    return (one * one + other * other).sqrt()


def _amount(loads: Sequence[_Load], output: float, way: Way) -> Decimal:
    """USD; the tokens of a tier are whole numbers, so nothing of the amount is a float."""
    total = Decimal(0)
    for load in loads:
        prices = load.tier.prices(way)
        total += round(load.tokens) * prices.input + round(load.requests * output) * prices.output
    return total / PER_RATE


def describe(estimate: Estimate) -> str:
    """A few sentences on what the estimate rests on, for the person who is to pay."""
    asked = estimate.requests
    if estimate.counted + estimate.already_answered >= asked:
        read = "Input counted by the service on every row"
    elif estimate.counted:
        read = f"Input counted by the service on {_rows(estimate.counted)} of {asked:,}"
    else:
        read = "Input estimated from its length"
    if estimate.tried:
        wrote = f"answers measured on {_rows(estimate.tried)}"
    else:
        wrote = "answers guessed from the answer columns"
    if estimate.tried and estimate.counted:
        trust = "In 95 of 100 jobs like this the bill is inside the range."
    else:
        trust = "The range is a guess; trying a few rows makes it a measurement."
    return f"{read}, {wrote}. {trust} Prices: {estimate.prices_date}."


def _rows(count: int) -> str:
    return f"{count:,} row" if count == 1 else f"{count:,} rows"
