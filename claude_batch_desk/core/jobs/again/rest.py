"""Rest: the verbs that move what a late batch has not answered to immediate calls."""

import threading
from dataclasses import replace
from decimal import Decimal

from claude_batch_desk.core.errors import (
    AccountRefused,
    Busy,
    DeskError,
    KeyRefused,
    StoreError,
    Unreachable,
)
from claude_batch_desk.core.jobs.again.causes import Cause
from claude_batch_desk.core.jobs.again.verbs import Again, Wanted
from claude_batch_desk.core.jobs.desk import Desk
from claude_batch_desk.core.jobs.ground import Ground
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.jobs.money.budgets import check_named
from claude_batch_desk.core.jobs.rows.selection import Selection
from claude_batch_desk.core.jobs.store.rest_store import Agreed
from claude_batch_desk.core.pricing.estimate import Estimate
from claude_batch_desk.core.report import Report

_LATER = (Busy, Unreachable, KeyRefused, AccountRefused)
_WITHOUT_ANSWER: tuple[Cause, ...] = ("canceled", "expired", "missing")


class Rest:
    """Works on one data folder, like Desk. Every method but `of` may take long."""

    def __init__(self, ground: Ground, desk: Desk, again: Again) -> None:
        self._ground, self._desk, self._again = ground, desk, again
        self._stores = ground.stores
        self._turn = threading.Lock()

    def of(self, job_id: int) -> Agreed | None:
        """What was agreed to for a job; None where nothing was."""
        return self._stores.rests.of(job_id)

    def estimate(self, job_id: int, report: Report) -> Estimate:
        """What it costs to ask every row at once that has no answer yet; see its `now`.

        What the batches answer before they end is not asked, so that it may come to less.
        Raises StoreError where nothing of the job can be moved.
        """
        job = self._ground.job(job_id)
        _check(job)
        plan = self._ground.plan(job)
        here = self._stores.answers.requests_answered(job.id, 0, max(plan.requests - 1, 0))
        asked = zip(plan.row_numbers, plan.request_of_row, strict=True)
        rows = tuple(row for row, request in asked if request not in here)
        selection = Selection(excluded=job.selection.excluded, rows=rows)
        # Number 0 is no job's: what was tried for this one is not of its rest.
        draft = replace(
            job, id=0, state="draft", selection=selection, parts=(), sent_at=None, again_of=job.id
        )
        return self._desk.price(draft, report)

    def move(self, job_id: int, most: Decimal | None, report: Report) -> Job:
        """Cancel the job's batches, and let the rest be asked at once when they have ended.

        That costs `most` USD in the worst case, or else what the estimate says; where it would
        come to more by then, it is not asked. Raises BudgetExceeded like `Desk.send`, and
        StoreError where it is too late; nothing was changed then.
        """
        job, price = self._ground.job(job_id), self.estimate(job_id, report).now
        check_named(price, most)
        budgets = self._ground.budgets
        budgets.check_typed(job, price.ceiling, most)
        with budgets.reserve(job, price.ceiling):
            self._stores.rests.agree(job_id, price.ceiling if most is None else most)
        return self._desk.advance(job_id, report)

    def go_on(self, report: Report) -> list[Job]:
        """Ask the rest of each job whose batches have ended; what was sent by that.

        Where the service cannot be reached or used, the next call tries again; what else stands in
        the way is noted with the job, and its rest is not asked.
        """
        with self._turn:  # a draft that one call makes must not be taken for refused by another
            started = [self._try_to_start(agreed, report) for agreed in self._stores.rests.due()]
        return [run for run in started if run is not None]

    def _try_to_start(self, agreed: Agreed, report: Report) -> Job | None:
        try:
            return self._start(agreed, report)
        except _LATER:
            return None
        except DeskError as error:
            self._stores.rests.give_up(agreed.job_id, f"The rest was not asked at once. {error}")
            return None

    def _start(self, agreed: Agreed, report: Report) -> Job | None:
        if agreed.run is not None:  # it was sent, and all of it refused
            raise StoreError("The service accepted none of its calls. Run the rows again later.")
        causes = [each.cause for each in self._again.causes(agreed.job_id, report) if each.rest]
        wanted = tuple(cause for cause in _WITHOUT_ANSWER if cause in causes)
        if not wanted:
            self._stores.rests.give_up(agreed.job_id, "The batch had answered every row.")
            return None
        return self._again.start(
            agreed.job_id,
            Wanted(wanted, way="now"),
            agreed.most,
            report,
            lambda run: self._stores.rests.begin(agreed.job_id, run),
        )


def _check(job: Job) -> None:
    """Raise StoreError where there is nothing of a job to be moved."""
    if job.way != "batch" or job.again_of is not None or job.state not in ("sending", "waiting"):
        raise StoreError(
            f"Job {job.id} has no batch that is waited for, so there is nothing to ask at once."
        )
    if job.canceled:
        raise StoreError(f"Job {job.id} was canceled. Wait for its end, then run its rows again.")
