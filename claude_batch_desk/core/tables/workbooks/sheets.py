"""A workbook's sheets by the fast reader, completed by what it does not tell."""

import re
from collections.abc import Iterator, Sequence
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from claude_batch_desk.core.tables.finding import counted
from claude_batch_desk.core.tables.formats.cells import CellValue, cell_text
from claude_batch_desk.core.tables.formats.number_format import Look, is_general, look_of
from claude_batch_desk.core.tables.formats.quick_looks import quick_look
from claude_batch_desk.core.tables.opened import Alive
from claude_batch_desk.core.tables.workbooks.binary_sheets import BinaryOverlay, binary_sheet
from claude_batch_desk.core.tables.workbooks.cell_texts import CellTexts, Styles
from claude_batch_desk.core.tables.workbooks.open_document import mended
from claude_batch_desk.core.tables.workbooks.package import Package
from claude_batch_desk.core.tables.workbooks.shared_texts import shared_texts
from claude_batch_desk.core.tables.workbooks.sheet_scan import (
    Overlay,
    SheetFacts,
    survey_sheet,
    whole_rows,
)
from claude_batch_desk.core.tables.workbooks.shown_texts import ShownTexts
from claude_batch_desk.core.tables.workbooks.streamed import RowStream

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook

_LONG = 1e15
_LITERAL = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
_ODS_TIME = re.compile(r"PT(\d+)H(\d\d)M(\d\d)(?:[.,]\d+)?S")
_VALUES_ONLY = (
    "Of this kind of workbook only the values are read: number formats are not applied, and error "
    "cells such as #N/A come as empty ones. Save it as .xlsx to keep them."
)


class Sheet(Protocol):
    """One sheet that holds something."""

    @property
    def name(self) -> str:
        """As it stands on its tab."""
        ...

    @property
    def width(self) -> int:
        """Columns from the first to the last that is used."""
        ...

    @property
    def notes(self) -> list[str]:
        """What was noticed; complete when the rows were all taken."""
        ...

    @property
    def facts(self) -> SheetFacts:
        """What its XML tells of it, as far as it is known."""
        ...

    def rows(self) -> Iterator[list[str]]:
        """All rows from the sheet's first, each `width` long."""
        ...


class Book(Protocol):
    """The sheets of a workbook."""

    @property
    def names(self) -> tuple[str, ...]:
        """Of all sheets with cells, in the order of the tabs."""
        ...

    @property
    def visible(self) -> tuple[str, ...]:
        """Of those that the person sees."""
        ...

    def sheet(self, name: str) -> Sheet | None:
        """A sheet by its name, or None where it is empty."""
        ...


class FastBook:
    """A workbook read by calamine; `package` is None for the formats before XML (.xls).

    Raises python_calamine.CalamineError where calamine does not understand the file.
    """

    def __init__(self, path: Path, package: Package | None, alive: Alive) -> None:
        self._path = path
        self._package = package
        self._alive = alive
        sheets = package.sheets() if package and package.is_open_xml else {}
        sheets = sheets or _listed(self._book)
        self.names = tuple(sheets)
        self.visible = tuple(name for name, is_visible in sheets.items() if is_visible)

    @cached_property
    def _book(self) -> "CalamineWorkbook":
        """Only where it is needed: it holds all texts of the workbook."""
        return _loaded(self._path, self._package)

    def sheet(self, name: str) -> Sheet | None:
        """A sheet by its name, or None where it is empty."""
        package = self._package if self._package and self._package.is_open_xml else None
        part = package.sheet_part(name) if package else ""
        if package is None or not part:
            return self._without_markup(name)
        facts = survey_sheet(partial(package.blocks, part), self._alive)
        self._alive()
        if facts.is_regular:
            return StreamedSheet(name, package, part, facts) if facts.width else None
        found = self._book.get_sheet_by_name(name)
        return CompletedSheet(found, package, part, facts) if found.start else None

    def _without_markup(self, name: str) -> Sheet | None:
        found = self._book.get_sheet_by_name(name)
        if not found.start:
            return None
        if self._package and self._package.is_open_document:
            blocks = self._package.blocks("content.xml")
            return LookedSheet(found, ShownTexts(blocks, name, self._alive), is_ods=True)
        binary = binary_sheet(self._path, self._package, name, self._alive)
        if binary is None:
            return PlainSheet(found)
        looks, unknown = looks_of(binary.styles.codes, is_1904=binary.styles.is_1904)
        return LookedSheet(found, BinaryOverlay(binary.cells, looks, unknown))


