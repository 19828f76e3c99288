"""An export read with this program's own reader is the table that went in."""

from pathlib import Path

import pytest

from claude_batch_desk.core.report import silent
from claude_batch_desk.core.results.delimited import TextForm, export_csv
from claude_batch_desk.core.results.export import export_xlsx
from claude_batch_desk.core.tables.source import open_source
from claude_batch_desk.core.tables.table import ReadOptions, unpack_page
from tests.core.results.samples import TRICKY, note

# NUL is what the reader leaves out of every cell, and says so.
KEPT = [text for text in TRICKY if "\x00" not in text]
COLUMNS = ("id", "text", "=1+1")


def opened(path: Path) -> tuple[tuple[str, ...], list[list[str]]]:
    with open_source(path, ReadOptions(), silent) as reader:
        rows = [list(row) for page in reader.pages() for row in unpack_page(page.cells)]
        return tuple(reader.columns), rows


@pytest.mark.parametrize("name", ["a.xlsx", "a.csv"])
def test_the_table_comes_back_as_it_went(tmp_path: Path, name: str) -> None:
    rows = [[f"{number:05}", text, "1.10"] for number, text in enumerate(KEPT)]
    path = tmp_path / name
    if name.endswith(".xlsx"):
        export_xlsx(path, COLUMNS, rows, note(len(rows)), silent)
    else:
        export_csv(path, COLUMNS, rows, note(len(rows)), silent, form=TextForm(guard=False))
    assert opened(path) == (COLUMNS, rows)
