"""One value of an answer, checked against what was asked for in its column."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches

from claude_batch_desk.core.prompts.fields import (
    SEPARATOR,
    SURE,
    AnswerColumn,
    FieldKind,
    OutputField,
    folded_value,
)

_SURE = {folded_value(each): each for each in SURE}
_SHOWN = 80
CLOSE = 0.7
"""Of difflib's ratio: a letter or two off, or a word too many in a longer value."""
_KINDS: dict[FieldKind, str] = {
    "text": "text",
    "long_text": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "yes or no",
    "date": "a date such as 2026-01-31",
    "score": "a whole number",
}
_FREE = ("text", "long_text", "reason", "quote")
_WHOLE = re.compile(r"(-?\d+)(?:\.0+)?")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


class Number(str):
    """A JSON number as it was written: 1.10 is not 1.1, and no digit is lost."""

    __slots__ = ()


@dataclass(frozen=True)
class Value:
    """The text of one column, and what is wrong with it as the end of a sentence, or ""."""

    text: str
    problem: str = ""


def read_value(value: object, column: AnswerColumn) -> Value:
    """The value of a column in what JSON became; numbers are of the class Number."""
    field = column.field
    if column.companion:
        # Where nothing in the source says it there is no quote, and no reason for nothing.
        sure = column.companion == "confidence"
        return _listed(value, _SURE) if sure else _text(value, may_be_empty=True)
    if value is None:
        return Value("", "" if field.may_be_unknown else "is empty")
    if field.kind == "choice":
        return _listed(value, field.by_spelling)
    if field.kind == "choices":
        return _several(value, field)
    if field.kind in ("text", "long_text"):
        return _text(value, may_be_empty=field.may_be_unknown)
    return _typed(value, field)


def is_text(column: AnswerColumn) -> bool:
    """Whether a text is all that is asked for."""
    return (column.companion or column.field.kind) in _FREE


def may_be_blank(column: AnswerColumn) -> bool:
    """Whether nothing is an answer too, where a text is asked for."""
    return column.companion is not None or column.field.may_be_unknown


def _text(value: object, *, may_be_empty: bool) -> Value:
    if value is None and may_be_empty:
        return Value("")
    if isinstance(value, str) and not isinstance(value, Number):
        return Value(value, "" if value.strip() or may_be_empty else "is empty")
    return _of_another_kind(value, "text")


def _typed(value: object, field: OutputField) -> Value:
    if field.kind == "boolean" and isinstance(value, bool):
        return Value("yes" if value else "no")
    if field.kind == "date" and isinstance(value, str) and day_in(value.strip()):
        return Value(value.strip())
    if field.kind == "number" and isinstance(value, Number):
        return Value(str(value))
    whole = field.kind in ("integer", "score") and isinstance(value, Number)
    if whole and (found := _WHOLE.fullmatch(str(value))):
        return _whole(found[1], field)
    return _of_another_kind(value, field.kind)


def _whole(digits: str, field: OutputField) -> Value:
    # A scale has few digits; int() of very many is slow, and refused.
    if field.kind == "score" and (len(digits) > _SHOWN or int(digits) not in field.points):
        return Value(
            digits,
            f"is “{short(digits)}”, which is outside the scale from {field.low} to {field.high}",
        )
    return Value(digits)


def day_in(text: str) -> date | None:
    """The day that YYYY-MM-DD names; None for any other text, also for other forms of ISO 8601."""
    if not _DATE.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _of_another_kind(value: object, kind: FieldKind) -> Value:
    shown = _shown(value)
    return Value(shown, f"is “{short(shown)}”, which is not {_KINDS[kind]}")


def _listed(value: object, allowed: Mapping[str, str]) -> Value:
    shown = _shown(value)
    if isinstance(value, str):
        if found := allowed.get(folded_value(value)):
            return Value(found)
        close = _closest(value, allowed)
        return Value(
            shown, f"is “{short(shown)}”, which is none of the allowed values{_offer(close)}"
        )
    return Value(shown, f"is “{short(shown)}”, which is none of the allowed values")


def _several(value: object, field: OutputField) -> Value:
    """Each allowed value once, in the order of the list, so that equal answers look equal."""
    if not isinstance(value, list):
        shown = _shown(value)
        return Value(shown, f"is “{short(shown)}”, which is not a list of allowed values")
    allowed = field.by_spelling
    found, outside = set(), []
    for each in value:
        known = allowed.get(folded_value(each)) if isinstance(each, str) else None
        if known:
            found.add(known)
        else:
            outside.append(_shown(each))
    text = SEPARATOR.join([each for each in allowed.values() if each in found] + outside)
    if outside:
        named = ", ".join(f"“{short(each)}”" for each in outside[:3])
        offer = _offer(_closest(outside[0], allowed))
        return Value(text, f"has {named} besides the allowed values{offer}")
    return Value(text, "" if found or field.may_be_unknown else "is empty")


def _closest(value: str, allowed: Mapping[str, str]) -> str:
    """The allowed value that was most likely meant, or ""."""
    # Longer than any allowed value it is a sentence about one; comparing it would only take time.
    close = get_close_matches(folded_value(value)[: 10 * _SHOWN], allowed, n=1, cutoff=CLOSE)
    return allowed[close[0]] if close else ""


def _offer(close: str) -> str:
    return f"; “{short(close)}” comes close" if close else ""


def _shown(value: object) -> str:
    return str(value) if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def short(text: str) -> str:
    """A text as it is shown within a sentence: on one line, and cut where it is long."""
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN else f"{line[: _SHOWN - 1]}…"
