"""Budgets and prices without a screen."""

import csv
import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from claude_batch_desk.cli import main
from claude_batch_desk.core.prompts.recipe import save_recipe
from claude_batch_desk.core.settings import home_folder, load_settings
from claude_batch_desk.practice.server import PracticeService
from claude_batch_desk.session import PRACTICE_KEY
from tests.core.jobs.conftest import RECIPE

UNKNOWN = "claude-mythos-5-1"


@pytest.fixture
def service(tmp_path: Path) -> Iterator[PracticeService]:
    with PracticeService(tmp_path / "service") as running:
        yield running


@pytest.fixture
def arguments(
    tmp_path: Path, service: PracticeService, monkeypatch: pytest.MonkeyPatch
) -> list[str]:
    """A small job at a service that is taken for a live one, since there is a key for it."""
    monkeypatch.setenv("ANTHROPIC_API_KEY", PRACTICE_KEY)
    table, recipe = tmp_path / "messages.csv", tmp_path / "moods.recipe"
    with table.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([["Message"], ["I am so happy"], ["I am angry"]])
    save_recipe(RECIPE, recipe)
    out = ["--out", str(tmp_path / "answers.csv"), "--base-url", service.base_url]
    return ["run", "--table", str(table), "--recipe", str(recipe), "--yes", *out]


def told(capsys: pytest.CaptureFixture[str]) -> Any:
    return json.loads(capsys.readouterr().out)


def test_limits_are_kept_told_and_taken_back(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["budget", "--month", "$100", "--job", "12.50", "--json"]) == 0
    found = told(capsys)
    assert (found["month_usd"], found["job_usd"], found["typed_above_usd"]) == (
        "100",
        "12.50",
        None,
    )
    assert found["this_month"] == {
        "billed_usd": "0",
        "reserved_usd": "0",
        "left_usd": "100",
        "unknown": "",
    }
    assert main(["budget", "--month", "none", "--typed-above", "0"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines == [
        "This month: no budget",
        "A job: $12.50",
        "The amount has to be named above: $0.00",
    ]
    settings = load_settings(home_folder())
    assert (settings.monthly_budget, settings.job_budget) == (None, Decimal("12.50"))


@pytest.mark.parametrize("limit", ["much", "-1", "nan"])
def test_what_is_no_amount_is_refused(limit: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["budget", f"--month={limit}"])
    assert "is not an amount in USD, nor none" in capsys.readouterr().err


def test_a_job_that_does_not_fit_is_not_sent(
    arguments: list[str], service: PracticeService, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["budget", "--month", "0.00001"])
    assert main(arguments) == 1
    assert "of your budget of $0.000010 for this month" in capsys.readouterr().err
    main(["budget", "--month", "1"])
    assert main(arguments) == 0
    said = "Budget of this month, $1.00: $1.00 is left; $0.00 is billed, $0.00 is reserved."
    assert said in capsys.readouterr().err


def test_who_does_not_want_to_be_asked_names_what_is_dear(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    main(["budget", "--typed-above", "0"])
    assert main(arguments) == 1
    assert "--budget gives it" in capsys.readouterr().err
    assert main([*arguments, "--budget", "1"]) == 0


def test_prices_are_listed_entered_and_taken_back(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["prices"]) == 0
    listed = capsys.readouterr().out
    assert f"{UNKNOWN}: not known" in listed
    assert "claude-haiku-5-5 (over 100,000 tokens)" in listed
    entered = ["--input", "10", "--output", "50", "--cache-read", "0.25"]
    longer = ["--above", "200000", "--input-above", "20", "--output-above", "75"]
    assert main(["prices", UNKNOWN, *entered, *longer, "--json"]) == 0
    [model] = told(capsys)["models"]
    assert model["entered"]
    usual, above = model["tiers"]
    assert (usual["at_once"]["cache_read"], usual["batch"]["cache_read"]) == ("0.25", "0.125")
    assert (above["above_tokens"], above["at_once"]["input"]) == (200_000, "20")
    assert main(["prices", UNKNOWN, "--reset", "--json"]) == 0
    [model] = told(capsys)["models"]
    assert (model["entered"], model["tiers"]) == (False, [])


def test_prices_that_leave_out_a_dearer_tier_are_remarked(
    capsys: pytest.CaptureFixture[str],
) -> None:
    entered = ["prices", "claude-haiku-5-5", "--input", "0.08", "--output", "0.40"]
    main(entered)
    assert "dearer prices for prompts of more than 100,000 tokens" in capsys.readouterr().err
    main([*entered, "--above", "100000", "--input-above", "0.4", "--output-above", "2"])
    assert "dearer" not in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--input", "1", "--output", "2"], "Name the model"),
        ([UNKNOWN, "--input", "1"], "The price for the output is missing"),
        ([UNKNOWN, "--input-above", "1"], "The price for the input is missing"),
        (["claude-nobody"], "There is no price for a model “claude-nobody”"),
    ],
)
def test_a_slip_with_prices_is_said(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["prices", *arguments]) == 1
    assert said in capsys.readouterr().err
    assert load_settings(home_folder()).price_overrides == {}
