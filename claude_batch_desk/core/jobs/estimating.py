"""What a job will cost: every row rendered here, some counted by the service, some tried."""

from array import array
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TypeVar

import orjson

from claude_batch_desk.core.catalogue import OfferedModel
from claude_batch_desk.core.jobs import checking
from claude_batch_desk.core.jobs.checking import Dear, Looked, said_by_service
from claude_batch_desk.core.jobs.counting import TICK, Counting, Counts
from claude_batch_desk.core.jobs.foreseeing import Foreseen, rows_of
from claude_batch_desk.core.jobs.freezing import none_sendable, usable_trials
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.jobs.plan import Plan, Prompted, make_plan, prompted
from claude_batch_desk.core.jobs.rows.selection import bind_prompt, selected_rows
from claude_batch_desk.core.jobs.store import Trial
from claude_batch_desk.core.pricing import estimator, loads
from claude_batch_desk.core.pricing.caching import Prefix
from claude_batch_desk.core.pricing.documents import document_bytes
from claude_batch_desk.core.pricing.estimate import Estimate, Range
from claude_batch_desk.core.pricing.prices import PriceBook
from claude_batch_desk.core.pricing.usage import Usage, usage_from
from claude_batch_desk.core.pricing.workload import Measured, Workload, sample_for_counting
from claude_batch_desk.core.prompts.request import (
    DocumentRequest,
    Request,
    UnsentRequest,
    proposed_max_tokens,
    request_builder,
)
from claude_batch_desk.core.prompts.shared import shared_text
from claude_batch_desk.core.report import Report
from claude_batch_desk.core.tables.table import Table

_COUNTED = 40
"""How many requests the service is asked to count: enough for a few percent, over in a second."""
_SEED = 20261122
_NEARLY_EMPTY = "."
"""The prompt whose count tells the fixed part's tokens; the service takes no empty one."""
Result = TypeVar("Result")


@dataclass
class _Weighed:
    """The requests of a plan that can be sent, by their position in `sizes`."""

    model: OfferedModel
    fixed: int
    """Bytes of a request without anything of a row."""
    sizes: "array[int]" = field(default_factory=lambda: array("I"))
    numbers: "array[int]" = field(default_factory=lambda: array("I"))
    """Of each, its number in the plan."""
    reasons: dict[int, str] = field(default_factory=dict)
    """Why requests cannot be sent, by their number."""

    def take(self, number: int, request: Request) -> None:
        """Add one request."""
        if isinstance(request, UnsentRequest):
            self.reasons[number] = request.reason
        else:
            self.sizes.append(self.weight(request))
            self.numbers.append(number)

    def weight(self, request: Request) -> int:
        """What of it differs from row to row: bytes, and for a document as many as fit its tokens.

        No file is read for that.
        """
        own = len(request.params) - self.fixed + len(_NEARLY_EMPTY)
        if isinstance(request, DocumentRequest):
            own += document_bytes(request.document, self.model)
        return own


def estimate(
    counting: Counting,
    prices: PriceBook,
    job: Job,
    table: Table,
    model: OfferedModel,
    report: Report,
) -> Estimate:
    """The cost both ways of the rows that run, as far as they can be sent."""
    build = request_builder(job.recipe, model, documents=table.documents is not None)
    empty = build(_NEARLY_EMPTY)
    weighed = _Weighed(model, len(empty.params))
    bound = bind_prompt(job.recipe, table, job.selection)
    numbers = selected_rows(table, job.selection, report)
    plan = make_plan(table, numbers, bound, build, weighed.take, report)
    if weighed.reasons and not weighed.sizes:
        raise none_sendable(next(iter(weighed.reasons.values())))
    chosen = _aside(partial(sample_for_counting, weighed.sizes, _COUNTED, _SEED), report)
    rows = array("I", _first_rows(plan, [weighed.numbers[at] for at in chosen]))
    asked = (each.request for each in prompted(table, rows, bound, build))
    sampled = dict(zip(chosen, asked, strict=True))
    bare = _without_instructions(job, model, documents=table.documents is not None)
    counts = counting.counts([empty, bare, *sampled.values()], report)
    unsent = sum(1 for _ in rows_of(plan, weighed.reasons)) if weighed.reasons else 0
    work = _workload(job, model, empty, plan.rows - unsent, weighed.sizes, counts)
    work = replace(work, prefix=_prefix(job, counts, empty, bare))
    trials = usable_trials(counting.stores, job)
    measured = _measured(plan, weighed, sampled, counts, trials)
    refused = {
        weighed.numbers[at]: counts.refused[request.sha256]
        for at, request in sampled.items()
        if request.sha256 in counts.refused
    }
    long = {weighed.numbers[at] for at in loads.too_long(work, measured)} - refused.keys()
    found = estimator.estimate(work, measured, prices)
    foreseen = Foreseen(weighed.reasons, refused, long)
    looked = Looked(plan, foreseen, _dear(weighed, work, measured, prices))
    checked, refusal = said_by_service(counts, _longest(plan, weighed))
    concerns = (*refusal, *checking.concerns(job.recipe, model, looked))
    return replace(found, unsent=unsent, concerns=concerns, checked=checked)


