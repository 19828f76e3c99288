"""What LibreOffice makes of files, for tests of what other programs see in an export."""

import re
import shutil
import subprocess
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

OFFICE = shutil.which("soffice")
needs_office = pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not on this computer")

TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
OFFICE_ = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_LINK = "{http://www.w3.org/1999/xlink}href"
_TORN = "Text - txt - csv (StarCalc):44/59/9,34,76,1,,1031,false,true,false,false,false,0,true,true"
"""Cells end at commas, semicolons and tabs; formulas are run, quoted or not."""
Cells = list[list[ET.Element]]


def opened(paths: list[Path], folder: Path, *, torn: bool = False) -> dict[Path, ET.Element]:
    """What it makes of these files, whose names differ, in one run of its own profile.

    Where they are `torn`, they are text that is read with every separator of any country.
    """
    made = _converted(paths, folder, "fods", *([f"--infilter={_TORN}"] if torn else []))
    return {
        path: ET.parse(to).getroot()  # noqa: S314 - LibreOffice wrote it
        for path, to in made.items()
    }


def saved_again(paths: list[Path], folder: Path) -> dict[Path, Path]:
    """These workbooks, whose names differ, as it writes them itself."""
    return _converted(paths, folder, "xlsx")


def _converted(paths: list[Path], folder: Path, form: str, *how: str) -> dict[Path, Path]:
    out = folder / "converted"
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [str(OFFICE), profile, "--headless", *how, "--convert-to", form, "--outdir", str(out)]
    subprocess.run([*command, *map(str, paths)], check=True, capture_output=True, timeout=240)
    return {path: out / f"{path.stem}.{form}" for path in paths}


def cells_of(book: ET.Element, sheet: str, rows: int, width: int) -> Cells:
    """The first cells of a sheet; cells and rows that are alike stand there once, with a count."""
    table = next(each for each in book.iter(f"{TABLE}table") if each.get(f"{TABLE}name") == sheet)
    found: Cells = []
    for row in table.iter(f"{TABLE}table-row"):
        cells: list[ET.Element] = []
        for cell in row:
            if len(cells) < width and cell.tag.endswith("table-cell"):
                cells += [cell] * int(cell.get(f"{TABLE}number-columns-repeated", "1"))
        found += [cells[:width]] * min(int(row.get(f"{TABLE}number-rows-repeated", "1")), rows)
    return found[:rows]


def shown(cell: ET.Element) -> str:
    """The text in a cell."""
    return "\n".join(map(_text, cell.findall(f"{TEXT}p")))


def _text(element: ET.Element) -> str:
    """Spaces at the ends, or several of them, are elements of their own; so are tabs."""
    pieces = [element.text or ""]
    for child in element:
        match child.tag.removeprefix(TEXT):
            case "s":
                pieces.append(" " * int(child.get(f"{TEXT}c", "1")))
            case "tab":
                pieces.append("\t")
            case _:
                pieces.append(_text(child))
        pieces.append(child.tail or "")
    return "".join(pieces)


def live(book: ET.Element) -> list[str]:
    """Everything in it that calculates, leads elsewhere, or asks another program."""
    found = [each.get(f"{TABLE}formula", "") for each in book.iter()]
    found += [each.get(_LINK, "") for each in book.iter(f"{TEXT}a")]
    found += [str(each.tag) for each in book.iter() if "dde" in each.tag.lower()]
    found += [str(each.tag) for each in book.iter(f"{TABLE}table-source")]
    return [each for each in found if each]


_OF_CELLS = re.compile(
    "p|table-cell|covered-table-cell|table-row|table-column|.*style|.*-properties|"
    "number|text|day|month|year|text-content"
)


def structure(book: ET.Element) -> Counter[str]:
    """How many there are of everything in it but cells and how they look."""
    names = (each.tag.rpartition("}")[2] for each in book.iter())
    return Counter(name for name in names if not _OF_CELLS.fullmatch(name))
