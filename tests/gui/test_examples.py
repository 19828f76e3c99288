"""Examples are written by hand or taken from tried rows, and stay out of files unless asked for."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLabel, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from claude_batch_desk.core.prompts.example import Example, Filled
from claude_batch_desk.core.prompts.recipe import load_recipe
from claude_batch_desk.gui.draft import Draft
from claude_batch_desk.gui.example_dialog import ExampleDialog
from claude_batch_desk.gui.examples_form import ExamplesForm
from claude_batch_desk.gui.purse import Purse
from claude_batch_desk.gui.recipe_bar import RecipeBar
from claude_batch_desk.gui.tasks import TaskRunner
from claude_batch_desk.gui.tried_card import TriedCard
from claude_batch_desk.gui.try_page import TryPage
from tests.gui.clicking import click
from tests.gui.page_fakes import RECIPE, FakeDesk
from tests.gui.trial_fakes import FakeTrials

GOOD = Example(
    (Filled("Customer", "Ann"), Filled("Message", "Where is it?")),
    (Filled("Category", "delivery"), Filled("Summary", "Asks for a parcel.")),
)


@pytest.fixture
def form(qtbot: QtBot) -> ExamplesForm:
    form = ExamplesForm()
    qtbot.addWidget(form)
    form.resize(600, 400)
    form.set_recipe(RECIPE)
    with qtbot.waitExposed(form):
        form.show()
    return form


def dialog_of(widget: QWidget) -> ExampleDialog:
    [dialog] = widget.window().findChildren(ExampleDialog)
    return dialog


def part(widget: QWidget, name: str) -> QAbstractButton:
    found = widget.findChild(QAbstractButton, name)
    assert isinstance(found, QAbstractButton)
    return found


def seen(widget: QWidget) -> set[str]:
    """What is to be read, in full where a line is cut."""
    labels = [label for label in widget.findChildren(QLabel) if label.isVisible()]
    return {label.accessibleName() or label.text() for label in labels}


def write(dialog: ExampleDialog, name: str, text: str) -> None:
    edit = dialog.cells.get(name) or dialog.answers[name].focusProxy()
    assert edit is not None
    if isinstance(edit, QComboBox):
        edit.setCurrentText(text)
    else:
        QTest.keyClicks(edit, text)


def test_an_example_is_written_by_hand(qtbot: QtBot, form: ExamplesForm) -> None:
    click(form.add_button)
    dialog = dialog_of(form)
    write(dialog, "Customer", "Ann")
    write(dialog, "Message", "Where is it?")
    click(dialog.use_button)
    assert dialog.problem.text().startswith("Example 1 has no “Category”.")
    assert not form.examples
    write(dialog, "Category", "delivery")
    write(dialog, "Summary", "Asks for a parcel.")
    with qtbot.waitSignal(form.changed):
        click(dialog.use_button)
    assert form.examples == (GOOD,)
    shown = {"Ann · Where is it?", "→ delivery · Asks for a parcel."}
    qtbot.waitUntil(lambda: shown <= seen(form))


def test_allowed_values_are_chosen_from_their_list(form: ExamplesForm) -> None:
    click(form.add_button)
    combo = dialog_of(form).answers["Category"].focusProxy()
    assert isinstance(combo, QComboBox)
    offered = [combo.itemText(place) for place in range(combo.count())]
    assert offered == ["delivery", "billing", "account", "praise", "bug"]
    assert combo.currentText() == ""


def test_an_example_is_corrected_and_removed(qtbot: QtBot, form: ExamplesForm) -> None:
    form.set_recipe(replace(RECIPE, examples=(GOOD, GOOD)))
    click(part(form, "example_edit_2"))
    dialog = dialog_of(form)
    write(dialog, "Category", "bug")
    click(dialog.use_button)
    assert [each.answers[0].text for each in form.examples] == ["delivery", "bug"]
    with qtbot.waitSignal(form.changed):
        click(part(form, "example_remove_1"))
    assert [each.answers[0].text for each in form.examples] == ["bug"]


def test_what_is_left_is_unchanged(form: ExamplesForm) -> None:
    form.set_recipe(replace(RECIPE, examples=(GOOD,)))
    click(part(form, "example_edit_1"))
    QTest.keyClick(dialog_of(form), Qt.Key.Key_Escape)
    assert form.examples == (GOOD,)


def test_an_example_that_fits_no_longer_says_so(qtbot: QtBot, form: ExamplesForm) -> None:
    stale = replace(GOOD, answers=(Filled("Category", "parcel"), GOOD.answers[1]))
    form.set_recipe(replace(RECIPE, examples=(stale,)))
    said = (
        "Example 1 has “parcel” for “Category”, which that column cannot hold. "
        "Correct the example, or remove it."
    )
    qtbot.waitUntil(lambda: said in seen(form))


def test_examples_that_fit_no_longer_are_left_out_in_one_go(form: ExamplesForm) -> None:
    stale = replace(GOOD, answers=(Filled("Category", "parcel"), GOOD.answers[1]))
    form.set_recipe(replace(RECIPE, examples=(stale, GOOD, stale)))
    told = part(form, "examples_leave_out")
    assert told.text() == "Leave them out"
    click(told)
    assert form.examples == (GOOD,)
    assert not form.notice.isVisible()


def test_cells_are_shown_as_plain_text(form: ExamplesForm) -> None:
    hostile = replace(GOOD, cells=(Filled("Message", "<b>bold</b> " + "x" * 100_000),))
    form.set_recipe(replace(RECIPE, examples=(hostile,)))
    click(part(form, "example_edit_1"))
    edit = dialog_of(form).cells["Message"]
    assert isinstance(edit, QPlainTextEdit)
    assert edit.toPlainText().startswith("<b>bold</b> ")


def test_a_tried_row_becomes_an_example_with_its_answers_corrected(
    qtbot: QtBot, desk: FakeDesk, tasks: TaskRunner, draft: Draft
) -> None:
    page = TryPage(FakeTrials(desk), tasks, draft, Purse(desk, tasks, draft))
    qtbot.addWidget(page)
    page.resize(800, 900)
    with qtbot.waitExposed(page):
        page.show()
    page.enter()
    qtbot.waitUntil(page.try_button.isEnabled)
    click(page.try_button)
    qtbot.waitUntil(lambda: page.has_tried)
    card = page.findChildren(TriedCard)[0]
    click(card.example_button)
    dialog = dialog_of(page)
    shown = dialog.cells["Message"].toPlainText()
    assert draft.table is not None
    assert shown in {row[2] for row in draft.table.rows}
    write(dialog, "Category", "billing")
    click(dialog.use_button)
    [example] = draft.recipe.examples
    assert example.from_row
    assert example.cells[1] == Filled("Message", shown)
    assert example.answers[0] == Filled("Category", "billing")
    assert card.isVisible()


def test_examples_from_rows_are_saved_only_when_the_person_says_so(
    qtbot: QtBot, tmp_path: Path
) -> None:
    bar = RecipeBar()
    qtbot.addWidget(bar)
    bar.show()
    own = replace(GOOD, from_row=True)
    recipe = replace(RECIPE, name="Mine", examples=(GOOD, own))
    bar.set_recipe(recipe)
    path = tmp_path / "Mine.recipe"
    bar.save_to(path)
    assert load_recipe(path).examples == (GOOD,)
    assert bar.banner.text.text().startswith("Saved as Mine.recipe, without 1 example")
    click(bar.banner.action)
    assert load_recipe(path) == recipe
    assert "cells of your rows" in bar.banner.text.text()
