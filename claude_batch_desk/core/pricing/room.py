"""How many tokens an answer needs, from answers that were seen."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from claude_batch_desk.core.catalogue import OfferedModel
from claude_batch_desk.core.pricing.guess import thinks
from claude_batch_desk.core.pricing.usage import Usage
from claude_batch_desk.core.prompts.recipe import Recipe
from claude_batch_desk.core.prompts.request import proposed_max_tokens

_FEWEST = 5
"""Answers; fewer say nothing of how long one may get."""
_MANY = 100
"""From so many on, hardly one in a hundred is longer than the longest of 99 %."""
_WIDE, _NARROW = 2.0, 1.5
"""Times the longest seen, of few answers and of many."""
_THINKING_WIDE = 3
_LEAST_THINKING = 2_000
"""Tokens a model that thinks may need on a harder row, whatever was seen."""
_STEP = 100


@dataclass(frozen=True)
class AnswerRoom:
    """A `max_tokens` that leaves room, and what it rests on. All but counts in tokens."""

    tokens: int
    longest: int
    """99 % of the answers seen were no longer, thinking included."""
    tried: int
    """How many answers were seen."""
    cut_off: int
    """How many of them reached the limit they were asked with."""


def answer_room(
    tried: Sequence[Usage], cut_off: int, recipe: Recipe, model: OfferedModel
) -> AnswerRoom | None:
    """The room that answers to this recipe need; None where too few were seen.

    Where answers were cut off nobody knows how long they were to be: twice the limit then.
    """
    if len(tried) < _FEWEST:
        return None
    answer = _p99([usage.output - usage.thinking for usage in tried])
    thinking = _p99([usage.thinking for usage in tried]) * _THINKING_WIDE
    if thinks(recipe, model):
        thinking = max(thinking, _LEAST_THINKING)
    needed = answer * (_NARROW if len(tried) >= _MANY else _WIDE) + thinking
    if cut_off:
        needed = max(needed, 2 * (recipe.max_tokens or proposed_max_tokens(recipe, model)))
    return AnswerRoom(
        tokens=min(math.ceil(needed / _STEP) * _STEP, model.max_tokens),
        longest=_p99([usage.output for usage in tried]),
        tried=len(tried),
        cut_off=cut_off,
    )


def _p99(counts: Sequence[int]) -> int:
    """What 99 % of them do not exceed; of fewer than a hundred, the largest."""
    return sorted(counts)[math.ceil(0.99 * len(counts)) - 1]
