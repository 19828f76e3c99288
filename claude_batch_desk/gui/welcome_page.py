"""What a person sees first: what this does, and one button that shows it."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QRadioButton, QVBoxLayout, QWidget

from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.gui.samples import Sample, samples
from claude_batch_desk.gui.theme import GRID, LOOSE, SPACE, TIGHT, WIDE
from claude_batch_desk.gui.widgets import Banner, Busy, Card, IconLabel, Label, button, scrolled
from claude_batch_desk.gui.wording import one_line

_WIDTH = GRID * 88


class WelcomePage(QWidget):
    """Knows no desk; tells what the person wants."""

    sample_requested = Signal(object)
    """This Sample is to be opened in Practice mode."""
    new_requested = Signal()
    open_requested = Signal()
    """A file is to be chosen for a new job."""
    key_requested = Signal()
    cancelled = Signal()
    job_chosen = Signal(int)
    """The job with this id is to be shown."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("welcome")
        self._choices = QButtonGroup(self)
        self._doubtful: int | None = None
        self.doubt_banner = Banner("welcome_doubt")
        self.doubt_banner.pressed.connect(self._show_doubtful)
        self.busy = Busy("welcome_busy")
        self.busy.cancelled.connect(self.cancelled)
        self.sample_button = button(
            self.tr("Try with sample data"), "try_sample", look="primary", icon_name="try"
        )
        self.open_button = button(self.tr("Open a file…"), "welcome_open", icon_name="open")
        self.new_button = button(self.tr("New job"), "welcome_new", icon_name="plus")
        self.key_button = button(self.tr("Add your API key…"), "welcome_key", icon_name="key")
        self.sample_button.clicked.connect(self._ask_for_sample)
        self.open_button.clicked.connect(self.open_requested)
        self.new_button.clicked.connect(self.new_requested)
        self.key_button.clicked.connect(self.key_requested)
        self._lay_out()

    def enter(self) -> None:
        """Put the focus where a first-time user starts."""
        if chosen := self._choices.checkedButton():
            chosen.setFocus()

    def show_jobs(self, jobs: Sequence[Job]) -> None:
        """Say so where a part may or may not be at the service: that may be why one came back."""
        doubtful = [job for job in jobs if any(part.in_doubt for part in job.parts)]
        self._doubtful = doubtful[0].id if doubtful else None
        self.doubt_banner.say(self._doubt(doubtful), "warning", self.tr("Show it"))

    @staticmethod
    def _doubt(doubtful: Sequence[Job]) -> str:
        if not doubtful:
            return ""
        notes = [part.note for part in doubtful[0].parts if part.in_doubt]
        return f"“{one_line(doubtful[0].name)}”: {notes[0]}"

    @Slot()
    def _show_doubtful(self) -> None:
        if self._doubtful is not None:
            self.job_chosen.emit(self._doubtful)

    def show_loading(self, title: str) -> None:
        """A sample is being opened."""
        self.busy.begin(self.tr("Opening %1 …").replace("%1", title))
        self.sample_button.setEnabled(False)

    def show_ready(self) -> None:
        """Nothing is being opened any more."""
        self.busy.hide()
        self.sample_button.setEnabled(True)

    def chosen_sample(self) -> Sample:
        """The sample whose button is marked."""
        return samples()[self._choices.checkedId()]

    @Slot()
    def _ask_for_sample(self) -> None:
        self.sample_requested.emit(self.chosen_sample())

    def _lay_out(self) -> None:
        content = QWidget()
        content.setMaximumWidth(_WIDTH)
        column = QVBoxLayout(content)
        column.setContentsMargins(LOOSE, LOOSE, LOOSE, LOOSE)
        column.setSpacing(SPACE)
        column.addWidget(self.doubt_banner)
        column.addStretch(1)
        column.addWidget(Label(self.tr("Ask the same question of every row"), "title"))
        column.addWidget(
            Label(self.tr("Claude Batch Desk puts your prompt to each row of a table."), "muted")
        )
        column.addSpacing(WIDE)
        for icon_name, text in (
            ("table", self.tr("Open a table and write one prompt with its {{columns}}.")),
            ("coins", self.tr("See the price first: a batch costs half of immediate calls.")),
            ("results", self.tr("Get a spreadsheet back, the answers beside your rows.")),
        ):
            column.addLayout(self._line(icon_name, text))
        column.addSpacing(WIDE)
        column.addWidget(self._sample_card())
        column.addSpacing(SPACE)
        self._offer_own(column)
        column.addStretch(2)
        holder = QWidget()
        centred = QHBoxLayout(holder)
        centred.setContentsMargins(0, 0, 0, 0)
        centred.addStretch(1)
        centred.addWidget(content, 100)
        centred.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scrolled(holder))

    def _offer_own(self, column: QVBoxLayout) -> None:
        own = QHBoxLayout()
        own.addWidget(Label(self.tr("Or with your own data:"), "muted", wrap=False))
        for each in (self.open_button, self.new_button, self.key_button):
            own.addWidget(each)
        own.addStretch(1)
        column.addLayout(own)
        hint = self.tr(
            "You can also drop files or a folder of documents anywhere on this window, or paste "
            "cells that you copied from a spreadsheet (Ctrl+V)."
        )
        column.addWidget(Label(hint, "caption"))

    @staticmethod
    def _line(icon_name: str, text: str) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(GRID * 3 // 2)
        row.addWidget(IconLabel(icon_name, colour="accent", side=22))
        row.addWidget(Label(text), 1)
        return row

    def _sample_card(self) -> Card:
        card = Card(self.tr("Practice: made-up answers, no key, nothing leaves this computer"))
        for place, sample in enumerate(samples()):
            radio = QRadioButton(sample.title)
            radio.setObjectName(f"sample_{place}")
            radio.setAccessibleDescription(sample.description)
            radio.setChecked(place == 0)
            self._choices.addButton(radio, place)
            about = Label(sample.description, "caption")
            about.setContentsMargins(GRID * 3, 0, 0, TIGHT)
            card.column.addWidget(radio)
            card.column.addWidget(about)
        card.column.addWidget(self.sample_button, 0, Qt.AlignmentFlag.AlignLeft)
        card.column.addWidget(self.busy)
        return card
