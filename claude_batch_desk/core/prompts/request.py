"""Request: one Messages body as it goes over the wire, in a batch or by itself."""

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import orjson

from claude_batch_desk.core.catalogue import OfferedModel
from claude_batch_desk.core.errors import RecipeError
from claude_batch_desk.core.prompts.fields import OutputField, answer_schema, check_fields
from claude_batch_desk.core.prompts.recipe import Recipe

_TEXT_FIELD_TOKENS = 400
_SHORT_FIELD_TOKENS = 40
_FREE_TEXT_TOKENS = 2_000
_THINKING_ROOM = 8_000
_ALWAYS_THINKING_ROOM = 4_000
_EFFORTS_THAT_THINK = ("xhigh", "max")
"""At these the service refuses every way of turning thinking off."""


@dataclass(frozen=True)
class Request:
    """The exact bytes of one request's `params`, and their SHA-256 as hexadecimal.

    Two rows with the same bytes are one request: asked and paid once.
    """

    params: bytes
    sha256: str


def proposed_max_tokens(recipe: Recipe, model: OfferedModel) -> int:
    """Room for the answer and the thinking the model cannot be told to leave out, in tokens."""
    room = sum(_field_tokens(field) for field in recipe.fields) or _FREE_TEXT_TOKENS
    if recipe.thinking and model.thinking:
        room += _THINKING_ROOM
    elif model.thinking and model.least_thinking is None:
        room += _ALWAYS_THINKING_ROOM
    return min(room + 200, model.max_tokens)


def _field_tokens(field: OutputField) -> int:
    return _TEXT_FIELD_TOKENS if field.kind == "text" else _SHORT_FIELD_TOKENS


def shared_params(recipe: Recipe, model: OfferedModel) -> dict[str, Any]:
    """Everything of the request that does not differ from row to row.

    Raises RecipeError where the recipe asks the model for what it cannot do.
    """
    check_fields(recipe.fields)
    _check_against(recipe, model)
    params: dict[str, Any] = {
        "model": model.id,
        "max_tokens": recipe.max_tokens or proposed_max_tokens(recipe, model),
    }
    if recipe.instructions.strip():
        params["system"] = [{"type": "text", "text": recipe.instructions}]
    if not recipe.thinking and (least := model.least_thinking) is not None:
        if recipe.effort not in _EFFORTS_THAT_THINK:
            params["thinking"] = least
    elif recipe.thinking and "adaptive" in model.thinking:
        params["thinking"] = {"type": "adaptive"}
    output: dict[str, Any] = {"effort": recipe.effort} if recipe.effort else {}
    if recipe.fields:
        output["format"] = {"type": "json_schema", "schema": answer_schema(recipe.fields)}
    if output:
        params["output_config"] = output
    return params


def _check_against(recipe: Recipe, model: OfferedModel) -> None:
    if not recipe.prompt.text.strip():
        raise RecipeError("The prompt is empty. Write what to ask about each row.")
    if not recipe.prompt.columns:
        raise RecipeError(
            "The prompt names no column, so every row would be asked the same. Put a column into "
            "it, such as {{Message}}."
        )
    if recipe.effort and recipe.effort not in model.efforts:
        offered = ", ".join(model.efforts) or "no choice of effort"
        raise RecipeError(f"{model.name} does not know the effort “{recipe.effort}” ({offered}).")
    if recipe.fields and not model.structured_outputs:
        raise RecipeError(
            f"{model.name} cannot be held to answer columns. Choose a newer model, "
            "or remove the answer columns to get free text."
        )
    if recipe.max_tokens > model.max_tokens:
        raise RecipeError(
            f"{model.name} gives at most {model.max_tokens:,} output tokens per answer; "
            f"the recipe asks for {recipe.max_tokens:,}. Lower it."
        )


def request_builder(recipe: Recipe, model: OfferedModel) -> Callable[[str], Request]:
    """A function from a rendered prompt to its Request.

    The constant parts are serialised once around a random marker (a prompt may contain any fixed
    one); only the prompt is escaped per row.
    """
    marker = secrets.token_hex(16)
    params = shared_params(recipe, model)
    params["messages"] = [{"role": "user", "content": marker}]
    before, after = orjson.dumps(params).split(orjson.dumps(marker))

    def build(prompt: str) -> Request:
        body = before + orjson.dumps(prompt) + after
        return Request(body, hashlib.sha256(body).hexdigest())

    return build
