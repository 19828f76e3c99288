"""How far a job is that is answered at once, how fast, and how long it takes; Stop and Go on."""

from datetime import UTC, datetime

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QWidget

from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.jobs.progress import CallsNow
from claude_batch_desk.gui.theme import SPACE
from claude_batch_desk.gui.widgets import Banner, Card, Chip, Label, button
from claude_batch_desk.gui.wording import duration, number, rows_of, rows_words

_MINUTE, _HOUR = 60, 3_600


class CallsCard(Card):
    """Says what is measured; where nothing was yet, it says that."""

    stop_requested = Signal()
    go_on_requested = Signal()
    cancel_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._job: Job | None = None
        self._canceling = False
        self.state_chip = Chip()
        self.rows_label = Label("", "heading")
        self.rows_label.setObjectName("calls_rows")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("Rows that are done"))
        self.pace_label = Label()
        self.pace_label.setObjectName("calls_pace")
        self.trouble_banner = Banner("calls_trouble")
        self.lost_banner = Banner("calls_lost")
        self.close_label = Label("", "muted")
        self.close_label.setObjectName("calls_close")
        self.stop_button = button(self.tr("Stop for now"), "calls_stop", icon_name="stop")
        self.go_on_button = button(self.tr("Go on"), "calls_go_on", icon_name="send")
        self.cancel_button = button(self.tr("Cancel the rest…"), "calls_ask_cancel")
        self.cancel_banner = Banner("calls_cancel")
        row = QHBoxLayout()
        row.setSpacing(SPACE)
        for each in (self.stop_button, self.go_on_button, self.cancel_button):
            row.addWidget(each)
        row.addStretch(1)
        for part in (
            self.state_chip,
            self.rows_label,
            self.bar,
            self.pace_label,
            self.trouble_banner,
            self.lost_banner,
            self.close_label,
        ):
            self.column.addWidget(part)
        self.column.addLayout(row)
        self.column.addWidget(self.cancel_banner)
        self.stop_button.clicked.connect(self.stop_requested)
        self.go_on_button.clicked.connect(self.go_on_requested)
        self.cancel_button.clicked.connect(self._ask_to_cancel)
        self.cancel_banner.pressed.connect(self._cancel)

    def show_job(self, job: Job, *, canceling: bool) -> None:
        """Show how far the job is, and whether the person has asked to end it."""
        if self._job is None or self._job.id != job.id or canceling:
            self.cancel_banner.clear()
        self._job, self._canceling = job, canceling
        done = job.rows - job.outcomes.get("waiting", 0) if job.outcomes else 0
        words = self.tr("%1 are done").replace("%1", rows_of(done, job.rows))
        self.rows_label.setText(words)
        self.bar.setRange(0, max(job.rows, 1))
        self.bar.setValue(done)
        self._show_lost(job)
        self.stop_button.setVisible(not job.paused)
        self.go_on_button.setVisible(job.paused)
        for each in (self.stop_button, self.go_on_button, self.cancel_button):
            each.setEnabled(not canceling)

    def tick(self, calls: CallsNow | None, *, looking: bool) -> None:
        """Show how it goes at this moment; `looking` is whether it is worked on."""
        job = self._job
        if job is None:
            return
        pausing = job.paused and looking
        self._show_chip(job, pausing=pausing)
        self.pace_label.setText(self._pace(job, calls, looking=looking))
        why = calls.why if calls and not job.paused and not self._canceling else ""
        self.trouble_banner.say(why, "warning")
        self.close_label.setText(self._close(job))

    def _show_chip(self, job: Job, *, pausing: bool) -> None:
        if self._canceling or pausing:
            self.state_chip.show_state(self.tr("Stopping"), "info", "waiting")
        elif job.paused:
            self.state_chip.show_state(self.tr("Stopped"), "warning", "stop")
        else:
            self.state_chip.show_state(self.tr("Asking row by row"), "info", "send")

    def _pace(self, job: Job, calls: CallsNow | None, *, looking: bool) -> str:
        if self._canceling or (job.paused and looking):
            return self.tr("The rows that are being asked about are finished first.")
        if job.paused:
            return self.tr("Nothing is asked until you let it go on. What came is kept.")
        if not looking:
            return self._until(job)
        if calls is None:
            return self.tr("Beginning …")
        if calls.pause:
            left = duration(calls.pause)
            return self.tr("Going on in %1.").replace("%1", left)
        return self._measured(calls)

    def _measured(self, calls: CallsNow) -> str:
        if calls.per_second is None or calls.left is None:
            return self.tr("Measuring how fast the answers come …")
        words = self.tr("%1 a minute, %2 left.")
        words = words.replace("%1", rows_words(round(calls.per_second * _MINUTE)))
        return words.replace("%2", self._about(calls.left))

    def _about(self, seconds: float) -> str:
        """A length of time as it can be known: "about 12 minutes"."""
        if seconds < _MINUTE:
            return self.tr("less than a minute")
        if seconds < 1.5 * _MINUTE:
            return self.tr("about a minute")
        if seconds < 1.5 * _HOUR:
            return self.tr("about %1 minutes").replace("%1", number(round(seconds / _MINUTE)))
        return self.tr("about %1 hours").replace("%1", f"{seconds / _HOUR:.1f}")

    def _until(self, job: Job) -> str:
        if job.next_look is None:
            return ""
        left = (job.next_look - datetime.now(UTC)).total_seconds()
        if left <= 0:
            return self.tr("Beginning …")
        return self.tr("Going on in %1.").replace("%1", duration(left))

    def _show_lost(self, job: Job) -> None:
        """Of calls whose answers never came: they may be billed for nothing."""
        if not job.unheard:
            self.lost_banner.clear()
            return
        told = self.tr("The answer of 1 call got lost on the way. It may be billed all the same.")
        if job.unheard > 1:
            told = self.tr(
                "The answers of %1 calls got lost on the way. They may be billed all the same."
            ).replace("%1", number(job.unheard))
        self.lost_banner.say(told, "warning")

    def _close(self, job: Job) -> str:
        if job.paused:
            return self.tr("You can close this window; it stays stopped.")
        return self.tr(
            "Leave this window open. If you close it, the rest is asked when you open it again."
        )

    @Slot()
    def _ask_to_cancel(self) -> None:
        told = self.tr(
            "What is answered is kept and billed. Rows that were not asked about are neither, and "
            "cannot be taken up again."
        )
        if self._job is not None and not self._job.paused:
            told += self.tr(" To pause instead, press “Stop for now”.")
        self.cancel_banner.say(told, "warning", self.tr("Cancel the rest"))

    @Slot()
    def _cancel(self) -> None:
        self.cancel_banner.clear()
        self.cancel_requested.emit()
