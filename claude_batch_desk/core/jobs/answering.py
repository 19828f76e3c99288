"""A job answered by immediate calls, at the full price, for those who cannot wait."""

from array import array
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from decimal import Decimal

import orjson

from claude_batch_desk.core.errors import StoreError
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.jobs.plan import Plan, rendered
from claude_batch_desk.core.jobs.store import Kept, Stores
from claude_batch_desk.core.pricing.prices import PriceBook
from claude_batch_desk.core.prompts.request import Request, request_builder
from claude_batch_desk.core.report import Report
from claude_batch_desk.core.results.answers import read_message
from claude_batch_desk.core.service.gateway import Gateway, Reply

_AT_ONCE = 6
_AHEAD = 24


def answer_now(
    stores: Stores, gateway: Gateway, prices: PriceBook, job: Job, report: Report
) -> None:
    """Answer every request of the job that has no answer yet; each answer is kept as it comes.

    Raises the first failure; what came until then is kept, and calling again does the rest.
    """
    plan = stores.jobs.plan(job.id)
    answered = stores.answers.requests_answered(job.id)
    pool = ThreadPoolExecutor(_AT_ONCE)
    asked: dict[Future[Reply], int] = {}
    done = len(answered)
    try:
        for number, request in _open_requests(stores, job, plan, answered):
            asked[pool.submit(gateway.message, request.params)] = number
            if len(asked) >= _AHEAD:
                done += _keep_finished(stores, prices, job, asked)
                report(done, plan.requests)
        while asked:
            done += _keep_finished(stores, prices, job, asked)
            report(done, plan.requests)
    finally:
        # What is under way will be billed: it is waited for and kept, whatever ended the work.
        for future in [future for future in asked if future.cancel()]:
            del asked[future]
        pool.shutdown()
        paid = {future: asked[future] for future in asked if future.exception() is None}
        _keep(stores, prices, job, paid)


def _open_requests(
    stores: Stores, job: Job, plan: Plan, answered: set[int]
) -> Iterator[tuple[int, Request]]:
    if job.table_id is None or job.model is None:
        raise StoreError("This job was not sent yet.")
    table = stores.tables.table(job.table_id)
    build = request_builder(job.recipe, job.model)
    seen = set(answered)
    rows, numbers = array("I"), array("I")
    for row, number in zip(plan.row_numbers, plan.request_of_row, strict=True):
        if number not in seen:
            seen.add(number)
            rows.append(row)
            numbers.append(number)
    for number, (_, prompt) in zip(numbers, rendered(table, rows, job.recipe), strict=True):
        yield number, build(prompt)


def _keep_finished(
    stores: Stores, prices: PriceBook, job: Job, asked: dict[Future[Reply], int]
) -> int:
    finished, _ = wait(asked, return_when=FIRST_COMPLETED)
    paid = {future: asked.pop(future) for future in finished if future.exception() is None}
    _keep(stores, prices, job, paid)
    for future in finished:
        future.result()  # raises the failure of those that were not answered
    return len(paid)


def _keep(stores: Stores, prices: PriceBook, job: Job, paid: dict[Future[Reply], int]) -> None:
    kept: list[Kept] = []
    for future, number in paid.items():
        reply = future.result()
        answer = read_message(orjson.loads(reply.message), job.recipe.fields)
        cost = Decimal(0)
        if answer.usage is not None:
            cost = prices.cost(answer.usage, job.recipe.model, "now").total
        raw = b'{"type":"succeeded","message":%b}' % reply.message
        kept.append(Kept(number, answer, cost, "", raw))
    if kept:
        stores.answers.keep(job.id, kept)
