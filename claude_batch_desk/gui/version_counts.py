"""How many rows each version of the prompt has answered, and the way to them."""

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from claude_batch_desk.gui.flow_layout import FlowLayout
from claude_batch_desk.gui.theme import TIGHT, WIDE
from claude_batch_desk.gui.widgets import Label, button, set_tip
from claude_batch_desk.gui.wording import number, rows_words


class VersionCounts(QWidget):
    """A line that is there where a job's answers are of several versions; each leads to its rows.

    That is so where rows were tried before something was changed that their requests do not hold.
    """

    wanted = Signal(int)
    """Go to the next row that this version has answered."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: dict[int, int] = {}
        self._line = FlowLayout(self, spacing=WIDE, lines=TIGHT)
        self.hide()

    def show_counts(self, counts: Mapping[int, int]) -> None:
        """Show rows by version; one version alone says nothing."""
        shown = dict(counts) if len(counts) > 1 else {}
        if shown == self._shown:
            return
        self._shown = shown
        while item := self._line.takeAt(0):
            if gone := item.widget():
                gone.hide()
                gone.deleteLater()
        if shown:
            self._line.addWidget(Label(self.tr("Answered by"), "muted", wrap=False))
        for version, rows in shown.items():
            words = self.tr("version %1: %2").replace("%1", number(version))
            link = button(words.replace("%2", rows_words(rows)), f"version_{version}", look="link")
            set_tip(link, self.tr("Go to the next row that this version has answered"))
            link.clicked.connect(partial(self.wanted.emit, version))
            self._line.addWidget(link)
        self.setVisible(bool(shown))
