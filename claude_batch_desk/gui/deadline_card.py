"""When are the answers needed? What the person says, and which way of sending is in time for it."""

from datetime import UTC, datetime, timedelta
from typing import Protocol, get_args

from PySide6.QtCore import QDateTime, QSignalBlocker, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QDateTimeEdit, QWidget

from claude_batch_desk.core.errors import DeskError
from claude_batch_desk.core.jobs.job import Way
from claude_batch_desk.core.jobs.timing.advice import TimeAdvice
from claude_batch_desk.core.jobs.timing.history import History
from claude_batch_desk.core.jobs.timing.need import Latency, Need
from claude_batch_desk.core.pricing.estimate import Estimate
from claude_batch_desk.core.report import Report
from claude_batch_desk.gui.draft import Draft
from claude_batch_desk.gui.flow_layout import FlowLayout
from claude_batch_desk.gui.need_words import need_words
from claude_batch_desk.gui.tasks import TaskRunner
from claude_batch_desk.gui.theme import SPACE, TIGHT
from claude_batch_desk.gui.time_advice import AdviceLines
from claude_batch_desk.gui.widgets import Banner, Card, Label, button

_EXACT = "exact"
_AGAIN = 30_000
"""Milliseconds; a deadline comes nearer while it is looked at."""
_FIRST_PROPOSED = timedelta(hours=4)


class KnowsTime(Protocol):
    """The verbs about time that the card needs."""

    def history(self, report: Report) -> History:
        """How long earlier jobs took."""
        ...

    def ways_in_time(
        self, need: Need, estimate: Estimate, history: History, now: datetime
    ) -> TimeAdvice:
        """Which way is in time; takes no time itself."""
        ...


