"""What was paid, told on the command line."""

import csv
import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from claude_batch_desk.cli import main
from claude_batch_desk.core.resources import resource_path
from claude_batch_desk.core.settings import home_folder
from claude_batch_desk.practice.server import PracticeService
from claude_batch_desk.session import Session

INPUTS = [
    *("--table", str(resource_path("samples/support-tickets.csv"))),
    *("--recipe", str(resource_path("recipes/support-tickets.recipe"))),
    *("--rows", "1-12"),
]


@pytest.fixture
def billed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Decimal]:
    """What a job of twelve rows, two of them tried, was billed."""
    out = str(tmp_path / "answers.csv")
    with PracticeService(tmp_path / "service") as service:
        run = ["run", *INPUTS, "--out", out, "--base-url", service.base_url, "--yes", "--json"]
        assert main([*run, "--sample", "2"]) == 0
        told = json.loads(capsys.readouterr().out)
        assert told["verdict"] in ("inside", "below", "above")
        yield Decimal(told["billed_usd"])


def test_spend_tells_what_was_paid_to_people_and_programs(
    billed: Decimal, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "spend.csv"
    assert main(["spend", "--practice", "--by", "way", "--json", "--out", str(out)]) == 0
    told = json.loads(capsys.readouterr().out)
    assert Decimal(told["total"]["usd"]) == Decimal(told["month"]["usd"]) == billed
    requests = {line["name"]: line["requests"] for line in told["lines"]}
    assert requests == {"trial": 2, "batch": told["total"]["requests"] - 2}
    assert told["committed"]["jobs"] == 0
    assert told["record"]["jobs"] == 1
    [estimate] = told["estimates"]
    assert Decimal(estimate["billed_usd"]) < billed  # what was tried is no part of it
    assert estimate["inside"] == (told["record"]["inside"] == 1)
    with out.open(newline="", encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    assert {row["Way"] for row in rows} == {"Tried rows", "Batches"}
    assert sum(Decimal(row["Paid USD"]) for row in rows) == billed
    assert main(["spend", "--practice"]) == 0
    assert "support-tickets.csv" in capsys.readouterr().out


def test_the_json_has_the_documented_keys(
    billed: Decimal, capsys: pytest.CaptureFixture[str]
) -> None:
    assert billed
    documented = (resource_path(".").parent / "docs/command-line.md").read_text(encoding="utf-8")
    for verb in (["spend", "--practice"], ["bill", "1"]):
        assert main([*verb, "--json"]) == 0
        told = json.loads(capsys.readouterr().out)
        assert [key for key in told if f"`{key}`" not in documented] == []


def test_practice_is_no_money(billed: Decimal, capsys: pytest.CaptureFixture[str]) -> None:
    assert billed > 0
    assert main(["spend", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["mode"], told["total"]["usd"], told["lines"]) == ("live", "0", [])


def test_bill_tells_every_line_of_a_job(
    billed: Decimal, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["bill", "1", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert Decimal(told["usd"]) == billed
    assert told["verdict"] in ("inside", "below", "above")
    parts = (told["sent"], told["trials"])
    assert [part["requests"] > 2 for part in parts] == [True, False]
    for part in parts:
        lines = [Decimal(part[f"{line}_usd"]) for line in ("input", "cache_read", "output")]
        assert sum(lines) == Decimal(part["usd"])
    assert sum(label["rows"] for label in told["labels"]) % 12 == 0
    assert main(["bill", "1"]) == 0
    assert "inside the range" in capsys.readouterr().out


def test_an_export_ends_with_the_bill_beside_its_estimate(
    billed: Decimal, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert billed
    assert main(["export", "1", "--out", str(tmp_path / "again.csv")]) == 0
    last = capsys.readouterr().out.splitlines()[-1]
    assert last.startswith("Billed $")
    assert "the range." in last


def test_a_draft_has_no_bill(capsys: pytest.CaptureFixture[str]) -> None:
    with Session(home_folder()) as session:
        session.desk.new_job("Draft", "practice")
    assert main(["bill", "1"]) == 1
    assert "not sent yet" in capsys.readouterr().err
