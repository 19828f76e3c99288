"""Answers that nothing seems wrong with are read in a quick way, which must not miss anything."""

import json
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claude_batch_desk.core.prompts.fields import Choice, OutputField, columns_of
from claude_batch_desk.core.results.columns import Columns, read_columns
from claude_batch_desk.core.results.usual import UsualColumns

_TWICE = "The answer is not in the form that was asked for: it names a column twice."
_FIELDS = (
    OutputField("Label", "choice", (Choice("Refund"), Choice("Praise")), companions=("reason",)),
    OutputField("Points", "integer", may_be_unknown=True),
)
_TEXTS = st.text(st.sampled_from('ab"\\{}[]:,\n é\u2028😀'), min_size=1).filter(str.strip)


def read(text: str, fields: Sequence[OutputField] = _FIELDS) -> Columns:
    """What the quick way and the exact one say alike, or what the exact one says alone."""
    exact, quick = read_columns(text, fields), UsualColumns(columns_of(fields)).values(text)
    assert quick is None or Columns(quick) == exact
    return exact


def is_quick(text: str, fields: Sequence[OutputField] = _FIELDS) -> bool:
    return UsualColumns(columns_of(fields)).values(text) is not None


def _written(
    label: str = '"Refund"', reason: str = '"x"', points: str = "1", more: str = ""
) -> str:
    return f'{{"label": {label}, "label_reason": {reason}, "points": {points}{more}}}'


@given(_TEXTS, st.integers(), st.booleans())
def test_what_was_written_is_what_is_read(reason: str, points: int, ascii_only: bool) -> None:
    answer = {"points": points, "label_reason": reason, "label": "refund"}
    text = json.dumps(answer, ensure_ascii=ascii_only)
    assert read(text) == Columns(("Refund", reason, str(points)))


@given(_TEXTS, st.integers(1, 2**60), st.sampled_from(("Refund", "Praise")), st.booleans())
def test_what_nothing_is_wrong_with_is_read_in_the_quick_way(
    reason: str, points: int, label: str, ascii_only: bool
) -> None:
    answer = {"points": points, "label": label, "label_reason": reason}
    assert is_quick(json.dumps(answer, ensure_ascii=ascii_only))


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
