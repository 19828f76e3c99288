"""What becomes of single things: texts, looks, columns, rows."""

import zipfile
from pathlib import Path
from xml.etree import ElementTree as ET

import openpyxl
import pytest
import python_calamine
import xlsxwriter
from openpyxl.utils.escape import unescape
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from claude_batch_desk.core.errors import ExportError
from claude_batch_desk.core.report import silent
from claude_batch_desk.core.results.cells import MAX_CELL
from claude_batch_desk.core.results.original.copying import copy_with_answers
from claude_batch_desk.core.results.original.new_cells import NewColumns
from claude_batch_desk.core.results.original.original import Original
from claude_batch_desk.core.tables.table import Reading, ReadOptions
from tests.core.results.original.changed_books import CHANGED, SHEET, changed, swap
from tests.core.results.original.made_books import HEADER, MADE, ROWS, book, put_table
from tests.core.results.original.proving import check_sheet, copied, original, parts_of
from tests.core.results.samples import PAYLOADS, TRICKY
from tests.core.tables.reading import read

ONE = NewColumns(("Answer",))
NUMBERS = NewColumns(("Answer",), frozenset({0}))


def many_rows(folder: Path, count: int, options: dict[str, object] | None = None) -> Path:
    """A workbook with one column and so many rows."""
    path = folder / "many.xlsx"
    with xlsxwriter.Workbook(path, options or {}) as made:
        sheet = made.add_worksheet("Data")
        sheet.write_column(0, 0, ["Id", *(f"row {number}" for number in range(count))])
    return path


def test_every_text_comes_back_through_both_readers(tmp_path: Path) -> None:
    found = copied(many_rows(tmp_path, len(TRICKY)), ONE, [[text] for text in TRICKY])
    sheets = python_calamine.load_workbook(str(found.path))
    assert [row[1] for row in sheets.get_sheet_by_index(0).to_python()[1:]] == list(TRICKY)
    sheet = openpyxl.load_workbook(found.path)["Data"]
    cells = [sheet.cell(row, 2) for row in range(2, len(TRICKY) + 2)]
    assert [unescape(str(cell.value or "")) for cell in cells] == list(TRICKY)


def test_no_answer_and_no_header_is_a_formula(tmp_path: Path) -> None:
    path = many_rows(tmp_path, len(PAYLOADS))
    found = copied(path, NewColumns(PAYLOADS), [[text] * len(PAYLOADS) for text in PAYLOADS])
    sheet = openpyxl.load_workbook(found.path)["Data"]
    new = [cell for row in sheet.iter_rows(min_col=2) for cell in row]
    assert {cell.data_type for cell in new} == {"s"}
    assert b"<f" not in parts_of(found.path)[SHEET]
    assert sheet["B2"].quotePrefix
    assert sheet["B1"].quotePrefix


def test_a_number_is_a_number_where_it_shows_the_text(tmp_path: Path) -> None:
    texts = ["7", "1.10", "12.5", "-3", "007", "1e5", "123456789012", "2026-01-31", "1899-01-01"]
    found = copied(many_rows(tmp_path, len(texts)), NUMBERS, [[text] for text in texts])
    assert [row[1] for row in read(found.path).rows] == texts
    sheet = openpyxl.load_workbook(found.path)["Data"]
    kinds = "".join(sheet.cell(row, 2).data_type for row in range(2, len(texts) + 2))
    assert kinds == "nnnnssnds"


def test_a_day_is_the_same_day_where_days_count_from_1904(tmp_path: Path) -> None:
    path = many_rows(tmp_path, 2, {"date_1904": True})
    found = copied(path, NUMBERS, [["2026-01-31"], ["1903-12-31"]])
    assert [row[1] for row in read(found.path).rows] == ["2026-01-31", "1903-12-31"]
    assert b"<v>44591</v>" in parts_of(found.path)[SHEET]


@pytest.mark.parametrize("name", ["nothing else", "no looks"])
def test_a_text_too_long_for_a_cell_is_whole_on_a_sheet_of_its_own(
    name: str, tmp_path: Path
) -> None:
    text = "=" + "long 😀 " * 8_000
    rows = [[text if number == 2 else "short"] for number in range(len(ROWS))]
    found = copied({**MADE, **CHANGED}[name](tmp_path), ONE, rows)
    made = openpyxl.load_workbook(found.path)
    assert made.sheetnames == ["Data", "Full texts"]
    assert made["Data"]["D4"].value.endswith("[…] The whole is on the sheet “Full texts”, row 2.")
    assert len(made["Data"]["D4"].value.encode("utf-16-le")) // 2 <= MAX_CELL
    whole = list(made["Full texts"].iter_rows(values_only=True))
    assert whole[0] == ("Cell", "Part", "Text")
    assert [row[:2] for row in whole[1:]] == [("D4", "1"), ("D4", "2")]
    assert "".join(str(row[2]) for row in whole[1:]) == text
    assert "1." in found.exported.notes[-1]
    names = parts_of(found.path)
    assert set(names) - set(parts_of(found.original.path)) == {"xl/worksheets/answers1.xml"}


