"""The profile of a column: exact counts, an honest estimate, and looks that are only hints."""

import csv
import random
from collections import Counter
from pathlib import Path
from statistics import median_low

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from claude_batch_desk.core.tables.profile import ColumnProfile, CommonValue
from claude_batch_desk.core.tables.profiling.profiler import SHOWN, Profiler
from claude_batch_desk.core.tables.table import PAGE_ROWS
from tests.core.tables.reading import read_by_child


def profile(values: list[str], header: str = "Column") -> ColumnProfile:
    profiler = Profiler([header])
    for first in range(0, len(values), PAGE_ROWS):
        profiler.take([[value] for value in values[first : first + PAGE_ROWS]])
    return profiler.profiles[0]


@settings(max_examples=200)
@given(st.lists(st.sampled_from(["", "a", "bb", "ccc", "é", " "]) | st.text(max_size=3)))
def test_small_columns_are_counted_exactly(values: list[str]) -> None:
    found = profile(values)
    filled = [value for value in values if value]
    assert found.filled == len(filled)
    assert found.empty == len(values) - len(filled)
    assert (found.distinct, found.distinct_is_estimate) == (len(set(filled)), False)
    assert found.longest == max(map(len, filled), default=0)
    assert found.typical == (median_low(map(len, filled)) if filled else 0)
    often = Counter(filled)
    assert all(often[each.text] == each.rows > 1 for each in found.commonest)
    assert [each.rows for each in found.commonest] == [
        rows for _, rows in often.most_common(10) if rows > 1
    ]


def test_very_many_different_values_are_estimated_and_the_rest_stays_exact() -> None:
    values = [f"value {number:06}" if number % 5 else "" for number in range(150_000)]
    values[::3] = ["often"] * 50_000
    found = profile(values)
    truth = len({value for value in values if value})
    assert found.distinct_is_estimate
    assert abs(found.distinct - truth) < 0.12 * truth  # five times the deviation to be expected
    assert found.filled == sum(map(bool, values))
    assert found.empty == values.count("")
    assert (found.longest, found.typical) == (12, 12)
    assert found.commonest == (CommonValue("often", 50_000),)


def test_in_very_many_columns_the_estimate_is_coarse_but_an_estimate() -> None:
    columns = 3_000
    profiler = Profiler([f"c{column}" for column in range(columns)])
    for first in range(0, 4 * PAGE_ROWS, PAGE_ROWS):
        profiler.take([[str(row)] * columns for row in range(first, first + PAGE_ROWS)])
    found = profiler.profiles[-1]
    assert found.distinct_is_estimate
    assert abs(found.distinct - 4 * PAGE_ROWS) < 4 * PAGE_ROWS / 3
    assert found.filled == 4 * PAGE_ROWS


def test_long_texts_are_not_all_kept() -> None:
    found = profile([f"{number} " + "x" * 10_000 for number in range(4_000)])
    assert found.distinct_is_estimate
    assert 3_500 < found.distinct <= 4_000


def test_a_common_value_is_cut() -> None:
    [common] = profile(["x" * 500] * 2).commonest
    assert (len(common.text), common.rows) == (SHOWN, 2)


LOOKS = {
    "number": ["1", "-2.5", "1,234.56", "1.234,56", "12 %", "$ 3.20", "4 €", "1e-3", "(12)", "0"],
    "date": ["2026-01-31", "31.12.2026", "12/31/26", "2026-01-31 13:05", "2026-01-31T13:05:00Z",
             "31 Jan 2026", "January 31, 2026", "3. März 2026"],
    "url": ["https://example.org/a?b=c", "http://x.io", "www.example.org"],
    "email": ["a@example.org", "first.last@sub.example.co"],
    "path": ["C:\\Users\\a\\b.pdf", "\\\\server\\share\\c", "/home/a/b", "scans/a b.pdf", "x.docx"],
    "text": ["00123", "hello", "12 apples", "and/or", "1234567890123456789", "2026-13-45", "a @ b",
             "1.2.3.4", "12:30"],
}  # fmt: skip


