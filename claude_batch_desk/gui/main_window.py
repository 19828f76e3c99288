"""The window: holds the pages and wires their signals, nothing else."""

from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from PySide6.QtCore import QSettings, Slot
from PySide6.QtGui import QCloseEvent, QShowEvent
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QMainWindow,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from claude_batch_desk.core.errors import DeskError
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.quality.sampling import MOST_TRIED
from claude_batch_desk.core.settings import ANTHROPIC_URL
from claude_batch_desk.core.tables.kinds import job_name
from claude_batch_desk.gui.accuracy_bar import AccuracyBar
from claude_batch_desk.gui.comparison_door import ComparisonDoor
from claude_batch_desk.gui.contest_button import ContestButton
from claude_batch_desk.gui.cost_card import CostCard
from claude_batch_desk.gui.data_page import DataPage
from claude_batch_desk.gui.dialogs import Dialogs
from claude_batch_desk.gui.draft import Draft
from claude_batch_desk.gui.icons import app_icon
from claude_batch_desk.gui.job_list import JobList
from claude_batch_desk.gui.job_view import JobView
from claude_batch_desk.gui.menu_wires import connect_dialogs
from claude_batch_desk.gui.menus import Menus
from claude_batch_desk.gui.messages import Messages
from claude_batch_desk.gui.office import Office
from claude_batch_desk.gui.prompt_page import PromptPage
from claude_batch_desk.gui.readiness import Step
from claude_batch_desk.gui.reception import Reception, Rooms
from claude_batch_desk.gui.results_page import ResultsPage
from claude_batch_desk.gui.review_page import ReviewPage
from claude_batch_desk.gui.samples import OpenedJob, Sample
from claude_batch_desk.gui.service_watch import ServiceWatch
from claude_batch_desk.gui.shown_job import ShownJob
from claude_batch_desk.gui.tasks import TaskRunner
from claude_batch_desk.gui.theme import GRID, Theme
from claude_batch_desk.gui.treasury import Treasury
from claude_batch_desk.gui.try_page import TryPage
from claude_batch_desk.gui.tutor import Tutor
from claude_batch_desk.gui.watcher import Watcher
from claude_batch_desk.gui.welcome_page import WelcomePage
from claude_batch_desk.session import Session

_SIDEBAR_WIDTH = GRID * 29
_LEAST_WIDTH, _LEAST_HEIGHT = 1024, 640
_FIRST_WIDTH, _FIRST_HEIGHT = 1360, 860
Page = DataPage | PromptPage | TryPage | ReviewPage | ResultsPage


