"""What a job will cost: every row rendered here, some counted by the service, some tried."""

import logging
import random
from array import array
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

import orjson

from claude_batch_desk.core.catalogue import OfferedModel
from claude_batch_desk.core.errors import ServiceError
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.jobs.plan import Plan, make_plan, rendered
from claude_batch_desk.core.jobs.selection import bind_prompt, selected_rows
from claude_batch_desk.core.jobs.sending import usable_trials
from claude_batch_desk.core.jobs.store import Stores, Trial
from claude_batch_desk.core.jobs.trying import Prompted
from claude_batch_desk.core.pricing import estimator
from claude_batch_desk.core.pricing.estimate import Estimate, Range
from claude_batch_desk.core.pricing.prices import PriceBook
from claude_batch_desk.core.pricing.usage import Usage, usage_from
from claude_batch_desk.core.pricing.workload import Measured, Workload, sample_for_counting
from claude_batch_desk.core.prompts.request import (
    Request,
    proposed_max_tokens,
    request_builder,
)
from claude_batch_desk.core.report import Report
from claude_batch_desk.core.service.gateway import Gateway
from claude_batch_desk.core.tables.table import Table

_COUNTED = 40
"""How many requests the service is asked to count: enough for a few percent, over in a second."""
_AT_ONCE = 6
_TICK = 0.1
"""Seconds after which a cancel is heard while nothing comes."""
_SEED = 20261122
_NEARLY_EMPTY = "."
"""The prompt whose count tells the fixed part's tokens; the service takes no empty one."""
_LOG = logging.getLogger(__name__)
Result = TypeVar("Result")


@dataclass(frozen=True)
class Counting:
    """What token counts are asked of and kept in; no gateway means doing without new ones."""

    stores: Stores
    gateway: Gateway | None
    job_id: int

    def counts(self, requests: Sequence[Request], report: Report) -> dict[str, int]:
        """Input tokens by the request's SHA-256, of as many as are known or can be asked."""
        known = self.stores.answers.counted(self.job_id)
        asked = {each.sha256: each for each in requests if each.sha256 not in known}
        if self.gateway is not None and asked:
            fresh = self._ask(list(asked.values()), report)
            self.stores.answers.keep_counted(self.job_id, fresh)
            known |= fresh
        return known

    def _ask(self, requests: Sequence[Request], report: Report) -> dict[str, int]:
        """Counts that came before the first failure: an estimate from fewer is wider, no error."""
        assert self.gateway is not None  # noqa: S101 - the caller has looked
        fresh: dict[str, int] = {}
        # In random order, so that what came before a failure still stands for the whole.
        requests = random.Random(_SEED).sample(requests, len(requests))  # noqa: S311 - no secret
        pool = ThreadPoolExecutor(_AT_ONCE)
        asked = {pool.submit(self.gateway.count_tokens, each.params): each for each in requests}
        waiting = set(asked)
        try:
            while waiting:
                finished, waiting = wait(waiting, _TICK, return_when=FIRST_COMPLETED)
                for future in finished:
                    fresh[asked[future].sha256] = future.result()
                report(len(fresh), len(asked))
        except ServiceError:
            _LOG.info("only %d of %d requests were counted", len(fresh), len(asked))
        finally:
            # Counts are free, so nobody waits for those under way.
            pool.shutdown(wait=False, cancel_futures=True)
        return fresh


def estimate(
    counting: Counting,
    prices: PriceBook,
    job: Job,
    table: Table,
    model: OfferedModel,
    report: Report,
) -> Estimate:
    """The cost both ways of the rows that run."""
    build = request_builder(job.recipe, model)
    empty = build(_NEARLY_EMPTY)
    sizes = array("I")

    def measure(number: int, request: Request) -> None:
        del number  # requests come in order
        sizes.append(len(request.params) - len(empty.params) + len(_NEARLY_EMPTY))

    bound = bind_prompt(job.recipe.prompt, table, job.selection)
    numbers = selected_rows(table, job.selection, report)
    plan = make_plan(table, numbers, bound, build, measure, report)
    chosen = _aside(partial(sample_for_counting, sizes, _COUNTED, _SEED), report)
    rows = array("I", _first_rows(plan, chosen))
    prompts = rendered(table, rows, bound)
    sampled = dict(zip(chosen, (build(prompt) for _, prompt in prompts), strict=True))
    counts = counting.counts([empty, *sampled.values()], report)
    work = _workload(job, model, empty, plan.rows, sizes, counts)
    measured = _measured(plan, sampled, counts, usable_trials(counting.stores, job))
    return estimator.estimate(work, measured, prices)


def _aside(work: Callable[[], Result], report: Report) -> Result:
    """Do what takes a second for a million rows while listening for a cancel."""
    pool = ThreadPoolExecutor(1)
    try:
        future = pool.submit(work)
        while wait((future,), _TICK).not_done:
            report(0, 0)
        return future.result()
    finally:
        pool.shutdown(wait=False)


def _first_rows(plan: Plan, requests: Sequence[int]) -> list[int]:
    """The row that each of these ascending requests appears in first."""
    places = iter(enumerate(plan.request_of_row))
    return [
        next(plan.row_numbers[place] for place, each in places if each == wanted)
        for wanted in requests
    ]


def _workload(
    job: Job,
    model: OfferedModel,
    empty: Request,
    rows: int,
    sizes: Sequence[int],
    counts: dict[str, int],
) -> Workload:
    return Workload(
        model=model,
        recipe=job.recipe,
        max_tokens=job.recipe.max_tokens or proposed_max_tokens(job.recipe, model),
        rows=rows,
        sizes=sizes,
        fixed_bytes=len(empty.params),
        fixed_tokens=counts.get(empty.sha256),
    )


def _measured(
    plan: Plan, sampled: dict[int, Request], counts: dict[str, int], trials: dict[str, Trial]
) -> Measured:
    requests = {plan.digest(number): number for number in range(plan.requests)} if trials else {}
    tried = {
        requests[sha256]: _usage(trial) for sha256, trial in trials.items() if sha256 in requests
    }
    counted = {
        number: counts[request.sha256]
        for number, request in sampled.items()
        if request.sha256 in counts
    }
    return Measured(counted=counted, tried=tried, answered=set(tried))


def _usage(trial: Trial) -> Usage:
    return usage_from(orjson.loads(trial.raw)["usage"])


def trial_price(
    counting: Counting,
    prices: PriceBook,
    job: Job,
    model: OfferedModel,
    wanted: Sequence[Prompted],
    report: Report,
) -> Range:
    """What answering these rows at once will cost, in USD; those tried before cost nothing."""
    build = request_builder(job.recipe, model)
    empty = build(_NEARLY_EMPTY)
    distinct = list({each.request.sha256: each.request for each in wanted}.values())
    bought = {trial.sha256 for trial in counting.stores.answers.trials(job.id)}
    counts = counting.counts([empty, *distinct], report)
    sizes = [len(each.params) - len(empty.params) + len(_NEARLY_EMPTY) for each in distinct]
    answered = {at for at, each in enumerate(distinct) if each.sha256 in bought}
    measured = Measured(
        counted={
            at: counts[each.sha256] for at, each in enumerate(distinct) if each.sha256 in counts
        },
        answered=answered,
    )
    work = _workload(job, model, empty, len(wanted), sizes, counts)
    return estimator.estimate(work, measured, prices).now
