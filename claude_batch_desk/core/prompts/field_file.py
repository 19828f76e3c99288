"""Answer columns as they stand in a recipe file."""

from collections.abc import Mapping
from typing import Any

from claude_batch_desk.core.prompts.fields import COMPANIONS, FIELD_KINDS, Choice, OutputField

_TEXT = {"type": "string"}
_CHOICE = {
    "type": "object",
    "additionalProperties": False,
    "required": ["value"],
    "properties": {"value": _TEXT, "description": _TEXT},
}
# Far outside any scale that can be asked for, and small enough to be compared.
_END = {"type": "integer", "minimum": -1_000_000_000, "maximum": 1_000_000_000}
FIELD_SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "required": ["name"],
    "properties": {
        "name": _TEXT,
        "kind": {"enum": list(FIELD_KINDS)},
        "choices": {"type": "array", "items": {"anyOf": [_TEXT, _CHOICE]}},
        "scale": {"type": "array", "items": _END, "minItems": 2, "maxItems": 2},
        "description": _TEXT,
        "may_be_unknown": {"type": "boolean"},
        "with": {"type": "array", "items": {"enum": list(COMPANIONS)}, "uniqueItems": True},
    },
}


def written_field(field: OutputField) -> dict[str, Any]:
    """An answer column as it is written; allowed values without a meaning stay plain texts."""
    written: dict[str, Any] = {
        "name": field.name,
        "kind": field.kind,
        "choices": [_written_choice(choice) for choice in field.choices],
        "scale": [field.low, field.high] if field.kind == "score" else [],
        "description": field.description,
        "may_be_unknown": field.may_be_unknown,
        "with": list(field.companions),
    }
    kept = {key: value for key, value in written.items() if value not in ([], "", False)}
    return {"name": field.name, **kept}  # one that has no name yet is kept in drafts


def _written_choice(choice: Choice) -> str | dict[str, str]:
    if not choice.description:
        return choice.value
    return {"value": choice.value, "description": choice.description}


def read_field(read: Mapping[str, Any]) -> OutputField:
    """An answer column of a recipe file that fits FIELD_SCHEMA."""
    low, high = read.get("scale") or (OutputField.low, OutputField.high)
    wanted = read.get("with", ())
    return OutputField(
        name=read["name"],
        kind=read.get("kind", "text"),
        choices=tuple(
            Choice(each) if isinstance(each, str) else Choice(**each)
            for each in read.get("choices", ())
        ),
        description=read.get("description", ""),
        may_be_unknown=read.get("may_be_unknown", False),
        low=low,
        high=high,
        companions=tuple(each for each in COMPANIONS if each in wanted),
    )
