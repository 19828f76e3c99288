"""Workbooks with everything that libraries can put into one, around the same small table."""

import io
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import xlsxwriter
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.formatting.rule import ColorScaleRule
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.table import Table
from PIL import Image
from xlsxwriter.chart import Chart
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

HEADER = ("Id", "Text", "Amount")
ROWS: list[tuple[str, str, float]] = [
    (f"{number:03}", f"complaint {number}", number * 1.5) for number in range(1, 9)
]
Make = Callable[[Path], Path]
Fill = Callable[[Workbook, Worksheet], None]


def book(fill: Fill, options: dict[str, object] | None = None, suffix: str = ".xlsx") -> Make:
    """A workbook as xlsxwriter makes it: the table on its first sheet, and what `fill` adds."""

    def make(folder: Path) -> Path:
        path = folder / f"book{suffix}"
        with xlsxwriter.Workbook(path, options or {}) as made:
            sheet = made.add_worksheet("Data")
            put_table(sheet)
            fill(made, sheet)
        return path

    return make


def put_table(sheet: Worksheet, row: int = 0, column: int = 0) -> None:
    """The table, from this cell on, counted from 0."""
    for at, cells in enumerate((HEADER, *ROWS)):
        sheet.write_row(row + at, column, cells)


def picture() -> io.BytesIO:
    """A small one."""
    file = io.BytesIO()
    Image.new("RGB", (40, 20), "#3366cc").save(file, "PNG")
    file.seek(0)
    return file


def _nothing(made: Workbook, sheet: Worksheet) -> None:
    del made, sheet


def _charts(made: Workbook, sheet: Worksheet) -> None:
    for at, kind in enumerate(("column", "pie", "scatter")):
        sheet.insert_chart(12 + 16 * at, 1, _chart(made, kind))
    made.add_chartsheet("Chart").set_chart(_chart(made, "line"))


def _chart(made: Workbook, kind: str) -> Chart:
    chart = made.add_chart({"type": kind})
    assert isinstance(chart, Chart)
    chart.add_series({"categories": "=Data!$B$2:$B$9", "values": "=Data!$C$2:$C$9"})
    return chart


def _pictures(made: Workbook, sheet: Worksheet) -> None:
    del made
    sheet.insert_image("B14", "blue.png", {"image_data": picture()})
    sheet.insert_image("B20", "blue.png", {"image_data": picture(), "object_position": 3})
    sheet.set_background(picture())
    sheet.set_header("&C&G", {"image_center": "blue.png", "image_data_center": picture()})
    sheet.set_footer("&LPage &P of &N&R&D")


def _formats(made: Workbook, sheet: Worksheet) -> None:
    red = made.add_format({"bg_color": "#ffc7ce", "num_format": "0.000"})
    for rule in (
        {"type": "data_bar", "data_bar_2010": True},
        {"type": "icon_set", "icon_style": "3_traffic_lights"},
        {"type": "3_color_scale"},
        {"type": "cell", "criteria": ">", "value": 5, "format": red},
        {"type": "formula", "criteria": "=$C2>4", "format": red},
    ):
        sheet.conditional_format("C2:C9", rule)


def _validations(made: Workbook, sheet: Worksheet) -> None:
    del made
    sheet.data_validation("C2:C9", {"validate": "decimal", "criteria": ">", "value": 0})
    sheet.data_validation("B2:B9", {"validate": "list", "source": ["one", "two"]})


def _table(made: Workbook, sheet: Worksheet) -> None:
    del made
    sheet.add_table(
        "A1:C9", {"name": "Complaints", "columns": [{"header": name} for name in HEADER]}
    )


def _table_with_totals(made: Workbook, sheet: Worksheet) -> None:
    del made
    columns = [{"header": "Id", "total_string": "Sum"}, {"header": "Text"}]
    columns.append({"header": "Amount", "total_function": "sum"})
    sheet.add_table("A1:C10", {"total_row": True, "columns": columns})


