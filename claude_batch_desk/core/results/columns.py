"""Check the JSON of an answer against the columns that were asked for."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from claude_batch_desk.core.prompts.fields import OutputField, field_keys
from claude_batch_desk.core.results.characters import whole

_NOT_IN_FORM = "The answer is not in the form that was asked for"
_SHOWN = 80
_KINDS = {"text": "text", "number": "a number", "boolean": "yes or no"}


@dataclass(frozen=True)
class Columns:
    """One text for each answer column, and what is wrong with them in sentences, or ""."""

    values: tuple[str, ...]
    reason: str = ""


class _Number(str):
    """A JSON number as it was written: 1.10 is not 1.1, and no digit is lost."""

    __slots__ = ()


class _UnusableError(ValueError):
    """JSON that Python would read and that a table cannot hold."""


def read_columns(text: str, fields: Sequence[OutputField]) -> Columns:
    """The values in a JSON text: one object with exactly the keys of `field_keys`.

    What is not as asked for is named in `reason` and still shown as a value, so that a person can
    judge it. Choices come in the spelling that was asked for, booleans as "yes" or "no", and an
    unknown value where that is allowed as "".
    """
    try:
        return _checked(_parsed(text), fields)
    except _UnusableError as error:
        return Columns(("",) * len(fields), f"{_NOT_IN_FORM}: {error}.")
    except (ValueError, RecursionError):
        return Columns(("",) * len(fields), f"{_NOT_IN_FORM}: it is not JSON.")


def _parsed(text: str) -> dict[str, Any]:
    read = json.loads(
        text,
        parse_int=_Number,
        parse_float=_Number,
        parse_constant=_refuse_constant,
        object_pairs_hook=_unique,
    )
    if not isinstance(read, dict):
        raise _UnusableError("it is not one set of columns")
    return read


def _checked(read: dict[str, Any], fields: Sequence[OutputField]) -> Columns:
    keys = field_keys(fields)
    values, problems = [], []
    for key, field in zip(keys, fields, strict=True):
        value, problem = _cell(read[key], field) if key in read else ("", "is missing")
        values.append(whole(value))
        if problem:
            problems.append(f"“{field.name}” {problem}.")
    if extra := [key for key in read if key not in keys]:
        names = ", ".join(f"“{_short(key)}”" for key in extra[:3])
        problems.append(f"It also has {names}, which nobody asked for.")
    return Columns(tuple(values), whole(" ".join(problems)))


def _cell(value: object, field: OutputField) -> tuple[str, str]:
    """The text of one column, and what is wrong with it or ""."""
    if value is None:
        return "", ("" if field.may_be_unknown else "is empty")
    if field.kind == "choice":
        return _choice(value, field)
    if field.kind == "boolean" and isinstance(value, bool):
        return ("yes" if value else "no"), ""
    if field.kind == "number" and isinstance(value, _Number):
        return str(value), ""
    if field.kind == "text" and isinstance(value, str) and not isinstance(value, _Number):
        empty = not value.strip() and not field.may_be_unknown
        return value, ("is empty" if empty else "")
    shown = _shown(value)
    return shown, f"is “{_short(shown)}”, which is not {_KINDS[field.kind]}"


def _choice(value: object, field: OutputField) -> tuple[str, str]:
    shown = _shown(value)
    if isinstance(value, str):
        for allowed in field.choices:
            if _folded(allowed) == _folded(value):
                return allowed, ""
    return shown, f"is “{_short(shown)}”, which is none of the allowed values"


def _folded(text: str) -> str:
    """The service does not promise the case of an allowed value."""
    return " ".join(text.split()).casefold()


def _shown(value: object) -> str:
    return str(value) if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN else f"{line[: _SHOWN - 1]}…"


def _refuse_constant(name: str) -> None:
    raise _UnusableError(f"{name} is no number")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    read = dict(pairs)
    if len(read) < len(pairs):
        raise _UnusableError("it names a column twice")
    return read
