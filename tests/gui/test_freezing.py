"""The first columns of the answers stay while the others are scrolled past them."""

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QSettings, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu, QTableView
from pytestqt.qtbot import QtBot

from claude_batch_desk.core.jobs.correcting.verbs import Change
from claude_batch_desk.core.jobs.job import JobRow
from claude_batch_desk.core.results.answer import Answer
from claude_batch_desk.gui.answers_model import AnswersModel
from claude_batch_desk.gui.column_freezing import ColumnFreezing
from claude_batch_desk.gui.frozen_columns import FrozenTable

ROWS, SOURCE, ANSWERS = 400, 6, 3
STATUS, FIRST_ANSWER = SOURCE, SOURCE + 1
LAST = SOURCE + ANSWERS
LEFT = Qt.MouseButton.LeftButton


def window(first: int, count: int) -> list[JobRow]:
    return [
        JobRow(
            row,
            tuple(f"cell {row} {column}" for column in range(SOURCE)),
            Answer("answered", tuple(f"answer {row} {column}" for column in range(ANSWERS))),
        )
        for row in range(first, min(first + count, ROWS))
    ]


def show(model: AnswersModel, source: range) -> None:
    names = [(column, f"Column {column}") for column in source]
    model.show(window, ROWS, names, [f"Answer {each}" for each in range(ANSWERS)])


@pytest.fixture
def table(qtbot: QtBot) -> FrozenTable:
    made = FrozenTable("answers", "Answers")
    qtbot.addWidget(made)
    model = AnswersModel(made)
    model.editable = True
    show(model, range(SOURCE))
    made.setModel(model)
    made.let_edit()
    for column in range(LAST):
        made.setColumnWidth(column, 120)
    made.resize(600, 400)
    with qtbot.waitExposed(made):
        made.show()
    return made


def over(table: FrozenTable) -> QTableView:
    found = table.findChild(QTableView, "frozen_columns")
    assert isinstance(found, QTableView)
    return found


def middle(view: QTableView, row: int, column: int) -> QPoint:
    return view.visualRect(view.model().index(row, column)).center()


def test_columns_stay_under_the_same_rows_wherever_the_table_is(
    qtbot: QtBot, table: FrozenTable
) -> None:
    table.freeze(2)
    table.go_to_row(300)
    table.go_to_column(LAST)
    stays = over(table)
    assert stays.isVisible()
    assert table.columnAt(table.viewport().width() - 1) == LAST
    assert stays.rowAt(0) == table.rowAt(0) > 0
    assert [column for column in range(LAST + 1) if not stays.isColumnHidden(column)] == [0, 1]
    table.verticalScrollBar().setValue(0)
    assert stays.rowAt(0) == 0
    table.model().layoutChanged.emit()
    assert stays.rowAt(0) == table.rowAt(0)


def test_a_cell_the_person_goes_to_is_not_left_behind_those_that_stay(table: FrozenTable) -> None:
    table.freeze(2)
    stays = over(table)
    for column in (LAST, 3, 2):
        table.setCurrentIndex(table.model().index(5, column))
        left = table.columnViewportPosition(column)
        assert stays.width() <= left < table.viewport().width()
    before = table.horizontalScrollBar().value()
    table.setCurrentIndex(table.model().index(5, 0))
    assert table.horizontalScrollBar().value() == before


def test_mouse_and_keys_know_one_table(qtbot: QtBot, table: FrozenTable) -> None:
    table.freeze(2)
    table.horizontalScrollBar().setValue(400)
    stays = over(table)
    QTest.mouseClick(stays.viewport(), LEFT, pos=middle(stays, 3, 1))
    assert (table.currentIndex().row(), table.currentIndex().column()) == (3, 1)
    assert stays.currentIndex() == table.currentIndex()
    assert table.hasFocus()
    shift = Qt.KeyboardModifier.ShiftModifier
    QTest.mouseClick(table.viewport(), LEFT, shift, middle(table, 5, FIRST_ANSWER))
    assert table.copied().split("\n")[0].split("\t")[0] == "cell 3 1"
    assert len(table.copied().split("\n")) == 3
    QTest.keyClick(table, Qt.Key.Key_Home)
    assert table.currentIndex().column() == 0


