import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPlainTextEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from claude_batch_desk.gui.find_bar import FindBar
from tests.gui.clicking import click


class Page(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.first, self.second = QPlainTextEdit(), QPlainTextEdit()
        self.bar = FindBar((self.first, self.second), self)
        column = QVBoxLayout(self)
        for widget in (self.bar, self.first, self.second):
            column.addWidget(widget)
        self.first.setPlainText("An order, 😀 one more Order.")
        self.second.setPlainText("Orders are orders.")


@pytest.fixture
def page(qtbot: QtBot) -> Page:
    page = Page()
    qtbot.addWidget(page)
    page.resize(600, 400)
    with qtbot.waitExposed(page):
        page.show()
    page.activateWindow()
    page.first.setFocus()
    qtbot.waitUntil(page.first.hasFocus)
    return page


def find(page: Page, text: str) -> None:
    QTest.keySequence(page.first, QKeySequence(QKeySequence.StandardKey.Find))
    assert page.bar.isVisible()
    page.bar.line.clear()
    QTest.keyClicks(page.bar.line, text)


def marked(edit: QPlainTextEdit) -> list[str]:
    return [each.cursor.selectedText() for each in edit.extraSelections()]


def test_every_place_is_counted_and_marked_whatever_its_case(page: Page) -> None:
    find(page, "order")
    assert page.bar.count_label.text() == "1 of 4"
    assert marked(page.first) == ["order", "Order"]
    assert marked(page.second) == ["Order", "order"]


def test_stepping_goes_through_both_texts_and_round(page: Page) -> None:
    find(page, "order")
    for _ in range(2):
        QTest.keyClick(page.bar.line, Qt.Key.Key_Return)
    assert page.bar.count_label.text() == "3 of 4"
    click(page.bar.next_button)
    click(page.bar.next_button)
    assert page.bar.count_label.text() == "1 of 4"
    QTest.keyClick(page.bar.line, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert page.bar.count_label.text() == "4 of 4"


def test_escape_selects_what_was_found_and_unmarks_the_rest(page: Page) -> None:
    find(page, "one")
    QTest.keyClick(page.bar.line, Qt.Key.Key_Escape)
    assert not page.bar.isVisible()
    assert page.first.textCursor().selectedText() == "one"
    assert page.first.hasFocus()
    assert marked(page.first) == []


def test_what_is_selected_is_what_is_looked_for(page: Page) -> None:
    find(page, "orders")
    QTest.keyClick(page.bar.line, Qt.Key.Key_Escape)
    page.bar.line.clear()
    QTest.keySequence(page.second, QKeySequence(QKeySequence.StandardKey.Find))
    assert page.bar.line.text() == "Orders"
    assert page.bar.count_label.text() == "1 of 2"


def test_what_is_nowhere_is_said_to_be(page: Page) -> None:
    find(page, "invoice")
    assert page.bar.count_label.text() == "Nowhere"
    assert not page.bar.next_button.isEnabled()
    QTest.keyClick(page.bar.line, Qt.Key.Key_Return)
    QTest.keyClick(page.bar.line, Qt.Key.Key_Escape)
    assert page.first.textCursor().selectedText() == ""


def test_the_places_follow_the_text(page: Page) -> None:
    find(page, "order")
    page.second.setPlainText("Nothing of the kind.")
    assert page.bar.count_label.text() == "1 of 2"
    page.first.clear()
    assert page.bar.count_label.text() == "Nowhere"


def test_very_many_places_are_not_all_told_apart(page: Page) -> None:
    page.first.setPlainText("a " * 3_000)
    find(page, "a")
    assert page.bar.count_label.text() == "1 of 999+"
