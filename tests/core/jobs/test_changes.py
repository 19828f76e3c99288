"""The file on the disk has changed since: the person is told how, and the job is not touched."""

import csv
import os
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pytest

from claude_batch_desk.core.jobs.intake.changes import SourceChange
from claude_batch_desk.core.report import Cancelled, silent
from claude_batch_desk.core.settings import home_folder
from claude_batch_desk.core.tables.table import ReadOptions, Row, Table
from claude_batch_desk.session import Session

HEADER = ("Id", "Item", "Price")
ROWS = tuple((f"{number:05}", f"Item {number % 50}", f"{number}.00") for number in range(1_000))
AS_FOUND = ReadOptions()
Rewrite = Callable[..., None]


@pytest.fixture
def session() -> Iterator[Session]:
    with Session(home_folder()) as opened:
        yield opened


@pytest.fixture
def orders(tmp_path: Path) -> Path:
    path = tmp_path / "orders.csv"
    write(path)
    return path


@pytest.fixture
def table(session: Session, orders: Path) -> Table:
    return session.desk.open_table(orders, AS_FOUND, silent)


def write(
    path: Path, rows: Sequence[Row] = ROWS, header: Sequence[str] = HEADER, delimiter: str = ","
) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, delimiter=delimiter).writerows([header, *rows])


def found(session: Session, table: Table) -> SourceChange | None:
    return session.desk.source_change(session.desk.table(table.id), silent)


def told(session: Session, table: Table) -> str:
    change = found(session, table)
    assert change is not None
    assert change.kind == "changed"
    opening = "“orders.csv” has changed since it was opened: "
    assert change.sentence.startswith(opening)
    return change.sentence.removeprefix(opening)