def test_cells_that_stay_are_written_over_as_the_others_are(
    qtbot: QtBot, table: FrozenTable
) -> None:
    model = table.model()
    assert isinstance(model, AnswersModel)
    changes: list[Change] = []
    model.edited.connect(changes.append)
    table.freeze(FIRST_ANSWER + 1)
    table.resize(2000, 400)
    qtbot.waitUntil(lambda: table.frozen == FIRST_ANSWER + 1)
    table.setCurrentIndex(model.index(2, FIRST_ANSWER))
    table.setFocus()
    QTest.keyClick(table, Qt.Key.Key_F2)
    editor = over(table).viewport().findChild(QLineEdit)
    assert editor is not None
    QTest.keyClicks(editor, "mine")
    QTest.keyClick(editor, Qt.Key.Key_Tab)
    assert changes == [Change(2, "Answer 0", "mine")]
    assert table.currentIndex().column() == FIRST_ANSWER + 1
    beside = table.viewport().findChild(QLineEdit)
    assert beside is not None
    QTest.keyClicks(beside, "too")
    QTest.keyClick(beside, Qt.Key.Key_Return)
    assert changes[1:] == [Change(2, "Answer 1", "too")]
    assert table.currentIndex().row() == 3


def test_a_column_is_as_wide_here_as_there(table: FrozenTable) -> None:
    table.freeze(2)
    stays = over(table)
    stays.setColumnWidth(0, 150)
    assert table.columnWidth(0) == 150
    table.setColumnWidth(1, 90)
    table.updateGeometries()
    assert stays.columnWidth(1) == 90


def test_a_name_pressed_where_it_stays_is_pressed_in_the_table(
    qtbot: QtBot, table: FrozenTable
) -> None:
    table.freeze(1)
    header = over(table).horizontalHeader()
    with qtbot.waitSignals([table.column_pressed, table.horizontalHeader().sectionClicked]):
        QTest.mouseClick(header.viewport(), LEFT, pos=QPoint(40, 10))


def test_in_a_narrow_window_there_is_room_for_what_is_scrolled(
    qtbot: QtBot, table: FrozenTable
) -> None:
    table.freeze(5)
    assert table.frozen == table.viewport().width() * 2 // 3 // 120 < 5
    table.resize(1400, 400)
    qtbot.waitUntil(lambda: table.frozen == 5)
    table.setColumnWidth(0, 2000)
    qtbot.waitUntil(lambda: table.frozen == 1)
    assert over(table).width() < table.viewport().width() * 3 / 4
    assert over(table).columnWidth(0) == over(table).width()
    assert table.columnWidth(0) == 2000


def press(qtbot: QtBot, table: FrozenTable, column: int, words: str) -> None:
    table.offer(column, QPoint(0, 0))
    [menu] = [each for each in table.findChildren(QMenu) if each.isVisible()]
    [chosen] = [each for each in menu.actions() if each.text() == words]
    chosen.trigger()
    menu.close()
    qtbot.waitUntil(lambda: not table.findChildren(QMenu))


def test_the_menu_of_a_cell_comes_by_keyboard_and_has_what_the_table_can_do(
    qtbot: QtBot, table: FrozenTable
) -> None:
    table.addAction("Copy")
    table.setCurrentIndex(table.model().index(3, 2))
    asked = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(), QPoint())
    QApplication.sendEvent(table.viewport(), asked)
    [menu] = [each for each in table.findChildren(QMenu) if each.isVisible()]
    words = [each.text() for each in menu.actions() if not each.isSeparator()]
    assert words == ["Copy", "Freeze up to “Column 2”"]
    menu.close()


def test_what_stays_is_remembered_for_each_job_whatever_is_shown(
    qtbot: QtBot, table: FrozenTable, tmp_path: Path
) -> None:
    model = table.model()
    assert isinstance(model, AnswersModel)
    settings = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
    freezing = ColumnFreezing(table, model)
    freezing.keep_in(settings)
    freezing.show(7)
    press(qtbot, table, 1, "Freeze up to “Column 1”")
    assert table.frozen == 2
    freezing.show(8)
    assert table.frozen == 0
    show(model, range(1, SOURCE))
    freezing.show(7)
    assert table.frozen == 1
    assert settings.value("frozen") == "7 source 1"
    press(qtbot, table, 0, "Unfreeze columns")
    assert table.frozen == 0
    assert settings.value("frozen") == ""


def test_nothing_stays_where_its_last_column_is_not_shown(
    table: FrozenTable, tmp_path: Path
) -> None:
    model = table.model()
    assert isinstance(model, AnswersModel)
    freezing = ColumnFreezing(table, model)
    settings = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
    settings.setValue("frozen", "7 source 0;8 answer 1;nonsense;9 answer 77;9 odd x;10 status 0;")
    freezing.keep_in(settings)
    show(model, range(1, SOURCE))
    for job, some_stay in {7: False, 8: True, 9: False, 10: True}.items():
        freezing.show(job)
        assert bool(table.frozen) == some_stay, job
