from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from claude_batch_desk.core.jobs.rows.conditions import RowFilter
from claude_batch_desk.core.jobs.rows.selection import Selection
from claude_batch_desk.gui.prompt_preview import PromptPreview
from claude_batch_desk.gui.row_stepper import RowStepper
from claude_batch_desk.gui.tasks import TaskRunner
from tests.gui.clicking import click
from tests.gui.page_fakes import RECIPE, make_estimate, make_table

GERMAN = Selection(filters=(RowFilter("Message", "contains", "Rechnung"),))
"""The second of every five messages."""


@pytest.fixture
def preview(qtbot: QtBot, tasks: TaskRunner) -> PromptPreview:
    made = PromptPreview(tasks)
    qtbot.addWidget(made)
    made.resize(700, 700)
    made.set_table(make_table())
    made.set_recipe(RECIPE)
    with qtbot.waitExposed(made):
        made.show()
    return made


@pytest.fixture
def stepper(preview: PromptPreview) -> RowStepper:
    return preview.stepper


def shown(stepper: RowStepper) -> int:
    """As a person counts."""
    return stepper.row_spin.value()


def test_only_rows_that_run_are_stepped_through(
    qtbot: QtBot, preview: PromptPreview, stepper: RowStepper
) -> None:
    preview.set_table(make_table(), GERMAN)
    qtbot.waitUntil(lambda: stepper.running is not None)
    assert shown(stepper) == 2
    assert not stepper.previous_button.isEnabled()
    click(stepper.next_button)
    assert shown(stepper) == 7
    assert stepper.count_label.text() == "120 of 600 rows run"
    click(stepper.random_button)
    assert shown(stepper) % 5 == 2
    click(stepper.first_button)
    assert shown(stepper) == 2


def test_a_row_that_does_not_run_is_shown_and_said_to(
    qtbot: QtBot, preview: PromptPreview, stepper: RowStepper
) -> None:
    preview.set_table(make_table(), GERMAN)
    qtbot.waitUntil(lambda: stepper.running is not None)
    stepper.row_spin.setValue(4)
    assert "Thanks, all good now" in preview.row_text.toPlainText()
    assert preview.unchosen_label.isVisible()
    click(stepper.next_button)
    assert shown(stepper) == 7
    assert not preview.unchosen_label.isVisible()


def test_the_end_of_a_range_is_the_last_row(preview: PromptPreview, stepper: RowStepper) -> None:
    preview.set_table(make_table(), Selection(first=10, last=12))
    assert shown(stepper) == 10
    click(stepper.next_button)
    click(stepper.next_button)
    assert shown(stepper) == 12
    assert not stepper.next_button.isEnabled()


def test_the_longest_and_the_shortest_are_found_among_those_that_run(
    qtbot: QtBot, preview: PromptPreview, stepper: RowStepper
) -> None:
    preview.set_table(make_table(), Selection(first=6, last=100))
    click(stepper.longest_button)
    qtbot.waitUntil(lambda: "The app crashes" in preview.row_text.toPlainText())
    assert shown(stepper) in range(6, 101)
    qtbot.waitUntil(stepper.shortest_button.isEnabled)
    click(stepper.shortest_button)
    qtbot.waitUntil(lambda: "Thanks, all good" in preview.row_text.toPlainText())
    assert shown(stepper) == 9


def test_a_row_by_chance_is_always_another_one(stepper: RowStepper) -> None:
    before = shown(stepper)
    for _ in range(20):
        click(stepper.random_button)
        assert shown(stepper) != before
        before = shown(stepper)


def test_no_rows_are_read_for_a_preview_out_of_sight(
    qtbot: QtBot, preview: PromptPreview, stepper: RowStepper
) -> None:
    preview.hide()
    preview.set_table(make_table(), GERMAN)
    assert stepper.running is None
    preview.show()
    qtbot.waitUntil(lambda: stepper.running is not None)


def test_what_is_shared_and_what_is_of_the_row_are_told_apart(preview: PromptPreview) -> None:
    assert preview.shared_label.text().startswith("Same for every row · about ")
    assert preview.row_label.text().startswith("Row 1 · 96 characters, about ")
    assert "A rule of thumb" in preview.meter.label.text()


def test_counts_of_the_service_replace_the_rule_of_thumb(preview: PromptPreview) -> None:
    known = replace(make_estimate(), shared_tokens=512, longest_tokens=4_321, tokens_per_byte=0.5)
    preview.set_estimate(known, RECIPE)
    assert preview.shared_label.text() == "Same for every row · about 512 tokens"
    assert preview.row_label.text() == "Row 1 · 96 characters, about 48 tokens"
    assert preview.meter.label.text() == (
        "This request: about 560 tokens. The longest: about 4,321 tokens. "
        "Measured by counts of the service."
    )


def test_a_key_in_the_prompt_keeps_the_counted_shared_part(preview: PromptPreview) -> None:
    known = replace(make_estimate(), shared_tokens=512, longest_tokens=4_321, tokens_per_byte=0.5)
    preview.set_estimate(known, RECIPE)
    preview.set_recipe(RECIPE.with_prompt("{{Message}}!"))
    assert "512" in preview.shared_label.text()
    assert "The longest" not in preview.meter.label.text()
    preview.set_recipe(replace(RECIPE, instructions=RECIPE.instructions * 50))
    assert "512" not in preview.shared_label.text()


def test_sizes_of_another_table_are_forgotten(preview: PromptPreview) -> None:
    preview.set_estimate(replace(make_estimate(), shared_tokens=512, tokens_per_byte=0.5), RECIPE)
    preview.set_table(make_table())
    assert "512" not in preview.shared_label.text()
