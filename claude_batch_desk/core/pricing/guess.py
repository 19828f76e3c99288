"""How long an answer may get before any was seen: a guess, and shown as one.

The figures are experience with short structured answers, not measurements of this job. Thinking
is the large unknown: the same question has cost one model 29 tokens and another time 2,501.
"""

from dataclasses import dataclass, replace
from functools import reduce

from claude_batch_desk.core.catalogue import OfferedModel
from claude_batch_desk.core.prompts.fields import Companion, FieldKind, OutputField
from claude_batch_desk.core.prompts.recipe import Recipe
from claude_batch_desk.core.prompts.request import thinks_unasked


@dataclass(frozen=True)
class Guess:
    """Output tokens of the average answer."""

    low: int
    expected: int
    high: int

    def plus(self, other: "Guess") -> "Guess":
        """Both one after the other."""
        return Guess(self.low + other.low, self.expected + other.expected, self.high + other.high)

    def within(self, most: int) -> "Guess":
        """The guess for answers that are cut off after `most` tokens."""
        return Guess(min(self.low, most), min(self.expected, most), min(self.high, most))


_FREE_TEXT = Guess(40, 400, 2_000)
_NOTHING = 5
"""A name and a null: a column that may be left empty."""
_WORDY: tuple[FieldKind, ...] = ("text", "long_text")
"""Their length is anybody's guess; that of other values is not."""
_FIELD: dict[FieldKind, Guess] = {
    "choice": Guess(6, 12, 30),
    "number": Guess(5, 10, 25),
    "boolean": Guess(5, 8, 20),
    "text": Guess(15, 80, 400),
    "long_text": Guess(40, 400, 2_000),
    "choices": Guess(8, 25, 100),
    "integer": Guess(5, 10, 25),
    "date": Guess(8, 14, 25),
    "score": Guess(5, 8, 20),
}
_BESIDE: dict[Companion, Guess] = {
    "reason": Guess(15, 35, 100),
    "quote": Guess(10, 50, 250),
    "confidence": Guess(6, 9, 18),
}
_THINKING = {
    "low": Guess(0, 150, 1_500),
    "medium": Guess(0, 400, 4_000),
    "high": Guess(50, 1_000, 8_000),
    "xhigh": Guess(200, 2_500, 16_000),
    "max": Guess(500, 5_000, 32_000),
}
_DEFAULT_EFFORT = "high"
"""Of most models; a few newer ones start at medium."""


def thinks(recipe: Recipe, model: OfferedModel) -> bool:
    """Whether the model will think, as the request asks for it or cannot prevent it."""
    if recipe.thinking:
        return "adaptive" in model.thinking
    return thinks_unasked(recipe, model)


def guess_answer(recipe: Recipe, model: OfferedModel) -> Guess:
    """The output tokens of an answer to this recipe, thinking included."""
    answer = reduce(Guess.plus, map(_guess_field, recipe.fields)) if recipe.fields else _FREE_TEXT
    if thinks(recipe, model):
        answer = answer.plus(_THINKING[recipe.effort or _DEFAULT_EFFORT])
    return answer


def least_answer(recipe: Recipe) -> int:
    """Output tokens below which hardly an answer that says something is whole, thinking apart."""
    if not recipe.fields:
        return _FREE_TEXT.low
    return sum(map(_least, recipe.fields))


def _least(field: OutputField) -> int:
    value = _FIELD[field.kind]
    beside = sum(_BESIDE[companion].low for companion in field.companions)
    return (value.low if field.kind in _WORDY else value.expected) + beside


def _guess_field(field: OutputField) -> Guess:
    guess = reduce(Guess.plus, (_BESIDE[each] for each in field.companions), _FIELD[field.kind])
    if field.may_be_unknown:
        guess = replace(guess, low=_NOTHING * (1 + len(field.companions)))
    return guess
