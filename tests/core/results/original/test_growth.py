"""Tables and filters take the new columns in, or it is said that they do not."""

from pathlib import Path

import openpyxl
import pytest
from openpyxl.utils.escape import unescape
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from claude_batch_desk.core.results.original.new_cells import NewColumns
from tests.core.results.original.changed_books import BOOK, SHEET, Parts, changed, swap
from tests.core.results.original.made_books import HEADER, MADE, ROWS, book
from tests.core.results.original.proving import copied, parts_of

TABLE = "xl/tables/table1.xml"
APART = "mark all columns"


def test_a_table_has_the_new_columns(tmp_path: Path) -> None:
    headers = ("Mood", 'A "quoted" & <long>\nname', "=1+1")
    found = copied(MADE["a table"](tmp_path), NewColumns(headers), [["x"] * 3] * len(ROWS))
    sheet = openpyxl.load_workbook(found.path)["Data"]
    table = sheet.tables["Complaints"]
    assert (table.ref, table.autoFilter.ref) == ("A1:F9", "A1:F9")
    assert [column.id for column in table.tableColumns] == [1, 2, 3, 4, 5, 6]
    names = [column.name.replace("_x000a_", "\n") for column in table.tableColumns]
    assert names == [cell.value for cell in sheet[1]] == [*HEADER, *headers]
    assert "The table “Complaints” includes them now" in " ".join(found.exported.notes)


def test_totals_stay_below_a_table_that_grows(tmp_path: Path) -> None:
    found = copied(MADE["a table with totals"](tmp_path))
    table = openpyxl.load_workbook(found.path)["Data"].tables["Table1"]
    assert (table.ref, table.autoFilter.ref) == ("A1:G10", "A1:G9")
    assert table.totalsRowCount == 1


def test_a_filter_covers_the_new_columns(tmp_path: Path) -> None:
    found = copied(MADE["a filter that hides rows"](tmp_path))
    made = openpyxl.load_workbook(found.path)
    assert made["Data"].auto_filter.ref == "A1:G9"
    assert b"Data!$A$1:$G$9</definedName>" in parts_of(found.path)[BOOK]


@pytest.mark.parametrize("header", ["a\x00b", "half \ud800", "_x0041_", " a\tb\r", "a\nb"])
def test_a_column_of_a_table_is_called_as_its_cell_is(tmp_path: Path, header: str) -> None:
    found = copied(MADE["a table"](tmp_path), NewColumns((header,)), [["x"]] * len(ROWS))
    sheet = openpyxl.load_workbook(found.path)["Data"]
    named = sheet.tables["Complaints"].tableColumns[-1].name.replace("_x000a_", "\n")
    assert named == unescape(str(sheet["D1"].value))


ORDER = b'<sortState ref="A2:C9"><sortCondition ref="C2:C9"/></sortState>'


def test_what_is_sorted_again_has_the_new_columns(tmp_path: Path) -> None:
    def sort_table(parts: Parts) -> None:
        swap(parts, TABLE, (b"<tableColumns", ORDER + b"<tableColumns"))

    def sort_sheet(parts: Parts) -> None:
        swap(parts, SHEET, (b"</autoFilter>", ORDER + b"</autoFilter>"))

    for name, change, part in (
        ("a table", sort_table, TABLE),
        ("a filter that hides rows", sort_sheet, SHEET),
    ):
        found = copied(changed(change, MADE[name])(tmp_path))
        grown = ORDER.replace(b'"A2:C9"', b'"A2:G9"')
        assert grown in parts_of(found.path)[part]


def test_the_filter_of_a_saved_view_goes_with_that_of_the_sheet(tmp_path: Path) -> None:
    views = (
        b'<customSheetViews><customSheetView guid="{0}"><autoFilter ref="A1:C9"/></customSheetView>'
    )
    views += b'<customSheetView guid="{1}"><autoFilter ref="A1:B9"/></customSheetView>'
    views += b"</customSheetViews>"
    name = b'<definedName name="Z_0_.wvu.FilterData" localSheetId="0">Data!$A$1:$C$9</definedName>'

    def save(parts: Parts) -> None:
        swap(parts, SHEET, (b"<pageMargins", views + b"<pageMargins"))
        swap(parts, BOOK, (b"</definedNames>", name + b"</definedNames>"))

    found = copied(changed(save, MADE["a filter that hides rows"])(tmp_path))
    after = parts_of(found.path)
    assert views.replace(b"A1:C9", b"A1:G9") in after[SHEET]
    assert name.replace(b"$C$9", b"$G$9") in after[BOOK]


