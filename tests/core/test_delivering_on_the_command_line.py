"""Files that are written when a job has ended, on the command line."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from claude_batch_desk.cli import main
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.prompts.recipe import save_recipe
from claude_batch_desk.core.report import silent
from claude_batch_desk.core.schedule.book import Schedule
from claude_batch_desk.core.schedule.when import OnChange
from claude_batch_desk.core.settings import home_folder
from claude_batch_desk.core.tables.table import ReadOptions
from claude_batch_desk.practice.server import PracticeService
from claude_batch_desk.session import Session
from claude_batch_desk.verbs.unattended import asked_by
from tests.core.jobs.conftest import RECIPE, finish

Said = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with PracticeService(tmp_path_factory.mktemp("service")) as running:
        yield running.base_url


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    path = tmp_path / "messages.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Messages")
        for at, cells in enumerate([("Message", "Notes"), ("good", "a"), ("bad", "b")]):
            sheet.write_row(at, 0, cells)
        book.add_worksheet("Other").write("A1", "kept")
    return path


@pytest.fixture
def job(url: str, workbook: Path) -> Job:
    """A draft about the messages."""
    with Session(home_folder(), practice_url=url) as session:
        table = session.desk.open_table(workbook, ReadOptions(), silent)
        made = session.desk.new_job("Moods", "practice")
        return session.desk.save_draft(made.id, recipe=RECIPE, table_id=table.id)


def send(url: str, job: Job) -> None:
    """Send it and fetch its answers, and nothing else."""
    with Session(home_folder(), practice_url=url) as session:
        finish(session, session.desk.send(job.id, None, silent))


def test_run_and_resume_write_a_copy_of_the_original_with_what_is_wanted(
    url: str, workbook: Path, tmp_path: Path
) -> None:
    recipe, out, again = (tmp_path / name for name in ("moods.toml", "a.xlsx", "b.xlsx"))
    save_recipe(RECIPE, recipe)
    inputs = ["--table", str(workbook), "--recipe", str(recipe), "--base-url", url, "--yes"]
    more = ["--original", "--raw", "--about"]
    main(["run", *inputs, "--out", str(out), *more])
    main(["resume", "--base-url", url, "--out", str(again), *more])
    for path in (out, again):
        book = openpyxl.load_workbook(path)
        assert book.sheetnames == ["Messages", "Other", "About the answers"]
        header = [cell.value for cell in next(book["Messages"].rows)]
        assert header == [
            "Message",
            "Notes",
            "Mood",
            "Why",
            "Status",
            "Reason",
            "Answer as it came",
        ]


def test_run_refuses_what_could_not_be_written_before_anything_is_sent(
    url: str, workbook: Path, tmp_path: Path, capsys: Said
) -> None:
    recipe = tmp_path / "moods.toml"
    save_recipe(RECIPE, recipe)
    table = tmp_path / "messages.csv"
    table.write_text("Message\ngood\n")
    for source, out, more, told in (
        (workbook, "a.csv", ["--original"], "A copy of a workbook ends in .xlsx"),
        (table, "a.xlsx", ["--original"], "Export a fresh workbook instead"),
        (table, "a.csv", ["--columns", "Notes"], "no column “Notes”"),
    ):
        inputs = ["--table", str(source), "--recipe", str(recipe), "--base-url", url, "--yes"]
        assert main(["run", *inputs, "--out", str(tmp_path / out), *more]) == 1
        assert told in capsys.readouterr().err
    with Session(home_folder(), shared=True) as session:
        assert session.desk.jobs() == []


def test_what_was_to_be_written_is_written_by_the_next_resume(
    url: str, job: Job, tmp_path: Path, capsys: Said
) -> None:
    folder = tmp_path / "answers"
    folder.mkdir()
    out = folder / "moods.csv"
    assert (
        main(["export", str(job.id), "--out", str(out), "--when-done", "--columns", "Notes"]) == 0
    )
    assert "moods.csv is written when job 1 has ended." in capsys.readouterr().out
    send(url, job)
    folder.rmdir()
    assert main(["resume", "--base-url", url]) == 1
    assert f"Job 1: The folder {folder} is not there" in capsys.readouterr().err
    assert main(["jobs", "1"]) == 0
    assert f"has ended. The folder {folder} is not there" in capsys.readouterr().out
    folder.mkdir()
    main(["resume", "--base-url", url, "--json"])
    assert json.loads(capsys.readouterr().out)["files"] == [str(out)]
    with out.open(encoding="utf-8-sig", newline="") as file:
        assert next(csv.reader(file)) == ["Notes", "Mood", "Why", "Status", "Reason"]
    main(["jobs", "1", "--json"])
    file = json.loads(capsys.readouterr().out)["file"]
    assert (file["path"], file["problem"]) == (str(out), None)
    assert file["written_at"]
    out.unlink()
    main(["resume", "--base-url", url, "--json"])
    assert json.loads(capsys.readouterr().out)["files"] == []
    assert not out.exists()


def test_a_file_follows_the_rows_that_are_run_again(workbook: Path, tmp_path: Path) -> None:
    recipe, out = tmp_path / "moods.toml", tmp_path / "moods.csv"
    save_recipe(RECIPE, recipe)
    with workbook.with_suffix(".csv").open("w", encoding="utf-8") as file:
        file.writelines(["Message\n", *(f"happy {at}\n" for at in range(12))])
    with PracticeService(tmp_path / "service") as service:
        service.set_faults("expire")
        to = ["--base-url", service.base_url, "--yes"]
        main(["run", "--table", file.name, "--recipe", str(recipe), "--out", str(out), *to])
        assert "expired" in out.read_text(encoding="utf-8-sig")
        service.set_faults()
        main(["again", "1", "--cause", "expired", *to])
    assert "expired" not in out.read_text(encoding="utf-8-sig")


def test_what_was_to_be_written_can_be_taken_back(url: str, job: Job, tmp_path: Path) -> None:
    out = tmp_path / "moods.csv"
    assert main(["export", "1", "--out", str(out), "--when-done", "--json"]) == 0
    assert main(["export", "1", "--not-when-done"]) == 0
    send(url, job)
    main(["resume", "--base-url", url])
    assert not out.exists()


def test_of_a_job_that_has_ended_it_is_written_at_once(url: str, job: Job, tmp_path: Path) -> None:
    send(url, job)
    out = tmp_path / "moods.csv"
    main(["export", "1", "--out", str(out), "--when-done"])
    assert out.exists()


def test_what_is_to_be_in_a_file_needs_the_file(capsys: Said) -> None:
    assert main(["resume", "--original"]) == 1
    assert "Name it with --out" in capsys.readouterr().err


def test_what_a_scheduled_run_writes_does_not_make_it_ask_again() -> None:
    asked = ["run", "--table", "a.csv", "--recipe", "r.toml"]
    written = ["--out", "b.xlsx", "--original", "--raw", "--export-rows=ran", "--columns", "A,B"]
    schedule = Schedule("nightly", OnChange(), (*asked, *written, "--separator", ";"), "a.csv")
    assert asked_by(schedule) == asked
