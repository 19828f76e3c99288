"""A block of cells as spreadsheets put it on the clipboard, and the file that is made of one.

They write rows as lines and cells between tabs. A cell with a tab, a line break or, in some
programs, a quotation mark is wrapped in quotation marks; all others stand as they are, also with
quotation marks at their ends.
"""

import codecs
import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import StringIO

from claude_batch_desk.core.errors import TableError
from claude_batch_desk.core.report import Report
from claude_batch_desk.core.tables.table import ReadOptions

PASTED = "Pasted table"
"""What it is called."""
MAX_TEXT = 32 * 1024 * 1024
"""Characters; more is better kept in a file."""

_REPORT_EVERY = 10_000
_CELL = re.compile(r'"(?P<wrapped>(?:[^"]|"")*+)"(?=[\t\r\n]|\Z)|[^\t\r\n]*+')
_ROW_END = re.compile(r"\r\n|\r|\n")
_TEARS = re.compile(r'[\t\r\n]|\A"')
_NEEDS_WRAP = re.compile(r'[\t\r\n]|""')


@dataclass(frozen=True)
class PastedFile:
    """What to write to a file, and how to read that."""

    suffix: str
    content: bytes
    options: ReadOptions


def pasted_file(text: str, report: Report) -> PastedFile:
    """The file that has the cells of this text; raises TableError where there are none."""
    if not text.strip():
        raise TableError("There is no text to paste. Copy some cells in a spreadsheet first.")
    if len(text) > MAX_TEXT:
        raise TableError(
            f"What was copied is too long to paste ({len(text) / 1024**2:,.0f} million "
            "characters). Save it as a file in the program it is from, and open that."
        )
    text = _without_last_end(text)
    if "\t" not in text:
        # One column, or rows of a text file: that is found out as for any file.
        lines = len(_ROW_END.split(text.strip("\r\n")))
        options = ReadOptions(header_row=0 if lines == 1 else None)
        return PastedFile(".csv", _encoded(text), options)
    rows = _rows(text, report)
    written = StringIO(newline="")
    csv.writer(written, delimiter="\t", lineterminator="\n").writerows(rows)
    options = ReadOptions(delimiter="\t", quote='"', header_row=0 if len(rows) == 1 else None)
    return PastedFile(".tsv", _encoded(written.getvalue()), options)


def cells_in(text: str, report: Report) -> list[list[str]]:
    """The cells of a text that was copied, by row; what is no block is one cell a line."""
    return _rows(_without_last_end(text), report)


def text_of(rows: Iterable[Iterable[str]]) -> str:
    """The text to copy for these cells, out of which `cells_in` gets them again."""
    text = "\n".join("\t".join(map(_as_copied, row)) for row in rows)
    return f"{text}\n" if text.endswith("\n") else text  # or a last blank row would be no row


def _as_copied(cell: str) -> str:
    """A cell that would fall apart, or might be taken for one, is wrapped."""
    return '"' + cell.replace('"', '""') + '"' if _TEARS.search(cell) else cell


def _without_last_end(text: str) -> str:
    for end in ("\r\n", "\n", "\r"):
        if text.endswith(end):
            return text.removesuffix(end)
    return text


def _encoded(text: str) -> bytes:
    """The mark makes sure of the encoding, and that no cell is taken for a file's first bytes."""
    return codecs.BOM_UTF8 + text.encode("utf-8", "replace")


def _rows(text: str, report: Report) -> list[list[str]]:
    """The cells by row. All rows of a block are equally long, which tells how it was written."""
    unwrapped = list(_unwrapped(text, report))
    if len(set(map(len, unwrapped))) == 1:
        return unwrapped
    plain = [line.split("\t") for line in _ROW_END.split(text)]
    return plain if len(set(map(len, plain))) == 1 else unwrapped


def _unwrapped(text: str, report: Report) -> Iterator[list[str]]:
    """The rows with the quotation marks taken off that wrap a cell."""
    all_wrapped = _is_wrapped_throughout(text)
    row: list[str] = []
    at = rows = 0
    while found := _CELL.match(text, at):
        wrapped = found["wrapped"]
        if wrapped is not None and (all_wrapped or _NEEDS_WRAP.search(wrapped)):
            row.append(wrapped.replace('""', '"'))
        else:
            row.append(found[0])
        at = found.end()
        if text.startswith("\t", at):
            at += 1
            continue
        yield row
        row = []
        rows += 1
        if rows % _REPORT_EVERY == 0:
            report(0, 0)
        end = _ROW_END.match(text, at)
        if end is None:
            return
        at = end.end()


def _is_wrapped_throughout(text: str) -> bool:
    """Whether some program wrapped every cell, which is seen in the first line."""
    cells = _ROW_END.split(text, maxsplit=1)[0].split("\t")
    return all(len(cell) > 1 and cell[0] == cell[-1] == '"' for cell in cells)
