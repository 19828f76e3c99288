"""One line on Results: how many rows came to nothing, and what is being run again."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from claude_batch_desk.core.errors import DeskError
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.report import Report
from claude_batch_desk.gui.again_dialog import AgainDialog, RunsAgain, Start
from claude_batch_desk.gui.answer_detail import AnswerDetail
from claude_batch_desk.gui.draft import Draft
from claude_batch_desk.gui.messages import sentence
from claude_batch_desk.gui.purse import Purse
from claude_batch_desk.gui.tasks import TaskRunner
from claude_batch_desk.gui.theme import SPACE
from claude_batch_desk.gui.widgets import ElidedLabel, IconLabel, Label, button
from claude_batch_desk.gui.wording import local_time, rows_words


def open_runs(again: RunsAgain, job_id: int, report: Report) -> list[Job]:
    """The runs of a job whose answers are still to come."""
    report(0, 0)
    return [run for run in again.runs(job_id) if run.state in ("sending", "waiting")]


class AgainPanel(QWidget):
    """Follows the draft's job; hidden where every row has a usable answer."""

    opened = Signal(object)
    """This AgainDialog was opened."""
    changed = Signal()
    """Something was sent or stopped, so there are other jobs to look at."""

    def __init__(
        self,
        again: RunsAgain,
        tasks: TaskRunner,
        draft: Draft,
        purse: Purse,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("again_panel")
        self._again, self._tasks, self._draft, self._purse = again, tasks, draft, purse
        self._runs: Sequence[Job] = ()
        self.words = ElidedLabel("")
        self.words.setObjectName("again_words")
        self.note = Label("", "caption")
        self.note.setObjectName("again_note")
        self.problem = Label("", "problem")
        self.problem.hide()
        self.button = button(self.tr("Run again…"), "open_again", look="link", icon_name="refresh")
        self.stop_button = button(self.tr("Stop the run"), "stop_again", look="link")
        row = QHBoxLayout()
        row.setSpacing(SPACE)
        row.addWidget(IconLabel("warning", colour="warning"))
        row.addWidget(self.words, 1)
        row.addWidget(self.stop_button)
        row.addWidget(self.button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE)
        column.addLayout(row)
        column.addWidget(self.note)
        column.addWidget(self.problem)
        self.hide()
        self.button.clicked.connect(self.open)
        self.stop_button.clicked.connect(self._stop)
        draft.opened.connect(self._begin)
        draft.job_changed.connect(self.refresh)
        self._begin()

    def follow(self, detail: AnswerDetail) -> None:
        """Let a row that is opened be run again, and all that came to nothing like it."""
        detail.help.row_wanted.connect(lambda: self._open(Start(row=detail.number)))
        detail.help.cause_wanted.connect(lambda cause: self._open(Start(cause=cause)))

    @Slot()
    def open(self) -> None:
        """Open the dialog on the job that is shown."""
        self._open(Start())

    def _open(self, start: Start) -> None:
        job = self._draft.job
        if job is None:
            return
        dialog = AgainDialog(self._again, self._tasks, job, self._purse, self.window(), start)
        dialog.started.connect(self._started)
        dialog.open()
        self.opened.emit(dialog)

    @Slot()
    def _begin(self) -> None:
        self._runs = ()
        self.problem.say("")
        self._settle()
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Look up what is being run again of the job that is shown, if anything can be."""
        self._settle()
        job = self._draft.job
        if job is not None and job.state == "done":
            self._tasks.start(
                open_runs, self._again, job.id, owner=self, done=partial(self._take, job.id)
            )

    def _take(self, job_id: int, runs: Sequence[Job]) -> None:
        job = self._draft.job
        if job is not None and job.id == job_id:
            self._runs = runs
            self._settle()

    @Slot(object)
    def _started(self) -> None:
        self.refresh()
        self.changed.emit()

    @Slot()
    def _stop(self) -> None:
        job = self._draft.job
        if job is None:
            return
        self.stop_button.setEnabled(False)
        self._tasks.start(
            self._again.cancel,
            job.id,
            owner=self,
            done=lambda _: self._started(),
            failed=self._fail,
            ended=partial(self.stop_button.setEnabled, True),
        )

    def _fail(self, error: BaseException) -> None:
        if not isinstance(error, DeskError):
            raise error
        self.problem.say(sentence(error))

    def _settle(self) -> None:
        job = self._draft.job
        unusable = job.rows - job.outcomes.get("answered", 0) if job is not None else 0
        self.setVisible(job is not None and job.state == "done" and unusable > 0)
        running = sum(run.rows for run in self._runs)
        self.stop_button.setVisible(any(not run.canceled for run in self._runs))
        self.button.setVisible(unusable > running)
        self.words.set_whole(self._told(unusable, running))
        notes = (part.note for run in self._runs for part in run.parts if part.note)
        self.note.say(next(notes, ""))

    def _told(self, unusable: int, running: int) -> str:
        have = self.tr("%1 without a usable answer.").replace("%1", rows_words(unusable))
        if not running:
            return have
        looks = [run.next_look for run in self._runs if run.next_look]
        being, why = self.tr("Being run again: %1."), self.tr("Until then, earlier answers stay.")
        if all(run.canceled for run in self._runs):
            being = self.tr("Being stopped: %1.")
            why = self.tr("What was answered by then is kept and billed.")
        told = [being.replace("%1", rows_words(running))]
        if looks:
            told.append(self.tr("Next look: %1.").replace("%1", local_time(min(looks))))
        return " ".join([*told, have, why])
