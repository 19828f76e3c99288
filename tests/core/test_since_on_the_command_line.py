"""Next month's file without a screen: what is new is told, asked and paid, and nothing else."""

import csv
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from claude_batch_desk.cli import main
from claude_batch_desk.core.resources import resource_path
from claude_batch_desk.practice.server import PracticeService
from claude_batch_desk.session import PRACTICE_KEY

RECIPE = str(resource_path("recipes/support-tickets.recipe"))
_ROWS = 12


@pytest.fixture
def service(tmp_path: Path) -> Iterator[PracticeService]:
    with PracticeService(tmp_path / "service") as running:
        yield running


def tickets() -> list[list[str]]:
    source = resource_path("samples/support-tickets.csv")
    with source.open(encoding="utf-8-sig", newline="") as file:
        return [*csv.reader(file)][: _ROWS + 1]


def write(path: Path, rows: Sequence[Sequence[str]]) -> str:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return str(path)


@pytest.fixture
def september(service: PracticeService, tmp_path: Path) -> str:
    """The table of a job that is done."""
    table, out = write(tmp_path / "september.csv", tickets()), str(tmp_path / "september-out.csv")
    said = ["run", "--table", table, "--recipe", RECIPE, "--base-url", service.base_url]
    assert main([*said, "--out", out, "--yes"]) == 0
    return table


@pytest.fixture
def october(september: str, tmp_path: Path) -> str:
    """The table of the next month: one ticket is gone, one changed, one new."""
    rows = tickets()
    rows[3] = [*rows[3][:-1], "Something else is wrong by now."]
    rows.append(["NEW-1", *rows[1][1:-1], "The app does not start any more."])
    return write(tmp_path / "october.csv", [*rows[:1], *rows[2:]])


def test_an_estimate_tells_the_three_numbers_and_prices_only_the_rest(
    service: PracticeService, october: str, capsys: pytest.CaptureFixture[str]
) -> None:
    said = ["estimate", "--table", october, "--base-url", service.base_url, "--since", "1"]
    assert main([*said, "--recipe", RECIPE, "--json"]) == 0
    read = capsys.readouterr()
    told = json.loads(read.out)
    assert told["rows"] == told["requests"] == 2
    assert told["taken_over"] == _ROWS - 2
    counts = {"new": 1, "changed": 1, "unchanged": _ROWS - 2, "not_answered_before": 0, "gone": 1}
    assert counts.items() <= told["since"].items()
    assert told["since"]["row_key"] == "Ticket"
    assert "Since job 1, “september.csv”: 1 new, 1 changed, 10 unchanged." in read.err
    assert "Rows are told apart by “Ticket”. 1 row is no longer there." in read.err


def test_only_the_rest_is_asked_with_the_recipe_of_the_earlier_job(
    service: PracticeService, october: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    known = service.ledger(PRACTICE_KEY).requests
    out = tmp_path / "out.csv"
    said = ["run", "--table", october, "--base-url", service.base_url, "--since", "1"]
    assert main([*said, "--out", str(out), "--yes", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["outcomes"] == {"answered": _ROWS}
    assert told["requests"] == 2
    assert told["since"]["job"] == 1
    assert service.ledger(PRACTICE_KEY).requests - known == 2
    with out.open(encoding="utf-8-sig", newline="") as file:
        rows = [*csv.DictReader(file)]
    assert all(row["Category"] for row in rows)
    assert len(rows) == _ROWS


def test_the_last_job_that_asked_the_same_is_found(
    service: PracticeService, october: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = ["run", "--table", october, "--recipe", RECIPE, "--base-url", service.base_url]
    said += ["--since", "last", "--yes"]
    assert main([*said, "--out", str(tmp_path / "out.csv")]) == 0
    assert "Since job 1" in capsys.readouterr().err
    assert main([*said, "--out", str(tmp_path / "again.csv")]) == 0
    read = capsys.readouterr()
    assert "Since job 2, “october.csv”: 0 new, 0 changed, 12 unchanged." in read.err
    assert "Nothing is sent and nothing is paid" in read.err


def test_where_nothing_was_asked_before_every_row_is_asked(
    service: PracticeService, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = write(tmp_path / "september.csv", tickets())
    said = ["estimate", "--table", table, "--recipe", RECIPE, "--base-url", service.base_url]
    assert main([*said, "--since", "last"]) == 0
    read = capsys.readouterr()
    assert "No finished job has asked the same, so every row is asked." in read.err
    assert f"{_ROWS} rows to" in read.out


def test_columns_that_were_kept_here_stay_here(
    service: PracticeService, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = write(tmp_path / "september.csv", tickets())
    said = ["run", "--table", table, "--base-url", service.base_url, "--yes", "--json"]
    first = [*said, "--recipe", RECIPE, "--never-send", "Ticket"]
    assert main([*first, "--out", str(tmp_path / "out.csv")]) == 0
    capsys.readouterr()
    assert main([*said, "--since", "1", "--out", str(tmp_path / "again.csv")]) == 0
    assert json.loads(capsys.readouterr().out)["never_sent"] == ["Ticket"]


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (["--since", "7"], "There is no job 7."),
        ([], "There is no recipe. Name one with --recipe"),
        (["--since", "last"], "There is no recipe. Name one with --recipe"),
    ],
)
def test_what_is_missing_is_said_before_anything_is_spent(
    service: PracticeService,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    given: list[str],
    sentence: str,
) -> None:
    table = write(tmp_path / "september.csv", tickets())
    said = ["estimate", "--table", table, "--base-url", service.base_url]
    assert main([*said, *given]) == 1
    assert sentence in capsys.readouterr().err
    assert service.ledger(PRACTICE_KEY).requests == 0


def test_rows_can_be_told_apart_by_their_order(
    service: PracticeService, october: str, capsys: pytest.CaptureFixture[str]
) -> None:
    said = ["estimate", "--table", october, "--base-url", service.base_url, "--since", "1"]
    assert main([*said, "--row-key", ""]) == 0
    assert "Rows are told apart by their order." in capsys.readouterr().err
