import pytest
from hypothesis import given
from hypothesis import strategies as st

from claude_batch_desk.core.errors import SelectionError
from claude_batch_desk.core.jobs.rows.choice_words import (
    describe,
    describe_filter,
    parse_filter,
    parse_rows,
    written_rows,
)
from claude_batch_desk.core.jobs.rows.conditions import RowFilter, RowTest
from claude_batch_desk.core.jobs.rows.selection import Selection

COLUMNS = ("Region", "Region contains", "Does it work?", "region", "Länge (cm)", "is", "STRASSE")


@pytest.mark.parametrize(
    ("selection", "words"),
    [
        (Selection(), "all rows"),
        (Selection(excluded=("E-mail",)), "all rows"),
        (Selection(first=10, last=1_500), "rows 10–1,500"),
        (Selection(first=10), "rows from 10 on"),
        (Selection(first=7, last=7), "row 7"),
        (Selection(count=1_000, seed=3), "1,000 rows at random (draw 3)"),
        (
            Selection(100, 2, 10, 500, (RowFilter("Region", "contains", "north"),)),
            "rows 10–500 where “Region” contains “north”, 100 of them at random (draw 2)",
        ),
        (
            Selection(filters=(RowFilter("A", "empty"), RowFilter("B", "longer", "200"))),
            "all rows where “A” is empty and “B” is longer than 200 characters",
        ),
    ],
)
def test_a_choice_is_said_in_plain_words(selection: Selection, words: str) -> None:
    assert describe(selection) == words


def test_long_texts_are_cut_to_one_line() -> None:
    words = describe_filter(RowFilter("A\nB", "equals", "x " * 500, negated=True))
    assert words.startswith("“A B” is not “x x")
    assert len(words) < 100
    assert "\n" not in words


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("Region contains north", RowFilter("Region", "contains", "north")),
        ("Region not contains north west", RowFilter("Region", "contains", "north west", True)),
        ("Region does not contain north", RowFilter("Region", "contains", "north", True)),
        ("Region contains contains x", RowFilter("Region contains", "contains", "x")),
        ("region is empty", RowFilter("region", "empty")),
        ("REGION is not empty", RowFilter("Region", "empty", negated=True)),
        ("Region not empty", RowFilter("Region", "empty", negated=True)),
        ("Does it work? is not longer than 200", RowFilter("Does it work?", "longer", "200", True)),
        ("länge (cm)  longer than 3", RowFilter("Länge (cm)", "longer", "3")),
        ("Region matches ^A b$", RowFilter("Region", "matches", "^A b$")),
        ("is equals is", RowFilter("is", "equals", "is")),
    ],
)
def test_a_condition_is_read_as_it_is_said(text: str, condition: RowFilter) -> None:
    assert parse_filter(text, COLUMNS) == condition


@pytest.mark.parametrize(
    "text", ["", "Region", "Regional contains x", "Region is empty now", "Straße contains x", "x"]
)
def test_what_is_no_condition_is_refused_with_the_columns_there_are(text: str) -> None:
    with pytest.raises(SelectionError, match=r"is not a condition on a column.*“Region”"):
        parse_filter(text, COLUMNS)


@given(
    st.sampled_from(COLUMNS[2:]),
    st.sampled_from(["contains", "equals", "matches"]),
    st.from_regex(r"[a-z0-9]{1,8}( [a-z0-9]{1,8}){0,3}", fullmatch=True),
    st.booleans(),
)
def test_every_condition_can_be_written(
    column: str, test: RowTest, value: str, negated: bool
) -> None:
    written = f"{column} {'not ' if negated else ''}{test} {value}"
    assert parse_filter(written, COLUMNS) == RowFilter(column, test, value, negated)


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("3, 17, 40-42", (2, 16, 39, 40, 41)),
        ("40 – 42;1 1\n7", (0, 6, 39, 40, 41)),
        (" ", ()),
    ],
)
def test_rows_are_read_as_people_write_them(text: str, rows: tuple[int, ...]) -> None:
    assert parse_rows(text, 200) == rows


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("three", "“three” is no row"),
        ("0", "“0” is no row"),
        ("3-", "“3-” is no row"),
        ("5-3", "Write 3-5"),
        ("1-9000000", "At most 200 rows"),
        ("1-100, 101-201", "At most 200 rows"),
    ],
)
def test_what_is_no_list_of_rows_is_said(text: str, told: str) -> None:
    with pytest.raises(SelectionError, match=told):
        parse_rows(text, 200)


def test_rows_are_written_as_they_are_read() -> None:
    assert written_rows((9, 0, 1, 2, 5, 10)) == "1-3, 6, 10-11"
    assert parse_rows(written_rows((4, 9, 10)), 200) == (4, 9, 10)
