"""Which way of sending is in time, as lines of words."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from claude_batch_desk.core.jobs.timing.advice import Fit, TimeAdvice, WayInTime
from claude_batch_desk.gui.theme import SPACE, TIGHT
from claude_batch_desk.gui.widgets import Chip, Label, Tone
from claude_batch_desk.gui.wording import money


class AdviceLines(QWidget):
    """The advice, and below it each way with whether it is in time, its price and why."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.summary = Label("", "strong")
        self.summary.setObjectName("need_summary")
        self.why = Label("", "caption")
        self.why.setObjectName("need_why")
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(SPACE)
        self._grid.setVerticalSpacing(TIGHT)
        self._grid.setColumnStretch(1, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE)
        column.addWidget(self.summary)
        column.addLayout(self._grid)
        column.addWidget(self.why)
        self.hide()

    def show_advice(self, advice: TimeAdvice | None, *, practice: bool = False) -> None:
        """Show the advice; None hides it. A `practice` job is told what would hold for Live."""
        while item := self._grid.takeAt(0):
            if gone := item.widget():
                gone.hide()
                gone.deleteLater()
        self.setVisible(advice is not None)
        if advice is None:
            return
        self.summary.setText(advice.summary)
        for line, each in enumerate(advice.ways):
            self._add(line, each)
        reasons = {each.way: each.why for each in advice.ways}
        batch = self.tr("Batch: %1").replace("%1", reasons["batch"])
        now = self.tr("At once: %1").replace("%1", reasons["now"])
        told = [batch, now]
        if practice:
            told.append(self.tr("In Practice a batch ends within seconds; this holds for Live."))
        self.why.setText("\n".join(told))

    def name_of(self, way: WayInTime) -> str:
        """A way as the person presses for it."""
        if way.way == "now":
            return self.tr("Choose: at once, about %1").replace("%1", money(way.price.expected))
        if way.cached:
            return self.tr("Choose: as a batch with cached instructions")
        return self.tr("Choose: as a batch")

    def _add(self, line: int, way: WayInTime) -> None:
        words: dict[Fit, tuple[str, Tone, str]] = {
            "sure": (self.tr("in time"), "good", "check"),
            "likely": (self.tr("likely in time"), "good", "check"),
            "risky": (self.tr("not sure"), "warning", "warning"),
            "no": (self.tr("too late"), "error", "error"),
        }
        chip = Chip(*words[way.fit])
        chip.setObjectName(f"need_fit_{line}")
        names = {
            ("batch", False): self.tr("As a batch"),
            ("batch", True): self.tr("As a batch with cached instructions"),
            ("now", False): self.tr("At once, at the full price"),
        }
        about = self.tr("about %1").replace("%1", money(way.price.expected))
        middle = Qt.AlignmentFlag.AlignVCenter
        self._grid.addWidget(chip, line, 0, middle | Qt.AlignmentFlag.AlignLeft)
        self._grid.addWidget(Label(names[way.way, way.cached]), line, 1, middle)
        price = Label(about, wrap=False)
        self._grid.addWidget(price, line, 2, middle | Qt.AlignmentFlag.AlignRight)
