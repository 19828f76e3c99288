"""The rows of a job that came to nothing, by what helps them, and running them again."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial
from typing import Protocol, cast

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from claude_batch_desk.core.catalogue import OfferedModel
from claude_batch_desk.core.errors import DeskError
from claude_batch_desk.core.jobs.again.verbs import Group, Wanted
from claude_batch_desk.core.jobs.job import Job, Way
from claude_batch_desk.core.pricing.estimate import Estimate
from claude_batch_desk.core.prompts.recipe import Recipe
from claude_batch_desk.core.report import Report
from claude_batch_desk.gui.again_card import AgainCard
from claude_batch_desk.gui.again_form import AgainForm
from claude_batch_desk.gui.confirm_dialog import ConfirmAmount
from claude_batch_desk.gui.into_sight import IntoSight
from claude_batch_desk.gui.messages import sentence
from claude_batch_desk.gui.purse import Purse
from claude_batch_desk.gui.tasks import Task, TaskRunner
from claude_batch_desk.gui.theme import GRID, LOOSE, SPACE, WIDE
from claude_batch_desk.gui.widgets import Banner, Busy, ElidedLabel, Label, button, scrolled
from claude_batch_desk.gui.wording import rows_words

_WIDTH, _HEIGHT = GRID * 92, GRID * 76


class RunsAgain(Protocol):
    """The verbs about runs again that the window needs."""

    def runs(self, job_id: int) -> list[Job]:
        """The runs again of a job, newest first."""
        ...

    def causes(self, job_id: int, report: Report) -> list[Group]:
        """The rows without a usable answer, by cause."""
        ...

    def like_row(self, job_id: int, row: int, report: Report) -> Group | None:
        """One row without a usable answer."""
        ...

    def models(self, job_id: int, report: Report) -> list[OfferedModel]:
        """The models on offer to a job."""
        ...

    def estimate(self, job_id: int, wanted: Wanted, report: Report) -> Estimate:
        """What it will cost to run rows again."""
        ...

    def start(self, job_id: int, wanted: Wanted, budget: Decimal | None, report: Report) -> Job:
        """Send rows once more."""
        ...

    def cancel(self, job_id: int, report: Report) -> list[Job]:
        """Stop what is being run again of a job."""
        ...


@dataclass(frozen=True)
class Found:
    """What the dialog shows."""

    groups: Sequence[Group]
    models: Sequence[OfferedModel]
    alone: Group | None = None
    """One row, and those that ask the same."""


def look_up(again: RunsAgain, job_id: int, row: int | None, report: Report) -> Found:
    """The groups of a job, with that of a row by itself, and the models that could answer them."""
    alone = None if row is None else again.like_row(job_id, row, report)
    return Found(again.causes(job_id, report), again.models(job_id, report), alone)


@dataclass(frozen=True)
class Start:
    """What the person was looking at when they opened the dialog."""

    row: int | None = None
    """This row, by its number in the table, which is to be run again by itself."""
    cause: str = ""
    """The rows of this cause, which are to be in sight."""


class AgainDialog(QDialog):
    """Prices each group on a worker; sends only what a button with its price was pressed for."""

    started = Signal(object)
    """This run (a Job) was sent."""

    def __init__(
        self,
        again: RunsAgain,
        tasks: TaskRunner,
        job: Job,
        purse: Purse,
        parent: QWidget | None = None,
        start: Start = Start(),
    ) -> None:
        super().__init__(parent)
        self._start, self._is_there = start, False
        self.setObjectName("again_dialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Run rows again"))
        self.resize(_WIDTH, _HEIGHT)
        self._again, self._tasks, self._job, self._purse = again, tasks, job, purse
        self._models: Sequence[OfferedModel] = ()
        self._working: set[Task] = set()
        self.cards: list[AgainCard] = []
        self.banner = Banner("again_banner")
        self.busy = Busy("again_busy")
        self.close_button = button(self.tr("Close"), "again_close")
        self._lay_out()
        self.close_button.clicked.connect(self.reject)
        self.busy.cancelled.connect(self._cancel)
        purse.changed.connect(self._hold_against_budgets)
        self._look_up()

    def done(self, result: int) -> None:
        """Stop what is still being found out."""
        self._cancel()
        super().done(result)

    @Slot()
    def _cancel(self) -> None:
        for task in [*self._working]:
            task.cancel()

    def _work(self, task: Task) -> None:
        self._working.add(task)

    @Slot()
    def _look_up(self) -> None:
        self._cancel()
        self.busy.begin(self.tr("Reading why rows came to nothing …"))
        self._work(
            self._tasks.start(
                look_up,
                self._again,
                self._job.id,
                self._start.row,
                owner=self,
                done=self._show,
                failed=self._fail,
                progress=self.busy.advance,
                ended=self.busy.hide,
            )
        )

    def _show(self, found: Found) -> None:
        self._models = found.models
        for card in self.cards:
            card.deleteLater()
        self.cards = [AgainCard(group, self._job.recipe) for group in found.groups]
        if found.alone is not None:
            self.cards.insert(0, AgainCard(found.alone, self._job.recipe, self._start.row))
        for place, card in enumerate(self.cards):
            card.run_wanted.connect(partial(self._want, card))
            card.change_wanted.connect(partial(self._change, card))
            self._column.insertWidget(place, card)
            self._price(card)
        self.nothing.setVisible(not self.cards)
        if not self._is_there:
            self._is_there = True
            self._go_to_start()

    def _go_to_start(self) -> None:
        """Bring into sight what the person was looking at; its card is shown in the next turn."""
        start = self._start
        for card in self.cards:
            if card.row == start.row if start.row is not None else card.group.cause == start.cause:
                QTimer.singleShot(0, card.change_button, card.change_button.setFocus)
                self._into_sight.bring(card)

    def _price(self, card: AgainCard) -> None:
        if card.recipe is None or not card.group.rest:
            return
        self._work(
            self._tasks.start(
                self._again.estimate,
                self._job.id,
                card.wanted(),
                owner=card,
                done=partial(self._show_price, card),
                failed=partial(self._show_problem, card),
            )
        )

    def _show_price(self, card: AgainCard, price: Estimate) -> None:
        card.show_price(price, self._objections(price))

    def _show_problem(self, card: AgainCard, error: BaseException) -> None:
        if not isinstance(error, DeskError):
            raise error
        card.show_problem(sentence(error))

    def _objections(self, price: Estimate) -> tuple[str, str]:
        return self._purse.objection(price.batch), self._purse.objection(price.now)

    @Slot()
    def _hold_against_budgets(self) -> None:
        """What does not fit is not sent; the desk decides again when it is."""
        for card in self.cards:
            if card.price is not None:
                card.show_price(card.price, self._objections(card.price))

    def _change(self, card: AgainCard) -> None:
        form = AgainForm(card.recipe or self._job.recipe, self._models, self)
        form.written.connect(partial(self._use, card))
        form.open()

    def _use(self, card: AgainCard, recipe: Recipe) -> None:
        card.use(recipe)
        self._price(card)

    def _want(self, card: AgainCard, way: str) -> None:
        """What is dear by the person's own limit is asked for once more."""
        if card.price is None:
            return
        price = card.price.price(cast("Way", way))
        limit = self._purse.typed_above
        if limit is None or not self._purse.wants_typing(price):
            self._run(card, way, None)
            return
        verb = card.run_button if way == "batch" else card.now_button
        asking = ConfirmAmount(price, limit, verb.text(), self)
        asking.agreed.connect(partial(self._run, card, way))
        asking.open()

    def _run(self, card: AgainCard, way: str, budget: Decimal | None) -> None:
        wanted = replace(card.wanted(), way=cast("Way", way))
        self.banner.clear()
        self._hold(busy=True)
        self.busy.begin(self.tr("Sending %1 …").replace("%1", rows_words(card.group.rest)))
        self._work(
            self._tasks.start(
                self._again.start,
                self._job.id,
                wanted,
                budget,
                owner=self,
                done=self._sent,
                failed=self._fail,
                progress=self.busy.advance,
                ended=self._free,
            )
        )

    def _sent(self, run: Job) -> None:
        self.started.emit(run)
        words = self.tr(
            "Sent: %1. The earlier answers stay until the new ones are in. You may close this "
            "window, and the application."
        )
        self.banner.say(words.replace("%1", rows_words(run.rows)), "good")
        self._look_up()

    def _free(self) -> None:
        self._hold(busy=False)
        self.busy.hide()

    def _hold(self, *, busy: bool) -> None:
        for card in self.cards:
            card.hold(busy=busy)

    def _fail(self, error: BaseException) -> None:
        if not isinstance(error, DeskError):
            raise error
        self.banner.say(sentence(error), "error")

    def _lay_out(self) -> None:
        content = QWidget()
        self._column = QVBoxLayout(content)
        self._column.setContentsMargins(0, 0, SPACE, 0)
        self._column.setSpacing(WIDE)
        self.nothing = Label(self.tr("Every row has a usable answer."), "muted")
        self.nothing.hide()
        self._column.addWidget(self.nothing)
        self._column.addStretch(1)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.close_button)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(LOOSE, LOOSE, LOOSE, LOOSE)
        whole.setSpacing(SPACE)
        whole.addWidget(ElidedLabel(self._job.name, "muted"))
        whole.addWidget(Label(self.tr("Rows without a usable answer"), "title"))
        whole.addWidget(self.banner)
        whole.addWidget(self.busy)
        area = scrolled(content)
        self._into_sight = IntoSight(area)
        area.setObjectName("again_area")
        area.setAccessibleName(self.tr("The rows by what helps them"))
        whole.addWidget(area, 1)
        whole.addLayout(foot)
