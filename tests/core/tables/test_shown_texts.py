"""Cells of .ods files as they looked where they were saved."""

from pathlib import Path

import pytest

from claude_batch_desk.core.errors import TableError
from claude_batch_desk.core.tables.workbooks.shown_texts import ShownTexts
from tests.core.tables.old_formats import ods_cell, write_ods
from tests.core.tables.reading import read_by_child

NAMES = [ods_cell("string", "a", "a"), ods_cell("string", "b", "b")]
OFFICE = "urn:oasis:names:tc:opendocument:xmlns"


def content(rows: str, before: str = "") -> bytes:
    return (
        f'<x xmlns:office="{OFFICE}:office:1.0" xmlns:table="{OFFICE}:table:1.0"'
        f' xmlns:text="{OFFICE}:text:1.0">{before}'
        f'<table:table table:name="S">{rows}</table:table>'
        '<table:table table:name="T"><table:table-row>'
        f"{ods_cell('float', '9', 'other')}</table:table-row></table:table></x>"
    ).encode()


def shown(rows: str, count: int) -> list[list[tuple[int, str]]]:
    texts = ShownTexts([content(rows)], "S", lambda: None)
    return [texts.of_row(row) for row in range(1, count + 1)]


def test_numbers_dates_and_errors_are_read_as_they_look(tmp_path: Path) -> None:
    path = tmp_path / "free.ods"
    error = ods_cell("string", "", "#N/A").replace(
        "<table:table-cell",
        '<table:table-cell xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:'
        'xmlns:calcext:1.0" calcext:value-type="error"',
    )
    write_ods(
        path,
        [
            NAMES,
            [ods_cell("currency", "1234.5", "1.234,50 €"), ods_cell("percentage", "0.1", "10 %")],
            [ods_cell("date", "2026-01-31", "Sa, 31. Jan 26"), ods_cell("time", "PT9H", "9:00")],
            [ods_cell("float", "1.5", "1 1/2"), error],
            [ods_cell("string", "00123", "00123"), ods_cell("boolean", "true", "WAHR")],
        ],
    )
    found = read_by_child(path)
    assert found.rows == [
        ["1.234,50 €", "10 %"],
        ["Sa, 31. Jan 26", "9:00"],
        ["1 1/2", "#N/A"],
        ["00123", "TRUE"],
    ]
    assert found.found.notes == ()


def test_a_number_that_shows_nothing_is_given_by_its_value(tmp_path: Path) -> None:
    path = tmp_path / "free.ods"
    bare = '<table:table-cell office:value-type="float" office:value="1.5"/>'
    write_ods(path, [NAMES, [bare, ods_cell("float", "2", "2,0")]])
    assert read_by_child(path).rows == [["1.5", "2,0"]]


def test_repeated_cells_and_rows_are_counted() -> None:
    cell = ods_cell("float", "1", "1,0")
    twice = cell.replace("<table:table-cell", '<table:table-cell table:number-columns-repeated="2"')
    blank = '<table:table-cell table:number-columns-repeated="3"/><table:covered-table-cell/>'
    rows = (
        '<table:table-row table:number-rows-repeated="2"><table:table-cell/></table:table-row>'
        f'<table:table-row table:number-rows-repeated="2">{blank}{twice}</table:table-row>'
        f"<table:table-row>{cell}</table:table-row>"
    )
    row = [(5, "1,0"), (6, "1,0")]
    assert shown(rows, 6) == [[], [], row, row, [(1, "1,0")], []]


def test_comments_are_no_part_of_a_cell() -> None:
    cell = ods_cell("float", "1", "1<text:s text:c='2'/>000<text:span>,5</text:span>").replace(
        "<text:p>", "<office:annotation><text:p>really?</text:p></office:annotation><text:p>", 1
    )
    assert shown(f"<table:table-row>{cell}</table:table-row>", 1) == [[(1, "1  000,5")]]


@pytest.mark.parametrize("size", [1, 7, 64])
def test_blocks_may_be_cut_anywhere(size: int) -> None:
    whole = content(f"<table:table-row>{ods_cell('float', '1', '1,0 €')}</table:table-row>")
    blocks = [whole[at : at + size] for at in range(0, len(whole), size)]
    assert ShownTexts(blocks, "S", lambda: None).of_row(1) == [(1, "1,0 €")]


def test_entities_are_refused() -> None:
    bad = b'<!DOCTYPE x [<!ENTITY e "ha">]>' + content("")
    with pytest.raises(TableError, match="damaged"):
        ShownTexts([bad], "S", lambda: None)


def test_markup_that_breaks_off_is_a_sentence() -> None:
    with pytest.raises(TableError, match="damaged"):
        ShownTexts([b"<x><y></x>"], "S", lambda: None)
