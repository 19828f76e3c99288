"""A draft made ready to be sent: every row rendered, every body on disk, every large file there."""

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

import orjson

from claude_batch_desk.core.errors import DocumentError, StoreError
from claude_batch_desk.core.jobs.increment.earlier import Taking, earlier_of
from claude_batch_desk.core.jobs.job import Job, Order
from claude_batch_desk.core.jobs.packing import Packing
from claude_batch_desk.core.jobs.plan import Plan, make_plan
from claude_batch_desk.core.jobs.rows.selection import bind_prompt, selected_rows, to_be_sent
from claude_batch_desk.core.jobs.store import Kept, Stores, Trial
from claude_batch_desk.core.pricing.prices import PriceBook
from claude_batch_desk.core.prompts.caching import cached_form
from claude_batch_desk.core.prompts.request import (
    DocumentRequest,
    Request,
    TextRequest,
    UnsentRequest,
    request_builder,
)
from claude_batch_desk.core.report import Report
from claude_batch_desk.core.results.answer import Answer
from claude_batch_desk.core.results.answers import read_message, result_of, unsent_answer
from claude_batch_desk.core.results.quotes import asks_for_quotes, check_quotes, source_of
from claude_batch_desk.core.service.gateway import Gateway
from claude_batch_desk.core.service.spool import BatchSpool

_ANSWER_BYTES = 4_000
"""Room on disk to keep free per request before money is spent; twice a usual result line."""


Form = Callable[[bytes], bytes]


@dataclass
class _Freezer:
    """Takes a job's distinct requests, in order."""

    job: Job
    order: Order
    prices: PriceBook
    packing: Packing
    spool: BatchSpool
    tried: Mapping[str, Trial]
    taking: Taking
    form: Form
    """Gives the params of a request the form they are sent in."""
    report: Report
    settled: list[Kept] = field(default_factory=list)
    """What needs no sending: answered by a trial, or not possible to ask."""
    unsent: list[str] = field(default_factory=list)
    """Why each request that is not possible to ask is not."""
    _at: tuple[int, int] = (0, 0)

    def heard(self, done: int, total: int) -> None:
        """The Report of the rows."""
        self._at = done, total
        self.report(done, total)

    def take(self, number: int, request: Request) -> None:
        """Put one request where it belongs."""
        if isinstance(request, UnsentRequest):
            answer = unsent_answer(self.job.recipe.fields, request.reason)
            self.settled.append(Kept(number, answer, Decimal(0), "", b"{}"))
            self.unsent.append(request.reason)
            return
        source = self.taking.find(number, request.digest)
        if trial := self.tried.get(request.sha256):
            self.settled.append(self._prepaid(trial, number, request))
        elif source is not None:
            self.taking.take(number, source)
        elif self.order.way == "batch":
            self._spool(number, request)

    def _spool(self, number: int, request: Request) -> None:
        until = None
        if isinstance(request, DocumentRequest):
            until = self.packing.prepare(request, lambda: self.report(*self._at))
        sent = self.form(self.packing.params(request))
        same = sent is request.params and not isinstance(request, TextRequest)
        self.spool.add(number, sent, until, request.digest if same else None)
        if self._primes and not self.spool.bodies:
            self.spool.close()  # it goes first, alone

    @property
    def _primes(self) -> bool:
        return self.order.cache is not None and self.order.cache.prime

    def _prepaid(self, trial: Trial, number: int, request: Request) -> Kept:
        answer = answer_of_trial(trial, self.job, request)
        answer = replace(answer, version=trial.version)
        cost = self.prices.total(answer.usage, self.job.recipe.model, "now")
        return Kept(number, answer, cost, "", result_of(trial.raw))

    def check(self, plan: Plan) -> None:
        """Raise DocumentError where nothing is left to ask."""
        if self.unsent and len(self.unsent) == plan.requests:
            raise none_sendable(self.unsent[0])


def freeze(
    stores: Stores,
    gateway: Gateway,
    prices: PriceBook,
    job: Job,
    order: Order,
    report: Report,
) -> None:
    """Render, spool and store everything the job needs; a batch needs nothing else after.

    Large documents are uploaded here, each once. Raises DocumentError where the frozen copy of one
    is not what it was, or where none can be sent; the job is a draft still then.
    """
    if job.table_id is None:
        raise StoreError("This job has no table yet. Open a file first.")
    table = to_be_sent(stores.tables.table(job.table_id), job.selection)
    spool = stores.spool(stores.jobs.token(job.id))
    packing, tried = Packing(stores.uploads, gateway), usable_trials(stores, job)
    form = _form(job, order, documents=table.documents is not None)
    taking = Taking(earlier_of(stores, job, order.address, report))
    freezer = _Freezer(job, order, prices, packing, spool, tried, taking, form, report)
    try:
        bound = bind_prompt(job.recipe, table, job.selection)
        numbers = selected_rows(table, job.selection, report)
        build = request_builder(job.recipe, order.model, documents=table.documents is not None)
        plan = make_plan(table, numbers, bound, build, freezer.take, freezer.heard)
        freezer.check(plan)
        spool.close()
        _check_room(stores, plan.requests)
        bodies = list(zip(spool.bodies, spool.bounds, strict=True))
        taken = taking.taken(plan, order.estimate.taken_over)
        stores.jobs.keep_plan(job, plan, bodies, order, freezer.settled, taken)
    except BaseException:
        spool.discard()
        raise


def _form(job: Job, order: Order, *, documents: bool) -> Form:
    if order.cache is None:
        return bytes
    return cached_form(job.recipe, order.model, order.cache.ttl, documents=documents)


def usable_trials(stores: Stores, job: Job) -> dict[str, Trial]:
    """Trials whose answers can stand for their requests, by the request's SHA-256."""
    trials = stores.answers.trials(job.id)
    fields = job.recipe.fields
    return {
        trial.sha256: trial
        for trial in trials
        if read_message(orjson.loads(trial.raw), fields).outcome == "answered"
    }


def answer_of_trial(trial: Trial, job: Job, request: Request) -> Answer:
    """What a trial of this request brought, read by the recipe of today."""
    fields = job.recipe.fields
    answer = read_message(orjson.loads(trial.raw), fields)
    if asks_for_quotes(fields):
        return check_quotes(answer, job.recipe, source_of(request))
    return answer


def none_sendable(reason: str) -> DocumentError:
    """For rows of which none can be asked; `reason` is that of one of them."""
    return DocumentError(f"None of the rows can be asked about. {reason} Nothing was sent.")


def _check_room(stores: Stores, requests: int) -> None:
    free = shutil.disk_usage(stores.home).free
    if free < requests * _ANSWER_BYTES:
        raise StoreError(
            f"The answers may need {requests * _ANSWER_BYTES / 1e6:,.0f} MB, but the disk has "
            f"only {free / 1e6:,.0f} MB left. Nothing was sent. Free some space and send again."
        )
