import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from claude_batch_desk.gui.column_chips import ColumnChips
from claude_batch_desk.gui.column_drag import ColumnDrag, column_in, column_mime


@pytest.fixture
def chip(qtbot: QtBot) -> QPushButton:
    chips = ColumnChips()
    qtbot.addWidget(chips)
    chips.set_columns(["Ticket", "Customer"])
    with qtbot.waitExposed(chips):
        chips.show()
    chip = chips.chip("Customer")
    assert chip is not None
    return chip


def test_a_column_travels_by_name_and_is_no_text() -> None:
    data = column_mime("Straße 😀")
    assert column_in(data) == "Straße 😀"
    assert not data.hasText()


def test_a_trembling_hand_still_clicks(qtbot: QtBot, chip: QPushButton) -> None:
    drag = chip.findChild(ColumnDrag)
    assert isinstance(drag, ColumnDrag)
    begun: list[str] = []
    drag.begun.connect(begun.append)
    centre = chip.rect().center()
    with qtbot.waitSignal(chip.clicked):
        QTest.mousePress(chip, Qt.MouseButton.LeftButton, pos=centre)
        QTest.mouseMove(chip, centre + QPoint(1, 1))
        QTest.mouseRelease(chip, Qt.MouseButton.LeftButton, pos=centre + QPoint(1, 1))
    assert begun == []
    assert QApplication.startDragDistance() > 2
