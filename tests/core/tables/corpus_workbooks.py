"""The corpus of awkward workbooks that libraries write: looks, formulas, sheets, sizes, kinds."""

import datetime as dt
import zipfile
from collections.abc import Callable
from pathlib import Path

import msoffcrypto.format.ooxml
import openpyxl
import xlsxwriter
import xlwt
from openpyxl.worksheet.worksheet import Worksheet
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet as FreshSheet

from claude_batch_desk.core.tables.table import ReadOptions
from tests.core.tables.corpus_sample import Exactly, Make, Refused, Sample, shape
from tests.core.tables.old_formats import ods_cell, write_ods

AB = ("a", "b")
ONE = [["1", "2"]]
NOON = dt.datetime(2026, 1, 31, 12, 0, 5)  # noqa: DTZ001 - a sheet's own
Fill = Callable[[Workbook, FreshSheet], None]


def fresh(fill: Fill, options: dict[str, object] | None = None) -> Make:
    """A workbook as Excel would write it, whose first sheet starts with the names a and b."""

    def make(folder: Path) -> Path:
        path = folder / "book.xlsx"
        with xlsxwriter.Workbook(path, options or {}) as book:
            sheet = book.add_worksheet("First")
            sheet.write_row(0, 0, AB)
            fill(book, sheet)
        return path

    return make


def plain(*rows: list[object]) -> Fill:
    """These rows below the header."""

    def fill(book: Workbook, sheet: FreshSheet) -> None:
        del book
        for at, row in enumerate(rows, start=1):
            sheet.write_row(at, 0, row)

    return fill


def _looks(book: Workbook, sheet: FreshSheet) -> None:
    cells: list[tuple[object, str]] = [
        (NOON.date(), "yyyy-mm-dd"),
        (NOON, "dd.mm.yy hh:mm"),
        (NOON.time(), "h:mm AM/PM"),
        (dt.timedelta(hours=30, minutes=5), "[h]:mm"),
        (0.1234, "0.0%"),
        (1234.5, '#,##0.00 "€"'),
        (-1234.5, "$#,##0.00;($#,##0.00)"),
        (7, "00000"),
        (12345678901234567, "0"),
        (0.1 + 0.2, "General"),
    ]
    for row, (value, code) in enumerate(cells, start=1):
        sheet.write(row, 0, code)
        sheet.write(row, 1, value, book.add_format({"num_format": code}))
    sheet.write_row(len(cells) + 1, 0, ["truth", True])


_LOOKS = Exactly(
    AB,
    [
        ["yyyy-mm-dd", "2026-01-31"],
        ["dd.mm.yy hh:mm", "31.01.26 12:00"],
        ["h:mm AM/PM", "12:00 PM"],
        ["[h]:mm", "30:05"],
        ["0.0%", "12.3%"],
        ['#,##0.00 "€"', "1,234.50 €"],
        ["$#,##0.00;($#,##0.00)", "($1,234.50)"],
        ["00000", "00007"],
        ["0", "12345678901234600"],
        ["General", "0.3"],
        ["truth", "TRUE"],
    ],
    ("more than 15 digits",),
)


def _dates(book: Workbook, sheet: FreshSheet) -> None:
    days = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    sheet.write_row(1, 0, [NOON.date(), NOON], days)


def _rich(book: Workbook, sheet: FreshSheet) -> None:
    bold = book.add_format({"bold": True})
    sheet.write_rich_string("A2", "half ", bold, "bold", " text")
    sheet.write_string("B2", " kept \n blanks ")


def _errors(book: Workbook, sheet: FreshSheet) -> None:
    del book
    for row, error in enumerate(["#N/A", "#DIV/0!", "#REF!", "#NAME?", "#NUM!"], start=1):
        sheet.write_formula(row, 0, "=1/0", value=error)
        sheet.write_number(row, 1, row)


