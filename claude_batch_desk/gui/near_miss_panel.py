"""One line on Results: how many values are not as asked for, and what most of them mean."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QWidget

from claude_batch_desk.core.errors import DeskError
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.results.near_misses import NearMiss
from claude_batch_desk.gui.draft import Draft
from claude_batch_desk.gui.near_miss_dialog import NearMissDialog, Settles
from claude_batch_desk.gui.tasks import TaskRunner
from claude_batch_desk.gui.theme import SPACE
from claude_batch_desk.gui.widgets import ElidedLabel, IconLabel, button
from claude_batch_desk.gui.wording import number, one_line


class NearMissPanel(QWidget):
    """Follows the draft's job; hidden where no answer needs a look."""

    opened = Signal(object)
    """This NearMissDialog was opened."""
    changed = Signal()
    """Answers of the job stand otherwise now."""

    def __init__(
        self, settles: Settles, tasks: TaskRunner, draft: Draft, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("near_miss_panel")
        self._settles, self._tasks, self._draft = settles, tasks, draft
        self._looked_up: tuple[int, int] | None = None
        self.words = ElidedLabel("")
        self.words.setObjectName("near_miss_words")
        self.button = button(self.tr("Settle…"), "open_near_misses", look="link", icon_name="check")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE)
        row.addWidget(IconLabel("warning", colour="warning"))
        row.addWidget(self.words, 1)
        row.addWidget(self.button)
        self.hide()
        self.button.clicked.connect(self.open)
        draft.opened.connect(self._look_up)
        draft.job_changed.connect(self._look_up)
        self._look_up()

    @Slot()
    def open(self) -> None:
        """Open the dialog on the job that is shown."""
        job = self._draft.job
        if job is None:
            return
        dialog = NearMissDialog(self._settles, self._tasks, job, self.window())
        dialog.changed.connect(self.changed)
        dialog.open()
        self.opened.emit(dialog)

    @Slot()
    def _look_up(self) -> None:
        """Only where the number of answers to review is another than at the last look."""
        job = self._draft.job
        to_review = job.outcomes.get("review", 0) if job is not None else 0
        if job is None or not to_review or not job.recipe.fields:
            self._looked_up = None
            self.hide()
        elif (job.id, to_review) != self._looked_up:
            self._looked_up = job.id, to_review
            self._tasks.start(
                self._settles.near_misses,
                job.id,
                owner=self,
                done=partial(self._show, job),
                failed=self._fail,
            )

    def _show(self, job: Job, misses: Sequence[NearMiss]) -> None:
        if self._looked_up is not None and self._looked_up[0] == job.id:
            self.setVisible(bool(misses))
            self.words.set_whole(self._told(misses))

    def _fail(self, error: BaseException) -> None:
        """What cannot be looked through now is not offered; the rows say so themselves."""
        if not isinstance(error, DeskError):
            raise error
        self.hide()

    def _told(self, misses: Sequence[NearMiss]) -> str:
        values = sum(each.rows for each in misses)
        words = self.tr("%1 value is") if values == 1 else self.tr("%1 values are")
        told = self.tr("%1 not as asked for.").replace("%1", words.replace("%1", number(values)))
        known = [each for each in misses if each.meant]
        if not known:
            return told
        most = max(known, key=lambda each: each.rows)
        alike = [each for each in known if (each.column, each.meant) == (most.column, most.meant)]
        like = self.tr("%1 look like “%2”.").replace("%2", one_line(most.meant))
        return f"{told} {like.replace('%1', number(sum(each.rows for each in alike)))}"