class MainWindow(QMainWindow):
    """Jobs at the left, one job or the welcome page at the right."""

    def __init__(
        self, session: Session, tasks: TaskRunner, messages: Messages, theme: Theme
    ) -> None:
        super().__init__()
        self._session, self._messages = session, messages
        self._leaving = self._wants_file = False
        messages.stand_over(self)
        desk = session.desk
        self.draft = Draft(desk, tasks, self)
        self.office = Office(desk, session.quality, session.increments, tasks, self)
        self.watcher = Watcher(desk, tasks, self)
        self.dialogs = Dialogs(session, tasks, messages, theme, self)
        self.treasury = Treasury(session.money, tasks, self.draft)
        self._make_pages(tasks)
        self.cost = CostCard(desk, session.money, tasks, self.draft)
        self.job_list = JobList()
        self.welcome = WelcomePage()
        self.accuracy = AccuracyBar(session.quality, tasks, self.draft)
        self.contest = ContestButton(session.comparing, tasks, self.draft, self.treasury.purse)
        self.accuracy.add(self.contest)
        self.job_view = JobView(
            self.draft, self._pages(), self.cost, self.accuracy, session.base_url
        )
        self.menus = Menus(self)
        self._stack = QStackedWidget()
        self._connect_pages()
        self._connect_jobs()
        self._connect_menus()
        self.reception = Reception(self._rooms(), session, tasks, messages)
        self.reception.remembered.connect(self._remember)
        self._lay_out()
        self._restore()
        self.show_welcome()
        self.office.refresh()
        self.watcher.start()

    def _make_pages(self, tasks: TaskRunner) -> None:
        self.shown = ShownJob(self.draft, self.office, self.dialogs)
        self.shown.file_wanted.connect(self._want_file)
        self.comparisons = ComparisonDoor(self._session.run_comparing, tasks, self.draft, self)
        desk, base_url = self._session.desk, self._session.base_url
        self.data_page = DataPage(desk, tasks, self.draft)
        self.prompt_page = PromptPage(desk, tasks, self.draft)
        purse = self.treasury.purse
        self.try_page = TryPage(self._session.trials, tasks, self.draft, purse)
        self.review_page = ReviewPage(desk, tasks, self.draft, self._session.timing, purse)
        self.review_page.go_on_from(self._session.increments)
        page = self.results_page = ResultsPage(desk, self._session.money, tasks, self.draft)
        ServiceWatch(self._session, tasks, self.draft, page, self.review_page.busy)
        self.treasury.add_runs(self._session.again, page, self.office)
        self.treasury.add_rest(self._session.rest, page, self.office)
        page.let_open(self._session.opening)
        self.tutor = Tutor(self._session, tasks, self.draft, page)
        if base_url.rstrip("/") != ANTHROPIC_URL:
            self.review_page.receiver = urlsplit(base_url).netloc

    # What is shown

    @Slot()
    def show_welcome(self) -> None:
        """Show the first page; no job is shown then."""
        self.office.cancel()
        self.draft.open(None)
        self.watcher.spare(None)
        self.job_list.mark(None)
        self._stack.setCurrentWidget(self.welcome)
        self.welcome.enter()

    @Slot(object)
    def _show_job(self, opened: OpenedJob) -> None:
        self._stack.setCurrentWidget(self.job_view)
        self.watcher.spare(opened.job.id)
        self.draft.open(opened.job, opened.table)
        if opened.fresh:
            self.job_view.go("data")
        if opened.job.mode == "live":
            self.dialogs.look_for_key()
        if self._wants_file:
            self._wants_file = False
            self.data_page.choose_file()
        self.office.refresh()

    @Slot(object)
    def _show_jobs(self, jobs: list[Job]) -> None:
        self.job_list.show_jobs([job for job in jobs if job.again_of is None])
        self.job_list.mark(self.draft.job.id if self.draft.job else None)
        self.welcome.show_jobs(jobs)
        self.watcher.watch(jobs)

    @Slot()
    def _settle(self) -> None:
        """Let menus and title follow from the job that is shown."""
        job = self.draft.job
        self.menus.allow_job(
            shown=job is not None,
            editable=self.draft.editable,
            idle=job is not None and job.state in ("draft", "done"),
        )
        self.menus.allow_steps(() if job is None else self.job_view.reachable())
        name = self.tr("Claude Batch Desk")
        self.setWindowTitle(f"{job.name} – {name}" if job else name)

    # What is done

    @Slot()
    def new_job(self) -> None:
        """An empty job in the mode of the settings."""
        self.office.make(self.tr("New job"), self._session.settings.mode)

    @Slot()
    def new_practice_job(self) -> None:
        """An empty job with made-up answers."""
        self.office.make(self.tr("New job"), "practice")

    @Slot()
    def open_table(self) -> None:
        """Choose a file for the job; where there is none, begin one first."""
        if self.draft.job is None:
            self._want_file()
            self.new_job()
            return
        self.job_view.go("data")
        self.data_page.choose_file()

    @Slot()
    def _want_file(self) -> None:
        self._wants_file = True

    @Slot(object)
    def open_sample(self, sample: Sample) -> None:
        """A new Practice job with sample data."""
        self.welcome.show_loading(sample.title)
        self.office.open_sample(sample)

    @Slot(int)
    def _removed(self, job_id: int) -> None:
        if self.draft.job is not None and self.draft.job.id == job_id:
            self.show_welcome()
        self.office.refresh()

    @Slot(int)
    def _choose(self, job_id: int) -> None:
        if self.draft.job is None or self.draft.job.id != job_id:
            self.office.open(job_id)

    @Slot(str)
    def _remember_file(self, path: str) -> None:
        self._remember(path)
        if self.draft.job is not None and self.draft.job.name == self.tr("New job"):
            self.draft.rename(job_name(Path(path)))

    @Slot(str)
    def _remember(self, path: str) -> None:
        self.dialogs.remember_file(path)
        self._show_recent()

    def _show_recent(self) -> None:
        recent = self._session.settings.recent_files
        self.data_page.show_recent(recent)
        self.menus.show_recent(recent)

    @Slot(object)
    def _fail(self, error: BaseException) -> None:
        self._wants_file = False
        self._messages.show(self, error)

    @Slot(object)
    def _take_moved(self, job: Job) -> None:
        # What a run again has brought is seen in the job whose rows it asked.
        self.draft.show_job(self._session.desk.job(job.again_of) if job.again_of else job)
        self.office.refresh()
        if job.state == "done":
            QApplication.alert(self)

    def showEvent(self, event: QShowEvent) -> None:
        """Hear of drags over the native window, which is there from now on."""
        super().showEvent(event)
        self.reception.drop_zone.watch()

    # Leaving

    def closeEvent(self, event: QCloseEvent) -> None:
        """Write what is not written; ask only while a job is being sent."""
        if self.review_page.sending and not self._leaving:
            event.ignore()
            self.dialogs.confirm_quit(self._leave)
            return
        try:
            self.draft.flush()
        except DeskError as error:
            if not self._leaving:
                event.ignore()
                self._leaving = True
                self._messages.show(self, error)
                return
        self._kept().setValue("geometry", self.saveGeometry())
        self._kept().setValue("data", self.data_page.sheet.kept_layout())
        self._kept().setValue("jobs", self.job_list.order)
        super().closeEvent(event)

    @Slot()
    def _leave(self) -> None:
        self._leaving = True
        self.close()

    def _kept(self) -> QSettings:
        return QSettings(str(self._session.home / "window.ini"), QSettings.Format.IniFormat)

    def _restore(self) -> None:
        self.setMinimumSize(_LEAST_WIDTH, _LEAST_HEIGHT)
        self.resize(_FIRST_WIDTH, _FIRST_HEIGHT)
        if (geometry := self._kept().value("geometry")) is not None:
            self.restoreGeometry(geometry)
        self.results_page.answers.freezing.keep_in(self._kept())
        self.data_page.sheet.restore_layout(str(self._kept().value("data", "")))
        self.job_list.sort_by(str(self._kept().value("jobs", "")))

    # Wires

    def _rooms(self) -> Rooms:
        return Rooms(
            window=self,
            draft=self.draft,
            office=self.office,
            dialogs=self.dialogs,
            menus=self.menus,
            job_view=self.job_view,
            data_page=self.data_page,
            prompt_page=self.prompt_page,
        )

    def _pages(self) -> dict[Step, Page]:
        return {
            "data": self.data_page,
            "prompt": self.prompt_page,
            "try": self.try_page,
            "review": self.review_page,
            "results": self.results_page,
        }

    def _connect_pages(self) -> None:
        view = self.job_view
        for page in (self.data_page, self.prompt_page, self.try_page, self.review_page):
            page.done_requested.connect(view.go_on)
        for asking in (self.try_page, self.review_page, self.results_page):
            asking.step_requested.connect(view.go)
        self.results_page.bill_requested.connect(self.shown.show_bill)
        self.comparisons.connect_results(self.results_page, self.office, view)
        view.entering = {step: page.enter for step, page in self._pages().items()}
        self.try_page.selected_wanted.connect(self._try_selected)
        self.try_page.tried.connect(self.accuracy.refresh)
        self.accuracy.tried.connect(self.cost.refresh)
        self.accuracy.tried.connect(self.try_page.enter)
        self.contest.failed.connect(self._fail)
        self.contest.label_requested.connect(self.accuracy.label)
        self.accuracy.closed.connect(self.contest.look_again)
        for again in (self.try_page.enter, self.cost.refresh, self.accuracy.refresh):
            self.contest.closed.connect(again)
        self.tutor.connect_window(self.office, self.accuracy, self.menus, self.prompt_page)
        self.treasury.connect_cost(self.dialogs, self.cost, self.watcher)
        self.treasury.connect_pages(self.dialogs, self.prompt_page, self.try_page, self.review_page)
        self.cost.try_requested.connect(partial(view.go, "try"))
        reader = self.data_page.reader
        self.cost.reading = lambda: reader.busy
        reader.started.connect(self.cost.follow_reading)
        reader.ended.connect(self.cost.follow_reading)
        self.data_page.file_opened.connect(self._remember_file)
        self._show_recent()
        self.draft.changed.connect(self._settle)
        self.dialogs.key_changed.connect(self.cost.refresh)
        self.dialogs.key_looked_up.connect(view.show_key)
        view.banner.pressed.connect(self.dialogs.show_key)

    @Slot()
    def _try_selected(self) -> None:
        self.try_page.choose_selected(self.data_page.sheet.view.selected_rows(MOST_TRIED))

    def _connect_jobs(self) -> None:
        office, listed, welcome = self.office, self.job_list, self.welcome
        office.opened.connect(self._show_job)
        office.listed.connect(self._show_jobs)
        office.removed.connect(self._removed)
        office.failed.connect(self._fail)
        office.ended.connect(self.welcome.show_ready)
        listed.new_requested.connect(self.new_job)
        listed.job_chosen.connect(self._choose)
        listed.copy_live_requested.connect(office.copy_live)
        listed.spend_requested.connect(self.dialogs.show_spend)
        self.dialogs.job_chosen.connect(self._choose)
        self.dialogs.jobs_changed.connect(office.refresh)
        listed.key_requested.connect(self.dialogs.show_key)
        listed.settings_requested.connect(self.dialogs.show_settings)
        welcome.sample_requested.connect(self.open_sample)
        welcome.new_requested.connect(self.new_job)
        welcome.open_requested.connect(self.open_table)
        welcome.key_requested.connect(self.dialogs.show_key)
        welcome.cancelled.connect(office.cancel)
        welcome.job_chosen.connect(self._choose)
        self.watcher.moved.connect(self._take_moved)
        self.draft.saved.connect(office.refresh)
        self.draft.job_changed.connect(office.refresh)

    def _connect_menus(self) -> None:
        menus, view = self.menus, self.job_view
        menus.new_requested.connect(self.new_job)
        menus.practice_requested.connect(self.new_practice_job)
        menus.open_requested.connect(self.open_table)
        menus.next_requested.connect(view.go_on)
        menus.back_requested.connect(view.go_back)
        menus.step_requested.connect(view.go)
        menus.rename_requested.connect(view.name.setFocus)
        self.shown.connect_lists(menus, self.job_list)
        self.comparisons.connect_lists(menus, self.job_list)
        menus.welcome_requested.connect(self.show_welcome)
        menus.quit_requested.connect(self.close)
        connect_dialogs(menus, self.dialogs)

    def _lay_out(self) -> None:
        self.setObjectName("main_window")
        self.setWindowIcon(app_icon())
        self.job_list.setFixedWidth(_SIDEBAR_WIDTH)
        self._stack.addWidget(self.welcome)
        self._stack.addWidget(self.job_view)
        central = QWidget()
        row = QHBoxLayout(central)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.job_list)
        right = QVBoxLayout()
        right.setSpacing(0)
        right.addWidget(self._stack, 1)
        right.addWidget(self.reception.arrivals.busy)
        row.addLayout(right, 1)
        self.setCentralWidget(central)
