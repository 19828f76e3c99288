"""Try the labelled rows that have no answer yet, at a price that stands on the button."""

from collections.abc import Sequence
from typing import Protocol

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from claude_batch_desk.core.errors import DeskError
from claude_batch_desk.core.jobs.trials.verbs import Offer
from claude_batch_desk.core.quality.sampling import Pick
from claude_batch_desk.core.report import Report
from claude_batch_desk.gui.messages import sentence
from claude_batch_desk.gui.tasks import Task, TaskRunner
from claude_batch_desk.gui.theme import SPACE
from claude_batch_desk.gui.widgets import Banner, Busy, Card, Label, button
from claude_batch_desk.gui.wording import money, rows_words


class TriesLabelled(Protocol):
    """The verbs that this needs."""

    def offer_labelled(self, job_id: int, report: Report) -> Offer | None:
        """The labelled rows without an answer, and what trying them costs."""
        ...

    def try_labelled(self, job_id: int, picks: Sequence[Pick], report: Report) -> int:
        """Answer them."""
        ...


class LabelledTrial(QWidget):
    """Hidden where every labelled row has an answer; spends only when its button is pressed."""

    tried = Signal()
    """Rows were tried, so that there is more to compare."""

    def __init__(
        self, quality: TriesLabelled, tasks: TaskRunner, job_id: int, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._quality, self._tasks, self._job_id = quality, tasks, job_id
        self._offer: Offer | None = None
        self._task: Task | None = None
        self.words = Label("")
        self.button = button("", "labelled_try", look="primary", icon_name="try")
        self.banner = Banner("labelled_banner")
        self.busy = Busy("labelled_busy")
        card = Card()
        card.column.addWidget(self.words)
        card.column.addWidget(self.banner)
        card.column.addWidget(self.button, 0, Qt.AlignmentFlag.AlignLeft)
        card.column.addWidget(self.busy)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE)
        column.addWidget(card)
        self.hide()
        self.button.clicked.connect(self._try)
        self.busy.cancelled.connect(self._cancel)

    @Slot()
    def look(self) -> None:
        """Ask for the rows and their price, unless they are being tried."""
        if self._task is None:
            self._tasks.start(
                self._quality.offer_labelled,
                self._job_id,
                owner=self,
                done=self._show,
                failed=self._fail,
            )

    def _show(self, offer: Offer | None) -> None:
        self._offer = offer
        self.setVisible(offer is not None)
        if offer is None:
            return
        rows = rows_words(len(offer.picks))
        told = self.tr("%1 labelled and not tried: once they have an answer, they count as well.")
        self.words.setText(told.replace("%1", rows))
        asked = self.tr("Try %1, about %2").replace("%1", rows)
        self.button.setText(asked.replace("%2", money(offer.price.expected)))

    @Slot()
    def _try(self) -> None:
        if self._offer is None or self._task is not None:
            return
        rows = rows_words(len(self._offer.picks))
        self.banner.clear()
        self.button.hide()
        self.busy.begin(self.tr("Asking about %1 …").replace("%1", rows))
        self._task = self._tasks.start(
            self._quality.try_labelled,
            self._job_id,
            self._offer.picks,
            owner=self,
            done=self._done,
            failed=self._fail,
            progress=self.busy.advance,
            ended=self._free,
        )

    def _done(self, _: int) -> None:
        self.tried.emit()

    @Slot()
    def _cancel(self) -> None:
        if self._task is not None:
            self._task.cancel()
            self.busy.cancel.setEnabled(False)

    def _free(self) -> None:
        """What was answered before the end, however it came, is paid and kept."""
        stopped = self._task is not None and self._task.stop.is_set()
        self._task = None
        self.busy.hide()
        self.button.show()
        if stopped:
            self.tried.emit()
        self.look()

    def _fail(self, error: BaseException) -> None:
        if not isinstance(error, DeskError):
            raise error
        self.show()
        self.button.setVisible(self._offer is not None)
        self.banner.say(sentence(error), "error")
