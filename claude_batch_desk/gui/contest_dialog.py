"""Models, and versions of the prompt, side by side on the same rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal, Protocol

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QComboBox, QDialog, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from claude_batch_desk.core.errors import DeskError
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.jobs.quality.comparing import ArmChoices, ContestOffer
from claude_batch_desk.core.jobs.quality.contests import ContestResult
from claude_batch_desk.core.jobs.store.arm_store import Arm, Contest
from claude_batch_desk.core.report import Report
from claude_batch_desk.gui.arm_words import arm_names
from claude_batch_desk.gui.confirm_dialog import ConfirmAmount
from claude_batch_desk.gui.contest_form import ContestForm, Wanted
from claude_batch_desk.gui.contest_result import ContestOverview
from claude_batch_desk.gui.contest_rows import ContestRows
from claude_batch_desk.gui.messages import sentence
from claude_batch_desk.gui.purse import Purse
from claude_batch_desk.gui.segmented import Segmented
from claude_batch_desk.gui.tasks import Task, TaskRunner
from claude_batch_desk.gui.theme import GRID, LOOSE, SPACE
from claude_batch_desk.gui.widgets import Banner, Busy, Label, button, scrolled

_WIDTH, _HEIGHT, _AROUND = GRID * 118, GRID * 72, GRID * 8
_Part = Literal["choose", "result", "rows"]


class Compares(Protocol):
    """The verbs that this dialog needs."""

    def choices(self, job_id: int, report: Report) -> ArmChoices:
        """What can be put side by side."""
        ...

    def rows(self, job_id: int, count: int, report: Report) -> tuple[int, ...]:
        """Rows to compare on."""
        ...

    def offer(
        self,
        job_id: int,
        arms: Sequence[Arm],
        rows: Sequence[int],
        report: Report,
        *,
        again: bool = False,
    ) -> ContestOffer:
        """What it costs."""
        ...

    def run(self, job_id: int, contest: Contest, report: Report) -> ContestResult:
        """Have each answer the rows."""
        ...

    def result(self, job_id: int, report: Report) -> ContestResult | None:
        """How they compare."""
        ...

    def use(self, job_id: int, arm: Arm, report: Report) -> Job:
        """Ask what this one asks."""
        ...


@dataclass(frozen=True)
class _Standing:
    """What the dialog begins with."""

    choices: ArmChoices
    result: ContestResult | None


def look_up(comparing: Compares, job_id: int, report: Report) -> _Standing:
    """What there is to choose from, and what was compared last."""
    return _Standing(comparing.choices(job_id, report), comparing.result(job_id, report))


def make_offer(comparing: Compares, job_id: int, wanted: Wanted, report: Report) -> ContestOffer:
    """The rows, and what it costs to have each answer them."""
    rows = comparing.rows(job_id, wanted.rows, report)
    return comparing.offer(job_id, wanted.arms, rows, report, again=wanted.again)


class ContestDialog(QDialog):
    """Three parts: what is compared, how they compare, and the rows."""

    used = Signal(object)
    """The job, which asks something else by now."""
    label_requested = Signal(str, object)
    """These rows are to be labelled for this answer column."""

    def __init__(
        self,
        comparing: Compares,
        tasks: TaskRunner,
        job: Job,
        purse: Purse,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("contest_dialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Compare models"))
        self._comparing, self._tasks, self._job, self._purse = comparing, tasks, job, purse
        self._pricing: Task | None = None
        self._running: Task | None = None
        self._found: ContestResult | None = None
        self.part = Segmented(
            {
                "choose": self.tr("Choose"),
                "result": self.tr("Result"),
                "rows": self.tr("Rows"),
            },
            "contest_part",
        )
        self.column = QComboBox()
        self.banner = Banner("contest_banner")
        self.busy = Busy("contest_busy")
        self.form: ContestForm | None = None
        self.overview, self.rows = ContestOverview(), ContestRows()
        self.stack = QStackedWidget()
        self.close_button = button(self.tr("Close"), "contest_close")
        self._lay_out()
        self._connect()
        self.busy.begin(self.tr("Looking at what was tried …"), cancellable=False)
        self._tasks.start(
            look_up,
            comparing,
            job.id,
            owner=self,
            done=self._begin,
            failed=self._fail,
            ended=self.busy.hide,
        )

    def reject(self) -> None:
        """What is under way is stopped; what was answered by then is paid and kept."""
        self._cancel()
        super().reject()

    def look_again(self) -> None:
        """More is known to be right by now."""
        self._tasks.start(
            self._comparing.result, self._job.id, owner=self, done=self._take, failed=self._fail
        )

    def _begin(self, standing: _Standing) -> None:
        found = standing.result
        self.form = ContestForm(standing.choices, found.contest if found else None)
        self.form.asked.connect(self._ask)
        self.form.started.connect(self._want)
        area = scrolled(self.form)
        self.stack.insertWidget(0, area)
        self._take(found)
        self._show("result" if found and any(each.usable.rows for each in found.arms) else "choose")

    def _take(self, found: ContestResult | None) -> None:
        self._found = found
        for part in ("result", "rows"):
            self.part.allow(part, allowed=found is not None)
        if found is None:
            return
        names = [each.field.name for each in found.columns]
        if [self.column.itemText(at) for at in range(self.column.count())] != names:
            self.column.clear()
            self.column.addItems(names)
        self._show_column()

    @Slot()
    def _show_column(self) -> None:
        found = self._found
        if found is None:
            return
        names = arm_names(found)
        place = max(self.column.currentIndex(), 0)
        self.overview.show_result(found, names, place, self._job.recipe, self._note(found))
        self.rows.show_result(found, names, place)

    def _note(self, found: ContestResult) -> str:
        if found.leaks:
            told = self.tr(
                "“%1” holds what is right, but a prompt that is compared here names it: its "
                "answers would be copied. Right answers of that column do not count."
            )
            return told.replace("%1", "”, “".join(found.leaks))
        if self._job.mode == "practice":
            return self.tr(
                "Practice makes its answers up, the same for every model. Prices and the way "
                "of comparing are as they would be; which model is better is not."
            )
        return ""

    @Slot(str)
    def _show(self, part: _Part) -> None:
        self.part.choose(part)
        self.column.setVisible(part != "choose" and self.column.count() > 1)
        if part == "choose":
            self.stack.setCurrentIndex(0)
        else:
            self.stack.setCurrentWidget(self.overview if part == "result" else self.rows)

    @Slot()
    def _ask(self) -> None:
        """Something else is wanted, so what stood in the way of it before is gone."""
        self.banner.clear()
        self._look_up_price()

    def _look_up_price(self) -> None:
        if self.form is None:
            return
        if self._pricing is not None:
            self._pricing.cancel()
        self._pricing = self._tasks.start(
            make_offer,
            self._comparing,
            self._job.id,
            self.form.wanted,
            owner=self,
            done=self._show_offer,
            failed=self._fail,
        )

    def _show_offer(self, offer: ContestOffer) -> None:
        if self.form is not None:
            self.form.show_offer(offer)
            self._hold_against_budgets()

    @Slot()
    def _hold_against_budgets(self) -> None:
        """What does not fit is not asked for; the desk decides again when it is."""
        offer = self.form.offer if self.form is not None else None
        if self.form is None or offer is None:
            return
        objection = self._purse.objection(offer.total) if offer.total.ceiling else ""
        self.form.show_objection(objection)

    @Slot(object)
    def _want(self, offer: ContestOffer) -> None:
        """What is dear by the person's own limit is asked for once more."""
        limit = self._purse.typed_above
        if limit is None or not self._purse.wants_typing(offer.total) or self.form is None:
            self._run(offer)
            return
        asking = ConfirmAmount(offer.total, limit, self.form.start_button.text(), self)
        asking.accepted.connect(partial(self._run, offer))
        asking.open()

    def _run(self, offer: ContestOffer) -> None:
        if self._running is not None or self.form is None:
            return
        self.banner.clear()
        self.form.setEnabled(False)
        self.busy.begin(self.tr("Asking each about the same rows …"))
        self._running = self._tasks.start(
            self._comparing.run,
            self._job.id,
            offer.contest,
            owner=self,
            done=self._compared,
            failed=self._fail,
            progress=self.busy.advance,
            ended=self._free,
        )

    def _compared(self, found: ContestResult) -> None:
        self._take(found)
        self._show("result")

    @Slot()
    def _cancel(self) -> None:
        if self._running is not None:
            self._running.cancel()
            self.busy.cancel.setEnabled(False)
            self.busy.text.setText(self.tr("Stopping after the rows that are being asked about …"))

    def _free(self) -> None:
        stopped = self._running is not None and self._running.stop.is_set()
        self._running = None
        self.busy.hide()
        if self.form is not None:
            self.form.setEnabled(True)
        if stopped:  # what was answered before is paid and kept
            self.look_again()
        self._look_up_price()

    @Slot(object)
    def _use(self, arm: Arm) -> None:
        self._tasks.start(
            self._comparing.use, self._job.id, arm, owner=self, done=self._used, failed=self._fail
        )

    def _used(self, job: Job) -> None:
        self._job = job
        self.used.emit(job)
        self.look_again()

    def _fail(self, error: BaseException) -> None:
        if not isinstance(error, DeskError):
            raise error
        self.banner.say(sentence(error), "error")

    def _connect(self) -> None:
        self.part.chosen.connect(self._show)
        self.column.activated.connect(self._show_column)
        self.busy.cancelled.connect(self._cancel)
        self.overview.use_requested.connect(self._use)
        self.overview.label_requested.connect(self.label_requested)
        self._purse.changed.connect(self._hold_against_budgets)
        self.close_button.clicked.connect(self.reject)

    def _lay_out(self) -> None:
        over = self.parentWidget()
        room = over.size() if over is not None else QSize(0, 0)
        self.resize(max(_WIDTH, room.width() - _AROUND), max(_HEIGHT, room.height() - _AROUND))
        self.column.setObjectName("contest_column")
        self.column.setAccessibleName(self.tr("Answer column"))
        self.column.setMaximumWidth(GRID * 28)
        self.column.hide()
        head = QHBoxLayout()
        head.setSpacing(SPACE * 2)
        title = Label(self.tr("Compare models and prompts on the same rows"), "heading", wrap=False)
        head.addWidget(title)
        head.addStretch(1)
        head.addWidget(self.column)
        head.addWidget(self.part)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.close_button)
        self.stack.addWidget(self.overview)
        self.stack.addWidget(self.rows)
        column = QVBoxLayout(self)
        column.setContentsMargins(LOOSE, LOOSE, LOOSE, LOOSE)
        column.setSpacing(SPACE * 2)
        column.addLayout(head)
        column.addWidget(self.banner)
        column.addWidget(self.busy)
        column.addWidget(self.stack, 1)
        column.addLayout(foot)