def test_a_source_nobody_touched_is_not_read(
    session: Session, table: Table, orders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("subprocess.Popen", None)
    monkeypatch.setattr(Path, "open", None)
    assert found(session, table) is None


def test_touched_without_a_change_is_no_change(
    session: Session, table: Table, orders: Path
) -> None:
    os.utime(orders, (1, 1))
    assert found(session, table) is None


def test_saved_anew_with_the_same_rows_is_no_change(session: Session, tmp_path: Path) -> None:
    path = tmp_path / "orders.xlsx"
    for year in (2020, 2021):
        book = openpyxl.Workbook()
        sheet = book.active
        assert sheet is not None
        sheet.append(HEADER)
        for row in ROWS[:20]:
            sheet.append(row)
        book.properties.created = datetime(year, 1, 1, tzinfo=UTC).replace(tzinfo=None)
        before = path.read_bytes() if path.exists() else b""
        book.save(path)
        if not before:
            table = session.desk.open_table(path, AS_FOUND, silent)
    assert path.read_bytes() != before
    assert found(session, table) is None


def test_edited_rows_are_counted(session: Session, table: Table, orders: Path) -> None:
    write(orders, [*ROWS[:10], ("00010", "Other", "1"), *ROWS[11:-1], ("x", "y", "z")])
    assert told(session, table) == "2 rows changed."


def test_an_edit_that_keeps_the_size_is_seen(session: Session, table: Table, orders: Path) -> None:
    text = orders.read_bytes()
    orders.write_bytes(text.replace(b"Item 49,999", b"Item 48,999"))
    assert orders.stat().st_size == len(text)
    assert told(session, table) == "1 row changed."


def test_added_rows_are_counted(session: Session, table: Table, orders: Path) -> None:
    write(orders, [("new", "first", "0"), *ROWS, *[("new", "last", str(at)) for at in range(11)]])
    assert told(session, table) == "12 rows added."


def test_removed_rows_are_counted(session: Session, table: Table, orders: Path) -> None:
    write(orders, [*ROWS[:300], *ROWS[310:]])
    assert told(session, table) == "10 rows removed."


def test_sorting_is_called_so(session: Session, table: Table, orders: Path) -> None:
    write(orders, ROWS[::-1])
    assert told(session, table) == "the rows are in another order."


def test_a_new_column_is_named_and_is_no_change_of_rows(
    session: Session, table: Table, orders: Path
) -> None:
    write(orders, [(row[0], "?", *row[1:]) for row in ROWS], ("Id", "Stock", "Item", "Price"))
    assert told(session, table) == "new column “Stock”."


def test_a_column_that_is_gone_is_named(session: Session, table: Table, orders: Path) -> None:
    write(orders, [row[:2] for row in ROWS], HEADER[:2])
    assert told(session, table) == "no more column “Price”."


def test_a_renamed_column_is_told_by_both_names(
    session: Session, table: Table, orders: Path
) -> None:
    write(orders, [("changed", *ROWS[0][1:]), *ROWS[1:]], ("Id", "Item", "Price in €"))
    assert told(session, table) == "1 row changed; column “Price” is now called “Price in €”."


def test_a_column_with_other_cells_in_its_place_is_another_column(
    session: Session, table: Table, orders: Path
) -> None:
    write(orders, [(*row[:2], "no") for row in ROWS], ("Id", "Item", "Sold"))
    assert told(session, table) == "new column “Sold”; no more column “Price”."


def test_many_things_at_once(session: Session, table: Table, orders: Path) -> None:
    rows = [("00000", "Other", "0"), *ROWS[1:-1], *[("n", "n", str(at)) for at in range(3)]]
    write(orders, [row[::-1] for row in rows], HEADER[::-1])
    assert told(session, table) == "2 rows changed, 2 rows added; the columns are in another order."


@pytest.mark.parametrize("away", ["deleted", "moved", "folder gone"])
def test_a_source_that_is_gone_is_told(
    session: Session, table: Table, orders: Path, away: str
) -> None:
    if away == "folder gone":
        orders.parent.rename(orders.parent.with_name("elsewhere"))
    elif away == "moved":
        orders.rename(orders.with_name("new name.csv"))
    else:
        orders.unlink()
    change = found(session, table)
    assert change is not None
    assert change.kind == "gone"
    assert "no longer where it was opened" in change.sentence


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7 no table", b"PK\x03\x04 broken"])
def test_a_source_that_cannot_be_read_any_more_is_told_with_the_reason(
    session: Session, table: Table, orders: Path, content: bytes
) -> None:
    orders.write_bytes(content)
    change = found(session, table)
    assert change is not None
    assert change.kind == "unreadable"
    assert change.reason
    assert change.sentence.endswith(change.reason)


def test_a_folder_in_its_place_cannot_be_read(session: Session, table: Table, orders: Path) -> None:
    orders.unlink()
    orders.mkdir()
    change = found(session, table)
    assert change is not None
    assert (change.kind, "is a folder" in change.reason) == ("unreadable", True)


def test_another_delimiter_is_no_change_of_the_rows(
    session: Session, table: Table, orders: Path
) -> None:
    write(orders, delimiter=";")
    assert found(session, table) is None
    write(orders, ROWS[1:], delimiter=";")
    assert told(session, table) == "1 row removed."


def test_the_new_version_is_read_by_what_was_found_to_read_it(
    session: Session, table: Table, orders: Path
) -> None:
    write(orders, ROWS[1:], delimiter=";")
    change = found(session, table)
    assert change is not None
    again = session.desk.open_table(change.path, change.options, silent)
    assert (again.columns, again.row_count) == (HEADER, len(ROWS) - 1)
    assert found(session, again) is None


def test_the_rows_of_the_job_and_the_frozen_copy_stay(
    session: Session, table: Table, orders: Path
) -> None:
    before = orders.read_bytes()
    write(orders, ROWS[::-1])
    assert found(session, table) is not None
    frozen = session.desk.source_path(table)
    assert frozen is not None
    assert frozen.read_bytes() == before
    assert session.desk.table(table.id).rows.window(0, 1) == [list(ROWS[0])]


def test_a_cancel_is_heard_while_it_is_compared(
    session: Session, table: Table, orders: Path
) -> None:
    write(orders, ROWS[::-1])

    def report(done: int, total: int) -> None:
        if done:
            raise Cancelled

    with pytest.raises(Cancelled):
        session.desk.source_change(table, report)