def test_a_filter_of_a_saved_view_is_not_the_sheet_s(tmp_path: Path) -> None:
    views = (
        b'<customSheetViews><customSheetView guid="{0}"><autoFilter ref="A1:C9"/></customSheetView>'
    )
    views += b"</customSheetViews>"

    def save(parts: Parts) -> None:
        swap(parts, SHEET, (b"<pageMargins", views + b"<pageMargins"))

    found = copied(changed(save)(tmp_path))
    assert views in parts_of(found.path)[SHEET]
    assert "filter" not in " ".join(found.exported.notes)


@pytest.mark.parametrize(
    ("part", "old", "new"),
    [
        (TABLE, b"<table ", b'<table tableType="queryTable" '),
        (TABLE, b"<table ", b'<table headerRowCount="0" '),
        (TABLE, b'ref="A1:C9"', b'ref="A2:C9"'),
        (TABLE, b'name="Amount"', b'name="MOOD"'),
    ],
)
def test_a_table_that_cannot_grow_is_left_alone_and_told_of(
    part: str, old: bytes, new: bytes, tmp_path: Path
) -> None:
    path = changed(lambda parts: swap(parts, part, (old, new)), MADE["a table"])(tmp_path)
    found = copied(path)
    assert parts_of(path)[TABLE] == parts_of(found.path)[TABLE]
    assert APART in " ".join(found.exported.notes)


def test_two_tables_are_left_alone(tmp_path: Path) -> None:
    found = copied(MADE["two tables"](tmp_path))
    before, after = parts_of(found.original.path), parts_of(found.path)
    assert all(before[name] == after[name] for name in before if "tables/" in name)
    assert found.first_column == 7
    assert APART in " ".join(found.exported.notes)


def test_a_filter_over_other_columns_is_left_alone(tmp_path: Path) -> None:
    def fill(made: Workbook, sheet: Worksheet) -> None:
        del made
        sheet.autofilter("A1:B9")

    found = copied(book(fill)(tmp_path))
    assert b'<autoFilter ref="A1:B9"/>' in parts_of(found.path)[SHEET]
    assert APART in " ".join(found.exported.notes)


def test_a_table_elsewhere_on_the_sheet_is_no_matter(tmp_path: Path) -> None:
    def fill(made: Workbook, sheet: Worksheet) -> None:
        del made
        sheet.write_row("A30", ["Other", "Thing"])
        sheet.add_table("A30:B33", {"columns": [{"header": "Other"}, {"header": "Thing"}]})

    rows_above = book(fill)(tmp_path)
    found = copied(rows_above)
    assert parts_of(rows_above)[TABLE] == parts_of(found.path)[TABLE]


def test_what_lies_above_the_answers_is_told_of(tmp_path: Path) -> None:
    def fill(made: Workbook, sheet: Worksheet) -> None:
        del made
        sheet.insert_textbox("E3", "in the way")

    found = copied(book(fill)(tmp_path))
    assert found.first_column == 4
    assert "lies above some of them" in " ".join(found.exported.notes)
    below = copied(MADE["shapes"](tmp_path))
    assert "lies above" not in " ".join(below.exported.notes)


def test_a_print_area_that_leaves_them_out_is_told_of(tmp_path: Path) -> None:
    found = copied(MADE["names"](tmp_path))
    assert "print area of the sheet leaves them out" in " ".join(found.exported.notes)

    def fill(made: Workbook, sheet: Worksheet) -> None:
        del made
        sheet.print_area("A1:Z9")

    wide = copied(book(fill)(tmp_path))
    assert "print area" not in " ".join(wide.exported.notes)


def test_cells_merged_further_right_are_gone_around(tmp_path: Path) -> None:
    found = copied(MADE["merged cells"](tmp_path))
    assert found.first_column == 9
    assert APART in " ".join(found.exported.notes)
