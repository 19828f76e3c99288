"""What the service is asked for: the JSON schema of one answer, and the same in plain words.

The schema stays within the documented subset: no numeric limits, no lengths, every object closed,
every property required, so that properties are answered in their order: the quote and the reason
come before the value they lead to.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from claude_batch_desk.core.prompts.fields import (
    SURE,
    AnswerColumn,
    Companion,
    FieldKind,
    OutputField,
    columns_of,
)

_JSON_TYPES: dict[FieldKind, str] = {
    "text": "string",
    "long_text": "string",
    "choice": "string",
    "integer": "integer",
    "number": "number",
    "boolean": "boolean",
    "date": "string",
    "score": "integer",
}
_ABOUT: dict[Companion, str] = {
    "quote": "The words of the source that “{name}” rests on, copied exactly, without changes or "
    "omissions, as short as they can be. An empty text where nothing in the source says it",
    "reason": "In one short sentence, why “{name}” is what it is. Written before the value",
    "confidence": "How certain “{name}” is. high: the source says it plainly. medium: it follows "
    "from the source. low: the source hardly says it, or speaks for something else too",
}
_WORDS: dict[FieldKind, str] = {
    "text": "text",
    "long_text": "long text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "yes or no",
    "date": "a date, as YYYY-MM-DD",
}
_ORDER: tuple[Companion | None, ...] = ("quote", "reason", None, "confidence")
_COMPANION_WORDS: dict[Companion, str] = {
    "quote": "the exact words of the source it rests on, which are looked up in the row",
    "reason": "a short reason, written before the value",
    "confidence": "how certain the value is: low, medium or high",
}


def answer_schema(fields: Sequence[OutputField]) -> dict[str, Any]:
    """The JSON schema of one answer, within the subset the service accepts."""
    properties = {column.key: _property(column) for column in _as_answered(fields)}
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def asked_for(fields: Sequence[OutputField]) -> Iterator[tuple[str, str]]:
    """The schema for people: each column's header and what is to stand there, as answered."""
    for column in _as_answered(fields):
        if column.companion:
            yield column.header, _COMPANION_WORDS[column.companion]
        else:
            empty = ", or nothing" if column.field.may_be_unknown else ""
            yield column.header, f"{_plainly(column.field)}{empty}"


def _as_answered(fields: Sequence[OutputField]) -> Iterator[AnswerColumn]:
    """The columns in the order they are asked for: what leads to a value, the value, the doubt."""
    group: list[AnswerColumn] = []
    for column in columns_of(fields):
        if column.companion is None:
            yield from sorted(group, key=_place)
            group = []
        group.append(column)
    yield from sorted(group, key=_place)


def _place(column: AnswerColumn) -> int:
    return _ORDER.index(column.companion)


def _property(column: AnswerColumn) -> dict[str, Any]:
    field = column.field
    if column.companion:
        about = _ABOUT[column.companion].format(name=field.name.strip())
        wanted: dict[str, Any] = {"type": "string"}
        if column.companion == "confidence":
            wanted["enum"] = list(SURE)
        return {**wanted, "description": f"{about}."}
    wanted = _value(field)
    if field.is_union:
        wanted = {"anyOf": [wanted, {"type": "null"}]}
    return {**wanted, "description": _about(field)}


def _value(field: OutputField) -> dict[str, Any]:
    if field.kind == "choices":
        items = {"type": "string", "enum": _values(field)}
        return {"type": "array", "items": items, "minItems": 0 if field.may_be_unknown else 1}
    wanted: dict[str, Any] = {"type": _JSON_TYPES[field.kind]}
    if field.kind == "choice":
        wanted["enum"] = _values(field)
    elif field.kind == "score":
        wanted["enum"] = list(field.points)
    elif field.kind == "date":
        wanted["format"] = "date"
    return wanted


def _values(field: OutputField) -> list[str]:
    return [choice.value for choice in field.choices]


def _about(field: OutputField) -> str:
    """What a value is, for the model, and what each allowed value means."""
    parts = [field.name.strip(), field.description.strip()]
    if field.kind == "score":
        parts.append(f"On a scale from {field.low} to {field.high}")
    about = ". ".join(part for part in parts if part)
    meanings = [
        f"- {choice.value}: {' '.join(choice.description.split())}"
        for choice in field.choices
        if field.is_listed and choice.description.strip()
    ]
    if not meanings:
        return about
    return "\n".join((about if about.endswith((".", "!", "?", ":")) else f"{about}.", *meanings))


def _plainly(field: OutputField) -> str:
    if field.kind == "score":
        return f"a whole number from {field.low} to {field.high}"
    if field.is_listed:
        several = "one of" if field.kind == "choice" else "one or more of"
        return f"{several} {', '.join(_values(field))}"
    return _WORDS[field.kind]
