"""What is odd is found, with the numbers of the rows it is in."""

import csv
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from claude_batch_desk.core.tables.finding import MAX_ROWS, Finding
from claude_batch_desk.core.tables.profiling.row_finder import EXCEL_CELL
from claude_batch_desk.core.tables.table import ReadOptions
from tests.core.tables.reading import Read, read, read_by_child, read_text


def found_in(read: Read, kind: str) -> Finding:
    [finding] = [each for each in read.found.findings if each.kind == kind]
    return finding


def as_text(folder: Path, rows: list[list[str]]) -> Read:
    path = folder / "table.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    return read(path)


def test_a_clean_table_has_no_findings(tmp_path: Path) -> None:
    assert as_text(tmp_path, [["a", "b"], ["1", "x"], ["2", "x"], ["", "x"]]).found.findings == ()


def test_ragged_rows_are_told_by_line_and_kept_by_row(tmp_path: Path) -> None:
    found = read_text(tmp_path, "a,b\n\n1,2\n3\n4,5,6\n7,8\n9\n")
    shorter = next(each for each in found.found.findings if "fewer" in each.sentence)
    longer = next(each for each in found.found.findings if "more" in each.sentence)
    assert (shorter.kind, shorter.count, shorter.rows) == ("ragged", 2, (1, 4))
    assert "(line 4, 7)" in shorter.sentence
    assert (longer.kind, longer.count, longer.rows) == ("ragged", 1, (2,))
    assert [found.rows[row] for row in longer.rows] == [["4", "5", "6"]]


def test_a_row_of_very_many_lines_is_kept_by_row(tmp_path: Path) -> None:
    found = read_text(tmp_path, 'a,b\n1,2\n3,"' + "line\n" * 250 + '"\n')
    assert found_in(found, "unclosed").rows == (1,)


def test_blank_rows_are_found(tmp_path: Path) -> None:
    found = as_text(tmp_path, [["a", "b"], ["1", "2"], ["", ""], ["3", "4"], ["", ""]])
    finding = found_in(found, "blank")
    assert (finding.rows, finding.sentence) == ((1, 3), "2 rows are blank (row 2, 4).")
    assert len(found.found.findings) == 1


def test_repeated_rows_are_found_across_pages(tmp_path: Path) -> None:
    rows = [[str(number), "x"] for number in range(600)]
    rows[10], rows[599] = rows[3], rows[0]
    finding = found_in(as_text(tmp_path, [["a", "b"], *rows]), "repeated")
    assert finding.rows == (10, 599)
    assert finding.sentence == "2 rows are equal to one above (row 11, 600)."


@pytest.mark.parametrize("error", ["#N/A", "#DIV/0!", "#REF!"])
def test_error_values_are_found_in_text_and_workbooks(tmp_path: Path, error: str) -> None:
    rows = [["a", "b"], ["1", "2"], ["#5", error], ["#N/A and text", "3"]]
    assert found_in(as_text(tmp_path, rows), "error").rows == (1,)
    book = openpyxl.Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    for row in rows:
        sheet.append(row)
    book.save(tmp_path / "book.xlsx")
    assert found_in(read(tmp_path / "book.xlsx"), "error").rows == (1,)


@pytest.mark.parametrize(("header", "rows"), [(None, (1, 2)), (0, (3, 4)), (3, (0, 1))])
def test_formulas_without_a_result_are_found(
    tmp_path: Path, header: int | None, rows: tuple[int, ...]
) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    for row in ([], ["a", "b"], ["1", "2"], ["=1+1", "=2+2"], ["x", "=3"]):
        sheet.append(row)
    book.save(tmp_path / "book.xlsx")
    found = read(tmp_path / "book.xlsx", ReadOptions(header_row=header))
    finding = found_in(found, "formula")
    assert finding.rows == rows
    assert finding.sentence.startswith("3 formulas have no result in the file")


@pytest.mark.parametrize("columns", [1, 2, 12])
@pytest.mark.parametrize("letter", ["x", "é", '"', "\\", ","])
def test_very_long_texts_are_found_wherever_they_stand(
    tmp_path: Path, columns: int, letter: str
) -> None:
    rows = [[f"{row}-{column}" for column in range(columns)] for row in range(300)]
    rows[7][-1] = letter * (EXCEL_CELL + 1)
    rows[270][0] = letter * EXCEL_CELL
    rows[280][0] = letter * (EXCEL_CELL - 1)
    found = as_text(tmp_path, [[f"c{column}" for column in range(columns)], *rows])
    assert found_in(found, "long").rows == (7,)
    assert found_in(found, "cut").rows == (270,)


def test_only_the_first_rows_of_a_finding_are_kept(tmp_path: Path) -> None:
    finding = found_in(as_text(tmp_path, [["a", "b"], *[["1", "2"]] * 3_000]), "repeated")
    assert finding.count == 2_999
    assert finding.rows == tuple(range(1, MAX_ROWS + 1))
    assert finding.sentence.endswith("(row 2, 3, 4, 5, 6 and 2,994 more).")


def test_the_child_gives_the_same_findings(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("a,b\n1,#N/A\n1\n\n,\n1,#N/A\n")
    found = read_by_child(path).found
    assert found == read(path).found
    assert {each.kind for each in found.findings} == {"ragged", "blank", "repeated", "error"}


def test_odd_rows_are_found_behind_thousands_of_usual_ones(tmp_path: Path) -> None:
    usual = ["1", "2"]
    rows = [usual] * (MAX_ROWS * 2) + [["3"]] + [usual] * 5 + [["x\n" * 300, "4"]] + [usual]
    found = as_text(tmp_path, [["a", "b"], *rows])
    assert len(found.rows) == len(rows)
    assert found_in(found, "ragged").rows == (MAX_ROWS * 2,)
    assert found_in(found, "unclosed").rows == (MAX_ROWS * 2 + 6,)
