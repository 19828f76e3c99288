"""The source is edited in eight ways while its job is at the service: the output is the same."""

import csv
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from claude_batch_desk.core.prompts.recipe import Recipe
from claude_batch_desk.core.prompts.template import Template
from claude_batch_desk.core.report import silent
from claude_batch_desk.core.settings import home_folder
from claude_batch_desk.core.tables.table import ReadOptions
from claude_batch_desk.practice.server import PracticeService
from claude_batch_desk.session import PRACTICE_KEY, Session
from tests.faults.conftest import MODEL, Tally

Rows = list[list[str]]
Edit = Callable[[Path], None]
ROWS: Rows = [["Id", "Text"], *([f"{number:05}", f"row {number}"] for number in range(20))]


def write(path: Path, rows: Rows) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)


def edits_a_cell(path: Path) -> None:
    write(path, [*ROWS[:7], [ROWS[7][0], "something else"], *ROWS[8:]])


def sorts_the_rows(path: Path) -> None:
    write(path, [ROWS[0], *reversed(ROWS[1:])])


def puts_a_row_first(path: Path) -> None:
    write(path, [ROWS[0], ["99999", "a new row"], *ROWS[1:]])


def removes_a_row(path: Path) -> None:
    write(path, [*ROWS[:3], *ROWS[4:]])


def moves_the_columns(path: Path) -> None:
    write(path, [["New", *reversed(row)] for row in ROWS])


def deletes_the_file(path: Path) -> None:
    path.unlink()


def moves_the_file(path: Path) -> None:
    path.rename(path.with_name("moved.csv"))


def puts_another_file_there(path: Path) -> None:
    path.write_bytes("Größe;Ort\n1;München\n".encode("cp1252"))


EDITS: tuple[Edit, ...] = (
    edits_a_cell,
    sorts_the_rows,
    puts_a_row_first,
    removes_a_row,
    moves_the_columns,
    deletes_the_file,
    moves_the_file,
    puts_another_file_there,
)


@pytest.fixture
def service(tmp_path: Path) -> Iterator[PracticeService]:
    """One whose batches take an hour, unless its clock is moved."""
    with PracticeService(tmp_path / "service", delay=3600) as running:
        yield running


def output(service: PracticeService, home: Path, folder: Path, edit: Edit | None) -> Rows:
    """The lines of the export of a job whose source is edited once it is sent."""
    folder.mkdir()
    write(folder / "rows.csv", ROWS)
    with Session(home, practice_url=service.base_url) as session:
        table = session.desk.open_table(folder / "rows.csv", ReadOptions(), silent)
        job = session.desk.new_job("Rows", "practice")
        recipe = Recipe(prompt=Template("Say {{Text}}"), model=MODEL)
        session.desk.save_draft(job.id, recipe=recipe, table_id=table.id)
        session.desk.send(job.id, None, silent)
    if edit is not None:
        edit(folder / "rows.csv")
    service.advance(3_700)
    with Session(home, practice_url=service.base_url) as session:
        assert session.desk.advance(job.id, silent).state == "done"
        written = session.desk.export(job.id, folder / "out.csv", silent)
        change = session.desk.source_change(session.desk.table(table.id), silent)
        assert (change is not None) == (edit is not None)
    with written.path.open(newline="", encoding="utf-8-sig") as file:
        return list(csv.reader(file))


def test_eight_kinds_of_edits_after_sending_change_nothing_in_the_output(
    service: PracticeService, tmp_path: Path, tally: Tally
) -> None:
    right = output(service, home_folder(), tmp_path / "untouched", None)
    assert len(right) == len(ROWS)
    assert [line[:2] for line in right] == ROWS
    for edit in EDITS:
        home = tmp_path / f"home of {edit.__name__}"
        home.mkdir()
        assert output(service, home, tmp_path / edit.__name__, edit) == right, edit.__name__
    ledger = service.ledger(PRACTICE_KEY)
    assert ledger.requests == (len(EDITS) + 1) * (len(ROWS) - 1)
    assert ledger.ids_again == 0
    tally("R11", f"{len(EDITS)} kinds of edits of the source after sending: the same output")
