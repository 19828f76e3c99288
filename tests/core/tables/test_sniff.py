"""What a file is, whatever its name says."""

from pathlib import Path

import pytest

from claude_batch_desk.core.errors import TableError
from tests.core.tables.reading import read


def test_a_workbook_that_is_only_its_first_letters_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / "fake.xlsx"
    path.write_text("PK, this is no workbook\nbut,text\n")
    with pytest.raises(TableError, match="damaged"):
        read(path)


def test_a_column_named_pk_is_no_damaged_workbook(tmp_path: Path) -> None:
    path = tmp_path / "keys.csv"
    path.write_text("PK,name\n1,x\n")
    assert read(path).columns == ("PK", "name")