def test_two_sheets_can_be_added(tmp_path: Path) -> None:
    source, table = original(MADE["hidden sheets"](tmp_path))
    rows = [["x" * 40_000]] * len(table.rows)
    target = tmp_path / "out.xlsx"

    def about(notes: tuple[str, ...]) -> list[tuple[str, str]]:
        return [("Job", "=1+1"), *(("Note", note) for note in notes)]

    copy_with_answers(source, target, ONE, rows, silent, about=about)
    made = openpyxl.load_workbook(target)
    assert made.sheetnames[-2:] == ["Full texts", "About the answers"]
    assert made["Very hidden"].sheet_state == "veryHidden"
    [job, note] = made["About the answers"].iter_rows()
    assert [cell.value for cell in job] == ["Job", "=1+1"]
    assert (job[1].data_type, job[1].quotePrefix) == ("s", True)
    assert "whole on the added sheet “Full texts”" in str(note[1].value)


def test_the_sheet_of_full_texts_takes_no_name_that_is_there(tmp_path: Path) -> None:
    def fill(made: Workbook, sheet: Worksheet) -> None:
        del sheet
        made.add_worksheet("full TEXTS")

    found = copied(book(fill)(tmp_path), ONE, [["x" * 40_000]] * len(ROWS))
    assert openpyxl.load_workbook(found.path).sheetnames[-1] == "Full texts (2)"


def test_an_answer_looks_like_its_neighbour_but_for_what_that_means(tmp_path: Path) -> None:
    def fill(made: Workbook, sheet: Worksheet) -> None:
        marked = {"font_name": "Arial", "border": 1, "bg_color": "#ff0000", "num_format": "0%"}
        sheet.write(1, 2, 5, made.add_format(marked))
        sheet.write_url(2, 2, "https://example.org")
        sheet.write(0, 2, "Amount", made.add_format({"bold": True, "bg_color": "#ddeeff"}))

    found = copied(book(fill)(tmp_path), ONE, [["calm"], ["angry"], [""], *[["x"]] * 5])
    sheet = openpyxl.load_workbook(found.path)["Data"]
    head, first, linked, plain = (sheet[name] for name in ("D1", "D2", "D3", "D5"))
    assert (head.font.b, head.fill.fgColor.rgb) == (True, "FFDDEEFF")
    assert (first.font.name, first.border.left.style, first.fill.fill_type) == (
        "Arial",
        "thin",
        None,
    )
    assert (first.number_format, linked.number_format) == ("@", "@")
    assert linked.font.u is None
    assert (plain.font.name, plain.font.sz) == ("Calibri", 11)


def test_looks_that_fit_are_used_again(tmp_path: Path) -> None:
    def fill(made: Workbook, sheet: Worksheet) -> None:
        sheet.write("B2", "text", made.add_format({"num_format": "@"}))

    found = copied(book(fill)(tmp_path), ONE, [["calm"]] * len(ROWS))
    before, after = parts_of(found.original.path), parts_of(found.path)
    assert before["xl/styles.xml"] == after["xl/styles.xml"]


def test_hidden_columns_to_the_right_do_not_hide_the_answers(tmp_path: Path) -> None:
    def fill(made: Workbook, sheet: Worksheet) -> None:
        del made
        sheet.set_column("A:C", 12)
        sheet.set_column("D:XFD", None, None, {"hidden": True})

    found = copied(book(fill)(tmp_path))
    tree = ET.fromstring(parts_of(found.path)[SHEET])  # noqa: S314 - we wrote it
    told = [
        (each.get("min"), each.get("max"), each.get("hidden"))
        for each in tree.iter()
        if each.tag.endswith("}col")
    ]
    new = [(str(column), str(column), None) for column in range(4, 8)]
    assert told == [("1", "3", None), *new, ("8", "16384", "1")]


def test_columns_that_have_a_width_keep_it(tmp_path: Path) -> None:
    found = copied(MADE["formatted cells further right"](tmp_path))
    before, after = parts_of(found.original.path)[SHEET], parts_of(found.path)[SHEET]
    cols = before[before.index(b"<cols>") : before.index(b"</cols>")]
    assert cols in after


