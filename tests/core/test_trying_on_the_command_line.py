"""Some rows are tried on the command line, alone or before a whole job."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from claude_batch_desk.cli import main
from claude_batch_desk.core.settings import home_folder
from claude_batch_desk.practice.server import PracticeService
from claude_batch_desk.session import Session

RECIPE = """\
recipe_version = 2
model = "claude-haiku-5-5"
prompt = "Message: {{Message}}"

[[answer]]
name = "Mood"
kind = "choice"
choices = ["happy", "angry"]
"""


@pytest.fixture
def inputs(tmp_path: Path) -> Iterator[list[str]]:
    """Twenty happy rows from two regions, the last of them the longest."""
    (tmp_path / "moods.recipe").write_text(RECIPE, encoding="utf-8")
    with (tmp_path / "moods.csv").open("w", newline="", encoding="utf-8") as file:
        rows = [["I am happy " + "so " * at, "South" if at == 4 else "North"] for at in range(20)]
        csv.writer(file).writerows([["Message", "Region"], *rows])
    files = ["--table", str(tmp_path / "moods.csv"), "--recipe", str(tmp_path / "moods.recipe")]
    with PracticeService(tmp_path / "service") as service:
        yield [*files, "--base-url", service.base_url, "--yes"]


def tried(inputs: list[str], capsys: pytest.CaptureFixture[str], *more: str) -> list[int]:
    assert main(["try", *inputs, "--json", *more]) == 0
    return [each["row"] for each in json.loads(capsys.readouterr().out)["rows"]]


def test_rows_are_tried_in_every_way(inputs: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert len(tried(inputs, capsys)) == 5
    assert tried(inputs, capsys, "--sample", "3", "--sample-how", "longest") == [18, 19, 20]
    assert tried(inputs, capsys, "--sample-rows", "3, 7-8") == [3, 7, 8]
    assert 5 in tried(inputs, capsys, "--sample", "2", "--sample-by", "Region")


def test_answers_and_alarms_are_shown_and_the_job_keeps_them(
    inputs: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["try", *inputs, "--sample", "12"]) == 0
    told = capsys.readouterr()
    lines = told.out.splitlines()
    assert sum(line.startswith("Row ") for line in lines) == 12
    assert any(
        line.startswith("Worth a look: “Mood” is “happy” in 12 of 12 rows") for line in lines
    )
    assert "Trying 12 rows costs about $" in told.err
    with Session(home_folder(), shared=True) as session:
        [job] = session.desk.jobs()
        assert len(session._stores.answers.trials(job.id)) == 12


def test_without_consent_nothing_is_tried_and_no_job_stays(
    inputs: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    inputs.remove("--yes")
    assert main(["try", *inputs]) != 0
    with Session(home_folder(), shared=True) as session:
        assert session.desk.jobs() == []


def test_a_row_that_is_not_there_is_said_and_no_job_stays(
    inputs: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["try", *inputs, "--sample-rows", "21"]) == 1
    assert "There is no row 21" in capsys.readouterr().err
    with Session(home_folder(), shared=True) as session:
        assert session.desk.jobs() == []


def test_a_whole_job_tries_first_and_warns_before_the_rest_is_sent(
    inputs: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = ["--out", str(tmp_path / "answers.csv")]
    assert main(["run", *inputs, *out, "--sample", "12", "--sample-how", "spread"]) == 0
    told = capsys.readouterr().err
    assert "Of the rows tried: “Mood” is “happy” in 12 of 12 rows (100 %)" in told
