"""How soon answers are wanted, without a screen."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from claude_batch_desk.cli import main
from claude_batch_desk.core.resources import resource_path
from claude_batch_desk.practice.server import PracticeService

TICKETS = resource_path("samples/support-tickets.csv")
RECIPE = str(resource_path("recipes/support-tickets.recipe"))
INPUTS = ["--table", str(TICKETS), "--recipe", RECIPE, "--rows", "1-6"]


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    with PracticeService(tmp_path / "service") as service:
        yield service.base_url


def test_an_estimate_says_which_way_is_in_time(
    url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["estimate", *INPUTS, "--base-url", url, "--json", "--need", "hour"]) == 0
    told = json.loads(capsys.readouterr().out)["time"]
    assert told["need"] == "hour"
    assert told["advised"] == {"way": "now", "cached": False}
    in_time = {way["way"]: way["in_time"] for way in told["ways"]}
    assert in_time == {"batch": "risky", "now": "likely"}


def test_without_a_need_nothing_is_advised(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["estimate", *INPUTS, "--base-url", url, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["time"] is None


def test_a_job_keeps_its_need_and_is_sent_as_it_was_told(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = str(tmp_path / "answers.csv")
    need = ["--need", "hour", "--base-url", url, "--yes", "--json"]
    assert main(["run", *INPUTS, "--out", out, *need]) == 0
    captured = capsys.readouterr()
    told = json.loads(captured.out)
    assert (told["need"], told["way"]) == ("hour", "batch")  # it advises, and changes nothing
    assert "Advised: at once" in captured.err
    assert main(["jobs", "--by", "need"]) == 0
    heading, job = capsys.readouterr().out.splitlines()
    assert heading.startswith("This hour: 1 job; Practice $")
    assert "support-tickets.csv" in job


def test_an_exact_time_is_taken_on_the_clock_on_the_wall(
    url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["estimate", *INPUTS, "--base-url", url, "--json"]
    assert main([*arguments, "--need", "2031-05-01 09:00"]) == 0
    told = json.loads(capsys.readouterr().out)["time"]
    assert told["need"] == "week"
    assert told["deadline"].startswith("2031-05-01T") or told["deadline"].startswith("2031-04-30T")
    assert {way["in_time"] for way in told["ways"]} <= {"sure", "likely"}


def test_a_time_that_is_none_is_said_to_be(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["estimate", *INPUTS, "--need", "soonish"])
    assert "'soonish' is none of now, hour, today, week" in capsys.readouterr().err
