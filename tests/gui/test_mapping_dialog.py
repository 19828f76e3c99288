"""A recipe of another table is opened on this one."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from claude_batch_desk.core.prompts.recipe import Recipe, save_recipe
from claude_batch_desk.core.prompts.template import Template
from claude_batch_desk.gui.draft import Draft
from claude_batch_desk.gui.mapping_dialog import MappingDialog
from claude_batch_desk.gui.prompt_page import PromptPage
from claude_batch_desk.gui.tasks import TaskRunner
from tests.gui.clicking import click
from tests.gui.page_fakes import RECIPE, FakeDesk, make_table

OTHER = Recipe(name="Other", prompt=Template("{{customer}}: {{Body}}"), model="claude-haiku-5-5")


@pytest.fixture
def page(qtbot: QtBot, desk: FakeDesk, tasks: TaskRunner, draft: Draft) -> PromptPage:
    page = PromptPage(desk, tasks, draft)
    qtbot.addWidget(page)
    page.resize(1000, 800)
    with qtbot.waitExposed(page):
        page.show()
    return page


@pytest.fixture
def dialog(page: PromptPage, tmp_path: Path) -> MappingDialog:
    path = tmp_path / "other.recipe"
    save_recipe(OTHER, path)
    page.recipe_bar.open_from(path)
    found = page.findChild(MappingDialog)
    assert isinstance(found, MappingDialog)
    return found


def test_a_fitting_recipe_asks_for_nothing(page: PromptPage, draft: Draft, tmp_path: Path) -> None:
    path = tmp_path / "fits.recipe"
    save_recipe(RECIPE.with_prompt("Now {{Message}}"), path)
    page.recipe_bar.open_from(path)
    assert page.findChild(MappingDialog) is None
    assert draft.recipe.prompt.text == "Now {{Message}}"


def test_what_is_alike_is_proposed_and_the_rest_is_asked(
    dialog: MappingDialog, draft: Draft
) -> None:
    assert dialog.form.choice == {"customer": "Customer", "Body": ""}
    assert dialog.form.missing.text() == "Still without a column: {{Body}}"
    assert not dialog.use_button.isEnabled()
    assert draft.recipe == RECIPE


def test_the_cells_of_the_chosen_column_are_shown(dialog: MappingDialog) -> None:
    combo = dialog.form.combos["Body"]
    combo.setCurrentIndex(combo.findText("Message"))
    assert "My order 00123 never arrived" in dialog.form.cells["Body"].accessibleName()


def test_the_prompt_is_written_in_the_names_of_the_table(
    dialog: MappingDialog, draft: Draft
) -> None:
    combo = dialog.form.combos["Body"]
    combo.setCurrentIndex(combo.findText("Message"))
    click(dialog.use_button)
    assert draft.recipe.prompt.text == "{{Customer}}: {{Message}}"
    assert draft.recipe.name == "Other"


def test_nothing_changes_where_it_is_canceled(
    dialog: MappingDialog, page: PromptPage, draft: Draft
) -> None:
    dialog.reject()
    assert draft.recipe == RECIPE
    assert page.recipe_bar.banner.isHidden()


def test_the_names_can_stay_as_they_are(dialog: MappingDialog, draft: Draft) -> None:
    click(dialog.as_is_button)
    assert draft.recipe.prompt == OTHER.prompt


def test_a_column_that_stays_on_this_computer_is_not_offered(qtbot: QtBot) -> None:
    dialog = MappingDialog(OTHER, make_table(), ("Message",))
    qtbot.addWidget(dialog)
    combo = dialog.form.combos["Body"]
    assert combo.findText("Message") == -1
    assert combo.findText("Ticket") > 0


def test_a_prompt_is_matched_to_another_table_in_one_go(
    qtbot: QtBot, page: PromptPage, draft: Draft
) -> None:
    draft.set_table(make_table(("Nr", "Client", "Messages")))
    match = page.findChild(QPushButton, "match_columns")
    assert isinstance(match, QPushButton)
    click(match)
    dialog = page.findChild(MappingDialog)
    assert isinstance(dialog, MappingDialog)
    assert dialog.form.choice == {"Customer": "", "Message": "Messages"}
    dialog.form.combos["Customer"].setCurrentIndex(
        dialog.form.combos["Customer"].findText("Client")
    )
    click(dialog.use_button)
    assert "{{Client}}" in draft.recipe.prompt.text
    assert "{{Messages}}" in draft.recipe.prompt.text
    assert page.unknown_columns.isHidden()
