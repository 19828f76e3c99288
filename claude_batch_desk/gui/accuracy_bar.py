"""One line on how many answers are right, with the way to say what is."""

from collections.abc import Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QWidget

from claude_batch_desk.core.errors import DeskError
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.jobs.quality.measuring import FieldMeasured, Measured
from claude_batch_desk.core.jobs.quality.telling import percent
from claude_batch_desk.core.quality.accuracy import TOLERANCE
from claude_batch_desk.gui.accuracy_page import measured
from claude_batch_desk.gui.draft import Draft
from claude_batch_desk.gui.gold_dialog import GoldDialog, KnowsGold
from claude_batch_desk.gui.messages import sentence
from claude_batch_desk.gui.tasks import Task, TaskRunner
from claude_batch_desk.gui.theme import SPACE, TIGHT, WIDE
from claude_batch_desk.gui.verdict_words import of_words, range_words
from claude_batch_desk.gui.widgets import ElidedLabel, IconLabel, button

_NAMED = 3
"""Answer columns that the line tells of; the dialog tells of all."""


class AccuracyBar(QFrame):
    """Follows the draft's job; compares anew when it comes into sight or is told to."""

    opened = Signal(object)
    """This GoldDialog was opened."""
    tried = Signal()
    """Labelled rows were tried, so a better estimate can be made."""
    closed = Signal()
    """It was closed, so that more may be known to be right."""

    def __init__(
        self,
        quality: KnowsGold,
        tasks: TaskRunner,
        draft: Draft,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setProperty("look", "footbar")
        self._told: tuple[object, ...] = ()
        self._quality, self._tasks, self._draft = quality, tasks, draft
        self._measuring: Task | None = None
        self._dialog: GoldDialog | None = None
        self.words = ElidedLabel("", "muted")
        self.words.setObjectName("accuracy_words")
        self.button = button(self.tr("Right answers…"), "open_gold", look="link")
        row = QHBoxLayout(self)
        row.setContentsMargins(WIDE, TIGHT, WIDE, TIGHT)
        row.setSpacing(SPACE)
        row.addWidget(IconLabel("check", colour="muted"))
        row.addWidget(self.words, 1)
        row.addWidget(self.button)
        self._row = row
        self.hide()
        self.button.clicked.connect(self.open)
        draft.opened.connect(self._forget)
        draft.table_changed.connect(self._forget)
        draft.job_changed.connect(self._follow)

    def showEvent(self, event: QShowEvent) -> None:
        """What is told may have changed since; of a job that was sent, only by its answers."""
        super().showEvent(event)
        job = self._draft.job
        if job is None or job.state == "draft" or self._told != _key(job):
            self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Compare anew, where anybody sees it."""
        self._stop()
        job = self._draft.job
        ready = job is not None and self._draft.table is not None
        self.button.setEnabled(ready)
        if job is None or not ready or not self.isVisible() or not self._draft.flushed(self._fail):
            return
        self._told = _key(job)
        self._measuring = self._tasks.start(
            measured,
            self._quality,
            job.id,
            int(TOLERANCE * 100),
            owner=self,
            done=self._show,
            failed=self._fail,
        )

    def add(self, other: QWidget) -> None:
        """Put something else that is about answers at the right."""
        self._row.addWidget(other)

    @Slot(str, object)
    def label(self, field: str, rows: Sequence[int]) -> None:
        """Open the dialog where these rows are labelled for this answer column."""
        self.open()
        if self._dialog is not None:
            self._dialog.label_rows(field, rows)

    @Slot()
    def open(self) -> None:
        """Open the dialog on the job that is shown."""
        job, table = self._draft.job, self._draft.table
        if job is None or table is None or not self._draft.flushed(self._fail):
            return
        prompt = self._draft.recipe.prompt
        over = QApplication.activeModalWidget() or self.window()
        dialog = self._dialog = GoldDialog(self._quality, self._tasks, job.id, table, prompt, over)
        dialog.finished.connect(self._close)
        dialog.accuracy.trial.tried.connect(self.tried)
        dialog.open()
        self.opened.emit(dialog)

    @Slot()
    def _close(self) -> None:
        self._dialog = None
        self.closed.emit()
        self.refresh()

    @Slot()
    def _forget(self) -> None:
        self._told = ()
        self.words.set_whole("")
        self.refresh()

    @Slot()
    def _follow(self) -> None:
        """Answers have come; a look that brought none changes nothing."""
        job = self._draft.job
        if job is not None and self._told != _key(job):
            self.refresh()

    def _stop(self) -> None:
        if self._measuring is not None:
            self._measuring.cancel()
            self._measuring = None

    def _show(self, found: Measured) -> None:
        known = [each for each in found.fields if each.accuracy.share.rows]
        if known:
            told = [self._field_words(each) for each in known[:_NAMED]]
            more = [self.tr("…")] if len(known) > _NAMED else []
            self.words.set_whole("   ·   ".join([*told, *more]))
        elif any(each.accuracy.picked for each in found.fields):
            self.words.set_whole(
                self.tr("Every row with a right answer was picked, so there is no share to tell.")
            )
        elif found.fields:
            self.words.set_whole(self.tr("No row with a right answer has an answer yet."))
        else:
            self.words.set_whole(
                self.tr("How many answers are right? Say for some rows what is right.")
            )

    def _field_words(self, found: FieldMeasured) -> str:
        share = found.accuracy.share
        words = self.tr("%1: %2 right (%4; range %3)")
        words = words.replace("%2", percent(share.value)).replace("%3", range_words(share))
        return words.replace("%4", of_words(share)).replace("%1", found.accuracy.field.name)

    def _fail(self, error: BaseException) -> None:
        if not isinstance(error, DeskError):
            raise error
        self.words.set_whole(sentence(error))


def _key(job: Job) -> tuple[object, ...]:
    """What the answers of a job are known by; the same where none has come or gone."""
    return job.id, job.state, job.runs_again, tuple(sorted(job.outcomes.items()))
