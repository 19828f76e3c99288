"""How many rows ended how: one line of buttons with small bars, each of which shows its rows."""

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import QRectF, QSize, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton, QWidget

from claude_batch_desk.gui.flow_layout import FlowLayout
from claude_batch_desk.gui.icons import icon
from claude_batch_desk.gui.theme import GRID, SPACE, TIGHT, colours
from claude_batch_desk.gui.widgets import set_tip
from claude_batch_desk.gui.wording import OUTCOME_TONES, number, outcome_word, rows_words

_BAR = 3
_PICTURE = 16


class OutcomeToken(QPushButton):
    """An outcome, its number of rows, and along its foot the share of all rows that this is."""

    def __init__(self, outcome: str) -> None:
        super().__init__()
        tone, picture = OUTCOME_TONES[outcome]
        self._ink = "muted" if tone == "neutral" else tone
        self._word, self._share = outcome_word(outcome), 0.0
        self.setObjectName(f"outcome_{outcome}")
        self.setProperty("look", "token")
        self.setAutoDefault(False)
        self.setIcon(icon(picture, self._ink))
        self.setIconSize(QSize(_PICTURE, _PICTURE))

    def show_count(self, rows: int, total: int) -> None:
        """So many rows of a total."""
        self._share = rows / total if total else 0.0
        self.setText(f"{self._word} {number(rows)}")
        self.setAccessibleName(f"{self._word}, {rows_words(rows)}")
        set_tip(self, self.tr("%1 of 100").replace("%1", f"{self._share * 100:.1f}"))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the bar in the colours of the theme as it is now."""
        super().paintEvent(event)
        theme = colours(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        room = QRectF(self.rect()).adjusted(GRID, 0, -GRID, -TIGHT / 2)
        width = max(room.width() * self._share, _BAR if self._share else 0)
        bar = QRectF(room.left(), room.bottom() - _BAR, width, _BAR)
        painter.setPen(QColor(0, 0, 0, 0))
        painter.setBrush(QColor(getattr(theme, self._ink)))
        painter.drawRoundedRect(bar, _BAR / 2, _BAR / 2)
        painter.end()


class OutcomeBars(QWidget):
    """A button for each outcome that occurred, in the order of OUTCOME_TONES."""

    chosen = Signal(frozenset)
    """The person wants to see the rows with these outcomes; none for all rows."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tokens: dict[str, OutcomeToken] = {}
        self._wanted: frozenset[str] = frozenset()
        self._selectable = False
        self._last: list[QWidget] = []
        self._line = FlowLayout(self, spacing=SPACE, lines=TIGHT)

    def add(self, widget: QWidget) -> None:
        """Put something about all of them behind them; it stays there."""
        self._last.append(widget)
        self._line.addWidget(widget)

    def let_choose(self) -> None:
        """Let outcomes be pressed; called once."""
        self._selectable = True
        for token in self._tokens.values():
            token.setCheckable(True)

    def show_counts(self, counts: Mapping[str, int], *, kept: bool = False) -> None:
        """Show rows by outcome (results.answer.Outcome, or "waiting").

        With `kept` the outcomes that are shown already stay, if only with none of the rows.
        """
        shown = [
            each for each in OUTCOME_TONES if counts.get(each) or (kept and each in self._tokens)
        ]
        if shown != [*self._tokens]:
            self._build(shown)
        total = sum(counts.values())
        for outcome, token in self._tokens.items():
            token.show_count(counts.get(outcome, 0), total)

    def mark(self, wanted: frozenset[str]) -> None:
        """Show which outcomes are asked for, without telling."""
        self._wanted = wanted
        for outcome, token in self._tokens.items():
            token.setChecked(outcome in wanted)

    def _build(self, outcomes: list[str]) -> None:
        while item := self._line.takeAt(0):
            if (gone := item.widget()) and gone not in self._last:
                gone.hide()
                gone.deleteLater()
        self._tokens = {outcome: OutcomeToken(outcome) for outcome in outcomes}
        for outcome, token in self._tokens.items():
            token.setCheckable(self._selectable)
            token.setChecked(outcome in self._wanted)
            token.clicked.connect(partial(self._press, outcome))
            self._line.addWidget(token)
        for each in self._last:
            self._line.addWidget(each)

    def _press(self, outcome: str) -> None:
        if self._selectable:
            self._wanted = self._wanted ^ {outcome}
            self.chosen.emit(self._wanted)
