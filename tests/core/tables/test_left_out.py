"""Columns that are left out never leave the reader."""

import dataclasses
from pathlib import Path

import pytest

from claude_batch_desk.core.errors import TableError
from claude_batch_desk.core.tables.table import Reading, ReadOptions
from tests.core.tables.reading import read_by_child, read_text


def test_a_column_is_left_out_by_its_name(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("id,e-mail,text,e-mail\n1,a@b.de,x,c@d.de\n2,,y,\n")
    found = read_by_child(path, ReadOptions(left_out=("e-mail (2)", "e-mail", "gone")))
    assert found.columns == ("id", "text")
    assert found.rows == [["1", "x"], ["2", "y"]]
    assert found.reading.left_out == ("e-mail", "e-mail (2)")
    assert [each.name for each in found.found.profile] == ["id", "text"]


def test_one_column_may_be_all_that_is_kept(tmp_path: Path) -> None:
    found = read_text(tmp_path, "a,b\n1,2\n", ReadOptions(left_out=("a",)))
    assert (found.columns, found.rows) == (("b",), [["2"]])


def test_names_that_are_not_there_change_nothing(tmp_path: Path) -> None:
    found = read_text(tmp_path, "a,b\n1,2\n", ReadOptions(left_out=("c",)))
    assert (found.columns, found.reading.left_out) == (("a", "b"), ())


def test_without_any_column_there_is_no_table(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="Keep at least one"):
        read_text(tmp_path, "a,b\n1,2\n", ReadOptions(left_out=("a", "b")))


def test_findings_are_about_the_columns_that_are_kept(tmp_path: Path) -> None:
    text = "a,b\n1,#N/A\n1,2\n"
    assert [each.kind for each in read_text(tmp_path, text).found.findings] == ["error"]
    found = read_text(tmp_path, text, ReadOptions(left_out=("b",)))
    assert [each.kind for each in found.found.findings] == ["repeated"]


def test_cells_beyond_the_header_are_told_of_where_their_column_is_left_out(
    tmp_path: Path,
) -> None:
    found = read_text(tmp_path, "a\n1,2\n", ReadOptions(left_out=("Column 2",)))
    assert (found.columns, found.rows) == (("a",), [["1"]])
    assert found.notes[0].startswith("1 row has more cells")


def test_a_reading_comes_back_from_its_json(tmp_path: Path) -> None:
    found = read_text(tmp_path, "a,b\n1,2\n", ReadOptions(left_out=("b",))).reading
    assert Reading.from_json(dataclasses.asdict(found)) == found
