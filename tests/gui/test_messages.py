import sys
import threading
from collections.abc import Iterator

import pytest
import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QLabel, QPlainTextEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from claude_batch_desk.core.errors import Refused, StoreError, TableError
from claude_batch_desk.gui.messages import Messages, crash_report, sentence
from claude_batch_desk.gui.widgets import Banner

CANARY = "sk-ant-canary-row-text"


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    return window


@pytest.fixture
def messages(window: QWidget) -> Iterator[Messages]:
    messages = Messages()
    messages.stand_over(window)
    yield messages
    shiboken6.delete(messages)


def dialogs(window: QWidget) -> list[QDialog]:
    return [each for each in window.findChildren(QDialog) if each.isVisible()]


def press(dialog: QDialog, name: str) -> None:
    button = dialog.findChild(QPushButton, name)
    assert isinstance(button, QPushButton)
    button.click()


def broken() -> ValueError:
    try:
        int(CANARY)
    except ValueError as error:
        return error
    return ValueError()


def test_an_expected_failure_is_a_sentence_in_plain_text(
    messages: Messages, window: QWidget
) -> None:
    messages.show(window, TableError("<b>x</b>.csv is empty. Open another file."))
    [dialog] = dialogs(window)
    text = dialog.findChild(QLabel, "message_text")
    assert isinstance(text, QLabel)
    assert text.text() == "<b>x</b>.csv is empty. Open another file."
    assert text.textFormat() == Qt.TextFormat.PlainText


def test_the_reference_of_the_service_is_told() -> None:
    assert sentence(Refused("No.", request_id="req_1")) == "No. (Reference: req_1)"


def test_escape_is_the_safe_way_out(messages: Messages, window: QWidget) -> None:
    done: list[str] = []
    messages.confirm("Remove?", "It is gone then.", "Remove", lambda: done.append("removed"))
    [dialog] = dialogs(window)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert done == []
    assert dialogs(window) == []


def test_enter_is_the_safe_way_out_too(messages: Messages, window: QWidget) -> None:
    done: list[str] = []
    messages.confirm("Remove?", "It is gone then.", "Remove", lambda: done.append("removed"))
    [dialog] = dialogs(window)
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    assert done == []


def test_the_verb_does_what_it_says(messages: Messages, window: QWidget) -> None:
    done: list[str] = []
    messages.confirm("Remove?", "It is gone then.", "Remove", lambda: done.append("removed"))
    [dialog] = dialogs(window)
    press(dialog, "confirm_verb")
    assert done == ["removed"]


def test_a_bug_is_reported_once_and_without_data(
    qtbot: QtBot, messages: Messages, window: QWidget
) -> None:
    error = broken()
    messages.report_bug(error)
    messages.report_bug(error)
    qtbot.waitUntil(lambda: len(dialogs(window)) == 1)
    [dialog] = dialogs(window)
    report = dialog.findChild(QPlainTextEdit, "crash_report")
    assert isinstance(report, QPlainTextEdit)
    assert "ValueError" in report.toPlainText()
    assert "in broken" in report.toPlainText()
    assert CANARY not in report.toPlainText()
    press(dialog, "crash_copy")
    assert QGuiApplication.clipboard().text() == report.toPlainText()


def test_a_report_names_what_caused_it() -> None:
    error = RuntimeError()
    error.__cause__ = broken()
    report = crash_report(error)
    assert "RuntimeError" in report
    assert "ValueError" in report


def test_a_bug_on_another_thread_is_shown_on_this_one(
    qtbot: QtBot, messages: Messages, window: QWidget, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    monkeypatch.setattr(sys, "__excepthook__", lambda *caught: None)
    messages.install_hooks()

    def work() -> None:
        raise KeyError("cell")

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: len(dialogs(window)) == 1)


def test_an_expected_failure_that_nobody_caught_is_told_once(
    qtbot: QtBot, messages: Messages, window: QWidget, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    messages.install_hooks()
    for _ in range(20):  # as many as a table has cells in sight
        error = StoreError("The disk cannot be read.")
        sys.excepthook(StoreError, error, None)
    qtbot.waitUntil(lambda: len(dialogs(window)) == 1)
    text = dialogs(window)[0].findChild(QLabel, "message_text")
    assert isinstance(text, QLabel)
    assert text.text() == "The disk cannot be read."
    press(dialogs(window)[0], "message_close")
    qtbot.waitUntil(lambda: not dialogs(window))
    sys.excepthook(StoreError, StoreError("Again."), None)
    qtbot.waitUntil(lambda: len(dialogs(window)) == 1)


def test_a_path_that_is_longer_than_a_line_is_cut_and_whole_in_the_tip(qtbot: QtBot) -> None:
    banner = Banner()
    qtbot.addWidget(banner)
    long, sentence_of_japanese = "/reports" * 30 + "/all.xlsx", "とても長い文" * 30
    banner.say(f"The folder {long} is not there. {sentence_of_japanese}")
    shown = banner.text.text()
    assert shown.startswith("The folder /reports/reports")
    assert "/reports/all.xlsx is not there" in shown
    assert long not in shown
    assert sentence_of_japanese in shown
    assert long in banner.text.toolTip()
    banner.say("Short.")
    assert banner.text.toolTip() == ""
