"""PriceOverride: the prices a person entered for a model, and how the settings file keeps them.

What earlier versions know of it, input and output, stays where they look for it. The rest is kept
apart, among what they do not know and write back as it was.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

_CACHE_KINDS = ("cache_write_5m", "cache_write_1h", "cache_read")


@dataclass(frozen=True)
class PriceOverride:
    """USD per million tokens of an immediate call; a batch costs half.

    What is None follows the service's usual ratios to the input price: five-minute cache writes
    1.25, one-hour cache writes 2, cache reads 0.1.
    """

    input: Decimal
    output: Decimal
    cache_write_5m: Decimal | None = None
    cache_write_1h: Decimal | None = None
    cache_read: Decimal | None = None
    above: int = 0
    """Whole requests with longer prompts, in tokens, cost `longer`; 0 where length is no matter."""
    longer: "PriceOverride | None" = None
    entered: date | None = None
    """The day they were entered; None where an earlier version took them."""


def amount_of(value: object) -> Decimal:
    """An amount as settings keep it; raises TypeError, ValueError or InvalidOperation."""
    if not isinstance(value, str):
        raise TypeError
    amount = Decimal(value)
    if not amount.is_finite() or amount < 0:
        raise ValueError
    return amount


def read_overrides(written: object) -> dict[str, PriceOverride]:
    """What every version knows of the overrides, by model; raises as `amount_of` does."""
    return {model: _usual(price) for model, price in _dict(written).items()}


def with_details(
    overrides: Mapping[str, PriceOverride], details: object
) -> dict[str, PriceOverride]:
    """The overrides with what was kept apart of them; raises as `amount_of` does."""
    found = dict(overrides)
    for model, detail in _dict(details).items():
        if model in found:
            found[model] = _detailed(found[model], _dict(detail))
    return found


def written_overrides(overrides: Mapping[str, PriceOverride]) -> dict[str, dict[str, str]]:
    """What every version knows of them, for JSON."""
    return {
        model: {"input": str(price.input), "output": str(price.output)}
        for model, price in overrides.items()
    }


def written_details(overrides: Mapping[str, PriceOverride]) -> dict[str, dict[str, Any]]:
    """The rest, for JSON; models that have none are left out."""
    details = {model: _details(price) for model, price in overrides.items()}
    return {model: detail for model, detail in details.items() if detail}


def _details(price: PriceOverride) -> dict[str, Any]:
    detail: dict[str, Any] = {
        kind: str(amount) for kind in _CACHE_KINDS if (amount := getattr(price, kind)) is not None
    }
    if price.longer is not None:
        usual = written_overrides({"": price.longer})[""]
        detail |= {"above": price.above, "longer": usual | _details(price.longer)}
    if price.entered is not None:
        detail["entered"] = price.entered.isoformat()
    return detail


def _usual(written: object) -> PriceOverride:
    price = _dict(written)
    return PriceOverride(amount_of(price.get("input")), amount_of(price.get("output")))


def _detailed(price: PriceOverride, detail: Mapping[str, Any]) -> PriceOverride:
    def amount(kind: str) -> Decimal | None:
        return amount_of(detail[kind]) if kind in detail else None

    price = replace(
        price,
        cache_write_5m=amount("cache_write_5m"),
        cache_write_1h=amount("cache_write_1h"),
        cache_read=amount("cache_read"),
        entered=date.fromisoformat(detail["entered"]) if "entered" in detail else None,
    )
    if "longer" not in detail:
        return price
    above, longer = detail["above"], _dict(detail["longer"])
    if not isinstance(above, int) or above < 1:
        raise ValueError
    return replace(price, above=above, longer=_detailed(_usual(longer), longer))


def _dict(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise TypeError
    return value
