"""The part of JSON Schema that the service documents for answers, written down once more for tests.

It knows what is taken, and finds all else wrong; it shares nothing with what makes our schemas, nor
with the stand-in, which knows what is refused.
"""

from collections.abc import Iterator, Mapping
from typing import Any

_EVERYWHERE = {"description", "title", "default", "const"}
_OF_TYPE: Mapping[str, set[str]] = {
    "object": {"properties", "required", "additionalProperties"},
    "array": {"items", "minItems"},
    "string": {"enum", "format", "pattern"},
    "integer": {"enum"},
    "number": {"enum"},
    "boolean": set(),
    "null": set(),
}
_PYTHON: Mapping[str, type | tuple[type, ...]] = {
    "string": str, "integer": int, "number": (int, float)
}  # fmt: skip
_FORMATS = (
    "date-time", "time", "date", "duration", "email", "hostname", "uri", "ipv4", "ipv6", "uuid"
)  # fmt: skip
_MOST_UNIONS, _MOST_OPTIONAL = 16, 24


def faults(schema: Mapping[str, Any]) -> list[str]:
    """What is not documented to be taken; nothing where all of it is."""
    nodes = [*_nodes(schema)]
    found = [fault for node in nodes for fault in _faults(node)]
    if schema.get("type") != "object":
        found.append("an answer is an object")
    if sum("anyOf" in node for node in nodes) > _MOST_UNIONS:
        found.append("too many unions")
    left = sum(len({*node.get("properties", ())} - {*node.get("required", ())}) for node in nodes)
    if left > _MOST_OPTIONAL:
        found.append("too many optional properties")
    return found


def _nodes(node: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield node
    inner = [*node.get("properties", {}).values(), *node.get("anyOf", ())]
    for each in [*inner, *([node["items"]] if "items" in node else [])]:
        yield from _nodes(each)


def _faults(node: Mapping[str, Any]) -> Iterator[str]:
    keys, kind = node.keys() - _EVERYWHERE, str(node.get("type"))
    if "anyOf" in keys:
        yield from (f"{key} beside anyOf" for key in keys - {"anyOf"})
        return
    yield from (f"{key} of {kind}" for key in keys - {"type"} - _OF_TYPE.get(kind, set()))
    if kind not in _OF_TYPE:
        yield f"type {kind}"
    if not isinstance(node.get("description", ""), str):
        yield "a description that is no text"
    if node.get("format", "date") not in _FORMATS:
        yield f"format {node['format']}"
    if kind in _SHAPE:
        yield from _SHAPE[kind](node)
    if "enum" in node:
        yield from _of_list(kind, node["enum"])


def _of_list(kind: str, values: list[Any]) -> Iterator[str]:
    if not values or len(set(values)) < len(values):
        yield "an empty list, or the same twice"
    for value in values:
        if isinstance(value, bool) or not isinstance(value, _PYTHON.get(kind, ())) or value == "":
            yield f"{value!r} in a list of {kind}"


def _of_object(node: Mapping[str, Any]) -> Iterator[str]:
    if node.get("additionalProperties") is not False:
        yield "an open object"
    if not {*node.get("required", ())} <= {*node.get("properties", ())}:
        yield "required, but not there"


def _of_array(node: Mapping[str, Any]) -> Iterator[str]:
    if node.get("minItems", 0) not in (0, 1):
        yield "a number of items"
    if "items" not in node:
        yield "a list of anything"


_SHAPE = {"object": _of_object, "array": _of_array}
