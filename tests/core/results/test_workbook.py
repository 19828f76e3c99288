import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
import python_calamine
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.cell.cell import Cell
from openpyxl.utils.escape import unescape

from claude_batch_desk.core.errors import ExportError
from claude_batch_desk.core.report import silent
from claude_batch_desk.core.results.cells import MAX_CELL, MAX_ROWS
from claude_batch_desk.core.results.characters import cut
from claude_batch_desk.core.results.export import Exported, export_xlsx
from claude_batch_desk.core.results.workbook import Layout
from tests.core.results.samples import ESTIMATE, NOON, PAYLOADS, TRICKY, note


def written(path: Path, cells: Sequence[str], header: str = "header") -> Exported:
    rows = [[cell, "end"] for cell in cells]
    return export_xlsx(path, [header, "end"], rows, note(len(rows)), silent)


def calamine(path: Path, sheet: int = 0) -> list[list[object]]:
    book = python_calamine.load_workbook(str(path))
    return [list(row) for row in book.get_sheet_by_index(sheet).to_python()]


def openpyxl_cells(path: Path) -> list[Cell]:
    sheet = openpyxl.load_workbook(path).worksheets[0]
    return [row[0] for row in sheet.iter_rows() if isinstance(row[0], Cell)]


def test_every_text_comes_back_through_both_readers(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    assert written(path, TRICKY).notes == ()
    assert [row[0] for row in calamine(path)[1:]] == list(TRICKY)
    # openpyxl leaves the format's own escapes (ECMA-376, ST_Xstring) to its caller.
    seen = [unescape(str(cell.value)) for cell in openpyxl_cells(path)[1:]]
    assert seen == list(TRICKY)


def test_what_no_xml_can_hold_comes_back_through_its_escape(tmp_path: Path) -> None:
    # calamine shows these two escapes as they are; Excel and the standard read them.
    written(tmp_path / "a.xlsx", ["\ufffe\uffff"])
    assert unescape(str(openpyxl_cells(tmp_path / "a.xlsx")[1].value)) == "\ufffe\uffff"


ODD = st.sampled_from(["_x", "000D", "_", "005F", "<r>", "</r>", "\r", "\n", " ", "=", "&", "\x00"])
CHARACTERS = st.characters(exclude_categories=["Cs"], exclude_characters="\ufffe\uffff")
ANY_TEXT = st.text(CHARACTERS, max_size=20) | st.lists(ODD, max_size=8).map("".join)


@settings(max_examples=50, deadline=None)
@given(cells=st.lists(ANY_TEXT, min_size=1, max_size=30))
def test_any_text_comes_back(tmp_path_factory: pytest.TempPathFactory, cells: list[str]) -> None:
    path = tmp_path_factory.getbasetemp() / "any.xlsx"
    written(path, cells)
    assert [row[0] for row in calamine(path)[1:]] == cells


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_text_becomes_a_formula_or_a_link_wherever_it_is(tmp_path: Path, payload: str) -> None:
    path = tmp_path / "a.xlsx"
    about = note(1, job=payload, source=payload, recipe=payload, model=payload)
    export_xlsx(path, [payload], [[payload]], about, silent)
    book = openpyxl.load_workbook(path)
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value]
    assert {cell.data_type for cell in cells} == {"s"}
    assert all(cell.hyperlink is None for cell in cells)
    assert book.sheetnames == ["Answers", "About"]
    with zipfile.ZipFile(path) as parts:
        xml = b"".join(parts.read(name) for name in parts.namelist())
        assert not any("externalLink" in name for name in parts.namelist())
    assert not re.search(rb"<f[ >]|<hyperlink|TargetMode|<definedName [^>]*>[^<]*(cmd|HYPER)", xml)


def test_a_formula_stays_text_even_after_its_cell_was_edited(tmp_path: Path) -> None:
    written(tmp_path / "a.xlsx", ["=1+1", "plain", "=1+1" + "x" * 300])
    _, live, plain, long = openpyxl_cells(tmp_path / "a.xlsx")
    assert (live.quotePrefix, plain.quotePrefix, long.quotePrefix) == (True, False, True)
    assert live.number_format == plain.number_format == "@"