def _two_tables(made: Workbook, sheet: Worksheet) -> None:
    del made
    sheet.write_row("E1", ["Other", "Thing"])
    sheet.add_table("A1:C9", {"columns": [{"header": name} for name in HEADER]})
    sheet.add_table("E1:F5", {"columns": [{"header": "Other"}, {"header": "Thing"}]})


def _filtered(made: Workbook, sheet: Worksheet) -> None:
    del made
    sheet.autofilter("A1:C9")
    sheet.filter_column(2, "x > 5")
    for row in (1, 2, 3):
        sheet.set_row(row, options={"hidden": True})


def _notes(made: Workbook, sheet: Worksheet) -> None:
    del made
    sheet.write_comment("A2", "seen", {"visible": True})
    sheet.write_comment("B9", "done", {"author": "somebody"})


def _names(made: Workbook, sheet: Worksheet) -> None:
    made.define_name("Amounts", "=Data!$C$2:$C$9")
    made.define_name("Data!Rate", "=0.19")
    sheet.print_area("A1:C9")
    sheet.repeat_rows(0)
    sheet.write_formula("C12", "=SUM(Amounts)*Rate", None, 10.26)


def _links(made: Workbook, sheet: Worksheet) -> None:
    del made
    for row in range(1, 9):
        sheet.write_url(row, 2, f"https://example.org/{row}?a=1&b=2", string=f"page {row}")
    sheet.write_url("B12", "internal:Data!A1")


def _groups(made: Workbook, sheet: Worksheet) -> None:
    del made
    for row in range(2, 6):
        sheet.set_row(row, None, None, {"level": 1, "hidden": row > 3})
    sheet.set_column("B:C", 20, None, {"level": 1})
    sheet.set_column("D:F", 9, None, {"level": 2, "hidden": True})


def _printing(made: Workbook, sheet: Worksheet) -> None:
    del made
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_h_pagebreaks([4])
    sheet.set_margins(left=0.3)
    sheet.freeze_panes(1, 1)
    sheet.set_zoom(85)
    sheet.set_tab_color("#ff8800")


def _rich(made: Workbook, sheet: Worksheet) -> None:
    bold, red = made.add_format({"bold": True}), made.add_format({"font_color": "red"})
    sheet.write_rich_string("B2", "very ", bold, "angry", " and ", red, "loud")
    sheet.write_string("B3", " kept  spaces \n and lines ")


def _formulas(made: Workbook, sheet: Worksheet) -> None:
    del made
    sheet.write_array_formula("C2:C3", "{=ROW(A2:A3)*2}", None, 4)
    sheet.write_dynamic_array_formula("C4:C4", "=SUM(LEN(B2:B9))", None, 88)
    sheet.write_formula("C5", '=IF(A5="x","<&>",B5&"!")', None, "complaint 4!")
    sheet.write_formula("C6", "=NA()", None, "#N/A")


def _sparklines(made: Workbook, sheet: Worksheet) -> None:
    del made
    for row in range(1, 9):
        sheet.add_sparkline(row, 2, {"range": f"Data!A{row + 1}:C{row + 1}", "markers": True})


def _shapes(made: Workbook, sheet: Worksheet) -> None:
    del made
    sheet.insert_textbox("B14", "Read me", {"font": {"bold": True}})
    sheet.insert_button("B20", {"macro": "Hello", "caption": "Press"})
    sheet.insert_checkbox("C3", boolean=True)


def _protected(made: Workbook, sheet: Worksheet) -> None:
    open_ = made.add_format({"locked": False, "border": 1})
    sheet.set_column("B:B", 30, open_)
    sheet.protect("secret", {"sort": True})


def _other_sheets(made: Workbook, sheet: Worksheet) -> None:
    del sheet
    for name in ("Shown", "Hidden", "Very hidden"):
        other = made.add_worksheet(name)
        other.write_formula("A1", "=Data!C2*2", None, 3)
    _, _, hidden, very_hidden = made.worksheets()
    hidden.hide()
    very_hidden.very_hidden()


