"""Workbooks: cells as they look, in the rows they stand in."""

import datetime as dt
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from openpyxl.worksheet.worksheet import Worksheet
from python_calamine import CalamineError

from claude_batch_desk.core.errors import TableError
from claude_batch_desk.core.tables.table import ReadOptions
from claude_batch_desk.core.tables.workbooks.package import Package
from claude_batch_desk.core.tables.workbooks.sheets import FastBook
from claude_batch_desk.core.tables.workbooks.slow_sheets import SlowBook
from tests.core.tables.old_formats import (
    compound_file,
    ods_cell,
    write_encrypted,
    write_ods,
    write_xls,
)
from tests.core.tables.reading import AUTO, Read, read

Fill = Callable[[Worksheet], None]


def saved(folder: Path, fill: Fill, name: str = "book.xlsx") -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    fill(sheet)
    path = folder / name
    book.save(path)
    return path


def table(*rows: list[object]) -> Fill:
    def fill(sheet: Worksheet) -> None:
        for row in rows:
            sheet.append(row)

    return fill


def read_table(folder: Path, *rows: list[object], options: ReadOptions = AUTO) -> Read:
    return read(saved(folder, table(*rows)), options)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (42, "42"),
        (1.5, "1.5"),
        (0.1 + 0.2, "0.3"),
        (-3, "-3"),
        ("00123", "00123"),
        ("NA", "NA"),
        ("1.10", "1.10"),
        ("two\nlines", "two\nlines"),
        (" a ", " a "),
        (True, "TRUE"),
        (False, "FALSE"),
        (dt.date(2026, 1, 31), "2026-01-31"),
        (dt.datetime(2026, 1, 31, 13, 5), "2026-01-31 13:05:00"),  # noqa: DTZ001 - a sheet's own
        (dt.time(23, 59, 58), "23:59:58"),
        (dt.timedelta(hours=30), "30:00:00"),
        ("#N/A", "#N/A"),
        ("#DIV/0!", "#DIV/0!"),
        (None, ""),
    ],
)
def test_a_cell_is_text_as_it_looks(tmp_path: Path, value: object, text: str) -> None:
    assert read_table(tmp_path, ["a", "b"], [value, "x"]).rows == [[text, "x"]]


@pytest.mark.parametrize(
    ("value", "code", "text"),
    [
        (1.1, "0.00", "1.10"),
        (123, "00000", "00123"),
        (0.256, "0.0%", "25.6%"),
        (1234.5, "#,##0.00", "1,234.50"),
        (7, "General", "7"),
    ],
)
def test_a_number_keeps_its_look(tmp_path: Path, value: float, code: str, text: str) -> None:
    def fill(sheet: Worksheet) -> None:
        sheet.append(["a", "b"])
        sheet.append([value, "x"])
        sheet["A2"].number_format = code

    assert read(saved(tmp_path, fill)).rows == [[text, "x"]]


def test_a_look_that_cannot_be_followed_is_said(tmp_path: Path) -> None:
    def fill(sheet: Worksheet) -> None:
        sheet.append(["a", "b"])
        sheet.append([1.5, "x"])
        sheet["A2"].number_format = "[DBNum1]0"

    found = read(saved(tmp_path, fill))
    assert found.rows == [["1.5", "x"]]
    assert found.notes[0].startswith("1 number is given in full")


def test_looks_and_errors_stay_in_their_cells_far_down(tmp_path: Path) -> None:
    path = tmp_path / "far.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet, cents = book.add_worksheet(), book.add_format({"num_format": "0.00"})
    sheet.write_row(0, 2, ["n", "text", "price"])
    for row in range(1, 3000):
        sheet.write_number(row, 2, row)
        sheet.write_string(row, 3, f'text {row} with s="1" and t="e" <c r="A1"> in it')
        if row % 7 == 0:
            sheet.write_number(row, 4, row / 4, cents)
        if row % 11 == 0:
            sheet.write_formula(row, 4, "=NA()", None, "#N/A")
    book.close()
    found = read(path)
    assert found.columns == ("n", "text", "price")
    for number, (n, text, price) in enumerate(found.rows, start=1):
        expected = "#N/A" if number % 11 == 0 else f"{number / 4:.3f}" if number % 7 == 0 else ""
        cents_text = f"{number / 4 + 1e-9:.2f}" if expected and expected != "#N/A" else expected
        assert (n, text[: text.index(" with")]) == (str(number), f"text {number}")
        assert price == cents_text


