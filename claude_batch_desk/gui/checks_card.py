"""What was checked before sending: what to mend or to know, each with the way to its place."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from claude_batch_desk.core.pricing.estimate import Estimate
from claude_batch_desk.core.prompts.checks import Concern, Tone
from claude_batch_desk.gui.theme import SPACE
from claude_batch_desk.gui.widgets import Card, IconLabel, Label, button

_ICONS: dict[Tone, str] = {"stop": "error", "warning": "warning", "note": "info"}


class ChecksCard(Card):
    """A line for each concern, the worst first, and whether the service was asked."""

    step_requested = Signal(str)
    """Go to this step (readiness.Step) and put something right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Checks"), parent=parent)
        self.lines: list[Label] = []
        """The concerns that are shown."""
        self.stopped = False
        """Something must be put right before it can be sent."""
        self._list: QWidget | None = None
        self.service_label = Label("", "caption")
        self.service_label.setObjectName("review_checked")
        self.column.addWidget(self.service_label)
        self.show_estimate(None)

    def show_estimate(self, estimate: Estimate | None, *, hindered: bool = False) -> None:
        """Show what came of looking at all rows; None before that is known.

        Nobody looks at them while something is in the way: `hindered`.
        """
        if estimate is None:
            self.show_concerns(())
            waiting = self.tr("Looking at every row …")
            later = self.tr("The rows are looked at once that is put right.")
            self.service_label.say(later if hindered else waiting)
            return
        self.show_concerns(estimate.concerns)
        said = [] if estimate.concerns else [self.tr("Every row fits what the service takes.")]
        self.service_label.say(" ".join(filter(None, [*said, estimate.checked])))

    def show_concerns(self, concerns: Sequence[Concern]) -> None:
        """Show these in place of those before."""
        if self._list is not None:
            self.column.removeWidget(self._list)
            self._list.hide()
            self._list.deleteLater()
        self.lines = []
        self.stopped = any(each.tone == "stop" for each in concerns)
        self.service_label.say("")
        self._list = self._made(concerns) if concerns else None
        if self._list is not None:
            self.column.insertWidget(1, self._list)

    def _made(self, concerns: Sequence[Concern]) -> QWidget:
        made = QWidget(self)
        grid = QGridLayout(made)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(SPACE)
        grid.setVerticalSpacing(SPACE)
        grid.setColumnStretch(1, 1)
        middle = Qt.AlignmentFlag.AlignVCenter
        for line, concern in enumerate(concerns):
            icon_name = _ICONS[concern.tone]
            text = Label(concern.text, selectable=True)
            text.setObjectName(f"check_{line + 1}")
            self.lines.append(text)
            grid.addWidget(IconLabel(icon_name, colour=icon_name), line, 0, middle)
            grid.addWidget(text, line, 1, middle)
            if concern.place:
                grid.addWidget(self._way_to(concern, line), line, 2, middle)
        return made

    def _way_to(self, concern: Concern, line: int) -> QWidget:
        words = {
            "data": self.tr("Go to Data"),
            "prompt": self.tr("Go to Prompt"),
            "try": self.tr("Go to Try"),
        }
        way = button(words[concern.place], f"check_go_{line + 1}", look="link")
        way.clicked.connect(partial(self._go, concern.place))
        return way

    def _go(self, step: str) -> None:
        self.step_requested.emit(step)
