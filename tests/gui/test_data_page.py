from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from claude_batch_desk.core.errors import TableError
from claude_batch_desk.core.report import Report
from claude_batch_desk.core.tables.table import Reading, ReadOptions, Table
from claude_batch_desk.gui.data_page import DataPage
from claude_batch_desk.gui.draft import Draft
from claude_batch_desk.gui.tasks import TaskRunner
from tests.gui.page_fakes import FakeDesk, make_job, make_table, sent_job

_LEFT = Qt.MouseButton.LeftButton


class Reader(FakeDesk):
    """Reads every file as the same table, or fails."""

    def __init__(self) -> None:
        super().__init__(make_job(table_id=None))
        self.options: list[ReadOptions] = []
        self.reading = Reading("delimited", "cp1252", encoding_is_guess=True, delimiter=";")
        self.notes: tuple[str, ...] = ()
        self.copy: Path | None = None

    def open_table(self, path: Path, options: ReadOptions, report: Report) -> Table:
        self.options.append(options)
        self._ask(f"open {path.name}", report)
        table = replace(make_table(), name=path.name, reading=self.reading, notes=self.notes)
        return replace(table, id=len(self.options))

    def source_path(self, table: Table) -> Path | None:
        return self.copy


@pytest.fixture
def desk() -> Reader:
    return Reader()


@pytest.fixture
def draft(desk: Reader, tasks: TaskRunner) -> Iterator[Draft]:
    draft = Draft(desk, tasks)
    draft.open(desk.now)
    yield draft
    shiboken6.delete(draft)


@pytest.fixture
def page(qtbot: QtBot, desk: Reader, tasks: TaskRunner, draft: Draft) -> DataPage:
    page = DataPage(desk, tasks, draft)
    qtbot.addWidget(page)
    page.resize(900, 640)
    with qtbot.waitExposed(page):
        page.show()
    return page


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "tickets.csv"
    path.write_text("a;b\n1;2\n", encoding="utf-8")
    return path


def opened(qtbot: QtBot, page: DataPage, draft: Draft, file: Path) -> None:
    with qtbot.waitSignal(draft.table_changed):
        page.open_file(file)
    qtbot.waitUntil(page.busy.isHidden)


def drop(page: DataPage, *urls: QUrl) -> bool:
    mime = QMimeData()
    mime.setUrls(list(urls))
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(9, 9), Qt.DropAction.CopyAction, mime, buttons, keys)
    enter.setAccepted(False)
    QApplication.sendEvent(page, enter)
    if enter.isAccepted():
        where = QPointF(9, 9)
        event = QDropEvent(where, Qt.DropAction.CopyAction, mime, buttons, keys, QEvent.Type.Drop)
        QApplication.sendEvent(page, event)
    return enter.isAccepted()


def test_before_a_file_there_is_an_invitation(page: DataPage) -> None:
    assert page.open_button.isVisible()
    assert page.drop.isVisible()
    assert not page.next_button.isVisible()


def test_an_opened_file_is_shown_and_said_how_much_there_is(
    qtbot: QtBot, page: DataPage, draft: Draft, file: Path
) -> None:
    with qtbot.waitSignal(page.file_opened) as told:
        page.open_file(file)
    assert told.args == [str(file)]
    assert draft.table is not None
    assert page.view.isVisible()
    assert not page.drop.isVisible()
    qtbot.waitUntil(lambda: "of 600 · 3 columns" in page.count_label.text())
    assert page.next_button.isEnabled()


def test_a_guess_is_shown_as_a_guess(
    qtbot: QtBot, page: DataPage, draft: Draft, file: Path
) -> None:
    opened(qtbot, page, draft, file)
    assert page.reading_bar.encoding.currentText() == "cp1252"
    assert page.reading_bar._guess.isVisible()
    assert page.reading_bar.delimiter.currentText() == "Semicolon"
    assert not page.reading_bar.sheet.isVisible()


def test_another_encoding_reads_the_frozen_copy_again(
    qtbot: QtBot, page: DataPage, desk: Reader, draft: Draft, file: Path, tmp_path: Path
) -> None:
    opened(qtbot, page, draft, file)
    desk.copy = tmp_path / "copy.csv"
    desk.copy.write_text("copy", encoding="utf-8")
    box = page.reading_bar.encoding
    with qtbot.waitSignal(draft.table_changed):
        box.setCurrentIndex(box.findText("utf-8"))
        box.activated.emit(box.currentIndex())
    assert desk.asked[-1] == "open copy.csv"
    assert desk.options[-1] == ReadOptions("utf-8", ";", "", 1)


def test_a_source_that_is_gone_is_said(
    qtbot: QtBot, page: DataPage, draft: Draft, file: Path
) -> None:
    opened(qtbot, page, draft, file)
    file.unlink()
    page.reading_bar.header.setValue(3)
    assert "no longer there" in page.banner.text.text()
    assert page.reading_bar.header.value() == 1


def test_a_file_that_cannot_be_read_says_so_in_place(
    qtbot: QtBot, page: DataPage, desk: Reader, file: Path
) -> None:
    desk.failure = TableError("tickets.csv is empty. Open another file.")
    page.open_file(file)
    qtbot.waitUntil(page.banner.isVisible)
    assert page.banner.text.text() == "tickets.csv is empty. Open another file."
    assert page.banner.action.isVisible()
    assert page.busy.isHidden()
    assert page.drop.isVisible()


def test_what_was_noticed_is_shown(
    qtbot: QtBot, page: DataPage, desk: Reader, draft: Draft, file: Path
) -> None:
    desk.notes = ("Two columns were called “a”.",)
    opened(qtbot, page, draft, file)
    assert page.banner.text.text() == "Two columns were called “a”."


def test_reading_can_be_cancelled(
    qtbot: QtBot, page: DataPage, desk: Reader, draft: Draft, file: Path
) -> None:
    desk.go.clear()
    page.open_file(file)
    assert page.busy.isVisible()
    QTest.mouseClick(page.busy.cancel, _LEFT)
    qtbot.waitUntil(page.busy.isHidden, timeout=500)
    assert draft.table is None
    assert page.drop.isVisible()


def test_a_dropped_file_is_opened(qtbot: QtBot, page: DataPage, draft: Draft, file: Path) -> None:
    with qtbot.waitSignal(draft.table_changed):
        assert drop(page, QUrl.fromLocalFile(str(file)))


@pytest.mark.parametrize("url", ["https://example.com/a.csv", "file://server/share/a.csv"])
def test_what_is_not_on_this_computer_is_not_taken(page: DataPage, url: str) -> None:
    assert not drop(page, QUrl(url))


def test_a_folder_and_two_files_are_not_taken(page: DataPage, file: Path) -> None:
    assert not drop(page, QUrl.fromLocalFile(str(file.parent)))
    assert not drop(page, QUrl.fromLocalFile(str(file)), QUrl.fromLocalFile(str(file)))


def test_a_sent_job_keeps_its_table(page: DataPage, draft: Draft, file: Path) -> None:
    draft.open(sent_job(), make_table())
    assert not page.other_button.isEnabled()
    assert not page.reading_bar.isEnabled()
    assert not drop(page, QUrl.fromLocalFile(str(file)))


def test_recent_files_that_are_gone_are_greyed(page: DataPage, file: Path) -> None:
    page.show_recent((str(file), str(file) + ".gone"))
    menu = page.recent_button.menu()
    menu.aboutToShow.emit()
    assert [entry.isEnabled() for entry in menu.actions()] == [True, False]