def _looks(made: Workbook, sheet: Worksheet) -> None:
    head = made.add_format({"bold": True, "bg_color": "#ddeeff", "bottom": 2, "rotation": 30})
    body = made.add_format({"font_name": "Arial", "font_size": 9, "border": 1, "text_wrap": True})
    for column, name in enumerate(HEADER):
        sheet.write(0, column, name, head)
    for row, cells in enumerate(ROWS, start=1):
        sheet.write(row, 2, cells[2], body)
        sheet.set_row(row, 30)
    sheet.set_column("A:C", 18)


def _further_cells(made: Workbook, sheet: Worksheet) -> None:
    grey = made.add_format({"bg_color": "#cccccc"})
    for row in range(9):
        for column in range(3, 12):
            sheet.write_blank(row, column, None, grey)
    sheet.set_column("A:XFD", 11)


def _merged(made: Workbook, sheet: Worksheet) -> None:
    sheet.merge_range("C1:E1", "Amount", made.add_format({"align": "center"}))
    sheet.merge_range("A12:H12", "below the table")


def _properties(made: Workbook, sheet: Worksheet) -> None:
    del sheet
    made.set_properties({"title": "Complaints", "keywords": "a, b"})
    made.set_custom_property("Checked", value=True)
    made.set_calc_mode("manual")
    made.set_size(1200, 800)


def _macros(made: Workbook, sheet: Worksheet) -> None:
    del sheet
    project: Any = io.BytesIO(b"\xd0\xcf\x11\xe0 not a real one")
    made.add_vba_project(project, is_stream=True)
    made.set_vba_name("Book")


MADE: dict[str, Make] = {
    "nothing else": book(_nothing),
    "charts": book(_charts),
    "pictures": book(_pictures),
    "conditional formats": book(_formats),
    "validations": book(_validations),
    "a table": book(_table),
    "a table with totals": book(_table_with_totals),
    "two tables": book(_two_tables),
    "a filter that hides rows": book(_filtered),
    "notes": book(_notes),
    "names": book(_names),
    "links": book(_links),
    "groups and hidden columns": book(_groups),
    "print settings": book(_printing),
    "rich texts": book(_rich),
    "arrays": book(_formulas),
    "sparklines": book(_sparklines),
    "shapes": book(_shapes),
    "protection": book(_protected),
    "hidden sheets": book(_other_sheets),
    "looks": book(_looks),
    "formatted cells further right": book(_further_cells),
    "merged cells": book(_merged),
    "properties": book(_properties),
    "days since 1904": book(_nothing, {"date_1904": True}),
    "texts in their cells": book(_nothing, {"constant_memory": True, "use_zip64": True}),
}


def with_macros(folder: Path) -> Path:
    """One that only .xlsm can hold."""
    return book(_macros, suffix=".xlsm")(folder)


def by_openpyxl(folder: Path) -> Path:
    """What the other library writes, in its own manner."""
    made = openpyxl.Workbook()
    sheet: Any = made.active
    sheet.title = "Data"
    sheet.append(HEADER)
    for row in ROWS:
        sheet.append(row)
    sheet["C5"] = date(2026, 1, 31)
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=3, min_row=1, max_row=9), titles_from_data=True)
    sheet.add_chart(chart, "B14")
    sheet["A2"].comment = Comment("seen", "somebody")
    scale: Any = ColorScaleRule
    rule = scale(start_type="min", start_color="FF0000", end_type="max", end_color="00FF00")
    sheet.conditional_formatting.add("C2:C9", rule)
    validation = DataValidation(type="list", formula1='"one,two"')
    validation.add("B2:B9")
    sheet.add_data_validation(validation)
    sheet.add_table(Table(displayName="Complaints", ref="A1:C9"))
    made.defined_names["Rate"] = DefinedName("Rate", attr_text="0.19")
    sheet.column_dimensions.group("E", "G", hidden=True)
    made.create_sheet("Second")["A1"] = "=Data!C2"
    path = folder / "book.xlsx"
    made.save(path)
    return path


MADE["what openpyxl writes"] = by_openpyxl
