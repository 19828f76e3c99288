"""Asks when a job is to be sent by itself, and what it may cost at most then."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from decimal import ROUND_UP, Decimal

from PySide6.QtCore import QCoreApplication, QDateTime, Qt, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QDateTimeEdit, QDoubleSpinBox, QHBoxLayout, QWidget

from claude_batch_desk.core.pricing.estimate import Range
from claude_batch_desk.core.schedule.when import next_moment
from claude_batch_desk.gui.messages import MessageDialog
from claude_batch_desk.gui.theme import SPACE
from claude_batch_desk.gui.widgets import Label
from claude_batch_desk.gui.wording import duration, money

_TONIGHT = time(22)
_ROOM = Decimal("1.1")
"""What is counted until then may move the most it can cost a little."""
_CENT = Decimal("0.01")


@dataclass(frozen=True)
class Wish:
    """What the person agreed to."""

    at: datetime
    """Aware UTC."""
    most: Decimal
    """USD."""
    closed: bool
    """Also while the window is closed."""


def moment_words(moment: datetime) -> str:
    """A moment on the person's clock, as the end of a sentence."""
    here, today = moment.astimezone(), datetime.now(UTC).astimezone().date()
    words = {
        today: QCoreApplication.translate("StartForm", "today at %1"),
        today + timedelta(days=1): QCoreApplication.translate("StartForm", "tomorrow at %1"),
    }.get(here.date(), QCoreApplication.translate("StartForm", "on %2 at %1"))
    return words.replace("%1", f"{here:%H:%M}").replace("%2", f"{here:%Y-%m-%d}")


class StartForm(MessageDialog):
    """The verb says the time and the most it may cost; nothing is planned before it is pressed."""

    agreed = Signal(object)
    """The person's Wish."""

    def __init__(
        self, price: Range, *, typed: bool, practice: bool, parent: QWidget | None
    ) -> None:
        """With `typed` the person has to name the amount, so none is proposed."""
        title = self.tr("Start later")
        told = self.tr(
            "The job is sent by itself at this time, just as it is now. If you change it until "
            "then, it is not sent. The computer has to be on."
        )
        super().__init__("waiting", title, told, parent)
        self.setObjectName("start_form")
        self._price, self._practice = price, practice
        self.time_edit = _time_edit(self.tr("The time at which the job is sent"))
        self.time_label = Label("", "caption")
        self.most_spin = _amount_edit(self.tr("The most it may cost, in US dollars"))
        self.most_spin.setValue(0 if typed else float(_with_room(price.ceiling)))
        self.most_label = Label("", "caption")
        self.closed_check = QCheckBox(self.tr("Also if this window is closed by then"))
        self.closed_check.setObjectName("start_closed")
        self.closed_check.setEnabled(False)
        self.keeper_label = Label("", "caption")
        self.keeper_label.setObjectName("start_keeper")
        self._lay_out()
        self.add_way_out(self.tr("Cancel"), "start_cancel")
        self.verb = self.add_verb("", self._agree, "start_agree", "primary")
        self.time_edit.dateTimeChanged.connect(self._settle)
        self.most_spin.valueChanged.connect(self._settle)
        self._settle()

    @property
    def at(self) -> datetime:
        """The chosen time."""
        return datetime.fromtimestamp(self.time_edit.dateTime().toSecsSinceEpoch(), UTC)

    @property
    def most(self) -> Decimal:
        """What it may cost at most, in USD."""
        return Decimal(str(round(self.most_spin.value(), 2)))

    def show_keeper(self, told: str, *, works: bool) -> None:
        """What the scheduler of the platform does, or why nothing can start without the window."""
        self.closed_check.setEnabled(works)
        self.closed_check.setChecked(works)
        self.keeper_label.setText(told)

    @Slot()
    def _settle(self) -> None:
        left = (self.at - datetime.now(UTC)).total_seconds()
        when = self.tr("In %1, by the clock of this computer.").replace("%1", duration(left))
        self.time_label.setText(when if left > 0 else self.tr("This time is over."))
        enough = self._practice or self.most >= self._price.ceiling
        told = self.tr("As it is now, about %1 is expected, and it may cost up to %2.")
        if not enough:
            told = self.tr("About %1 is expected, but it may cost up to %2: allow as much.")
        told = told.replace("%1", money(self._price.expected))
        self.most_label.setText(told.replace("%2", money(self._price.ceiling, up=True)))
        verb = self.tr("Start %1, for at most %2")
        if self._practice:
            verb = self.tr("Start %1")
        verb = verb.replace("%1", moment_words(self.at)).replace("%2", money(self.most))
        self.verb.setText(verb)
        self.verb.setEnabled(enough and left > 0)

    @Slot()
    def _agree(self) -> None:
        if self.at > datetime.now(UTC):
            self.agreed.emit(Wish(self.at, self.most, self.closed_check.isChecked()))
            self.accept()
        self._settle()

    def _lay_out(self) -> None:
        left = Qt.AlignmentFlag.AlignLeft
        self.column.addSpacing(SPACE)
        self.column.addWidget(self.time_edit, 0, left)
        self.column.addWidget(self.time_label)
        amount = QWidget()
        row = QHBoxLayout(amount)
        row.setContentsMargins(0, SPACE, 0, 0)
        row.setSpacing(SPACE)
        row.addWidget(Label(self.tr("Do not send it if it may cost more than"), wrap=False))
        row.addWidget(self.most_spin)
        row.addStretch(1)
        self.column.addWidget(amount)
        self.column.addWidget(self.most_label)
        for each in (amount, self.most_label):
            each.setVisible(not self._practice)
        self.column.addSpacing(SPACE)
        self.column.addWidget(self.closed_check)
        self.column.addWidget(self.keeper_label)


def _time_edit(name: str) -> QDateTimeEdit:
    edit = QDateTimeEdit()
    edit.setObjectName("start_time")
    edit.setAccessibleName(name)
    edit.setDisplayFormat("yyyy-MM-dd HH:mm")
    proposed = next_moment(_TONIGHT, datetime.now(UTC))
    edit.setDateTime(QDateTime.fromSecsSinceEpoch(int(proposed.timestamp())))
    return edit


def _amount_edit(name: str) -> QDoubleSpinBox:
    edit = QDoubleSpinBox()
    edit.setObjectName("start_most")
    edit.setAccessibleName(name)
    edit.setPrefix("$")
    edit.setRange(0, 1_000_000)
    return edit


def _with_room(ceiling: Decimal) -> Decimal:
    return (ceiling * _ROOM).quantize(_CENT, ROUND_UP)
