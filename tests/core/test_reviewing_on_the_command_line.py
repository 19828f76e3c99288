"""The answers of a job counted, narrowed and sorted, without a screen."""

import json
from pathlib import Path
from typing import Any

import pytest

from claude_batch_desk.cli import main
from claude_batch_desk.core.prompts.recipe import save_recipe
from claude_batch_desk.practice.server import PracticeService
from tests.core.jobs.conftest import RECIPE, write_table

ROWS = 88
Told = pytest.CaptureFixture[str]


@pytest.fixture
def capsys(tmp_path: Path, capsys: Told) -> Told:
    """A job was run, of which some answers came to nothing; what was told of it is read."""
    feels = ("happy", "angry")
    cells = [[f"{ROWS - n:03}", f"I am {feels[n % 2]} {n // 4}"] for n in range(ROWS)]
    table = write_table(tmp_path / "messages.csv", [["Id", "Message"], *cells])
    save_recipe(RECIPE, tmp_path / "moods.recipe")
    words = ["--table", str(table), "--recipe", str(tmp_path / "moods.recipe"), "--yes"]
    with PracticeService(tmp_path / "service", faults=["mixed-outcomes"]) as service:
        out = ["--out", str(tmp_path / "answers.csv"), "--base-url", service.base_url]
        main(["run", *words, *out])
    assert main(["correct", "1", "3", "Why", "because I say so"]) == 0
    capsys.readouterr()
    return capsys


def told(capsys: Told, *words: str) -> dict[str, Any]:
    assert main(["rows", "1", *words, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert isinstance(found, dict)
    return found


def test_rows_are_counted_narrowed_and_sorted(capsys: Told) -> None:
    everything = told(capsys, "--most", "1000")
    assert everything["found"] == everything["rows"] == len(everything["first"]) == ROWS
    assert sum(everything["statuses"].values()) == ROWS
    assert everything["traits"] == {"corrected": 1, "duplicated": ROWS}
    answered = told(capsys, "--status", "answered", "--value", "Mood", "happy", "--most", "1000")
    assert answered["found"] == answered["values"]["Mood"]["happy"] == len(answered["first"])
    assert {each["values"]["Mood"] for each in answered["first"]} == {"happy"}
    [found] = told(capsys, "--corrected")["first"]
    assert (found["row"], found["values"]["Why"]) == (3, "because I say so")
    assert told(capsys, "--find", "BECAUSE I say")["found"] == 1
    assert told(capsys, "--find", "087")["first"][0]["row"] == 2
    up = told(capsys, "--sort", "Id", "--most", "2")
    assert [each["row"] for each in up["first"]] == [88, 87]
    down = told(capsys, "--sort", "Id", "--down", "--most", "1")
    assert down["first"][0]["row"] == 1


def test_it_is_told_in_words_too(capsys: Told) -> None:
    assert main(["rows", "1", "--corrected"]) == 0
    said = capsys.readouterr().out
    assert f"1 of {ROWS} rows" in said
    assert "1 corrected by hand, 1 asked the same as another" in said
    assert "because I say so" in said.splitlines()[-1]
    assert main(["rows", "1", "--most", "5"]) == 0
    assert f"and {ROWS - 5} more" in capsys.readouterr().out


def test_what_cannot_be_asked_for_is_said(tmp_path: Path, capsys: Told) -> None:
    assert main(["rows", "1", "--value", "Colour", "red"]) == 1
    assert "no answer column “Colour”. The job has Mood, Why." in capsys.readouterr().err
    assert main(["rows", "1", "--sort", "Colour"]) == 1
    assert "the table has Id, Message" in capsys.readouterr().err
    assert main(["correct", "1", "1", "Why", "long " * 60]) == 0
    assert main(["rows", "1", "--value", "Why", "because I say so"]) == 1
    assert "Look for a text with --find" in capsys.readouterr().err
