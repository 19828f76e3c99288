"""What a job costs with cached instructions, from what it costs as a batch without."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from claude_batch_desk.core.pricing.caching import CacheUse, Caching, Prefix, hits, surcharge
from claude_batch_desk.core.pricing.estimate import Range
from claude_batch_desk.core.pricing.rates import Tier


@dataclass(frozen=True)
class Uncached:
    """A batch without cached instructions."""

    batch: Range
    expected: Sequence[tuple[Tier, float]]
    """How many requests are expected at each tier."""
    worst: Sequence[tuple[Tier, float]]
    """How many may be at each tier."""
    most_shared: int
    """More tokens than requests can have in common, whatever belongs to the prefix."""
    premium: Decimal = Decimal(1)
    """A factor on every amount; see rates.US_ONLY."""


def cached_range(plain: Uncached, caching: Caching, prefix: Prefix, use: CacheUse) -> Range | None:
    """The range of the same batch with cached instructions; None where that is not offered.

    How many requests read errs independently of how long prompts and answers are, so it adds to
    the interval as squares do. At the ceiling every request writes all there is to share.
    """
    if not caching.offered:
        return None
    requests = round(sum(count for _, count in plain.expected))
    shares = hits(requests, primed=use.prime)
    tokens = prefix.range[1]

    def added(share: float) -> Decimal:
        return surcharge(plain.expected, tokens, use.ttl, share) * plain.premium

    batch, expected = plain.batch, added(shares.expected)
    best, worst = sorted((added(shares.low), added(shares.high)))
    below = _together(batch.expected - batch.low, expected - best)
    above = _together(batch.high - batch.expected, worst - expected)
    total = batch.expected + expected
    ceiling = batch.ceiling + max(
        surcharge(plain.worst, plain.most_shared, use.ttl, 0.0) * plain.premium, Decimal(0)
    )
    low, high = total - below, total + above
    if not caching.sure:  # it may come out as if nothing were cached
        low, high = min(low, batch.low), max(high, batch.high)
    return Range.within(low, total, high, ceiling)


def _together(one: Decimal, other: Decimal) -> Decimal:
    return (one * one + other * other).sqrt()
