"""A recipe of one table run on another whose headers are different."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from claude_batch_desk.cli import main
from claude_batch_desk.core.prompts.example import Example, Filled
from claude_batch_desk.core.prompts.fields import Choice, OutputField
from claude_batch_desk.core.prompts.recipe import Recipe, save_recipe
from claude_batch_desk.core.prompts.template import Template
from claude_batch_desk.core.resources import resource_path
from claude_batch_desk.practice.server import PracticeService

RECIPE = str(resource_path("recipes/support-tickets.recipe"))


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    with PracticeService(tmp_path / "service") as service:
        yield service.base_url


@pytest.fixture
def renamed(tmp_path: Path) -> str:
    """The tickets, with other headers."""
    text = resource_path("samples/support-tickets.csv").read_text(encoding="utf-8")
    first, rest = text.split("\n", 1)
    path = tmp_path / "renamed.csv"
    headers = first.strip().split(",")
    path.write_text(",".join(f"{name} (old)" for name in headers) + "\n" + rest, encoding="utf-8")
    return str(path)


def test_names_without_a_column_are_said_with_proposals(
    url: str, renamed: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["estimate", "--table", renamed, "--recipe", RECIPE, "--base-url", url]) == 1
    said = capsys.readouterr().err
    assert "Nothing was sent. Say which columns are meant: --map" in said
    assert '--map "Message=Message (old)"' in said


def test_a_recipe_runs_on_another_table_once_its_names_are_mapped(
    url: str, renamed: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["estimate", "--table", renamed, "--recipe", RECIPE, "--base-url", url])
    said = capsys.readouterr().err
    maps = [part.split('"')[0] for part in said.split('--map "')[1:]]
    out = str(tmp_path / "out.csv")
    arguments = ["run", "--table", renamed, "--recipe", RECIPE, "--base-url", url, "--out", out]
    for each in maps:
        arguments += ["--map", each]
    assert main([*arguments, "--rows", "1-5", "--yes", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["outcomes"] == {"answered": 5}
    assert told["version"] == 1


def test_a_recipe_saved_on_one_table_gives_typed_columns_beside_another(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    strategy = OutputField("Strategy", "choice", (Choice("High"), Choice("Low"), Choice("Other")))
    year = OutputField("Year", "integer", may_be_unknown=True)
    saved, table, out = (tmp_path / name for name in ("mine.recipe", "other.csv", "out.csv"))
    cells = (Filled("Why did you choose it?", "I go for the big"), Filled("Castle 10", "50"))
    answers = (Filled("Strategy", "High"), Filled("Year", ""))
    recipe = Recipe(
        name="Strategies",
        prompt=Template("<why>{{Why did you choose it?}}</why> On ten: {{Castle 10}}"),
        fields=(strategy, year),
        model="claude-haiku-5-5",
        examples=(Example(cells, answers),),
    )
    save_recipe(recipe, saved)
    reasons = ("High castles, as in 2014", "the low ones", "")
    with table.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("C10", "Reason"), *((20, reason) for reason in reasons)])
    arguments = ["run", "--table", str(table), "--recipe", str(saved), "--base-url", url]
    arguments += ["--map", "Why did you choose it?=Reason", "--map", "Castle 10=C10"]
    assert main([*arguments, "--out", str(out), "--yes", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["outcomes"] == {"answered": 3}
    with out.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["Reason"] for row in rows] == list(reasons)
    assert {row["Strategy"] for row in rows} <= {"High", "Low", "Other"}
    assert [row["Year"] for row in rows] == ["2014", "", ""]
