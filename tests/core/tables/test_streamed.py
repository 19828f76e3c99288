"""Rows streamed out of a sheet's markup: the same as the fast reader gives, in little memory."""

import datetime as dt
import random
import tracemalloc
import zipfile
from functools import partial
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from claude_batch_desk.core.errors import TableError
from claude_batch_desk.core.tables.formats.number_format import look_of
from claude_batch_desk.core.tables.formats.quick_looks import quick_look
from claude_batch_desk.core.tables.workbooks.package import Package
from claude_batch_desk.core.tables.workbooks.shared_texts import plain
from claude_batch_desk.core.tables.workbooks.sheet_scan import survey_sheet
from claude_batch_desk.core.tables.workbooks.sheets import CompletedSheet, StreamedSheet

NAME = "Sheet1"
PART = "xl/worksheets/sheet1.xml"
CODES = ["General", "0.00", "0.0%", "#,##0.00", "yyyy-mm-dd", "[h]:mm", "# ?/?"]
VALUES: list[object] = [
    0, -1.5, 0.125, 1e8, 1e-7, 12345678.905, "x", " kept ", "a & b < c", "two\nlines", "007",
    True, False, dt.date(2026, 1, 31), dt.datetime(2026, 1, 31, 12, 5), "", None,  # noqa: DTZ001
]  # fmt: skip


def motley(path: Path, rows: int) -> None:
    """Every kind of value in every column, in no order, with gaps between cells and rows."""
    chance = random.Random(1)  # noqa: S311 - the same rows each time
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet(NAME)
        formats = [book.add_format({"num_format": code}) for code in CODES]
        for row in range(2, rows):
            if chance.random() < 0.05:
                continue
            for column in range(1, 12):
                value = chance.choice(VALUES)
                look = chance.choice(formats)
                if chance.random() < 0.1:
                    sheet.write_formula(row, column, "=1+1", look, chance.choice([2, "y", "#N/A"]))
                elif value is not None:
                    sheet.write(row, column, value, look)


def opened(path: Path) -> tuple[StreamedSheet, CompletedSheet]:
    package = Package(path)
    facts = survey_sheet(partial(package.blocks, PART), lambda: None)
    assert facts.is_regular
    fast = CalamineWorkbook.from_path(path).get_sheet_by_name(NAME)
    return (
        StreamedSheet(NAME, package, PART, facts),
        CompletedSheet(fast, package, PART, facts),
    )


def test_both_readers_give_the_same_rows_and_notes(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    motley(path, 2_000)
    streamed, completed = opened(path)
    assert streamed.width == completed.width
    assert list(streamed.rows()) == list(completed.rows())
    assert streamed.notes == completed.notes


def test_a_date_of_an_emperor_is_iso(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(path) as book:
        era = book.add_format({"num_format": '[$-411]ggge"年"m"月"d"日"'})
        book.add_worksheet(NAME).write_number(0, 0, 44_197, era)
    streamed, _ = opened(path)
    assert list(streamed.rows()) == [["2021-01-01"]]
    assert "1 number is given in full" in streamed.notes[0]


def test_rows_are_given_before_the_sheet_is_read(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet(NAME)
        for row in range(60_000):
            sheet.write_row(row, 0, [row, "text", row / 7, "more text"])
    streamed, _ = opened(path)
    tracemalloc.start()
    try:
        count = sum(1 for _ in streamed.rows())
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert count == 60_000
    assert most < 16 * 1024**2


def changed(path: Path, old: bytes, new: bytes) -> bool:
    """Whether a sheet is still taken for regular with some of its markup changed."""
    odd = path.with_name("odd.xlsx")
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(odd, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name == PART:
                assert old in content
                content = content.replace(old, new, 1)
            target.writestr(name, content)
    return survey_sheet(partial(Package(odd).blocks, PART), lambda: None).is_regular


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'<c r="A2"', b"<c"),
        (b'<row r="2"', b'<row r="1"'),
        (b'<row r="2"', b"<row"),
        (b"</sheetData>", b"<!-- --></sheetData>"),
        (b'<c r="A2"', b'<c r="A2" t="d"'),
        (b"</worksheet>", b""),
    ],
)
def test_a_sheet_of_any_doubt_is_left_to_the_other_reader(
    tmp_path: Path, old: bytes, new: bytes
) -> None:
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet(NAME)
        for row in range(3):
            sheet.write_row(row, 0, [1, 2])
    assert changed(path, b"<sheetData>", b"<sheetData>")
    assert not changed(path, old, new)


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("a &amp; &lt;b&gt; &quot;c&quot; &apos;d&apos;", "a & <b> \"c\" 'd'"),
        ("&#65;&#x42;&#xA;", "AB\n"),
        ("&amp;amp;", "&amp;"),
        ("_x0041_ _x005F_x0041_", "A _x0041_"),
        ("_xD83D__xDE00_", "😀"),
        ("a\r\nb\rc", "a\nb\nc"),
    ],
)
def test_escapes_are_what_they_stand_for(markup: str, text: str) -> None:
    assert plain(markup) == text


@pytest.mark.parametrize("entity", ["&xy;", "&#x110000;"])
def test_an_entity_of_a_file_itself_is_refused(entity: str) -> None:
    with pytest.raises(TableError, match="damaged"):
        plain(entity)


@given(
    st.sampled_from(["0", "0.00", "#,##0", "#,##0.00", "0%", "0.0%", "#,##0.000"]),
    st.one_of(
        st.floats(-1e12, 1e12),
        st.integers(-(10**6), 10**6).map(lambda number: number / 1000),
        st.integers(0, 10**8).map(lambda number: number / 8),
    ),
)
def test_the_quick_look_is_the_exact_one(code: str, value: float) -> None:
    exact = look_of(code)
    assert exact is not None
    quick = quick_look(code, exact)
    assert quick is not None
    assert quick(value) == exact(value)
