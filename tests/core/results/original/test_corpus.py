"""Each workbook of the corpus is copied with its answers in the right rows, or refused."""

import zipfile
from pathlib import Path

import pytest

from claude_batch_desk.core.errors import ExportError
from tests.core.results.original.proving import answers, copied
from tests.core.tables.corpus_sample import Refused, Sample
from tests.core.tables.corpus_workbooks import WORKBOOKS
from tests.core.tables.corpus_zips import ZIPS
from tests.core.tables.reading import read

A_MILLION_ROWS = "workbook: a cell in the last row"
"""It takes a minute; tests/bench/export_original.py has as many."""
FULL = "workbook: as many columns as a sheet has"
READABLE: dict[str, Sample] = {
    name: sample
    for name, sample in (WORKBOOKS | ZIPS).items()
    if not isinstance(sample.outcome, Refused) and name != A_MILLION_ROWS
}
OTHER_KINDS = "Export a fresh workbook"


def is_modern(path: Path) -> bool:
    """Whether the workbook is a package of XML in Excel's own standard."""
    if not zipfile.is_zipfile(path):
        return False
    with zipfile.ZipFile(path) as package:
        return any(name.endswith("workbook.xml") for name in package.namelist())


@pytest.mark.parametrize("name", READABLE)
def test_each_is_copied_or_refused(name: str, tmp_path: Path) -> None:
    sample = READABLE[name]
    path = sample.make(tmp_path)
    target = tmp_path / "the copy.xlsx"
    if not is_modern(path) or name == FULL:
        with pytest.raises(ExportError, match="no room" if name == FULL else OTHER_KINDS):
            copied(path, options=sample.options, target=target)
        assert not target.exists()
        return
    found = copied(path, options=sample.options, target=target)
    again = read(target, found.table.reading.options)
    assert [row[: len(found.table.columns)] for row in again.rows] == found.table.rows
    assert [row[-1] for row in again.rows] == [row[-1] for row in answers(len(again.rows))]
    assert [row[-4] for row in again.rows] == [row[0] for row in answers(len(again.rows))]
