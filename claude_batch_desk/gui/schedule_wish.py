"""A new schedule for the job that is shown: when, where to, and for how much at most."""

import re
import unicodedata
from datetime import time
from decimal import ROUND_UP, Decimal
from pathlib import Path

from PySide6.QtCore import Qt, QTime, Signal, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QTimeEdit,
    QWidget,
)

from claude_batch_desk.core.pricing.estimate import Range
from claude_batch_desk.core.schedule.when import WEEKDAYS, Daily, OnChange, Weekly, When, words
from claude_batch_desk.gui.schedule_work import Wanted
from claude_batch_desk.gui.segmented import Segmented
from claude_batch_desk.gui.theme import GRID, SPACE, TIGHT
from claude_batch_desk.gui.widgets import Card, ElidedLabel, Label, button
from claude_batch_desk.gui.wording import money

_ROOM = Decimal("1.5")
"""The next file may have more rows than this one."""
_CENT = Decimal("0.01")
_LONGEST = 40


class WishCard(Card):
    """Says in one sentence what will happen; nothing is scheduled before that is pressed."""

    wanted = Signal(object)
    """The person's Wanted."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Run this job again by itself"), parent=parent)
        self.file_label = ElidedLabel("", "muted")
        self.when = Segmented(
            {
                "day": self.tr("Every day"),
                "week": self.tr("Every week"),
                "change": self.tr("When the file changes"),
            },
            "schedule_when",
        )
        self.when.choose("day")
        self.day = QComboBox()
        self.day.setObjectName("schedule_day")
        self.day.setAccessibleName(self.tr("The day of the week"))
        self.day.addItems(self._weekdays())
        self.clock = QTimeEdit(QTime(7, 0))
        self.clock.setObjectName("schedule_clock")
        self.clock.setAccessibleName(self.tr("The time of the day"))
        self.clock.setDisplayFormat("HH:mm")
        self.out_edit = _line("schedule_out", self.tr("The file with the answers"))
        self.out_button = button(self.tr("Choose…"), "schedule_choose")
        self.name_edit = _line("schedule_name", self.tr("The name of the schedule"))
        self.name_edit.setMaximumWidth(GRID * 30)
        self.most_spin = QDoubleSpinBox()
        self.most_spin.setObjectName("schedule_most")
        self.most_spin.setAccessibleName(self.tr("The most each run may cost, in US dollars"))
        self.most_spin.setPrefix("$")
        self.most_spin.setRange(0, 1_000_000)
        self.price_label = Label("", "caption")
        self.since_check = QCheckBox(self.tr("Ask only rows that are new or changed"))
        self.since_check.setObjectName("schedule_since")
        self.since_check.setChecked(True)
        self.add_button = button("", "schedule_add", look="primary")
        self.reason_label = Label("", "muted")
        self._lay_out()
        self._connect()
        self._settle()

    def show_job(self, watched: Path) -> None:
        """Propose a schedule for a job on this file or folder."""
        self.file_label.set_whole(str(watched))
        folder, stem = watched.parent, watched.stem
        self.out_edit.setText(str(folder / f"{stem} answers {{date}}.xlsx"))
        self.name_edit.setText(_name_of(stem))
        self._settle()

    def show_price(self, price: Range) -> None:
        """Propose what each run may cost, after what one costs now."""
        if self.most_spin.value() == 0:
            proposed = (price.ceiling * _ROOM).quantize(_CENT, ROUND_UP)
            self.most_spin.setValue(float(proposed))
        told = self.tr("With the file as it is, about %1, at most %2.")
        told = told.replace("%1", money(price.expected))
        self.price_label.say(told.replace("%2", money(price.ceiling, up=True)))

    @property
    def wish(self) -> Wanted:
        """What is chosen now."""
        most = Decimal(str(round(self.most_spin.value(), 2)))
        out = Path(self.out_edit.text().strip())
        since = self.since_check.isChecked()
        return Wanted(self.name_edit.text().strip(), self._when(), out, most, since)

    def _when(self) -> When:
        if self.when.value == "change":
            return OnChange()
        clock = time(self.clock.time().hour(), self.clock.time().minute())
        if self.when.value == "day":
            return Daily(clock)
        return Weekly(WEEKDAYS[self.day.currentIndex()], clock)

    @Slot()
    def _settle(self) -> None:
        kind, reason = self.when.value, self._reason()
        self.day.setVisible(kind == "week")
        self.clock.setVisible(kind != "change")
        verb = self.tr("Run it %1, for at most %2 each time")
        verb = verb.replace("%1", words(self._when()))
        amount = money(self.wish.most) if self.wish.most else "$…"
        self.add_button.setText(verb.replace("%2", amount))
        self.add_button.setEnabled(not reason)
        self.reason_label.say(reason)

    def _reason(self) -> str:
        if not self.out_edit.text().strip():
            return self.tr("Say where the answers go.")
        if not self.wish.most:
            return self.tr("Say what each run may cost at most: nobody is asked then.")
        return ""

    @Slot()
    def _add(self) -> None:
        self.wanted.emit(self.wish)

    @Slot()
    def _choose_out(self) -> None:
        dialog = QFileDialog(self, self.tr("Write the answers to"), self.out_edit.text())
        dialog.setObjectName("schedule_file_dialog")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setNameFilters([self.tr("Workbooks (*.xlsx)"), self.tr("Text (*.csv)")])
        dialog.setDefaultSuffix("xlsx")
        dialog.selectFile(Path(self.out_edit.text()).name)
        dialog.fileSelected.connect(self.out_edit.setText)
        dialog.open()

    def _weekdays(self) -> list[str]:
        return [
            self.tr("Monday"),
            self.tr("Tuesday"),
            self.tr("Wednesday"),
            self.tr("Thursday"),
            self.tr("Friday"),
            self.tr("Saturday"),
            self.tr("Sunday"),
        ]

    def _connect(self) -> None:
        self.when.chosen.connect(self._settle)
        self.day.currentIndexChanged.connect(self._settle)
        self.clock.timeChanged.connect(self._settle)
        self.most_spin.valueChanged.connect(self._settle)
        self.out_edit.textChanged.connect(self._settle)
        self.out_button.clicked.connect(self._choose_out)
        self.add_button.clicked.connect(self._add)

    def _lay_out(self) -> None:
        self.column.addWidget(self.file_label)
        self.column.addLayout(_row(self.when, self.day, self.clock, None))
        self.column.addSpacing(TIGHT)
        self.column.addWidget(Label(self.tr("Write the answers to"), "caption"))
        self.column.addLayout(_row(self.out_edit, self.out_button))
        told = self.tr("{date} and {time} stand for those of the run; without them it is one file.")
        self.column.addWidget(Label(told, "caption"))
        self.column.addSpacing(TIGHT)
        most = Label(self.tr("Each run may cost at most"), wrap=False)
        self.column.addLayout(_row(most, self.most_spin, None))
        self.column.addWidget(self.price_label)
        self.price_label.hide()
        self.column.addWidget(self.since_check)
        self.column.addLayout(_row(Label(self.tr("Name"), wrap=False), self.name_edit, None))
        self.column.addSpacing(TIGHT)
        self.column.addWidget(self.reason_label)
        self.column.addWidget(self.add_button, 0, Qt.AlignmentFlag.AlignLeft)


def _line(name: str, about: str) -> QLineEdit:
    edit = QLineEdit()
    edit.setObjectName(name)
    edit.setAccessibleName(about)
    return edit


def _row(*parts: QWidget | None) -> QHBoxLayout:
    """Side by side; None is the room that is left."""
    row = QHBoxLayout()
    row.setSpacing(SPACE)
    for part in parts:
        if part is None:
            row.addStretch(1)
        else:
            row.addWidget(part, 1 if isinstance(part, QLineEdit) else 0)
    return row


def _name_of(stem: str) -> str:
    """A name as schedules take it, after that of a file."""
    plain = unicodedata.normalize("NFKD", stem.casefold()).encode("ascii", "ignore").decode()
    return re.sub("[^a-z0-9]+", "-", plain)[:_LONGEST].strip("-") or "job"