def test_a_text_too_long_for_a_cell_is_whole_on_a_sheet_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    long = ["é" * 70_000, "fits", "😀" * 20_000, "x" * MAX_CELL]
    exported = written(path, long)
    assert "32,767 characters a cell holds: 2" in exported.notes[0]
    shown = [str(row[0]) for row in calamine(path)[1:]]
    assert shown[1] == "fits"
    assert shown[3] == long[3]
    for text, whole in ((shown[0], long[0]), (shown[2], long[2])):
        head, _, mark = text.partition(" […] ")
        assert whole.startswith(head)
        assert "on the sheet “Full texts”" in mark
        assert cut(text, MAX_CELL) == (text, "")
    header, *parts = calamine(path, 1)
    assert header == ["Row", "Column", "Part", "Text"]
    for row, text, count in (("2", long[0], ["1", "2", "3"]), ("4", long[2], ["1", "2"])):
        assert "".join(str(part[3]) for part in parts if part[0] == row) == text
        assert [part[2] for part in parts if part[0] == row] == count
    named = int(shown[2].rsplit(" ", 1)[1].rstrip("."))
    assert parts[named - 2][:3] == ["4", "1", "1"]


@given(st.text(alphabet="a😀é", max_size=30), st.integers(1, 20))
def test_a_cut_loses_nothing_and_halves_no_character(text: str, limit: int) -> None:
    head, rest = cut(text, limit)
    assert head + rest == text
    size = len(head.encode("utf-16-le")) // 2
    assert size <= limit
    assert not rest or size >= limit - 1


def test_half_a_character_is_replaced_and_said(tmp_path: Path) -> None:
    exported = written(tmp_path / "a.xlsx", ["a\ud800"])
    assert calamine(tmp_path / "a.xlsx")[1][0] == "a\ufffd"
    assert "half a character" in exported.notes[0]


@pytest.mark.parametrize(
    ("text", "number", "look"),
    [("1.10", 1.1, "0.00"), ("7", 7, "0"), ("-3.5", -3.5, "0.0"), ("0.00", 0, "0.00")],
)
def test_a_number_column_calculates_and_looks_as_it_was_written(
    tmp_path: Path, text: str, number: float, look: str
) -> None:
    path = tmp_path / "a.xlsx"
    export_xlsx(path, ["n", "id"], [[text, text]], note(1), silent, Layout(frozenset((0,))))
    row = openpyxl.load_workbook(path).worksheets[0][2]
    assert (row[0].value, row[0].data_type, row[0].number_format) == (number, "n", look)
    assert row[1].value == text


