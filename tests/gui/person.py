"""A person at the window, who does everything with the mouse and the keys, and is counted."""

from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QDialogButtonBox,
    QLineEdit,
    QScrollArea,
    QWidget,
)
from pytestqt.qtbot import QtBot

from claude_batch_desk.gui.main_window import MainWindow

_SLOW = 20_000
_HERE = QPoint(600, 400)
_KEYS = Qt.KeyboardModifier.NoModifier
_BUTTON = Qt.MouseButton.LeftButton
W = TypeVar("W", bound=QWidget)


class Person:
    """Counts a drop, a click, a text typed into one place and a paste as an action each.

    Scrolling to what is not in sight is looking, not acting.
    """

    def __init__(self, qtbot: QtBot, window: MainWindow) -> None:
        self.actions: list[str] = []
        self._qtbot, self._window = qtbot, window

    def find(self, name: str, kind: type[W]) -> W:
        """The one in sight of this name, in the window or the dialog over it; waits for it."""

        def found() -> list[W]:
            top = QApplication.activeModalWidget() or self._window
            return [each for each in top.findChildren(kind, name) if each.isVisible()]

        self._qtbot.waitUntil(lambda: bool(found()), timeout=_SLOW)
        return found()[0]

    def wait_for_dialog(self, name: str) -> None:
        """Until a dialog of this name is over the window."""

        def is_there() -> bool:
            dialog = QApplication.activeModalWidget()
            return dialog is not None and dialog.objectName() == name

        self._qtbot.waitUntil(is_there, timeout=_SLOW)

    def drop(self, path: Path) -> None:
        """Drag a file over the window and let it go, as the window system tells it."""
        self.actions.append(f"drop {path.name}")
        mime = QMimeData()
        mime.setUrls([QUrl.fromLocalFile(path)])
        copy, handle = Qt.DropAction.CopyAction, self._window.windowHandle()
        entering = QDragEnterEvent(_HERE, copy, mime, _BUTTON, _KEYS)
        dropping = QDropEvent(QPointF(_HERE), copy, mime, _BUTTON, _KEYS, QEvent.Type.Drop)
        for event in (entering, dropping):
            QApplication.sendEvent(handle, event)

    def click(self, name: str) -> None:
        """Click the middle of a button once it can be pressed and is in sight."""
        widget = self.find(name, QWidget)
        self._qtbot.waitUntil(widget.isEnabled, timeout=_SLOW)
        self._press(widget, f"click {name}")

    def type_into(self, name: str, *parts: str) -> None:
        """Write into one place; Enter behind every part but the last, to whatever listens."""
        self.actions.append(f"type into {name}")
        widget = self.find(name, QWidget)
        self._look_at(widget)
        widget.setFocus()
        for place, part in enumerate(parts):
            if place:
                QTest.keyClick(QApplication.activePopupWidget() or widget, Qt.Key.Key_Return)
            QTest.keyClicks(widget, part)

    def choose(self, name: str, text: str) -> None:
        """Open a list and click one of its entries: two clicks."""
        combo = self.find(name, QComboBox)
        self._press(combo, f"open {name}")
        view = combo.view()
        self._qtbot.waitUntil(view.isVisible)
        entry = view.model().index(combo.findText(text), combo.modelColumn())
        view.scrollTo(entry)
        place = view.visualRect(entry)
        self.actions.append(f"choose {text}")
        for point in (place.topRight(), place.center()):  # or it is the click that opened it
            QTest.mouseMove(view.viewport(), point)
        QTest.mouseClick(view.viewport(), _BUTTON, pos=place.center())
        self._qtbot.waitUntil(lambda: combo.currentText() == text)

    def paste(self, text: str, into: str) -> None:
        """Paste what was copied elsewhere, where the keys go already."""
        QGuiApplication.clipboard().setText(text)
        widget = self.find(into, QWidget)
        self._qtbot.waitUntil(lambda: self._window.focusWidget() is widget)
        self.actions.append(f"paste into {into}")
        QTest.keyClick(widget, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)

    def save_as(self, name: str, path: Path) -> None:
        """Click a button that asks for a file, write its path and click Save."""
        self.click(name)
        self.actions.append("write the path")
        self.find("fileNameEdit", QLineEdit).setText(str(path))  # typed, it would be completed
        buttons = self.find("buttonBox", QDialogButtonBox)
        self._press(buttons.button(QDialogButtonBox.StandardButton.Save), "click Save")
        self._qtbot.waitUntil(path.exists)

    @staticmethod
    def _look_at(widget: QWidget) -> None:
        above = widget.parentWidget()
        while above is not None:
            if isinstance(above, QScrollArea):
                above.ensureWidgetVisible(widget)
            above = above.parentWidget()

    def _press(self, widget: QWidget, what: str) -> None:
        middle = widget.rect().center()
        self._look_at(widget)
        self._qtbot.waitUntil(lambda: widget.visibleRegion().contains(middle))
        self.actions.append(what)
        QTest.mouseClick(widget, _BUTTON, pos=middle)
