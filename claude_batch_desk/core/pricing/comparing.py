"""What the same rows would cost with another model, effort or thinking: from one estimate."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from claude_batch_desk.core.catalogue import OfferedModel
from claude_batch_desk.core.errors import PriceError
from claude_batch_desk.core.pricing.estimate import Estimate
from claude_batch_desk.core.pricing.guess import guess_answer
from claude_batch_desk.core.pricing.prices import PriceBook
from claude_batch_desk.core.pricing.rates import PER_RATE, Rates, Tier
from claude_batch_desk.core.prompts.recipe import Recipe
from claude_batch_desk.core.prompts.request import proposed_max_tokens

_ROWS = 1_000
_NEWER_TOKENISER = (4, 7)
_MORE_TOKENS = 1.3
"""The service's documentation: from 4.7 on, models count some 30 % more tokens for a text."""
_VERSION = re.compile(r"claude-[a-z]+-(\d+)(?:-(\d{1,2}))?(?!\d)")


@dataclass(frozen=True)
class UnitPrice:
    """USD for 1,000 of the rows, sent as a batch."""

    expected: Decimal
    highest: Decimal
    """Above `expected` where some prompts may be so long that a dearer tier bills them."""


@dataclass(frozen=True)
class Comparison:
    """Prices beside each choice; one that is not known is left out."""

    models: Mapping[str, UnitPrice] = field(default_factory=dict)
    """By the model's id, each with effort and thinking as chosen, as far as it has them."""
    efforts: Mapping[str, UnitPrice] = field(default_factory=dict)
    """Of the chosen model, by effort; "" is its own default."""
    thinking: UnitPrice | None = None
    """Of the chosen model, told to think."""
    no_thinking: UnitPrice | None = None
    """Of the chosen model, told to think as little as it can."""


def compare(
    estimate: Estimate, recipe: Recipe, models: Iterable[OfferedModel], book: PriceBook
) -> Comparison:
    """Prices of every model, and of every effort of the recipe's own, which `estimate` is of.

    Nothing is counted for it: tokens are carried over from the estimate, input by what is known
    of the tokenisers, output by how the guesses differ. So these are about right, and the card
    with the estimate tells more once a choice is made.
    """
    offered = {model.id: model for model in models}
    chosen = offered.get(recipe.model)
    pending = estimate.requests - estimate.already_answered
    if chosen is None or pending <= 0 or not estimate.rows:
        return Comparison()
    known = _Known(estimate, recipe, chosen, pending, book)
    efforts = ("", *chosen.efforts)
    return Comparison(
        models=_found({each.id: known.price(recipe, each) for each in offered.values()}),
        efforts=_found(
            {each: known.price(replace(recipe, effort=each), chosen) for each in efforts}
        ),
        thinking=known.price(replace(recipe, thinking=True), chosen),
        no_thinking=known.price(replace(recipe, thinking=False), chosen),
    )


def _found(prices: dict[str, UnitPrice | None]) -> dict[str, UnitPrice]:
    return {name: price for name, price in prices.items() if price is not None}


@dataclass(frozen=True)
class _Known:
    """What the estimate tells of the requests still to be sent."""

    estimate: Estimate
    recipe: Recipe
    model: OfferedModel
    pending: int
    book: PriceBook

    def price(self, recipe: Recipe, model: OfferedModel) -> UnitPrice | None:
        """What 1,000 rows cost with this recipe and model; None where the price is not known."""
        effort = recipe.effort if recipe.effort in model.efforts else ""
        recipe = replace(recipe, model=model.id, effort=effort)
        try:
            rates = self.book.rates(model.id)
        except PriceError:
            return None
        ratio = _tokeniser(model.id) / _tokeniser(self.model.id)
        prompt = self.estimate.input_tokens / self.pending * ratio
        longest = max(self.estimate.longest_tokens * ratio, prompt)
        output = self._output(recipe, model)
        return UnitPrice(
            self._amount(_tier(rates, prompt), prompt, output),
            self._amount(_tier(rates, longest), prompt, output),
        )

    def _amount(self, tier: Tier, prompt: float, output: float) -> Decimal:
        requests = _ROWS * self.estimate.requests / self.estimate.rows
        tokens_in, tokens_out = round(requests * prompt), round(requests * output)
        return (tokens_in * tier.batch.input + tokens_out * tier.batch.output) / PER_RATE

    def _output(self, recipe: Recipe, model: OfferedModel) -> float:
        """Tokens of the average answer: what is known of it, and how the guesses differ."""
        average = self.estimate.output_tokens / self.pending
        before, after = _guess(self.recipe, self.model), _guess(recipe, model)
        if after >= before:
            return average + after - before
        return average * after / before


def _guess(recipe: Recipe, model: OfferedModel) -> int:
    limit = recipe.max_tokens or proposed_max_tokens(recipe, model)
    return guess_answer(recipe, model).within(limit).expected


def _tier(rates: Rates, tokens: float) -> Tier:
    return rates.tier(round(tokens))


def _tokeniser(model_id: str) -> float:
    """How many tokens a model counts, as a multiple of what the older ones do."""
    found = _VERSION.match(model_id)
    if found is None:
        return _MORE_TOKENS
    version = int(found[1]), int(found[2] or 0)
    return _MORE_TOKENS if version >= _NEWER_TOKENISER else 1.0
