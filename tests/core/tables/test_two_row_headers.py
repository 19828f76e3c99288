"""A header of two rows is joined, and a row of data never taken for one."""

from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from claude_batch_desk.core.tables.headers import MAX_NAME, joined_header
from claude_batch_desk.core.tables.table import ReadOptions, Row
from tests.core.tables.reading import Read, read, read_text

SURVEY = [
    ["Id", "Seen any?", "Which ones?", "", "", "Sex"],
    ["", "Response", "First", "Second", "Third", "Response"],
    ["1", "Yes", "First", "", "Third", "F"],
    ["2", "No", "", "", "", "M"],
]
SURVEY_NAMES = (
    "Id",
    "Seen any?",
    "Which ones? – First",
    "Which ones? – Second",
    "Which ones? – Third",
    "Sex",
)
QUARTERS = [
    ["Region", "2025", "", "2026", ""],
    ["", "Q1", "Q2", "Q1", "Q2"],
    ["North", "1", "2", "3", "4"],
    ["South", "1", "2", "3", "4"],
    ["West", "1", "2", "3", "4"],
]


def as_text(folder: Path, rows: list[list[str]], options: ReadOptions) -> Read:
    return read_text(folder, "".join(",".join(row) + "\n" for row in rows), options)


def as_workbook(folder: Path, rows: list[list[str]], options: ReadOptions) -> Read:
    book = openpyxl.Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    for row in rows:
        sheet.append([cell or None for cell in row])
    book.save(folder / "book.xlsx")
    return read(folder / "book.xlsx", options)


both = pytest.mark.parametrize("opened", [as_text, as_workbook], ids=["text", "workbook"])
AUTO = ReadOptions()


@both
def test_labels_below_a_question_are_joined_to_it(tmp_path: Path, opened: type) -> None:
    found = opened(tmp_path, SURVEY, AUTO)
    assert found.columns == SURVEY_NAMES
    assert found.rows == SURVEY[2:]
    assert (found.reading.header_row, found.reading.header_rows) == (1, 2)
    assert found.notes[0].startswith(
        "The header takes two rows, which are joined, as in “Which ones? – First”."
    )


@both
def test_groups_of_columns_are_joined_to_their_heading(tmp_path: Path, opened: type) -> None:
    found = opened(tmp_path, QUARTERS, AUTO)
    assert found.columns == ("Region", "2025 – Q1", "2025 – Q2", "2026 – Q1", "2026 – Q2")
    assert found.rows == QUARTERS[2:]


@both
def test_one_header_row_can_be_insisted_on(tmp_path: Path, opened: type) -> None:
    found = opened(tmp_path, SURVEY, ReadOptions(header_rows=1))
    assert found.columns == ("Id", "Seen any?", "Which ones?", "Column 4", "Column 5", "Sex")
    assert found.rows == SURVEY[1:]
    assert found.reading.header_rows == 1


@both
def test_two_header_rows_can_be_asked_for(tmp_path: Path, opened: type) -> None:
    rows = [["Q1", "Q2"], ["How old?", "Where from?"], ["31", "Rome"]]
    found = opened(tmp_path, rows, ReadOptions(header_row=1, header_rows=2))
    assert found.columns == ("Q1 – How old?", "Q2 – Where from?")
    assert found.rows == [["31", "Rome"]]


@both
def test_a_title_above_two_header_rows_is_left_out(tmp_path: Path, opened: type) -> None:
    found = opened(tmp_path, [["Survey of May", "", "", "", "", ""], *SURVEY], AUTO)
    if opened is as_text:  # as many cells as the table has: the first line could be its header
        found = opened(tmp_path, [["Survey"], *SURVEY], AUTO)
    assert found.columns == SURVEY_NAMES
    assert (found.reading.header_row, found.reading.header_rows) == (2, 2)


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param([["id", "", ""], *[[str(n), "x", "y"] for n in range(9)]], id="numbers"),
        pytest.param([["name", "", ""], *[["Ann", "Rome", "sad"]] * 9], id="complete first row"),
        pytest.param([["name", "a", "b"], *[["", "x", "y"], ["Z", "x", "y"]] * 5], id="no gap"),
        pytest.param([["name", "a", ""], ["", "x", "y"], *[["Z", "x", "y"]] * 5], id="one gap"),
        pytest.param(
            [["name", "a", "", ""], ["", "yes", "yes", "no"], *[["Z", "no", "no", "no"]] * 5],
            id="equal answers",
        ),
        pytest.param(
            [["name", "a", "", ""], ["", "x", "y", "z"], *[["", "x", "y", "z"], list("Zxyz")] * 5],
            id="others lack it too",
        ),
        pytest.param([["name", "a", "", ""], ["", "x", "y", "z"], list("Zxyz")], id="few rows"),
    ],
)
@both
def test_a_row_of_data_is_not_taken_for_a_header(
    tmp_path: Path, opened: type, rows: list[list[str]]
) -> None:
    found = opened(tmp_path, rows, ReadOptions(header_row=1))
    assert found.reading.header_rows == 1
    assert found.rows == rows[1:]


def test_rows_keep_their_lines_behind_two_header_rows(tmp_path: Path) -> None:
    found = as_text(tmp_path, [*SURVEY, ["3", "No", "", "", "", "M", "more"]], AUTO)
    assert "(line 5)" in found.notes[1]
    assert found.columns[-1] == "Column 7"


@pytest.mark.parametrize(
    ("header", "second", "names"),
    [
        (["Why?", ""], ["Open-Ended Response", ""], ["Why?", ""]),
        (["Age", "Sex"], ["Age", ""], ["Age", "Sex"]),
        (["", "Q"], ["label", "a", "b"], ["label", "Q – a", "Q – b"]),
        (["Q", "", "", ""], ["a", "b", "", "c"], ["Q – a", "Q – b", "", "c"]),
        ([], ["a"], ["a"]),
    ],
)
def test_what_is_missing_of_a_name_is_left_out(header: Row, second: Row, names: list[str]) -> None:
    assert joined_header(header, second) == names


@both
def test_a_title_is_not_joined_to_a_header_of_one_row(tmp_path: Path, opened: type) -> None:
    header = ["Id", "Question", "Response"]
    rows = [["Survey of May"], header, *[["1", "Why?", "Because"]] * 4]
    found = opened(tmp_path, rows, AUTO)
    assert found.columns == tuple(header)
    assert found.reading.header_row == 2


def test_a_long_question_is_cut_and_its_label_kept() -> None:
    [name, _] = joined_header(["Why " * 100, ""], ["the label", "other"])
    assert name.endswith("… – the label")
    assert len(name) <= MAX_NAME
