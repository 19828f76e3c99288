"""From the first page to typed answers beside the rows, in fewer than twelve actions."""

import csv
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from claude_batch_desk.gui.main_window import MainWindow
from tests.gui.opening import wait_for_table
from tests.gui.person import Person

_SLOW = 60_000
_MOST = 10
"""Fewer than twelve also for who chooses the file in a dialog, by two clicks for one drop."""
WHY = "Why did you choose your troop deployment?"
REASONS = (
    "because, I am number one!",
    "The top 3 are necessary for a majority. The rest are filled in case my opponent leaves them.",
    "I need 28 points.\n\nCastles 7 to 10 make 34, so I leave the low ones to the others.",
    "",
    "Most will put 10 on each, so 11 beats them.",
    "I followed the sum of the points; see https://example.org/castles?id=5&x=<b>",
)
STRATEGIES = ("Win the high castles", "Win the low castles", "Spread evenly", "Other")
LINES = (
    ("", "Jane Q. Sample"),
    ("Offense:", "Possession with intent to distribute 50 grams of cocaine base (two counts)"),
    ("District/Date:", "Northern District of Texas; October 20, 2006"),
    ("Sentence:", "360 months' imprisonment; five years' supervised release"),
    ("Terms of grant:", "Prison sentence commuted to expire on April 18, 2017."),
    ("", "John R. Sample"),
    ("Offense:", "1. Conspiracy to manufacture methamphetamine"),
    ("", "2. Possession of firearms, 18 U.S.C. § 924(c)"),
)


@pytest.fixture
def person(qtbot: QtBot, window: MainWindow) -> Person:
    window.resize(1280, 800)
    return Person(qtbot, window)


@pytest.fixture
def castles(tmp_path: Path) -> Path:
    """Ten numbers and an answer of a survey per row, some of it on several lines."""
    path = tmp_path / "castles.csv"
    numbers = [f"Castle {number}" for number in range(1, 11)]
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow([*numbers, WHY])
        out.writerows([*[10] * 10, reason] for reason in REASONS)
    return path


@pytest.fixture
def commutations(tmp_path: Path) -> Path:
    """One record over several rows, each with the name of what it holds."""
    path = tmp_path / "commutations.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("key", "info"), *LINES])
    return path


def exported(qtbot: QtBot, window: MainWindow, path: Path) -> list[dict[str, str]]:
    """The answers once they have come by themselves, as a file for other programs has them."""
    panel = window.results_page.answers
    qtbot.waitUntil(lambda: panel.model.rowCount() > 0 and panel.isVisible(), timeout=_SLOW)
    panel.export_bar.export_to(path)
    qtbot.waitUntil(panel.export_bar.file_button.isVisible, timeout=_SLOW)
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_a_survey_is_classified_in_fewer_than_twelve_actions(
    qtbot: QtBot, window: MainWindow, person: Person, castles: Path, tmp_path: Path
) -> None:
    person.drop(castles)
    wait_for_table(qtbot, window, "castles.csv")
    person.click("data_next")
    person.click("recipe_own")
    person.type_into("prompt", "Which strategy is this? {{Why", "")
    person.type_into("new_field_name", "Strategy", "")
    person.choose("field_kind_1", "One of a list")
    person.paste("\n".join(STRATEGIES), "field_choices_1")
    person.click("step_review")
    person.click("review_send")

    rows = exported(qtbot, window, tmp_path / "out.csv")
    assert len(person.actions) <= _MOST, person.actions
    assert window.job_view.step == "results"
    assert [row[WHY] for row in rows] == list(REASONS)
    assert [row["Castle 10"] for row in rows] == ["10"] * len(REASONS)
    assert {row["Strategy"] for row in rows} <= set(STRATEGIES)
    assert window.draft.recipe.prompt.text == f"Which strategy is this? {{{{{WHY}}}}}"


def test_three_columns_are_extracted_in_fewer_than_twelve_actions(
    qtbot: QtBot, window: MainWindow, person: Person, commutations: Path, tmp_path: Path
) -> None:
    person.drop(commutations)
    wait_for_table(qtbot, window, "commutations.csv")
    person.click("data_next")
    person.click("recipe_own")
    person.type_into("prompt", "Read this line: {{key", " {{info", "")
    person.type_into("new_field_name", "Offence", "Drug", "Year", "")
    person.choose("field_kind_3", "Whole number")
    person.click("step_review")
    person.click("review_send")

    rows = exported(qtbot, window, tmp_path / "out.csv")
    assert len(person.actions) <= _MOST, person.actions
    assert [(row["key"], row["info"]) for row in rows] == list(LINES)
    assert all(row["Year"] == "" or int(row["Year"]) for row in rows)
    assert rows[2]["Year"] == "2006"
    assert any(row["Offence"] for row in rows)
    assert rows[0]["Offence"] == rows[0]["Drug"] == rows[0]["Year"] == ""
    assert window.draft.job is not None
    assert window.draft.job.outcomes == {"answered": len(LINES)}


def test_a_recipe_saved_on_one_table_answers_another_with_other_headers(
    qtbot: QtBot, window: MainWindow, person: Person, castles: Path, tmp_path: Path
) -> None:
    recipe = tmp_path / "strategies.recipe"
    person.drop(castles)
    wait_for_table(qtbot, window, "castles.csv")
    person.click("data_next")
    person.click("recipe_own")
    person.type_into("prompt", "Which strategy is this? {{Why", " On ten: {{Castle 10", "")
    person.type_into("new_field_name", "Strategy", "")
    person.choose("field_kind_1", "One of a list")
    person.paste("\n".join(STRATEGIES), "field_choices_1")
    person.save_as("recipe_save", recipe)

    renamed = tmp_path / "second round.csv"
    lines = castles.read_text(encoding="utf-8").replace(WHY, "Thoughts").replace("Castle ", "C")
    renamed.write_text(lines, encoding="utf-8")
    person.drop(renamed)
    wait_for_table(qtbot, window, "second round.csv")
    person.drop(recipe)
    person.wait_for_dialog("mapping_dialog")
    person.choose("mapping_1", "Thoughts")
    person.choose("mapping_2", "C10")
    person.click("mapping_use")
    qtbot.waitUntil(
        lambda: (
            window.draft.recipe.prompt.text
            == "Which strategy is this? {{Thoughts}} On ten: {{C10}}"
        )
    )
    person.click("step_review")
    person.click("review_send")
    rows = exported(qtbot, window, tmp_path / "out.csv")
    assert [row["Thoughts"] for row in rows] == list(REASONS)
    assert {row["Strategy"] for row in rows} <= set(STRATEGIES)
    assert WHY not in recipe.read_text(encoding="utf-8").replace("{{" + WHY + "}}", "")
