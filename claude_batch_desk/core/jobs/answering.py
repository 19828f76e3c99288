"""A job answered by immediate calls, at the full price, for those who cannot wait."""

from array import array
from collections.abc import Iterable, Iterator
from dataclasses import replace
from time import monotonic

from claude_batch_desk.core.errors import StoreError
from claude_batch_desk.core.jobs.calls import Calls, Numbered
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.jobs.plan import Plan, prompted
from claude_batch_desk.core.jobs.progress import CallsNow, Tally, Tell, unwatched
from claude_batch_desk.core.jobs.rows.selection import bind_prompt, to_be_sent
from claude_batch_desk.core.jobs.sending import keep_for_the_rest
from claude_batch_desk.core.jobs.store import Kept, Stores
from claude_batch_desk.core.jobs.timing.meter import Meter
from claude_batch_desk.core.pricing.prices import PriceBook
from claude_batch_desk.core.prompts.request import request_builder
from claude_batch_desk.core.report import Report
from claude_batch_desk.core.results.answers import read_answer
from claude_batch_desk.core.service.gateway import Gateway

_LOOK = 0.2
"""Seconds between two looks at whether the person wants it to stop."""
_COUNTED = 1.0
"""Seconds between two times that the job's totals are stored while it runs."""


def answer_now(
    stores: Stores,
    gateway: Gateway,
    prices: PriceBook,
    job: Job,
    report: Report,
    tell: Tell = unwatched,
) -> bool:
    """Answer every request of the job that has no answer yet; each answer is kept as it comes.

    A request that is refused for itself has that for its outcome. Returns False where the person
    stopped it for now. Raises the first other failure, and Busy where the service wants to be left
    alone for long; what came until then is kept, and calling again does the rest. Reports rows.
    """
    run = _Run(stores, job)
    calls = Calls(stores, gateway, prices, job, run.requests)
    try:
        while not run.is_stopped():
            run.add(calls.turn())
            if calls.done:
                break
            run.count()
            report(run.tally.done, run.tally.rows)
            tell(run.now(calls))
            calls.check_pause()
            calls.wait()
    finally:
        run.add(calls.close())
        tell(replace(run.now(calls), working=False))
    if not stores.jobs.is_canceled(job.id):
        return run.tally.done == run.tally.rows
    canceled = read_answer({"type": "canceled"}, job.recipe.fields)
    keep_for_the_rest(stores, job, 0, run.plan.requests - 1, canceled)
    return True


class _Run:
    """One run over what has no answer yet."""

    def __init__(self, stores: Stores, job: Job) -> None:
        self._stores, self._job = stores, job
        self.plan = stores.jobs.plan(job.id)
        self.tally, seen = Tally(self.plan), bytearray(self.plan.requests)
        for request, outcome, cost in stores.answers.costs(job.id):
            self.tally.add(request, outcome, cost)
            seen[request] = 1
        self.requests = _open_requests(stores, job, self.plan, seen)
        self._meter = Meter()
        self._looked, self._counted = float("-inf"), monotonic()

    def is_stopped(self) -> bool:
        """Whether the person wants no more of it, now or at all; looked up a few times a second."""
        if monotonic() - self._looked < _LOOK:
            return False
        self._looked = monotonic()
        return self._stores.calls.is_stopped(self._job.id)

    def add(self, stored: Iterable[Kept]) -> None:
        """Count answers that came."""
        for kept in stored:
            self.tally.add(kept.request, kept.answer.outcome, kept.cost)

    def count(self) -> None:
        """Let whoever looks at the job see how far it is, every second."""
        if monotonic() - self._counted >= _COUNTED:
            self._counted = monotonic()
            self._stores.jobs.set_totals(self._job.id, self.tally.outcomes, self.tally.billed)

    def now(self, calls: Calls) -> CallsNow:
        """How it stands."""
        at, done = monotonic(), self.tally.done
        self._meter.note(done, at)
        rate = self._meter.per_second(done, at)
        pace, side_by_side = calls.pace, calls.under_way
        return CallsNow(done, self.tally.rows, side_by_side, rate, pace.pause(at), pace.why)


def _open_requests(stores: Stores, job: Job, plan: Plan, seen: bytearray) -> Iterator[Numbered]:
    """The requests that are not `seen` yet, in order, each with the first row that asks it."""
    if job.table_id is None or job.model is None:
        raise StoreError("This job was not sent yet.")
    table = to_be_sent(stores.tables.table(job.table_id), job.selection)
    build = request_builder(job.recipe, job.model, documents=table.documents is not None)
    rows, numbers = array("I"), array("I")
    for row, number in zip(plan.row_numbers, plan.request_of_row, strict=True):
        if not seen[number]:
            seen[number] = 1
            rows.append(row)
            numbers.append(number)
    bound = bind_prompt(job.recipe, table, job.selection)
    for number, each in zip(numbers, prompted(table, rows, bound, build), strict=True):
        yield number, each.request
