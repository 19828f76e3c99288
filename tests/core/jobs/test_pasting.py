"""Pasted cells become a table of the desk that can be read another way, and leave no file."""

import pytest

from claude_batch_desk.core.errors import TableError
from claude_batch_desk.core.report import silent
from claude_batch_desk.core.tables.table import ReadOptions
from claude_batch_desk.session import Session


def test_pasted_cells_are_a_table(session: Session) -> None:
    table = session.desk.open_text("Message\tn\nHello, you\t1\nBye\t2\n", silent)
    assert (table.name, table.columns, table.origin) == ("Pasted table", ("Message", "n"), None)
    assert table.rows.window(0, 9) == [["Hello, you", "1"], ["Bye", "2"]]
    assert not list(session.desk._stores.inbox.glob("*"))


def test_a_pasted_table_can_be_read_another_way(session: Session) -> None:
    table = session.desk.open_text("Message\tn\nHello, you\t1\n", silent)
    copy = session.desk.source_path(table)
    assert copy is not None
    again = session.desk.open_table(copy, ReadOptions(delimiter="\t", header_row=0), silent)
    assert (again.name, again.origin, again.row_count) == ("Pasted table", None, 2)


def test_what_is_no_table_leaves_nothing_behind(session: Session) -> None:
    with pytest.raises(TableError, match="no text to paste"):
        session.desk.open_text(" \n", silent)
    with pytest.raises(TableError, match="breaks off"):
        session.desk.open_text('[{"a": 1},\n{"a": 2}\n', silent)
    assert not list(session.desk._stores.inbox.glob("*"))
    assert not session.desk._stores.tables.digests()
