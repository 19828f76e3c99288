"""A few rows answered at once, at the full price, to see what the prompt does before the rest."""

from array import array
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from contextlib import contextmanager
from itertools import islice

import orjson

from claude_batch_desk.core.catalogue import OfferedModel
from claude_batch_desk.core.errors import RecipeError
from claude_batch_desk.core.jobs.freezing import answer_of_trial, none_sendable
from claude_batch_desk.core.jobs.job import Job, TriedRow
from claude_batch_desk.core.jobs.money.buying import purchase_of
from claude_batch_desk.core.jobs.packing import Packing, Stop
from claude_batch_desk.core.jobs.plan import Prompted, documents_of, prompted
from claude_batch_desk.core.jobs.rows.selection import bind_prompt, selected_rows
from claude_batch_desk.core.jobs.store import Stores, Trial
from claude_batch_desk.core.pricing.prices import PriceBook
from claude_batch_desk.core.prompts.request import Build, Request, UnsentRequest, request_builder
from claude_batch_desk.core.prompts.template import BoundTemplate
from claude_batch_desk.core.quality.sampling import random_order, random_rows
from claude_batch_desk.core.report import Report
from claude_batch_desk.core.results.answers import read_message
from claude_batch_desk.core.service.gateway import Gateway
from claude_batch_desk.core.tables.table import Table

_AT_ONCE = 4
_TICK = 0.2
"""Seconds after which a cancel is heard while no answer comes."""
_REPORT_EVERY = 1_000


def sample(
    table: Table, job: Job, model: OfferedModel, count: int, seed: int, report: Report
) -> list[Prompted]:
    """`count` random rows of those that run, the same for the same seed, in table order.

    Only such as can be sent; raises DocumentError where there are none.
    """
    bound = bind_prompt(job.recipe, table, job.selection)
    numbers = selected_rows(table, job.selection, report)
    build = request_builder(job.recipe, model, documents=table.documents is not None)
    if table.documents is not None:
        shuffled = array("I", random_order(numbers, seed))
        some = _first_sendable(table, shuffled, bound, build, report)
        return sorted(islice(some, count), key=lambda each: each.row)
    drawn = [*prompted(table, _drawn(numbers, count, seed), bound, build)]
    if any(isinstance(each.request, UnsentRequest) for each in drawn):
        sendable = _sendable(table, numbers, bound, build, report)
        return [*prompted(table, _drawn(sendable, count, seed), bound, build)]
    return drawn


def _drawn(numbers: "array[int]", count: int, seed: int) -> "array[int]":
    places = random_rows(len(numbers), min(count, len(numbers)), seed)
    return array("I", [numbers[place] for place in places])


def _sendable(
    table: Table, numbers: "array[int]", bound: BoundTemplate, build: Build, report: Report
) -> "array[int]":
    """Those of the rows that can be sent; raises DocumentError where there are none."""
    found, reason = array("I"), ""
    for done, each in enumerate(prompted(table, numbers, bound, build)):
        if done % _REPORT_EVERY == 0:
            report(0, 0)
        if isinstance(each.request, UnsentRequest):
            reason = each.request.reason
        else:
            found.append(each.row)
    if not found:
        raise none_sendable(reason)
    return found


def _first_sendable(
    table: Table, numbers: "array[int]", bound: BoundTemplate, build: Build, report: Report
) -> Iterator[Prompted]:
    reason = ""
    found = False
    for number in numbers:
        report(0, 0)
        for each in prompted(table, array("I", [number]), bound, build):
            if isinstance(each.request, UnsentRequest):
                reason = reason or each.request.reason
            else:
                found = True
                yield each
    if not found:
        raise none_sendable(reason)


def try_out(
    stores: Stores,
    gateway: Gateway,
    prices: PriceBook,
    job: Job,
    wanted: list[Prompted],
    report: Report,
) -> None:
    """Answer these rows at once and keep each answer as it comes; one already kept is not bought.

    The first failure ends the trial, and so does a cancel. What is under way by then will be
    billed, so it is waited for and kept.
    """
    packing, purchase = Packing(stores.uploads, gateway), purchase_of(job, prices, "trial")
    kept = {trial.sha256 for trial in stores.answers.trials(job.id)}
    fresh = {each.request.sha256: each for each in wanted if each.request.sha256 not in kept}

    def buy(each: Prompted) -> None:
        reply = packing.answer(each.request, stop.hear)
        trial = Trial(each.request.sha256, each.row, each.prompt, reply.message, job.version)
        usage = read_message(orjson.loads(reply.message), job.recipe.fields).usage
        stores.answers.keep_trial(job.id, trial, purchase, usage)

    stop = Stop()
    with _pool(stop) as pool:
        asked = {pool.submit(buy, each) for each in fresh.values()}
        waiting = asked
        while waiting:
            finished, waiting = wait(waiting, _TICK, return_when=FIRST_COMPLETED)
            for future in finished:
                future.result()
            report(len(asked) - len(waiting), len(asked))


@contextmanager
def _pool(stop: Stop) -> Iterator[ThreadPoolExecutor]:
    pool = ThreadPoolExecutor(_AT_ONCE)
    try:
        yield pool
    finally:
        stop.now()
        pool.shutdown(cancel_futures=True)


def tried_rows(
    stores: Stores, prices: PriceBook, table: Table, job: Job, model: OfferedModel
) -> list[TriedRow]:
    """The trials that still are what the recipe asks today; earlier versions stay in the store."""
    trials = stores.answers.trials(job.id)
    try:
        build = request_builder(job.recipe, model, documents=table.documents is not None)
        bound = bind_prompt(job.recipe, table, job.selection)
    except RecipeError:
        return []
    found: list[TriedRow] = []
    for trial in trials:
        request = _request_today(trial, table, bound, build)
        if request is None:
            continue
        [document] = documents_of(table, array("I", [trial.row]))
        answer = answer_of_trial(trial, job, request)
        cost = prices.total(answer.usage, model.id, "now")
        name = document.name if document else ""
        found.append(TriedRow(trial.row, trial.prompt, answer, cost, name, trial.version))
    return found


def _request_today(
    trial: Trial, table: Table, bound: BoundTemplate, build: Build
) -> Request | None:
    """The request of a trial; None where its row is asked another one by now."""
    if trial.row >= table.row_count:
        return None
    try:
        [now] = prompted(table, array("I", [trial.row]), bound, build)
    except RecipeError:  # the model of today does not take its document
        return None
    return now.request if now.request.sha256 == trial.sha256 else None
