"""The package of a workbook, put together from what the library made and rows of our own."""

import shutil
from pathlib import Path
from typing import IO, cast
from zipfile import ZIP_DEFLATED, ZipFile

from claude_batch_desk.core.results.watched import Watched

_SHEET = "xl/worksheets/sheet1.xml"
_NO_ROWS = b"<sheetData/>"
_LEVEL = 5
"""Of compression: half the time of the usual 6, for a file a tenth larger."""
_LARGE = 1 << 31
"""Bytes of a part from which on its sizes need 64 bits."""
_AT_ONCE = 1 << 18


def fill_first_sheet(made: Path, rows: Path, to: Watched) -> None:
    """Write a workbook whose first sheet has no rows again, with the rows in `rows`."""
    with ZipFile(made) as parts, ZipFile(cast("IO[bytes]", to), "w", ZIP_DEFLATED) as book:
        book.compresslevel = _LEVEL
        for part in parts.infolist():
            large = part.file_size + rows.stat().st_size >= _LARGE
            with parts.open(part) as file, book.open(part.filename, "w", force_zip64=large) as into:
                if part.filename != _SHEET:
                    shutil.copyfileobj(file, into, _AT_ONCE)
                    continue
                before, after = file.read().split(_NO_ROWS)
                into.write(before + b"<sheetData>")
                with rows.open("rb") as written:
                    shutil.copyfileobj(written, into, _AT_ONCE)
                into.write(b"</sheetData>" + after)