def test_a_formula_gives_its_stored_result(tmp_path: Path) -> None:
    path = tmp_path / "formulas.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["a", "b"])
    sheet.write_formula(1, 0, "=1+1", None, 2)
    sheet.write_formula(1, 1, '="x"&"y"', None, "xy")
    book.close()
    assert read(path).rows == [["2", "xy"]]


def test_a_formula_without_a_result_is_said(tmp_path: Path) -> None:
    found = read_table(tmp_path, ["a", "b"], ["=1+1", "x"])
    assert found.rows == [["", "x"]]
    assert found.notes[0].startswith("1 formula has no result in the file")


def test_digits_a_workbook_cannot_keep_are_said(tmp_path: Path) -> None:
    found = read_table(tmp_path, ["id", "b"], [1234567890123456789, "x"])
    assert found.rows == [["1234567890123460000", "x"]]
    assert found.notes[0].startswith("1 number has more than 15 digits")


def test_the_first_visible_sheet_with_data_is_read(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.create_sheet("Hidden").append(["secret"])
    book["Hidden"].sheet_state = "hidden"
    data = book.create_sheet("Data")
    for row in (["a", "b"], [1, 2]):
        data.append(row)
    book.create_sheet("More").append(["c"])
    book.create_chartsheet("Chart")
    book.save(tmp_path / "book.xlsx")
    found = read(tmp_path / "book.xlsx")
    assert found.reading.sheet == "Data"
    assert found.reading.sheets == ("Sheet", "Data", "More")
    assert found.columns == ("a", "b")


def test_a_chosen_sheet_is_obeyed(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for name in ("One", "Two & <2>"):
        book.create_sheet(name).append(["a", "b"])
        book[name].append([name, 1.5])
        book[name]["B2"].number_format = "0.00"
    book.save(tmp_path / "book.xlsx")
    found = read(tmp_path / "book.xlsx", ReadOptions(sheet="Two & <2>"))
    assert found.rows == [["Two & <2>", "1.50"]]


def test_a_sheet_that_is_gone_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="no sheet “May” any more"):
        read_table(tmp_path, ["a"], [1], options=ReadOptions(sheet="May"))


def test_a_title_above_the_table_is_left_out_and_said(tmp_path: Path) -> None:
    found = read_table(tmp_path, ["Sales of May"], [], ["id", "name", 2026], [1, "Ann", 5])
    assert found.columns == ("id", "name", "2026")
    assert found.reading.header_row == 3
    assert found.rows == [["1", "Ann", "5"]]
    assert "1 row above the header left out." in found.notes


def test_a_header_that_lacks_a_name_is_still_the_header(tmp_path: Path) -> None:
    found = read_table(tmp_path, [None, "x", "y"], ["Ann", "good", "bad"], ["Bo", "bad", "good"])
    assert found.columns == ("Column 1", "x", "y")
    assert len(found.rows) == 2


def test_a_chosen_header_row_is_obeyed(tmp_path: Path) -> None:
    found = read_table(tmp_path, ["a", "b"], [1, 2], [3, 4], options=ReadOptions(header_row=2))
    assert (found.columns, found.rows) == (("1", "2"), [["3", "4"]])
    none = read_table(tmp_path, ["a", "b"], [1, 2], options=ReadOptions(header_row=0))
    assert none.rows == [["a", "b"], ["1", "2"]]


def test_a_header_row_behind_the_end_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="ends before row 9"):
        read_table(tmp_path, ["a"], [1], options=ReadOptions(header_row=9))


