"""A folder of documents on the command line: priced both ways, sent the way that is asked for."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from claude_batch_desk.cli import main
from claude_batch_desk.core.resources import resource_path
from claude_batch_desk.practice.server import PracticeService
from tests.practice.papers import pdf

RECIPE = """\
recipe_version = 1
model = "claude-haiku-5-5"
prompt = "How does the writer of this feel?"

[[answer]]
name = "Mood"
kind = "choice"
choices = ["happy", "angry"]
"""


@pytest.fixture
def service(tmp_path: Path) -> Iterator[PracticeService]:
    with PracticeService(tmp_path / "service") as running:
        yield running


@pytest.fixture
def inputs(tmp_path: Path, service: PracticeService) -> list[str]:
    """The options that name a folder of three documents, a recipe and the service."""
    folder = tmp_path / "papers"
    folder.mkdir()
    (folder / "a.pdf").write_bytes(pdf("I am so happy with it."))
    (folder / "b.txt").write_text("I am very angry.", encoding="utf-8")
    (folder / "c.pdf").write_bytes(b"%PDF-1.7 and nothing more")
    recipe = tmp_path / "mood.recipe"
    recipe.write_text(RECIPE, encoding="utf-8")
    return ["--table", str(folder), "--recipe", str(recipe), "--base-url", service.base_url]


def test_both_ways_of_sending_are_priced(
    inputs: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["estimate", *inputs, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    both = told["documents"]
    assert float(both["file"]["batch_usd"]["expected"]) > float(
        both["text"]["batch_usd"]["expected"]
    )
    assert told["batch_usd"] == both["file"]["batch_usd"]
    assert (told["rows"], told["unsent"]) == (2, 1)
    assert "Row 3: " in told["warnings"][0]
    documented = (resource_path(".").parent / "docs/command-line.md").read_text(encoding="utf-8")
    for key in [*told, *both, *both["file"]]:
        assert f"`{key}`" in documented, key


def test_how_documents_are_sent_can_be_said_beside_the_recipe(
    inputs: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["estimate", *inputs, "--json", "--documents", "text"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["batch_usd"] == told["documents"]["text"]["batch_usd"]
    main(["estimate", *inputs])
    shown = capsys.readouterr().out
    assert "As a batch, with documents as files: about $" in shown
    assert "As a batch, with their text: about $" in shown


@pytest.mark.parametrize("way", ["batch", "now"])
def test_a_folder_becomes_a_file_of_answers(
    inputs: list[str],
    tmp_path: Path,
    service: PracticeService,
    capsys: pytest.CaptureFixture[str],
    way: str,
) -> None:
    out = tmp_path / "out.csv"
    arguments = ["run", *inputs, "--out", str(out), "--yes", "--json", "--mode", way]
    assert main([*arguments, "--documents", "text"]) == 4
    told = json.loads(capsys.readouterr().out)
    assert told["outcomes"] == {"answered": 2, "unsent": 1}
    with out.open(newline="", encoding="utf-8-sig") as file:
        rows = {row["Name"]: row for row in csv.DictReader(file)}
    assert rows["a.pdf"]["Mood"] == "happy"
    assert rows["b.txt"]["Mood"] == "angry"
    assert rows["c.pdf"]["Reason"]
    assert service.ledger().uploads == 0


def test_a_table_without_documents_has_none_to_price(
    inputs: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = tmp_path / "t.csv"
    table.write_text("Message\nhello\n", encoding="utf-8")
    recipe = tmp_path / "m.recipe"
    recipe.write_text(RECIPE.replace("of this", "of {{Message}}"), encoding="utf-8")
    given = ["--table", str(table), "--recipe", str(recipe), *inputs[4:]]
    assert main(["estimate", *given, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["documents"] is None
