"""The prices of all models, as a list to look at: what is used, and what the table says."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from claude_batch_desk.core.catalogue import OfferedModel
from claude_batch_desk.core.errors import PriceError
from claude_batch_desk.core.price_override import PriceOverride
from claude_batch_desk.core.pricing.prices import PriceBook
from claude_batch_desk.core.pricing.rates import Rates


@dataclass(frozen=True)
class PricedModel:
    """A model with the prices that are reckoned with."""

    id: str
    name: str
    rates: Rates | None
    """None where no price is known."""
    problem: str
    """Why none is known, as a sentence; "" where one is."""
    listed: Rates | None
    """What the price table says, also where the person's own prices go before it."""
    entered: PriceOverride | None
    """The person's own prices."""


@dataclass(frozen=True)
class PriceList:
    """Every model on offer, and those the person has entered prices for."""

    models: tuple[PricedModel, ...]
    source: str
    """What the price table calls itself, and when it was compared."""

    @property
    def unpriced(self) -> frozenset[str]:
        """The ids of the models without a price."""
        return frozenset(each.id for each in self.models if each.rates is None)


def price_list(book: PriceBook, offered: Iterable[OfferedModel]) -> PriceList:
    """The models in the order they are offered in."""
    names = {model.id: model.name for model in offered}
    names |= {model: model for model in book.entered if model not in names}
    return PriceList(tuple(_priced(book, *each) for each in names.items()), book.date)


def _priced(book: PriceBook, model: str, name: str) -> PricedModel:
    rates, problem = _asked(book.rates, model)
    listed, _ = _asked(book.listed, model)
    return PricedModel(model, name, rates, problem, listed, book.entered.get(model))


def _asked(question: Callable[[str], Rates], model: str) -> tuple[Rates | None, str]:
    try:
        return question(model), ""
    except PriceError as error:
        return None, str(error)