def test_rows_keep_their_places(tmp_path: Path) -> None:
    """A row's number and the header row tell where it stands in the sheet."""

    def fill(sheet: Worksheet) -> None:
        sheet["C4"], sheet["D4"] = "n", "text"
        for row in (5, 8, 9):
            sheet.cell(row, 3, row)
        sheet["D30"].number_format = "0.00"  # formatted, but empty

    found = read(saved(tmp_path, fill))
    assert found.reading.header_row == 4
    assert [row[0] for row in found.rows] == ["5", "", "", "8", "9"]
    assert "2 rows are blank (row 2, 3)." in found.notes


def test_hidden_rows_are_read_and_said(tmp_path: Path) -> None:
    def fill(sheet: Worksheet) -> None:
        table(["a", "b"], [1, 2], [3, 4])(sheet)
        sheet.row_dimensions[3].hidden = True

    found = read(saved(tmp_path, fill))
    assert len(found.rows) == 2
    assert found.notes == ["1 hidden row is read like the others."]


def test_rows_that_a_filter_hides_are_read_and_said(tmp_path: Path) -> None:
    def fill(sheet: Worksheet) -> None:
        table(["a", "b"], [1, 2], [3, 4])(sheet)
        sheet.auto_filter.ref = "A1:B3"
        sheet.row_dimensions[3].hidden = True

    found = read(saved(tmp_path, fill))
    assert len(found.rows) == 2
    assert found.notes == ["1 hidden row is read like the others. A filter is on in the sheet."]


def test_hidden_columns_are_read_and_said(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["a", "b", "c"])
    sheet.write_row(1, 0, [1, 2, 3])
    sheet.set_column("B:B", None, None, {"hidden": True})
    sheet.set_column("D:XFD", None, None, {"hidden": True})  # as Excel does with all the empty ones
    book.close()
    found = read(path)
    assert found.rows == [["1", "2", "3"]]
    assert found.notes == ["1 hidden column is read like the others."]


def test_the_name_of_the_file_does_not_decide(tmp_path: Path) -> None:
    path = saved(tmp_path, table(["a", "b"], [1, 2]), "book.xlsx").rename(tmp_path / "book.csv")
    assert read(path).rows == [["1", "2"]]
    (tmp_path / "text.xls").write_text("a\tb\n00123\t2\n")
    found = read(tmp_path / "text.xls")
    assert found.rows == [["00123", "2"]]
    assert found.notes == ["This file is named like a workbook, but it is text and read as such."]


def test_merged_cells_are_counted(tmp_path: Path) -> None:
    def fill(sheet: Worksheet) -> None:
        table(["a", "b"], [1, 2], [None, 3], [4, None])(sheet)
        sheet.merge_cells("A2:A3")
        sheet.merge_cells("A4:B4")

    found = read(saved(tmp_path, fill))
    assert found.rows == [["1", "2"], ["", "3"], ["4", ""]]
    [note] = found.notes
    assert note.startswith("2 groups of cells are merged in the sheet.")


def test_a_workbook_without_a_cell_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="This workbook is empty"):
        read_table(tmp_path)


def test_a_header_alone_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="has a header but no rows"):
        read_table(tmp_path, ["a", "b"])


def test_a_damaged_workbook_is_a_sentence(tmp_path: Path) -> None:
    whole = saved(tmp_path, table(["a", "b"], [1, 2])).read_bytes()
    for size in (100, 1000, len(whole) - 30):
        path = tmp_path / "cut.xlsx"
        path.write_bytes(whole[:size])
        with pytest.raises(TableError, match="damaged"):
            read(path)


@pytest.mark.parametrize(
    ("part", "what"),
    [
        ("word/document.xml", "Word"),
        ("ppt/presentation.xml", "PowerPoint"),
        ("Index/Document.iwa", "Apple"),
        ("notes.txt", "an archive"),
    ],
)
def test_other_zipped_files_are_named(tmp_path: Path, part: str, what: str) -> None:
    with zipfile.ZipFile(tmp_path / "other.xlsx", "w") as file:
        file.writestr(part, "<x/>")
    with pytest.raises(TableError, match=what):
        read(tmp_path / "other.xlsx")


