"""A panel beside a page's main thing: one of several views, chosen by a strip of tabs, or none."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from claude_batch_desk.gui.icons import icon
from claude_batch_desk.gui.widgets import button, set_look, set_tip


class SidePanel(QWidget):
    """Shows the view whose tab is pressed; pressing the tab again puts the panel away.

    `tabs` stays in sight when the panel is away; the page puts it where it likes.
    """

    moved = Signal()
    """The person opened another view, or put the panel away."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.tabs = QWidget()
        self._row = QHBoxLayout(self.tabs)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(0)
        self._stack = QStackedWidget()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._stack)
        self._buttons: dict[str, QPushButton] = {}
        self._titles: dict[str, str] = {}
        self._views: dict[str, QWidget] = {}
        self.hide()

    def add(self, key: str, title: str, view: QWidget, *, fills: bool = True) -> None:
        """Add a view behind a tab at the right of the others; it `fills` the panel, or its top."""
        tab = button(title, f"{self.objectName()}_{key}", look="segment")
        tab.setCheckable(True)
        tab.clicked.connect(self._choose)
        set_tip(tab, self.tr("Show or hide"))
        before = next(reversed(self._buttons.values()), None)
        place = _place_of(view, fills=fills)
        self._buttons[key], self._titles[key], self._views[key] = tab, title, place
        self._row.addWidget(tab)
        if before is not None:  # a tab made later would come after all the views
            QWidget.setTabOrder(before, tab)
        self._stack.addWidget(place)
        self._round_ends()

    def offer(self, key: str, *, offered: bool) -> None:
        """Show the tab of a view, or hide it where there is nothing to be seen behind it."""
        tab = self._buttons[key]
        if tab.isHidden() is not offered:
            return
        if self.key == key:
            self.open(next(iter(self._buttons)))
        tab.setVisible(offered)
        self._round_ends()

    def _round_ends(self) -> None:
        """Let the strip be one shape, whichever tabs it has."""
        tabs = [each for each in self._buttons.values() if not each.isHidden()]
        ends = {0: "first", len(tabs) - 1: "last"}
        for place, each in enumerate(tabs):
            set_look(each, "place", ends.get(place, "middle"))

    def tab(self, key: str) -> QPushButton:
        """The tab of a view."""
        return self._buttons[key]

    def count(self, key: str, words: str) -> None:
        """Say beside the title of a tab how much there is behind it; "" says nothing."""
        title = self._titles[key]
        self._buttons[key].setText(f"{title} ({words})" if words else title)

    def mark(self, key: str, icon_name: str) -> None:
        """Put a picture on a tab, as there is something to decide behind it; "" takes it away."""
        self._buttons[key].setIcon(icon(icon_name, "warning") if icon_name else QIcon())

    @property
    def key(self) -> str:
        """The view that is open, or ""."""
        return next((key for key, each in self._buttons.items() if each.isChecked()), "")

    def open(self, key: str) -> None:
        """Open a view, or put the panel away for ""; without telling."""
        for each, tab in self._buttons.items():
            tab.setChecked(each == key)
        if key in self._views:
            self._stack.setCurrentWidget(self._views[key])
        self.setVisible(key in self._views)

    @Slot()
    def _choose(self) -> None:
        pressed = next(key for key, each in self._buttons.items() if each is self.sender())
        self.open(pressed if self._buttons[pressed].isChecked() else "")
        self.moved.emit()


def _place_of(view: QWidget, *, fills: bool) -> QWidget:
    """Where a view is shown; a view that shows itself is then not seen over another."""
    place = QWidget()
    column = QVBoxLayout(place)
    column.setContentsMargins(0, 0, 0, 0)
    column.addWidget(view, 1 if fills else 0)
    if not fills:
        column.addStretch(1)
    return place