def _longest(plan: Plan, weighed: _Weighed) -> str:
    """The SHA-256 of the longest request."""
    at = max(range(len(weighed.sizes)), key=weighed.sizes.__getitem__)
    return plan.digest(weighed.numbers[at])


def _dear(weighed: _Weighed, work: Workload, measured: Measured, prices: PriceBook) -> Dear | None:
    """The requests that are billed at a higher tier for their length, if there are such."""
    tiers = prices.rates(work.model.id).tiers
    if len(tiers) == 1 or tiers[1].above >= work.model.max_input_tokens:
        return None
    found = loads.longer_than(tiers[1].above, work, measured)
    times = round(tiers[1].batch.input / tiers[0].batch.input)
    return Dear(tiers[1].above, times, {weighed.numbers[at] for at in found})


def _aside(work: Callable[[], Result], report: Report) -> Result:
    """Do what takes a second for a million rows while listening for a cancel."""
    pool = ThreadPoolExecutor(1)
    try:
        future = pool.submit(work)
        while wait((future,), TICK).not_done:
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
    counts: Counts,
) -> Workload:
    return Workload(
        model=model,
        recipe=job.recipe,
        max_tokens=job.recipe.max_tokens or proposed_max_tokens(job.recipe, model),
        rows=rows,
        sizes=sizes,
        fixed_bytes=len(empty.params),
        fixed_tokens=counts.tokens.get(empty.sha256),
    )


def _without_instructions(job: Job, model: OfferedModel, *, documents: bool) -> Request:
    recipe = replace(job.recipe, instructions="", examples=())
    return request_builder(recipe, model, documents=documents)(_NEARLY_EMPTY)


def _prefix(job: Job, counts: Counts, empty: Request, bare: Request) -> Prefix:
    """The instructions and examples: what a request with them counts more than one without."""
    size = len(shared_text(job.recipe).encode())
    both = counts.tokens.get(empty.sha256), counts.tokens.get(bare.sha256)
    if both[0] is None or both[1] is None:
        return Prefix(size, None)
    return Prefix(size, max(both[0] - both[1], 0))


def _measured(
    plan: Plan,
    weighed: _Weighed,
    sampled: dict[int, Request],
    counts: Counts,
    trials: dict[str, Trial],
) -> Measured:
    places = enumerate(weighed.numbers) if trials else ()
    requests = {plan.digest(number): at for at, number in places}
    tried = {
        requests[sha256]: _usage(trial) for sha256, trial in trials.items() if sha256 in requests
    }
    counted = {
        at: counts.tokens[request.sha256]
        for at, request in sampled.items()
        if request.sha256 in counts.tokens
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
    empty = request_builder(job.recipe, model, documents=True)(_NEARLY_EMPTY)
    weighed = _Weighed(model, len(empty.params))
    distinct = list({each.request.sha256: each.request for each in wanted}.values())
    bought = {trial.sha256 for trial in counting.stores.answers.trials(job.id)}
    counts = counting.counts([empty, *distinct], report)
    sizes = [weighed.weight(each) for each in distinct]
    answered = {at for at, each in enumerate(distinct) if each.sha256 in bought}
    measured = Measured(
        counted={
            at: counts.tokens[each.sha256]
            for at, each in enumerate(distinct)
            if each.sha256 in counts.tokens
        },
        answered=answered,
    )
    work = _workload(job, model, empty, len(wanted), sizes, counts)
    return estimator.estimate(work, measured, prices).now
