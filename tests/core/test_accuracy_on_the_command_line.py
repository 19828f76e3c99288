"""How many answers are right, told on the command line."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from claude_batch_desk.cli import main
from claude_batch_desk.practice.server import PracticeService

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
def url(tmp_path: Path) -> Iterator[str]:
    with PracticeService(tmp_path / "service") as service:
        yield service.base_url


@pytest.fixture
def arguments(tmp_path: Path, url: str) -> list[str]:
    """A run of 12 rows whose right answers are known."""
    recipe, table = tmp_path / "moods.recipe", tmp_path / "moods.csv"
    recipe.write_text(RECIPE, encoding="utf-8")
    with table.open("w", newline="", encoding="utf-8") as file:
        rows = [[f"I am happy {at}", "happy" if at % 2 else "Joy"] for at in range(12)]
        csv.writer(file).writerows([["Message", "Gold"], *rows])
    out = str(tmp_path / "out.csv")
    told = ["run", "--table", str(table), "--recipe", str(recipe), "--base-url", url]
    return [*told, "--out", out, "--yes"]


def test_a_run_tells_its_accuracy_before_and_after(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*arguments, "--gold", "Gold", "--sample", "5", "--json"]) == 0
    said = capsys.readouterr()
    told = json.loads(said.out)
    assert said.err.count("Mood: ") == 2
    [column] = told["accuracy"]["columns"]
    assert column["accuracy"]["rows"] == 6
    assert column["unusable_right_answers"] == 6
    assert column["right_answers_from"] == "Gold"


def test_an_accuracy_is_told_of_a_job_afterwards(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    main([*arguments, "--json"])
    job = str(json.loads(capsys.readouterr().out)["job"])
    assert main(["accuracy", job]) == 0
    assert "Nobody has said yet what is right" in capsys.readouterr().out
    assert main(["accuracy", job, "--gold", "Mood=Gold"]) == 0
    told = capsys.readouterr().out
    assert "in 95 of 100 such samples" in told
    assert "“Joy” 6" in told
    assert main(["accuracy", job, "--json"]) == 0  # the column was kept with the job
    [column] = json.loads(capsys.readouterr().out)["columns"]
    assert column["accuracy"]["low"] < column["accuracy"]["share"] or not column["accuracy"]["hits"]


def test_a_prompt_with_the_right_answer_is_refused_before_anything_is_spent(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*arguments, "--gold", "Message"]) == 1
    assert "The prompt contains the right answer" in capsys.readouterr().err
    main(["jobs"])
    assert "There are no jobs yet." in capsys.readouterr().out


def test_a_column_that_is_not_there_is_named(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*arguments, "--gold", "Golt"]) == 1
    assert "Did you mean “Gold”?" in capsys.readouterr().err


@pytest.mark.parametrize("text", ["much", "-1", "101", "nan"])
def test_a_tolerance_is_a_share(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["accuracy", "1", "--tolerance", text])
    assert "per cent" in capsys.readouterr().err
