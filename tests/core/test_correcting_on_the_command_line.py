"""Values put in the place of answers without a screen."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from claude_batch_desk.cli import main
from claude_batch_desk.core.prompts.recipe import save_recipe
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
