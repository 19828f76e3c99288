"""The ways to a comparison of two runs, and from a row of it to the answers of its job."""

from typing import Protocol

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.report import Report
from claude_batch_desk.gui.comparison_dialog import ComparesRuns, ComparisonDialog, Wanted
from claude_batch_desk.gui.draft import Draft
from claude_batch_desk.gui.job_list import JobList
from claude_batch_desk.gui.job_view import JobView
from claude_batch_desk.gui.menus import Menus
from claude_batch_desk.gui.office import Office
from claude_batch_desk.gui.results_page import ResultsPage
from claude_batch_desk.gui.tasks import TaskRunner
from claude_batch_desk.gui.widgets import button, set_tip


class FindsRows(ComparesRuns, Protocol):
    """The verbs that this needs."""

    def place(self, job_id: int, row: int, report: Report) -> int:
        """Where a row stands among those of its job."""
        ...


class ComparisonDoor(QObject):
    """What was compared last with a job is compared at once when it is opened again."""

    opened = Signal(object)
    """This ComparisonDialog was opened."""

    def __init__(self, runs: FindsRows, tasks: TaskRunner, draft: Draft, window: QWidget) -> None:
        super().__init__(window)
        self._runs, self._tasks, self._draft, self._window = runs, tasks, draft, window
        self._last: dict[int, Wanted] = {}
        self._going: tuple[int, int] | None = None
        """A job, and the row of it that is to be shown once the job is."""
        self.button = button(
            self.tr("Compare runs…"), "compare_runs", look="link", icon_name="table"
        )
        set_tip(self.button, self.tr("Put these answers beside those of another run of the rows"))
        self.earlier_button = button(
            self.tr("Earlier answers…"),
            "compare_earlier",
            look="link",
            icon_name="refresh",
        )
        set_tip(
            self.earlier_button, self.tr("Compare with what rows said before they were run again")
        )
        self.button.clicked.connect(self.compare_shown)
        self.earlier_button.clicked.connect(self._compare_earlier)
        draft.opened.connect(self._settle)
        draft.job_changed.connect(self._settle)

    def connect_lists(self, menus: Menus, listed: JobList) -> None:
        """Let the menus open it; called once."""
        menus.compare_requested.connect(self.compare_shown)
        listed.compare_requested.connect(self.compare)

    def connect_results(self, page: ResultsPage, office: Office, view: JobView) -> None:
        """Stand above the answers; called once."""
        self._page, self._office, self._view = page, office, view
        for each in (self.button, self.earlier_button):
            page.answers.bars.add(each)
        self._draft.opened.connect(self._go)
        self._settle()

    @Slot()
    def compare_shown(self) -> None:
        """Put the job in the window beside another run."""
        if self._draft.job is not None:
            self.compare(self._draft.job)

    @Slot(object)
    def compare(self, job: Job) -> None:
        """Put a job beside another run."""
        self._open(job, self._last.get(job.id))

    @Slot()
    def _compare_earlier(self) -> None:
        if self._draft.job is not None:
            self._open(self._draft.job, Wanted())

    def _open(self, job: Job, wanted: Wanted | None) -> None:
        dialog = ComparisonDialog(self._runs, self._tasks, job, wanted, self._window)
        dialog.row_wanted.connect(self._show_row)
        dialog.compared.connect(self._remember)
        dialog.open()
        self.opened.emit(dialog)

    @Slot(int, object)
    def _remember(self, job_id: int, wanted: Wanted) -> None:
        self._last[job_id] = wanted

    @Slot(int, int)
    def _show_row(self, job_id: int, row: int) -> None:
        self._going = job_id, row
        if self._draft.job is not None and self._draft.job.id == job_id:
            self._go()
        else:
            self._office.open(job_id)

    @Slot()
    def _go(self) -> None:
        going, job = self._going, self._draft.job
        self._going = None
        if going is None or job is None or job.id != going[0]:
            return
        self._view.go("results")
        self._tasks.start(self._runs.place, *going, owner=self, done=self._page.answers.go_to)

    @Slot()
    def _settle(self) -> None:
        job = self._draft.job
        self.earlier_button.setVisible(job is not None and job.runs_again > 0)
