"""A job's answers go into a copy of the workbook its rows came from."""

import os
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from claude_batch_desk.core.errors import ExportError
from claude_batch_desk.core.jobs.contents import Contents
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.jobs.rows.selection import Selection
from claude_batch_desk.core.report import silent
from claude_batch_desk.core.tables.table import ReadOptions
from claude_batch_desk.session import Session
from tests.core.jobs.conftest import RECIPE, finish


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    """Five messages below a title, and a column that is called like one of the answers'."""
    path = tmp_path / "messages.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Messages")
        sheet.write("A1", "Complaints of May")
        sheet.write_row("A3", ["Id", "Message", "status", "Notes"])
        for at in range(5):
            sheet.write_row(3 + at, 0, [f"{at:03}", f"I am so happy {at}", "open", "secret"])
        book.add_worksheet("Other").write("A1", "kept")
    return path


@pytest.fixture
def done(session: Session, workbook: Path) -> Job:
    """A job on it, of which the first three rows were asked about."""
    options = ReadOptions(left_out=("status",))
    table = session.desk.open_table(workbook, options, silent)
    job = session.desk.new_job("Messages", "practice")
    session.desk.save_draft(
        job.id, recipe=RECIPE, table_id=table.id, selection=Selection(last=3, excluded=("Notes",))
    )
    return finish(session, session.desk.send(job.id, None, silent))


Cells = Callable[[Path], list[list[object]]]


@pytest.fixture
def cells() -> Cells:
    def read(path: Path) -> list[list[object]]:
        sheet = openpyxl.load_workbook(path)["Messages"]
        return [list(row) for row in sheet.iter_rows(min_row=3, values_only=True)]

    return read


def test_the_answers_stand_beside_their_rows(
    session: Session, done: Job, tmp_path: Path, cells: Cells
) -> None:
    written = session.desk.export_copy(done.id, tmp_path / "copy.xlsx", silent)
    header, *rows = cells(written.path)
    assert header == ["Id", "Message", "status", "Notes", "Mood", "Why", "Status (2)", "Reason"]
    assert [row[3] for row in rows] == ["secret"] * 5
    assert [str(row[6]).partition(" (")[0] for row in rows] == ["answered"] * 3 + ["not sent"] * 2
    assert all("practice" in str(row[6]) for row in rows)
    assert written.rows == 5
    assert openpyxl.load_workbook(written.path).sheetnames == ["Messages", "Other"]


def test_a_source_edited_since_changes_nothing_but_is_told_of(
    session: Session, done: Job, workbook: Path, tmp_path: Path, cells: Cells
) -> None:
    first = session.desk.export_copy(done.id, tmp_path / "first.xlsx", silent)
    assert "is not what it was" not in " ".join(first.notes)
    os.utime(workbook, (1, 1))
    touched = session.desk.export_copy(done.id, tmp_path / "touched.xlsx", silent)
    assert touched.notes == first.notes
    workbook.write_bytes(b"something else")
    second = session.desk.export_copy(done.id, tmp_path / "second.xlsx", silent)
    assert cells(second.path) == cells(first.path)
    assert "“messages.xlsx” is not what it was when it was opened" in second.notes[0]
    workbook.unlink()
    forecast = session.desk.foresee_copy(done.id, tmp_path / "third.xlsx", silent)
    assert "is not what it was" in forecast.remarks[0]


def test_the_original_is_never_written_to(
    session: Session, done: Job, workbook: Path, tmp_path: Path
) -> None:
    before = workbook.read_bytes()
    link = tmp_path / "another name.xlsx"
    link.hardlink_to(workbook)
    for target in (workbook, link):
        with pytest.raises(ExportError, match="is the original itself"):
            session.desk.export_copy(done.id, target, silent)
    assert workbook.read_bytes() == before


def test_what_cannot_be_a_copy_is_refused(session: Session, done: Job, tmp_path: Path) -> None:
    refused = {
        "copy.csv": (Contents(), r"ends in \.xlsx"),
        "nowhere/copy.xlsx": (Contents(), "is not there"),
        "some.xlsx": (Contents(rows="answered"), "all of its rows"),
        "few.xlsx": (Contents(columns=("Id",)), "all of its rows and columns"),
    }
    for name, (contents, reason) in refused.items():
        with pytest.raises(ExportError, match=reason):
            session.desk.foresee_copy(done.id, tmp_path / name, silent, contents)
        with pytest.raises(ExportError, match=reason):
            session.desk.export_copy(done.id, tmp_path / name, silent, contents)


def test_the_answer_as_it_came_and_its_version_can_stand_there_too(
    session: Session, done: Job, tmp_path: Path, cells: Cells
) -> None:
    contents = Contents(raw=True, versions=True)
    written = session.desk.export_copy(done.id, tmp_path / "copy.xlsx", silent, contents)
    header, *rows = cells(written.path)
    assert header[-2:] == ["Answer as it came", "Prompt version"]
    assert [row[-1] for row in rows] == [1, 1, 1, None, None]


def test_a_sheet_on_where_the_answers_come_from_is_added_where_it_is_wanted(
    session: Session, done: Job, tmp_path: Path, cells: Cells
) -> None:
    contents = Contents(about=True)
    written = session.desk.export_copy(done.id, tmp_path / "copy.xlsx", silent, contents)
    book = openpyxl.load_workbook(written.path)
    assert book.sheetnames == ["Messages", "Other", "About the answers"]
    rows = book["About the answers"].iter_rows(values_only=True)
    lines = {str(label): text for label, text in rows}
    assert lines["Source"] == "messages.xlsx"
    assert str(lines["Answers from"]).startswith("Practice: invented")
    assert lines["Rows answered"] == "3"
    assert len(cells(written.path)) == 6


def test_rows_that_came_from_no_workbook_have_no_copy(
    session: Session, draft: Callable[..., Job], tmp_path: Path
) -> None:
    job = finish(session, session.desk.send(draft(3).id, None, silent))
    with pytest.raises(ExportError, match="Export a fresh workbook instead"):
        session.desk.export_copy(job.id, tmp_path / "copy.xlsx", silent)