class DeadlineCard(Card):
    """Keeps how soon the job is wanted as its tag; advises, and never chooses a way by itself."""

    way_wanted = Signal(object)
    """The person wants to send in this way: a WayInTime."""

    def __init__(
        self, timing: KnowsTime, tasks: TaskRunner, draft: Draft, parent: QWidget | None = None
    ) -> None:
        super().__init__(self.tr("When do you need the answers?"), parent=parent)
        self._timing, self._tasks, self._draft = timing, tasks, draft
        self._history: History | None = None
        self._estimate: Estimate | None = None
        self._free = True
        self._chosen: tuple[Way, bool] | None = None
        self.advice: TimeAdvice | None = None
        self.buttons = {
            "now": button(self.tr("Real time"), "need_now", look="token"),
            "hour": button(self.tr("This hour"), "need_hour", look="token"),
            "today": button(self.tr("Today"), "need_today", look="token"),
            "week": button(self.tr("This week"), "need_week", look="token"),
            _EXACT: button(self.tr("By a time …"), "need_exact", look="token"),
        }
        self.time_edit = QDateTimeEdit()
        self.time_edit.setObjectName("need_time")
        self.time_edit.setAccessibleName(self.tr("The answers are needed by"))
        self.time_edit.setDisplayFormat("yyyy-MM-dd HH:mm")
        self.said_label = Label("", "caption")
        self.said_label.setObjectName("need_said")
        self.lines = AdviceLines()
        self.take_button = button("", "need_take", look="link", icon_name="check")
        self.warning = Banner("need_warning")
        self._timer = QTimer(self)
        self._timer.setInterval(_AGAIN)
        self._lay_out()
        self._connect()
        self._show_need()

    def showEvent(self, event: QShowEvent) -> None:
        """What earlier jobs took is looked up when the card comes into sight."""
        super().showEvent(event)
        self._timer.start()
        self._tasks.start(
            self._timing.history, owner=self, done=self._take_history, failed=self._go_without
        )

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody needs advice that is not shown."""
        super().hideEvent(event)
        self._timer.stop()

    def show_estimate(self, estimate: Estimate | None) -> None:
        """With the price comes the advice; None is not known yet."""
        self._estimate = estimate
        self._advise()

    def set_editable(self, editable: bool) -> None:
        """Whether something else may be said now."""
        self._free = editable
        self._settle()

    def show_chosen(self, way: Way, *, cached: bool) -> None:
        """How the job will be sent as it is; where that is what is advised, nothing is offered."""
        self._chosen = way, cached
        self._settle()

    @property
    def _need(self) -> Need:
        return self._draft.job.need if self._draft.job else Need()

    @Slot()
    def _show_need(self) -> None:
        need = self._need
        chosen = _EXACT if need.by is not None else need.latency
        for value, each in self.buttons.items():
            each.setChecked(value == chosen)
        if need.by is not None and self.time_edit.dateTime() != _local(need.by):
            with QSignalBlocker(self.time_edit):
                self.time_edit.setDateTime(_local(need.by))
        self.time_edit.setVisible(need.by is not None)
        job = self._draft.job
        sent = job.sent_at if job is not None else None
        self.said_label.say(need_words(need, sent))
        self._settle()
        self._advise()

    @Slot()
    def _choose(self) -> None:
        pressed = next(value for value, each in self.buttons.items() if each is self.sender())
        if not self.buttons[pressed].isChecked():
            self._keep(Need())  # pressed again: it was not meant
        elif pressed == _EXACT:
            proposed = datetime.now(UTC) + _FIRST_PROPOSED
            proposed = proposed.replace(minute=0, second=0, microsecond=0)
            self._keep(Need.at(proposed, datetime.now(UTC)))
            self.time_edit.setFocus()
        else:
            self._keep(Need(_latency(pressed)))

    @Slot()
    def _take_time(self) -> None:
        moment = datetime.fromtimestamp(self.time_edit.dateTime().toSecsSinceEpoch(), UTC)
        self._keep(Need.at(moment, datetime.now(UTC)))

    def _keep(self, need: Need) -> None:
        self._draft.set_need(need)
        self._show_need()

    def _take_history(self, history: History) -> None:
        self._history = history
        self._advise()

    def _go_without(self, error: BaseException) -> None:
        """Advice by the documentation alone is better than none."""
        if not isinstance(error, DeskError):
            raise error
        self._take_history(History())

    @Slot()
    def _advise(self) -> None:
        estimate, history, need = self._estimate, self._history, self._need
        advice = None
        if estimate and history and need.latency and self._draft.editable:
            advice = self._timing.ways_in_time(need, estimate, history, datetime.now(UTC))
        self.advice = advice
        job = self._draft.job
        self.lines.show_advice(advice, practice=job is not None and job.mode == "practice")
        self.warning.say(advice.warning if advice else "", "warning")
        self._settle()

    def _settle(self) -> None:
        editable = self._free and self._draft.editable
        for each in self.buttons.values():
            each.setEnabled(editable)
        self.time_edit.setEnabled(editable)
        best = self.advice.best if self.advice else None
        offered = best is not None and (best.way, best.cached) != self._chosen
        self.take_button.setVisible(offered)
        self.take_button.setEnabled(editable)
        self.take_button.setText(self.lines.name_of(best) if best else "")

    @Slot()
    def _take_way(self) -> None:
        if self.advice is not None:
            self.way_wanted.emit(self.advice.best)

    def _connect(self) -> None:
        for each in self.buttons.values():
            each.clicked.connect(self._choose)
        self.time_edit.dateTimeChanged.connect(self._take_time)
        self.take_button.clicked.connect(self._take_way)
        self._timer.timeout.connect(self._advise)
        self._draft.opened.connect(self._show_need)
        self._draft.job_changed.connect(self._show_need)

    def _lay_out(self) -> None:
        choices = QWidget()
        flow = FlowLayout(choices, SPACE)
        for each in self.buttons.values():
            each.setCheckable(True)
            flow.addWidget(each)
        flow.addWidget(self.time_edit)
        self.column.addWidget(choices)
        self.column.addWidget(self.said_label)
        self.column.addSpacing(TIGHT)
        self.column.addWidget(self.lines)
        self.column.addWidget(self.take_button, 0, Qt.AlignmentFlag.AlignLeft)
        self.column.addWidget(self.warning)


def _latency(value: str) -> Latency:
    return next(each for each in get_args(Latency) if each == value)


def _local(moment: datetime) -> QDateTime:
    return QDateTime.fromSecsSinceEpoch(int(moment.timestamp()))
