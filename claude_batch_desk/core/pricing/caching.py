"""Caching: whether the instructions of a batch can be cached, and what that does to its price.

By the service's documentation of prompt caching and of batches (November 2026): a request that
finds the cached beginning reads it at a fraction of the input price, any other writes it at a
surcharge. A beginning shorter than the model's minimum is silently not cached. Within a batch
requests run side by side and find the beginning in 30 to 98 of 100 cases, never before a first
reply has begun. The beginning is the system text alone; what the service adds around a request and
for the answer columns is not reckoned to it, and may belong to it: its tokens are approximate.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from claude_batch_desk.core.catalogue import OfferedModel, bundled_models
from claude_batch_desk.core.errors import RecipeError
from claude_batch_desk.core.pricing.rates import PER_RATE, Prices, Rates, Tier, Way
from claude_batch_desk.core.prompts.caching import Ttl

_BYTES_RULE = (0.16, 0.36, 0.70)
"""Tokens per UTF-8 byte of a text that nobody has counted: at least, about, at most."""
_NEAR = 0.05
_NEAR_TOKENS = 32
"""A count is an estimate: so close to the minimum, as a share and in tokens, nothing is certain."""
_SIDE_BY_SIDE = (150, 32, 2)
"""So many requests of a batch may run before the first reply has begun, and all of them write: at
worst (138 of 138 have been reported), about, and at best."""
_COLD = (0.30, 0.65, 0.98)
"""The share of the others that read: the documented range, and its middle."""
_PRIMED = (0.80, 0.95, 1.0)
"""After a first request was answered. Not documented; all of them have been reported."""
_REACH = 1.96
"""Standard deviations of the normal distribution to either side that hold 95 %."""


@dataclass(frozen=True)
class CacheUse:
    """How a job's instructions are cached."""

    ttl: Ttl = "1h"
    """An hour is what the documentation advises for batches."""
    prime: bool = False
    """One request goes first, alone; the rest once its answer is here."""


@dataclass(frozen=True)
class Prefix:
    """What all requests begin with: the instructions and the examples."""

    size: int
    """UTF-8 bytes."""
    tokens: int | None
    """As the service counts them; None where it did not."""

    @property
    def range(self) -> tuple[int, int, int]:
        """Its tokens: at least, about, at most."""
        if self.tokens is None:
            least, about, most = (round(self.size * rule) for rule in _BYTES_RULE)
            return least, about, most
        margin = max(_NEAR_TOKENS, round(self.tokens * _NEAR)) if self.tokens else 0
        return max(self.tokens - margin, 0), self.tokens, self.tokens + margin


@dataclass(frozen=True)
class Caching:
    """Whether caching is offered for a job, and why, or why not."""

    offered: bool
    why: str
    """A sentence or two for the person."""
    prefix_tokens: int
    """Of the instructions and examples, about."""
    minimum: int | None
    """Tokens from which on the model caches; None where that is not known."""
    break_even: float
    """The share of the requests that must read, for an hour's cache to cost no more than none."""
    sure: bool = True
    """False where the instructions are so close to the minimum that they may not be cached."""


@dataclass(frozen=True)
class Hits:
    """The share of all requests that read the cache."""

    low: float
    expected: float
    high: float


def check_use(way: Way, use: CacheUse) -> None:
    """Raise RecipeError where instructions are not cached that way."""
    if way == "now":
        raise RecipeError(
            "Instructions are cached for batches only, so nothing was sent. Send the job as a "
            "batch, or at once without cached instructions."
        )
    if use.prime and use.ttl != "1h":
        raise RecipeError(
            "One request goes first only where the cache lasts an hour: its answer may take "
            "longer than five minutes. Nothing was sent."
        )


def caching_of(prefix: Prefix, model: OfferedModel, rates: Rates, requests: int) -> Caching:
    """Whether so many requests to a model can share a cached beginning."""
    least, about, most = prefix.range
    minimum = model.min_cacheable_tokens
    prices = rates.tiers[0].batch
    sure = minimum is not None and least >= minimum
    reason = _why_not(most, about, model, requests)
    why = reason or _why(about, sure=sure, model=model, prices=prices)
    return Caching(not reason, why, about, minimum, break_even(prices, "1h"), sure)