def _listed(book: "CalamineWorkbook") -> dict[str, bool]:
    from python_calamine import SheetTypeEnum, SheetVisibleEnum

    return {
        each.name: each.visible == SheetVisibleEnum.Visible
        for each in book.sheets_metadata
        if each.typ == SheetTypeEnum.WorkSheet
    }


def _loaded(path: Path, package: Package | None) -> "CalamineWorkbook":
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    try:
        # By its path, calamine believes a file's name; without, it cannot say what is wrong.
        if path.suffix.lower() in (package.suffixes if package else (".xls",)):
            return CalamineWorkbook.from_path(path)
        with path.open("rb") as source:
            return CalamineWorkbook.from_filelike(source)
    except PasswordError:
        raise
    except CalamineError:
        if package is None or not package.is_open_document:
            raise
        return CalamineWorkbook.from_filelike(mended(package))


class PlainSheet:
    """A sheet of which nothing but its values is known."""

    def __init__(self, sheet: "CalamineSheet", is_ods: bool = False) -> None:
        self._sheet = sheet
        self._is_ods = is_ods
        self._long = 0
        self.name = sheet.name
        self.width = sheet.width
        self.facts = SheetFacts()
        self.notes = [_VALUES_ONLY, *_merged(len(sheet.merged_cell_ranges or ()))]

    def rows(self) -> Iterator[list[str]]:
        """All rows from the sheet's first, each `width` long."""
        text = self._text
        for row in self._sheet.iter_rows():
            cells = [cell if type(cell) is str else text(cell) for cell in row]
            yield [_ods_time(cell) for cell in cells] if self._is_ods else cells
        if self._long:
            self.notes.append(long_numbers(self._long))

    def _text(self, value: CellValue) -> str:
        if isinstance(value, float) and abs(value) >= _LONG:
            self._long += 1
        return cell_text(value)


class LookedSheet(PlainSheet):
    """A sheet of which the looks of numbers and the errors are known as well."""

    def __init__(
        self,
        sheet: "CalamineSheet",
        overlay: Overlay | BinaryOverlay | ShownTexts,
        is_ods: bool = False,
    ) -> None:
        super().__init__(sheet, is_ods)
        self._first_column = sheet.start[1] + 1 if sheet.start else 1
        self.notes = _merged(len(sheet.merged_cell_ranges or ()))
        self._overlay = overlay

    def rows(self) -> Iterator[list[str]]:
        """All rows from the sheet's first, each `width` long."""
        for number, row in enumerate(super().rows(), start=1):
            for column, text in self._overlay.of_row(number):
                place = column - self._first_column
                if 0 <= place < len(row):
                    row[place] = text
            yield row
        if self._overlay.unknown_cells:
            self.notes.append(unknown_formats(self._overlay.unknown_cells))


class CompletedSheet(LookedSheet):
    """A sheet whose looks and errors were found in its XML."""

    def __init__(
        self, sheet: "CalamineSheet", package: Package, part: str, facts: SheetFacts
    ) -> None:
        codes = package.cell_formats() if facts.can_be_matched else []
        looks, unknown = looks_of(codes, is_1904=package.is_1904)
        overlay = Overlay(
            partial(package.blocks, part),
            looks,
            frozenset(unknown),
            errors=facts.can_be_matched and facts.errors > 0,
        )
        super().__init__(sheet, overlay)
        self.facts = facts
        self.notes[:0] = _fact_notes(facts)


