"""The cached form of a request: the same one, with the end of its instructions marked.

The service caches what stands before a mark, in the order tools, system, messages: so the mark is
on the system text alone, and nothing of a row is before it. A request means the same with and
without it: its SHA-256 is that of the form without, and an answer to either is one to both.
"""

from collections.abc import Callable
from typing import Literal

import orjson

from claude_batch_desk.core.catalogue import OfferedModel
from claude_batch_desk.core.errors import RecipeError
from claude_batch_desk.core.prompts.recipe import Recipe
from claude_batch_desk.core.prompts.request import shared_params

Ttl = Literal["5m", "1h"]
"""How long the service keeps what was cached, counted from its last use."""
TTLS: tuple[Ttl, ...] = ("5m", "1h")
_FIRST = ("model", "max_tokens", "system")
"""What the params of every request with instructions begin with."""


def cached_form(
    recipe: Recipe, model: OfferedModel, ttl: Ttl, *, documents: bool = False
) -> Callable[[bytes], bytes]:
    """A function from the params of a request of this recipe to their cached form.

    Raises RecipeError where there are no instructions.
    """
    params = shared_params(recipe, model, documents=documents)
    if "system" not in params:
        raise RecipeError(
            "There are no instructions that could be cached. Nothing was sent. Send the job as a "
            "batch without cached instructions."
        )
    begin = {name: params[name] for name in _FIRST}
    *others, last = params["system"]
    last = {**last, "cache_control": {"type": "ephemeral", "ttl": ttl}}
    plain = orjson.dumps(begin)[:-1]
    marked = orjson.dumps({**begin, "system": [*others, last]})[:-1]

    def form(params: bytes) -> bytes:
        if not params.startswith(plain):
            raise ValueError("a request of another recipe")
        return marked + params[len(plain) :]

    return form
