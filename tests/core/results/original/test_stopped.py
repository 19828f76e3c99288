"""A copy that is stopped at any point leaves the older file, and always the original."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from claude_batch_desk.core.errors import ExportError
from claude_batch_desk.core.report import Cancelled, silent
from claude_batch_desk.core.results.original.copying import copy_with_answers
from tests.core.results.original.made_books import MADE
from tests.core.results.original.proving import COLUMNS, answers, check_rows, copied, original

OLDER = b"an older file"


class Stop:
    """A report that lets so many calls pass."""

    def __init__(self, after: int) -> None:
        self.after = after
        self.calls = 0

    def __call__(self, done: int, total: int) -> None:
        self.calls += 1
        if self.calls > self.after:
            raise Cancelled


def test_a_copy_can_be_stopped_at_each_report(tmp_path: Path) -> None:
    source, table = original(MADE["pictures"](tmp_path))
    before = source.path.read_bytes()
    target = tmp_path / "out.xlsx"
    target.write_bytes(OLDER)
    counted = Stop(1_000_000)
    copy_with_answers(source, target, COLUMNS, answers(len(table.rows)), counted)
    assert counted.calls > 20
    for calls in range(counted.calls):
        target.write_bytes(OLDER)
        with pytest.raises(Cancelled):
            copy_with_answers(source, target, COLUMNS, answers(len(table.rows)), Stop(calls))
        assert target.read_bytes() == OLDER
        assert {each.name for each in tmp_path.iterdir()} == {source.path.name, target.name}
    assert source.path.read_bytes() == before


def test_a_full_disk_is_told_of_and_changes_nothing(tmp_path: Path) -> None:
    source, table = original(MADE["nothing else"](tmp_path))
    target = tmp_path / "out.xlsx"
    target.write_bytes(OLDER)

    def rows() -> Iterator[Sequence[str]]:
        yield from list(answers(len(table.rows)))[:-1]
        raise OSError(28, "No space left on device")

    with pytest.raises(ExportError, match="no room left on the disk"):
        copy_with_answers(source, target, COLUMNS, rows(), silent)
    assert target.read_bytes() == OLDER
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.skipif(os.name == "nt", reason="Windows tells the owner's right otherwise")
def test_a_file_that_may_not_be_written_stays(tmp_path: Path) -> None:
    path = MADE["nothing else"](tmp_path)
    target = tmp_path / "out.xlsx"
    target.write_bytes(OLDER)
    target.chmod(0o444)
    with pytest.raises(ExportError, match="cannot be written"):
        copied(path, target=target)
    assert target.read_bytes() == OLDER


def test_the_original_is_only_read(tmp_path: Path) -> None:
    path = MADE["charts"](tmp_path)
    path.chmod(0o444)
    before = path.read_bytes(), path.stat().st_mtime_ns
    check_rows(copied(path))
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before
