"""Answers are written over as in a spreadsheet, on the real desk and the Practice service."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtCore import QItemSelection, QItemSelectionModel, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit
from pytestqt.qtbot import QtBot

from claude_batch_desk.core.errors import StoreError
from claude_batch_desk.core.jobs.correcting.verbs import Change
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.jobs.store.correction_store import Correction
from claude_batch_desk.core.report import Report
from claude_batch_desk.gui.answer_editing import AnswerEditing
from claude_batch_desk.gui.answers_panel import AnswersPanel
from claude_batch_desk.gui.corrector import Corrector
from claude_batch_desk.gui.tasks import TaskRunner
from claude_batch_desk.session import Session
from tests.gui.answered_jobs import answered

SLOW = 30_000
MOOD, WHY = 2, 3
"""Columns of the table: the message and the status stand before them."""
Key = Qt.Key


@pytest.fixture
def job(session: Session, tmp_path: Path) -> Job:
    return answered(session, tmp_path, [f"I am happy {number}" for number in range(10)])


@pytest.fixture
def panel(qtbot: QtBot, session: Session, tasks: TaskRunner, job: Job) -> AnswersPanel:
    made = AnswersPanel(session.desk, session.money, tasks)
    qtbot.addWidget(made)
    made.let_correct(session.corrections)
    editing(made).changed.connect(made.read_again)
    made.resize(1000, 800)
    with qtbot.waitExposed(made):
        made.show()
    assert job.table_id is not None
    made.show_job(job, session.desk.table(job.table_id))
    qtbot.waitUntil(lambda: made.model.rowCount() == 10, timeout=SLOW)
    return made


def editing(panel: AnswersPanel) -> AnswerEditing:
    assert panel.editing is not None
    return panel.editing


def on(panel: AnswersPanel, row: int, column: int) -> None:
    panel.view.setFocus()
    panel.view.setCurrentIndex(panel.model.index(row, column))


def shown(panel: AnswersPanel, row: int, column: int) -> str:
    return str(panel.model.index(row, column).data())


def kept(session: Session, job: Job, row: int) -> tuple[str, ...]:
    answer = session.desk.answers(job.id, row, 1)[0].answer
    assert answer is not None
    return answer.values


def test_typing_over_a_cell_and_return_goes_on_below(
    qtbot: QtBot, panel: AnswersPanel, session: Session, job: Job
) -> None:
    on(panel, 0, WHY)
    with qtbot.waitSignal(editing(panel).changed, timeout=SLOW):
        QTest.keyClick(panel.view, Key.Key_B)
        line = panel.view.viewport().findChild(QLineEdit)
        assert line is not None
        QTest.keyClicks(line, "ecause")
        QTest.keyClick(line, Key.Key_Return)
    assert panel.view.currentIndex().row() == 1
    assert panel.view.currentIndex().column() == WHY
    assert kept(session, job, 0)[1].casefold() == "because"
    assert shown(panel, 0, WHY).casefold() == "because"
    assert panel.model.index(0, WHY).data(Qt.ItemDataRole.DecorationRole) is not None


def test_a_value_from_a_list_is_chosen_by_its_first_letter(
    qtbot: QtBot, panel: AnswersPanel, session: Session, job: Job
) -> None:
    on(panel, 2, MOOD)
    with qtbot.waitSignal(editing(panel).changed, timeout=SLOW):
        QTest.keyClick(panel.view, Key.Key_F2)
        combo = panel.view.viewport().findChild(QComboBox)
        assert combo is not None
        assert [combo.itemText(place) for place in range(combo.count())] == ["happy", "angry"]
        assert combo.geometry() == panel.view.visualRect(panel.model.index(2, MOOD))
        QTest.keyClick(combo, Key.Key_A)
        QTest.keyClick(combo, Key.Key_Return)
    assert kept(session, job, 2)[0] == "angry"


def test_values_are_typed_one_below_the_other_by_letters_and_return(
    qtbot: QtBot, panel: AnswersPanel, session: Session, job: Job
) -> None:
    on(panel, 3, MOOD)
    for row in (3, 4):
        with qtbot.waitSignal(editing(panel).changed, timeout=SLOW):
            QTest.keyClick(panel.view, Key.Key_A)
            combo = panel.view.viewport().findChild(QComboBox)
            assert combo is not None  # a letter more could mean another value
            QTest.keyClick(combo, Key.Key_Return)
        assert panel.view.currentIndex().row() == row + 1
        assert kept(session, job, row)[0] == "angry"


def test_return_goes_on_below_from_a_cell_that_is_not_open_too(panel: AnswersPanel) -> None:
    on(panel, 3, MOOD)
    QTest.keyClick(panel.view, Key.Key_Return)
    at = panel.view.currentIndex()
    assert (at.row(), at.column()) == (4, MOOD)


def test_steps_are_taken_back_and_made_again_in_their_order(
    qtbot: QtBot, panel: AnswersPanel, session: Session, job: Job
) -> None:
    before = kept(session, job, 0)[0]
    other = "angry" if before == "happy" else "happy"
    panel.model.setData(panel.model.index(0, MOOD), other)
    panel.model.setData(panel.model.index(0, WHY), "one")
    panel.model.setData(panel.model.index(0, WHY), "two")
    qtbot.waitUntil(lambda: kept(session, job, 0) == (other, "two"), timeout=SLOW)
    panel.view.setFocus()
    QTest.keyClick(panel.view, Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: kept(session, job, 0) == (other, "one"), timeout=SLOW)
    editing(panel).corrector.redo()
    qtbot.waitUntil(lambda: kept(session, job, 0) == (other, "two"), timeout=SLOW)
    for _ in range(3):
        editing(panel).corrector.undo()
    qtbot.waitUntil(lambda: not editing(panel).corrector.can_undo, timeout=SLOW)
    qtbot.waitUntil(lambda: kept(session, job, 0)[0] == before, timeout=SLOW)
    qtbot.waitUntil(lambda: editing(panel).corrector.can_redo, timeout=SLOW)


def test_what_cannot_stand_in_a_cell_is_said_and_the_cell_is_as_it_was(
    qtbot: QtBot, panel: AnswersPanel, session: Session, job: Job
) -> None:
    before = kept(session, job, 1)
    with qtbot.waitSignal(editing(panel).corrector.refused, timeout=SLOW):
        panel.model.setData(panel.model.index(1, MOOD), "bored")
    assert kept(session, job, 1) == before
    assert shown(panel, 1, MOOD) == before[0]
    assert "“bored” cannot stand in “Mood”" in editing(panel).banner.text.text()


def test_a_column_of_values_is_pasted_as_one_step(
    qtbot: QtBot, panel: AnswersPanel, session: Session, job: Job
) -> None:
    QGuiApplication.clipboard().setText("angry\tfirst\nhappy\tsecond\n")
    on(panel, 4, MOOD)
    with qtbot.waitSignal(editing(panel).changed, timeout=SLOW):
        editing(panel).paste()
    assert (kept(session, job, 4), kept(session, job, 5)) == (
        ("angry", "first"),
        ("happy", "second"),
    )
    with qtbot.waitSignal(editing(panel).changed, timeout=SLOW):
        editing(panel).corrector.undo()
    assert kept(session, job, 5)[1] != "second"


def test_a_long_text_of_many_lines_is_pasted_and_copied_whole(
    qtbot: QtBot, panel: AnswersPanel, session: Session, job: Job
) -> None:
    text = "\n".join(f"line {number} said so" for number in range(100))
    QGuiApplication.clipboard().setText(f'angry\t"{text}"\nhappy\tsecond\n')
    on(panel, 4, MOOD)
    with qtbot.waitSignal(editing(panel).changed, timeout=SLOW):
        editing(panel).paste()
    wanted = [("angry", text), ("happy", "second")]
    assert [kept(session, job, row) for row in (4, 5)] == wanted
    qtbot.waitUntil(lambda: shown(panel, 5, WHY) == "second", timeout=SLOW)
    chosen, cell = panel.view.selectionModel(), panel.model.index
    both = QItemSelection(cell(4, MOOD), cell(5, WHY))
    chosen.select(both, QItemSelectionModel.SelectionFlag.ClearAndSelect)
    editing(panel).copy()
    on(panel, 7, MOOD)
    with qtbot.waitSignal(editing(panel).changed, timeout=SLOW):
        editing(panel).paste()
    assert [kept(session, job, row) for row in (7, 8)] == wanted


def test_the_row_opened_says_what_was_there_and_who_changed_it(
    qtbot: QtBot, panel: AnswersPanel, session: Session, job: Job
) -> None:
    before = kept(session, job, 3)[1]
    with qtbot.waitSignal(editing(panel).changed, timeout=SLOW):
        panel.model.setData(panel.model.index(3, WHY), "better")
    on(panel, 3, WHY)
    label = panel.detail.corrections
    qtbot.waitUntil(lambda: not label.isHidden(), timeout=SLOW)
    assert label.text().startswith(f"“Why” corrected to “better”; it was “{before}” (by ")
    on(panel, 5, WHY)
    assert label.isHidden()


def test_the_cells_of_the_source_and_the_status_stay_as_they_are(panel: AnswersPanel) -> None:
    editable = [
        bool(panel.model.index(0, column).flags() & Qt.ItemFlag.ItemIsEditable)
        for column in range(4)
    ]
    assert editable == [False, False, True, True]


class Refusing:
    """Keeps what is written, and then nothing any more."""

    def __init__(self) -> None:
        self.full = False

    def correct(self, job_id: int, changes: Sequence[Change], report: Report) -> list[Change]:
        if self.full:
            raise StoreError("The disk is full.")
        return [replace(each, value="before") for each in changes]

    def history(self, job_id: int, row: int) -> list[Correction]:
        return []


def test_a_step_that_could_not_be_taken_back_can_be_tried_again(
    qtbot: QtBot, tasks: TaskRunner, qapp: QApplication
) -> None:
    kept = Refusing()
    corrector = Corrector(kept, tasks, qapp)
    corrector.begin(1)
    with qtbot.waitSignal(corrector.kept, timeout=SLOW):
        corrector.write([Change(4, "Mood", "happy")])
    qtbot.waitUntil(lambda: bool(corrector.to_undo), timeout=SLOW)
    kept.full = True
    with qtbot.waitSignal(corrector.refused, timeout=SLOW):
        corrector.undo()
    qtbot.waitUntil(lambda: corrector.to_undo == [Change(4, "Mood", "before")], timeout=SLOW)
    assert not corrector.to_redo
    shiboken6.delete(corrector)
