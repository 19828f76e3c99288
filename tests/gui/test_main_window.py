from pathlib import Path

import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDialog,
    QLineEdit,
    QListView,
    QPlainTextEdit,
    QPushButton,
    QTableView,
    QWidget,
)
from pytestqt.qtbot import QtBot

from claude_batch_desk.app import Composed
from claude_batch_desk.gui.main_window import MainWindow
from claude_batch_desk.gui.samples import samples
from claude_batch_desk.gui.stepper import STEPS
from tests.gui.opening import MakeFile

_LEFT = Qt.MouseButton.LeftButton
_LONG = 30_000


def press(window: MainWindow, name: str) -> None:
    button = window.findChild(QPushButton, name)
    assert isinstance(button, QPushButton)
    QTest.mouseClick(button, _LEFT)


def action(window: MainWindow, name: str) -> QAction:
    found = window.findChild(QAction, name)
    assert isinstance(found, QAction)
    return found


def open_sample(qtbot: QtBot, window: MainWindow) -> None:
    press(window, "try_sample")
    qtbot.waitUntil(lambda: window.draft.table is not None, timeout=_LONG)


def new_job(qtbot: QtBot, window: MainWindow) -> None:
    with qtbot.waitSignal(window.draft.opened):
        press(window, "new_job")


def test_a_first_time_user_sees_what_it_does_and_one_button(window: MainWindow) -> None:
    assert window.welcome.isVisible()
    assert window.welcome.sample_button.isVisible()
    assert window.job_list.nothing.isVisible()


def test_one_click_brings_sample_data_and_its_cost(qtbot: QtBot, window: MainWindow) -> None:
    open_sample(qtbot, window)
    assert window.job_view.step == "data"
    assert window.job_view.mode.text.text().startswith("Practice")
    assert window.job_view.name.text() == samples()[0].title
    qtbot.waitUntil(lambda: window.cost.state == "current", timeout=_LONG)
    assert window.cost.ways.batch.amount.text().startswith("$")
    qtbot.waitUntil(lambda: window.job_list.chosen() is not None)


def test_the_steps_are_free_to_go_to_until_there_is_nothing_to_see(
    qtbot: QtBot, window: MainWindow
) -> None:
    new_job(qtbot, window)
    for step in STEPS[:-1]:
        press(window, f"step_{step}")
        assert window.job_view.stack.currentWidget() is window._pages()[step]
    assert not window.job_view.stepper.buttons["results"].isEnabled()


def test_keys_lead_through_the_steps(qtbot: QtBot, window: MainWindow) -> None:
    new_job(qtbot, window)
    seen = []
    for name in ("next", "back", "review", "next"):
        action(window, f"action_{name}").trigger()
        seen.append(window.job_view.step)
    assert seen == ["prompt", "data", "review", "review"]


def test_a_name_that_is_typed_is_there_after_opening_again(
    qtbot: QtBot, window: MainWindow, home: Path, qapp: QApplication
) -> None:
    new_job(qtbot, window)
    window.job_view.name.clear()
    QTest.keyClicks(window.job_view.name, "Spring tickets")
    assert window.windowTitle().startswith("Spring tickets")
    window.close()
    assert [job.name for job in window._session.desk.jobs()] == ["Spring tickets"]


def test_a_new_job_starts_in_the_mode_of_the_settings(qtbot: QtBot, window: MainWindow) -> None:
    press(window, "open_settings")
    dialog = window.findChild(QDialog, "settings_dialog")
    assert isinstance(dialog, QDialog)
    live = dialog.findChild(QPushButton, "settings_mode_live")
    assert isinstance(live, QPushButton)
    QTest.mouseClick(live, _LEFT)
    dialog.close()
    new_job(qtbot, window)
    assert window.job_view.mode.text.text() == "Live"
    with qtbot.waitSignal(window.draft.opened):
        action(window, "action_new_practice").trigger()
    assert window.job_view.mode.text.text().startswith("Practice")


def test_a_removed_job_is_asked_about_first(qtbot: QtBot, window: MainWindow) -> None:
    new_job(qtbot, window)
    action(window, "action_remove").trigger()
    dialog = window.findChild(QDialog, "confirm")
    assert isinstance(dialog, QDialog)
    assert window._session.desk.jobs()
    verb = dialog.findChild(QPushButton, "confirm_verb")
    assert isinstance(verb, QPushButton)
    verb.click()
    qtbot.waitUntil(window.welcome.isVisible)
    assert window._session.desk.jobs() == []


