"""Which rows to try, and the one button that tries them, with their price on it."""

from collections.abc import Sequence
from typing import Protocol

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import QWidget

from claude_batch_desk.core.errors import DeskError, DocumentError, SelectionError
from claude_batch_desk.core.jobs.trials.verbs import Offer
from claude_batch_desk.core.quality.sampling import Draw
from claude_batch_desk.core.report import Report
from claude_batch_desk.gui.confirm_dialog import ConfirmAmount
from claude_batch_desk.gui.draft import Draft
from claude_batch_desk.gui.purse import Purse
from claude_batch_desk.gui.readiness import obstacles
from claude_batch_desk.gui.tasks import Task, TaskRunner
from claude_batch_desk.gui.try_choice import TrialChoice
from claude_batch_desk.gui.widgets import Card, Label, button
from claude_batch_desk.gui.wording import money, number, rows_words

_DELAY = 250
"""Milliseconds of quiet before the price is asked for again."""


class Offers(Protocol):
    """The verb of trials that this needs."""

    def offer(self, job_id: int, draw: Draw, report: Report) -> Offer:
        """Rows drawn, and what trying them will cost."""
        ...


class OfferCard(Card):
    """Draws and prices rows whenever the choice changes; tells when the person agrees."""

    agreed = Signal(object)
    """The person wants to pay for this Offer."""
    failed = Signal(object)
    """Rows could not be drawn or priced, for this reason."""

    def __init__(
        self,
        trials: Offers,
        tasks: TaskRunner,
        draft: Draft,
        purse: Purse,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent=parent)
        self._trials, self._tasks, self._draft, self._purse = trials, tasks, draft, purse
        self._pricing: Task | None = None
        self._offer: Offer | None = None
        self._tried = 0
        self._busy = False
        self._timer = QTimer(self, singleShot=True, interval=_DELAY)
        self.try_button = button("", "try_rows", look="primary", icon_name="try")
        self.choice = TrialChoice(draft, self.try_button)
        self.reason_label = Label("", "problem")
        self.reason_label.setObjectName("try_reason")
        for part in (self.choice, self.reason_label):
            self.column.addWidget(part)
        self.choice.changed.connect(self.ask)
        self.try_button.clicked.connect(self._want)
        self._timer.timeout.connect(self._look_up)
        purse.changed.connect(self._settle)
        self.forget()

    @property
    def offer(self) -> Offer | None:
        """What is offered, if there is anything to pay for."""
        offer = self._offer
        return offer if offer and offer.picks and offer.price.ceiling else None

    def choose_selected(self, rows: Sequence[int]) -> None:
        """Offer the rows that are selected on the Data page, if any are."""
        if rows:
            self.choice.choose_rows(rows)
        else:
            self._say(self.tr("No row is selected on the Data page."))

    def show_tried(self, count: int) -> None:
        """So many rows are tried; the next are others."""
        self._tried = count
        self._settle()

    def hold(self, *, busy: bool) -> None:
        """While a trial runs, nothing can be chosen or bought."""
        self._busy = busy
        self._settle()

    def forget(self) -> None:
        """Name no price, and ask for none."""
        self._timer.stop()
        if self._pricing is not None:
            self._pricing.cancel()
            self._pricing = None
        self._offer = None
        self._say("")
        self._settle()

    @Slot()
    def ask(self) -> None:
        """Forget the price that is shown, and ask for the new one a little later."""
        self.forget()
        if self._draft.rows_to_run is not None:
            self.choice.limit(self._draft.rows_to_run)
        self._timer.start()

    @Slot()
    def _look_up(self) -> None:
        job = self._draft.job
        if job is None or not self._draft.editable or obstacles(self._draft):
            return
        try:
            self._draft.flush()  # the desk is to see what was written last
            draw = self.choice.draw(self._tried)
        except DeskError as error:
            self._fail(error)
            return
        if draw is not None:
            self._pricing = self._tasks.start(
                self._trials.offer, job.id, draw, owner=self, done=self._take, failed=self._fail
            )

    def _take(self, offer: Offer) -> None:
        self._offer = offer
        self._settle()

    def _fail(self, error: BaseException) -> None:
        """What is wrong with the choice stands beside it; the rest is for the page to say."""
        if isinstance(error, SelectionError | DocumentError):
            self._say(str(error))
        else:
            self.failed.emit(error)

    def _say(self, reason: str) -> None:
        self.reason_label.say(reason)
        self.reason_label.setAccessibleName(reason)

    @Slot()
    def _want(self) -> None:
        """What is dear by the person's own limit is asked for once more."""
        offer, limit = self.offer, self._purse.typed_above
        if offer is None or self._busy:
            return
        if limit is not None and self._purse.wants_typing(offer.price):
            asking = ConfirmAmount(offer.price, limit, self.try_button.text(), self.window())
            asking.agreed.connect(self._agree)
            asking.open()
            return
        self._agree()

    @Slot()
    def _agree(self) -> None:
        if self.offer is not None and not self._busy:
            self.agreed.emit(self.offer)

    @Slot()
    def _settle(self) -> None:
        """Let what can be pressed follow from what is known."""
        hindered = bool(obstacles(self._draft))
        objection = self._purse.objection(self.offer.price) if self.offer else ""
        if self._offer is not None:
            self._say(objection)
        allowed = self.offer is not None and not objection
        self.try_button.setText(self._words())
        self.try_button.setEnabled(
            self._draft.editable and allowed and not hindered and not self._busy
        )
        self.choice.allow(choosing=not self._busy and not hindered)

    def _words(self) -> str:
        """What the button does, and its price; or why it has nothing to do."""
        offer = self._offer
        if offer is None:
            count = self.choice.count_spin.value()
            chosen = self.choice.how == "chosen"
            return self.tr("Try rows") if chosen else self._verb(count)
        if not offer.picks:
            none_left = self.tr("No row is left to be asked")
            return self.tr("All rows are tried") if self._tried else none_left
        one, rows = len(offer.picks) == 1, rows_words(len(offer.picks))
        if self.offer is None:
            words = self.tr("This row is tried") if one else self.tr("These %1 are tried")
            return words.replace("%1", rows)
        words = self.tr("%1, about %2").replace("%1", self._verb(len(offer.picks)))
        return words.replace("%2", money(offer.price.expected))

    def _verb(self, count: int) -> str:
        if not self._tried or self.choice.how == "chosen":
            return self.tr("Try %1").replace("%1", rows_words(count))
        many = self.tr("Try %1 more rows").replace("%1", number(count))
        return self.tr("Try 1 more row") if count == 1 else many
