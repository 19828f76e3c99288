"""What a sent job is doing, for as long as it is not done."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QWidget

from claude_batch_desk.core.catalogue import bundled_models
from claude_batch_desk.core.jobs.at_service.uploading import Upload
from claude_batch_desk.core.jobs.job import Job, Part
from claude_batch_desk.core.jobs.priming import is_priming, priming_note
from claude_batch_desk.core.jobs.timing.alerts import alerts
from claude_batch_desk.gui.need_words import need_words
from claude_batch_desk.gui.parts_table import PartsTable, megabytes
from claude_batch_desk.gui.theme import SPACE
from claude_batch_desk.gui.widgets import Banner, Busy, Card, Chip, Label, button
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
        self._uploading: Callable[[int], Upload | None] = _unknown
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
        self.parts = PartsTable()
        self.upload = Busy("status_upload")
        self.alert_banner = Banner("status_alert")
        self.doubt_banner = Banner("status_doubt")
        self.note_banner = Banner("status_note")
        self.cancel_banner = Banner("status_cancel")
        self.look_button = button(self.tr("Look now"), "status_look", icon_name="refresh")
        self.cancel_button = button(self.tr("Cancel job…"), "status_ask_cancel", icon_name="stop")
        self._lay_out()
        self.look_button.clicked.connect(self.look_requested)
        self.cancel_button.clicked.connect(self._ask_to_cancel)
        self.cancel_banner.pressed.connect(self._cancel)

    def show_job(self, job: Job, *, canceling: bool) -> None:
        """Show where the job stands, and whether the person has asked to stop it."""
        if self._job is None or self._job.id != job.id:
            self.cancel_banner.clear()
        self._job, self._canceling = job, canceling
        self._show_doubt(job)
        self._show_notes(job)
        self.sentence_label.setText(self._sentence(job))
        self.what_label.setText(self._what(job))
        self.close_label.setText(self._close(job))
        self._show_chip(job)
        self.cancel_button.setEnabled(not canceling)
        if canceling:
            self.cancel_banner.clear()

    def watch_uploads(self, uploading: Callable[[int], Upload | None]) -> None:
        """Ask this, each second, what of the job is being posted."""
        self._uploading = uploading

    def show_usual(self, words: str) -> None:
        """How long such batches take, as a sentence; shown from the next tick on."""
        self._usual = words

    def tick(self, looked_at: datetime | None, *, looking: bool) -> None:
        """Show the times as they are now; called every second."""
        job = self._job
        if job is None:
            return
        now = datetime.now(UTC)
        upload = self._uploading(job.id)
        self.times_label.setText(self._times(job, now))
        self.looks_label.setText(self._looks(job, looked_at, now, looking=looking))
        self.parts.show_parts(job, now, upload)
        self._show_upload(job, upload)
        self._show_alerts(job, now)
        self.look_button.setEnabled(not looking)

    def _show_doubt(self, job: Job) -> None:
        doubts = self._doubts(job)
        if len(doubts) == 1 and len(job.parts) > 1:
            words = self.tr("We could not confirm that part %1 of this job arrived.")
            told = words.replace("%1", number(doubts[0]))
        else:
            told = self.tr("We could not confirm that all of this job reached the service.")
        checking = self.tr(
            "%1 Checking before anything is sent again, so you do not pay twice."
        ).replace("%1", told)
        self.doubt_banner.say(checking if doubts else "", "warning")

    def _doubts(self, job: Job) -> list[int]:
        """Parts that may or may not be at the service; not the one going out at this moment."""
        upload = self._uploading(job.id)
        doubts = [part.number for part in job.parts if part.state == "sending"]
        return [] if upload is not None and doubts == [upload.part] else doubts

    def _show_notes(self, job: Job) -> None:
        """What stands in the way; a part that only waits for room is no cause for concern."""
        parts = [part for part in job.parts if part.note and part.requests]
        notes = [*(part.note for part in parts), priming_note(job)]
        waits = all(part.state == "planned" for part in parts) and not notes[-1]
        told = " ".join(dict.fromkeys(note for note in notes if note))
        self.note_banner.say(told, "info" if waits else "warning")

    def _show_upload(self, job: Job, upload: Upload | None) -> None:
        if upload is None:
            self.upload.hide()
            return
        words = self.tr("Sending part %1 of %2: %3").replace("%1", number(upload.part))
        words = words.replace("%2", number(len(job.parts)))
        if self.upload.isHidden():
            self.upload.begin("", cancellable=False)
        told = words.replace("%3", megabytes(upload.sent, upload.size))
        self.upload.advance(upload.sent, upload.size, told)

    def _show_alerts(self, job: Job, now: datetime) -> None:
        found = alerts(job, now)
        told = " ".join(each.text for each in found)
        if told != self.alert_banner.text.text():
            self.alert_banner.say(told, found[0].tone if found else "info")
        # There is hardly any time left: it should not be closed.
        self.close_label.setVisible(not any(each.kind == "expiring" for each in found))

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
        if self._doubts(job):
            return self.tr("Checking what the service has")
        if is_priming(job, datetime.now(UTC)) and not self._canceling:
            return self.tr("One request goes first, the rest once it is answered")
        if "planned" in states and self._waits_to_send(job):
            return self.tr("Waiting to send the rest")
        if states & {"planned", "sending"} or job.state == "sending":
            return self.tr("Sending %1").replace("%1", rows_words(job.rows))
        return ""

    def _waits_to_send(self, job: Job) -> bool:
        held = [part for part in job.parts if part.state == "planned" and part.failures]
        return bool(held) and any(part.batch_id for part in job.parts)

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
        return estimate.replace("%2", money(cost.low)).replace("%3", money(cost.high, up=True))

    def _close(self, job: Job) -> str:
        if job.state == "sending":
            return self.tr(
                "You can close this window: what is not sent yet is sent when you open it again."
            )
        if job.mode == "practice":
            return self.tr("You can close this window: Practice goes on when you open it again.")
        return self.tr("You can close this window and shut down the computer; the job goes on.")

    def _show_chip(self, job: Job) -> None:
        if self._doubts(job):
            self.state_chip.show_state(self.tr("In doubt"), "warning", "warning")
        elif self._waits_to_send(job):
            self.state_chip.show_state(self.tr("Waiting"), "info", "waiting")
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
            ends = self.tr("This one ends by %1.")
            if len(job.parts) > 1:
                ends = self.tr("The last of those there ends by %1.")
            ends = ends.replace("%1", local_time(deadline))
            sentences.append(ends)
        if wanted := need_words(job.need, job.sent_at):
            sentences.append(wanted)
        parts = [part for part in job.parts if part.requests]
        if len(parts) > 1:
            here = sum(part.state == "collected" for part in parts)
            words = self.tr("%1 of %2 parts are here.").replace("%2", number(len(parts)))
            sentences.append(words.replace("%1", number(here)))
        return " ".join(sentences)

    def _looks(self, job: Job, looked_at: datetime | None, now: datetime, *, looking: bool) -> str:
        sentences = []
        looked_at = looked_at or job.looked_at
        if looked_at is not None:
            ago = self.tr("Looked %1 ago.")
            sentences.append(ago.replace("%1", duration((now - looked_at).total_seconds())))
        if looking:
            sentences.append(self.tr("Looking now …"))
        elif job.next_look is not None:
            left = duration((job.next_look - now).total_seconds())
            sentences.append(self.tr("Next look in %1.").replace("%1", left))
        return " ".join(sentences)

    def _lay_out(self) -> None:
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
            self.upload,
            self.alert_banner,
            self.doubt_banner,
            self.note_banner,
            self.looks_label,
            self.close_label,
        ):
            self.column.addWidget(part)
        self.column.addLayout(row)
        self.column.addWidget(self.cancel_banner)
        self.column.addWidget(self.parts)

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


def _unknown(job_id: int) -> None:
    """For a status that nobody has told where to ask."""


def _deadline(parts: Sequence[Part]) -> datetime | None:
    ends = [part.expires_at for part in parts if part.expires_at and part.state == "sent"]
    return max(ends) if ends else None
