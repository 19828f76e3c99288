"""An export read with this program's own reader is the table that went in."""

import re
from pathlib import Path

import pytest

from claude_batch_desk.core.report import silent
from claude_batch_desk.core.results.delimited import TextForm, export_csv
from claude_batch_desk.core.results.export import export_xlsx
from claude_batch_desk.core.results.original.new_cells import NewColumns
from claude_batch_desk.core.tables.source import open_source
from claude_batch_desk.core.tables.table import ReadOptions, unpack_page
from tests.core.results.office import cells_of, live, needs_office, shown
from tests.core.results.office import opened as opened_by_office
from tests.core.results.original.proving import copied
from tests.core.results.original.test_copying import many_rows
from tests.core.results.samples import TRICKY, note

# NUL is what the reader leaves out of every cell, and says so.
KEPT = [text for text in TRICKY if "\x00" not in text]
CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
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


@needs_office
def test_libreoffice_has_every_text_that_its_own_files_can_hold(tmp_path: Path) -> None:
    texts = [text for text in TRICKY if "\r\n" not in text and not CONTROLS.search(text)]
    rows = [[f"{number:05}", text] for number, text in enumerate(texts)]
    fresh = tmp_path / "fresh.xlsx"
    export_xlsx(fresh, ("Id", "Text"), rows, note(len(rows)), silent)
    copy = copied(
        many_rows(tmp_path, len(texts)), NewColumns(("Text",)), [[text] for text in texts]
    )
    books = opened_by_office([fresh, copy.path], tmp_path)
    for path, sheet in ((fresh, "Answers"), (copy.path, "Data")):
        cells = cells_of(books[path], sheet, len(texts) + 1, 2)
        assert [shown(row[1]) for row in cells[1:]] == texts
        assert live(books[path]) == []
    assert [shown(row[0]) for row in cells_of(books[fresh], "Answers", 3, 1)] == [
        "Id",
        "00000",
        "00001",
    ]
