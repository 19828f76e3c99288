"""The small widgets every page is made of. All text is plain text, whatever it contains."""

import html
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QSize, QStandardPaths, Qt, Signal, Slot
from PySide6.QtGui import QIcon, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from claude_batch_desk.gui.icons import icon
from claude_batch_desk.gui.theme import GRID, ICON, SPACE, TIGHT, WIDE

Look = Literal["title", "heading", "strong", "body", "muted", "caption", "amount", "problem"]
Tone = Literal["neutral", "accent", "info", "good", "warning", "error"]
_FORWARD = "arrow-right"
"""Points away from the words, so it stands behind them."""
_TOO_LONG, _WORD_HEAD, _WORD_TAIL = re.compile("[!-\u024f]{81,}"), 50, 29
"""Of Latin letters and signs only: a line of Japanese or Thai ends anywhere."""
_BANNER_ICONS: dict[str, str] = {
    "info": "info",
    "good": "check",
    "warning": "warning",
    "error": "error",
}


def set_look(widget: QWidget, name: str, value: str | bool) -> None:
    """Set a dynamic property the stylesheet asks for, and repaint by it."""
    if isinstance(value, bool):
        value = "true" if value else "false"
    if widget.property(name) == value:
        return
    widget.setProperty(name, value)
    for each in (widget, *widget.findChildren(QLabel)):
        each.style().unpolish(each)
        each.style().polish(each)


def documents() -> str:
    """The folder in which a person looks for a file first."""
    places = QStandardPaths.StandardLocation
    found = map(QStandardPaths.writableLocation, (places.DocumentsLocation, places.HomeLocation))
    return next((each for each in found if Path(each).is_dir()), "")


def set_tip(widget: QWidget, text: str) -> None:
    """A tooltip that never reads its text as HTML."""
    widget.setToolTip(html.escape(text).replace("\n", "<br>"))


def shortened(text: str) -> str:
    """The text with words cut in the middle that are too long for a line, such as long paths."""
    return _TOO_LONG.sub(lambda word: f"{word[0][:_WORD_HEAD]}…{word[0][-_WORD_TAIL:]}", text)


