"""From the numbers of a job to what it will cost: a range, each way, and a hard ceiling."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial

from claude_batch_desk.core.pricing.answer_tokens import AnswerTokens, answer_tokens, usual_spread
from claude_batch_desk.core.pricing.cached import Uncached, cached_range
from claude_batch_desk.core.pricing.caching import CacheUse, caching_of
from claude_batch_desk.core.pricing.estimate import Estimate, Range
from claude_batch_desk.core.pricing.loads import (
    Load,
    bounded,
    exact,
    longest_tokens,
    most_shared,
    predicted,
)
from claude_batch_desk.core.pricing.narrowing import Widths, narrowing
from claude_batch_desk.core.pricing.prices import PriceBook
from claude_batch_desk.core.pricing.rates import PER_RATE, US_ONLY, Tier, Way
from claude_batch_desk.core.pricing.tokens import InputRate, input_rate
from claude_batch_desk.core.pricing.workload import Measured, Workload, without


@dataclass(frozen=True)
class _Loads:
    """The same job under four assumptions about its input."""

    low: Sequence[Load]
    expected: Sequence[Load]
    high: Sequence[Load]
    ceiling: Sequence[Load]


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
    known = exact(tiers, [measured.counted[at] for at in settled])
    loads = _Loads(
        low=[*known, *predicted(tiers, left, rate, rate.low)],
        expected=[*known, *predicted(tiers, left, rate, rate.expected)],
        high=[*known, *predicted(tiers, left, rate, rate.high)],
        ceiling=bounded(tiers, work, measured),
    )
    premium = US_ONLY if any(usage.us_only for usage in measured.tried.values()) else Decimal(1)
    batch = _range(loads, answer, work.max_tokens, "batch", premium)
    caching = caching_of(work.prefix, work.model, rates, measured.pending(work))
    plain = Uncached(
        batch, _counts(loads.expected), _counts(loads.ceiling), most_shared(work), premium
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
        longest_tokens=longest_tokens(work, measured, rate),
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

    def amount(load: Sequence[Load], output: float) -> float:
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


def _counts(loads: Sequence[Load]) -> list[tuple[Tier, float]]:
    return [(load.tier, load.requests) for load in loads]


def _range(
    loads: _Loads, answer: AnswerTokens, max_tokens: int, way: Way, premium: Decimal
) -> Range:
    def amount(load: Sequence[Load], output: float) -> Decimal:
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
    return Range.within(expected - below, expected, expected + above, ceiling)


def _together(one: Decimal, other: Decimal) -> Decimal:
    return (one * one + other * other).sqrt()


def _amount(loads: Sequence[Load], output: float, way: Way) -> Decimal:
    """USD; the tokens of a tier are whole numbers, so nothing of the amount is a float."""
    total = Decimal(0)
    for load in loads:
        prices = load.tier.prices(way)
        total += round(load.tokens) * prices.input + round(load.requests * output) * prices.output
    return total / PER_RATE


def describe(estimate: Estimate) -> str:
    """A few sentences on what the estimate rests on, for the person who is to pay."""
    if not estimate.requests:
        return "Nothing is left to be asked."
    wrote = "answers guessed from the answer columns"
    if estimate.tried:
        wrote = f"answers measured on {_rows(estimate.tried)}"
    told = [f"{_read(estimate)}, {wrote}.", _trust(estimate)]
    if estimate.count_difference:
        told.append(_difference(estimate.count_difference))
    if estimate.calibration is not None:
        told.append(str(estimate.calibration))
    return f"{' '.join(told)} Prices: {estimate.prices_date}."


def _read(estimate: Estimate) -> str:
    if estimate.counted_earlier:
        rows = _rows(estimate.counted_earlier)
        return f"Input reckoned from {rows} counted before the prompt was changed"
    if estimate.counted + estimate.already_answered >= estimate.requests:
        return "Input counted by the service on every row"
    if estimate.counted:
        rows = _rows(estimate.counted)
        return f"Input counted by the service on {rows} of {estimate.requests:,}"
    return "Input estimated from its length"


def _trust(estimate: Estimate) -> str:
    """What the range promises. Its coverage is held against simulated bills; see tests/bench."""
    if not estimate.tried:
        return "The range is a guess; trying a few rows makes it a measurement."
    if estimate.counted or estimate.counted_earlier:
        return "In 95 of 100 jobs like this the bill is inside the range."
    return "The range is a guess, as nothing was counted."


def _difference(tokens: int) -> str:
    than = "fewer" if tokens < 0 else "more"
    number = "token" if abs(tokens) == 1 else "tokens"
    begin = f"For tried rows the service billed {abs(tokens):,} {number} {than} each"
    return f"{begin} than it counts; this is reckoned with."


def _rows(count: int) -> str:
    return f"{count:,} row" if count == 1 else f"{count:,} rows"
