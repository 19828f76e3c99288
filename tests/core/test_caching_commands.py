"""The command line sends jobs with cached instructions, and says what that costs."""

import json
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from claude_batch_desk.cli import main
from claude_batch_desk.core.prompts.recipe import load_recipe, recipe_text
from claude_batch_desk.core.resources import resource_path
from claude_batch_desk.practice.server import PracticeService

TICKETS = str(resource_path("samples/support-tickets.csv"))
RECIPE = resource_path("recipes/support-tickets.recipe")


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    with PracticeService(tmp_path / "service") as service:
        yield service.base_url


@pytest.fixture
def inputs(tmp_path: Path) -> list[str]:
    """The sample table, and its recipe with instructions long enough to be cached."""
    recipe = replace(load_recipe(RECIPE), instructions="Read the ticket with care. " * 150)
    path = tmp_path / "long.recipe"
    path.write_text(recipe_text(recipe), encoding="utf-8")
    return ["--table", TICKETS, "--recipe", str(path)]


def run(inputs: list[str], url: str, tmp_path: Path, *more: str) -> int:
    out = str(tmp_path / "answers.csv")
    return main(["run", *inputs, "--out", out, "--base-url", url, "--yes", "--json", *more])


def test_an_estimate_tells_the_price_of_every_way(
    inputs: list[str], url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["estimate", *inputs, "--base-url", url, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)

    assert told["caching"]["offered"] is True
    assert told["caching"]["prefix_tokens"] >= 512
    for name in ("cached_usd", "primed_usd", "cached_5m_usd"):
        price = {key: Decimal(amount) for key, amount in told[name].items()}
        assert price["low"] <= price["expected"] <= price["high"] <= price["ceiling"]
    assert Decimal(told["primed_usd"]["expected"]) < Decimal(told["batch_usd"]["expected"])


def test_an_estimate_in_words_names_the_cached_ways_and_why(
    inputs: list[str], url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["estimate", *inputs, "--base-url", url]) == 0
    told = capsys.readouterr().out

    assert "As a batch with cached instructions: about $" in told
    assert "The same, one request first: about $" in told
    assert "Your instructions are about" in told


@pytest.mark.parametrize(
    ("options", "cache"),
    [
        (["--cached"], {"ttl": "1h", "prime": False}),
        (["--ttl", "5m"], {"ttl": "5m", "prime": False}),
        (["--prime"], {"ttl": "1h", "prime": True}),
    ],
)
def test_a_job_is_sent_as_it_was_asked_for(
    inputs: list[str],
    url: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    options: list[str],
    cache: dict[str, object],
) -> None:
    assert run(inputs, url, tmp_path, "--sample", "5", *options) == 0
    told = json.loads(capsys.readouterr().out)

    assert told["cache"] == cache
    assert told["outcomes"] == {"answered": 600}
    assert len(told["batches"]) == 1 + (cache["prime"] is True)


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (["--cached", "--mode", "now"], "for batches only"),
        (["--prime", "--ttl", "5m"], "longer than five minutes"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_spent(
    inputs: list[str],
    url: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    options: list[str],
    why: str,
) -> None:
    assert run(inputs, url, tmp_path, "--sample", "5", *options) == 1
    assert why in capsys.readouterr().err
    assert not (tmp_path / "answers.csv").exists()


def test_instructions_too_short_are_refused_with_the_reason(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    short = replace(load_recipe(RECIPE), instructions="Be brief.", examples=())
    path = tmp_path / "short.recipe"
    path.write_text(recipe_text(short), encoding="utf-8")

    assert run(["--table", TICKETS, "--recipe", str(path)], url, tmp_path, "--cached") == 1
    assert "caches from 512 on" in capsys.readouterr().err
