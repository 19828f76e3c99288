"""A job answered by immediate calls, at the full price, for those who cannot wait."""

import itertools
from array import array
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from decimal import Decimal

import orjson

from claude_batch_desk.core.errors import DocumentError, Refused, StoreError
from claude_batch_desk.core.jobs.collecting import cost_of
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.jobs.money.buying import purchase_of
from claude_batch_desk.core.jobs.packing import Packing, Stop
from claude_batch_desk.core.jobs.plan import Plan, prompted
from claude_batch_desk.core.jobs.rows.selection import bind_prompt, to_be_sent
from claude_batch_desk.core.jobs.sending import is_own_fault, keep_for_the_rest
from claude_batch_desk.core.jobs.store import IMMEDIATE, Kept, Stores
from claude_batch_desk.core.pricing.prices import PriceBook
from claude_batch_desk.core.prompts.request import Request, request_builder
from claude_batch_desk.core.report import Report
from claude_batch_desk.core.results.answers import read_answer, result_of, unsent_answer
from claude_batch_desk.core.results.quotes import asks_for_quotes, check_quotes, source_of
from claude_batch_desk.core.service.gateway import Gateway

AT_ONCE = 6
"""So many calls are under way side by side."""
_AHEAD = 12
_TICK = 0.2
"""Seconds after which a cancel is heard while no answer comes."""
_REFUSED_AT_FIRST = 6
"""Where so many are refused before any is answered, all of them will be."""


class _Calls:
    """The calls under way; each answer is kept by the worker that got it, at once."""

    def __init__(self, stores: Stores, gateway: Gateway, prices: PriceBook, job: Job) -> None:
        self._stores = stores
        self._packing = Packing(stores.uploads, gateway)
        self._stop = Stop()
        self._prices = prices
        self._job = job
        self._purchase = purchase_of(job, prices, "now")
        self._pool = ThreadPoolExecutor(AT_ONCE)
        self._waiting: set[Future[None]] = set()
        self._refused = itertools.count(1)

    def __len__(self) -> int:
        return len(self._waiting)

    def begin(self, number: int, request: Request) -> None:
        """Put one more request in the queue."""
        self._waiting.add(self._pool.submit(self._buy, number, request))

    def wait(self) -> int:
        """Wait a moment; how many have come to their end. Raises the failure of one."""
        finished, self._waiting = wait(self._waiting, _TICK, return_when=FIRST_COMPLETED)
        for future in finished:
            future.result()
        return len(finished)

    def close(self) -> None:
        """Take back what was not begun, and wait for the rest: it will be billed."""
        self._stop.now()
        self._pool.shutdown(cancel_futures=True)

    def _buy(self, number: int, request: Request) -> None:
        try:
            reply = self._packing.answer(request, self._stop.hear)
        except DocumentError as error:
            answer = unsent_answer(self._job.recipe.fields, str(error))
            kept = Kept(number, answer, Decimal(0), "", b"{}")
            self._stores.answers.keep(self._job.id, [kept])
        except Refused as error:
            if not is_own_fault(error) or self._hopeless():
                raise
            self._keep(number, request, _refusal(error), "")
        else:
            self._keep(number, request, result_of(reply.message), IMMEDIATE)

    def _hopeless(self) -> bool:
        refused = next(self._refused)
        bought = self._stores.answers.any_bought_now(self._job.id)
        return refused >= _REFUSED_AT_FIRST and not bought

    def _keep(self, number: int, request: Request, raw: bytes, origin: str) -> None:
        fields = self._job.recipe.fields
        answer = read_answer(orjson.loads(raw), fields)
        if asks_for_quotes(fields):
            answer = check_quotes(answer, self._job.recipe, source_of(request))
        cost = cost_of(answer, self._prices, self._job.recipe.model, "now")
        purchase = self._purchase if origin else None
        kept = Kept(number, answer, cost, origin, raw)
        self._stores.answers.keep(self._job.id, [kept], purchase)


def _refusal(error: Refused) -> bytes:
    """A refused call in the form of a batch's errored result."""
    inner = {"type": "invalid_request_error", "message": str(error)}
    return orjson.dumps({"type": "errored", "error": {"type": "error", "error": inner}})


def answer_now(
    stores: Stores, gateway: Gateway, prices: PriceBook, job: Job, report: Report
) -> None:
    """Answer every request of the job that has no answer yet; each answer is kept as it comes.

    A request that is refused for itself has that for its outcome. Raises the first other failure;
    what came until then is kept, and calling again does the rest.
    """
    plan = stores.jobs.plan(job.id)
    answered = stores.answers.requests_answered(job.id, 0, max(plan.requests - 1, 0))
    done = len(answered)
    calls = _Calls(stores, gateway, prices, job)
    try:
        for number, request in _open_requests(stores, job, plan, answered):
            if stores.jobs.is_canceled(job.id):
                break
            calls.begin(number, request)
            while len(calls) >= _AHEAD:
                done += calls.wait()
                report(done, plan.requests)
        while len(calls) and not stores.jobs.is_canceled(job.id):
            done += calls.wait()
            report(done, plan.requests)
    finally:
        calls.close()
    if stores.jobs.is_canceled(job.id):
        canceled = read_answer({"type": "canceled"}, job.recipe.fields)
        keep_for_the_rest(stores, job, 0, plan.requests - 1, canceled)


def _open_requests(
    stores: Stores, job: Job, plan: Plan, answered: set[int]
) -> Iterator[tuple[int, Request]]:
    if job.table_id is None or job.model is None:
        raise StoreError("This job was not sent yet.")
    table = to_be_sent(stores.tables.table(job.table_id), job.selection)
    build = request_builder(job.recipe, job.model, documents=table.documents is not None)
    seen = bytearray(plan.requests)
    for number in answered:
        seen[number] = 1
    rows, numbers = array("I"), array("I")
    for row, number in zip(plan.row_numbers, plan.request_of_row, strict=True):
        if not seen[number]:
            seen[number] = 1
            rows.append(row)
            numbers.append(number)
    bound = bind_prompt(job.recipe, table, job.selection)
    for number, each in zip(numbers, prompted(table, rows, bound, build), strict=True):
        yield number, each.request
