"""Models and recipes are put side by side on the command line."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from claude_batch_desk.cli import main
from claude_batch_desk.core.settings import home_folder
from claude_batch_desk.practice.server import PracticeService
from claude_batch_desk.session import Session

RECIPE = """\
recipe_version = 2
model = "claude-sonnet-5-5"
prompt = "Message: {{%s}}"

[[answer]]
name = "Mood"
kind = "choice"
choices = ["happy", "angry"]
"""


@pytest.fixture
def arguments(tmp_path: Path) -> Iterator[list[str]]:
    """A comparison on 20 rows, of which every fourth is angry in another column."""
    (tmp_path / "moods.recipe").write_text(RECIPE % "Message", encoding="utf-8")
    (tmp_path / "other.recipe").write_text(RECIPE % "Reply", encoding="utf-8")
    with (tmp_path / "moods.csv").open("w", newline="", encoding="utf-8") as file:
        rows = [
            [f"I am happy {at}", f"I am {'happy' if at % 4 else 'angry'} {at}", "happy"]
            for at in range(20)
        ]
        csv.writer(file).writerows([["Message", "Reply", "Gold"], *rows])
    inputs = ["--table", str(tmp_path / "moods.csv"), "--recipe", str(tmp_path / "moods.recipe")]
    with PracticeService(tmp_path / "service") as service:
        yield ["compare", *inputs, "--base-url", service.base_url, "--sample", "20"]


def jobs() -> int:
    with Session(home_folder(), shared=True) as session:
        return len(session.desk.jobs())


def test_a_model_and_a_recipe_are_held_against_the_first(
    arguments: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    others = ["--model", "claude-haiku-5-5", "--other", str(tmp_path / "other.recipe")]
    assert main([*arguments, *others, "--gold", "Gold", "--again", "--yes", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [each["model"] for each in told["arms"]] == [
        "claude-sonnet-5-5",
        "claude-haiku-5-5",
        "claude-sonnet-5-5",
    ]
    assert float(told["arms"][1]["saving_usd"]["expected"]) > 0
    [column] = told["columns"]
    assert column["differ"] == [1, 5, 9, 13, 17]
    assert [each["same_as_first"] for each in column["arms"]] == [20, 20, 15]
    last = column["arms"][2]
    assert (last["only_first_right"], last["only_this_right"]) == (5, 0)
    assert last["p"] == pytest.approx(2 / 2**5)
    assert told["asked_again"][0]["hits"] == 20
    assert jobs() == 1


def test_it_is_told_in_sentences(
    arguments: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*arguments, "--other", str(tmp_path / "other.recipe"), "--yes"]) == 0
    said = capsys.readouterr()
    assert "Comparing on 20 rows costs about $" in said.err
    assert "2 says the same as 1 on 15 of 20 rows." in said.out
    assert "On 5 rows nobody has said which is right." in said.out
    assert "keeps these answers" in said.out


def test_nothing_is_left_where_the_price_is_not_confirmed(arguments: list[str]) -> None:
    assert main([*arguments, "--model", "claude-haiku-5-5"]) == 3
    assert jobs() == 0


@pytest.mark.parametrize(
    ("other", "sentence"),
    [
        ("claude-haiku-1", "does not offer claude-haiku-1"),
        ("claude-haiku-5-5:tiny", "no effort “tiny”"),
        ("claude-sonnet-5-5", "ask the same"),
    ],
)
def test_what_cannot_be_compared_is_refused_and_leaves_nothing(
    arguments: list[str], other: str, sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*arguments, "--model", other, "--yes"]) == 1
    assert sentence in capsys.readouterr().err
    assert jobs() == 0
