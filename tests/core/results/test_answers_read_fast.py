"""Answers that nothing seems wrong with are read in a quick way, which must not miss anything."""

import json
from collections.abc import Sequence

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from claude_batch_desk.core.prompts.fields import Choice, OutputField
from claude_batch_desk.core.prompts.schema import answer_schema
from claude_batch_desk.core.results.columns import Columns, read_columns
from claude_batch_desk.core.results.written import reading

_TWICE = "The answer is not in the form that was asked for: it names a column twice."
_FIELDS = (
    OutputField("Label", "choice", (Choice("Refund"), Choice("Praise")), companions=("reason",)),
    OutputField("Points", "integer", may_be_unknown=True),
)
_OPENED = b'{"type":"succeeded","message":{"id":"msg_1","content":[{"type":"text","text":'
_TEXTS = st.text(st.sampled_from('ab"\\{}[]:,\n é\u2028😀'), min_size=1).filter(str.strip)


def read(text: str, fields: Sequence[OutputField] = _FIELDS) -> Columns:
    """What the quick way and the exact one say alike, or what the exact one says alone."""
    exact, quick = read_columns(text, fields), quickly(text, fields)
    assert quick is None or Columns(quick) == exact
    return exact


def quickly(text: str, fields: Sequence[OutputField] = _FIELDS) -> tuple[str, ...] | None:
    """The values in a message with this text by the quick way, if it reads them."""
    shown = reading(fields)(_OPENED + orjson.dumps(text) + b"}]")
    if shown is None:
        return None
    values = orjson.loads(shown)
    assert orjson.dumps(values) == shown
    return tuple(values)


def _written(
    label: str = '"Refund"', reason: str = '"x"', points: str = "1", more: str = ""
) -> str:
    return f'{{"label": {label}, "label_reason": {reason}, "points": {points}{more}}}'


@given(_TEXTS, st.integers(), st.booleans())
def test_what_was_written_is_what_is_read(reason: str, points: int, ascii_only: bool) -> None:
    answer = {"points": points, "label_reason": reason, "label": "refund"}
    text = json.dumps(answer, ensure_ascii=ascii_only)
    assert read(text) == Columns(("Refund", reason, str(points)))


_SCORES = st.none() | st.integers(-(2**60), 2**60)
_SPREAD = st.sampled_from([(", ", ": "), (",", ":"), (",\n  ", ":  ")])


@given(_TEXTS, _SCORES, st.sampled_from(("Refund", "Praise")), _SPREAD)
def test_what_nothing_is_wrong_with_is_read_in_the_quick_way(
    reason: str, points: int | None, label: str, spread: tuple[str, str]
) -> None:
    answer = {"label_reason": reason, "label": label, "points": points}
    text = json.dumps(answer, ensure_ascii=False, separators=spread)
    assert quickly(text) == (label, reason, "" if points is None else str(points))


_EVERY_KIND = (
    OutputField("Topics", "choices", (Choice("heat"), Choice("a “b”"), Choice('c "d"'))),
    OutputField("Share", "number", may_be_unknown=True),
    OutputField("Paid", "boolean", companions=("confidence",)),
    OutputField("Day", "date"),
    OutputField("Stars", "score"),
    OutputField("Words", "long_text", may_be_unknown=True),
    OutputField("Quote", "text", companions=("quote",)),
)


@given(
    st.fixed_dictionaries(
        {
            "topics": st.lists(st.sampled_from(["heat", "a “b”", 'c "d"', "e"]), max_size=3),
            "share": st.none() | st.integers() | st.floats(allow_nan=False, allow_infinity=False),
            "paid": st.booleans(),
            "paid_confidence": st.sampled_from(["low", "high", "none"]),
            "day": st.sampled_from(["2026-05-04", "2026-02-30", "today", ""]),
            "stars": st.integers(-1, 7),
            "words": st.none() | st.just(" ") | _TEXTS,
            "quote_quote": st.none() | st.just("") | _TEXTS,
            "quote": _TEXTS | st.just(" "),
        }
    ),
    _SPREAD,
)
def test_values_of_every_kind_are_what_the_careful_way_makes_of_them(
    answer: dict[str, object], spread: tuple[str, str]
) -> None:
    asked = {key: answer[key] for key in answer_schema(_EVERY_KIND)["properties"]}
    text = json.dumps(asked, ensure_ascii=False, separators=spread)
    exact, quick = read_columns(text, _EVERY_KIND), quickly(text, _EVERY_KIND)
    assert quick == (None if exact.reason else exact.values)


