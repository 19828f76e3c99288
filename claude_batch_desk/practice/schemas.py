"""Which JSON schemas the service accepts for structured output."""

from collections.abc import Iterator, Mapping
from typing import Any

from claude_batch_desk.practice.wire import ApiError, bad_request

_REFUSED_KEYWORDS = frozenset(
    {
        "minimum",
        "maximum",
        "exclusiveMinimum",
        "exclusiveMaximum",
        "multipleOf",
        "minLength",
        "maxLength",
        "maxItems",
        "uniqueItems",
        "minProperties",
        "maxProperties",
        "patternProperties",
        "not",
        "if",
    }
)
_FORMATS = frozenset(
    {
        "date-time",
        "time",
        "date",
        "duration",
        "email",
        "hostname",
        "uri",
        "ipv4",
        "ipv6",
        "uuid",
    }
)
_TYPES = frozenset({"object", "array", "string", "integer", "number", "boolean", "null"})
_MAX_OPTIONAL = 24
_MAX_UNIONS = 16
_WHERE = "output_config.format.schema"


def check_schema(schema: Any) -> None:
    """Raise ApiError where the service would refuse to compile a schema."""
    if not isinstance(schema, dict):
        raise bad_request(f"{_WHERE}: Input should be a valid dictionary")
    optional = unions = 0
    for node in _nodes(schema, schema, ()):
        _check_node(node)
        required = node.get("required") or ()
        optional += sum(name not in required for name in node.get("properties") or ())
        unions += "anyOf" in node or isinstance(node.get("type"), list)
    if optional > _MAX_OPTIONAL:
        raise _refused(f"too many optional parameters ({optional} > {_MAX_OPTIONAL})")
    if unions > _MAX_UNIONS:
        raise _refused(f"too many parameters with union types ({unions} > {_MAX_UNIONS})")


def resolve(schema: Mapping[str, Any], root: Mapping[str, Any]) -> Mapping[str, Any]:
    """The schema an internal `$ref` points to, or the schema itself."""
    reference = schema.get("$ref")
    if reference is None:
        return schema
    found: Any = root
    for part in str(reference).removeprefix("#/").split("/"):
        found = found.get(part) if isinstance(found, dict) else None
    if not str(reference).startswith("#/") or not isinstance(found, dict):
        raise _refused(f"unresolvable $ref {str(reference)[:80]!r}")
    return found


def _nodes(
    schema: Any, root: Mapping[str, Any], above: tuple[int, ...]
) -> Iterator[Mapping[str, Any]]:
    if not isinstance(schema, dict):
        raise _refused("every subschema must be an object")
    if id(schema) in above:
        raise _refused("recursive schemas are not supported")
    yield schema
    inside = (*above, id(schema))
    if "$ref" in schema:
        yield from _nodes(resolve(schema, root), root, inside)
    for child in _children(schema):
        yield from _nodes(child, root, inside)


def _children(schema: Mapping[str, Any]) -> Iterator[Any]:
    properties = schema.get("properties")
    if isinstance(properties, dict):
        yield from properties.values()
    if "items" in schema:
        yield schema["items"]
    for keyword in ("anyOf", "allOf"):
        yield from schema.get(keyword) or ()


def _check_node(node: Mapping[str, Any]) -> None:
    kind = node.get("type")
    for keyword in node.keys() & _REFUSED_KEYWORDS:
        raise _refused(f"For '{kind}' type, property '{keyword}' is not supported")
    kinds = kind if isinstance(kind, list) else [kind] if kind is not None else []
    if not set(kinds) <= _TYPES:
        raise _refused(f"unknown type {kind!r}")
    if "object" in kinds and node.get("additionalProperties") is not False:
        raise _refused("For 'object' type, 'additionalProperties' must be explicitly set to false")
    if any("$ref" in part for part in node.get("allOf") or ()):
        raise _refused("allOf with $ref is not supported")
    if node.get("minItems", 0) not in {0, 1}:
        raise _refused("For 'array' type, 'minItems' values other than 0 or 1 are not supported")
    if "format" in node and node["format"] not in _FORMATS:
        raise _refused(f"For 'string' type, format {node['format']!r} is not supported")
    if "enum" in node and not _is_enum(node["enum"]):
        raise _refused("enum must be a list of at least one scalar")


def _is_enum(values: Any) -> bool:
    return (
        isinstance(values, list)
        and bool(values)
        and all(value is None or isinstance(value, str | int | float) for value in values)
    )


def _refused(why: str) -> ApiError:
    return bad_request(f"{_WHERE}: {why}")
