"""Lines between the header and the first row are left out where the person or the file says so."""

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from claude_batch_desk.core.errors import TableError
from claude_batch_desk.core.tables.table import ReadOptions
from claude_batch_desk.core.tables.text import delimited
from tests.core.tables.reading import Read, read, read_by_child, read_text

Opened = Callable[[Path, list[list[str]], ReadOptions], Read]

UNITS = [["name", "size"], ["text", "cm"], ["-", "-"], ["Ann", "170"], ["Bo", "180"]]
QUALTRICS = [
    ["StartDate", "Q1", "Q1_6_TEXT"],
    ["Start Date", 'Who?\n\n"Tell" us', "Who? - Other - Text"],
    ['{"ImportId":"startDate"}', '{"ImportId":"QID1"}', '{"ImportId":"QID1_6_TEXT"}'],
    ["2026-01-31", "Ann", ""],
    ["2026-02-01", "Other", "Bo"],
]
AUTO = ReadOptions()


def as_text(folder: Path, rows: list[list[str]], options: ReadOptions) -> Read:
    quoted = [['"' + cell.replace('"', '""') + '"' for cell in row] for row in rows]
    return read_text(folder, "".join(",".join(row) + "\n" for row in quoted), options)


def as_workbook(folder: Path, rows: list[list[str]], options: ReadOptions) -> Read:
    book = openpyxl.Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    for row in rows:
        sheet.append([cell or None for cell in row])
    book.save(folder / "book.xlsx")
    return read(folder / "book.xlsx", options)


both = pytest.mark.parametrize("opened", [as_text, as_workbook], ids=["text", "workbook"])


@both
def test_rows_start_where_the_person_says(tmp_path: Path, opened: Opened) -> None:
    found = opened(tmp_path, UNITS, ReadOptions(first_row=4))
    assert found.columns == ("name", "size")
    assert found.rows == [["Ann", "170"], ["Bo", "180"]]
    assert found.reading.first_row == 4
    [note] = found.notes
    assert note.startswith("2 ")
    assert note.endswith("between the header and the first row left out.")


@both
def test_the_row_after_the_header_is_the_usual_one(tmp_path: Path, opened: Opened) -> None:
    for options in (AUTO, ReadOptions(first_row=2), ReadOptions(first_row=0)):
        found = opened(tmp_path, UNITS, options)
        assert (found.reading.first_row, found.rows, found.notes) == (0, UNITS[1:], [])


@both
def test_it_goes_with_two_header_rows(tmp_path: Path, opened: Opened) -> None:
    found = opened(tmp_path, UNITS, ReadOptions(header_row=1, header_rows=2, first_row=4))
    assert found.columns == ("name – text", "size – cm")
    assert found.rows == UNITS[3:]


@both
def test_it_goes_without_a_header(tmp_path: Path, opened: Opened) -> None:
    found = opened(tmp_path, UNITS, ReadOptions(header_row=0, first_row=4))
    assert found.columns == ("Column 1", "Column 2")
    assert found.rows == UNITS[3:]
    assert found.notes[0].endswith("above the first row left out.")


@both
@pytest.mark.parametrize(
    "options",
    [
        ReadOptions(header_row=2, first_row=1),
        ReadOptions(header_row=2, first_row=2),
        ReadOptions(header_row=1, header_rows=2, first_row=2),
    ],
)
def test_a_first_row_in_the_header_is_a_sentence(
    tmp_path: Path, opened: Opened, options: ReadOptions
) -> None:
    with pytest.raises(TableError, match="first row cannot be"):
        opened(tmp_path, UNITS, options)


@both
def test_a_first_row_behind_the_end_is_a_sentence(tmp_path: Path, opened: Opened) -> None:
    with pytest.raises(TableError, match="Choose another first row"):
        opened(tmp_path, UNITS, ReadOptions(first_row=9))


@both
def test_an_export_of_qualtrics_starts_below_its_import_ids(tmp_path: Path, opened: Opened) -> None:
    found = opened(tmp_path, QUALTRICS, AUTO)
    assert found.columns == ("StartDate", "Q1", "Q1_6_TEXT")
    assert found.rows == QUALTRICS[3:]
    assert (found.reading.header_row, found.reading.header_rows) == (1, 1)
    # A question of three lines moves the lines of a text, but not the rows of a sheet.
    assert found.reading.first_row == (6 if opened is as_text else 4)
    assert any("as Qualtrics writes" in note for note in found.notes)


@both
def test_it_can_be_insisted_that_all_rows_below_the_header_are_read(
    tmp_path: Path, opened: Opened
) -> None:
    found = opened(tmp_path, QUALTRICS, ReadOptions(first_row=0))
    assert (found.rows, found.notes) == (QUALTRICS[1:], [])


@both
def test_questions_of_qualtrics_can_be_joined_to_the_header(tmp_path: Path, opened: Opened) -> None:
    found = opened(tmp_path, QUALTRICS, ReadOptions(header_rows=2))
    assert found.columns[2] == "Q1_6_TEXT – Who? - Other - Text"
    assert found.rows == QUALTRICS[3:]


@both
def test_an_export_of_qualtrics_without_answers_is_a_sentence(
    tmp_path: Path, opened: Opened
) -> None:
    with pytest.raises(TableError, match="no rows"):
        opened(tmp_path, QUALTRICS[:3], AUTO)


def test_other_objects_in_the_third_row_are_answers(tmp_path: Path) -> None:
    rows = [["a", "b"], ["x", "y"], ['{"ImportId":"1"}', "z"]]
    assert as_text(tmp_path, rows, AUTO).rows == rows[1:]


def test_lines_that_are_left_out_do_not_widen_the_table(tmp_path: Path) -> None:
    found = read_text(tmp_path, "a,b\nx,y,z,!\n1,2\n", ReadOptions(first_row=3))
    assert (found.columns, found.rows) == (("a", "b"), [["1", "2"]])


def test_a_large_file_starts_at_the_same_line(tmp_path: Path) -> None:
    line = f"{'long ' * 20},00123\n"
    path = tmp_path / "large.csv"
    path.write_text("text,n\nkind,unit\n" + line * (delimited._PANDAS_FROM // len(line) + 1))
    found = read_by_child(path, ReadOptions(first_row=3))
    assert {tuple(row) for row in found.rows} == {("long " * 20, "00123")}


def test_formulas_without_a_result_are_named_by_the_row_they_are_in(tmp_path: Path) -> None:
    rows = [["a", "b"], ["x", "y"], ["1", "2"], ["=1+1", "3"]]
    found = as_workbook(tmp_path, rows, ReadOptions(first_row=3))
    [finding] = found.found.findings
    assert finding.rows == (1,)
