"""The recipes to start from, seen before one is chosen."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from claude_batch_desk.core.errors import StoreError
from claude_batch_desk.core.prompts.recipe import Recipe, save_recipe
from claude_batch_desk.core.prompts.shipped import FOR_ANY_TABLE, shipped_recipes
from claude_batch_desk.core.prompts.template import Template
from claude_batch_desk.core.tables.profile import ColumnProfile
from claude_batch_desk.core.tables.table import Row
from claude_batch_desk.gui.draft import Draft
from claude_batch_desk.gui.main_window import MainWindow
from claude_batch_desk.gui.prompt_page import PromptPage
from claude_batch_desk.gui.recipe_gallery import RecipeGallery
from claude_batch_desk.gui.tasks import TaskRunner
from tests.gui.clicking import click
from tests.gui.opening import new_job, wait_for_table
from tests.gui.page_fakes import RECIPE, FakeDesk, make_job, make_table, sent_job
from tests.gui.person import Person

OWN = Recipe(name="Mine", prompt=Template("{{Message}}?"), model="claude-haiku-5-5")


@pytest.fixture
def desk() -> FakeDesk:
    return FakeDesk(make_job(recipe=Recipe()))


@pytest.fixture
def page(qtbot: QtBot, desk: FakeDesk, tasks: TaskRunner, draft: Draft) -> PromptPage:
    page = PromptPage(desk, tasks, draft)
    qtbot.addWidget(page)
    page.resize(1000, 800)
    with qtbot.waitExposed(page):
        page.show()
    return page


@pytest.fixture
def gallery(page: PromptPage) -> RecipeGallery:
    return page.gallery


def names(gallery: RecipeGallery) -> list[str]:
    return [gallery.list.item(row).text() for row in range(gallery.list.count())]


def told(gallery: RecipeGallery) -> str:
    return "\n".join(each.text() for each in gallery.detail.findChildren(QLabel))


def test_an_empty_prompt_begins_with_the_recipes(gallery: RecipeGallery) -> None:
    assert gallery.isVisible()
    shown = names(gallery)
    assert shown[:3] == ["For any table", "Classify", "Extract fields"]
    assert shown.index("Of the sample tables") == len(FOR_ANY_TABLE) + 1
    assert len(shown) == len(shipped_recipes()) + 2
    assert gallery.chosen is not None
    assert gallery.chosen.recipe.name == "Classify"


def test_a_recipe_is_told_by_an_example_of_a_row_and_its_answers(gallery: RecipeGallery) -> None:
    gallery.choose("Classify")
    words = told(gallery)
    assert "Puts each text under exactly one value" in words
    assert "the door no longer opens with my card" in words
    assert "Category reason" in words
    assert "Problem" in words


def test_every_recipe_says_what_comes_back(gallery: RecipeGallery) -> None:
    for recipe in (each.recipe for each in shipped_recipes()):
        gallery.choose(recipe.name)
        words = told(gallery)
        assert recipe.about in words
        assert all(field.name in words for field in recipe.fields)


def test_two_clicks_put_a_recipe_with_the_columns_of_the_table_in_place(
    page: PromptPage, gallery: RecipeGallery, draft: Draft
) -> None:
    long_text = ColumnProfile("Message", 600, 0, 600, False, 200, 90, (), "text", "")
    draft.set_table(replace(make_table(), profile=(long_text,)))
    item = gallery.list.findItems("Summarise", Qt.MatchFlag.MatchExactly)[0]
    place = gallery.list.visualItemRect(item).center()
    QTest.mouseClick(gallery.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
    click(gallery.use_button)
    assert draft.recipe.name == "Summarise"
    assert draft.recipe.prompt.columns == ("Message",)
    assert draft.recipe.examples[0].cells[0].name == "Message"
    assert not gallery.isVisible()
    assert page.unknown_columns.isHidden()
    assert page.recipe_bar.banner.text.text().startswith("“Summarise” is open")


def test_the_keys_choose_a_recipe(gallery: RecipeGallery, draft: Draft) -> None:
    gallery.list.setFocus()
    QTest.keyClick(gallery.list, Qt.Key.Key_Down)
    QTest.keyClick(gallery.list, Qt.Key.Key_Down)
    QTest.keyClick(gallery.list, Qt.Key.Key_Return)
    assert draft.recipe.name == "Summarise"


def test_tab_goes_from_the_detail_over_its_columns_to_using_it(
    qtbot: QtBot, gallery: RecipeGallery
) -> None:
    gallery.choose("Score against a rubric")
    form = gallery.detail.form
    assert form is not None
    qtbot.waitUntil(form.combos["Answer"].isVisible)
    gallery.area.setFocus()
    QTest.keyClick(gallery.area, Qt.Key.Key_Tab)
    for each in (form.combos["Question"], form.combos["Answer"], gallery.detail.examples_check):
        assert each is not None
        assert each.hasFocus()
        QTest.keyClick(each, Qt.Key.Key_Tab)
    assert gallery.use_button.hasFocus()


def test_a_column_can_be_chosen_before_the_recipe_is_used(
    gallery: RecipeGallery, draft: Draft
) -> None:
    gallery.choose("Translate")
    form = gallery.detail.form
    assert form is not None
    assert not form.complete
    form.combos["Text"].setCurrentText("Customer")
    assert "Customer 0" in form.cells["Text"].accessibleName()
    click(gallery.use_button)
    assert draft.recipe.prompt.columns == ("Customer",)


def test_a_recipe_can_be_used_without_its_examples(gallery: RecipeGallery, draft: Draft) -> None:
    gallery.choose("Translate")
    check = gallery.detail.examples_check
    assert check is not None
    check.click()
    click(gallery.use_button)
    assert draft.recipe.fields
    assert draft.recipe.examples == ()


def test_a_name_without_a_column_stays_and_is_asked_for_in_the_prompt(
    page: PromptPage, gallery: RecipeGallery, draft: Draft
) -> None:
    gallery.choose("Translate")
    click(gallery.use_button)
    assert draft.recipe.prompt.columns == ("Text",)
    assert page.unknown_columns.isVisible()


def test_taking_a_recipe_back_leads_to_the_recipes_again(
    page: PromptPage, gallery: RecipeGallery, draft: Draft
) -> None:
    click(gallery.use_button)
    click(page.recipe_bar.banner.action)
    assert draft.recipe.is_blank
    assert gallery.isVisible()


def test_who_writes_alone_is_led_to_the_empty_prompt(
    page: PromptPage, gallery: RecipeGallery
) -> None:
    click(gallery.own_button)
    assert not gallery.isVisible()
    QTest.keyClicks(page.template_editor, "Hi")
    assert page.template_editor.isVisible()


def test_the_recipes_can_be_looked_at_while_a_prompt_is_written(
    page: PromptPage, gallery: RecipeGallery, draft: Draft
) -> None:
    draft.set_recipe(RECIPE)
    assert not gallery.isVisible()
    click(page.recipe_bar.browse_button)
    assert gallery.isVisible()
    assert not page.next_button.isVisible()
    assert gallery.own_button.text() == "Back to my prompt"
    click(gallery.own_button)
    assert draft.recipe == RECIPE
    assert page.next_button.isVisible()


def test_there_is_nothing_to_find_in_while_recipes_are_looked_at(
    page: PromptPage, draft: Draft
) -> None:
    draft.set_recipe(RECIPE)
    page.find_bar.open()
    assert page.find_bar.isVisible()
    click(page.recipe_bar.browse_button)
    assert page.find_bar.isHidden()
    page.find_bar.open()
    assert page.find_bar.isHidden()


def test_the_columns_are_those_of_the_table_that_came_meanwhile(
    page: PromptPage, gallery: RecipeGallery, draft: Draft
) -> None:
    gallery.choose("Translate")
    click(gallery.own_button)
    draft.set_table(make_table(("Nr", "Texts")))
    click(page.recipe_bar.browse_button)
    form = gallery.detail.form
    assert form is not None
    assert form.choice == {"Text": "Texts"}


def test_a_recipe_saved_under_the_name_of_another_does_not_take_its_place(
    qtbot: QtBot, gallery: RecipeGallery, tmp_path: Path
) -> None:
    path = tmp_path / "mine.recipe"
    save_recipe(replace(OWN, name="Classify"), path)
    gallery.show_recent([str(path)])
    qtbot.waitUntil(lambda: names(gallery)[:2] == ["Used lately", "Classify"])
    assert gallery.chosen is not None
    assert gallery.chosen.path.stem == "classify"


def test_rows_that_cannot_be_read_leave_the_recipes_to_be_used(
    page: PromptPage, gallery: RecipeGallery, draft: Draft
) -> None:
    class Unreadable:
        def window(self, first: int, count: int) -> list[Row]:
            raise StoreError("The disk cannot be read.")

        def __iter__(self) -> Iterator[Row]:
            raise StoreError("The disk cannot be read.")

    draft.set_table(replace(make_table(), rows=Unreadable()))
    click(gallery.use_button)
    assert draft.recipe.name == "Classify"
    assert not gallery.isVisible()


def test_a_sent_job_offers_no_recipes(page: PromptPage, draft: Draft) -> None:
    draft.open(sent_job(), make_table())
    assert not page.gallery.isVisible()
    assert not page.recipe_bar.browse_button.isEnabled()


def test_a_recipe_for_documents_says_that_the_table_has_none(gallery: RecipeGallery) -> None:
    gallery.choose("Questions about documents")
    assert "the rows of this table have none" in told(gallery)


def test_own_recipes_come_first_and_those_that_are_gone_are_left_out(
    qtbot: QtBot, gallery: RecipeGallery, draft: Draft, tmp_path: Path
) -> None:
    path = tmp_path / "mine.recipe"
    save_recipe(OWN, path)
    gallery.show_recent([str(tmp_path / "gone.recipe"), str(path)])
    qtbot.waitUntil(lambda: names(gallery)[:3] == ["Used lately", "Mine", "For any table"])
    gallery.choose("Mine")
    with qtbot.waitSignal(gallery.remembered) as signal:
        click(gallery.use_button)
    assert signal.args == [str(path)]
    assert draft.recipe == OWN


def test_a_recipe_that_was_saved_is_offered_at_the_next_start(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    new_job(qtbot, window)
    window.job_view.go("prompt")
    page = window.prompt_page
    click(page.gallery.own_button)
    page.template_editor.setPlainText("{{Message}}?")
    page.recipe_bar.save_to(tmp_path / "Mine.recipe")
    assert window._session.settings.recent_recipes == (str(tmp_path / "Mine.recipe"),)
    click(page.recipe_bar.browse_button)
    qtbot.waitUntil(lambda: names(page.gallery)[:2] == ["Used lately", "Mine"])


def test_a_recipe_answers_a_table_in_two_clicks_more_than_sending_takes(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    path = tmp_path / "mail.csv"
    texts = [f"The {room} is too cold since Monday, please send help." for room in ("hall", "lift")]
    path.write_text("\n".join(["Nr,Body", *(f'{at},"{text}"' for at, text in enumerate(texts))]))
    person = Person(qtbot, window)
    person.drop(path)
    wait_for_table(qtbot, window, "mail.csv")
    person.click("data_next")
    window.prompt_page.gallery.choose("Summarise")
    person.click("recipe_use")
    person.click("step_review")
    person.click("review_send")
    panel = window.results_page.answers
    qtbot.waitUntil(lambda: panel.model.rowCount() == len(texts), timeout=60_000)
    job = window.draft.job
    assert job is not None
    assert job.recipe.prompt.columns == ("Body",)
    assert job.outcomes == {"answered": len(texts)}