@pytest.mark.parametrize(
    "text",
    ["007", "1e3", "-0", "-0.0", "1234567890123456", "1,5", "12 %", "n/a", "NaN", "+1", "１"],
)
def test_a_number_that_would_look_otherwise_stays_text(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.xlsx"
    export_xlsx(path, ["n"], [[text]], note(1), silent, Layout(frozenset((0,))))
    cell = openpyxl.load_workbook(path).worksheets[0]["A2"]
    assert (cell.value, cell.data_type) == (text, "s")


@pytest.mark.parametrize("text", ["1900-03-01", "2024-02-29", "9999-12-31"])
def test_a_date_is_a_date_and_looks_as_it_was_written(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.xlsx"
    export_xlsx(path, ["d", "id"], [[text, text]], note(1), silent, Layout(frozenset((0,))))
    row = openpyxl.load_workbook(path).worksheets[0][2]
    assert (row[0].data_type, row[0].number_format) == ("d", "yyyy-mm-dd")
    assert row[0].value == datetime.fromisoformat(text)
    assert row[1].value == text


@pytest.mark.parametrize(
    "text", ["1900-02-28", "1850-01-01", "2023-02-29", "2024-05", "0001-01-01"]
)
def test_a_date_that_a_sheet_cannot_hold_stays_text(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.xlsx"
    export_xlsx(path, ["d"], [[text]], note(1), silent, Layout(frozenset((0,))))
    cell = openpyxl.load_workbook(path).worksheets[0]["A2"]
    assert (cell.value, cell.data_type) == (text, "s")


def test_the_header_stays_in_sight_and_filters(tmp_path: Path) -> None:
    written(tmp_path / "a.xlsx", ["x"] * 5)
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx").worksheets[0]
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:B6"
    assert sheet["A1"].font.bold
    assert not sheet["A2"].font.bold


def test_long_texts_do_not_make_rows_and_columns_huge(tmp_path: Path) -> None:
    written(tmp_path / "a.xlsx", ["word " * 1_000, "short"], header="x" * 500)
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx").worksheets[0]
    assert sheet.column_dimensions["A"].width <= 61
    assert sheet.row_dimensions[2].height == 90
    assert sheet.row_dimensions[3].height is None


def test_an_export_without_rows_or_columns_is_still_a_workbook(tmp_path: Path) -> None:
    export_xlsx(tmp_path / "a.xlsx", ["only"], [], note(0), silent)
    assert calamine(tmp_path / "a.xlsx") == [["only"]]
    export_xlsx(tmp_path / "b.xlsx", [], [], note(0), silent)
    assert calamine(tmp_path / "b.xlsx") == []


def test_the_origin_is_told(tmp_path: Path) -> None:
    about = note(
        1,
        batch_ids=("msgbatch_1", "msgbatch_2"),
        sent_at=NOON,
        ended_at=NOON,
        estimate=ESTIMATE,
        price=ESTIMATE.batch,
        way="batches",
        billed=Decimal("0.034567"),
        outcomes={"answered": 2, "cut_off": 1},
        rows_chosen="rows 10–500",
        documents="as files",
    )
    export_xlsx(tmp_path / "a.xlsx", ["a"], [["x"]], about, silent)
    told = [tuple(row) for row in calamine(tmp_path / "a.xlsx", 1)]
    assert set(told) > {
        ("Job", "Complaints"),
        ("Source", "complaints.csv"),
        ("SHA-256 of the source", "ab" * 32),
        ("Model", "claude-haiku-5-5"),
        ("Recipe", "Mood"),
        ("Rows chosen", "rows 10–500"),
        ("Documents sent", "as files"),
        ("Rows cut off", "1"),
        ("Sent", "2026-11-22 12:30 UTC"),
        ("Sent as", "batches"),
        ("Billed", "$0.035"),
        ("Batch", "msgbatch_1"),
        ("Batch", "msgbatch_2"),
        (
            "Estimated cost",
            "$0.020, between $0.012 and $1.50 (95 %), at most $1,234.50; prices: 2026-11-22",
        ),
    }


def test_practice_answers_are_marked_wherever_one_looks(tmp_path: Path) -> None:
    export_xlsx(tmp_path / "a.xlsx", ["a"], [["x"]], note(1, "practice"), silent)
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert book.sheetnames[0] == "Answers (Practice)"
    assert "Practice" in str(book.properties.description)
    assert any("Practice" in str(row[1]) for row in calamine(tmp_path / "a.xlsx", 1))


def test_a_table_too_large_for_a_sheet_is_refused_at_once(tmp_path: Path) -> None:
    def rows() -> Iterator[list[str]]:
        yield pytest.fail("the rows were read")

    with pytest.raises(ExportError, match="1,048,575 rows; these are more"):
        export_xlsx(tmp_path / "a.xlsx", ["a"], rows(), note(MAX_ROWS), silent)
    with pytest.raises(ExportError, match="16,384 columns"):
        export_xlsx(tmp_path / "a.xlsx", ["a"] * 16_385, [], note(0), silent)
    assert list(tmp_path.iterdir()) == []


MEMORY = """
import resource, sys
from pathlib import Path
from claude_batch_desk.core.report import silent
from claude_batch_desk.core.results.export import export_xlsx
from tests.core.results.samples import note
count = int(sys.argv[2])
rows = ([f"{number:06}", "some text é", "x" * 200] for number in range(count))
export_xlsx(Path(sys.argv[1]), ["id", "text", "more"], rows, note(count), silent)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="measures as Linux does")
def test_memory_does_not_grow_with_the_rows(tmp_path: Path) -> None:
    def megabytes(count: int) -> int:
        command = [sys.executable, "-c", MEMORY, str(tmp_path / "a.xlsx"), str(count)]
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
        return int(done.stdout)

    few = megabytes(1_000)
    assert megabytes(100_000) < few + 16
    with zipfile.ZipFile(tmp_path / "a.xlsx") as parts:
        assert parts.read("xl/worksheets/sheet1.xml").count(b"<row ") == 100_001
