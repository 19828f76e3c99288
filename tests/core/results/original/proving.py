"""How the tests of copies look at them: a copy beside its original, part by part."""

import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

from claude_batch_desk.core.report import silent
from claude_batch_desk.core.results.export import Exported
from claude_batch_desk.core.results.original.areas import area_of
from claude_batch_desk.core.results.original.copying import copy_with_answers
from claude_batch_desk.core.results.original.new_cells import NewColumns
from claude_batch_desk.core.results.original.original import Original, look_at
from claude_batch_desk.core.tables.table import ReadOptions
from claude_batch_desk.core.tables.workbooks.package import Package
from tests.core.tables.reading import AUTO, Read, read

COLUMNS = NewColumns(("Mood", "Score", "Day", "Status"), frozenset({1, 2}))
MAY_CHANGE = {"xl/styles.xml"}


@dataclass(frozen=True)
class Copied:
    """A workbook, what was read from it, and its copy."""

    original: Original
    table: Read
    exported: Exported
    sheet: str
    """The part of the sheet with the table."""
    first_column: int
    losses: tuple[str, ...]
    """What was foretold of it."""

    @property
    def path(self) -> Path:
        """The copy."""
        return self.exported.path


def answers(count: int) -> Iterator[list[str]]:
    """Answers of each kind for so many rows."""
    for number in range(count):
        yield [f"=mood {number} & <more>", f"{number}.50", "2026-01-31", "answered"]


def original(path: Path, options: ReadOptions = AUTO) -> tuple[Original, Read]:
    """A workbook and what is read from it."""
    table = read(path, options)
    return Original(path, path.name, table.reading, len(table.rows)), table


def copied(
    path: Path,
    columns: NewColumns = COLUMNS,
    rows: Sequence[Sequence[str]] | None = None,
    options: ReadOptions = AUTO,
    target: Path | None = None,
) -> Copied:
    """Copy a workbook with answers in it, by default some of each kind."""
    source, table = original(path, options)
    to = target or path.with_name(f"copy of {path.stem}{path.suffix}")
    outlook = look_at(source, to, columns.headers, silent)
    new = list(answers(len(table.rows))) if rows is None else rows
    exported = copy_with_answers(source, to, columns, new, silent)
    return Copied(
        source, table, exported, outlook.part, outlook.place.first, outlook.forecast.losses
    )


def parts_of(path: Path) -> dict[str, bytes]:
    """All parts of a package, by their names."""
    with zipfile.ZipFile(path) as package:
        assert package.testzip() is None
        return {name: package.read(name) for name in package.namelist()}


def changed_parts(found: Copied) -> set[str]:
    """Those that are not byte for byte as they were; none may be new, gone, doubled or no XML."""
    before, after = parts_of(found.original.path), parts_of(found.path)
    assert sorted(before) == sorted(after)
    changed = {name for name, content in before.items() if content != after[name]}
    for name in changed:
        ET.fromstring(after[name])  # noqa: S314 - we wrote it
    return changed


def check_sheet(found: Copied) -> None:
    """Fail where more than the new cells, and what is said of them, differs in the sheet."""
    before = _tree(found.original.path, found.sheet)
    after = _tree(found.path, found.sheet)
    last = found.first_column + len(COLUMNS.headers) - 1
    for tree in (before, after):
        _take_out(tree, range(found.first_column, last + 1))
    assert ET.canonicalize(ET.tostring(before)) == ET.canonicalize(ET.tostring(after))


def _tree(path: Path, part: str) -> ET.Element:
    return ET.fromstring(b"".join(Package(path).blocks(part)))  # noqa: S314 - we wrote it


def _take_out(tree: ET.Element, columns: range) -> None:
    """Everything that may differ: the new cells, empty rows, and how far the sheet goes."""
    for child in list(tree):
        name = child.tag.rpartition("}")[2]
        if name in ("dimension", "cols"):
            tree.remove(child)
        elif name == "autoFilter":
            child.attrib.pop("ref", None)
        elif name == "sheetData":
            _take_out_cells(child, columns)


def _take_out_cells(data: ET.Element, columns: range) -> None:
    for row in list(data):
        row.attrib.pop("spans", None)
        column = 0
        for cell in list(row):
            place = area_of(cell.get("r", ""))
            column = place.left if place else column + 1
            if column in columns:
                row.remove(cell)
        if not len(row):
            row.text = None
            if row.attrib.keys() <= {"r"}:
                data.remove(row)


def check_rows(found: Copied, unformatted: Sequence[str] = ()) -> None:
    """Fail where the copy, read again the same way, is not the table with the answers beside.

    Number formats of some columns may be beyond the reader.
    """
    columns = COLUMNS
    again = read(found.path, found.table.reading.options)
    count = len(columns.headers)
    assert len(again.rows) == len(found.table.rows)
    new = [row[-count:] for row in again.rows]
    shown = [each for each, column in enumerate(columns.headers) if column not in unformatted]
    for row, right in zip(new, answers(len(new)), strict=True):
        assert [row[each] for each in shown] == [right[each] for each in shown]
    width = len(found.table.columns)
    assert [list(row[:width]) for row in again.rows] == [list(row) for row in found.table.rows]
    if found.table.reading.header_row:
        assert again.columns[-count:] == columns.headers


def check_styles(found: Copied) -> None:
    """Fail where a look that was there changed, or anything else about looks."""
    before, after = (
        parts_of(path).get("xl/styles.xml") for path in (found.original.path, found.path)
    )
    if before is None or before == after:
        return
    trees = [ET.fromstring(each) for each in (before, after or b"")]  # noqa: S314 - as above
    known = [_children(tree, "cellXfs") for tree in trees]
    assert [ET.tostring(each) for each in known[1][: len(known[0])]] == [
        ET.tostring(each) for each in known[0]
    ]
    for tree in trees:
        for child in list(tree):
            if child.tag.rpartition("}")[2] in ("cellXfs", "numFmts"):
                tree.remove(child)
    assert ET.canonicalize(ET.tostring(trees[0])) == ET.canonicalize(ET.tostring(trees[1]))


def _children(tree: ET.Element, name: str) -> list[ET.Element]:
    return [child for each in tree if each.tag.endswith(f"}}{name}") for child in each]