def test_both_readers_agree(tmp_path: Path) -> None:
    def fill(sheet: Worksheet) -> None:
        sheet.append([])
        sheet.append([None, "n", "day", "at", "took", "ok", "error", "text"])
        for n in range(1, 60):
            day = dt.datetime(2026, 1, 1) + dt.timedelta(days=n, minutes=n * 7)  # noqa: DTZ001
            sheet.append(
                [
                    None,
                    n * 1.37,
                    day.date(),
                    day,
                    dt.timedelta(minutes=n * 97),
                    n % 2 == 0,
                    "#REF!",
                    f"t{n}",
                ]
            )
            sheet.cell(n + 2, 2).number_format = ["General", "0.00", "0%", "00000"][n % 4]

    path = saved(tmp_path, fill)
    fast = FastBook(path, Package(path), lambda: None).sheet("Sheet")
    slow = SlowBook(path, Package(path), lambda: None).sheet("Sheet")
    assert fast is not None
    assert slow is not None
    assert fast.width == slow.width == 7
    assert list(slow.rows()) == list(fast.rows())


@pytest.mark.parametrize(
    ("usual", "odd", "row"),
    [
        (b"<v>1.5</v>", b"<v> 1.5 </v>", ["1.5", "#N/A"]),
        (b"<v>#N/A</v>", b"<v>#SPILL!</v>", ["1.5", "#SPILL!"]),
    ],
)
def test_a_second_reader_helps_where_the_first_gives_up(
    tmp_path: Path, usual: bytes, odd: bytes, row: list[str]
) -> None:
    path = saved(tmp_path, table(["a", "b"], [1.5, "#N/A"]))
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(tmp_path / "odd.xlsx", "w") as new:
        for part in old.namelist():
            new.writestr(part, old.read(part).replace(usual, odd))
    with pytest.raises(CalamineError):
        FastBook(tmp_path / "odd.xlsx", None, lambda: None).sheet("Sheet")
    assert read(tmp_path / "odd.xlsx").rows == [row]


def test_a_workbook_of_excel_97_is_read(tmp_path: Path) -> None:
    write_xls(tmp_path / "old.xls", [["a", "b"], [1.5, "00123"], [42.0, "é"]])
    found = read(tmp_path / "old.xls")
    assert (found.reading.sheet, found.columns) == ("Old", ("a", "b"))
    assert found.rows == [["1.5", "00123"], ["42", "é"]]
    assert found.notes[0].startswith("Of this kind of workbook only the values are read")


def test_a_workbook_of_libreoffice_is_read(tmp_path: Path) -> None:
    write_ods(
        tmp_path / "free.ods",
        [
            [ods_cell("string", "day", "day"), ods_cell("string", "took", "took")],
            [ods_cell("date", "2026-01-31", "31.01.26"), ods_cell("time", "PT30H05M00S", "30:05")],
            [ods_cell("float", "1.5", "1,50"), ods_cell("boolean", "true", "WAHR")],
        ],
    )
    assert read(tmp_path / "free.ods").rows == [["31.01.26", "30:05"], ["1,50", "TRUE"]]


@pytest.mark.parametrize("name", ["locked.xlsx", "locked.xls", "locked"])
def test_a_password_is_a_sentence(tmp_path: Path, name: str) -> None:
    write_encrypted(tmp_path / name)
    with pytest.raises(TableError, match="protected by a password"):
        read(tmp_path / name)


@pytest.mark.parametrize(
    ("stream", "what"), [("WordDocument", "Word"), ("Something else", "damaged")]
)
def test_other_old_files_are_named(tmp_path: Path, stream: str, what: str) -> None:
    (tmp_path / "old.doc").write_bytes(compound_file({stream: b"text"}))
    with pytest.raises(TableError, match=what):
        read(tmp_path / "old.doc")


def test_macros_are_ignored_and_said(tmp_path: Path) -> None:
    path = saved(tmp_path, table(["a", "b"], [1, 2]))
    with zipfile.ZipFile(path, "a") as file:
        file.writestr("xl/vbaProject.bin", b"Sub AutoOpen()")
    found = read(path)
    assert found.rows == [["1", "2"]]
    assert "The macros in this workbook are ignored." in found.notes
