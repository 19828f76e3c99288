"""Loads: the requests of a job by the tier that bills them, under an assumption on their input."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from claude_batch_desk.core.pricing.rates import Tier
from claude_batch_desk.core.pricing.tokens import InputRate, input_rate
from claude_batch_desk.core.pricing.workload import Measured, Remainder, Workload, without

_UNCOUNTED_FRAME = 2_000
"""More tokens than the service is known to add around a request that it has not counted."""
_COUNT_SLACK = 64
"""The service calls its count an estimate that "might differ by a small amount"."""


@dataclass(frozen=True)
class Load:
    """The requests billed at one tier: how many, and their input tokens together."""

    tier: Tier
    requests: float
    tokens: float


def predicted(
    tiers: Sequence[Tier], left: Remainder, rate: InputRate, average: float
) -> list[Load]:
    """Loads at `average` tokens per byte; single requests differ, which decides their tier."""
    factors = rate.single if len(tiers) > 1 else (1.0,)
    loads = []
    for factor in factors:
        single = factor * average
        cuts = [_longest_below(tier.above, rate, single) for tier in tiers[1:]]
        for tier, count, size in _by_tier(tiers, left, cuts):
            tokens = count * (rate.base + single * rate.pad) + single * size
            loads.append(Load(tier, count / len(factors), tokens / len(factors)))
    return loads


def _longest_below(tokens: int, rate: InputRate, single: float) -> float:
    """The most bytes a request may have to stay at so many tokens."""
    return (tokens - rate.base) / single - rate.pad if single > 0 else float("inf")


def bounded(tiers: Sequence[Tier], work: Workload, measured: Measured) -> list[Load]:
    """Loads no request can exceed; the model refuses a prompt beyond its context, unbilled."""
    base = most_shared(work)
    most = work.model.max_input_tokens
    left = without(work.sizes, {*measured.counted, *measured.answered})
    cuts = [tier.above - base for tier in tiers[1:]]
    loads = [
        Load(tier, count, count * base + size) for tier, count, size in _by_tier(tiers, left, cuts)
    ]
    refused, size = left.beyond(most - base)
    top = loads.pop()
    loads.append(Load(top.tier, top.requests, top.tokens - size - refused * (base - most)))
    known = [
        min(tokens + _COUNT_SLACK, base + work.sizes[at], most)
        for at, tokens in measured.counted.items()
        if at not in measured.answered
    ]
    return loads + exact(tiers, known)


def most_shared(work: Workload) -> int:
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


def exact(tiers: Sequence[Tier], known: Sequence[int]) -> list[Load]:
    """Loads of requests whose input tokens are known one by one."""
    ends = [*(tier.above for tier in tiers[1:]), float("inf")]
    loads = []
    for tier, end in zip(tiers, ends, strict=True):
        here = [tokens for tokens in known if tier.above < tokens <= end]
        loads.append(Load(tier, len(here), sum(here)))
    return loads


def longest_tokens(work: Workload, measured: Measured, rate: InputRate) -> int:
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