def _formulas(book: Workbook, sheet: FreshSheet) -> None:
    del book
    sheet.write_formula("A2", "=1+1", value=2)
    sheet.write_formula("B2", '="x"&"y"', value="xy")
    sheet.write_array_formula("A3:A3", "{=SUM(1,2)}", value=3)
    sheet.write_formula("B3", "=1>2", value=False)


def _places(book: Workbook, sheet: FreshSheet) -> None:
    """Merged, hidden, filtered, commented, linked, validated, framed: only values count."""
    sheet.merge_range("A2:A3", "both", book.add_format())
    sheet.write_column("B2", [1, 2, 3, 4])
    sheet.write_url("A4", "https://example.com/x", string="a link")
    sheet.write_comment("A4", "a comment")
    sheet.write_string("A5", "hidden")
    sheet.set_row(4, None, None, {"hidden": True})
    sheet.set_column("B:B", None, None, {"hidden": True})
    sheet.autofilter("A1:B5")
    sheet.data_validation("A2:A5", {"validate": "list", "source": ["x", "y"]})
    sheet.insert_textbox("D2", "not a cell")
    sheet.freeze_panes(1, 0)


def _hidden_first(book: Workbook, sheet: FreshSheet) -> None:
    secret = book.add_worksheet("Second")
    secret.write_column("A1", ["seen", "x"])
    secret.activate()
    sheet.hide()


def _chart_first(folder: Path) -> Path:
    with xlsxwriter.Workbook(folder / "book.xlsx") as book:
        chart = book.add_chart({"type": "line"})
        chart.add_series({"values": "='Data & <more>'!$B$2:$B$3"})
        book.add_chartsheet("Chart").set_chart(chart)
        sheet = book.add_worksheet("Data & <more>")
        sheet.write_row("A1", AB)
        sheet.write_row("A2", [1, 2])
    return folder / "book.xlsx"


def _empty_first(folder: Path) -> Path:
    with xlsxwriter.Workbook(folder / "book.xlsx") as book:
        book.add_worksheet("Nothing")
        book.add_worksheet("Data").write_column("A1", ["a", "x"])
    return folder / "book.xlsx"


def _no_cells(folder: Path) -> Path:
    with xlsxwriter.Workbook(folder / "book.xlsx") as book:
        book.add_worksheet().set_column("A:C", 30)
    return folder / "book.xlsx"


def _gaps(book: Workbook, sheet: FreshSheet) -> None:
    """A blank row and a blank cell inside of the table, and formats far below it."""
    sheet.write_row("A2", ["x", "y"])
    sheet.write_string("B4", "z")
    for row in range(5, 60):
        sheet.write_blank(row, 0, None, book.add_format({"bg_color": "yellow"}))


