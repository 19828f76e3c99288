from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from claude_batch_desk.core.errors import StoreError
from claude_batch_desk.core.jobs.rows.selection import Selection
from claude_batch_desk.core.prompts.fields import Choice
from claude_batch_desk.core.prompts.recipe import Recipe, load_recipe
from claude_batch_desk.core.prompts.template import EMPTY_CELLS, EmptyCells, Template
from claude_batch_desk.core.tables.table import Row
from claude_batch_desk.gui.draft import Draft
from claude_batch_desk.gui.prompt_page import PromptPage
from claude_batch_desk.gui.tasks import TaskRunner
from tests.gui.clicking import click, in_sight
from tests.gui.page_fakes import RECIPE, FakeDesk, make_job, make_table, sent_job

_LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def desk() -> FakeDesk:
    return FakeDesk(make_job(recipe=Recipe()))


@pytest.fixture
def page(qtbot: QtBot, desk: FakeDesk, tasks: TaskRunner, draft: Draft) -> PromptPage:
    page = PromptPage(desk, tasks, draft)
    qtbot.addWidget(page)
    page.resize(900, 1400)
    page.enter()
    with qtbot.waitExposed(page):
        page.show()
    click(page.gallery.own_button)
    return page


def forms(page: PromptPage) -> QScrollArea:
    area = page.findChild(QScrollArea, "prompt_forms")
    assert isinstance(area, QScrollArea)
    return area


def test_what_is_written_is_in_the_draft_and_in_the_preview_at_once(
    page: PromptPage, draft: Draft
) -> None:
    QTest.keyClicks(page.instructions_edit, "Sort it.")
    QTest.keyClicks(page.template_editor, "About: ")
    click(page.chips.chip("Message"))
    assert draft.recipe.instructions == "Sort it."
    assert draft.recipe.prompt == Template("About: {{Message}}")
    assert page.preview.row_text.toPlainText() == (
        "About: My order 00123 never arrived & I want my money back."
    )


def test_the_arrows_step_through_the_rows(page: PromptPage) -> None:
    page.template_editor.setPlainText("{{Ticket}}")
    assert not page.preview.stepper.previous_button.isEnabled()
    click(page.preview.stepper.next_button)
    click(page.preview.stepper.next_button)
    assert page.preview.row_text.toPlainText() == "00002"
    click(page.preview.stepper.previous_button)
    assert page.preview.row_text.toPlainText() == "00001"
    page.preview.stepper.row_spin.setValue(600)
    assert page.preview.row_text.toPlainText() == "00599"
    assert not page.preview.stepper.next_button.isEnabled()


def test_the_longest_prompt_is_found(qtbot: QtBot, page: PromptPage) -> None:
    page.template_editor.setPlainText("{{Message}}")
    click(page.preview.stepper.longest_button)
    qtbot.waitUntil(lambda: page.preview.stepper.row_spin.value() == 5)
    assert page.preview.row_text.toPlainText().startswith("The app crashes")


def test_a_misspelt_column_is_named_and_one_click_corrects_it(
    page: PromptPage, draft: Draft
) -> None:
    page.template_editor.setPlainText("{{Mesage}}")
    assert page.unknown_columns.isVisible()
    assert "Mesage" in page.unknown_columns.findChildren(QLabel)[0].text()
    assert page.preview.problem_label.text().startswith("Correct the marked")
    click(page.unknown_columns.findChild(QPushButton, "use_nearest_column"))
    assert draft.recipe.prompt == Template("{{Message}}")
    assert not page.unknown_columns.isVisible()
    assert page.preview.problem_label.text() == ""


def test_markup_in_a_cell_is_shown_as_text(page: PromptPage) -> None:
    page.template_editor.setPlainText("{{Message}}")
    page.preview.stepper.row_spin.setValue(3)
    assert "<b>everything</b>" in page.preview.row_text.toPlainText()


def test_an_empty_cell_is_pointed_out(
    qtbot: QtBot, desk: FakeDesk, tasks: TaskRunner, draft: Draft
) -> None:
    draft.open(desk.now, make_table(rows=[("1", "", " ")]))
    page = PromptPage(desk, tasks, draft)
    qtbot.addWidget(page)
    page.template_editor.setPlainText("{{Message}} {{Ticket}}")
    assert page.preview.hint_label.text() == "Empty in this row: “Message”"
    assert page.preview.problem_label.text() == ""


def test_the_first_model_is_a_cheap_one_and_the_choices_are_its_own(
    page: PromptPage, draft: Draft
) -> None:
    assert "haiku" in draft.recipe.model
    for place in range(page.model_form.model_combo.count()):
        if page.model_form.model_combo.itemData(place) is None:
            continue  # the line between the newest models and the older ones
        page.model_form.model_combo.setCurrentIndex(place)
        page.model_form.model_combo.activated.emit(place)
        model = page.model_form.model
        assert model is not None
        assert draft.recipe.model == model.id
        offered = page.model_form.effort_combo.count() - 1
        assert offered == len(model.efforts)
        assert page.model_form.problem_label.text() == ""