class Label(QLabel):
    """Plain text in one of the looks; breaks lines unless told not to."""

    def __init__(
        self,
        text: str = "",
        look: Look = "body",
        *,
        wrap: bool = True,
        selectable: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(wrap)
        self.setProperty("look", look)
        if selectable:
            self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.setText(text)

    def say(self, text: str) -> None:
        """Show the text, and hide where there is none."""
        self.setText(text)
        self.setVisible(bool(text))


class ElidedLabel(Label):
    """One line of plain text that is cut with … where it does not fit; the whole is the tooltip."""

    def __init__(
        self, text: str = "", look: Look = "body", *, parent: QWidget | None = None
    ) -> None:
        self._whole = ""
        super().__init__("", look, wrap=False, parent=parent)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.set_whole(text)

    def set_whole(self, text: str) -> None:
        """Show this text, as much of it as fits."""
        self._whole = " ".join(text.split())
        set_tip(self, self._whole)
        self.setAccessibleName(self._whole)
        self._fit()

    @property
    def whole_width(self) -> int:
        """What all of the text needs."""
        return self.fontMetrics().horizontalAdvance(self._whole)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Cut the text anew for the width there is."""
        self._fit()

    def _fit(self) -> None:
        metrics = self.fontMetrics()
        cut = metrics.elidedText(self._whole, Qt.TextElideMode.ElideRight, max(self.width(), 24))
        self.setText(cut)


def button(
    text: str,
    name: str,
    *,
    look: str = "",
    icon_name: str = "",
    tip: str = "",
    parent: QWidget | None = None,
) -> QPushButton:
    """A button named for tests and screen readers; looks: "", primary, danger, link, quiet."""
    made = QPushButton(text, parent)
    made.setObjectName(name)
    made.setAutoDefault(False)
    dress(made, look, icon_name)
    if tip:
        set_tip(made, tip)
    return made


def dress(made: QPushButton, look: str, icon_name: str) -> None:
    """Give a button another look, and its icon the colour that goes with it."""
    if look or made.property("look"):
        set_look(made, "look", look)
    if icon_name:
        colour = {"primary": "on_accent", "link": "accent", "danger": "window"}.get(look, "text")
        made.setIcon(icon(icon_name, colour))
        made.setIconSize(QSize(ICON, ICON))
        if icon_name == _FORWARD:
            made.setLayoutDirection(Qt.LayoutDirection.RightToLeft)


def icon_button(
    icon_name: str, name: str, tip: str, *, parent: QWidget | None = None
) -> QToolButton:
    """A button without text; its tip is also what a screen reader says."""
    made = QToolButton(parent)
    made.setObjectName(name)
    made.setIcon(icon(icon_name))
    made.setIconSize(QSize(ICON, ICON))
    made.setAccessibleName(tip)
    set_tip(made, tip)
    return made


class IconLabel(QWidget):
    """A picture that says nothing the text beside it does not say."""

    def __init__(
        self, name: str, *, colour: str = "text", side: int = ICON, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._icon = icon(name, colour)
        self.setFixedSize(side, side)

    def show_icon(self, name: str, colour: str = "text") -> None:
        """Show another picture."""
        self._icon = icon(name, colour)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw in the colours of the theme as it is now."""
        painter = QPainter(self)
        mode = QIcon.Mode.Normal if self.isEnabled() else QIcon.Mode.Disabled
        self._icon.paint(painter, self.rect(), Qt.AlignmentFlag.AlignCenter, mode)
        painter.end()


class Card(QFrame):
    """A framed surface with a column of widgets; `heading` may be empty."""

    def __init__(self, heading: str = "", *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("look", "card")
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(WIDE, WIDE, WIDE, WIDE)
        self.column.setSpacing(SPACE)
        self.heading = Label(heading, "strong", parent=self)
        self.heading.setVisible(bool(heading))
        self.column.addWidget(self.heading)


class Banner(QFrame):
    """A sentence that stays in sight: icon, text and what to do about it."""

    pressed = Signal()
    """The button was pressed."""

    def __init__(self, name: str = "banner", *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        row = self._row = QHBoxLayout(self)
        row.setContentsMargins(GRID * 3 // 2, SPACE, GRID * 3 // 2, SPACE)
        row.setSpacing(SPACE)
        self._icon = IconLabel("info", parent=self)
        self.text = Label(selectable=True, parent=self)
        self.text.setObjectName(f"{name}_text")
        self.text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.action = button("", f"{name}_action", parent=self)
        self.action.clicked.connect(self.pressed)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.text, 1)
        row.addWidget(self.action, 0, Qt.AlignmentFlag.AlignTop)
        self.hide()

    def say(self, text: str, tone: Tone = "info", action: str = "") -> None:
        """Show the sentence; an empty one hides the banner."""
        tone = tone if tone in _BANNER_ICONS else "info"
        set_look(self, "look", tone)
        self._icon.show_icon(_BANNER_ICONS[tone], tone)
        shown = shortened(text)
        self.text.setText(shown)
        set_tip(self.text, "" if shown == text else text)
        self.text.setAccessibleName(text)
        self.action.setText(action)
        self.action.setVisible(bool(action))
        beside = Qt.AlignmentFlag.AlignVCenter if action else Qt.AlignmentFlag.AlignTop
        self._row.setAlignment(self._icon, beside)
        self.setVisible(bool(text))

    def add_action(self, other: QPushButton) -> None:
        """One more thing to do about it, behind the first."""
        self._row.addWidget(other, 0, Qt.AlignmentFlag.AlignTop)

    @Slot()
    def clear(self) -> None:
        """Hide the banner."""
        self.say("")


class Chip(QFrame):
    """A word in a coloured pill, with an icon where colour alone would carry the meaning."""

    def __init__(
        self,
        text: str = "",
        tone: Tone = "neutral",
        icon_name: str = "",
        *,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setProperty("look", "chip")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE, 2, SPACE, 2)
        row.setSpacing(TIGHT)
        self._icon = IconLabel(icon_name or "info", side=14, parent=self)
        self.text = Label(wrap=False, parent=self)
        row.addWidget(self._icon)
        row.addWidget(self.text)
        self.show_state(text, tone, icon_name)

    def show_state(self, text: str, tone: Tone = "neutral", icon_name: str = "") -> None:
        """Say something else in another tone."""
        ink = {"neutral": "muted", "accent": "text"}.get(tone, tone)
        self._icon.setVisible(bool(icon_name))
        if icon_name:
            self._icon.show_icon(icon_name, ink)
        self.text.setText(text)
        set_look(self, "tone", tone)


class EmptyState(QWidget):
    """What a page shows while it has nothing to show: why, and what to do."""

    def __init__(
        self, icon_name: str, title: str, text: str, *, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(WIDE, WIDE, WIDE, WIDE)
        self.column.setSpacing(SPACE)
        centre = Qt.AlignmentFlag.AlignHCenter
        self.title = Label(title, "heading", parent=self)
        self.title.setAlignment(centre)
        self.text = Label(text, "muted", parent=self)
        self.text.setAlignment(centre)
        self.text.setMaximumWidth(GRID * 60)
        self.column.addStretch(1)
        self.column.addWidget(IconLabel(icon_name, colour="accent", side=40), 0, centre)
        self.column.addWidget(self.title)
        text_row = QHBoxLayout()
        text_row.addWidget(self.text, 1)
        self.column.addLayout(text_row)
        self.column.addStretch(1)

    def add_action(self, action: QWidget) -> None:
        """Offer a button below the text."""
        self.column.insertWidget(self.column.count() - 1, action, 0, Qt.AlignmentFlag.AlignHCenter)


class Busy(QWidget):
    """Work under way: what is done, how far it is where that is known, and Cancel."""

    cancelled = Signal()

    def __init__(self, name: str = "busy", *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE)
        self.text = Label(parent=self)
        self.text.setObjectName(f"{name}_text")
        self.bar = QProgressBar(self)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("Progress"))
        self.cancel = button(self.tr("Cancel"), f"{name}_cancel", parent=self)
        self.cancel.clicked.connect(self.cancelled)
        column.addWidget(self.text)
        column.addWidget(self.bar)
        column.addWidget(self.cancel, 0, Qt.AlignmentFlag.AlignLeft)
        self.hide()

    def begin(self, text: str, *, cancellable: bool = True) -> None:
        """Show that work has begun; how far it is is not known yet."""
        self.text.setText(text)
        self.cancel.setEnabled(True)
        self.cancel.setVisible(cancellable)
        self.bar.setRange(0, 0)
        self.show()

    def advance(self, done: int, total: int, text: str = "") -> None:
        """Show how far it is; a total of 0 means that nobody knows."""
        self.bar.setRange(0, max(total, 0))
        self.bar.setValue(done)
        if text:
            self.text.setText(text)


def tab_through(widgets: Sequence[QWidget], then: QWidget) -> None:
    """Let Tab stop at these on its way to `then`; widgets made late would come last of all."""
    before = then.previousInFocusChain()
    while before and (before in widgets or before.focusPolicy() == Qt.FocusPolicy.NoFocus):
        before = before.previousInFocusChain()
    if before is None or before is then:
        return  # nothing else takes the focus yet
    for each in widgets:
        QWidget.setTabOrder(before, each)
        before = each


def scrolled(content: QWidget, *, parent: QWidget | None = None) -> QScrollArea:
    """The content behind scroll bars that appear when the window is too small for it."""
    area = QScrollArea(parent)
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    content.setProperty("look", "scrolled")
    area.setWidget(content)
    return area
