"""How long an answer may get before any was seen: a guess, and shown as one.

The figures are experience with short structured answers, not measurements of this job. Thinking
is the large unknown: the same question has cost one model 29 tokens and another time 2,501.
"""

from dataclasses import dataclass

from claude_batch_desk.core.catalogue import OfferedModel
from claude_batch_desk.core.prompts.fields import Companion, FieldKind
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
    answer = Guess(0, 0, 0)
    for field in recipe.fields:
        answer = answer.plus(_FIELD[field.kind])
        for companion in field.companions:
            answer = answer.plus(_BESIDE[companion])
    if not recipe.fields:
        answer = _FREE_TEXT
    if thinks(recipe, model):
        answer = answer.plus(_THINKING[recipe.effort or _DEFAULT_EFFORT])
    return answer
