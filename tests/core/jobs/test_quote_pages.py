"""Files say on which page of its document a quote stands, in each form."""

import csv
import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from arro3.io import read_parquet

from claude_batch_desk.core.jobs.correcting.verbs import Change
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.prompts.fields import OutputField
from claude_batch_desk.core.prompts.template import Template
from claude_batch_desk.core.report import Cancelled, silent
from claude_batch_desk.core.settings import home_folder
from claude_batch_desk.core.tables.table import ReadOptions
from claude_batch_desk.session import Session
from tests.core.jobs.conftest import MOODS, RECIPE, finish
from tests.practice.papers import pdf

_COVER = "Letter to the management"
_PAGED = replace(
    RECIPE,
    prompt=Template("How does the writer of this feel?"),
    fields=(replace(MOODS, companions=("quote",)), OutputField("Points", "score")),
)


@pytest.fixture
def letters(tmp_path: Path) -> Path:
    """A PDF that says it on its third page, one on its first, and a text without pages."""
    folder = tmp_path / "letters"
    folder.mkdir()
    (folder / "a.pdf").write_bytes(pdf(_COVER, "Contents", "I am so happy and glad with it."))
    (folder / "b.pdf").write_bytes(pdf("I am very angry about it.", "Yours"))
    (folder / "c.txt").write_text("What a happy day, thank you!", encoding="utf-8")
    return folder


@pytest.fixture
def job(session: Session, letters: Path) -> Job:
    table = session.desk.open_table(letters, ReadOptions(), silent)
    made = session.desk.new_job("Letters", "practice")
    session.desk.save_draft(made.id, recipe=_PAGED, table_id=table.id)
    done = finish(session, session.desk.send(made.id, None, silent))
    # Practice invents its quotes; these are what the letters say.
    said = ("I am so happy and glad", "I am very angry", "What a happy day")
    changes = [Change(row, "Mood quote", text) for row, text in enumerate(said)]
    session.corrections.correct(done.id, changes, silent)
    return session.desk.job(done.id)


def exported_csv(session: Session, job: Job, to: Path) -> list[dict[str, str]]:
    session.desk.export(job.id, to, silent)
    with to.open(encoding="utf-8-sig", newline="") as file:
        return [*csv.DictReader(file)]


def test_the_page_stands_beside_its_quote(session: Session, job: Job, tmp_path: Path) -> None:
    rows = exported_csv(session, job, tmp_path / "a.csv")
    names = [*rows[0]]
    place = names.index("Mood quote")
    assert names[place + 1 : place + 3] == ["Mood quote page", "Points"]
    assert [row["Mood quote page"] for row in rows] == ["3", "1", ""]
    assert rows[0]["Mood quote"] == "I am so happy and glad"
    assert all(row["Points"] for row in rows)


def test_pages_are_numbers_where_a_form_has_them(
    session: Session, job: Job, tmp_path: Path
) -> None:
    session.desk.export(job.id, tmp_path / "a.xlsx", silent)
    header, *rows = openpyxl.load_workbook(tmp_path / "a.xlsx").worksheets[0].iter_rows()
    names = [cell.value for cell in header]
    for name in ("Mood quote page", "Points"):
        place = names.index(name)
        assert {row[place].data_type for row in rows if row[place].value is not None} == {"n"}
    session.desk.export(job.id, tmp_path / "a.jsonl", silent)
    lines = (tmp_path / "a.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["Mood quote page"] for line in lines] == [3, 1, ""]
    session.desk.export(job.id, tmp_path / "a.parquet", silent)
    table = read_parquet(tmp_path / "a.parquet").read_all()
    assert table["Mood quote page"].to_pylist() == [3, 1, None]


def test_a_copy_of_the_original_workbook_has_them_too(
    session: Session, letters: Path, tmp_path: Path
) -> None:
    book = openpyxl.Workbook()
    for row in (["Letter"], ["a.pdf"], ["b.pdf"]):
        book.worksheets[0].append(row)
    book.save(letters.parent / "list.xlsx")
    options = ReadOptions(document_column="Letter", document_folder=str(letters))
    table = session.desk.open_table(letters.parent / "list.xlsx", options, silent)
    made = session.desk.new_job("Letters", "practice")
    session.desk.save_draft(made.id, recipe=_PAGED, table_id=table.id)
    job = finish(session, session.desk.send(made.id, None, silent))
    change = Change(0, "Mood quote", "so happy and glad")
    session.corrections.correct(job.id, [change], silent)
    session.desk.export_copy(job.id, tmp_path / "copy.xlsx", silent)
    header, first, *_ = openpyxl.load_workbook(tmp_path / "copy.xlsx").worksheets[0].values
    assert dict(zip(header, first, strict=True))["Mood quote page"] == 3


def test_a_table_of_an_earlier_version_has_its_documents_read_again(
    session: Session, job: Job, tmp_path: Path
) -> None:
    with closing(sqlite3.connect(home_folder() / "desk.sqlite3")) as store, store:
        store.execute("UPDATE document_text SET page_starts=''")
    rows = exported_csv(session, job, tmp_path / "a.csv")
    assert [row["Mood quote page"] for row in rows] == ["3", "1", ""]
    for copy in (home_folder() / "sources").glob("*.pdf"):
        copy.unlink()
    rows = exported_csv(session, job, tmp_path / "a.csv")
    assert [row["Mood quote page"] for row in rows] == ["", "", ""]


def test_looking_for_pages_can_be_canceled(session: Session, job: Job, tmp_path: Path) -> None:
    def stop(done: int, total: int, text: str = "") -> None:
        if (done, total) == (0, 0):
            raise Cancelled

    with pytest.raises(Cancelled):
        session.desk.export(job.id, tmp_path / "a.csv", stop)
    assert [*tmp_path.glob("a*.csv*")] == []


def test_without_documents_there_is_no_such_column(session: Session, tmp_path: Path) -> None:
    path = tmp_path / "messages.csv"
    path.write_text("Message\nI am so happy\n", encoding="utf-8")
    table = session.desk.open_table(path, ReadOptions(), silent)
    made = session.desk.new_job("Messages", "practice")
    recipe = replace(_PAGED, prompt=RECIPE.prompt)
    session.desk.save_draft(made.id, recipe=recipe, table_id=table.id)
    job = finish(session, session.desk.send(made.id, None, silent))
    [row] = exported_csv(session, job, tmp_path / "a.csv")
    assert "Mood quote" in row
    assert "Mood quote page" not in row
