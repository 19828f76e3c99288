"""Says how far a job that is being sent is, in bytes, while its page waits for that."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Slot

from claude_batch_desk.core.jobs.at_service.uploading import Upload
from claude_batch_desk.gui.draft import Draft
from claude_batch_desk.gui.parts_table import megabytes
from claude_batch_desk.gui.widgets import Busy
from claude_batch_desk.gui.wording import number

_TICK = 250
"""Milliseconds."""


class UploadWatch(QObject):
    """Looks it up while the page is busy; it takes no time."""

    def __init__(self, uploading: Callable[[int], Upload | None], draft: Draft, busy: Busy) -> None:
        super().__init__(busy)
        self._uploading, self._draft, self._busy = uploading, draft, busy
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK)
        self._timer.timeout.connect(self._tick)
        self._timer.start()

    @Slot()
    def _tick(self) -> None:
        job = self._draft.job
        if job is None or not self._busy.isVisible():
            return
        upload = self._uploading(job.id)
        if upload is not None:
            words = self.tr("Sending part %1: %2. Please leave the window open …")
            words = words.replace("%1", number(upload.part))
            told = words.replace("%2", megabytes(upload.sent, upload.size))
            self._busy.advance(upload.sent, upload.size, told)
