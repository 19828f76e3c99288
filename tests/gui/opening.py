"""What the tests of opening files share."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtWidgets import QDialog, QLabel
from pytestqt.qtbot import QtBot

from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.gui.main_window import MainWindow

LONG = 8_000
MakeFile = Callable[..., Path]
"""Make a file of a name, with a text."""


def mime_of(*urls: QUrl | Path) -> QMimeData:
    mime = QMimeData()
    mime.setUrls([each if isinstance(each, QUrl) else QUrl.fromLocalFile(each) for each in urls])
    return mime


def wait_for_table(qtbot: QtBot, window: MainWindow, name: str) -> None:
    def there() -> bool:
        table = window.draft.table
        return table is not None and table.name == name and not window.data_page.reader.busy

    qtbot.waitUntil(there, timeout=LONG)


def new_job(qtbot: QtBot, window: MainWindow) -> None:
    with qtbot.waitSignal(window.draft.opened):
        window.new_job()


def jobs(window: MainWindow) -> list[Job]:
    window.draft.flush()
    return window._session.desk.jobs()


def message(window: MainWindow) -> str:
    """What is said over the window, which is then closed; "" where nothing is."""
    for dialog in window.findChildren(QDialog):
        label = dialog.findChild(QLabel, "message_text")
        if dialog.isVisible() and isinstance(label, QLabel):
            dialog.close()
            return label.text()
    return ""
