"""One schedule in the list: when it runs, what came of the last run, its entry, and its removal."""

from datetime import UTC, datetime

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QWidget

from claude_batch_desk.core.schedule import entries
from claude_batch_desk.core.schedule.when import words
from claude_batch_desk.gui.schedule_work import Kept
from claude_batch_desk.gui.text_boxes import TextView
from claude_batch_desk.gui.theme import GRID, SPACE
from claude_batch_desk.gui.widgets import Card, Chip, ElidedLabel, Label, button
from claude_batch_desk.gui.wording import local_time

_GOOD, _LEFT = "0", "4"
_PARTS = 4


class ScheduleLine(Card):
    """Asks before it removes: the first press of the button says so."""

    entry_wanted = Signal(object)
    """Show what is written for this Schedule."""
    removed = Signal(str)
    """The schedule of this name is to run no more."""

    def __init__(self, kept: Kept, parent: QWidget | None = None) -> None:
        super().__init__(_title(kept), parent=parent)
        self._kept = kept
        name = kept.schedule.name
        self.setObjectName(f"schedule_{name}")
        self.state = Chip()
        self._show_state()
        self.last_label = Label(_last_words(kept.last), "muted", selectable=True)
        self.last_label.setVisible(bool(kept.last))
        self.entry_button = button(self.tr("Show entry"), f"entry_{name}", look="link")
        self.remove_button = button(self.tr("Remove…"), f"remove_{name}", icon_name="trash")
        self.entry = TextView(f"entry_text_{name}", self.tr("What is written for the scheduler"))
        self.entry.setMinimumHeight(GRID * 20)
        self.entry.hide()
        verbs = QHBoxLayout()
        verbs.setSpacing(SPACE)
        verbs.addWidget(self.entry_button)
        verbs.addStretch(1)
        verbs.addWidget(self.remove_button)
        if kept.schedule.watched:
            self.column.addWidget(ElidedLabel(kept.schedule.watched, "muted"))
        self.column.addWidget(self.state, 0, Qt.AlignmentFlag.AlignLeft)
        self.column.addWidget(self.last_label)
        self.column.addLayout(verbs)
        self.column.addWidget(self.entry)
        self.entry_button.clicked.connect(self._want_entry)
        self.remove_button.clicked.connect(self._remove)
        self._sure = False

    def show_entry(self, text: str) -> None:
        """Show what is written for the scheduler."""
        self.entry.show_text(text)
        self.entry.show()
        self.entry_button.setText(self.tr("Hide entry"))

    def _show_state(self) -> None:
        if self._kept.missing:
            self.state.show_state(self.tr("Its entry is missing"), "warning", "warning")
            return
        parts = self._kept.last.split(" ", _PARTS - 1)
        if len(parts) < _PARTS:
            self.state.show_state(self.tr("Has not run yet"), "neutral", "waiting")
        elif parts[2] == _GOOD:
            self.state.show_state(self.tr("The last run went well"), "good", "check")
        elif parts[2] == _LEFT:
            self.state.show_state(self.tr("Some rows have no answer"), "warning", "warning")
        else:
            self.state.show_state(self.tr("The last run failed"), "error", "error")

    @Slot()
    def _want_entry(self) -> None:
        if self.entry.isVisible():
            self.entry.hide()
            self.entry_button.setText(self.tr("Show entry"))
        else:
            self.entry_wanted.emit(self._kept.schedule)

    @Slot()
    def _remove(self) -> None:
        if self._sure:
            self.removed.emit(self._kept.schedule.name)
            return
        self._sure = True
        self.remove_button.setText(self.tr("Never run it again"))


def _title(kept: Kept) -> str:
    name = kept.schedule.name
    if entries.is_start_name(name):
        name = f"Job {entries.job_of(name)}"
    return f"{name}: {words(kept.schedule.when)}"


def _last_words(line: str) -> str:
    """A line of the log, with its time on the person's clock."""
    parts = line.split(" ", _PARTS - 1)
    if len(parts) < _PARTS:
        return line
    try:
        moment = datetime.fromisoformat(parts[0]).astimezone(UTC)
    except ValueError:
        return line
    return f"{local_time(moment)}: {parts[3]}"
