"""What a sheet shows is what is read: the same in all kinds of workbooks as far as they tell."""

import datetime as dt
import zipfile
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.worksheet.worksheet import Worksheet

from claude_batch_desk.core.tables.workbooks.package import Package
from claude_batch_desk.core.tables.workbooks.slow_sheets import SlowBook
from tests.core.tables.reading import read, read_by_child

MIDNIGHT, NOON = 46053, 46053.5
LOOKS = [
    (MIDNIGHT, "yyyy-mm-dd", "2026-01-31"),
    (MIDNIGHT, "dd.mm.yyyy hh:mm", "31.01.2026 00:00"),
    (NOON, "dd/mm/yyyy", "31/01/2026"),
    (NOON, "[$-409]d mmm yyyy", "31 Jan 2026"),
    (NOON, "mmmm yyyy", "2026-01"),
    (0.5, "h:mm AM/PM", "12:00 PM"),
    (1.5, "h:mm", "12:00"),
    (1.5, "[h]:mm", "36:00"),
    (0.001, "mm:ss.0", "01:26.4"),
    (0.256, "0.0%", "25.6%"),
    (1234.5, "#,##0.00 [$€-407]", "1,234.50 €"),
    (-1234.5, '_($* #,##0.00_);_($* (#,##0.00);_($* "-"??_);_(@_)', "$(1,234.50)"),
    (-1234.5, "#,##0.00_ ;[Red]-#,##0.00 ", "-1,234.50"),
    (1.25, "# ?/?", "1 1/4"),
    (12345, "0.00E+00", "1.23E+04"),
    (123, "00000", "00123"),
    (5551234567, "(000) 000-0000", "(555) 123-4567"),
    (0.5, "[<1]0%;0.00", "50%"),
    (0, "0;-0;;@", "0"),
    (12345678901234567, "0", "12345678901234600"),
    (0.1 + 0.2, "General", "0.3"),
]


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    path = tmp_path / "looks.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("S")
    sheet.write_row(0, 0, ["format", "look"])
    for row, (value, code, _) in enumerate(LOOKS, start=1):
        sheet.write_string(row, 0, code)
        sheet.write_number(row, 1, value, book.add_format({"num_format": code}))
    book.close()
    return path


def test_a_number_is_read_as_the_sheet_shows_it(workbook: Path) -> None:
    assert read_by_child(workbook).rows == [[code, look] for _, code, look in LOOKS]


def test_the_second_reader_shows_the_same(workbook: Path) -> None:
    sheet = SlowBook(workbook, Package(workbook), lambda: None).sheet("S")
    assert sheet is not None
    found = dict(list(sheet.rows())[1:])
    assert found == {code: look for _, code, look in LOOKS}


def test_the_date_of_the_country_is_iso(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["day", "time"])
    day, time = book.add_format({"num_format": 14}), book.add_format({"num_format": 22})
    sheet.write_number(1, 0, MIDNIGHT, day)
    sheet.write_number(1, 1, NOON, time)
    book.close()
    assert read(path).rows == [["2026-01-31", "2026-01-31 12:00"]]


def test_days_counted_from_1904_are_the_same_days(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.epoch = CALENDAR_MAC_1904
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.append(["day", "at"])
    sheet.append([dt.date(2026, 1, 31), dt.datetime(1904, 1, 1, 9, 5)])  # noqa: DTZ001 - a sheet's
    path = tmp_path / "mac.xlsx"
    book.save(path)
    assert read(path).rows == [["2026-01-31", "1904-01-01 9:05:00"]]
    slow = SlowBook(path, Package(path), lambda: None).sheet("Sheet")
    assert slow is not None
    assert list(slow.rows())[1] == ["2026-01-31", "1904-01-01 9:05:00"]


def test_a_format_of_a_condition_is_none_of_a_cell(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["day", "amount"])
        sheet.write_number(1, 0, MIDNIGHT, book.add_format({"num_format": "yyyy-mm-dd"}))
        sheet.write_number(1, 1, 0.5)
        three = book.add_format({"num_format": "0.000"})
        rule = {"type": "cell", "criteria": ">", "value": 1, "format": three}
        sheet.conditional_format("B2", rule)
    looks = Package(path).elements("xl/styles.xml", "numFmt")
    assert [each.get("numFmtId") for each in looks] == ["164", "165"]
    odd = tmp_path / "odd.xlsx"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(odd, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b'numFmtId="165"', b'numFmtId="164"'))
    assert read(odd).rows == [["2026-01-31", "0.5"]]
