"""What `estimate` says of a table that nobody has seen holds for the bill of the run after it."""

import csv
import json
import random
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from claude_batch_desk.cli import main
from claude_batch_desk.core.prompts.fields import OutputField
from claude_batch_desk.core.prompts.recipe import Recipe, recipe_text
from claude_batch_desk.practice.server import PracticeService
from tests.choices import plain_choices

_WORDS = (
    *("delivery", "came", "late", "and", "nobody", "answered", "wonderful", "broken", "invoice"),
    *(
        "refund",
        "thank",
        "you",
        "very",
        "much",
        "Größe",
        "паcылка",
        "配送",
        "n° 4711",
        "12.05.2026",
    ),
)
Cell = Callable[[random.Random], str]


def comments(rnd: random.Random) -> str:
    return " ".join(rnd.choices(_WORDS, k=rnd.randint(3, 60)))


def numbers(rnd: random.Random) -> str:
    return "; ".join(f"{rnd.random() * 1000:.2f} EUR" for _ in range(rnd.randint(2, 20)))


def reports(rnd: random.Random) -> str:
    return " ".join(rnd.choices(_WORDS, k=min(int(rnd.paretovariate(1.2) * 30), 5_000)))


LABEL = (OutputField("Mood", "choice", plain_choices("good", "bad", "neither")),)
LABEL_AND_WHY = (*LABEL, OutputField("Why"))


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    with PracticeService(tmp_path / "service") as service:
        yield service.base_url


def inputs(folder: Path, cell: Cell, fields: tuple[OutputField, ...], model: str) -> list[str]:
    """A table of 240 rows and a recipe, as the options that name them."""
    rnd = random.Random(f"{cell.__name__} {model}")  # noqa: S311 - no secret
    table, recipe = folder / "table.csv", folder / "sort.recipe"
    with table.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([["Text"], *([cell(rnd)] for _ in range(240))])
    made = Recipe("Sort", "You sort messages.", fields=fields, model=model).with_prompt("{{Text}}")
    recipe.write_text(recipe_text(made), encoding="utf-8")
    return ["--table", str(table), "--recipe", str(recipe)]


@pytest.mark.parametrize("cell", [comments, numbers, reports])
@pytest.mark.parametrize(
    ("fields", "model"), [(LABEL, "claude-haiku-5-5"), (LABEL_AND_WHY, "claude-sonnet-5-5")]
)
def test_the_bill_of_the_run_lies_inside(
    url: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    cell: Cell,
    fields: tuple[OutputField, ...],
    model: str,
) -> None:
    asked = [*inputs(tmp_path, cell, fields, model), "--base-url", url, "--json"]
    assert main(["estimate", *asked]) == 0
    estimated = json.loads(capsys.readouterr().out)["batch_usd"]
    assert main(["run", *asked, "--yes", "--out", str(tmp_path / "answers.csv")]) == 0
    told = json.loads(capsys.readouterr().out)
    bill = Decimal(told["billed_usd"])
    assert told["outcomes"] == {"answered": 240}
    assert Decimal(estimated["low"]) <= bill <= Decimal(estimated["high"])
    assert bill <= Decimal(estimated["ceiling"])


@pytest.mark.parametrize("cell", [comments, reports])
def test_after_trying_the_range_is_narrow_and_holds_what_is_billed_from_then_on(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], cell: Cell
) -> None:
    asked = [*inputs(tmp_path, cell, LABEL_AND_WHY, "claude-haiku-5-5"), "--base-url", url]
    out = str(tmp_path / "answers.csv")
    assert main(["run", *asked, "--yes", "--out", out, "--sample", "20"]) == 0
    capsys.readouterr()
    assert main(["bill", "1", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    amount, billed = told["estimate_usd"], Decimal(told["sent"]["usd"])
    low, expected, high = (Decimal(amount[each]) for each in ("low", "expected", "high"))
    assert low <= billed <= high
    assert told["verdict"] == "inside"
    assert (high - low) / 2 < expected / 5


def test_all_ways_are_told_for_the_job_and_for_1_000_rows(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = [*inputs(tmp_path, comments, LABEL, "claude-haiku-5-5"), "--base-url", url]
    main(["estimate", *asked, "--json"])
    told = json.loads(capsys.readouterr().out)
    for way in ("batch_usd", "now_usd"):
        whole, some = told[way], told["per_1000_rows"][way]
        for part in ("low", "expected", "high", "ceiling"):
            assert Decimal(some[part]) == pytest.approx(Decimal(whole[part]) * 1000 / 240)
    assert told["cached_usd"] is None
    assert told["per_1000_rows"]["cached_usd"] is None
    assert told["caching"]["why"]
    assert told["counted"] == 200


def test_what_would_narrow_it_is_told(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = [*inputs(tmp_path, comments, LABEL, "claude-haiku-5-5"), "--base-url", url]
    main(["estimate", *asked, "--json"])
    narrowing = json.loads(capsys.readouterr().out)["narrowing"]
    assert (narrowing["do"], narrowing["more"], narrowing["guess"]) == ("try", 20, True)
    assert narrowing["then"] < narrowing["now"]
    main(["estimate", *asked])
    assert narrowing["text"] in capsys.readouterr().out
