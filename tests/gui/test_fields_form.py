"""Answer columns described in a form, without JSON."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from claude_batch_desk.core.prompts.fields import (
    COMPANIONS,
    FIELD_KINDS,
    MAX_FIELDS,
    MAX_UNIONS,
    Choice,
    FieldKind,
    OutputField,
)
from claude_batch_desk.gui.draft import Draft
from claude_batch_desk.gui.field_card import READ_OUT
from claude_batch_desk.gui.fields_form import FieldsForm
from claude_batch_desk.gui.taken_values import take_values
from claude_batch_desk.gui.tasks import TaskRunner
from tests.choices import plain_choices
from tests.gui.clicking import click
from tests.gui.page_fakes import make_table

TEAM = OutputField("Team", "choice", (Choice("A", "first"), Choice("B")))


@pytest.fixture
def form(qtbot: QtBot) -> FieldsForm:
    form = FieldsForm()
    qtbot.addWidget(form)
    form.resize(700, 900)
    with qtbot.waitExposed(form):
        form.show()
    return form


def type_names(form: FieldsForm, *names: str) -> None:
    for name in names:
        QTest.keyClicks(form.names_edit, name)
        QTest.keyClick(form.names_edit, Qt.Key.Key_Return)


@pytest.mark.parametrize("kind", FIELD_KINDS)
def test_every_kind_comes_out_as_it_went_in(form: FieldsForm, kind: FieldKind) -> None:
    listed = plain_choices("x", "y") if kind in ("choice", "choices") else ()
    low, high = (0, 10) if kind == "score" else (1, 5)
    field = OutputField(
        "Name",
        kind,
        listed,
        "About",
        may_be_unknown=True,
        low=low,
        high=high,
        companions=COMPANIONS,
    )
    form.set_fields([field])
    assert form.fields() == (field,)


def test_a_pasted_column_is_a_list_of_allowed_values(form: FieldsForm) -> None:
    form.set_fields([TEAM])
    table = form.cards()[0].choices_table
    table.setCurrentCell(2, 0)
    QGuiApplication.clipboard().setText("C\r\n\r\nD\tthe last one\r\n")
    QTest.keyClick(table, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert form.fields()[0].choices == (*TEAM.choices, Choice("C"), Choice("D", "the last one"))


def test_what_is_pasted_takes_the_place_of_all_that_is_selected(form: FieldsForm) -> None:
    form.set_fields([TEAM])
    table = form.cards()[0].choices_table
    QGuiApplication.clipboard().setText("C\nD\nE")
    QTest.keyClick(table, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(table, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert [choice.value for choice in form.fields()[0].choices] == ["C", "D", "E"]


def test_a_value_is_written_at_the_end_and_removed_by_a_key(form: FieldsForm) -> None:
    form.set_fields([TEAM])
    table = form.cards()[0].choices_table
    item = table.item(2, 0)
    assert item is not None
    item.setText("C")
    assert [choice.value for choice in form.fields()[0].choices] == ["A", "B", "C"]
    assert table.rowCount() == 4
    table.setCurrentCell(0, 0)
    QTest.keyClick(table, Qt.Key.Key_Delete)
    assert [choice.value for choice in form.fields()[0].choices] == ["B", "C"]


def test_the_values_of_a_column_become_the_allowed_ones(
    form: FieldsForm, draft: Draft, tasks: TaskRunner, qtbot: QtBot
) -> None:
    table = make_table(("Id", "Kind & size"), [("1", "A"), ("2", "big"), ("3", "a")])
    draft.set_table(table)
    form.set_columns(table.columns)
    form.set_fields([TEAM])
    card = form.cards()[0]
    with qtbot.waitSignal(form.values_wanted) as asked:
        card.take_button.menu().actions()[1].trigger()
    assert asked.args == [card, "Kind & size"]
    take_values(tasks, draft, card, "Kind & size")
    wanted = (Choice("A", "first"), Choice("big"))
    qtbot.waitUntil(lambda: form.fields()[0].choices == wanted)


def test_a_column_of_too_many_values_is_refused_with_a_sentence(
    form: FieldsForm,
    draft: Draft,
    tasks: TaskRunner,
    qtbot: QtBot,
    errors: list[BaseException],
) -> None:
    assert draft.table is not None
    form.set_fields([TEAM])
    take_values(tasks, draft, form.cards()[0], draft.table.columns[0])
    qtbot.waitUntil(lambda: bool(errors))
    assert "has more than 200 different values" in str(errors[0])
    assert form.fields() == (TEAM,)


def test_a_value_that_stays_keeps_what_was_written_of_it(form: FieldsForm) -> None:
    form.set_fields([TEAM])
    form.cards()[0].take_values(["New", "a"])
    assert form.fields()[0].choices == (Choice("New"), Choice("A", "first"))


def test_what_cannot_be_asked_for_is_said_at_its_card_and_not_shown_as_asked(
    form: FieldsForm,
) -> None:
    form.set_fields([TEAM, OutputField("Grade", "score", low=3, high=3)])
    assert form.cards()[0].problem_label.text() == ""
    assert "end above" in form.cards()[1].problem_label.text()
    assert form.asked.isHidden()
    form.cards()[1].scale_form.high_spin.setValue(6)
    assert form.cards()[1].problem_label.text() == ""
    assert not form.asked.isHidden()


def test_what_the_service_is_asked_for_is_told_in_words_and_as_json_on_demand(
    form: FieldsForm,
) -> None:
    form.set_fields([TEAM])
    assert form.asked.text.isHidden()
    click(form.asked.fold_button)
    assert form.asked.text.toPlainText() == "Team: one of A, B"
    click(form.asked.json_check)
    assert '"additionalProperties": false' in form.asked.text.toPlainText()


def test_names_written_one_after_the_other_become_answer_columns(form: FieldsForm) -> None:
    type_names(form, "Offence", " Drug ", "", "Year")
    assert [field.name for field in form.fields()] == ["Offence", "Drug", "Year"]
    assert form.names_edit.text() == ""
    assert form.names_edit.hasFocus()
    assert all(card.problem_label.text() == "" for card in form.cards())


def test_the_headers_of_a_spreadsheet_become_answer_columns_at_once(form: FieldsForm) -> None:
    QGuiApplication.clipboard().setText("Offence\tDrug\tYear")
    form.names_edit.paste()
    click(form.add_button)
    assert [field.name for field in form.fields()] == ["Offence", "Drug", "Year"]


def test_a_name_that_was_written_is_taken_whatever_the_person_does_next(form: FieldsForm) -> None:
    type_names(form, "Offence")
    QTest.keyClicks(form.names_edit, "Drug")
    click(form.add_button)
    assert [field.name for field in form.fields()] == ["Offence", "Drug"]
    QTest.keyClicks(form.names_edit, "Year")
    form.cards()[0].description_edit.setFocus()
    assert [field.name for field in form.fields()] == ["Offence", "Drug", "Year"]
    assert form.cards()[0].description_edit.hasFocus()


def test_no_more_are_added_than_a_recipe_can_ask_for(form: FieldsForm) -> None:
    form.names_edit.setText("\t".join(f"Column {number}" for number in range(MAX_FIELDS + 3)))
    click(form.add_button)
    assert len(form.fields()) == MAX_FIELDS
    left = [f"Column {number}" for number in range(MAX_FIELDS, MAX_FIELDS + 3)]
    assert form.names_edit.text().split("\t") == left
    assert not form.names_edit.isEnabled()
    assert not form.add_button.isEnabled()


def test_enter_behind_the_name_of_a_card_goes_on_to_another_column(form: FieldsForm) -> None:
    click(form.add_button)
    edit = form.cards()[0].name_edit
    QTest.keyClick(edit, Qt.Key.Key_Return)
    assert edit.hasFocus()
    QTest.keyClicks(edit, "Offence")
    QTest.keyClick(edit, Qt.Key.Key_Return)
    assert form.names_edit.hasFocus()
    assert [field.name for field in form.fields()] == ["Offence"]


def test_what_is_read_out_of_a_row_may_be_left_empty_and_what_is_judged_may_not(
    form: FieldsForm,
) -> None:
    click(form.add_button)
    card = form.cards()[0]
    assert form.fields()[0].may_be_unknown
    for kind in FIELD_KINDS:
        card.kind_combo.setCurrentIndex(FIELD_KINDS.index(kind))
        assert form.fields()[0].may_be_unknown == (kind in READ_OUT)


def test_a_type_that_is_changed_later_takes_back_no_choice_about_empty_cells(
    form: FieldsForm,
) -> None:
    click(form.add_button)
    card = form.cards()[0]
    card.unknown_check.click()
    card.kind_combo.setCurrentIndex(FIELD_KINDS.index("choice"))
    card.kind_combo.setCurrentIndex(FIELD_KINDS.index("integer"))
    assert not form.fields()[0].may_be_unknown
    form.set_fields([replace(TEAM, may_be_unknown=True), OutputField("Note")])
    for card in form.cards():
        card.kind_combo.setCurrentIndex(FIELD_KINDS.index("integer"))
    assert [field.may_be_unknown for field in form.fields()] == [True, False]


def test_as_many_as_the_service_takes_may_be_left_empty(form: FieldsForm) -> None:
    type_names(form, *(f"Column {number}" for number in range(MAX_UNIONS + 1)))
    assert [field.may_be_unknown for field in form.fields()] == [True] * MAX_UNIONS + [False]
    assert all(card.problem_label.text() == "" for card in form.cards())


def test_the_list_to_fill_in_comes_into_sight_with_its_type(form: FieldsForm, qtbot: QtBot) -> None:
    click(form.add_button)
    card = form.cards()[0]
    with qtbot.waitSignal(form.sight_wanted) as wanted:
        card.kind_combo.setCurrentIndex(FIELD_KINDS.index("choice"))
    assert wanted.args == [card.choices_table]


def test_arrow_keys_that_pass_by_a_list_leave_the_focus_at_the_type(
    form: FieldsForm, qtbot: QtBot
) -> None:
    click(form.add_button)
    combo = form.cards()[0].kind_combo
    combo.setFocus()
    combo.showPopup()
    combo.hidePopup()
    qtbot.wait(1)
    for _ in range(3):
        QTest.keyClick(combo, Qt.Key.Key_Down)
    assert form.fields()[0].kind == "choices"
    assert form.window().focusWidget() is combo
