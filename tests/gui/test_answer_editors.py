"""Each kind of answer column has what its right answer is written, chosen or ticked with."""

from dataclasses import replace

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit
from pytestqt.qtbot import QtBot

from claude_batch_desk.core.prompts.example import Example, Filled
from claude_batch_desk.core.prompts.fields import Choice, FieldKind, OutputField, columns_of
from claude_batch_desk.gui.answer_editors import (
    AnswerEditor,
    OneOfAList,
    SeveralOfAList,
    WrittenAnswer,
    editor_of,
)
from claude_batch_desk.gui.example_dialog import ExampleDialog
from tests.gui.clicking import click
from tests.gui.page_fakes import RECIPE

TOPICS = OutputField(
    "Topics", "choices", (Choice("heat", "Warmth & light"), Choice("water"), Choice("R&D"))
)


def editor(
    qtbot: QtBot, field: OutputField, text: str = "", *, fresh: bool = False
) -> AnswerEditor:
    made = editor_of(columns_of([field])[0], text, fresh=fresh)
    qtbot.addWidget(made)
    with qtbot.waitExposed(made):
        made.show()
    return made


def seen(widget: AnswerEditor) -> set[str]:
    return {each.text() for each in widget.findChildren(QLabel) if each.isVisible()}


def test_several_values_are_ticked(qtbot: QtBot) -> None:
    topics = editor(qtbot, TOPICS, "Water; heat")
    assert isinstance(topics, SeveralOfAList)
    assert topics.text() == "heat; water"
    click(topics.boxes["heat"])
    click(topics.boxes["R&D"])
    assert topics.text() == "water; R&D"
    assert topics.boxes["R&D"].text() == "R&&D"
    assert topics.boxes["heat"].toolTip() == "Warmth &amp; light"
    assert topics.boxes["heat"].accessibleName() == "Topics: heat"


def test_a_value_that_is_not_allowed_any_more_stays_in_sight(qtbot: QtBot) -> None:
    topics = editor(qtbot, TOPICS, "light; heat")
    assert isinstance(topics, SeveralOfAList)
    assert topics.boxes["light"].text() == "light (not allowed)"
    assert topics.text() == "heat; light"
    click(topics.boxes["light"])
    assert topics.text() == "heat"


def test_none_ticked_says_unknown_where_that_is_allowed(qtbot: QtBot) -> None:
    assert not seen(editor(qtbot, TOPICS))
    assert seen(editor(qtbot, replace(TOPICS, may_be_unknown=True))) == {
        "With none ticked it is unknown."
    }


@pytest.mark.parametrize(
    ("field", "offered"),
    [
        (OutputField("A", "choice", (Choice("x"), Choice("y"))), ["x", "y"]),
        (OutputField("A", "boolean"), ["yes", "no"]),
        (OutputField("A", "score", low=0, high=2), ["0", "1", "2"]),
    ],
)
def test_one_of_a_few_is_chosen_from_a_list(
    qtbot: QtBot, field: OutputField, offered: list[str]
) -> None:
    strict = editor(qtbot, field)
    assert isinstance(strict, OneOfAList)
    assert [strict.combo.itemText(at) for at in range(strict.combo.count())] == offered
    assert strict.text() == ""
    free = editor(qtbot, replace(field, may_be_unknown=True))
    assert isinstance(free, OneOfAList)
    assert free.combo.currentText() == "Unknown: the row does not say"
    assert free.text() == ""
    assert editor(qtbot, field, offered[1].upper()).text() == offered[1]


def test_what_was_never_answered_is_not_taken_for_unknown(qtbot: QtBot) -> None:
    field = OutputField("A", "boolean", may_be_unknown=True)
    asked = editor(qtbot, field, fresh=True)
    assert isinstance(asked, OneOfAList)
    assert asked.combo.currentIndex() == -1
    number = editor(qtbot, OutputField("A", "number", may_be_unknown=True), fresh=True)
    assert isinstance(number, WrittenAnswer)
    assert not number.unknown_check.isChecked()


