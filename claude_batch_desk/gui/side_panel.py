"""A panel beside a page's main thing: one of several views, chosen by a strip of tabs, or none."""

from PySide6.QtCore import QEvent, QSize, Qt, Signal, Slot
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import (
    QBoxLayout,
    QHBoxLayout,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from claude_batch_desk.gui.icons import icon
from claude_batch_desk.gui.theme import GRID, SPACE
from claude_batch_desk.gui.widgets import ElidedLabel, button, set_look, set_tip

_TITLE = GRID * 20
"""So much of a title is shown at least beside the tabs."""


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
        self._counts: dict[str, str] = {}
        self._counting = True
        self._views: dict[str, QWidget] = {}
        self.hide()

    def add(self, key: str, title: str, view: QWidget, *, fills: bool = True) -> None:
        """Add a view behind a tab at the right of the others; it `fills` the panel, or its top."""
        tab = button(title, f"{self.objectName()}_{key}", look="segment")
        tab.setCheckable(True)
        tab.clicked.connect(self._choose)
        before = next(reversed(self._buttons.values()), None)
        place = _place_of(view, fills=fills)
        self._buttons[key], self._titles[key], self._views[key] = tab, title, place
        self._entitle(key)
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
        self._counts[key] = words
        self._entitle(key)

    def fit(self, room: int) -> None:
        """Leave the counts to the tips of the tabs where these do not fit this width with them."""
        needed = self.tabs.sizeHint().width()
        if not self._counting:
            shown = [key for key, tab in self._buttons.items() if not tab.isHidden()]
            needed += sum(self._width(self._counted(key)) for key in shown)
            needed -= sum(self._width(self._titles[key]) for key in shown)
        self._counting = needed <= room
        for key in self._buttons:
            self._entitle(key)

    def _width(self, words: str) -> int:
        return self.tabs.fontMetrics().horizontalAdvance(words)

    def _counted(self, key: str) -> str:
        title, words = self._titles[key], self._counts.get(key, "")
        return f"{title} ({words})" if words else title

    def _entitle(self, key: str) -> None:
        tab, counted = self._buttons[key], self._counted(key)
        tab.setText(counted if self._counting else self._titles[key])
        tab.setAccessibleName(counted)
        set_tip(tab, self.tr("Show or hide: %1").replace("%1", counted))

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


class PanelHead(QWidget):
    """A title with the tabs of a panel: beside them, or above where there is no room for both."""

    def __init__(self, title: ElidedLabel, panel: SidePanel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title, self._panel = title, panel
        self._line = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._line.setContentsMargins(0, 0, 0, 0)
        self._line.setSpacing(SPACE)
        self._line.addWidget(title, 1)
        self._line.addWidget(panel.tabs, 0, Qt.AlignmentFlag.AlignLeft)

    def minimumSizeHint(self) -> QSize:
        """Any width: what it needs is found out by having less."""
        return QSize(0, super().minimumSizeHint().height())

    def event(self, event: QEvent) -> bool:
        """Begin anew when the size or a text has changed."""
        heard = super().event(event)
        if event.type() in (QEvent.Type.Resize, QEvent.Type.LayoutRequest):
            self._fit()
        return heard

    def _fit(self) -> None:
        room = self.width()
        self._panel.fit(room)
        title = min(self._title.whole_width, _TITLE)
        beside = title + SPACE + self._panel.tabs.sizeHint().width() <= room
        direction = QBoxLayout.Direction
        self._line.setDirection(direction.LeftToRight if beside else direction.TopToBottom)


def _place_of(view: QWidget, *, fills: bool) -> QWidget:
    """Where a view is shown; a view that shows itself is then not seen over another."""
    place = QWidget()
    column = QVBoxLayout(place)
    column.setContentsMargins(0, 0, 0, 0)
    column.addWidget(view, 1 if fills else 0)
    if not fills:
        column.addStretch(1)
    return place
