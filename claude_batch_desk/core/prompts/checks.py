"""Checks: what the service would refuse of a recipe, found here before anything is sent.

The rules are those of its documentation on 2026-11-22. What is not in here cannot be got wrong:
the ids of a batch, its size and the keys of a request are made by this program.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from claude_batch_desk.core.catalogue import OfferedModel
from claude_batch_desk.core.errors import RecipeError
from claude_batch_desk.core.prompts.fields import check_fields
from claude_batch_desk.core.prompts.recipe import Recipe

Tone = Literal["stop", "warning", "note"]
"""It cannot be sent like this; some rows will not be answered, or worse than they might be; good to
know."""
Place = Literal["data", "prompt", "try", ""]
"""The step where it can be mended."""

MOST_UNIONS = 16
MOST_OPTIONAL = 24
_KEYWORDS = frozenset(
    {"type", "properties", "required", "additionalProperties", "enum", "const", "anyOf", "allOf",
     "items", "minItems", "description", "title", "default", "format", "pattern", "$ref", "$defs"}
)  # fmt: skip
_FORMATS = frozenset(
    {"date-time", "time", "date", "duration", "email", "hostname", "uri", "ipv4", "ipv6", "uuid"}
)


@dataclass(frozen=True)
class Concern:
    """One thing worth mending or knowing before sending."""

    text: str
    """A sentence or two; row numbers in it count from 1."""
    place: Place = ""
    tone: Tone = "warning"
    rows: tuple[int, ...] = ()
    """The first rows it is about, from 0; none where it is about all."""

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> "Concern":
        """The concern of which this is the JSON."""
        return cls(**{**found, "rows": tuple(found["rows"])})


class NotSendable(RecipeError):
    """A recipe that the service would refuse for every row, with all there is to mend."""

    def __init__(self, concerns: Iterable[Concern]) -> None:
        self.concerns = tuple(concerns)
        super().__init__(" ".join(each.text for each in self.concerns))


def refusals(
    recipe: Recipe, model: OfferedModel, *, documents: bool = False
) -> tuple[Concern, ...]:
    """Everything for which the service would refuse each row; with `documents`, rows have some."""
    return tuple(
        Concern(text, "prompt", "stop") for text in _refusals(recipe, model, documents=documents)
    )


def _refusals(recipe: Recipe, model: OfferedModel, *, documents: bool) -> Iterator[str]:
    try:
        check_fields(recipe.fields)
    except RecipeError as error:
        yield str(error)
    if not recipe.prompt.text.strip():
        yield "The prompt is empty. Write what to ask about each row."
    elif not documents and not recipe.prompt.columns:
        # Only where rows have documents may the prompt be the same for all.
        yield (
            "The prompt names no column, so every row would be asked the same. Put a column into "
            "it, such as {{Message}}."
        )
    if recipe.effort and recipe.effort not in model.efforts:
        offered = ", ".join(model.efforts) or "no choice of effort"
        yield f"{model.name} does not know the effort “{recipe.effort}” ({offered})."
    if recipe.fields and not model.structured_outputs:
        yield (
            f"{model.name} cannot be held to answer columns. Choose a newer model, "
            "or remove the answer columns to get free text."
        )
    if recipe.max_tokens > model.max_tokens:
        yield (
            f"{model.name} gives at most {model.max_tokens:,} output tokens per answer; "
            f"the recipe asks for {recipe.max_tokens:,}. Lower it."
        )


def schema_faults(schema: Mapping[str, Any]) -> tuple[str, ...]:
    """What of an answer schema the service does not take, each with where; none where it is fine.

    Its documented subset: no limits on numbers and lengths, closed objects, at most 16 union types
    and 24 optional properties, no recursion.
    """
    nodes = [*_nodes(schema, "the answer")]
    faults = [fault for where, node in nodes for fault in _faults(where, node)]
    unions = sum("anyOf" in node or isinstance(node.get("type"), list) for _, node in nodes)
    if unions > MOST_UNIONS:
        faults.append(f"{unions} of its parts may be of several types; {MOST_UNIONS} may")
    optional = sum(
        len(node.get("properties", ())) - len(node.get("required", ())) for _, node in nodes
    )
    if optional > MOST_OPTIONAL:
        faults.append(f"{optional} of its parts may be left out; {MOST_OPTIONAL} may")
    return tuple(faults)


def _nodes(schema: Mapping[str, Any], where: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    yield where, schema
    for key in ("properties", "$defs"):
        for name, inner in schema.get(key, {}).items():
            yield from _nodes(inner, f"{where}, {name}")
    if isinstance(schema.get("items"), Mapping):
        yield from _nodes(schema["items"], f"{where}, each")
    for key in ("anyOf", "allOf"):
        for inner in schema.get(key, ()):
            yield from _nodes(inner, where)


def _faults(where: str, node: Mapping[str, Any]) -> Iterator[str]:
    for key in node.keys() - _KEYWORDS:
        yield f"{where}: {key} is not taken"
    if node.get("type") == "object" and node.get("additionalProperties") is not False:
        yield f"{where}: additionalProperties must be false"
    if node.get("minItems", 0) not in (0, 1):
        yield f"{where}: minItems may be 0 or 1"
    if "format" in node and node["format"] not in _FORMATS:
        yield f"{where}: the format {node['format']} is not known"
    if not all(_is_scalar(each) for each in node.get("enum", ())):
        yield f"{where}: only plain values can be listed"
    if str(node.get("$ref", "#")).partition("#")[0]:
        yield f"{where}: a reference must stay inside"


def _is_scalar(value: object) -> bool:
    return value is None or isinstance(value, str | int | float | bool)


def texts_of(concerns: Sequence[Concern]) -> tuple[str, ...]:
    """What is to be said of them, notes left out."""
    return tuple(each.text for each in concerns if each.tone != "note")
