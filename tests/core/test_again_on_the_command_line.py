"""Rows run again without a screen."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from claude_batch_desk.cli import main
from claude_batch_desk.core.jobs.again.verbs import Wanted
from claude_batch_desk.core.prompts.recipe import save_recipe
from claude_batch_desk.core.report import silent
from claude_batch_desk.core.settings import home_folder
from claude_batch_desk.practice.server import PracticeService
from claude_batch_desk.session import Session
from tests.core.jobs.conftest import RECIPE


@pytest.fixture
def service(tmp_path: Path) -> Iterator[PracticeService]:
    with PracticeService(tmp_path / "service") as running:
        yield running


@pytest.fixture
def job(tmp_path: Path, service: PracticeService, capsys: pytest.CaptureFixture[str]) -> int:
    """A finished job of which half the rows were not reached in time."""
    table, recipe = tmp_path / "messages.csv", tmp_path / "moods.recipe"
    with table.open("w", newline="", encoding="utf-8") as file:
        rows = [[f"I am happy {number}"] for number in range(12)]
        csv.writer(file).writerows([["Message"], *rows])
    save_recipe(RECIPE, recipe)
    service.set_faults("expire")
    out = ["--out", str(tmp_path / "answers.csv"), "--base-url", service.base_url]
    assert main(["run", "--table", str(table), "--recipe", str(recipe), "--yes", *out]) == 4
    service.set_faults()
    capsys.readouterr()
    return 1


def told(capsys: pytest.CaptureFixture[str]) -> Any:
    return json.loads(capsys.readouterr().out)


def test_what_came_to_nothing_is_told_with_its_price(
    job: int, service: PracticeService, capsys: pytest.CaptureFixture[str]
) -> None:
    where = ["--base-url", service.base_url]
    batches = service.ledger().batches
    assert main(["again", str(job), *where]) == 0
    shown = capsys.readouterr().out
    assert "expired." in shown
    assert "--cause expired: about $" in shown
    assert main(["again", str(job), "--json", *where]) == 0
    [group] = told(capsys)["groups"]
    assert (group["cause"], group["running"], group["needs_a_change"]) == ("expired", 0, False)
    assert group["estimate"]["rows"] == group["rows"] > 0
    assert service.ledger().batches == batches


def test_the_rows_of_a_cause_are_run_again_and_written_beside_the_others(
    job: int, service: PracticeService, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "whole.csv"
    wanted = ["--cause", "expired", "--yes", "--budget", "1", "--out", str(out), "--json"]
    sent = service.ledger().requests
    assert main(["again", str(job), *wanted, "--base-url", service.base_url]) == 0
    found = told(capsys)
    assert found["outcomes"] == {"answered": 12}
    assert found["again"]["rows"] == service.ledger().requests - sent
    with out.open(newline="", encoding="utf-8-sig") as file:
        assert {row["Status"] for row in csv.DictReader(file)} == {"answered (practice)"}
    assert main(["again", str(job), "--base-url", service.base_url]) == 0
    assert "nothing to run again" in capsys.readouterr().out


def test_nothing_is_run_again_unasked(
    job: int, service: PracticeService, capsys: pytest.CaptureFixture[str]
) -> None:
    where = ["--base-url", service.base_url]
    batches = service.ledger().batches
    assert main(["again", str(job), "--cause", "expired", *where]) == 3
    assert main(["again", str(job), "--cause", "refused", "--yes", *where]) == 1
    assert "No row is left" in capsys.readouterr().err
    poor = ["--cause", "expired", "--yes", "--budget", "0", *where]
    assert main(["again", str(job), *poor]) == 1
    assert "above the budget" in capsys.readouterr().err
    assert service.ledger().batches == batches


def test_rows_by_number_take_another_limit(
    job: int, service: PracticeService, capsys: pytest.CaptureFixture[str]
) -> None:
    wanted = ["--rows", "1-2", "--max-tokens", "777", "--mode", "now", "--yes", "--json"]
    assert main(["again", str(job), *wanted, "--base-url", service.base_url]) in (0, 4)
    found = told(capsys)
    assert (found["again"]["rows"], found["again"]["way"]) == (2, "now")
    assert service.ledger().messages == 2


def test_resume_goes_on_with_what_is_run_again(
    job: int, service: PracticeService, capsys: pytest.CaptureFixture[str]
) -> None:
    service.set_faults("retrieve-500")
    with Session(home_folder(), practice_url=service.base_url) as session:
        session.again.start(job, Wanted(("expired",)), None, silent)
    service.set_faults()
    assert main(["jobs", "--json"]) == 0
    [listed] = told(capsys)["jobs"]
    assert (listed["job"], listed["running_again"] > 0) == (job, True)
    assert main(["jobs"]) == 0
    assert "being run again)" in capsys.readouterr().out
    assert main(["resume", "--json", "--base-url", service.base_url]) == 0
    [resumed] = told(capsys)["jobs"]
    assert (resumed["job"], resumed["outcomes"]) == (job, {"answered": 12})
    assert main(["bill", str(job)]) == 0
    assert "Run again" in capsys.readouterr().out