def test_an_own_limit_is_kept_and_can_be_given_up(page: PromptPage, draft: Draft) -> None:
    click(page.model_form.own_limit_check)
    page.model_form.limit_spin.setValue(777)
    assert draft.recipe.max_tokens == 777
    click(page.model_form.own_limit_check)
    assert draft.recipe.max_tokens == 0


def test_an_answer_column_is_written_with_its_allowed_values(
    page: PromptPage, draft: Draft
) -> None:
    click(page.fields_form.add_button)
    card = page.fields_form.cards()[0]
    assert card.problem_label.text() == ""  # nobody is told off before the first key
    QTest.keyClick(card.name_edit, Qt.Key.Key_Return)
    assert card.problem_label.text() == "An answer column has no name. Give it one, or remove it."
    QTest.keyClicks(card.name_edit, "Urgency")
    assert card.problem_label.text() == ""
    card.kind_combo.setCurrentText("One of a list")
    assert "at least two" in card.problem_label.text()
    card.choices_table.paste("high\tmust be done today\nlow")
    assert card.problem_label.text() == ""
    [field] = draft.recipe.fields
    assert field.choices == (Choice("high", "must be done today"), Choice("low"))


def test_answer_columns_move_and_go(page: PromptPage, draft: Draft) -> None:
    for name in ("One", "Two", "Three"):
        click(page.fields_form.add_button)
        QTest.keyClicks(page.fields_form.cards()[-1].name_edit, name)
    click(page.fields_form.cards()[2].up_button)
    assert [field.name for field in draft.recipe.fields] == ["One", "Three", "Two"]
    click(page.fields_form.cards()[0].down_button)
    assert [field.name for field in draft.recipe.fields] == ["Three", "One", "Two"]
    click(page.fields_form.cards()[1].remove_button)
    assert [field.name for field in draft.recipe.fields] == ["Three", "Two"]
    assert not page.fields_form.cards()[0].up_button.isEnabled()
    assert not page.fields_form.cards()[1].down_button.isEnabled()


def whole_in_sight(widget: QWidget) -> bool:
    return in_sight(widget).height() == widget.height()


def test_who_writes_a_prompt_has_the_columns_in_sight(page: PromptPage, qtbot: QtBot) -> None:
    page.resize(760, 680)
    page.recipe_bar.browse_button.click()
    click(page.gallery.own_button)
    qtbot.waitUntil(lambda: whole_in_sight(page.template_editor) and whole_in_sight(page.chips))
    assert page.template_editor.hasFocus()


def test_an_answer_column_is_whole_in_sight_while_it_is_written(
    page: PromptPage, qtbot: QtBot
) -> None:
    page.resize(760, 560)
    click(page.fields_form.add_button)
    card = page.fields_form.cards()[0]
    qtbot.waitUntil(lambda: card.height() > 100 and whole_in_sight(card))
    names = page.fields_form.names_edit
    for name in ("Offence", "Drug", "Year"):
        QTest.keyClicks(names, name)
        QTest.keyClick(names, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: whole_in_sight(names))
    card.kind_combo.setCurrentText("One of a list")
    table = card.choices_table
    qtbot.waitUntil(lambda: whole_in_sight(table))


def test_the_second_of_two_equal_names_is_the_one_marked(page: PromptPage) -> None:
    for _ in range(2):
        click(page.fields_form.add_button)
        QTest.keyClicks(page.fields_form.cards()[-1].name_edit, "Same")
    first, second = page.fields_form.cards()
    assert first.problem_label.text() == ""
    assert second.problem_label.text() == "Two answer columns are called “Same”. Rename one."


def test_a_recipe_saved_and_opened_again_is_the_same(
    page: PromptPage, draft: Draft, tmp_path: Path
) -> None:
    draft.set_recipe(RECIPE)
    assert page.template_editor.toPlainText() == RECIPE.prompt.text
    page.recipe_bar.save_to(tmp_path / "mine")
    assert load_recipe(tmp_path / "mine.recipe") == RECIPE
    page.template_editor.setPlainText("something else")
    page.recipe_bar.open_from(tmp_path / "mine.recipe")
    assert draft.recipe == RECIPE
    click(page.recipe_bar.banner.action)
    assert draft.recipe.prompt == Template("something else")


def test_a_recipe_that_cannot_be_read_says_so_and_changes_nothing(
    page: PromptPage, draft: Draft, tmp_path: Path
) -> None:
    before = draft.recipe
    page.recipe_bar.open_from(tmp_path / "gone.recipe")
    assert "cannot be read" in page.recipe_bar.banner.text.text()
    assert draft.recipe == before


def test_a_sent_job_shows_its_prompt_and_cannot_be_changed(page: PromptPage, draft: Draft) -> None:
    draft.open(sent_job(), make_table())
    assert page.template_editor.isReadOnly()
    assert page.template_editor.toPlainText() == RECIPE.prompt.text
    assert not page.fields_form.isEnabled()
    assert page.sent_banner.isVisible()
    assert not page.next_button.isVisible()


