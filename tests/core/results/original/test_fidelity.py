"""A copy of each of many workbooks is the workbook itself but for the answers."""

from pathlib import Path

import openpyxl
import pytest

from tests.core.results.original.changed_books import CHANGED, streamed
from tests.core.results.original.further_books import FURTHER
from tests.core.results.original.made_books import MADE, Make
from tests.core.results.original.proving import (
    MAY_CHANGE,
    changed_parts,
    check_rows,
    check_sheet,
    check_styles,
    copied,
)

BOOKS: dict[str, Make] = {**MADE, **CHANGED, **FURTHER, "sizes behind the parts": streamed}
GROWN = {
    "a table": {"xl/tables/table1.xml"},
    "what openpyxl writes": {"xl/tables/table1.xml"},
    "a table with totals": {"xl/tables/table1.xml"},
    "a table that is filtered and sorted": {"xl/tables/table1.xml"},
    "a filter that hides rows": {"xl/workbook.xml"},
}
"""What is told of the new columns in other parts, so that sorting keeps the rows together."""


def test_there_are_at_least_fifty() -> None:
    assert len(BOOKS) >= 50


@pytest.mark.parametrize("name", BOOKS)
def test_all_but_the_answers_is_as_it_was(name: str, tmp_path: Path) -> None:
    found = copied(BOOKS[name](tmp_path))
    may = {found.sheet, *MAY_CHANGE, *GROWN.get(name, ())}
    assert changed_parts(found) <= may
    check_sheet(found)
    check_styles(found)
    # In a sheet whose cells do not say where they are no number format is applied.
    check_rows(found, ("Score", "Day") if name == "places left out" else ())


@pytest.mark.filterwarnings("ignore::UserWarning:openpyxl")  # of what it is going to lose
@pytest.mark.parametrize("name", BOOKS)
def test_a_second_reader_opens_the_copy(name: str, tmp_path: Path) -> None:
    path = BOOKS[name](tmp_path)
    try:
        openpyxl.load_workbook(path)
    except (TypeError, ValueError, KeyError, AttributeError):
        pytest.skip("it does not open the original either")
    found = copied(path)
    sheet = openpyxl.load_workbook(found.path)["Data"]
    top = found.table.reading.header_row
    cells = [sheet.cell(top + 1, found.first_column + at) for at in range(4)]
    assert [cell.data_type for cell in cells] == (
        ["s", "s", "s", "s"] if name == "no looks" else ["s", "n", "d", "s"]
    )
    assert sheet.cell(top, found.first_column).value == "Mood"
