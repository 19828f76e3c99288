"""What was corrected becomes examples and right answers, in the whole window over a real desk."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QItemSelection, QItemSelectionModel, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from claude_batch_desk.app import Composed
from claude_batch_desk.core.jobs.correcting.verbs import Change
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.report import silent
from claude_batch_desk.gui.answer_editing import AnswerEditing
from claude_batch_desk.gui.lesson_dialog import LessonDialog
from claude_batch_desk.gui.lesson_lines import NOTE, ROW
from claude_batch_desk.gui.lessons import LessonsDesk
from claude_batch_desk.gui.main_window import MainWindow
from claude_batch_desk.practice.server import PracticeService
from tests.gui.answered_jobs import answered
from tests.gui.clicking import click, in_sight

SLOW = 30_000
ROWS = 12
MOOD, WHY = 2, 3
"""Columns of the table: the message and the status stand before them."""
_Role = Qt.ItemDataRole


@pytest.fixture
def practice_url(tmp_path: Path) -> Iterator[str]:
    with PracticeService(tmp_path / "service") as service:
        yield service.base_url


@pytest.fixture
def job(composed: Composed, tmp_path: Path) -> Job:
    """Answered, with three rows put right."""
    session = composed.session
    job = answered(session, tmp_path, [f"I am happy {number}" for number in range(ROWS)])
    changes = [Change(row, "Why", f"Since {row}") for row in (1, 4, 7)]
    session.corrections.correct(job.id, changes, silent)
    return job


@pytest.fixture
def lessons(qtbot: QtBot, window: MainWindow, job: Job) -> LessonsDesk:
    """As they are on Results, with the answers shown."""
    window.office.open(job.id)
    found = window.tutor.lessons
    qtbot.waitUntil(found.button.isVisible, timeout=SLOW)
    qtbot.waitUntil(lambda: window.results_page.answers.model.rowCount() == ROWS, timeout=SLOW)
    return found


def entry(lessons: LessonsDesk, name: str) -> QAction:
    [found] = [each for each in lessons.menu.actions() if each.objectName() == name]
    return found


def open_dialog(qtbot: QtBot, lessons: LessonsDesk, name: str) -> LessonDialog:
    with qtbot.waitSignal(lessons.opened, timeout=SLOW) as opened:
        entry(lessons, name).trigger()
    assert opened.args is not None
    dialog = opened.args[0]
    assert isinstance(dialog, LessonDialog)
    qtbot.waitUntil(lambda: dialog.model.rowCount() > 0 and dialog.busy.isHidden(), timeout=SLOW)
    return dialog


def select(window: MainWindow, first: int, last: int, column: int = WHY) -> None:
    panel = window.results_page.answers
    panel.view.setFocus()
    panel.view.setCurrentIndex(panel.model.index(first, column))
    panel.view.selectionModel().select(
        QItemSelection(panel.model.index(first, column), panel.model.index(last, column)),
        QItemSelectionModel.SelectionFlag.ClearAndSelect,
    )


def editing(window: MainWindow) -> AnswerEditing:
    found = window.results_page.answers.editing
    assert found is not None
    return found


def test_corrected_rows_go_into_the_prompt_of_a_new_job(
    qtbot: QtBot, window: MainWindow, lessons: LessonsDesk, job: Job
) -> None:
    dialog = open_dialog(qtbot, lessons, "lessons_examples")
    assert dialog.view.isColumnHidden(NOTE)
    assert dialog.use_button.text() == "Use 3 rows as examples"
    box = dialog.model.index(2, ROW)
    dialog.model.setData(box, Qt.CheckState.Unchecked.value, _Role.CheckStateRole)
    assert dialog.use_button.text() == "Use 2 rows as examples"
    click(dialog.use_button)
    qtbot.waitUntil(lambda: window.draft.editable, timeout=SLOW)
    assert window.draft.recipe.examples[1].answers[1].text == "Since 4"
    assert (window.draft.job.name if window.draft.job else "") == f"{job.name}, with examples"
    assert window.job_view.step == "prompt"
    form = window.prompt_page.examples_form
    qtbot.waitUntil(lambda: in_sight(form).height() > 0, timeout=SLOW)


def test_a_line_is_ticked_by_the_keyboard_and_by_a_double_click(
    qtbot: QtBot, lessons: LessonsDesk
) -> None:
    dialog = open_dialog(qtbot, lessons, "lessons_examples")
    first = dialog.model.index(0, ROW)
    dialog.view.setCurrentIndex(first)
    QTest.keyClick(dialog.view, Qt.Key.Key_Space)
    assert len(dialog.model.chosen) == 2
    dialog.view.doubleClicked.emit(first.siblingAtColumn(1))
    assert len(dialog.model.chosen) == 3
    dialog.model.choose(frozenset())
    assert not dialog.use_button.isEnabled()
    dialog.reject()


def test_rows_that_are_selected_go_into_a_draft_that_asks_the_same(
    qtbot: QtBot, composed: Composed, window: MainWindow, lessons: LessonsDesk, job: Job
) -> None:
    made = composed.session.desk.new_job("Next try", "practice")
    composed.session.desk.save_draft(made.id, recipe=job.recipe, table_id=job.table_id)
    select(window, 3, 7)
    dialog = open_dialog(qtbot, lessons, "lessons_examples_selected")
    assert [each.row for each in dialog.model.chosen] == [4, 7]
    assert dialog.target.itemText(1) == "“Next try”, which was not sent yet"
    dialog.target.setCurrentIndex(1)
    click(dialog.use_button)
    qtbot.waitUntil(lambda: window.draft.editable, timeout=SLOW)
    assert (window.draft.job.id if window.draft.job else 0) == made.id
    assert len(window.draft.recipe.examples) == 2


def test_right_answers_are_kept_said_and_taken_back(
    qtbot: QtBot, composed: Composed, window: MainWindow, lessons: LessonsDesk, job: Job
) -> None:
    quality, words = composed.session.quality, window.accuracy.words
    with qtbot.waitSignal(lessons.labelled, timeout=SLOW):
        entry(lessons, "lessons_label").trigger()
    assert lessons.banner.text.text().startswith("Right answers kept: “Why” 3. They are rows")
    assert quality.labelled_rows(job.id, silent) == [1, 4, 7]
    qtbot.waitUntil(lambda: words.accessibleName().startswith("Every row with a"), timeout=SLOW)
    with qtbot.waitSignal(lessons.labelled, timeout=SLOW):
        click(lessons.banner.action)
    assert quality.labelled_rows(job.id, silent) == []
    assert lessons.banner.isHidden()


def test_right_answers_are_forgotten_at_any_later_time(
    qtbot: QtBot, composed: Composed, lessons: LessonsDesk, job: Job
) -> None:
    for name, told in (
        ("lessons_label", "Right answers kept: “Why” 3."),
        ("lessons_forget", "Right answers forgotten: 3."),
        ("lessons_forget", "No right answer was made of a correction."),
    ):
        with qtbot.waitSignal(lessons.labelled, timeout=SLOW):
            entry(lessons, name).trigger()
        assert lessons.banner.text.text().startswith(told)
    assert composed.session.quality.labelled_rows(job.id, silent) == []


def test_undo_and_redo_stand_in_the_edit_menu_by_name_while_answers_are_in_sight(
    qtbot: QtBot, window: MainWindow, lessons: LessonsDesk
) -> None:
    steps, model = editing(window).steps, window.results_page.answers.model
    assert window.menus._edit_menu.actions()[:2] == [steps.undo, steps.redo]
    assert not steps.undo.isEnabled()
    model.setData(model.index(0, WHY), "better")
    qtbot.waitUntil(lambda: steps.undo.text() == "&Undo: “Why” of row 1", timeout=SLOW)
    window.job_view.go("data")
    assert (steps.undo.isEnabled(), steps.undo.text()) == (False, "&Undo")
    window.job_view.go("results")
    steps.undo.trigger()
    qtbot.waitUntil(lambda: steps.redo.text() == "&Redo: “Why” of row 1", timeout=SLOW)
    qtbot.waitUntil(lambda: not steps.undo.isEnabled(), timeout=SLOW)


def test_what_came_counts_again_in_the_cells_that_are_selected(
    qtbot: QtBot, composed: Composed, window: MainWindow, lessons: LessonsDesk, job: Job
) -> None:
    select(window, 0, 5)
    with qtbot.waitSignal(editing(window).changed, timeout=SLOW):
        editing(window).take_back()
    held = composed.session.corrections.history(job.id, 4)[0]
    assert (held.value, held.was) == (None, "Since 4")
    assert composed.session.corrections.history(job.id, 0) == []
    assert composed.session.teaching.count(job.id, silent) == 1
