"""The first rows of a large table are there before the others."""

from pathlib import Path

import pytest

from claude_batch_desk.core.report import Cancelled, silent
from claude_batch_desk.core.tables.table import (
    PAGE_ROWS,
    Beginning,
    ReadOptions,
    first_rows,
    pack_page,
)
from claude_batch_desk.session import Session

_ROWS = 3 * PAGE_ROWS


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "numbers.csv"
    lines = (f"{number:05};text {number}\n" for number in range(_ROWS))
    path.write_text("Id;Text\n" + "".join(lines), encoding="utf-8")
    return path


def test_the_first_rows_are_shown_once_as_the_table_will_have_them(
    session: Session, file: Path
) -> None:
    shown: list[Beginning] = []
    table = session.desk.open_table(file, ReadOptions(), silent, preview=shown.append)
    (beginning,) = shown
    assert beginning.columns == table.columns
    assert 0 < len(beginning.rows) < PAGE_ROWS
    assert list(beginning.rows) == table.rows.window(0, len(beginning.rows))
    assert beginning.reading == table.reading
    assert table.row_count == _ROWS


def test_what_is_seen_in_the_first_rows_can_end_the_reading(session: Session, file: Path) -> None:
    seen: list[Beginning] = []

    def report(done: int, total: int) -> None:
        if seen:
            raise Cancelled

    with pytest.raises(Cancelled):
        session.desk.open_table(file, ReadOptions(), report, preview=seen.append)
    assert seen[0].rows[0] == ["00000", "text 0"]


@pytest.mark.parametrize("count", [0, 1, 2, 3])
def test_the_first_rows_of_a_page_are_those_of_the_whole(count: int) -> None:
    rows = [['a"],["b', "]", "\\"], ["", "[é😀\n", "x"]]
    assert first_rows(pack_page(rows).cells, count) == rows[:count]
    assert first_rows(pack_page([]).cells, count) == []
