"""Number formats: how a number looks in its cell."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claude_batch_desk.core.tables.formats.cells import number_text
from claude_batch_desk.core.tables.formats.number_format import BUILT_IN, is_general, look_of


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
    ("code", "value", "looks"),
    [
        ("0.00_ ;[Red]-0.00 ", -1.5, "-1.50"),
        ("0.00E+00", 12345.678, "1.23E+04"),
        ("0.00E+00", -0.000123, "-1.23E-04"),
        ("0.0E-0", 0, "0.0E0"),
        ("0.0E+0", 9.99, "1.0E+1"),
        (BUILT_IN[48], 12345, "12.3E+3"),
        ("0.00E+00", 1e300, "1.00E+300"),
        ("# ?/?", 1.25, "1 1/4"),
        ("# ?/?", 0.25, "1/4"),
        ("# ?/?", -2, "-2"),
        ("# ??/??", 3.142857142857, "3 1/7"),
        ("?/?", 1.5, "3/2"),
        ('# ?/8 "in"', 2.5, "2 4/8 in"),
        ("000-00-0000", 123456789, "123-45-6789"),
        ("00000-0000", 21100042, "02110-0042"),
        ("(000) 000-0000", 5551234567, "(555) 123-4567"),
        ("[<=9999999]###-####;(###) ###-####", 5551234, "555-1234"),
        ("[<=9999999]###-####;(###) ###-####", 5551234567, "(555) 123-4567"),
        ("[<1]0%;0.00", 0.5, "50%"),
        ("[<1]0%;0.00", 5, "5.00"),
        ('[=1]"yes";[=0]"no";0', 0, "no"),
        ('[=1]"yes";[=0]"no";0', 7, "7"),
        ("[Red][>100]0.0;0", 101, "101.0"),
        ("General;-General", -5.5, "-5.5"),
        ('General" km"', 12, "12 km"),
        ('0" kg";@', 12, "12 kg"),
    ],
)
def test_other_formats_of_numbers_are_followed(code: str, value: float, looks: str) -> None:
    look = look_of(code)
    assert look is not None
    assert look(value) == looks


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("0;-0;;@", 0),  # nothing is shown for zero
        ("0;", -3),
        ("[<1]0%;0.00", -3),  # whether there is a sign is not told
        ("[=1]0.00", 2),  # no section is for it
        ("yyyy-mm-dd", -3),  # the sheet shows ####
        ("yyyy-mm-dd", 3_000_000),
    ],
)
def test_a_number_that_is_not_shown_is_given_in_full(code: str, value: float) -> None:
    look = look_of(code)
    assert look is not None
    assert look(value) == number_text(value)


NOON_AND = 46053.5451388889
"""2026-01-31, 13:05."""


@pytest.mark.parametrize(
    ("code", "value", "looks"),
    [
        ("yyyy-mm-dd", 46053, "2026-01-31"),
        ("dd.mm.yyyy", 46053, "31.01.2026"),
        ("d/m/yy", NOON_AND, "31/1/26"),
        ("dd/mm/yyyy hh:mm", 46053, "31/01/2026 00:00"),
        ("yyyy/mm/dd\\Thh:mm:ss", NOON_AND, "2026/01/31T13:05:00"),
        ('yyyy"年"m"月"d"日"', 46053, "2026年1月31日"),
        ("yyyy", 46053, "2026"),
        ("{yyyy}", 46053, "{2026}"),
        ("h:mm", 46053.375, "9:00"),
        ("hh:mm:ss", NOON_AND, "13:05:00"),
        ("h:mm AM/PM", NOON_AND, "1:05 PM"),
        ("h AM/PM", 46053, "12 AM"),
        ("h:mm:ss A/P", NOON_AND, "1:05:00 P"),
        ("mm:ss.00", 0.0010012, "01:26.50"),
        ("h:mm", 0.999999, "0:00"),
        ("hh:mm", 0.5416, "12:59"),
        ("[h]:mm", 1.25, "30:00"),
        ("[h]:mm:ss", -0.5, "-12:00:00"),
        ("[hh]:mm", 0.125, "03:00"),
        ("[mm]:ss", 0.125, "180:00"),
        ("[s]", 0.125, "10800"),
        ("yyyy-mm-dd", 59, "1900-02-28"),
        ("yyyy-mm-dd", 60, "1900-02-29"),
        ("yyyy-mm-dd", 61, "1900-03-01"),
        ("yyyy-mm-dd", 2_958_465, "9999-12-31"),
        ("[$-409]d-mmm-yyyy;@", 46053, "31-Jan-2026"),
        ("[$-809]dddd, d mmmm yyyy", 46053, "Saturday, 31 January 2026"),
        ("[$-en-US]mmmmm yy", 46053, "J 26"),
        ('[$-409]d" of "mmm', 46053, "31 of Jan"),
    ],
)
def test_a_date_or_time_looks_as_its_format_spells(code: str, value: float, looks: str) -> None:
    look = look_of(code)
    assert look is not None
    assert look(value) == looks


@pytest.mark.parametrize(
    ("code", "looks"),
    [
        (BUILT_IN[14], "2026-01-31"),
        (BUILT_IN[17], "2026-01"),
        (BUILT_IN[22], "2026-01-31 13:05"),
        ("d. mmmm yyyy", "2026-01-31"),
        ("mmmm", "2026-01"),
        ("dddd", "2026-01-31"),
        ("ddd h:mm", "2026-01-31 13:05"),
        ("[$-407]d. mmm yyyy", "2026-01-31"),
        ("[$-F800]dddd, mmmm dd, yyyy", "2026-01-31"),
        ("[$-F400]h:mm:ss AM/PM", "13:05:00"),
        ("[$-107041E]d/m/yyyy", "2026-01-31"),
    ],
)
def test_what_depends_on_the_country_is_iso(code: str, looks: str) -> None:
    look = look_of(code)
    assert look is not None
    assert look(NOON_AND) == looks


@pytest.mark.parametrize(
    ("value", "looks"), [(0, "1904-01-01"), (1, "1904-01-02"), (44591, "2026-01-31")]
)
def test_days_may_be_counted_from_1904(value: float, looks: str) -> None:
    look = look_of("yyyy-mm-dd", is_1904=True)
    assert look is not None
    assert look(value) == looks


@pytest.mark.parametrize(
    "code", [";;;", '"x', "0*", "0;[<5]0.0", "[DBNum1]0", "[$-D000000]0", "0.0 0.0", "ggge", "b"]
)
def test_a_look_that_is_not_understood_is_not_guessed(code: str) -> None:
    assert look_of(code) is None


@pytest.mark.parametrize("code", ["", "General", "@", " general "])
def test_plain_numbers_have_no_look_of_their_own(code: str) -> None:
    assert is_general(code)


@pytest.mark.parametrize(
    ("code", "looks"),
    [('0 "days"', "1 days"), ("[Red]0", "1"), ("[$USD] 0", "USD 1"), ("0\\h", "1h")],
)
def test_letters_in_literals_make_no_date(code: str, looks: str) -> None:
    look = look_of(code)
    assert look is not None
    assert look(1) == looks


@given(st.integers(61, 2_958_465))
def test_days_are_those_of_the_calendar(day: int) -> None:
    look = look_of("[$-409]yyyy-mm-dd ddd")
    assert look is not None
    expected = datetime.date(1899, 12, 30) + datetime.timedelta(days=day)
    assert look(day) == f"{expected.isoformat()} {expected:%a}"


@given(st.floats(-1e14, 1e14))
def test_two_decimals_are_never_more_than_half_a_cent_off(value: float) -> None:
    look = look_of("0.00")
    assert look is not None
    assert abs(float(look(value)) - value) <= 0.005 + abs(value) * 1e-14


@given(st.text('#0?,.%;-"\\_*[]$€ E+/@()xhmsy<1', max_size=12), st.floats(-1e6, 1e6))
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
