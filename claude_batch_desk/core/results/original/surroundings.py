"""What lies on the original's sheet besides its cells: tables, filters, pictures and the like."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from claude_batch_desk.core.results.original.areas import Area, area_of
from claude_batch_desk.core.results.original.markup import Markup, Tag
from claude_batch_desk.core.tables.workbooks.package import Package

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_PRINT_AREA = "_xlnm.Print_Area"
_EMU_PER_COLUMN, _EMU_PER_ROW = 64 * 9_525, 20 * 9_525
"""Of a sheet whose columns and rows have their usual size."""


@dataclass(frozen=True)
class SheetTable:
    """A table as Excel knows it: an area of a sheet with a name."""

    part: str
    name: str
    area: Area
    headers: frozenset[str]
    """As `folded`."""
    can_grow: bool
    """It is a plain one under a header, with no source outside of the workbook."""


@dataclass(frozen=True)
class Surroundings:
    """What new columns may touch, cover, or have to go around."""

    tables: tuple[SheetTable, ...]
    filtered: Area | None
    """The area of the sheet's own filter."""
    taken: tuple[Area, ...]
    """Merged cells and pivot tables."""
    covering: tuple[Area, ...]
    """What lies above the cells: pictures, charts, buttons."""
    is_protected: bool
    printed: Area | None
    """What of the sheet is printed, where not all of it is."""


def folded(header: str) -> str:
    """A header of a table as Excel compares it."""
    return header.casefold()


def surroundings(package: Package, part: str, sheet: int, tail: bytes) -> Surroundings:
    """What lies on a sheet, counted from 0, in this part; behind its rows stands the `tail`."""
    markup = Markup(tail)
    related = list(package.relations(part))
    filter_tag = own_filter(markup)
    merged = (area_of(tag.get("ref")) for tag in markup.tags("mergeCell"))
    return Surroundings(
        tables=tuple(_tables(package, (each.part for each in related if _is(each.what, "table")))),
        filtered=area_of(filter_tag.get("ref")) if filter_tag else None,
        taken=(
            *filter(None, merged),
            *_pivots(package, related_parts(package, part, "pivotTable")),
        ),
        covering=tuple(_covering(package, related_parts(package, part, "drawing"))),
        is_protected=markup.tag("sheetProtection") is not None,
        printed=_printed(package, sheet),
    )


def own_filter(tail: Markup) -> Tag | None:
    """The filter that a sheet shows, in the markup behind its rows; its saved views have others."""
    views = tail.tag("customSheetViews")
    found = tail.tag("autoFilter")
    return None if found and views and views.start < found.start else found


def related_parts(package: Package, part: str, kind: str) -> list[str]:
    """The parts of one kind that a part refers to, and that are there."""
    return [
        each.part
        for each in package.relations(part)
        if _is(each.what, kind) and package.has(each.part)
    ]


def _is(what: str, kind: str) -> bool:
    return what.endswith(f"/{kind}")


def _printed(package: Package, sheet: int) -> Area | None:
    """The print area of a sheet, where it is a single one."""
    for each in package.elements(package.book, "definedName"):
        if (each.get("name"), each.get("localSheetId")) == (_PRINT_AREA, str(sheet)):
            return area_of((each.text or "").rpartition("!")[2])
    return None


def _tables(package: Package, parts: Iterable[str]) -> Iterator[SheetTable]:
    for part in parts:
        for each in package.elements(part, "table"):
            area = area_of(each.get("ref", ""))
            if area is None:
                continue
            columns = package.elements(part, "tableColumn")
            headers = frozenset(folded(column.get("name", "")) for column in columns)
            plain = each.get("tableType", "worksheet") == "worksheet"
            has_header = each.get("headerRowCount", "1") != "0"
            alone = not any(_is(to.what, "queryTable") for to in package.relations(part))
            name = each.get("displayName", "")
            yield SheetTable(part, name, area, headers, plain and has_header and alone)


def _pivots(package: Package, parts: Iterable[str]) -> Iterator[Area]:
    for part in parts:
        for each in package.elements(part, "location"):
            if area := area_of(each.get("ref", "")):
                yield area


def _covering(package: Package, parts: Iterable[str]) -> Iterator[Area]:
    for part in parts:
        for anchor in package.elements(part, "twoCellAnchor", "oneCellAnchor"):
            inner = {each.tag.rpartition("}")[2]: each for each in anchor}
            if "from" not in inner:
                continue
            left, top = _corner(inner["from"])
            if "to" in inner:
                right, bottom = _corner(inner["to"])
            else:
                right = left + _size(inner.get("ext"), "cx") // _EMU_PER_COLUMN
                bottom = top + _size(inner.get("ext"), "cy") // _EMU_PER_ROW
            yield Area(left, top, right, bottom)


def _corner(place: "Element") -> tuple[int, int]:
    """Column and row, from 1, in an element that counts them from 0."""
    found = {each.tag.rpartition("}")[2]: each.text or "" for each in place}
    column, row = (found.get(name, "").strip() for name in ("col", "row"))
    return _whole(column) + 1, _whole(row) + 1


def _size(extent: "Element | None", name: str) -> int:
    return _whole(extent.get(name, "")) if extent is not None else 0


def _whole(text: str) -> int:
    return int(text) if text.isdecimal() else 0
