"""A box keeps its distance only while there is something to see in it."""

from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from claude_batch_desk.gui.gap_above import GapAbove
from claude_batch_desk.gui.widgets import Banner

GAP = 8


def test_an_empty_box_takes_no_room_and_a_full_one_keeps_its_distance(qtbot: QtBot) -> None:
    page, box, banner = QWidget(), QWidget(), Banner("told")
    qtbot.addWidget(page)
    QVBoxLayout(box).addWidget(banner)
    GapAbove(box, GAP)
    column = QVBoxLayout(page)
    column.addWidget(box)
    with qtbot.waitExposed(page):
        page.show()
    qtbot.waitUntil(lambda: box.sizeHint().height() == 0)
    banner.say("The file is written.")
    qtbot.waitUntil(lambda: banner.y() == GAP)
    banner.clear()
    qtbot.waitUntil(lambda: box.sizeHint().height() == 0)