def test_an_empty_answer_leaves_a_formatted_cell_as_it_is(tmp_path: Path) -> None:
    rows = [["", "", "", "answered"]] * len(ROWS)
    found = copied(MADE["formatted cells further right"](tmp_path), rows=rows)
    sheet = openpyxl.load_workbook(found.path)["Data"]
    assert (sheet["D2"].value, sheet["D2"].fill.fgColor.rgb) == (None, "FFCCCCCC")
    assert sheet["G2"].value == "answered"
    assert sheet["H2"].fill.fgColor.rgb == "FFCCCCCC"


def test_answers_stand_in_the_rows_that_were_read(tmp_path: Path) -> None:
    path = tmp_path / "odd.xlsx"
    with xlsxwriter.Workbook(path) as made:
        sheet = made.add_worksheet("Data")
        sheet.write("A1", "a title")
        put_table(sheet, 3, 1)
        sheet.write_row(4, 1, ["the id", "the text", "the amount"])
        sheet.set_row(7, options={"hidden": True})
    for options, header, first in (
        (ReadOptions(), 4, 5),
        (ReadOptions(header_row=4, header_rows=2), 5, 6),
        (ReadOptions(header_row=4, first_row=8), 4, 8),
        (ReadOptions(header_row=0), 0, 1),
        (ReadOptions(header_row=0, first_row=6), 0, 6),
        (ReadOptions(left_out=("Amount",)), 4, 5),
    ):
        rows = read(path, options).rows
        new = [[f"answer {place}"] for place in range(len(rows))]
        found = copied(path, ONE, new, options, tmp_path / "out.xlsx")
        cells = openpyxl.load_workbook(found.path)["Data"]
        assert found.first_column == 5
        top = {4: "Answer", 5: "Answer"}.get(header)
        assert [cells.cell(row, 5).value for row in range(1, first)] == [
            top if row == header else None for row in range(1, first)
        ]
        assert [cells.cell(first + place, 5).value for place in range(len(rows))] == [
            text for (text,) in new
        ]
        assert cells.max_row == first + len(rows) - 1
        no_header = [each for each in found.exported.notes if "no header" in each]
        assert bool(no_header) == (header == 0)


def test_a_sheet_without_room_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "wide.xlsx"
    with xlsxwriter.Workbook(path) as made:
        made.add_worksheet().write_row(0, 0, [f"c{number}" for number in range(16_382)])
        made.worksheets()[0].write_row(1, 0, ["x"])
    with pytest.raises(ExportError, match="no room for 4 more columns"):
        copied(path)
    assert not path.with_name("copy of wide.xlsx").exists()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'<row r="3"', b'<!-- --><row r="3"'),
        (b'<row r="3"', b'<row r="2"'),
        (b"<v>001</v>", b"<v><![CDATA[001]]></v>"),
        (b'<?xml version="1.0" encoding="UTF-8"', b'<?xml version="1.0" encoding="ISO-8859-1"'),
    ],
)
def test_markup_that_cannot_be_followed_with_certainty_is_refused(
    old: bytes, new: bytes, tmp_path: Path
) -> None:
    made = book(lambda made, sheet: None, {"constant_memory": True})
    if b"CDATA" in new:
        old, new = b"<t>001</t>", b"<t><![CDATA[001]]></t>"
    path = changed(lambda parts: swap(parts, SHEET, (old, new)), made)(tmp_path)
    source = copied(made(tmp_path)).original
    with pytest.raises(ExportError, match="unusual way"):
        copied_as(source.rows, path)


def copied_as(rows: int, path: Path) -> None:
    """Copy a workbook whose rows were read from its twin."""
    source = Original(path, path.name, Reading("workbook", sheet="Data"), rows)
    copy_with_answers(source, path.with_name("out.xlsx"), ONE, [["x"]] * rows, silent)


def test_the_header_of_the_copy_names_the_columns(tmp_path: Path) -> None:
    found = copied(MADE["nothing else"](tmp_path))
    assert read(found.path).columns == (*HEADER, "Mood", "Score", "Day", "Status")
    check_sheet(found)


def test_large_parts_keep_their_sizes_in_64_bits(tmp_path: Path) -> None:
    path = many_rows(tmp_path, 3)
    forced = tmp_path / "forced.xlsx"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(forced, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            with new.open(name, "w", force_zip64=True) as part:
                part.write(old.read(name))
    found = copied(forced, ONE, [["x"]] * 3)
    assert [row[1] for row in read(found.path).rows] == ["x"] * 3
