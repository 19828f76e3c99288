"""A table knows where its source was."""

import os
import sys
from pathlib import Path

import pytest

from claude_batch_desk.core.report import silent
from claude_batch_desk.core.settings import home_folder
from claude_batch_desk.core.tables.table import Origin, ReadOptions
from claude_batch_desk.session import Session

AS_FOUND = ReadOptions()


@pytest.fixture
def orders(tmp_path: Path) -> Path:
    path = tmp_path / "orders.csv"
    path.write_text("Id,Price\n1,2\n3,4\n", encoding="utf-8")
    return path


def test_a_table_knows_where_its_source_was_and_what_it_looked_like(orders: Path) -> None:
    with Session(home_folder()) as session:
        table = session.desk.open_table(orders, AS_FOUND, silent)
        again = session.desk.table(table.id)
    found = orders.stat()
    assert again.origin == Origin(orders, found.st_size, found.st_mtime_ns)


def test_a_relative_path_is_kept_whole(orders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(orders.parent)
    with Session(home_folder()) as session:
        table = session.desk.open_table(Path(orders.name), AS_FOUND, silent)
    assert table.origin is not None
    assert table.origin.path == orders


def test_the_frozen_copy_read_another_way_is_still_the_source(orders: Path) -> None:
    with Session(home_folder()) as session:
        table = session.desk.open_table(orders, AS_FOUND, silent)
        frozen = session.desk.source_path(table)
        assert frozen is not None
        other = session.desk.open_table(frozen, ReadOptions(delimiter=";"), silent)
    assert (other.name, other.origin) == ("orders.csv", table.origin)
    assert other.columns != table.columns


@pytest.mark.skipif(sys.platform != "linux", reason="names elsewhere are Unicode")
def test_a_name_in_no_encoding_is_no_reason_not_to_open_it(tmp_path: Path) -> None:
    path = os.fsencode(tmp_path) + b"/caf\xe9.csv"
    Path(os.fsdecode(path)).write_text("Id\n1\n2\n", encoding="utf-8")
    with Session(home_folder()) as session:
        table = session.desk.open_table(Path(os.fsdecode(path)), AS_FOUND, silent)
    assert (table.name, table.row_count, table.origin) == ("caf?.csv", 2, None)
