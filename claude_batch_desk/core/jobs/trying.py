"""A few rows answered at once, at the full price, to see what the prompt does before the rest."""

from array import array
from collections.abc import Callable, Iterator, Sequence, Set
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from contextlib import contextmanager
from functools import partial

import orjson

from claude_batch_desk.core.catalogue import OfferedModel
from claude_batch_desk.core.errors import RecipeError
from claude_batch_desk.core.jobs.freezing import answer_of_trial
from claude_batch_desk.core.jobs.job import Job, TriedRow
from claude_batch_desk.core.jobs.money.buying import purchase_of
from claude_batch_desk.core.jobs.packing import Packing, Stop
from claude_batch_desk.core.jobs.plan import Prompted, documents_of, prompted
from claude_batch_desk.core.jobs.rows.selection import bind_prompt
from claude_batch_desk.core.jobs.store import Stores, Trial
from claude_batch_desk.core.pricing.prices import PriceBook
from claude_batch_desk.core.prompts.request import Build, request_builder
from claude_batch_desk.core.prompts.template import BoundTemplate
from claude_batch_desk.core.report import Report
from claude_batch_desk.core.results.answers import read_message
from claude_batch_desk.core.service.gateway import Gateway
from claude_batch_desk.core.tables.table import Table

_AT_ONCE = 4
_TICK = 0.2
"""Seconds after which a cancel is heard while no answer comes."""


def try_out(
    stores: Stores,
    gateway: Gateway,
    prices: PriceBook,
    job: Job,
    wanted: Sequence[tuple[Prompted, float | None]],
    report: Report,
) -> None:
    """Answer these rows at once and keep each answer as it comes; one already kept is not bought.

    With each row goes its weight; see Trial.

    The first failure ends the trial, and so does a cancel. What is under way by then will be
    billed, so it is waited for and kept.
    """
    packing, purchase = Packing(stores.uploads, gateway), purchase_of(job, prices, "trial")
    kept = {trial.sha256 for trial in stores.answers.trials(job.id)}
    fresh = {each.request.sha256: (each, weight) for each, weight in wanted}

    def buy(each: Prompted, weight: float | None) -> None:
        reply = packing.answer(each.request, stop.hear)
        trial = Trial(
            each.request.sha256, each.row, each.prompt, reply.message, job.version, weight
        )
        usage = read_message(orjson.loads(reply.message), job.recipe.fields).usage
        stores.answers.keep_trial(job.id, trial, purchase, usage)

    stop = Stop()
    buy_each(
        [partial(buy, *one) for known, one in fresh.items() if known not in kept], stop, report
    )


def buy_each(calls: Sequence[Callable[[], None]], stop: Stop, report: Report) -> None:
    """Make these calls a few at a time; they hear `stop`, by which the first failure ends all."""
    with _pool(stop) as pool:
        asked = {pool.submit(each) for each in calls}
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
    rows = {trial.row for trial in trials if trial.row < table.row_count}
    today = _asked_today(table, rows, bound, build)
    found: list[TriedRow] = []
    for trial in trials:
        now = today.get(trial.row)
        if now is None or now.request.sha256 != trial.sha256:
            continue
        [document] = documents_of(table, array("I", [trial.row]))
        answer = answer_of_trial(trial, job, now.request)
        cost = prices.total(answer.usage, model.id, "now")
        name = document.name if document else ""
        cells = tuple(now.cells)
        found.append(TriedRow(trial.row, trial.prompt, answer, cost, name, trial.version, cells))
    return found


def _asked_today(
    table: Table, rows: Set[int], bound: BoundTemplate, build: Build
) -> dict[int, Prompted]:
    """What these rows are asked by now; without those that the model of today does not take."""
    if table.documents is None:
        every = prompted(table, array("I", sorted(rows)), bound, build)
        return {each.row: each for each in every}
    found = {}
    for row in rows:
        try:
            [found[row]] = prompted(table, array("I", [row]), bound, build)
        except RecipeError:  # the model does not take its document
            continue
    return found