@pytest.mark.parametrize(
    ("field", "wrong", "right", "said"),
    [
        (OutputField("A", "integer"), "1.5", "15", "Not a whole number"),
        (OutputField("A", "number"), "1,5", "-1.50", "Not a number, such as 1.5"),
        (OutputField("A", "date"), "31.1.2026", "2026-01-31", "Not a date, such as 2026-01-31"),
    ],
)
def test_what_a_line_cannot_hold_is_said_at_once(
    qtbot: QtBot, field: OutputField, wrong: str, right: str, said: str
) -> None:
    written = editor(qtbot, field)
    line = written.focusProxy()
    assert isinstance(line, QLineEdit)
    assert not seen(written)
    QTest.keyClicks(line, wrong)
    assert said in seen(written)
    line.clear()
    QTest.keyClicks(line, right)
    assert not seen(written)
    assert written.text() == right


@pytest.mark.parametrize("kind", ["text", "integer", "number", "date"])
def test_unknown_is_ticked_and_what_was_written_comes_back(qtbot: QtBot, kind: FieldKind) -> None:
    given = {"text": "Ann", "integer": "4", "number": "4.5", "date": "2026-01-31"}[kind]
    field = OutputField("A", kind, may_be_unknown=True)
    written = editor(qtbot, field, given)
    assert isinstance(written, WrittenAnswer)
    click(written.unknown_check)
    assert written.text() == ""
    assert not written.edit.isEnabled()
    click(written.unknown_check)
    assert written.text() == given
    again = editor(qtbot, field)
    assert isinstance(again, WrittenAnswer)
    assert again.unknown_check.isChecked()


def test_a_required_answer_cannot_be_unknown(qtbot: QtBot) -> None:
    written = editor(qtbot, OutputField("A", "integer"))
    assert isinstance(written, WrittenAnswer)
    assert not written.unknown_check.isVisible()


def test_the_dialog_begins_at_the_answer_that_is_missing(qtbot: QtBot) -> None:
    fields = (*RECIPE.fields, TOPICS)
    answers = (Filled("Category", "bug"), Filled("Summary", "It crashes."))
    example = Example((Filled("Message", "Help"),), answers)
    dialog = ExampleDialog(replace(RECIPE, fields=fields), example, 1)
    qtbot.addWidget(dialog)
    with qtbot.waitExposed(dialog):
        dialog.show()
    topics = dialog.answers["Topics"]
    assert isinstance(topics, SeveralOfAList)
    assert topics.focusProxy() is topics.boxes["heat"]
    assert dialog.focusWidget() is topics.boxes["heat"]
    click(topics.boxes["water"])
    with qtbot.waitSignal(dialog.written) as written:
        click(dialog.use_button)
    assert written.args[0].answers == (*answers, Filled("Topics", "water"))


@pytest.mark.parametrize("kind", ["boolean", "number", "text"])
def test_what_may_be_unknown_is_said_to_be_so_or_answered(qtbot: QtBot, kind: FieldKind) -> None:
    recipe = replace(RECIPE, fields=(OutputField("A", kind, may_be_unknown=True),))
    dialog = ExampleDialog(recipe, Example((Filled("Message", "Help"),)), 1)
    qtbot.addWidget(dialog)
    with qtbot.waitExposed(dialog):
        dialog.show()
    click(dialog.use_button)
    told = "“A” has no answer yet. Give one, or say that it is unknown."
    assert dialog.problem.text() == told
    answer = dialog.answers["A"]
    if isinstance(answer, OneOfAList):
        answer.combo.setCurrentText("Unknown: the row does not say")
    else:
        assert isinstance(answer, WrittenAnswer)
        click(answer.unknown_check)
    with qtbot.waitSignal(dialog.written) as written:
        click(dialog.use_button)
    assert written.args[0].answers == (Filled("A", ""),)
