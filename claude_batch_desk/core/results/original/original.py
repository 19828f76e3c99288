"""The original: the workbook that the rows were read from, and what a copy of it will be like."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from claude_batch_desk.core.errors import ExportError, TableError
from claude_batch_desk.core.report import Report
from claude_batch_desk.core.results.original.areas import Area
from claude_batch_desk.core.results.original.growth import Growth, growth
from claude_batch_desk.core.results.original.left_out import LeftOut, left_out
from claude_batch_desk.core.results.original.place import Place, place_for, rows_of
from claude_batch_desk.core.results.original.surroundings import Surroundings, surroundings
from claude_batch_desk.core.results.original.survey import Survey, survey
from claude_batch_desk.core.tables.sniff import is_zip
from claude_batch_desk.core.tables.table import Reading
from claude_batch_desk.core.tables.workbooks.package import Package

SUFFIXES = (".xlsx", ".xlsm")
"""How the names of workbooks end that answers can be put into a copy of."""
_OTHER_KIND = (
    "Answers can be put into a copy of a workbook that ends in .xlsx or .xlsm, and “{name}” is "
    "not one. Nothing was written. Export a fresh workbook instead, or save the original as "
    ".xlsx and open that here."
)


@dataclass(frozen=True)
class Original:
    """A workbook that is never written to."""

    path: Path
    """The frozen copy of it, as it was when its rows were read."""
    name: str
    reading: Reading
    rows: int
    """Of the table that was read from it."""


@dataclass(frozen=True)
class Forecast:
    """What is worth knowing of a copy before it is written, as sentences."""

    losses: tuple[str, ...] = ()
    """What the original has and the copy will not."""
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Outlook:
    """All that was found out about an original, for the writing."""

    package: Package
    part: str
    """Of the sheet."""
    sheet: int
    """Its place among the sheets, from 0."""
    survey: Survey
    place: Place
    growth: Growth
    left_out: LeftOut
    forecast: Forecast


def can_be_copied(reading: Reading, name: str) -> bool:
    """Whether answers can be put into a copy of this source, by what is known without a look."""
    return reading.kind == "workbook" and Path(name).suffix.lower() in SUFFIXES


def look_at(original: Original, target: Path, headers: Sequence[str], report: Report) -> Outlook:
    """Find out where the new columns go and what will not come along; raises ExportError."""
    try:
        package = _package(original)
        sheet = original.reading.sheet
        part = package.sheet_part(sheet)
        if not part:
            raise ExportError(_OTHER_KIND.format(name=original.name))
        rows = rows_of(original.reading, original.rows)
        found = survey(package.blocks(part), rows.header, report, original.rows)
        names = [each.get("name") for each in package.elements(package.book, "sheet")]
        number = names.index(sheet)
        around = surroundings(package, part, number, found.tail)
        place = place_for(rows, found.last_column, len(headers), around)
        grows = growth(place, headers, around)
        left = left_out(package, target)
    except TableError as error:
        raise ExportError(f"{error} Nothing was written.") from error
    except OSError as error:
        raise ExportError(
            f"The copy of “{original.name}” that was kept when it was opened cannot be read. "
            "Nothing was written. Export a fresh workbook instead."
        ) from error
    forecast = Forecast(left.losses, tuple(_remarks(sheet, place, grows, around)))
    return Outlook(package, part, number, found, place, grows, left, forecast)


def _package(original: Original) -> Package:
    wrong = _OTHER_KIND.format(name=original.name)
    if original.reading.kind != "workbook":
        raise ExportError(wrong)
    if not original.path.is_file():
        raise ExportError(
            f"The copy of “{original.name}” that was kept when it was opened is gone. Nothing was "
            "written. Export a fresh workbook instead."
        )
    package = Package(original.path) if is_zip(original.path) else None
    if package is None or not package.is_open_xml:
        raise ExportError(wrong)
    return package


def _remarks(sheet: str, place: Place, grows: Growth, around: Surroundings) -> list[str]:
    """What is worth knowing, in the order of a person's questions."""
    many = place.first != place.last
    where = f"columns {place.columns}" if many else f"column {place.columns}"
    remarks = [f"The answers are in {where} of the sheet “{sheet}”."]
    if not place.rows.header:
        remarks.append("The sheet has no header, so the new columns have no names either.")
    if grows.table:
        remarks.append(f"The table “{grows.table.name}” includes them now, so it sorts them too.")
    if grows.filtered:
        remarks.append("The filter of the sheet includes them now, so it sorts them too.")
    if grows.outside or not place.is_beside:
        remarks.append(
            "They stand beside what the spreadsheet sorts as one table. Before you sort there, "
            "mark all columns, or the answers stay where they are."
        )
    if any(_meet(place.area, each) for each in around.covering):
        remarks.append("A picture or chart lies above some of them. Move it aside to see them.")
    if around.printed and around.printed.right < place.last:
        remarks.append("The print area of the sheet leaves them out.")
    if around.is_protected:
        remarks.append("The sheet is protected, and the new cells are locked like the others.")
    return remarks


def _meet(one: Area, other: Area) -> bool:
    return one.reaches(other.left, other.right) and one.crosses(other.top, other.bottom)
