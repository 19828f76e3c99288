"""What may be spent on the job that is shown, by the person's budgets, as it stands now."""

from decimal import Decimal
from typing import Protocol

from PySide6.QtCore import QObject, Signal, Slot

from claude_batch_desk.core.errors import DeskError
from claude_batch_desk.core.jobs.money.budgets import Allowance
from claude_batch_desk.core.pricing.estimate import Range
from claude_batch_desk.core.report import Report
from claude_batch_desk.gui.draft import Draft
from claude_batch_desk.gui.messages import sentence
from claude_batch_desk.gui.tasks import Task, TaskRunner
from claude_batch_desk.gui.wording import money


class Allows(Protocol):
    """The verb of money that this needs."""

    def allowance(self, job_id: int, report: Report) -> Allowance:
        """What may be spent on a job now."""
        ...


class Purse(QObject):
    """Looks the allowance up on a worker; as long as it is not known, nothing is sent.

    The desk decides again when something is sent; this only says beforehand what it will say.
    """

    changed = Signal()

    def __init__(self, money: Allows, tasks: TaskRunner, draft: Draft) -> None:
        super().__init__(draft)
        self._money, self._tasks, self._draft = money, tasks, draft
        self._looking: Task | None = None
        self._problem = ""
        self.allowance: Allowance | None = None
        draft.opened.connect(self._begin)
        draft.job_changed.connect(self.refresh)
        self._begin()

    def objection(self, price: Range) -> str:
        """Why something at this price cannot be bought now, as a sentence, or ""."""
        if self.allowance is None:
            return self._problem or self.tr("What is left of your budgets is not known yet.")
        return self.allowance.objection(price.ceiling)

    def objection_if_known(self, price: Range) -> str:
        """The same, but "" as long as nothing is known; for whoever sends nothing."""
        return "" if self.allowance is None else self.allowance.objection(price.ceiling)

    def short_objection(self, price: Range) -> str:
        """In short where it is more than is left, for who shows the budgets; else in full."""
        known = self.allowance
        if known is None or any(budget.unknown for budget in known.budgets):
            return self.objection(price)
        over = self.tr("It may cost up to %1, which is more than is left of your budget.")
        most = money(price.ceiling, up=True)
        return over.replace("%1", most) if self.objection(price) else ""

    @property
    def typed_above(self) -> Decimal | None:
        """Above this the amount has to be typed, in USD; None is never."""
        return self.allowance.typed_above if self.allowance else None

    def wants_typing(self, price: Range) -> bool:
        """Whether the amount has to be typed before this is sent."""
        return self.allowance is not None and self.allowance.wants_typing(price.ceiling)

    @Slot()
    def refresh(self) -> None:
        """Look it up again; until then, what was known last holds."""
        if self._looking is not None:
            self._looking.cancel()
            self._looking = None
        job = self._draft.job
        if job is None:
            return
        self._looking = self._tasks.start(
            self._money.allowance, job.id, owner=self, done=self._take, failed=self._fail
        )

    @Slot()
    def _begin(self) -> None:
        """Of another job nothing is known yet, but that Practice is free."""
        job = self._draft.job
        self.allowance = Allowance() if job is None or job.mode == "practice" else None
        self._problem = ""
        self.changed.emit()
        self.refresh()

    def _take(self, allowance: Allowance) -> None:
        self.allowance, self._problem = allowance, ""
        self.changed.emit()

    def _fail(self, error: BaseException) -> None:
        if not isinstance(error, DeskError):
            raise error
        self.allowance, self._problem = None, sentence(error)
        self.changed.emit()
