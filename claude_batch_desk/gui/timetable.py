"""Wires what happens by itself at a time to the page, the menu and the jobs that show it."""

from functools import partial

from PySide6.QtCore import QObject, Slot

from claude_batch_desk.core.errors import DeskError
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.jobs.starts.start import Start
from claude_batch_desk.gui.draft import Draft
from claude_batch_desk.gui.messages import Messages, sentence
from claude_batch_desk.gui.review_page import ReviewPage
from claude_batch_desk.gui.schedule_dialog import ScheduleDialog
from claude_batch_desk.gui.schedule_keeper import StartKeeper, drop_entry
from claude_batch_desk.gui.schedule_start import StartLater
from claude_batch_desk.gui.tasks import TaskRunner
from claude_batch_desk.gui.watcher import Watcher
from claude_batch_desk.session import Session


class Timetable(QObject):
    """Keeps the agreed times of one window."""

    def __init__(
        self,
        session: Session,
        tasks: TaskRunner,
        messages: Messages,
        draft: Draft,
        review: ReviewPage,
        watcher: Watcher,
    ) -> None:
        super().__init__(draft)
        self._session, self._tasks, self._messages = session, tasks, messages
        self._draft = draft
        self.keeper = StartKeeper(session.starts, tasks, self)
        self.later = StartLater(session.starts, session.home, self.keeper, tasks, draft)
        review.add_later(self.later)
        self.keeper.started.connect(watcher.moved)
        self.keeper.started.connect(self._started)
        self.keeper.failed.connect(self._failed)
        draft.job_changed.connect(self._look_whether_sent)
        self.keeper.start()

    @Slot()
    def show_schedules(self) -> None:
        """What runs by itself, and a new schedule for the job that is shown."""
        session, window = self._session, self.later.button.window()
        dialog = ScheduleDialog(session.home, session.desk, session.starts, self._tasks, window)
        dialog.changed.connect(self.keeper.refresh)
        job, table = self._draft.job, self._draft.table
        if job is not None and table is not None and self._draft.flushed(self._say):
            dialog.offer(job, table)
        dialog.open()

    def _say(self, error: BaseException) -> None:
        self._messages.show(self, error)

    @Slot(object)
    def _started(self, job: Job) -> None:
        self._forget_entry(job.id)

    @Slot()
    def _look_whether_sent(self) -> None:
        """What was planned and is sent by hand is not started any more."""
        job = self._draft.job
        if job is not None and job.state != "draft" and job.id in self.keeper.starts:
            self.later.take_back()

    @Slot(object, object)
    def _failed(self, start: Start, error: DeskError) -> None:
        self._forget_entry(start.job)
        told = self.tr("“%1”: %2").replace("%1", self._name_of(start.job))
        self._messages.tell(
            self.tr("A job was not sent at its time"),
            told.replace("%2", sentence(error)),
            icon_name="warning",
        )

    def _name_of(self, job_id: int) -> str:
        try:
            return self._session.desk.job(job_id).name
        except DeskError:  # it was removed meanwhile
            return str(job_id)

    def _forget_entry(self, job_id: int) -> None:
        self._tasks.start(
            drop_entry,
            self._session.home,
            job_id,
            owner=self,
            done=lambda _nothing: None,
            failed=partial(self._messages.show, self),
        )