def break_even(prices: Prices, ttl: Ttl) -> float:
    """The share of requests that must read for caching to cost no more than doing without.

    With a share h, a cached token costs (1 - h) times the write price and h times the read price.
    """
    write = write_price(prices, ttl)
    saved = write - prices.cache_read
    return float((write - prices.input) / saved) if saved > 0 else 1.0


def write_price(prices: Prices, ttl: Ttl) -> Decimal:
    """USD per million tokens that are written to the cache."""
    return prices.cache_write_1h if ttl == "1h" else prices.cache_write_5m


def hits(requests: int, *, primed: bool) -> Hits:
    """How many of the requests of a batch read what others wrote.

    A request that goes first to prime the cache is one of them.
    """
    alone = (1, 1, 1) if primed else _SIDE_BY_SIDE
    shares = _PRIMED if primed else _COLD
    low, expected, high = (
        _within(share + sign * _by_chance(share, requests - first))
        * (max(requests - first, 0) / max(requests, 1))
        for share, first, sign in zip(shares, alone, (-1, 0, 1), strict=True)
    )
    return Hits(low, expected, high)


def _by_chance(share: float, requests: int) -> float:
    """By how much the share of a few requests may differ from that of many (95 %)."""
    return _REACH * math.sqrt(share * (1 - share) / max(requests, 1))


def _within(share: float) -> float:
    return min(max(share, 0.0), 1.0)


def surcharge(loads: Iterable[tuple[Tier, float]], prefix: int, ttl: Ttl, share: float) -> Decimal:
    """What caching adds to the price of a batch, in USD; below 0 where it saves.

    `loads` are requests by their tier, of which this share reads the prefix (in tokens) and the
    others write it. The prefix stays part of the prompt, so no request changes its tier.
    """
    total = Decimal(0)
    for tier, requests in loads:
        prices = tier.batch
        reads = round(requests * share * prefix)
        writes = round(requests * prefix) - reads
        total += writes * (write_price(prices, ttl) - prices.input)
        total += reads * (prices.cache_read - prices.input)
    return total / PER_RATE


def _why_not(most: int, about: int, model: OfferedModel, requests: int) -> str:
    minimum = model.min_cacheable_tokens
    if not most:
        return "There are no instructions to cache. What differs from row to row cannot be."
    if minimum is None:
        return f"From how many tokens on {model.name} caches is not known."
    if most < minimum:
        short = f"Your instructions are about {about:,} tokens; {model.name} caches from"
        return f"{short} {minimum:,} on{_others(about, model)}."
    if requests <= 1:
        return "With a single request nothing would be read from the cache."
    return ""


def _others(tokens: int, model: OfferedModel) -> str:
    """The name of a model that would cache so many tokens, those of the same line first."""
    found = [
        each
        for each in bundled_models().values()
        if each.lifecycle == "active" and each.batch and (each.min_cacheable_tokens or 0) > 0
        and (each.min_cacheable_tokens or 0) <= tokens
    ]  # fmt: skip
    found.sort(key=lambda each: each.line != model.line)
    return f", {found[0].name} from {found[0].min_cacheable_tokens:,} on" if found else ""


def _why(about: int, *, sure: bool, model: OfferedModel, prices: Prices) -> str:
    share = round(100 * break_even(prices, "1h"))
    told = f"Your instructions are about {about:,} tokens"
    if not sure:
        told += (
            f", close to the {model.min_cacheable_tokens:,} from which on {model.name} caches, so "
            "they may not be cached; the job then costs what it does without"
        )
    return (
        f"{told}. A request that writes them to the cache for an hour pays "
        f"{_times(prices.cache_write_1h, prices)} the price for them, one that reads them "
        f"{_times(prices.cache_read, prices)}. That is cheaper if at least {share} of 100 requests "
        "read; in a batch 30 to 98 of 100 do, and hardly any of the first."
    )


def _times(price: Decimal, prices: Prices) -> str:
    return f"{(price / prices.input).normalize():f} times" if prices.input else "0 times"
