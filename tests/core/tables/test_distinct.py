"""The values of a column, as they become allowed values."""

import pytest

from claude_batch_desk.core.errors import RecipeError
from claude_batch_desk.core.report import silent
from claude_batch_desk.core.tables.distinct import distinct_values
from tests.core.jobs.rows_in_memory import column_of


def test_each_value_comes_once_as_it_was_first_written() -> None:
    table = column_of("Red", "", "blue ", "RED", "dark  blue", " ")
    assert distinct_values(table, "Text", 3, silent) == ("Red", "blue", "dark blue")


@pytest.mark.parametrize(
    ("cells", "said"),
    [(("a", "b", "c"), "more than 2"), (("", " "), "no values"), (("x" * 201,), "no list")],
)
def test_a_column_that_makes_no_list_is_refused(cells: tuple[str, ...], said: str) -> None:
    with pytest.raises(RecipeError, match=said):
        distinct_values(column_of(*cells), "Text", 2, silent)
