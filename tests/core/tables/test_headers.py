"""Headers: usable names, whatever stands in the header row."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claude_batch_desk.core.errors import TableError
from claude_batch_desk.core.tables.headers import MAX_NAME, column_names


def test_good_names_are_kept() -> None:
    names = ("Name", "name", "How do you feel about it, on the whole?", "Größe", "日本")
    assert column_names(names, 5) == names


def test_a_missing_name_is_the_place() -> None:
    assert column_names(["a", "", "  "], 4) == ("a", "Column 2", "Column 3", "Column 4")


def test_a_repeated_name_is_counted() -> None:
    assert column_names(["v", "v", "v"], 3) == ("v", "v (2)", "v (3)")


def test_a_counted_name_does_not_take_a_given_one() -> None:
    assert column_names(["v", "v", "v (2)"], 3) == ("v", "v (3)", "v (2)")
    assert column_names(["", "Column 1"], 2) == ("Column 1 (2)", "Column 1")


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("two\nlines", "two lines"),
        ("  wide   spaces ", "wide spaces"),
        ("{{b}}", "b"),
        ("a{b", "a b"),
        ("\ufeffid", "id"),
        ("ta\tb\x00", "ta b"),
        ("half \ud800", "half"),
    ],
)
def test_what_a_placeholder_cannot_hold_is_cleaned(raw: str, clean: str) -> None:
    assert column_names([raw], 1) == (clean,)


def test_a_cell_of_prose_is_cut() -> None:
    (name,) = column_names(["word " * 100], 1)
    assert len(name) <= MAX_NAME
    assert name.endswith("…")


def test_no_column_is_no_table() -> None:
    with pytest.raises(TableError, match="no table"):
        column_names([], 0)


@given(st.lists(st.sampled_from(["", "a", "a (2)", "a (3)", "Column 1", "Column 2", "{", "\n"])))
def test_names_are_always_unique_and_never_empty(header: list[str]) -> None:
    names = column_names(header, len(header) + 1)
    assert len(set(names)) == len(header) + 1
    assert all(name == " ".join(name.split()) and name for name in names)
