"""Cells are pasted, recent files opened again, and files that have changed since are told."""

import os

from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from claude_batch_desk.gui.main_window import MainWindow
from tests.gui.opening import LONG, MakeFile, jobs, message, mime_of, new_job, wait_for_table


def copy(mime: QMimeData) -> None:
    QGuiApplication.clipboard().setMimeData(mime)


def copy_text(text: str) -> None:
    QGuiApplication.clipboard().setText(text)


def paste(window: MainWindow) -> None:
    QTest.keyClick(window, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)


def test_copied_cells_become_a_new_job_from_the_first_page(
    qtbot: QtBot, window: MainWindow
) -> None:
    copy_text("Id\tName\n001\tAda\n002\tGrace\n")
    paste(window)
    qtbot.waitUntil(lambda: window.draft.table is not None, timeout=LONG)
    table = window.draft.table
    assert table is not None
    assert table.columns == ("Id", "Name")
    assert table.rows.window(0, 1) == [["001", "Ada"]]
    assert table.origin is None
    assert window.reception.arrivals.busy.isHidden()
    assert len(jobs(window)) == 1


def test_copied_cells_become_the_table_of_an_empty_draft(qtbot: QtBot, window: MainWindow) -> None:
    new_job(qtbot, window)
    copy_text("Id\tName\n001\tAda\n")
    paste(window)
    qtbot.waitUntil(lambda: window.draft.table is not None, timeout=LONG)
    [job] = jobs(window)
    assert job.table_id is not None


def test_copied_files_are_opened(qtbot: QtBot, window: MainWindow, make_file: MakeFile) -> None:
    copy(mime_of(make_file()))
    paste(window)
    wait_for_table(qtbot, window, "orders.csv")


def test_an_empty_clipboard_is_told(window: MainWindow) -> None:
    copy_text("  \n")
    paste(window)
    assert "Copy some cells" in message(window)


def test_what_is_no_table_is_told_and_leaves_no_job(qtbot: QtBot, window: MainWindow) -> None:
    copy_text("<!doctype html><p>no table</p>\n<p>at all</p>")
    paste(window)
    qtbot.waitUntil(lambda: "web page" in message(window), timeout=LONG)
    assert jobs(window) == []


def test_a_text_box_still_pastes_text(qtbot: QtBot, window: MainWindow) -> None:
    new_job(qtbot, window)
    name = window.job_view.name
    name.setFocus()
    name.selectAll()
    copy_text("Spring orders")
    QTest.keyClick(name, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert name.text() == "Spring orders"
    assert window.draft.table is None
    window.job_view.go("prompt")
    editor = window.prompt_page.instructions_edit
    editor.setFocus()
    QTest.keyClick(editor, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert editor.toPlainText() == "Spring orders"
    action = window.findChild(QAction, "action_paste")
    assert isinstance(action, QAction)
    assert not action.isEnabled()


# Recent files


def test_recent_files_and_folders_are_in_the_menu_and_those_gone_are_greyed(
    qtbot: QtBot, window: MainWindow, make_file: MakeFile
) -> None:
    kept, gone = make_file(), make_file("gone.csv")
    window.reception.remembered.emit(str(gone))
    window.reception.remembered.emit(str(kept.parent))
    window.reception.remembered.emit(str(kept))
    gone.unlink()
    menu = window.menus.recent
    menu.aboutToShow.emit()
    assert [(entry.data(), entry.isEnabled()) for entry in menu.actions()] == [
        (str(kept), True),
        (str(kept.parent), True),
        (str(gone), False),
    ]
    menu.actions()[0].trigger()
    wait_for_table(qtbot, window, "orders.csv")


# The source has changed since


def reopen(qtbot: QtBot, window: MainWindow) -> None:
    [job] = jobs(window)
    window.show_welcome()
    with qtbot.waitSignal(window.draft.opened):
        window.office.open(job.id)


def test_a_job_opened_again_says_how_its_file_has_changed_and_can_take_it(
    qtbot: QtBot, window: MainWindow, make_file: MakeFile
) -> None:
    file = make_file()
    window.reception.take([str(file)])
    wait_for_table(qtbot, window, "orders.csv")
    banner = window.reception.changed_banner
    make_file(text="Id,Price\n1,2\n3,5\n7,8\n")
    reopen(qtbot, window)
    qtbot.waitUntil(lambda: not banner.isHidden(), timeout=LONG)
    words = banner.text.text()
    assert "“orders.csv” has changed since it was opened: 1 row changed, 1 row added." in words
    assert "This job keeps the rows as they were." in words
    table = window.draft.table
    assert table is not None
    assert table.row_count == 2
    banner.action.click()
    qtbot.waitUntil(lambda: window.draft.table is not table, timeout=LONG)
    assert window.draft.table is not None
    assert window.draft.table.row_count == 3
    qtbot.waitUntil(lambda: not banner.looking and banner.isHidden(), timeout=LONG)


def test_a_file_as_it_was_or_merely_touched_says_nothing(
    qtbot: QtBot, window: MainWindow, make_file: MakeFile
) -> None:
    file = make_file()
    window.reception.take([str(file)])
    wait_for_table(qtbot, window, "orders.csv")
    os.utime(file, (1, 1))
    reopen(qtbot, window)
    banner = window.reception.changed_banner
    qtbot.waitUntil(lambda: not banner.looking, timeout=LONG)
    assert banner.isHidden()


def test_a_file_that_is_gone_is_told_without_a_button(
    qtbot: QtBot, window: MainWindow, make_file: MakeFile
) -> None:
    file = make_file()
    window.reception.take([str(file)])
    wait_for_table(qtbot, window, "orders.csv")
    file.unlink()
    reopen(qtbot, window)
    banner = window.reception.changed_banner
    qtbot.waitUntil(lambda: not banner.isHidden(), timeout=LONG)
    assert "no longer where it was opened" in banner.text.text()
    assert banner.action.isHidden()
    window.show_welcome()
    assert banner.isHidden()
