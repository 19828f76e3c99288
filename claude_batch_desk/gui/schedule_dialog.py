"""Runs by themselves: what is scheduled, and a new schedule for the job that is shown."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from claude_batch_desk.core.errors import DeskError, ScheduleError
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.jobs.starts.command import watched_path
from claude_batch_desk.core.pricing.estimate import Estimate
from claude_batch_desk.core.schedule.book import Schedule
from claude_batch_desk.core.schedule.when import words
from claude_batch_desk.core.tables.table import Table
from claude_batch_desk.gui.messages import sentence
from claude_batch_desk.gui.schedule_line import ScheduleLine
from claude_batch_desk.gui.schedule_wish import WishCard
from claude_batch_desk.gui.schedule_work import (
    Estimates,
    Standing,
    TakesBack,
    Wanted,
    add,
    entry_text,
    look_up,
    remove,
)
from claude_batch_desk.gui.tasks import TaskRunner
from claude_batch_desk.gui.theme import GRID, LOOSE, SPACE, WIDE
from claude_batch_desk.gui.widgets import Banner, Label, button, scrolled

_WIDTH, _HEIGHT = GRID * 90, GRID * 78


class ScheduleDialog(QDialog):
    """Everything is done on workers; what went wrong is said above."""

    changed = Signal()
    """Something is scheduled, or not any more."""

    def __init__(
        self,
        home: Path,
        desk: Estimates,
        starts: TakesBack,
        tasks: TaskRunner,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("schedule_dialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Runs by themselves"))
        self.resize(_WIDTH, _HEIGHT)
        self._home, self._desk, self._starts, self._tasks = home, desk, starts, tasks
        self._job: Job | None = None
        self._table: Table | None = None
        self.banner = Banner("schedule_banner")
        self.wish = WishCard()
        self.wish.hide()
        self.why_not = Label("", "muted")
        self.why_not.hide()
        self.keeper_label = Label("", "caption")
        self.heading = Label(self.tr("Scheduled"), "strong")
        self.lines: dict[str, ScheduleLine] = {}
        self._rows = QVBoxLayout()
        self._rows.setSpacing(WIDE)
        self.close_button = button(self.tr("Close"), "schedule_close")
        self._lay_out()
        self.wish.wanted.connect(self._add)
        self.close_button.clicked.connect(self.reject)
        self._look_up()

    def offer(self, job: Job, table: Table) -> None:
        """Offer to schedule what this job asks, if it can be run again."""
        try:
            watched = watched_path(table)
        except ScheduleError as error:
            self.why_not.say(str(error))
            return
        self._job, self._table = job, table
        self.wish.show_job(watched)
        self.wish.show()
        self._tasks.start(
            self._desk.estimate,
            job.id,
            owner=self,
            done=self._take_price,
            failed=self._go_without_price,
        )

    def _take_price(self, estimate: Estimate) -> None:
        self.wish.show_price(estimate.batch)

    def _go_without_price(self, error: BaseException) -> None:
        """The person names the amount without it."""
        if not isinstance(error, DeskError):
            raise error

    def _look_up(self) -> None:
        self._tasks.start(
            look_up, self._home, owner=self, done=self._show_standing, failed=self._fail
        )

    def _show_standing(self, standing: Standing) -> None:
        self.lines.clear()
        while (item := self._rows.takeAt(0)) is not None:
            if line := item.widget():
                line.deleteLater()
        for kept in standing.kept:
            line = ScheduleLine(kept)
            line.entry_wanted.connect(self._show_entry)
            line.removed.connect(self._remove)
            self.lines[kept.schedule.name] = line
            self._rows.addWidget(line)
        none = self.tr("Nothing is scheduled yet.")
        self.heading.setText(self.tr("Scheduled") if standing.kept else none)
        told = self.tr("Kept by %1. %2").replace("%1", standing.keeper)
        told = told.replace("%2", standing.told)
        self.keeper_label.setText(told if standing.keeper else standing.told)
        self.wish.setEnabled(bool(standing.keeper))

    @Slot(object)
    def _add(self, wanted: Wanted) -> None:
        if self._job is None or self._table is None:
            return
        self.banner.clear()
        self._tasks.start(
            add,
            self._home,
            self._job,
            self._table,
            wanted,
            owner=self,
            done=self._added,
            failed=self._fail,
        )

    def _added(self, schedule: Schedule) -> None:
        told = self.tr("%1 runs %2, also while this window is closed.")
        told = told.replace("%1", schedule.name).replace("%2", words(schedule.when))
        self.banner.say(told, "good")
        self._changed()

    @Slot(str)
    def _remove(self, name: str) -> None:
        self.banner.clear()
        self._tasks.start(
            remove,
            self._home,
            self._starts,
            name,
            owner=self,
            done=partial(self._removed, name),
            failed=self._fail,
        )

    def _removed(self, name: str, _nothing: None) -> None:
        told = self.tr("%1 does not run any more. Its jobs and files stay.")
        self.banner.say(told.replace("%1", name), "info")
        self._changed()

    def _changed(self) -> None:
        self._look_up()
        self.changed.emit()

    @Slot(object)
    def _show_entry(self, schedule: Schedule) -> None:
        def shown(text: str) -> None:
            if (line := self.lines.get(schedule.name)) is not None:
                line.show_entry(text)

        self._tasks.start(
            entry_text, self._home, schedule, owner=self, done=shown, failed=self._fail
        )

    def _fail(self, error: BaseException) -> None:
        if not isinstance(error, DeskError):
            raise error
        self.banner.say(sentence(error), "error")

    def _lay_out(self) -> None:
        content = QWidget()
        parts = QVBoxLayout(content)
        parts.setContentsMargins(0, 0, SPACE, 0)
        parts.setSpacing(WIDE)
        for each in (self.wish, self.why_not, self.heading):
            parts.addWidget(each)
        parts.addLayout(self._rows)
        parts.addWidget(self.keeper_label)
        parts.addStretch(1)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.close_button)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(LOOSE, LOOSE, LOOSE, LOOSE)
        whole.setSpacing(SPACE)
        whole.addWidget(self.banner)
        area = scrolled(content)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        whole.addWidget(area, 1)
        whole.addLayout(foot)
