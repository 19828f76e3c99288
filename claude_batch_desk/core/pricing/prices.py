"""PriceBook: every model's rates, from the offline snapshot of genai-prices.

The package takes a noticeable fraction of a second to import, so that happens with the first
question; ask it from a worker. Its prices are never downloaded.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING

from claude_batch_desk.core.catalogue import bundled_models_date
from claude_batch_desk.core.errors import PriceError
from claude_batch_desk.core.price_override import PriceOverride
from claude_batch_desk.core.pricing.rates import (
    Cost,
    Prices,
    Rates,
    Tier,
    Way,
    cost_of,
    rates_entered,
)
from claude_batch_desk.core.pricing.usage import Usage

if TYPE_CHECKING:
    from genai_prices.types import ModelInfo, ModelPrice

_BATCH = {"processing": "batch"}
_KINDS = {
    "input": "input_mtok",
    "cache_write_5m": "cache_write_mtok",
    "cache_write_1h": "cache_write_1h_mtok",
    "cache_read": "cache_read_mtok",
    "output": "output_mtok",
}
_NOT_OURS = {"web_searches_kcount"}
"""Billed for what this program never asks for."""
_ENTER = "Enter its prices in Settings to use it, or choose another model."
_NONE: Mapping[str, PriceOverride] = MappingProxyType({})


class PriceBook:
    """What every model costs; prices the person entered go before those of the snapshot."""

    def __init__(self, overrides: Mapping[str, PriceOverride] = _NONE) -> None:
        self._entered = _Entered(dict(overrides))
        self._listed: dict[str, Rates] = {}

    def enter(self, overrides: Mapping[str, PriceOverride]) -> None:
        """Take these prices from now on, and no others than these of the person's own."""
        self._entered = _Entered(dict(overrides))

    @property
    def date(self) -> str:
        """The price table's version, which carries no day, and the day it was compared by us."""
        from genai_prices import __version__

        return f"genai-prices {__version__}, checked {bundled_models_date()}"

    def rates(self, model_id: str) -> Rates:
        """The prices of a model; raises PriceError where they are unknown or contradictory."""
        return self._entered.rates.get(model_id) or self.listed(model_id)

    def listed(self, model_id: str) -> Rates:
        """The prices of the table, whatever the person entered; raises PriceError."""
        if model_id not in self._listed:
            self._listed[model_id] = _from_snapshot(model_id, self.date)
        return self._listed[model_id]

    @property
    def entered(self) -> Mapping[str, PriceOverride]:
        """What the person entered, by model."""
        return self._entered.overrides

    def cost(self, usage: Usage, model_id: str, way: Way) -> Cost:
        """The cost of one request by the usage the service returned for it; raises PriceError."""
        return cost_of(usage, self.rates(model_id), way)

    def total(self, usage: Usage | None, model_id: str, way: Way) -> Decimal:
        """What an answer costs in USD by its usage; None is an answer that is not billed.

        Raises PriceError.
        """
        return Decimal(0) if usage is None else self.cost(usage, model_id, way).total


@dataclass(frozen=True)
class _Entered:
    """What the person entered; replaced as a whole, since others read it meanwhile."""

    overrides: Mapping[str, PriceOverride]

    @cached_property
    def rates(self) -> Mapping[str, Rates]:
        return {model: rates_entered(model, each) for model, each in self.overrides.items()}


def _from_snapshot(model_id: str, source: str) -> Rates:
    model = _described(model_id)
    day = _day()
    now, batch = model.get_prices(day), model.get_prices(day, _BATCH)
    _check_kinds(now, model_id)
    tiers = tuple(
        Tier(above, _prices(batch, above), _prices(now, above)) for above in _thresholds(now)
    )
    if _thresholds(batch) != _thresholds(now) or any(
        tier.batch != tier.now.halved() for tier in tiers
    ):
        raise PriceError(
            f"The batch price of {model_id} is not known for certain: the price table does not "
            f"have it at half the usual price. {_ENTER}"
        )
    return Rates(model_id, tiers, source)


def _described(model_id: str) -> "ModelInfo":
    from genai_prices.data_snapshot import get_snapshot

    try:
        _, model = get_snapshot().find_provider_model(model_id, None, "anthropic", None)
    except LookupError as error:
        raise _unknown(model_id) from error
    # Some entries match by how an id begins; a newer model must not borrow an older one's price.
    if not re.fullmatch(re.escape(model.id) + r"(-\d{8})?", model_id):
        raise _unknown(model_id)
    return model


def _unknown(model_id: str) -> PriceError:
    return PriceError(f"The price of {model_id} is not known to this version. {_ENTER}")


def _day() -> datetime:
    """Now; a clock set before this version was made would ask for outdated prices."""
    made = datetime.fromisoformat(bundled_models_date()).replace(tzinfo=UTC)
    return max(datetime.now(tz=UTC), made)


def _check_kinds(price: "ModelPrice", model_id: str) -> None:
    kinds = {kind for kind, value in vars(price).items() if value is not None} - _NOT_OURS
    if kinds != set(_KINDS.values()):
        raise PriceError(f"The price table prices {model_id} in an unfamiliar way. {_ENTER}")


def _thresholds(price: "ModelPrice") -> list[int]:
    from genai_prices.types import TieredPrices

    starts = {
        tier.start
        for kind in _KINDS.values()
        if isinstance(value := getattr(price, kind), TieredPrices)
        for tier in value.tiers
    }
    return [-1, *sorted(starts)]


def _prices(price: "ModelPrice", above: int) -> Prices:
    return Prices(**{name: _one(getattr(price, kind), above) for name, kind in _KINDS.items()})


def _one(value: object, above: int) -> Decimal:
    from genai_prices.types import TieredPrices

    if isinstance(value, TieredPrices):
        starts = [tier.price for tier in value.tiers if tier.start <= above]
        return starts[-1] if starts else value.base
    if isinstance(value, Decimal):
        return value
    raise TypeError(f"a price is {type(value).__name__}")
