"""Examples follow their answer columns, and say plainly where they cannot."""

from dataclasses import replace

import pytest
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.prompts.example import Example, Filled
from claude_batch_desk.core.prompts.fields import FIELD_KINDS, Choice
from claude_batch_desk.gui.draft import Draft
from claude_batch_desk.gui.example_dialog import ExampleDialog
from claude_batch_desk.gui.prompt_page import PromptPage
from claude_batch_desk.gui.tasks import TaskRunner
from tests.gui.clicking import click
from tests.gui.page_fakes import RECIPE, FakeDesk, make_job, sent_job

CELLS = (Filled("Customer", "Ann"), Filled("Message", "Where is it?"))
FIRST = Example(CELLS, (Filled("Category", "delivery"), Filled("Summary", "Asks for a parcel.")))
SECOND = Example(CELLS, (Filled("Category", "bug"), Filled("Summary", "It crashes.")))


@pytest.fixture
def job() -> Job:
    return make_job(recipe=replace(RECIPE, examples=(FIRST, SECOND)))


@pytest.fixture
def page(
    qtbot: QtBot, desk: FakeDesk, tasks: TaskRunner, empty_draft: Draft, job: Job
) -> PromptPage:
    page = PromptPage(desk, tasks, empty_draft)
    qtbot.addWidget(page)
    page.resize(1400, 900)
    with qtbot.waitExposed(page):
        page.show()
    empty_draft.open(job, desk.kept_table)
    return page


def answers(draft: Draft) -> list[dict[str, str]]:
    examples = draft.recipe.examples
    return [{each.name: each.text for each in example.answers} for example in examples]


def test_a_renamed_column_is_renamed_in_the_examples(page: PromptPage, empty_draft: Draft) -> None:
    name = page.fields_form.cards()[0].name_edit
    name.clear()
    QTest.keyClicks(name, "Kind")
    assert answers(empty_draft)[0] == {"Kind": "delivery", "Summary": "Asks for a parcel."}
    assert not page.examples_form.notice.isVisible()
    while name.isUndoAvailable():
        name.undo()
    assert empty_draft.recipe.examples == (FIRST, SECOND)


def test_a_renamed_value_is_renamed_in_the_examples(page: PromptPage, empty_draft: Draft) -> None:
    table = page.fields_form.cards()[0].choices_table
    item = table.item(4, 0)
    assert item is not None
    assert item.text() == "bug"
    item.setText("defect")
    assert [each["Category"] for each in answers(empty_draft)] == ["delivery", "defect"]
    assert not page.examples_form.notice.isVisible()


def test_a_new_column_is_answered_from_where_it_was_added(
    page: PromptPage, empty_draft: Draft
) -> None:
    form, notice = page.fields_form, page.examples_form.notice
    click(form.add_button)
    assert not notice.isVisible()
    QTest.keyClicks(form.cards()[2].name_edit, "Urgent")
    assert notice.text.text() == "Examples 1 and 2 have no answers yet that fit “Urgent”."
    for number, text in ((1, "yes, today"), (2, "no")):
        assert notice.action.text() == f"Answer example {number}"
        click(notice.action)
        dialog = page.window().findChildren(ExampleDialog)[-1]
        edit = dialog.focusWidget()
        QTest.keyClicks(edit, text)
        click(dialog.use_button)
    assert not notice.isVisible()
    assert [each["Urgent"] for each in answers(empty_draft)] == ["yes, today", "no"]


def test_a_removed_value_and_another_type_name_the_examples(qtbot: QtBot, page: PromptPage) -> None:
    first, second = page.fields_form.cards()
    notice = page.examples_form.notice
    first.choices_table.set_choices([Choice("delivery"), Choice("billing")])
    first.choices_table.changed.emit()
    assert notice.text.text() == "Example 2 has no answer yet that fits “Category”."
    second.kind_combo.setCurrentIndex(FIELD_KINDS.index("date"))
    assert notice.text.text() == (
        "Examples 1 and 2 have no answers yet that fit “Category” and “Summary”."
    )
    qtbot.waitUntil(lambda: first.remove_button.height() > 0)  # the page is laid out anew
    click(first.remove_button)
    assert notice.text.text() == "Examples 1 and 2 have no answers yet that fit “Summary”."


def test_another_recipe_renames_nothing(page: PromptPage, empty_draft: Draft) -> None:
    other = replace(RECIPE.fields[0], name="Kind")
    empty_draft.set_recipe(replace(empty_draft.recipe, fields=(other, RECIPE.fields[1])))
    assert empty_draft.recipe.examples == (FIRST, SECOND)
    assert page.examples_form.notice.text.text() == (
        "Examples 1 and 2 have no answers yet that fit “Kind”."
    )


def test_nothing_is_to_be_answered_once_the_job_was_sent(
    page: PromptPage, empty_draft: Draft, desk: FakeDesk, job: Job
) -> None:
    behind = replace(job.recipe, examples=(replace(FIRST, answers=FIRST.answers[:1]),))
    empty_draft.open(replace(job, recipe=behind), desk.kept_table)
    assert page.examples_form.notice.isVisible()
    empty_draft.open(sent_job(replace(job, recipe=behind)), desk.kept_table)
    assert not page.examples_form.notice.isVisible()
