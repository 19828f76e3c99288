"""Values put in the place of answers without a screen."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from claude_batch_desk.cli import main
from claude_batch_desk.core.prompts.recipe import load_recipe, save_recipe
from claude_batch_desk.practice.server import PracticeService
from tests.core.jobs.conftest import RECIPE


@pytest.fixture
def service(tmp_path: Path) -> Iterator[PracticeService]:
    with PracticeService(tmp_path / "service", faults=["mixed-outcomes"]) as running:
        yield running


@pytest.fixture
def job(tmp_path: Path, service: PracticeService, capsys: pytest.CaptureFixture[str]) -> str:
    """A finished job of which some answers are outside of the list."""
    table, recipe = tmp_path / "messages.csv", tmp_path / "moods.recipe"
    with table.open("w", newline="", encoding="utf-8") as file:
        rows = [[f"I am happy {number}"] for number in range(200)]
        csv.writer(file).writerows([["Message"], *rows])
    save_recipe(RECIPE, recipe)
    out = ["--out", str(tmp_path / "answers.csv"), "--base-url", service.base_url]
    main(["run", "--table", str(table), "--recipe", str(recipe), "--yes", *out])
    capsys.readouterr()
    return "1"


def told(capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    assert main([*words, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def outcomes(capsys: pytest.CaptureFixture[str]) -> Any:
    return told(capsys, "jobs")["jobs"][0]["outcomes"]


def test_near_misses_are_listed_and_settled(job: str, capsys: pytest.CaptureFixture[str]) -> None:
    before = outcomes(capsys)
    found = told(capsys, "near-misses", job)["near_misses"]
    assert sum(each["rows"] for each in found) == before["review"]
    said = [("--settle", each["column"], each["found"], "angry") for each in found]
    settled = told(capsys, "near-misses", job, *[word for each in said for word in each])
    assert settled["settled"] == before["review"]
    after = outcomes(capsys)
    assert "review" not in after
    assert after["answered"] == before["answered"] + before["review"]
    assert main(["near-misses", job]) == 0
    assert "All values are as asked for." in capsys.readouterr().out


def test_one_cell_is_corrected_and_taken_back(
    job: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["correct", job, "1", "Why", "I asked them"]) == 0
    assert "Row 1, “Why”: corrected." in capsys.readouterr().err
    out = tmp_path / "again.csv"
    main(["export", job, "--out", str(out)])
    with out.open(encoding="utf-8-sig", newline="") as file:
        first = next(csv.DictReader(file))
    assert (first["Why"], first["Corrected by hand"]) == ("I asked them", "Why")
    assert main(["correct", job, "1", "Why", "--back"]) == 0
    assert "It was “I asked them”." in capsys.readouterr().err


def test_what_does_not_fit_is_refused(job: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["correct", job, "1", "Mood", "bored"]) != 0
    assert "which takes happy, angry" in capsys.readouterr().err
    assert main(["near-misses", job, "--settle", "Mood", "nowhere", "happy"]) != 0
    assert "No answer has “nowhere”" in capsys.readouterr().err


def test_corrected_rows_become_examples_in_a_recipe(
    job: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["corrected", job]) == 0
    assert "Nothing was corrected by hand." in capsys.readouterr().out
    for row in ("1", "3"):
        assert main(["correct", job, row, "Mood", "angry"]) == 0
        assert main(["correct", job, row, "Why", "It is sarcastic"]) == 0
    capsys.readouterr()
    found = told(capsys, "corrected", job, "--rows", "3")
    assert found["rows"] == 1
    assert found["corrected"] == [
        {"row": 3, "corrected": {"Mood": "angry", "Why": "It is sarcastic"}, "problem": None}
    ]
    taught = tmp_path / "taught.recipe"
    assert main(["corrected", job, "--examples", str(taught)]) == 0
    assert "2 examples. They are rows of your table." in capsys.readouterr().err
    examples = load_recipe(taught).examples
    assert sorted(each.cells[0].text for each in examples) == ["I am happy 0", "I am happy 2"]
    assert main(["corrected", job, "--rows", "9", "--examples", str(taught)]) == 1
    assert "Nothing in row 9 was corrected by hand." in capsys.readouterr().err


def test_corrected_cells_are_known_to_be_right_and_forgotten_again(
    job: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["correct", job, "5", "Mood", "angry"]) == 0
    assert main(["corrected", job, "--label"]) == 0
    assert "do not move its share" in capsys.readouterr().err
    [mood] = told(capsys, "accuracy", job)["columns"]
    assert (mood["accuracy"]["rows"], mood["picked_left_out"]) == (0, 1)
    assert main(["accuracy", job]) == 0
    assert "Mood: every row with a right answer was picked" in capsys.readouterr().out
    assert told(capsys, "corrected", job, "--label") == {"labelled": 0}
    assert told(capsys, "corrected", job, "--forget-labels") == {"forgotten": 1}
    assert told(capsys, "accuracy", job)["columns"] == []