def _off_corner(folder: Path) -> Path:
    with xlsxwriter.Workbook(folder / "book.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_string("C2", "A report")
        sheet.write_row("C4", ["a", "b", "c"])
        sheet.write_row("C5", ["x", 1, "y"])
        sheet.write_row("C6", ["x", 2, "y"])
    return folder / "book.xlsx"


def _far(place: str) -> Fill:
    def fill(book: Workbook, sheet: FreshSheet) -> None:
        del book
        sheet.write_row("A2", [1, 2])
        sheet.write_string(place, "far")

    return fill


def _wide(book: Workbook, sheet: FreshSheet) -> None:
    del book
    sheet.write_row(0, 0, range(16_384))
    sheet.write_string(1, 16_383, "z")


def _uncomputed(folder: Path) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    for row in (["a", "b"], [1, "=A2*2"], [2, "x"]):
        sheet.append(row)
    book.save(folder / "book.xlsx")
    return folder / "book.xlsx"


def _encrypted(folder: Path) -> Path:
    path = fresh(plain([1, 2]))(folder)
    locked = folder / "locked.xlsx"
    with path.open("rb") as source, locked.open("wb") as target:
        msoffcrypto.format.ooxml.OOXMLFile(source).encrypt("secret", target)
    return locked


def _excel_97(folder: Path) -> Path:
    book = xlwt.Workbook()
    hidden = book.add_sheet("Hidden")
    hidden.visibility = 1
    hidden.write(0, 0, "no")
    sheet = book.add_sheet("Old")
    for at, row in enumerate([AB, ("00123", 1.5), ("Größe", True), ("日本", NOON)]):
        for place, value in enumerate(row):
            day = xlwt.easyxf(num_format_str="YYYY-MM-DD HH:MM")
            sheet.write(at, place, value, day if value is NOON else xlwt.Style.default_style)
    book.set_active_sheet(1)
    book.save(str(folder / "old.xls"))
    return folder / "old.xls"


def _excel_97_with_formulas(folder: Path) -> Path:
    book = xlwt.Workbook()
    sheet = book.add_sheet("Old")
    for place, name in enumerate(AB):
        sheet.write(0, place, name)
    sheet.write(1, 0, 1)
    sheet.write(1, 1, xlwt.Formula("A2*2"))
    book.save(str(folder / "old.xls"))
    return folder / "old.xls"


def _open_document(folder: Path) -> Path:
    path = folder / "free.ods"
    repeated = '<table:table-cell table:number-columns-repeated="1000"/>'
    write_ods(
        path,
        [
            [ods_cell("string", "a", "a"), ods_cell("string", "b", "b"), repeated],
            [
                ods_cell("date", "2026-01-31T12:00:05", "31.1.26 12:00"),
                ods_cell("float", "0.5", "0,50"),
            ],
            [ods_cell("time", "PT30H05M00S", "30:05"), ods_cell("boolean", "false", "FALSCH")],
        ],
    )
    return path


def _late_table(folder: Path) -> Path:
    """All rows of a sheet of Excel 97 are blank but for the last two."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("Old")
    for at, row in enumerate((AB, (1, 2)), start=65_534):
        for place, value in enumerate(row):
            sheet.write(at, place, value)
    book.save(str(folder / "old.xls"))
    return folder / "old.xls"


def _locked_excel_97(folder: Path) -> Path:
    """The record behind the first one says that the rest is encrypted."""
    path = _excel_97(folder)
    content = bytearray(path.read_bytes())
    start = content.find(b"\x09\x08\x10\x00\x00\x06\x05\x00") + 20
    content[start : start + 2] = b"\x2f\x00"
    path.write_bytes(content)
    return path


def _excel_4(folder: Path) -> Path:
    path = folder / "old.xls"
    path.write_bytes(b"\x09\x04\x06\x00\x00\x00\x10\x00" + bytes(200))
    return path


def _indented(folder: Path) -> Path:
    """As indented XML, and without the part that names the type."""
    path = _open_document(folder)
    indented = folder / "indented.ods"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(indented, "w") as new:
        content = old.read("content.xml").replace(b"<table:", b"\n  <table:")
        new.writestr("content.xml", content.replace(b"</table:", b"\n </table:"))
    return indented


CELLS = {
    "looks of numbers, dates and times": Sample(fresh(_looks), _LOOKS),
    "dates that count from 1904": Sample(
        fresh(
            _dates,
            {"date_1904": True},
        ),
        Exactly(AB, [["2026-01-31 00:00", "2026-01-31 12:00"]]),
    ),
    "texts that look like numbers": Sample(
        fresh(
            plain(["007", "1e5"], ["1.10", "=1+1"], ["NA", "TRUE"]),
            {"strings_to_formulas": False},
        ),
        Exactly(AB, [["007", "1e5"], ["1.10", "=1+1"], ["NA", "TRUE"]]),
    ),
    "text in several fonts": Sample(
        fresh(_rich), Exactly(AB, [["half bold text", " kept \n blanks "]])
    ),
    "texts written into their cells": Sample(
        fresh(plain(["x", "y"], [1, " z "]), {"constant_memory": True}),
        Exactly(AB, [["x", "y"], ["1", " z "]]),
    ),
    "characters that XML cannot hold": Sample(
        fresh(plain(["x\x07y", "_x0041_"])), Exactly(AB, [["x\x07y", "_x0041_"]])
    ),
    "the longest text of a cell": Sample(
        fresh(plain(["x" * 32_767, 2])), Exactly(AB, [["x" * 32_767, "2"]], ("perhaps cut off",))
    ),
    "errors": Sample(
        fresh(_errors),
        Exactly(
            AB,
            [["#N/A", "1"], ["#DIV/0!", "2"], ["#REF!", "3"], ["#NAME?", "4"], ["#NUM!", "5"]],
            ("5 rows have an error value",),
        ),
    ),
    "formulas with results": Sample(
        fresh(_formulas), Exactly(AB, [["2", "xy"], ["3", "FALSE"]])
    ),
    "formulas without results": Sample(
        _uncomputed, Exactly(AB, [["1", ""], ["2", "x"]], ("1 formula has no result",))
    ),
}  # fmt: skip

SHEETS = {
    "merged, hidden, filtered and decorated": Sample(
        fresh(_places),
        Exactly(
            AB,
            [["both", "1"], ["", "2"], ["a link", "3"], ["hidden", "4"]],
            ("1 group of cells is merged", "1 hidden row is read"),
        ),
    ),
    "a hidden sheet first": Sample(fresh(_hidden_first), Exactly(("seen",), [["x"]])),
    "a sheet that is hidden, as chosen": Sample(
        fresh(plain([1, 2])), Exactly(AB, [*ONE]), ReadOptions(sheet="First")
    ),
    "a sheet that is not there": Sample(
        fresh(plain([1, 2])), Refused("no sheet “Sheet9”"), ReadOptions(sheet="Sheet9")
    ),
    "a chart first": Sample(_chart_first, Exactly(AB, [*ONE])),
    "an empty sheet first": Sample(_empty_first, Exactly(("a",), [["x"]])),
    "gaps in the table and colours below it": Sample(
        fresh(_gaps), Exactly(AB, [["x", "y"], ["", ""], ["", "z"]], ("1 row is blank (row 2)",))
    ),
    "a table that starts elsewhere": Sample(
        _off_corner,
        Exactly((*AB, "c"), [["x", "1", "y"], ["x", "2", "y"]], ("1 row above the header",)),
    ),
    "a cell in the last corner": Sample(fresh(_far("XFD1048576")), Refused("XFD1048576")),
    "a cell in the last row": Sample(fresh(_far("A1048576")), shape(2, 1_048_575, "")),
    "as many columns as a sheet has": Sample(fresh(_wide), shape(16_384, 1, "z")),
    "no rows": Sample(fresh(plain()), Refused("“First” has a header but no rows")),
    "no cells": Sample(_no_cells, Refused("This workbook is empty")),
    "a header behind the end": Sample(
        fresh(plain([1, 2])), Refused("ends before row 9"), ReadOptions(header_row=9)
    ),
}  # fmt: skip

_FREE = Exactly(AB, [["31.1.26 12:00", "0,50"], ["30:05", "FALSE"]])

KINDS = {
    "a real password": Sample(_encrypted, Refused("protected by a password")),
    "Excel 97": Sample(
        _excel_97,
        Exactly(
            AB, [["00123", "1.5"], ["Größe", "TRUE"], ["日本", "2026-01-31 12:00"]]
        ),
    ),
    "Excel 97, formulas without results": Sample(
        _excel_97_with_formulas, Exactly(AB, [["1", ""]])
    ),
    "LibreOffice": Sample(
        _open_document,
        _FREE,
    ),
    "LibreOffice, indented and without its type": Sample(_indented, _FREE),
    "Excel 97 with a password": Sample(_locked_excel_97, Refused("protected by a password")),
    "Excel 97, all blank above the table": Sample(_late_table, Exactly(AB, [*ONE])),
    "Excel 4": Sample(_excel_4, Refused("before 1993")),
}  # fmt: skip

WORKBOOKS = {f"workbook: {name}": sample for name, sample in (CELLS | SHEETS | KINDS).items()}