class StreamedSheet:
    """A sheet whose markup is regular, so that no other reader is needed."""

    def __init__(self, name: str, package: Package, part: str, facts: SheetFacts) -> None:
        self.name = name
        self.width = facts.width
        self.facts = facts
        self.notes = [*_fact_notes(facts), *_merged(facts.merged)]
        self._blocks = partial(package.blocks, part)
        self._package = package

    def rows(self) -> Iterator[list[str]]:
        """All rows from the sheet's first, each `width` long."""
        codes = self._package.cell_formats()
        is_1904 = self._package.is_1904
        looks, unknown = looks_of(codes, is_1904=is_1904)
        looks |= {
            style: iso for style in unknown if (iso := _iso_look(codes[style], is_1904=is_1904))
        }
        shared = shared_texts(self._package.shared_blocks())
        texts = CellTexts(shared, Styles(looks, frozenset(unknown)))
        stream = RowStream(texts, self.facts.first_column, self.width)
        yield from stream.rows(whole_rows(self._blocks()))
        if texts.long_numbers:
            self.notes.append(long_numbers(texts.long_numbers))
        if texts.unknown_cells:
            self.notes.append(unknown_formats(texts.unknown_cells))


def looks_of(codes: Sequence[str], *, is_1904: bool = False) -> tuple[dict[int, Look], set[int]]:
    """By style: how its numbers look, and which styles have a format that cannot be followed."""
    looks: dict[int, Look] = {}
    unknown: set[int] = set()
    for style, code in enumerate(codes):
        if is_general(code):
            continue
        look = look_of(code, is_1904=is_1904)
        if look:
            looks[style] = quick_look(code, look) or look
        else:
            unknown.add(style)
    return looks, unknown


def _iso_look(code: str, *, is_1904: bool) -> Look | None:
    """How the moments of a format that cannot be followed look, where it is one of moments."""
    letters = set(_LITERAL.sub("", code).lower())
    if letters & set("hs"):
        return look_of("yyyy-mm-dd hh:mm:ss", is_1904=is_1904)
    return look_of("yyyy-mm-dd", is_1904=is_1904) if letters & set("ymd") else None


def _ods_time(text: str) -> str:
    """The time of day or the duration that calamine gives as it is written in the file."""
    found = _ODS_TIME.fullmatch(text)
    return f"{int(found[1])}:{found[2]}:{found[3]}" if found else text


def long_numbers(count: int) -> str:
    """A note on numbers that lost digits before this program saw them."""
    return (
        f"{counted(count, 'number has', 'numbers have')} more than 15 digits, of which a workbook "
        "keeps the first 15. If they are identifiers, type them as text in the workbook."
    )


def unknown_formats(count: int) -> str:
    """A note on numbers whose look is not known."""
    return (
        f"{counted(count, 'number is', 'numbers are')} given in full, as the cell's own number "
        "format cannot be followed here."
    )


def _merged(count: int) -> list[str]:
    """A note on cells that were made one, where there are any."""
    if not count:
        return []
    groups = counted(count, "group of cells is", "groups of cells are")
    where = "The value is in the first cell of each, the others are empty."
    return [f"{groups} merged in the sheet. {where}"]


def _fact_notes(facts: SheetFacts) -> list[str]:
    notes = []
    if not facts.can_be_matched:
        notes.append(
            "The program that wrote this workbook does so in an unusual way: number formats are "
            "not applied, and error cells such as #N/A come as empty ones."
        )
    if facts.hidden_rows:
        rows = counted(facts.hidden_rows, "hidden row is", "hidden rows are")
        why = " A filter is on in the sheet." if facts.is_filtered else ""
        notes.append(f"{rows} read like the others.{why}")
    if hidden := _hidden_columns(facts):
        columns = counted(hidden, "hidden column is", "hidden columns are")
        notes.append(f"{columns} read like the others.")
    return notes


def _hidden_columns(facts: SheetFacts) -> int:
    """How many of the columns with cells are hidden."""
    return sum(
        max(0, min(last, facts.last_column) - first + 1) for first, last in facts.hidden_columns
    )
