"""Wires the files that are written when jobs have ended to the pages that show them."""

from PySide6.QtCore import QObject, Slot

from claude_batch_desk.core.errors import DeskError
from claude_batch_desk.core.jobs.delivering.delivery import Delivery
from claude_batch_desk.gui.delivery_card import DeliveryCard
from claude_batch_desk.gui.delivery_keeper import DeliveryKeeper
from claude_batch_desk.gui.delivery_plan import DeliveryPlan
from claude_batch_desk.gui.draft import Draft
from claude_batch_desk.gui.messages import Messages, sentence
from claude_batch_desk.gui.results_page import ResultsPage
from claude_batch_desk.gui.review_page import ReviewPage
from claude_batch_desk.gui.tasks import TaskRunner
from claude_batch_desk.gui.watcher import Watcher
from claude_batch_desk.gui.widgets import tab_through
from claude_batch_desk.session import Session


class DeliveryWires(QObject):
    """Lets one window write the files of jobs that have ended."""

    def __init__(
        self, session: Session, tasks: TaskRunner, messages: Messages, draft: Draft
    ) -> None:
        super().__init__(draft)
        self._session, self._tasks, self._messages = session, tasks, messages
        self._draft = draft
        self._told: set[int] = set()
        self.plan = DeliveryPlan(session.deliveries, tasks, draft)
        self.keeper = DeliveryKeeper(session.deliveries, tasks, self)
        self.keeper.written.connect(self._written)
        self.keeper.failed.connect(self._failed)
        self.plan.planned.connect(self.keeper.try_again)

    def add_to(self, review: ReviewPage, results: ResultsPage, watcher: Watcher) -> None:
        """Show what is planned on these pages, and begin to write."""
        self.before = self._card("review_file")
        review.cards.insertWidget(review.cards.indexOf(review.leaves), self.before)
        tab_through(self.before.stops, review.send_button)
        self.after = self._card("results_file")
        results.add(self.after)
        self.keeper.begun.connect(self.after.show_writing)
        self._bar = results.answers.export_bar
        tab_through(self.after.stops, self._bar.xlsx_button)
        self.plan.changed.connect(self._show)
        self._draft.job_changed.connect(self._show)
        self._draft.opened.connect(self._show)
        watcher.moved.connect(self.keeper.look)
        self._draft.job_changed.connect(self.keeper.look)
        self._show()
        self.keeper.start()

    def _card(self, name: str) -> DeliveryCard:
        card = DeliveryCard(self.plan, self._session.desk, self._tasks, self._draft, name)
        card.try_again.connect(self.keeper.try_again)
        return card

    @Slot()
    def _show(self) -> None:
        """On Results as long as it is to come; then what was written."""
        delivery = self.plan.delivery
        self.after.setHidden(self.after.is_over)
        if delivery is not None and self.after.is_over:
            self._bar.show_delivered(delivery)

    @Slot(object)
    def _written(self, delivery: Delivery) -> None:
        self._told.discard(delivery.job)
        job = self._draft.job
        if job is not None and job.id == delivery.job:
            self.plan.refresh()
            self._draft.show_job(self._session.desk.job(job.id))

    @Slot(int, object)
    def _failed(self, job_id: int, error: DeskError) -> None:
        """On its page; of a job that is not shown, once over the window."""
        job = self._draft.job
        if job is not None and job.id == job_id:
            self.after.show_plan()  # that it is being written is over
            self.plan.refresh()
        elif job_id not in self._told:
            self._told.add(job_id)
            told = self.tr("“%1”: %2 It is tried again by itself.")
            told = told.replace("%1", self._name_of(job_id)).replace("%2", sentence(error))
            self._messages.tell(
                self.tr("A job has ended, but its file was not written"), told, icon_name="warning"
            )

    def _name_of(self, job_id: int) -> str:
        try:
            return self._session.desk.job(job_id).name
        except DeskError:  # it was removed meanwhile
            return str(job_id)
