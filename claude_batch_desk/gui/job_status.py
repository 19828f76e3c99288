"""What a sent job is doing, for as long as it is not done."""

from collections.abc import Sequence
from datetime import UTC, datetime

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QWidget

from claude_batch_desk.core.catalogue import bundled_models
from claude_batch_desk.core.jobs.job import Job, Part
from claude_batch_desk.core.jobs.priming import is_priming, priming_note
from claude_batch_desk.gui.need_words import need_words
from claude_batch_desk.gui.theme import SPACE
from claude_batch_desk.gui.widgets import Banner, Card, Chip, Label, button
from claude_batch_desk.gui.wording import (
    duration,
    local_time,
    money,
    number,
    requests_words,
    rows_words,
)


class JobStatus(Card):
    """Says what is known and when it was looked up; it never invents progress.

    The service tells nothing about a batch before all of it has ended.
    """

    look_requested = Signal()
    cancel_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._job: Job | None = None
        self._canceling = False
        self._usual = self.tr("Most batches end within an hour.")
        self.state_chip = Chip()
        self.sentence_label = Label("", "heading")
        self.sentence_label.setObjectName("status_sentence")
        self.times_label = Label()
        self.times_label.setObjectName("status_times")
        self.looks_label = Label("", "muted")
        self.looks_label.setObjectName("status_looks")
        self.what_label = Label("", "muted")
        self.what_label.setObjectName("status_what")
        self.close_label = Label()
        self.close_label.setObjectName("status_close")
        self.doubt_banner = Banner("status_doubt")
        self.note_banner = Banner("status_note")
        self.cancel_banner = Banner("status_cancel")
        self.look_button = button(self.tr("Look now"), "status_look", icon_name="refresh")
        self.cancel_button = button(self.tr("Cancel job…"), "status_ask_cancel", icon_name="stop")
        row = QHBoxLayout()
        row.setSpacing(SPACE)
        for each in (self.look_button, self.cancel_button):
            row.addWidget(each)
        row.addStretch(1)
        for part in (
            self.state_chip,
            self.sentence_label,
            self.what_label,
            self.times_label,
            self.looks_label,
            self.doubt_banner,
            self.note_banner,
            self.close_label,
        ):
            self.column.addWidget(part)
        self.column.addLayout(row)
        self.column.addWidget(self.cancel_banner)
        self.look_button.clicked.connect(self.look_requested)
        self.cancel_button.clicked.connect(self._ask_to_cancel)
        self.cancel_banner.pressed.connect(self._cancel)

    def show_job(self, job: Job, *, canceling: bool) -> None:
        """Show where the job stands, and whether the person has asked to stop it."""
        if self._job is None or self._job.id != job.id:
            self.cancel_banner.clear()
        self._job, self._canceling = job, canceling
        doubt = self.tr(
            "We could not confirm that all of this job reached the service. Checking before "
            "anything is sent again, so you do not pay twice."
        )
        self.doubt_banner.say(doubt if job.unsettled else "", "warning")
        notes = [note for note in (*(part.note for part in job.parts), priming_note(job)) if note]
        self.note_banner.say(" ".join(dict.fromkeys(notes)), "warning")
        self.sentence_label.setText(self._sentence(job))
        self.what_label.setText(self._what(job))
        self.close_label.setText(self._close(job))
        self._show_chip(job)
        self.cancel_button.setEnabled(not canceling)
        if canceling:
            self.cancel_banner.clear()

    def show_usual(self, words: str) -> None:
        """How long such batches take, as a sentence; shown from the next tick on."""
        self._usual = words

    def tick(self, looked_at: datetime | None, *, looking: bool) -> None:
        """Show the times as they are now; called every second."""
        job = self._job
        if job is None:
            return
        now = datetime.now(UTC)
        self.times_label.setText(self._times(job, now))
        self.looks_label.setText(self._looks(job, looked_at, now, looking=looking))
        self.look_button.setEnabled(not looking)

    def _sentence(self, job: Job) -> str:
        states = {part.state for part in job.parts}
        rows = rows_words(job.rows)
        if sending := self._sending(job):
            return sending
        if self._canceling:
            return self.tr("Canceling: rows being answered are finished first")
        if states and states <= {"ended", "collected", "refused", "lost"}:
            return self.tr("Fetching the answers")
        if job.mode == "practice":
            return self.tr("Practice is working on %1").replace("%1", rows)
        return self.tr("Claude is working on %1").replace("%1", rows)

    def _sending(self, job: Job) -> str:
        """What is still to be sent, or to be found; "" once all of it is at the service."""
        states = {part.state for part in job.parts}
        if "sending" in states:
            return self.tr("Checking what the service has")
        if is_priming(job, datetime.now(UTC)) and not self._canceling:
            return self.tr("One request goes first, the rest once it is answered")
        if "planned" in states or job.state == "sending":
            return self.tr("Sending %1").replace("%1", rows_words(job.rows))
        return ""

    def _what(self, job: Job) -> str:
        model = bundled_models().get(job.recipe.model)
        words = self.tr("%1 to %2").replace("%1", requests_words(job.requests))
        words = words.replace("%2", model.name if model else job.recipe.model)
        if job.version:
            version = self.tr("%1, version %2 of the prompt").replace("%1", words)
            words = version.replace("%2", f"{job.version:,}")
        cost = job.agreed
        if cost is None:
            return words
        estimate = self.tr("%1, estimated at %2–%3").replace("%1", words)
        return estimate.replace("%2", money(cost.low)).replace("%3", money(cost.high))

    def _close(self, job: Job) -> str:
        if job.state == "sending":
            return self.tr(
                "You can close this window: what is not sent yet is sent when you open it again."
            )
        if job.mode == "practice":
            return self.tr("You can close this window: Practice goes on when you open it again.")
        return self.tr("You can close this window and shut down the computer; the job goes on.")

    def _show_chip(self, job: Job) -> None:
        if job.unsettled:
            self.state_chip.show_state(self.tr("In doubt"), "warning", "warning")
        elif job.state == "sending":
            self.state_chip.show_state(self.tr("Sending"), "info", "send")
        else:
            self.state_chip.show_state(self.tr("At the service"), "info", "waiting")

    def _times(self, job: Job, now: datetime) -> str:
        sentences = []
        if job.sent_at is not None:
            since = self.tr("Sent %1, %2 ago.").replace("%1", local_time(job.sent_at))
            sentences.append(since.replace("%2", duration((now - job.sent_at).total_seconds())))
        deadline = _deadline(job.parts)
        if deadline is not None and job.mode == "live":
            sentences.append(self._usual)
            ends = self.tr("This one ends by %1.").replace("%1", local_time(deadline))
            sentences.append(ends)
        if wanted := need_words(job.need, job.sent_at):
            sentences.append(wanted)
        if len(job.parts) > 1:
            here = sum(part.state == "collected" for part in job.parts)
            words = self.tr("%1 of %2 parts are here.").replace("%2", number(len(job.parts)))
            sentences.append(words.replace("%1", number(here)))
        return " ".join(sentences)

    def _looks(self, job: Job, looked_at: datetime | None, now: datetime, *, looking: bool) -> str:
        sentences = []
        if looked_at is not None:
            ago = self.tr("Looked %1 ago.")
            sentences.append(ago.replace("%1", duration((now - looked_at).total_seconds())))
        if looking:
            sentences.append(self.tr("Looking now …"))
        elif job.next_look is not None:
            left = duration((job.next_look - now).total_seconds())
            sentences.append(self.tr("Next look in %1.").replace("%1", left))
        return " ".join(sentences)

    @Slot()
    def _ask_to_cancel(self) -> None:
        told = self.tr(
            "What is answered by the time the service stops is kept and billed. Rows it has not "
            "begun are neither answered nor billed. A canceled job cannot be taken up again."
        )
        self.cancel_banner.say(told, "warning", self.tr("Cancel the job"))

    @Slot()
    def _cancel(self) -> None:
        self.cancel_banner.clear()
        self.cancel_requested.emit()


def _deadline(parts: Sequence[Part]) -> datetime | None:
    ends = [part.expires_at for part in parts if part.expires_at and part.state == "sent"]
    return max(ends) if ends else None
