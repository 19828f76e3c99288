"""Two runs put side by side without a screen."""

import csv
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from claude_batch_desk.cli import main
from claude_batch_desk.core.prompts.recipe import save_recipe
from claude_batch_desk.practice.server import PracticeService
from tests.core.jobs.conftest import RECIPE


@pytest.fixture
def service(tmp_path: Path) -> Iterator[PracticeService]:
    with PracticeService(tmp_path / "service") as running:
        yield running


@pytest.fixture
def jobs(tmp_path: Path, service: PracticeService, capsys: pytest.CaptureFixture[str]) -> None:
    """Jobs 1 and 2 on the same rows, with other instructions, one answer changed."""
    table, recipe = tmp_path / "messages.csv", tmp_path / "moods.recipe"
    with table.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([["Message"], *([f"Note {n}"] for n in range(20))])
    for words in ("Say how the writer feels.", "Tell the mood."):
        save_recipe(replace(RECIPE, instructions=words), recipe)
        out = ["--out", str(tmp_path / "out.csv"), "--base-url", service.base_url]
        assert main(["run", "--table", str(table), "--recipe", str(recipe), "--yes", *out]) == 0
    for job, mood in (("1", "happy"), ("2", "angry")):
        assert main(["correct", job, "5", "Mood", mood]) == 0
    capsys.readouterr()


@pytest.mark.usefixtures("jobs")
def test_what_changed_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare-runs", "1", "2"]) == 0
    said = capsys.readouterr().out
    assert "20 rows are in both" in said
    assert "happy → angry" in said
    assert "Instructions" in said
    assert "95 % interval" in said
    assert "Practice invents its answers" in said


@pytest.mark.usefixtures("jobs")
def test_it_is_told_to_programs_and_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "changed.csv"
    assert main(["compare-runs", "1", "2", "--json", "--out", str(path)]) == 0
    found = json.loads(capsys.readouterr().out)
    mood, why = found["columns"]
    assert (mood["name"], why["is_text"]) == ("Mood", True)
    assert sum(each["rows"] for each in mood["table"]) == mood["rows"] == 20
    [fifth] = [each for each in mood["changed"] if each["row"] == 5]
    assert (fifth["before"]["value"], fifth["after"]["value"]) == ("happy", "angry")
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = [*csv.DictReader(file)]
    assert len(lines) == len(mood["changed"]) + len(why["changed"])
    assert {"Row": "5", "Before": "happy", "After": "angry", "Message": "Note 4"}.items() <= next(
        line for line in lines if line["Row"] == "5" and line["Answer column"] == "Mood"
    ).items()


@pytest.mark.usefixtures("jobs")
def test_a_file_of_no_known_form_is_refused_before_anything_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["compare-runs", "1", "2", "--out", str(tmp_path / "changed.doc")]) != 0
    told = capsys.readouterr()
    assert not told.out
    assert "does not end in" in told.err


def test_a_job_is_compared_with_what_it_said_before_its_last_run_again(
    tmp_path: Path, service: PracticeService, capsys: pytest.CaptureFixture[str]
) -> None:
    table, recipe = tmp_path / "messages.csv", tmp_path / "moods.recipe"
    table.write_text("Message\n" + "".join(f"I am happy {n}\n" for n in range(12)))
    save_recipe(RECIPE, recipe)
    service.set_faults("expire")
    where = ["--base-url", service.base_url, "--yes", "--out", str(tmp_path / "out.csv")]
    assert main(["run", "--table", str(table), "--recipe", str(recipe), *where]) == 4
    assert main(["compare-runs", "1"]) != 0
    assert "no earlier answers" in capsys.readouterr().err
    service.set_faults()
    assert main(["again", "1", "--cause", "expired", *where]) == 0
    capsys.readouterr()
    assert main(["compare-runs", "1", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["run_again"]
    [cell] = found["columns"][0]["table"]
    assert (cell["before"], cell["after"], cell["rows"]) == ("(expired)", "happy", found["rows"])
