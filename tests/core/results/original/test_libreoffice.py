"""LibreOffice opens each copy and shows what it showed before, and the answers."""

import shutil
import subprocess
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from claude_batch_desk.core.results.original.new_cells import NewColumns
from tests.core.results.original.made_books import MADE, ROWS, with_macros
from tests.core.results.original.proving import answers, copied
from tests.core.results.original.test_fidelity import BOOKS
from tests.core.results.samples import PAYLOADS

OFFICE = shutil.which("soffice")
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
Cells = list[list[ET.Element]]

pytestmark = pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not on this computer")


def opened(paths: list[Path], folder: Path) -> dict[Path, ET.Element]:
    """What LibreOffice makes of these workbooks, in one run of its own profile."""
    out = folder / "opened"
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [str(OFFICE), profile, "--headless", "--convert-to", "fods", "--outdir", str(out)]
    subprocess.run([*command, *map(str, paths)], check=True, capture_output=True, timeout=240)
    return {
        path: ET.parse(out / f"{path.stem}.fods").getroot()  # noqa: S314 - LibreOffice wrote it
        for path in paths
    }


def cells_of(book: ET.Element, sheet: str, rows: int, width: int) -> Cells:
    """The first cells of a sheet; cells and rows that are alike stand there once, with a count."""
    table = next(each for each in book.iter(f"{_TABLE}table") if each.get(f"{_TABLE}name") == sheet)
    found: Cells = []
    for row in table.iter(f"{_TABLE}table-row"):
        cells: list[ET.Element] = []
        for cell in row:
            if len(cells) < width and cell.tag.endswith("table-cell"):
                cells += [cell] * int(cell.get(f"{_TABLE}number-columns-repeated", "1"))
        found += [cells[:width]] * min(int(row.get(f"{_TABLE}number-rows-repeated", "1")), rows)
    return found[:rows]


def shown(cell: ET.Element) -> str:
    """The text in a cell as it is seen."""
    return "\n".join("".join(each.itertext()) for each in cell.findall(f"{_TEXT}p"))


def test_it_opens_every_copy_and_shows_what_it_showed(tmp_path: Path) -> None:
    befores, afters = {}, {}
    for number, (name, make) in enumerate({**BOOKS, "macros": with_macros}.items()):
        folder = tmp_path / str(number)
        folder.mkdir()
        found = copied(make(folder))
        befores[name] = found.original.path.rename(folder / f"before {number}{found.path.suffix}")
        afters[name] = found.path.rename(folder / f"after {number}{found.path.suffix}"), found
    paths = [*befores.values(), *(path for path, _ in afters.values())]
    books = opened(paths, tmp_path)
    for name, (path, found) in afters.items():
        first, count = found.first_column, len(found.table.rows)
        top = found.table.reading.header_row
        before = cells_of(books[befores[name]], "Data", top + count, first - 1)
        after = cells_of(books[path], "Data", top + count, first + 3)
        assert [[shown(cell) for cell in row[: first - 1]] for row in after] == [
            [shown(cell) for cell in row] + [""] * (first - 1 - len(row)) for row in before
        ], name
        new = [row[first - 1 :] for row in after]
        assert [shown(cell) for cell in new[top - 1]] == ["Mood", "Score", "Day", "Status"], name
        assert [shown(row[0]) for row in new[top:]] == [row[0] for row in answers(count)], name
        assert not any(cell.get(f"{_TABLE}formula") for row in new for cell in row), name


def test_it_runs_no_answer_and_no_header(tmp_path: Path) -> None:
    across = [list(PAYLOADS)] * len(ROWS)
    found = copied(MADE["a table"](tmp_path), NewColumns(PAYLOADS), across)
    book = opened([found.path], tmp_path)[found.path]
    cells = cells_of(book, "Data", len(ROWS) + 1, 3 + len(PAYLOADS))
    assert len(cells) == len(ROWS) + 1
    for row in cells:
        assert len(row) == 3 + len(PAYLOADS)
        for cell in row[3:]:
            assert cell.get(f"{_TABLE}formula") is None
            assert cell.get(f"{_OFFICE}value-type") == "string"
    assert not list(book.iter(f"{_TEXT}a"))
