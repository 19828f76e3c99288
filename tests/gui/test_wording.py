from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from claude_batch_desk.core.results.answer import OUTCOMES
from claude_batch_desk.gui.wording import (
    OUTCOME_TONES,
    columns_words,
    duration,
    has_long_words,
    local_time,
    money,
    outcome_word,
    requests_words,
    rows_words,
    with_short_words,
)


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("0", "$0.00"),
        ("0.0000001", "$0.00"),
        ("0.000998", "$0.0010"),
        ("0.00012345", "$0.00012"),
        ("0.0999", "$0.10"),
        ("0.105", "$0.10"),
        ("31.199", "$31.20"),
        ("1234567.891", "$1,234,567.89"),
    ],
)
def test_an_amount_is_as_exact_as_it_needs_to_be(amount: str, words: str) -> None:
    assert money(Decimal(amount)) == words


@pytest.mark.parametrize("amount", ["0.000998", "0.0912", "1.2301", "99.999", "12.00"])
def test_a_promised_ceiling_is_never_rounded_down(amount: str) -> None:
    shown = Decimal(money(Decimal(amount), up=True).replace("$", "").replace(",", ""))
    assert shown >= Decimal(amount)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-3, "0 s"),
        (59.9, "59 s"),
        (61, "1 min 01 s"),
        (3599, "59 min 59 s"),
        (86_340, "23 h 59 min"),
        (172_799, "47 h 59 min"),
        (180_000, "2 days 2 h"),
    ],
)
def test_a_length_of_time_is_told_in_two_units(seconds: float, words: str) -> None:
    assert duration(seconds) == words


def test_a_moment_tomorrow_or_later_names_its_day() -> None:
    now = datetime.now(UTC)
    assert len(local_time(now)) == len("12:34")
    assert local_time(now + timedelta(days=1)).startswith("tomorrow, ")
    later = (now + timedelta(days=3)).astimezone()
    assert local_time(later).startswith(f"{later:%Y-%m-%d} ")


def test_every_outcome_has_a_word_a_tone_and_an_icon() -> None:
    for outcome in (*OUTCOMES, "waiting"):
        assert outcome_word(outcome)
        assert OUTCOME_TONES[outcome]


def test_one_row_is_not_rows() -> None:
    assert [rows_words(count) for count in (1, 12_481)] == ["1 row", "12,481 rows"]


def test_whole_cents_stay_cents() -> None:
    assert money(Decimal("0.01")) == "$0.01"
    assert money(Decimal("0.0101")) == "$0.010"


def test_one_of_a_thing_is_not_many() -> None:
    assert (requests_words(1), requests_words(1200)) == ("1 request", "1,200 requests")
    assert (columns_words(1), columns_words(2)) == ("1 column", "2 columns")


def test_long_words_lose_their_middle_where_no_line_has_room_for_them() -> None:
    address = "https://example.org/" + "a" * 200 + "/the-end.pdf"
    assert has_long_words(f"See {address}")
    assert with_short_words(f"See {address} now") == "See https://example.org/…/the-end.pdf now"
    usual = "An answer of many words, none of them long. " * 40
    assert not has_long_words(usual)
    assert with_short_words(usual) == usual
