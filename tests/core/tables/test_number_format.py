"""Number formats: how a number looks in its cell."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claude_batch_desk.core.tables.cells import number_text
from claude_batch_desk.core.tables.number_format import BUILT_IN, is_general, look_of


@pytest.mark.parametrize(
    ("code", "value", "looks"),
    [
        ("0.00", 1.1, "1.10"),
        ("0.00", 1.005, "1.01"),
        ("0.00", -2.5, "-2.50"),
        ("0.00", 0, "0.00"),
        (".00", 0.5, ".50"),
        ("00000", 123, "00123"),
        ("0.##", 1.5, "1.5"),
        ("0.0#", 1, "1.0"),
        ("#,##0", 1234567, "1,234,567"),
        ("#,##0", 12, "12"),
        ("#,##0", 999.5, "1,000"),
        ("00,000", 123, "00,123"),
        ("#,##0.00", -1234.5, "-1,234.50"),
        ("0%", 0.256, "26%"),
        ("0.0%", 0.256, "25.6%"),
        ('"$"#,##0.00', 12.5, "$12.50"),
        ("\\£0", 3, "£3"),
        ("[$€-407] #,##0.00", 12, "€ 12.00"),
        ("#,##0.00 [$€-407]", -1212.345, "-1,212.35 €"),
        ("[Red]0;[Blue]-0", -4, "-4"),
        ('0 "rows"', 4, "4 rows"),
        ('0.0;-0.0;"none"', 0, "none"),
        ('0.0,,"M"', 12_345_678, "12.3M"),
        (BUILT_IN[38], -1234, "(1,234)"),
        (BUILT_IN[44], 5, "$5.00"),
        (BUILT_IN[44], 0, "$-"),
        ("0.0000000000", 0, "0.0000000000"),
        ("0.00", 1e300, "1E+300"),
    ],
)
def test_a_number_looks_as_its_format_says(code: str, value: float, looks: str) -> None:
    look = look_of(code)
    assert look is not None
    assert look(value) == looks


@pytest.mark.parametrize(
    "code",
    ["# ?/?", "0.00E+00", "[>=100]0", ";;;", "0;", "000-00-0000", "General;-General", '"x', "0*"],
)
def test_a_look_that_is_not_plain_is_not_guessed(code: str) -> None:
    assert look_of(code) is None


@pytest.mark.parametrize(
    "code", ["", "General", "@", "dd.mm.yyyy", "[h]:mm:ss", "mmm-yy", '[$-409]d" of "mmm', "h:mm"]
)
def test_dates_and_plain_numbers_have_no_look_of_their_own(code: str) -> None:
    assert is_general(code)


@pytest.mark.parametrize("code", ["0.00", '0 "days"', "[Red]0", "[$USD] 0", "0\\h", "General;0"])
def test_letters_in_literals_make_no_date(code: str) -> None:
    assert not is_general(code)


@given(st.floats(-1e14, 1e14))
def test_two_decimals_are_never_more_than_half_a_cent_off(value: float) -> None:
    look = look_of("0.00")
    assert look is not None
    assert abs(float(look(value)) - value) <= 0.005 + abs(value) * 1e-14


@given(st.text('#0?,.%;-"\\_*[]$€ E/@()xh', max_size=12), st.floats(-1e6, 1e6))
def test_any_format_is_followed_or_left_alone(code: str, value: float) -> None:
    look = look_of(code)
    if look is not None:
        assert look(value)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (42.0, "42"),
        (-0.5, "-0.5"),
        (0.1 + 0.2, "0.3"),
        (1 / 3, "0.333333333333333"),
        (123456789012345678.0, "123456789012346000"),
        (1e20, "100000000000000000000"),
        (1.5e-7, "1.5E-07"),
        (1e300, "1E+300"),
    ],
)
def test_a_plain_number_is_given_in_full(value: float, text: str) -> None:
    assert number_text(value) == text
