"""A few rows answered at once, at the full price, to see what the prompt does before the rest."""

from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass

import orjson

from claude_batch_desk.core.catalogue import OfferedModel
from claude_batch_desk.core.errors import RecipeError
from claude_batch_desk.core.jobs.job import Job, TriedRow
from claude_batch_desk.core.jobs.plan import rendered
from claude_batch_desk.core.jobs.selection import bind_prompt, selected_rows
from claude_batch_desk.core.jobs.store import Stores, Trial
from claude_batch_desk.core.pricing.prices import PriceBook
from claude_batch_desk.core.prompts.request import Request, request_builder
from claude_batch_desk.core.quality.sampling import random_rows
from claude_batch_desk.core.report import Report
from claude_batch_desk.core.results.answers import read_message
from claude_batch_desk.core.service.gateway import Gateway
from claude_batch_desk.core.tables.table import Table

_AT_ONCE = 4
_TICK = 0.2
"""Seconds after which a cancel is heard while no answer comes."""


@dataclass(frozen=True)
class Prompted:
    """A row of the table, what it is asked, and the request that asks it."""

    row: int
    prompt: str
    request: Request


def sample(
    table: Table, job: Job, model: OfferedModel, count: int, seed: int, report: Report
) -> list[Prompted]:
    """`count` random rows of those that run, the same for the same seed, in table order."""
    bound = bind_prompt(job.recipe.prompt, table, job.selection)
    numbers = selected_rows(table, job.selection, report)
    places = random_rows(len(numbers), min(count, len(numbers)), seed)
    chosen = type(numbers)("I", [numbers[place] for place in places])
    build = request_builder(job.recipe, model)
    return [
        Prompted(number, prompt, build(prompt)) for number, prompt in rendered(table, chosen, bound)
    ]


def try_out(
    stores: Stores, gateway: Gateway, job: Job, wanted: list[Prompted], report: Report
) -> None:
    """Answer these rows at once and keep each answer as it comes; one already kept is not bought.

    The first failure ends the trial, and so does a cancel. What is under way by then will be
    billed, so it is waited for and kept.
    """
    kept = {trial.sha256 for trial in stores.answers.trials(job.id)}
    fresh = {each.request.sha256: each for each in wanted if each.request.sha256 not in kept}

    def buy(each: Prompted) -> None:
        reply = gateway.message(each.request.params)
        trial = Trial(each.request.sha256, each.row, each.prompt, reply.message)
        stores.answers.keep_trial(job.id, trial)

    with _pool() as pool:
        asked = {pool.submit(buy, each) for each in fresh.values()}
        waiting = asked
        while waiting:
            finished, waiting = wait(waiting, _TICK, return_when=FIRST_COMPLETED)
            for future in finished:
                future.result()
            report(len(asked) - len(waiting), len(asked))


@contextmanager
def _pool() -> Iterator[ThreadPoolExecutor]:
    pool = ThreadPoolExecutor(_AT_ONCE)
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


def tried_rows(
    stores: Stores, prices: PriceBook, table: Table, job: Job, model: OfferedModel
) -> list[TriedRow]:
    """The trials that still are what the recipe asks today; earlier versions stay in the store."""
    trials = stores.answers.trials(job.id)
    try:
        build = request_builder(job.recipe, model)
        bound = bind_prompt(job.recipe.prompt, table, job.selection)
    except RecipeError:
        return []
    found: list[TriedRow] = []
    for trial in trials:
        window = table.rows.window(trial.row, 1)
        if not window or build(bound.render(window[0])).sha256 != trial.sha256:
            continue
        answer = read_message(orjson.loads(trial.raw), job.recipe.fields)
        cost = prices.total(answer.usage, model.id, "now")
        found.append(TriedRow(trial.row, trial.prompt, answer, cost))
    return found
