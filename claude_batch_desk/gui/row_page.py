"""The page of a document on which a quote stands, as its text was read."""

from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from claude_batch_desk.core.jobs.opening.quoted import Quoted
from claude_batch_desk.gui.text_boxes import GrowingHeight, TextView
from claude_batch_desk.gui.theme import SPACE, TIGHT
from claude_batch_desk.gui.widgets import ElidedLabel, icon_button
from claude_batch_desk.gui.wording import number

_AROUND = 8_000
"""Characters before and behind a quote; a page has seldom more."""


class RowPage(QWidget):
    """Hidden until a person wants to see a page."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.caption = ElidedLabel("", "caption")
        self.close_button = icon_button("close", "detail_page_close", self.tr("Close this page"))
        self.text = TextView("detail_page", self.tr("The page, as its text was read"))
        GrowingHeight(self.text, 3, 12)
        head = QHBoxLayout()
        head.setSpacing(SPACE)
        head.addWidget(self.caption, 1)
        head.addWidget(self.close_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(TIGHT)
        column.addLayout(head)
        column.addWidget(self.text)
        self.close_button.clicked.connect(self.hide)
        self.hide()

    def show_quote(self, quoted: Quoted) -> None:
        """Show the page of a quote that is on one, with its words selected."""
        pages, excerpt = quoted.pages, quoted.excerpt
        if pages is None or excerpt is None:
            return
        words = self.tr("Page %1 of %2")
        if pages.last > pages.first:
            words = self.tr("Pages %1 to %3 of %2").replace("%3", number(pages.last))
        words = words.replace("%1", number(pages.first)).replace("%2", quoted.document)
        self.caption.set_whole(words)
        first = max(excerpt.begin - _AROUND, 0)
        self.text.show_text(excerpt.text[first : excerpt.end + _AROUND])
        self.show()
        self._select(excerpt.begin - first, excerpt.end - first)

    def _select(self, begin: int, end: int) -> None:
        cursor = self.text.textCursor()
        cursor.setPosition(end)
        cursor.setPosition(begin, QTextCursor.MoveMode.KeepAnchor)
        self.text.setTextCursor(cursor)
        self.text.centerCursor()
