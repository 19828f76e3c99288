"""Which version of the prompt this is; keeps one now and then, and leads to the earlier ones."""

from typing import Protocol

from PySide6.QtCore import QTimer, Slot
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.prompts.versions import Version, Why
from claude_batch_desk.core.report import Report
from claude_batch_desk.gui.draft import Draft
from claude_batch_desk.gui.tasks import TaskRunner
from claude_batch_desk.gui.theme import SPACE
from claude_batch_desk.gui.versions_dialog import HasVersions, VersionsDialog, look_up_versions
from claude_batch_desk.gui.widgets import ElidedLabel, button
from claude_batch_desk.gui.wording import rows_words

PAUSE = 180_000
"""Milliseconds without a change after which what is written is kept as a version."""


class KeepsVersions(HasVersions, Protocol):
    """The verbs of the desk that this bar needs."""

    def keep_version(self, job_id: int, why: Why, report: Report) -> Job:
        """Keep the prompt as it is stored."""
        ...

    def go_back(self, job_id: int, number: int, report: Report) -> Job:
        """Make an earlier version what the draft asks."""
        ...


class VersionsBar(QWidget):
    """Lives below the prompt of `draft`."""

    def __init__(
        self, desk: KeepsVersions, tasks: TaskRunner, draft: Draft, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._desk, self._tasks, self._draft = desk, tasks, draft
        self._versions: list[Version] = []
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE)
        self.label = ElidedLabel("", "muted")
        self.label.setObjectName("versions_label")
        self.keep_button = button(self.tr("Keep this version"), "versions_keep", look="link")
        self.all_button = button(self.tr("Versions…"), "versions_all", look="link")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE)
        row.addWidget(self.all_button)
        row.addWidget(self.keep_button)
        row.addWidget(self.label, 1)
        self._pause.timeout.connect(self._keep_after_pause)
        self.keep_button.clicked.connect(self._keep_by_hand)
        self.all_button.clicked.connect(self.open_dialog)
        draft.opened.connect(self._open)
        draft.job_changed.connect(self.refresh)
        draft.recipe_changed.connect(self._note_change)
        self._settle()

    def showEvent(self, event: QShowEvent) -> None:
        """Trying and sending keep versions as well, on other pages."""
        super().showEvent(event)
        self.refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        """Leaving the page is a pause."""
        super().hideEvent(event)
        if self._pause.isActive():
            self._keep_after_pause()

    @Slot()
    def _open(self) -> None:
        self._pause.stop()
        self._versions = []
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Look the versions up again."""
        self._settle()
        if self._draft.job is not None:
            job = self._draft.job.id
            self._tasks.start(look_up_versions, self._desk, job, owner=self, done=self._show_found)

    def _show_found(self, versions: list[Version]) -> None:
        self._versions = versions
        self._settle()

    @Slot()
    def _note_change(self) -> None:
        self._pause.start()
        self._settle()

    @Slot()
    def _keep_by_hand(self) -> None:
        self._keep("kept")

    @Slot()
    def keep_written(self) -> None:
        """Keep what is written, as something else is to take its place."""
        self._keep_after_pause()

    @Slot()
    def _keep_after_pause(self) -> None:
        self._pause.stop()
        if self._draft.recipe.prompt.text.strip():
            self._keep("pause")

    def _keep(self, why: Why) -> None:
        job = self._draft.job
        if job is None or not self._draft.editable or not self._saved():
            return
        self._pause.stop()
        self._tasks.start(
            self._desk.keep_version, job.id, why, owner=self, done=self._refresh_after
        )

    def _refresh_after(self, _: Job) -> None:
        self.refresh()

    def _saved(self) -> bool:
        """What is written is stored; where it is not, the window says so already."""
        return self._draft.flushed(self._draft.save_failed.emit)

    @Slot()
    def open_dialog(self) -> None:
        """Show all versions."""
        dialog = VersionsDialog(
            self._versions, self._draft.recipe, editable=self._draft.editable, parent=self.window()
        )
        dialog.return_requested.connect(self._go_back)
        dialog.open()

    @Slot(int)
    def _go_back(self, number: int) -> None:
        job = self._draft.job
        if job is not None and self._saved():
            self._tasks.start(self._desk.go_back, job.id, number, owner=self, done=self._take)

    def _take(self, job: Job) -> None:
        if self._draft.job is not None and self._draft.job.id == job.id:
            self._draft.set_recipe(job.recipe)
        self._pause.stop()
        self.refresh()

    @property
    def number(self) -> int:
        """The version that is written; 0 where it is none of those kept."""
        recipe = self._draft.recipe
        return next((each.number for each in self._versions if each.recipe == recipe), 0)

    def _settle(self) -> None:
        here = self.number
        shown = next((each for each in self._versions if each.number == here), None)
        if not self._versions:
            told = ""
        elif shown is None:
            told = self.tr("Changed since version %1").replace(
                "%1", f"{self._versions[0].number:,}"
            )
        else:
            told = self.tr("Version %1").replace("%1", f"{here:,}")
            if shown.tried:
                tried = self.tr("%1, tried on %2").replace("%1", told)
                told = tried.replace("%2", rows_words(shown.tried))
        self.label.set_whole(told)
        self.keep_button.setEnabled(self._draft.editable and not here)
        self.all_button.setEnabled(bool(self._versions))
