"""Check the JSON of an answer against the columns that were asked for."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from claude_batch_desk.core.prompts.fields import AnswerColumn, OutputField, columns_of
from claude_batch_desk.core.results.characters import whole
from claude_batch_desk.core.results.values import Number, Value, read_value, short

_NOT_IN_FORM = "The answer is not in the form that was asked for"


@dataclass(frozen=True)
class Columns:
    """One text for each answer column, and what is wrong with them in sentences, or ""."""

    values: tuple[str, ...]
    reason: str = ""


class _UnusableError(ValueError):
    """JSON that Python would read and that a table cannot hold."""


def read_columns(text: str, fields: Sequence[OutputField]) -> Columns:
    """The values in a JSON text: one object with exactly the keys of `columns_of`.

    What is not as asked for is named in `reason` and still shown as a value, so that a person can
    judge it. Allowed values come in the spelling that was asked for, booleans as "yes" or "no",
    several values with SEPARATOR between them, and an unknown value where that is allowed as "".
    """
    columns = columns_of(fields)
    try:
        return _checked(_parsed(text), columns)
    except _UnusableError as error:
        return Columns(("",) * len(columns), f"{_NOT_IN_FORM}: {error}.")
    except (ValueError, RecursionError):
        return Columns(("",) * len(columns), f"{_NOT_IN_FORM}: it is not JSON.")


def value_in(text: str, column: AnswerColumn) -> Value:
    """The value of one column in a JSON text; raises ValueError where that is no JSON."""
    return read_value(_JSON.decode(text), column)


def _parsed(text: str) -> dict[str, Any]:
    read = _JSON.decode(text)
    if not isinstance(read, dict):
        raise _UnusableError("it is not one set of columns")
    return read


def _checked(read: dict[str, Any], columns: Sequence[AnswerColumn]) -> Columns:
    values, problems, known = [], [], 0
    for column in columns:
        if column.key in read:
            known += 1
            found = read_value(read[column.key], column)
        else:
            found = _MISSING
        values.append(whole(found.text))
        if found.problem:
            problems.append(f"“{column.header}” {found.problem}.")
    if known < len(read):
        extra = [key for key in read if key not in {column.key for column in columns}]
        names = ", ".join(f"“{short(key)}”" for key in extra[:3])
        problems.append(f"It also has {names}, which nobody asked for.")
    return Columns(tuple(values), whole(" ".join(problems)))


_MISSING = Value("", "is missing")


def _refuse_constant(name: str) -> None:
    raise _UnusableError(f"{name} is no number")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    read = dict(pairs)
    if len(read) < len(pairs):
        raise _UnusableError("it names a column twice")
    return read


# Made once: to make one takes longer than to read an answer.
_JSON = json.JSONDecoder(
    parse_int=Number,
    parse_float=Number,
    parse_constant=_refuse_constant,
    object_pairs_hook=_unique,
)
