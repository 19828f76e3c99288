"""What was meant by answers that are not as asked for; nothing is guessed where two fit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claude_batch_desk.core.prompts.fields import Choice, FieldKind, OutputField, columns_of
from claude_batch_desk.core.results.near_misses import NearMiss, meant_by, near_misses

REASONS = tuple(map(Choice, ("Refund request", "Delivery", "Billing", "Billing address", "No")))


def field(kind: FieldKind) -> OutputField:
    return OutputField("Answer", kind, REASONS if kind in ("choice", "choices") else ())


def meant(text: str, kind: FieldKind = "choice") -> str:
    [column] = columns_of([field(kind)])
    return meant_by(text, column)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Refund requests", "Refund request"),
        ("refund  REQUEST", "Refund request"),
        ("Category: Refund request", "Refund request"),
        ("Delivery (late)", "Delivery"),
        ("Bilinng", "Billing"),
        ("The billing address of a customer", "Billing address"),
    ],
)
def test_a_value_a_little_off_is_proposed(text: str, value: str) -> None:
    assert meant(text) == value


@pytest.mark.parametrize(
    "text",
    [
        "Complaint",
        "Refund request or delivery",
        "not a refund request",
        "This isn't delivery",
        "Billing addr",
        "no idea what this is about, it may be anything",
        "x" * 1_000,
        "",
    ],
)
def test_nothing_is_proposed_where_it_is_not_clear(text: str) -> None:
    assert meant(text) == ""


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("integer", "1,234", "1234"),
        ("integer", "12 pieces", "12"),
        ("number", "1.234,50 €", "1234.5"),
        ("number", "about five", ""),
        ("score", "4", "4"),
        ("score", "9", ""),
        ("boolean", "Ja", "yes"),
        ("boolean", "false", "no"),
        ("boolean", "perhaps", ""),
        ("date", "31.01.2026", "2026-01-31"),
        ("date", "January 31, 2026", "2026-01-31"),
        ("date", "03/04/2026", ""),
        ("choices", "Delivery; refund requests", "Refund request; Delivery"),
        ("choices", "Delivery; something else", ""),
        ("text", "anything", ""),
    ],
)
def test_other_spellings_are_read_by_their_value(kind: FieldKind, text: str, value: str) -> None:
    assert meant(text, kind) == value


def test_they_are_counted_by_column_the_most_frequent_first() -> None:
    columns = columns_of([field("choice"), OutputField("When", "date")])
    rows = [
        ("Refunds request", "2026-01-31"),
        ("Complaint", "31.1.2026"),
        ("Refunds request", ""),
        ("Delivery", "soon"),
    ]
    assert near_misses(columns, rows) == (
        NearMiss("Answer", "Refunds request", "Refund request", 2),
        NearMiss("Answer", "Complaint", "", 1),
        NearMiss("When", "31.1.2026", "2026-01-31", 1),
        NearMiss("When", "soon", "", 1),
    )


@given(st.sampled_from(["choice", "choices", "integer", "number", "boolean", "date", "score"]),
       st.text(max_size=60))  # fmt: skip
def test_whatever_is_proposed_is_as_asked_for(kind: FieldKind, text: str) -> None:
    columns = columns_of([field(kind)])
    proposed = meant_by(text, columns[0])
    assert not proposed or near_misses(columns, [(proposed,)]) == ()
