"""Believable answers without a model: what a row's own words suggest, the same every time."""

from typing import Any

import orjson


def answer_text(system: str, prompt: str, schema: dict[str, Any] | None) -> str:
    """The answer to a prompt: JSON that fits the schema, or a short paragraph without one."""
    if schema is None:
        return prompt.strip().split(". ")[0][:300]
    return orjson.dumps(_value(schema, prompt)).decode()


def _value(schema: dict[str, Any], prompt: str) -> Any:
    if "enum" in schema:
        words = prompt.casefold()
        return max(schema["enum"], key=lambda choice: str(choice).casefold() in words)
    if "anyOf" in schema:
        return _value(schema["anyOf"][0], prompt)
    kind = schema.get("type")
    if kind == "object":
        return {k: _value(v, prompt) for k, v in (schema.get("properties") or {}).items()}
    simple: dict[Any, Any] = {"number": 1, "integer": 1, "boolean": True, "null": None, "array": []}
    return simple.get(kind, prompt.strip().split(". ")[0][:200])
