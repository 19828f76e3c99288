"""The sheet of figures in a workbook: what it cost, what is right, and counts with charts."""

from typing import TYPE_CHECKING, cast

from claude_batch_desk.core.results.cells import WIDE, Cells
from claude_batch_desk.core.results.characters import whole
from claude_batch_desk.core.results.provenance import ExportNote, money_lines
from claude_batch_desk.core.results.summary import ColumnCounts, Summary

if TYPE_CHECKING:
    from xlsxwriter.chart_bar import ChartBar
    from xlsxwriter.worksheet import Worksheet

NAME = "Summary"
_HEADERS = ("Rows", "Share")
_SHARE = "0.0%"
_CHART_COLUMN = 4
_CHART_ROWS = 16
"""So many rows of a sheet a chart covers; the next column begins below it."""
_CHART_WIDTH = 560
_ROW_HEIGHT = 20
"""Pixels, as the library counts them."""


def write_summary(cells: Cells, summary: Summary, about: ExportNote) -> None:
    """Add the sheet."""
    sheet = cells.sheet(NAME)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_column(0, 0, WIDE // 2)
    sheet.set_column(1, 2, WIDE // 5)
    cells.line(sheet, 0, 0, _title(about), bold=True)
    row = 1
    for label, text in _facts(summary, about):
        cells.text(sheet, row, 0, label)
        cells.line(sheet, row, 1, text)
        row += 1
    for sentence in summary.accuracy:
        cells.line(sheet, row, 0, sentence)
        row += 1
    for column in summary.columns:
        row = _write_column(cells, sheet, row + 1, column, summary.answered)


def _title(about: ExportNote) -> str:
    practice = " (Practice: invented answers)" if about.mode == "practice" else ""
    return f"{about.job}{practice}"


def _facts(summary: Summary, about: ExportNote) -> list[tuple[str, str]]:
    return [
        ("Rows", f"{about.rows:,}"),
        ("Rows with an answer", f"{summary.answered:,}"),
        *(line for line in money_lines(about) if line[1]),
    ]


def _write_column(
    cells: Cells, sheet: "Worksheet", row: int, column: ColumnCounts, answered: int
) -> int:
    """Counts of one column with a chart beside them; the first row that is free below both."""
    cells.text(sheet, row, 0, column.header, bold=True)
    for place, header in enumerate(_HEADERS, start=1):
        cells.over_numbers(sheet, row, place, header)
    first, at = row + 1, row + 1
    more = [("(other values)", column.others), ("(no value)", column.empty)]
    lines = [(each.value, each.rows) for each in column.counts]
    for value, rows in [*lines, *(line for line in more if line[1])]:
        cells.text(sheet, at, 0, value)
        cells.number(sheet, at, 1, rows, "#,##0")
        cells.number(sheet, at, 2, rows / answered if answered else 0, _SHARE)
        at += 1
    if column.several:
        cells.text(sheet, at, 0, "A row may have several of these values.")
        at += 1
    if column.counts:
        _draw(cells, sheet, row, (first, first + len(column.counts) - 1), column.header)
    return max(at, row + _CHART_ROWS)


def _draw(cells: Cells, sheet: "Worksheet", row: int, counts: tuple[int, int], header: str) -> None:
    """A bar for each value, in the order of the table beside it."""
    first, last = counts
    chart = cast("ChartBar", cells.book.add_chart({"type": "bar"}))
    chart.add_series(
        {
            "categories": [NAME, first, 0, last, 0],
            "values": [NAME, first, 1, last, 1],
            "gap": 40,
            "data_labels": {"value": True},
        }
    )
    # By its cell, as the library takes a name like “A!B1” for the place of one, even elsewhere.
    title = {"name": [NAME, row, 0], "data": [whole(header)]}
    chart.set_title({**title, "overlay": False, "name_font": {"size": 11}})
    chart.set_legend({"none": True})
    chart.set_y_axis({"reverse": True, "num_font": {"size": 9}, "interval_unit": 1})
    chart.set_x_axis({"visible": False, "major_gridlines": {"visible": False}})
    chart.set_size({"width": _CHART_WIDTH, "height": (_CHART_ROWS - 1) * _ROW_HEIGHT})
    sheet.insert_chart(row, _CHART_COLUMN, chart)
