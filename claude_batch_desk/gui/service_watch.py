"""Wires what is known of a job's stay at the service to the pages that show it."""

from PySide6.QtCore import QObject, Slot

from claude_batch_desk.gui.draft import Draft
from claude_batch_desk.gui.results_page import ResultsPage
from claude_batch_desk.gui.tasks import TaskRunner
from claude_batch_desk.gui.upload_watch import UploadWatch
from claude_batch_desk.gui.usual_times import UsualTimes
from claude_batch_desk.gui.widgets import Busy
from claude_batch_desk.session import Session


class ServiceWatch(QObject):
    """How long batches take, how far one that is being sent is, and that they can be deleted."""

    def __init__(
        self, session: Session, tasks: TaskRunner, draft: Draft, page: ResultsPage, sending: Busy
    ) -> None:
        super().__init__(draft)
        UsualTimes(session.timing, tasks, draft, page.status.show_usual)
        uploading = session.at_service.uploading
        page.status.watch_uploads(uploading)
        self._desk, self._draft = session.desk, draft
        page.answers.delete_box.use(session.at_service)
        page.answers.delete_box.ended.connect(self._read_again)
        page.answers.export_bar.exported.connect(self._read_again)
        UploadWatch(uploading, draft, sending)

    @Slot()
    def _read_again(self) -> None:
        """What was exported or deleted is known to the store."""
        if self._draft.job is not None:
            self._draft.show_job(self._desk.job(self._draft.job.id))
