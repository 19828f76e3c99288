"""Rates: what a model's tokens cost, and what one request's tokens cost by them. Exact, in USD."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from claude_batch_desk.core.price_override import PriceOverride
from claude_batch_desk.core.pricing.usage import Usage

Way = Literal["batch", "now"]
"""How a request is processed: in a batch, or as an immediate call."""

PER_RATE = Decimal(1_000_000)
US_ONLY = Decimal("1.1")
"""Requests processed in the United States only cost a tenth more, in every token kind."""
_UNIT, _US_UNIT = Decimal(1) / PER_RATE, US_ONLY / PER_RATE


@dataclass(frozen=True)
class Prices:
    """USD per million tokens of each kind."""

    input: Decimal
    cache_write_5m: Decimal
    cache_write_1h: Decimal
    cache_read: Decimal
    output: Decimal

    def halved(self) -> "Prices":
        """The batch price the service promises: half, for every kind of token."""
        return Prices(
            input=self.input / 2,
            cache_write_5m=self.cache_write_5m / 2,
            cache_write_1h=self.cache_write_1h / 2,
            cache_read=self.cache_read / 2,
            output=self.output / 2,
        )


@dataclass(frozen=True)
class Tier:
    """Prices for requests whose prompt has more than `above` tokens; -1 is every request.

    The whole request bills at its tier, its output included.
    """

    above: int
    batch: Prices
    now: Prices

    def prices(self, way: Way) -> Prices:
        """This tier's prices for a way of processing."""
        return self.batch if way == "batch" else self.now


@dataclass(frozen=True)
class Rates:
    """A model's prices, lowest tier first; that one takes every request the others do not."""

    model: str
    tiers: tuple[Tier, ...]
    source: str
    """Where the prices come from, as a person would say it."""

    def tier(self, prompt_tokens: int) -> Tier:
        """The tier a request is billed at, by all the input tokens of its prompt."""
        if len(self.tiers) == 1:
            return self.tiers[0]
        return next(tier for tier in reversed(self.tiers) if prompt_tokens > tier.above)


def rates_entered(model: str, entered: PriceOverride) -> Rates:
    """The rates that follow from the prices a person entered."""
    tiers = [_tier(-1, entered)]
    if entered.longer is not None:
        tiers.append(_tier(entered.above, entered.longer))
    on = f" on {entered.entered}" if entered.entered else ""
    return Rates(model, tuple(tiers), f"entered by you{on}")


def _tier(above: int, entered: PriceOverride) -> Tier:
    now = Prices(
        input=entered.input,
        cache_write_5m=_given(entered.cache_write_5m, entered.input * Decimal("1.25")),
        cache_write_1h=_given(entered.cache_write_1h, entered.input * 2),
        cache_read=_given(entered.cache_read, entered.input / 10),
        output=entered.output,
    )
    return Tier(above, now.halved(), now)


def _given(entered: Decimal | None, usual: Decimal) -> Decimal:
    return usual if entered is None else entered


@dataclass(frozen=True)
class Cost:
    """What one request costs, in USD, by kind of token."""

    input: Decimal
    cache_write: Decimal
    cache_read: Decimal
    output: Decimal

    @property
    def total(self) -> Decimal:
        """The whole amount."""
        return self.input + self.cache_write + self.cache_read + self.output


def cost_of(usage: Usage, rates: Rates, way: Way) -> Cost:
    """The cost of one request. Never of a sum of requests: it would land in the wrong tier."""
    prices = rates.tier(usage.prompt).prices(way)
    unit = _US_UNIT if usage.us_only else _UNIT
    written = usage.cache_write_5m * prices.cache_write_5m
    return Cost(
        input=usage.input * prices.input * unit,
        cache_write=(written + usage.cache_write_1h * prices.cache_write_1h) * unit,
        cache_read=usage.cache_read * prices.cache_read * unit,
        output=usage.output * prices.output * unit,
    )