@given(_TEXTS | st.sampled_from(["", "  ", "\u3000\n"]))
def test_an_answer_without_columns_is_its_text(text: str) -> None:
    assert quickly(text, ()) == ((text.strip(),) if text.strip() else None)


@pytest.mark.parametrize("blank", ["", " ", "\n \t", "\u00a0", "\u3000\u2003"])
def test_a_text_that_may_not_be_blank_is_left_to_the_careful_way_where_it_is(blank: str) -> None:
    fields = (OutputField("Why", "long_text"), OutputField("Note", "text", may_be_unknown=True))
    answer = {"why": "x", "note": blank}
    assert quickly(json.dumps(answer, ensure_ascii=False), fields) == ("x", blank)
    answer = {"why": blank, "note": "x"}
    assert quickly(json.dumps(answer, ensure_ascii=False), fields) is None


@pytest.mark.parametrize(
    "reason",
    [
        b'a"b',
        b'a\\",\\"b',
        b'a","b',
        b"a\tb",
        b"a\x00b",
        b"a\xffb",
        b"a\xed\xa0\x80b",
        b"a\\b",
        b'"}]',
    ],
)
def test_a_message_that_is_no_json_is_left_to_the_careful_way(reason: bytes) -> None:
    text = rb'"{\"label_reason\":\"%b\",\"label\":\"Refund\",\"points\":1}"'
    assert reading(_FIELDS)(_OPENED + text % b"late" + b"}]") is not None
    assert reading(_FIELDS)(_OPENED + text % reason + b"}]") is None
    value = text.replace(b"Refund", b"%b") % (b"late", reason)
    assert reading(_FIELDS)(_OPENED + value + b"}]") is None


@pytest.mark.parametrize(
    "more",
    [
        ', "points": 1',
        ', "points": "1"',
        ', "points": null',
        ', "label": "Refund"',
        ', "po\\u0069nts": 1',
        ', "points": {"a": []}',
    ],
)
@pytest.mark.parametrize(
    "reason", ['"x"', '"\\"x\\""', '"\\u0022x"', '"\\u0022\\u0022\\u0022\\u0022"']
)
def test_a_key_that_comes_twice_is_found(more: str, reason: str) -> None:
    assert read(_written(reason=reason, more=more)).reason == _TWICE


def test_a_value_that_comes_first_with_a_mark_in_it_does_not_hide_the_second_key() -> None:
    text = '{"label": "Refund", "label_reason": "\\"", "label_reason": "\\"\\"", "points": 1}'
    assert read(text).reason == _TWICE


@pytest.mark.parametrize("digits", ["0", "-0", "-7", "18446744073709551616", "9" * 40])
def test_a_whole_number_keeps_its_digits(digits: str) -> None:
    assert read(_written(points=digits)).values[2] == digits


@pytest.mark.parametrize("digits", ["1.10", "-0.0", "1e2", "100000000000000000000000.10"])
def test_a_fraction_keeps_its_digits(digits: str) -> None:
    fields = (OutputField("Share", "number"),)
    assert read(f'{{"share": {digits}}}', fields).values == (digits,)


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity"])
def test_what_is_no_number_is_named(number: str) -> None:
    assert read(_written(points=number)).reason.endswith("is no number.")


def test_half_a_character_is_replaced() -> None:
    assert read(_written(reason='"a\\ud83d"')).values[1] == "a\ufffd"


def test_yes_is_no_whole_number() -> None:
    assert "is not a whole number" in read(_written(points="true")).reason
