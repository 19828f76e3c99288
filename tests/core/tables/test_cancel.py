"""Cancel ends the child in whatever phase it is."""

import subprocess
from pathlib import Path

import pytest
import xlsxwriter

from claude_batch_desk.core.report import Cancelled
from claude_batch_desk.core.tables.source import open_source
from claude_batch_desk.core.tables.table import ReadOptions

ROWS = 30_000


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workbook whose texts take a while before the first row can be shown."""
    path = tmp_path_factory.mktemp("large") / "book.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for row in range(ROWS):
            sheet.write_row(row, 0, [f"text {row}", f"more text {row}", row / 7, row])
    return path


class Impatient:
    """A person who cancels after so many looks at the progress."""

    def __init__(self, looks: int) -> None:
        self.looks = looks

    def __call__(self, done: int, total: int) -> None:
        self.looks -= 1
        if self.looks < 0:
            raise Cancelled


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[subprocess.Popen[bytes]]:
    """The processes that are started during the test."""
    processes: list[subprocess.Popen[bytes]] = []
    start = subprocess.Popen.__init__

    def noted(self: subprocess.Popen[bytes], *given: object, **named: object) -> None:
        start(self, *given, **named)  # type: ignore[call-overload]  # passed on as they came
        processes.append(self)

    monkeypatch.setattr(subprocess.Popen, "__init__", noted)
    return processes


@pytest.mark.parametrize("looks", [0, 1])
def test_before_the_columns_are_known(
    large: Path, started: list[subprocess.Popen[bytes]], looks: int
) -> None:
    with pytest.raises(Cancelled):
        open_source(large, ReadOptions(), Impatient(looks))
    (child,) = started
    assert child.returncode is not None


def test_between_two_pages(large: Path, started: list[subprocess.Popen[bytes]]) -> None:
    person = Impatient(10**9)
    with open_source(large, ReadOptions(), person) as source:
        pages = source.pages()
        next(pages)
        person.looks = 0
        with pytest.raises(Cancelled):
            list(pages)
        assert 0 < source.rows_so_far < ROWS
    (child,) = started
    assert child.returncode is not None
