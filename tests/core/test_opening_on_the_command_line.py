"""Everything about one row, without a screen."""

import csv
import json
from pathlib import Path

import pytest

from claude_batch_desk.cli import main
from claude_batch_desk.core.jobs.again.causes import CAUSES
from claude_batch_desk.core.jobs.opening.helping import help_for
from claude_batch_desk.core.prompts.recipe import save_recipe
from claude_batch_desk.practice.server import PracticeService
from tests.core.jobs.conftest import RECIPE, write_table
from tests.core.jobs.test_opening import QUOTING
from tests.practice.papers import pdf


def test_a_row_is_told_with_all_that_is_known_of_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "letters"
    folder.mkdir()
    (folder / "a.pdf").write_bytes(pdf("A letter", "I am so happy"))
    save_recipe(QUOTING, tmp_path / "moods.recipe")
    words = ["--table", str(folder), "--recipe", str(tmp_path / "moods.recipe"), "--yes"]
    with PracticeService(tmp_path / "service") as service:
        out = ["--out", str(tmp_path / "answers.csv"), "--base-url", service.base_url]
        assert main(["run", *words, *out]) == 0
    assert main(["correct", "1", "1", "Mood quote", "so happy"]) == 0
    capsys.readouterr()
    assert main(["row", "1", "1"]) == 0
    said = capsys.readouterr().out
    assert "Row 1: answered" in said
    assert "Mood quote: so happy (page 2 of 2 of a.pdf)" in said
    assert "Batch: msgbatch_" in said
    assert "part 1 of 1" in said
    assert "Asked:\nHow does the writer of a.pdf feel?" in said
    assert main(["row", "1", "1", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["quotes"][0]["pages"] == {"first": 2, "last": 2, "also": []}
    assert found["sent"]["batch_id"].startswith("msgbatch_")
    assert main(["row", "1", "1", "--raw"]) == 0
    assert json.loads(capsys.readouterr().out)["message"]["stop_reason"] == "end_turn"


def test_a_row_that_came_to_nothing_says_what_helps(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [["Message"], *([f"I am happy {n}"] for n in range(60))]
    table, out = write_table(tmp_path / "messages.csv", rows), tmp_path / "answers.csv"
    save_recipe(RECIPE, tmp_path / "moods.recipe")
    words = ["--table", str(table), "--recipe", str(tmp_path / "moods.recipe"), "--yes"]
    with PracticeService(tmp_path / "service", faults=["mixed-outcomes"]) as service:
        main(["run", *words, "--out", str(out), "--base-url", service.base_url])
    with out.open(encoding="utf-8-sig", newline="") as file:
        statuses = [row["Status"] for row in csv.DictReader(file)]
    unusable = next(at for at, status in enumerate(statuses, 1) if "answered" not in status)
    capsys.readouterr()
    assert main(["row", "1", str(unusable)]) == 0
    said = capsys.readouterr().out
    assert f"Row {unusable}: " in said
    assert [cause for cause in CAUSES if help_for(cause) in said]
    assert main(["row", "1", "61"]) == 1
    assert "Row 61 is not part of job 1" in capsys.readouterr().err
    assert main(["row", "1", "0"]) == 1