def test_a_practice_job_can_be_copied_as_a_live_one(qtbot: QtBot, window: MainWindow) -> None:
    open_sample(qtbot, window)
    recipe = window.draft.recipe
    with qtbot.waitSignal(window.draft.opened):
        action(window, "action_copy_live").trigger()
    job = window.draft.job
    assert job is not None
    assert job.mode == "live"
    assert (job.recipe, job.table_id) == (recipe, window.draft.table and window.draft.table.id)
    assert len(window._session.desk.jobs()) == 2


def test_the_window_comes_back_where_it_was(
    window: MainWindow, composed: Composed, qapp: QApplication
) -> None:
    window.resize(1111, 700)  # lower than a first window; the test screen is narrow
    window.close()
    again = MainWindow(composed.session, composed.tasks, composed.messages, composed.theme)
    assert again.height() == 700
    shiboken6.delete(again)
    composed.messages.stand_over(window)


def test_the_window_fits_a_small_screen(qtbot: QtBot, window: MainWindow) -> None:
    new_job(qtbot, window)
    window.resize(1024, 640)
    assert (window.width(), window.height()) == (1024, 640)
    for step in STEPS[:-1]:
        window.job_view.go(step)
        page = window._pages()[step]
        assert page.minimumSizeHint().width() <= page.width(), step
        assert page.minimumSizeHint().height() <= page.height(), step


def unnamed(window: MainWindow) -> list[tuple[str, str]]:
    kinds = (
        QAbstractButton | QComboBox | QAbstractSpinBox | QLineEdit | QPlainTextEdit
        | QTableView | QListView
    )  # fmt: skip
    return [
        (each.metaObject().className(), each.objectName())
        for each in window.findChildren(QWidget)
        if isinstance(each, kinds)
        and each.isVisible()
        and each.focusPolicy() != Qt.FocusPolicy.NoFocus
        and not isinstance(each.parent(), QAbstractSpinBox | QComboBox)
        and not (each.accessibleName() or each.property("text"))
    ]


def test_everything_that_takes_the_focus_has_a_name(qtbot: QtBot, window: MainWindow) -> None:
    assert unnamed(window) == []
    open_sample(qtbot, window)
    for step in STEPS:
        window.job_view.go(step)
        assert unnamed(window) == [], step


def test_every_action_has_a_name_a_tip_and_its_own_key(window: MainWindow) -> None:
    actions = [
        each for each in window.findChildren(QAction) if each.objectName().startswith("action_")
    ]
    assert len(actions) > 15
    assert [each.objectName() for each in actions if not each.toolTip()] == []
    keys = [each.shortcut().toString() for each in actions if not each.shortcut().isEmpty()]
    assert len(keys) == len(set(keys))


def test_f1_and_about_open_and_close_with_escape(window: MainWindow) -> None:
    for name in ("action_help", "action_about"):
        action(window, name).trigger()
        [dialog] = [each for each in window.findChildren(QDialog) if each.isVisible()]
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
        assert not shiboken6.isValid(dialog) or not dialog.isVisible()


def test_a_live_job_without_a_key_says_so_and_leads_to_it(qtbot: QtBot, window: MainWindow) -> None:
    window.dialogs._choose_mode("live")
    new_job(qtbot, window)
    qtbot.waitUntil(window.job_view.banner.isVisible)
    assert "there is none yet" in window.job_view.banner.text.text()
    QTest.mouseClick(window.job_view.banner.action, _LEFT)
    dialog = window.findChild(QDialog, "key_dialog")
    assert isinstance(dialog, QDialog)
    dialog.close()


def test_a_new_job_is_called_after_its_file_until_it_has_a_name(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    new_job(qtbot, window)
    for name in ("orders 2026", "other"):
        file = tmp_path / f"{name}.csv"
        file.write_text("A,B\n1,2\n", encoding="utf-8")
        with qtbot.waitSignal(window.data_page.file_opened, timeout=_LONG):
            window.data_page.open_file(file)
        assert window.job_view.name.text() == "orders 2026"


def test_a_table_that_is_being_read_is_not_said_to_be_missing(
    qtbot: QtBot, window: MainWindow, make_file: MakeFile
) -> None:
    new_job(qtbot, window)
    assert window.cost.message.text() == "There is no table yet. Open a file first."
    window.data_page.open_file(make_file())
    assert window.cost.state == "reading"
    qtbot.waitUntil(lambda: window.cost.state == "nothing", timeout=_LONG)
    assert window.cost.message.text() == "The prompt is empty. Write what to ask about each row."
