"""Rows chosen and columns kept without a screen."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from claude_batch_desk.cli import main
from claude_batch_desk.core.resources import resource_path
from claude_batch_desk.practice.server import PracticeService

TICKETS = resource_path("samples/support-tickets.csv")
RECIPE = str(resource_path("recipes/support-tickets.recipe"))
INPUTS = ["--table", str(TICKETS), "--recipe", RECIPE]


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    with PracticeService(tmp_path / "service") as service:
        yield service.base_url


def tickets() -> list[dict[str, str]]:
    with TICKETS.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_only_the_chosen_rows_run_and_the_others_say_so(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "answers.csv"
    column, value = "Message", "refund"
    choice = ["--rows", "10-400", "--where", f"{column} contains {value}"]
    arguments = ["run", *INPUTS, "--out", str(out), "--base-url", url, "--yes", "--json"]
    assert main([*arguments, *choice]) == 0
    captured = capsys.readouterr()
    told = json.loads(captured.out)
    wanted = [
        number
        for number, row in enumerate(tickets(), 1)
        if 10 <= number <= 400 and value in row[column].casefold()
    ]
    assert told["rows"] == len(wanted) > 0
    assert told["rows_chosen"] == "rows 10–400 where “Message” contains “refund”"
    assert f"{len(wanted)} of 600 rows run: rows 10–400 where" in captured.err
    with out.open(newline="", encoding="utf-8-sig") as file:
        merged = list(csv.DictReader(file))
    ran = [number for number, row in enumerate(merged, 1) if "not sent" not in row["Status"]]
    assert ran == wanted


def test_an_estimate_is_that_of_the_chosen_rows(
    url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    choice = ["--rows", "101-", "--random", "40", "--seed", "3"]
    assert main(["estimate", *INPUTS, "--base-url", url, "--json", *choice]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["rows"] == 40
    assert told["rows_chosen"] == "rows from 101 on, 40 of them at random (draw 3)"


@pytest.mark.parametrize(
    ("choice", "told"),
    [
        (["--where", "Nonsense is empty"], "is not a condition on a column"),
        (["--where", "Message matches ["], "The pattern for “Message” cannot be read"),
        (["--where", "Message equals nobody wrote this"], "None of the table's rows is chosen"),
        (["--rows", "601-"], "None of the table's rows is chosen"),
        (["--never-send", "E-mial"], "no column “E-mial” to keep on this computer"),
        (["--never-send", "Message"], "names “Message”, which you keep on this computer"),
    ],
)
def test_a_choice_that_cannot_be_followed_spends_nothing(
    choice: list[str], told: str, url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "answers.csv"
    run = ["run", *INPUTS, "--out", str(out), "--base-url", url, "--yes"]
    assert main([*run, *choice]) == 1
    assert told in capsys.readouterr().err
    assert not out.exists()


@pytest.mark.parametrize(
    "wrong", [["--rows", "5-3"], ["--rows", "0-3"], ["--rows", "a"], ["--random", "0"]]
)
def test_what_is_no_range_is_wrong_use(
    wrong: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["estimate", *INPUTS, *wrong])
    assert ended.value.code == 2
    assert "row" in capsys.readouterr().err
