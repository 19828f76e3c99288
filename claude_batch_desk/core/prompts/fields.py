"""OutputField: an answer column the person wants back, and the JSON schema that asks for it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any, Literal, get_args

from claude_batch_desk.core.errors import RecipeError

FieldKind = Literal["text", "choice", "number", "boolean"]
FIELD_KINDS: tuple[FieldKind, ...] = get_args(FieldKind)
MAX_FIELDS = 16
"""The service accepts at most 16 parameters of a union type, and each may be one."""
MIN_CHOICES = 2

_SAFE_KEY = re.compile(r"[^A-Za-z0-9]+")
_JSON_TYPES = {"text": "string", "choice": "string", "number": "number", "boolean": "boolean"}


@dataclass(frozen=True)
class OutputField:
    """A column of the answer: its header, what it holds, and a sentence that explains it."""

    name: str
    kind: FieldKind = "text"
    choices: tuple[str, ...] = ()
    description: str = ""
    may_be_unknown: bool = False
    """The model may answer "unknown" (JSON null), which leaves the cell empty on purpose."""


def check_fields(fields: Sequence[OutputField]) -> None:
    """Raise RecipeError where the fields cannot be asked for."""
    if len(fields) > MAX_FIELDS:
        raise RecipeError(f"A recipe can ask for at most {MAX_FIELDS} answer columns.")
    seen: set[str] = set()
    for field in fields:
        if not field.name.strip():
            raise RecipeError("An answer column has no name. Give it one, or remove it.")
        if field.name.strip().casefold() in seen:
            raise RecipeError(f"Two answer columns are called “{field.name}”. Rename one.")
        seen.add(field.name.strip().casefold())
        if field.kind == "choice":
            _check_choices(field)


def _check_choices(field: OutputField) -> None:
    folded = [choice.strip().casefold() for choice in field.choices]
    if len(folded) < MIN_CHOICES:
        raise RecipeError(f"“{field.name}” is one of a list: name at least two allowed values.")
    if "" in folded:
        raise RecipeError(f"“{field.name}” allows an empty value. Remove it from the list.")
    if len(set(folded)) < len(folded):
        raise RecipeError(f"“{field.name}” allows the same value twice. Remove one of them.")


def field_keys(fields: Sequence[OutputField]) -> tuple[str, ...]:
    """The JSON property name of each field: ASCII letters, digits and _, unique, at most 64."""
    keys: list[str] = []
    for number, field in enumerate(fields, start=1):
        key = _SAFE_KEY.sub("_", field.name).strip("_").lower()[:56] or f"answer_{number}"
        numbered = (f"{key}_{suffix}" for suffix in count(number))
        keys.append(next(each for each in numbered if each not in keys) if key in keys else key)
    return tuple(keys)


def answer_schema(fields: Sequence[OutputField]) -> dict[str, Any]:
    """The JSON schema of one answer, within the subset the service accepts."""
    keys = field_keys(fields)
    properties = {key: _property(field) for key, field in zip(keys, fields, strict=True)}
    return {
        "type": "object",
        "properties": properties,
        "required": list(keys),
        "additionalProperties": False,
    }


def _property(field: OutputField) -> dict[str, Any]:
    wanted: dict[str, Any] = {"type": _JSON_TYPES[field.kind]}
    if field.kind == "choice":
        wanted["enum"] = list(field.choices)
    if field.may_be_unknown:
        wanted = {"anyOf": [wanted, {"type": "null"}]}
    about = ". ".join(part for part in (field.name.strip(), field.description.strip()) if part)
    return {**wanted, "description": about}
