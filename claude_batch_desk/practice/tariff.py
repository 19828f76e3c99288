"""What the Practice service charges: its own copy of the published prices, to be held against ours.

USD per million tokens of an immediate call, as the service's pages of models and prices had them on
2026-11-22. Nothing here comes from the price table that the application itself reckons with, so
that an error in one of the two shows.
"""

from decimal import Decimal
from typing import Literal, NamedTuple

from claude_batch_desk.practice.tokens import Tokens

Way = Literal["batch", "message"]
PICODOLLARS = 10**12
"""In a dollar. Every price of a token is a whole number of them, so that sums are exact."""
_PER_TOKEN = Decimal(PICODOLLARS) / 1_000_000
_FIVE_MINUTES, _ONE_HOUR = Decimal("1.25"), Decimal(2)
_BATCH = Decimal("0.5")
_US = Decimal("1.1")


class _Tier(NamedTuple):
    """The prices of requests with more input tokens than `above`, the whole of them."""

    above: int
    input: str
    output: str
    read: str


_FABLE_5_2 = (_Tier(-1, "8", "40", "0.20"),)
_OPUS_5 = (_Tier(-1, "5", "25", "0.50"),)
_HAIKU_4_5 = (_Tier(-1, "1", "5", "0.10"),)
_SONNET_4_5 = (_Tier(-1, "3", "15", "0.30"), _Tier(200_000, "6", "22.50", "0.60"))
_TARIFF: dict[str, tuple[_Tier, ...]] = {
    "claude-fable-5-2": _FABLE_5_2,
    "claude-mythos-5-2": _FABLE_5_2,
    "claude-fable-5-1": (_Tier(-1, "10", "50", "0.25"),),
    "claude-fable-5": (_Tier(-1, "10", "50", "1"),),
    "claude-opus-5-5": (_Tier(-1, "4", "20", "0.20"),),
    "claude-opus-5": _OPUS_5,
    "claude-opus-4-8": _OPUS_5,
    "claude-opus-4-7": _OPUS_5,
    "claude-opus-4-6": _OPUS_5,
    "claude-opus-4-5": _OPUS_5,
    "claude-opus-4-5-20251101": _OPUS_5,
    "claude-sonnet-5-5": (_Tier(-1, "2", "10", "0.10"),),
    "claude-sonnet-5": (_Tier(-1, "2", "10", "0.20"),),
    "claude-sonnet-4-6": (_Tier(-1, "3", "15", "0.30"),),
    "claude-sonnet-4-5": _SONNET_4_5,
    "claude-sonnet-4-5-20250929": _SONNET_4_5,
    "claude-haiku-5-5": (
        _Tier(-1, "0.10", "0.50", "0.01"),
        _Tier(100_000, "0.50", "2.50", "0.05"),
    ),
    "claude-haiku-4-5": _HAIKU_4_5,
    "claude-haiku-4-5-20251001": _HAIKU_4_5,
}
"""Models that are not here are rehearsed with and not charged for: their prices are not public."""


def tier_of(model: str, prompt: int) -> int:
    """The bound above which a prompt of so many tokens lies; -1 for the lowest tier."""
    tiers = _TARIFF.get(model, ())
    return max((tier.above for tier in tiers if prompt > tier.above), default=-1)


def charge(model: str, tokens: Tokens, way: Way, *, us_only: bool) -> int:
    """What one request costs, in picodollars."""
    found = [tier for tier in _TARIFF.get(model, ()) if tokens.prompt > tier.above]
    if not found:
        return 0
    tier = found[-1]
    price = Decimal(tier.input)
    dollars_per_million = (
        tokens.input * price
        + tokens.cache_write_5m * price * _FIVE_MINUTES
        + tokens.cache_write_1h * price * _ONE_HOUR
        + tokens.cache_read * Decimal(tier.read)
        + tokens.output * Decimal(tier.output)
    )
    factor = (_BATCH if way == "batch" else Decimal(1)) * (_US if us_only else Decimal(1))
    return int(dollars_per_million * factor * _PER_TOKEN)
