"""Names in the prompt that it cannot name: no column's, or those of columns that stay at home."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from claude_batch_desk.core.prompts.nearest import nearest_columns
from claude_batch_desk.core.prompts.template import canonical
from claude_batch_desk.gui.theme import SPACE, TIGHT
from claude_batch_desk.gui.widgets import IconLabel, Label, button, set_tip

_MOST_SHOWN = 5
_MOST_CHARACTERS = 48
_MOST_OFFERED = 24


class UnknownColumns(QWidget):
    """One line for each unknown name; its button puts the nearest column in its place."""

    replace_requested = Signal(str, str)
    """The name in the prompt, and the column to name instead."""
    match_requested = Signal()
    """Choose the columns for all names at once."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("unknown_columns")
        self._shown: tuple[tuple[str, str, bool], ...] = ()
        self._lines = QVBoxLayout(self)
        self._lines.setContentsMargins(0, 0, 0, 0)
        self._lines.setSpacing(TIGHT)
        self.hide()

    def show_unknown(
        self, names: Sequence[str], columns: Sequence[str], kept: Sequence[str] = ()
    ) -> None:
        """Show these names; offer the nearest of the columns, but for `kept` ones."""
        at_home = frozenset(map(canonical, kept))
        shown = tuple(
            (name, "" if name in at_home else _nearest(name, columns), name in at_home)
            for name in names[:_MOST_SHOWN]
        )
        if shown == self._shown:
            return
        self._shown = shown
        while item := self._lines.takeAt(0):
            if gone := item.widget():
                gone.hide()
                gone.deleteLater()
        for name, nearest, stays in shown:
            self._lines.addWidget(self._line(name, nearest, stays=stays))
        if sum(not stays for _, _, stays in shown) > 1:
            every = button(self.tr("Choose the columns for all…"), "match_columns", look="link")
            every.clicked.connect(self.match_requested)
            self._lines.addWidget(every, 0, Qt.AlignmentFlag.AlignLeft)
        self.setVisible(bool(shown))

    def _line(self, name: str, nearest: str, *, stays: bool) -> QWidget:
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE)
        text = self.tr("The table has no column “%1”.")
        if stays:
            text = self.tr("“%1” is kept on this computer, so the prompt cannot name it.")
        picture = IconLabel("lock" if stays else "error", colour="error")
        row.addWidget(picture, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(Label(text.replace("%1", _short(name)), "problem"), 1)
        if nearest:
            words = self.tr("Use “%1”").replace(
                "%1", _short(nearest, _MOST_OFFERED).replace("&", "&&")
            )
            offer = button(words, "use_nearest_column", look="link")
            set_tip(offer, nearest)
            offer.clicked.connect(partial(self.replace_requested.emit, name, nearest))
            row.addWidget(offer)
        return line


def _nearest(name: str, columns: Sequence[str]) -> str:
    return next(iter(nearest_columns(name, columns)), "")


def _short(name: str, most: int = _MOST_CHARACTERS) -> str:
    return name if len(name) <= most else name[: most - 1] + "…"