@pytest.mark.parametrize(
    ("look", "value"), [(look, value) for look, values in LOOKS.items() for value in values]
)
def test_a_column_looks_like_what_its_values_are(look: str, value: str) -> None:
    assert profile([value, ""]).looks_like == look


def test_a_few_others_do_not_change_what_a_column_looks_like() -> None:
    numbers = [str(number) for number in range(98)]
    assert profile([*numbers, "n/a", "unknown"]).looks_like == "number"
    assert profile([*numbers, *["n/a"] * 10]).looks_like == "text"


def test_words_that_repeat_are_categories() -> None:
    assert profile(["yes", "no", "don't know"] * 5).looks_like == "category"
    assert profile(["yes", "no", "don't know"]).looks_like == "text"


def test_the_look_of_a_long_column_is_taken_from_all_over_it() -> None:
    numbers = [str(number) for number in range(25_000)]
    words = [f"word {number}" for number in range(150_000)]
    assert profile(numbers + words).looks_like == "text"


def test_nothing_looks_empty() -> None:
    found = profile(["", ""])
    assert (found.looks_like, found.distinct, found.typical) == ("empty", 0, 0)


@pytest.mark.parametrize(
    ("header", "values", "personal"),
    [
        ("Name", ["Ann Lee", "José"], "name"),
        ("firstName", ["Ann", "Bo"], "name"),
        ("Nachname", ["Müller", "Weiß"], "name"),
        ("Prénom du client", ["Zoé", "Luc"], "name"),
        ("姓名", ["王伟", "李娜"], "name"),
        ("Product name", ["Chair", "Table"], ""),
        ("name", ["12", "13"], ""),
        ("Surname of the person who first told you about this product line", ["Lee"], ""),
        ("Contact", ["ann@example.org", "bo@example.org", "see website"], "email"),
        ("E-mail", ["ann@example.org", *["none given"] * 8], "email"),
        ("Email opt-in", ["yes", "no"], ""),
        ("Call", ["+44 20 7946 0958", "+1 (202) 555-0143"], "phone"),
        ("Telefonnummer", ["030 123456", "0301234567"], "phone"),
        ("Phone", ["Nokia 3310", "iPhone 5"], ""),
        ("Note", ["DE89 3704 0044 0532 0130 00", "GB82WEST12345698765432"], "account"),
        ("Payment", ["4111 1111 1111 1111", "5500-0000-0000-0004"], "account"),
        ("Payment", ["4111 1111 1111 1112", "5500-0000-0000-0005"], ""),
        ("Konto", ["1234567", "7654321"], "account"),
        ("Id", ["123-45-6789"], "account"),
        ("When", ["2026-01-31", "2026-02-01"], ""),
        ("Amount", ["1234567", "7654321"], ""),
    ],
)
def test_columns_about_people_are_marked(header: str, values: list[str], personal: str) -> None:
    assert profile(values, header).personal == personal


@pytest.mark.timeout(10)
@pytest.mark.parametrize(
    "look", ["a" * 200, "1" * 200, "/" * 200, "a@" * 100, "1 " * 100, "." * 199]
)
def test_no_value_makes_looking_at_it_slow(look: str) -> None:
    profile([look + str(number % 10) for number in range(300)])


def test_the_child_gives_a_profile_of_every_column(tmp_path: Path) -> None:
    chance = random.Random(1)  # noqa: S311 - no secret
    path = tmp_path / "table.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["id", "mood", "e-mail"])
        for number in range(700):
            mood = chance.choice(["happy", "sad", ""])
            rows.writerow([number, mood, f"u{number}@example.org"])
    ids, moods, mails = read_by_child(path).found.profile
    assert (ids.name, ids.distinct, ids.looks_like, ids.commonest) == ("id", 700, "number", ())
    assert moods.looks_like == "category"
    assert moods.filled + moods.empty == 700
    assert sum(each.rows for each in moods.commonest) == moods.filled
    assert (mails.looks_like, mails.personal) == ("email", "email")
