"""Numbers, dates and yes or no are read by their value, however they are written."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claude_batch_desk.core.quality.readings import day, day_first, number, yes_or_no


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", "12"),
        (" 1,234.50 ", "1234.50"),
        ("1.234,50", "1234.50"),
        ("1,234", "1234"),
        ("12,5", "12.5"),
        ("1.234", "1.234"),
        ("1 234 567", "1234567"),
        ("1’234.5", "1234.5"),
        ("$1,000", "1000"),
        ("-$5", "-5"),
        ("$-5", "-5"),
        ("−7", "-7"),
        ("(12.50)", "-12.50"),
        ("7 %", "7"),
        ("12.50 €", "12.50"),
        ("USD 3", "3"),
        ("1e3", "1000"),
        (".5", "0.5"),
        ("1.234.567", "1234567"),
        ("5 stars", "5"),
    ],
)
def test_a_number_is_read_by_its_value(text: str, value: str) -> None:
    assert number(text) == Decimal(value)


@pytest.mark.parametrize("text", ["", "abc", "12 or 13", "2026-01-02", "1-2", ".", "9" * 100, "()"])
def test_what_is_no_number_is_none(text: str) -> None:
    assert number(text) is None


@given(st.text(max_size=70))
def test_no_text_breaks_the_readers(text: str) -> None:
    number(text)
    day(text, begins_with_day=None)
    yes_or_no(text)
    day_first([text])


@given(
    st.decimals(
        allow_nan=False, allow_infinity=False, places=2, min_value=-(10**9), max_value=10**9
    )
)
def test_a_number_with_grouped_thousands_reads_as_itself(value: Decimal) -> None:
    assert number(f"{value:,}") == value
    assert number(str(value)) == value


@pytest.mark.parametrize(
    "text",
    [
        "2026-02-03",
        "2026/2/3",
        "2026-02-03T10:15:00Z",
        "2026-02-03 10:15",
        "03.02.2026",
        "3.2.26",
        "3 Feb 2026",
        "3rd February 2026",
        "Feb 3, 2026",
        "February 3 2026",
        "3. Februar 2026",
        "3 février 2026",
    ],
)
def test_a_date_is_read_by_its_value(text: str) -> None:
    assert day(text, begins_with_day=None) == date(2026, 2, 3)


def test_which_comes_first_is_told_by_the_other_dates() -> None:
    assert day_first(["03/02/2026", "13/02/2026"]) is True
    assert day_first(["03/02/2026", "02/13/2026"]) is False
    assert day_first(["03/02/2026"]) is None
    assert day_first(["13/02/2026", "02/13/2026"]) is None


def test_a_date_that_may_be_two_days_is_none_until_somebody_knows() -> None:
    assert day("03/02/2026", begins_with_day=None) is None
    assert day("03/02/2026", begins_with_day=True) == date(2026, 2, 3)
    assert day("03/02/2026", begins_with_day=False) == date(2026, 3, 2)
    assert day("02/02/2026", begins_with_day=None) == date(2026, 2, 2)
    assert day("13/02/2026", begins_with_day=None) == date(2026, 2, 13)


@pytest.mark.parametrize("text", ["", "soon", "2026-02-30", "31/31/2026", "Foo 3, 2026"])
def test_what_is_no_date_is_none(text: str) -> None:
    assert day(text, begins_with_day=True) is None


@pytest.mark.parametrize("text", ["yes", "TRUE", " y ", "1", "Ja", "x"])
def test_yes_has_many_spellings(text: str) -> None:
    assert yes_or_no(text) == "yes"


@pytest.mark.parametrize("text", ["no", "False", "0", "nein"])
def test_so_has_no(text: str) -> None:
    assert yes_or_no(text) == "no"


def test_anything_else_is_neither() -> None:
    assert yes_or_no("maybe") == yes_or_no("") == ""