def test_many_columns_are_searched(page: PromptPage, draft: Draft) -> None:
    names = [f"Column {number}" for number in range(16_384)]
    draft.set_table(make_table(names, [tuple(names)]))
    assert page.chips.chip("Column 16383") is None
    QTest.keyClicks(page.chips.filter_edit, "16383")
    click(page.chips.chip("Column 16383"))
    assert draft.recipe.prompt == Template("{{Column 16383}}")


def test_the_page_asks_to_go_on(qtbot: QtBot, page: PromptPage) -> None:
    with qtbot.waitSignal(page.done_requested):
        click(page.next_button)


def test_the_newest_model_of_each_line_stands_before_the_older_ones(page: PromptPage) -> None:
    combo = page.model_form.model_combo
    places = [combo.itemData(place) for place in range(combo.count())]
    newest, older = places[: places.index(None)], places[places.index(None) + 1 :]
    models = {model.id: model for model in page.model_form.models}
    assert len({models[each].line for each in newest}) == len(newest)
    assert {models[each].line for each in older} <= {models[each].line for each in newest}


def test_another_job_is_read_from_the_top(page: PromptPage, draft: Draft, desk: FakeDesk) -> None:
    page.resize(900, 700)
    bar = forms(page).verticalScrollBar()
    bar.setValue(bar.maximum())
    assert bar.value() > 0
    draft.open(replace(desk.now, id=desk.now.id + 1), desk.kept_table)
    assert bar.value() == 0


def test_a_new_answer_column_is_brought_into_sight(qtbot: QtBot, page: PromptPage) -> None:
    for _ in range(4):
        click(page.fields_form.add_button)
    area = forms(page)
    last = page.fields_form.cards()[-1]

    def seen() -> bool:
        top = last.mapTo(area.viewport(), QPoint(0, 0)).y()
        return top >= 0 and top + last.height() <= area.viewport().height()

    qtbot.waitUntil(seen)


def test_a_prompt_not_begun_is_no_mistake(page: PromptPage) -> None:
    page.template_editor.clear()
    assert page.preview.problem_label.text() == ""
    assert page.preview.hint_label.text() == "Write a prompt to see what each row will ask."
    assert not page.preview.stepper.longest_button.isEnabled()


def test_a_row_that_cannot_be_read_is_said_in_the_preview(page: PromptPage, draft: Draft) -> None:
    class Unreadable:
        def window(self, first: int, count: int) -> list[Row]:
            raise StoreError("The disk cannot be read.")

        def __iter__(self) -> Iterator[Row]:
            raise StoreError("The disk cannot be read.")

    draft.set_table(replace(make_table(), rows=Unreadable()))
    page.template_editor.setPlainText("{{Message}}")
    assert page.preview.problem_label.text() == "The disk cannot be read."


def test_a_column_kept_on_this_computer_is_not_offered(page: PromptPage, draft: Draft) -> None:
    draft.set_selection(Selection(excluded=("Customer",)))
    assert page.chips.chip("Customer") is None
    assert page.chips.chip("Message") is not None
    page.template_editor.setPlainText("Of {{Customer}}: {{Message}}")
    assert page.template_editor.unknown() == ("Customer",)
    told = [each.text() for each in page.unknown_columns.findChildren(QLabel)]
    assert told == ["“Customer” is kept on this computer, so the prompt cannot name it."]
    assert page.unknown_columns.findChild(QPushButton, "use_nearest_column") is None


def test_the_preview_shows_no_cell_of_a_kept_column(page: PromptPage, draft: Draft) -> None:
    page.template_editor.setPlainText("Of {{Customer}}: {{Message}}")
    assert "Customer 0" in page.preview.row_text.toPlainText()
    draft.set_selection(Selection(excluded=("Customer",)))
    assert page.preview.row_text.toPlainText() == "Of {{Customer}}: {{Message}}"
    assert page.preview.problem_label.text().startswith("Correct the marked")
    draft.set_selection(Selection())
    assert page.preview.problem_label.text() == ""


def test_what_becomes_of_empty_cells_is_chosen_and_shown(page: PromptPage, draft: Draft) -> None:
    draft.set_table(make_table(rows=[("1", "Ann", ""), ("2", "Bo", "Hello")]))
    page.template_editor.setPlainText("To {{Customer}}\n<m>{{Message}}</m>\nAnswer.")
    combo = page.empty_cells.combo

    def shown(way: EmptyCells) -> str:
        QTest.keyClick(combo, Qt.Key.Key_Home)
        for _ in range(EMPTY_CELLS.index(way)):
            QTest.keyClick(combo, Qt.Key.Key_Down)
        assert draft.recipe.empty_cells == way
        return page.preview.row_text.toPlainText()

    assert shown("skip") == ""
    assert page.preview.hint_label.text() == (
        "Not sent: “Message” is empty, and such rows are skipped."
    )
    assert shown("leave_out") == "To Ann\nAnswer."
    assert shown("send") == "To Ann\n<m></m>\nAnswer."
    draft.set_recipe(replace(draft.recipe, empty_cells="skip"))
    assert page.empty_cells.value == "skip"
