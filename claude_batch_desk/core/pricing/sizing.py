"""About how many tokens a text is, known at once and without asking anybody."""

import orjson

from claude_batch_desk.core.catalogue import OfferedModel
from claude_batch_desk.core.errors import RecipeError
from claude_batch_desk.core.pricing.documents import TEXT_TOKENS_PER_BYTE
from claude_batch_desk.core.pricing.tokens import framing_bytes
from claude_batch_desk.core.prompts.recipe import Recipe
from claude_batch_desk.core.prompts.request import shared_params


def about_tokens(text: str, tokens_per_byte: float = 0.0) -> int:
    """By the rate that was measured on other texts of the job, or by the rule of thumb."""
    return round(len(text.encode()) * (tokens_per_byte or TEXT_TOKENS_PER_BYTE))


def about_shared_tokens(recipe: Recipe, model: OfferedModel | None) -> int:
    """Of what every request repeats: instructions, answer columns, what the service adds.

    Of a recipe that cannot be asked yet, its instructions only.
    """
    if model is None:
        return about_tokens(recipe.instructions)
    try:
        params = shared_params(recipe, model, documents=True)
    except RecipeError:
        return about_tokens(recipe.instructions)
    size = len(orjson.dumps(params)) + framing_bytes(recipe)
    return round(size * TEXT_TOKENS_PER_BYTE)
