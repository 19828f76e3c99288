"""Drafted: a job that is to be estimated, its rows weighed, its requests made as far as needed."""

import random
from array import array
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from typing import Protocol, TypeVar

from claude_batch_desk.core.catalogue import OfferedModel
from claude_batch_desk.core.jobs import checking
from claude_batch_desk.core.jobs.again.seen import seen_before
from claude_batch_desk.core.jobs.billed_counts import difference
from claude_batch_desk.core.jobs.checking import Dear, Looked, said_by_service
from claude_batch_desk.core.jobs.counting import TICK, Counting, Counts
from claude_batch_desk.core.jobs.foreseeing import Foreseen, rows_of
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.jobs.plan import Prompted, prompted
from claude_batch_desk.core.jobs.remembering import Memory, Scale
from claude_batch_desk.core.jobs.rows.selection import bind_prompt
from claude_batch_desk.core.jobs.tried_requests import Finder, Tried, tried_requests
from claude_batch_desk.core.jobs.weighing import NEARLY_EMPTY, Weights
from claude_batch_desk.core.pricing import estimator, loads
from claude_batch_desk.core.pricing.caching import Prefix
from claude_batch_desk.core.pricing.calibration import Calibration
from claude_batch_desk.core.pricing.correction import corrected
from claude_batch_desk.core.pricing.estimate import Estimate, Range
from claude_batch_desk.core.pricing.prices import PriceBook
from claude_batch_desk.core.pricing.tokens import learn
from claude_batch_desk.core.pricing.workload import Measured, Workload
from claude_batch_desk.core.prompts.request import (
    Build,
    Request,
    proposed_max_tokens,
    request_builder,
)
from claude_batch_desk.core.prompts.shared import shared_text
from claude_batch_desk.core.report import Report
from claude_batch_desk.core.tables.table import Table

_FEW = 40
"""So many are counted first: enough for a range to look at, over in a second or two."""
_LONGEST = 10
"""Of them at most so many are taken for being long."""
_SEED = 20261122
Result = TypeVar("Result")


class Weighs(Protocol):
    """Knows which rows of a draft are to be sent."""

    def weigh(self, job: Job, table: Table, model: OfferedModel, report: Report) -> Weights:
        """Their weights; raises DocumentError where none of the rows can be sent."""
        ...


@dataclass(frozen=True)
class Means:
    """What estimates are made with."""

    counting: Counting
    prices: PriceBook
    memory: Memory
    rows: Weighs
    calibration: Calibration | None = None
    """How earlier jobs like this were billed."""


@dataclass(frozen=True)
class Drafted:
    """A job to be estimated, its rows weighed."""

    means: Means
    job: Job
    model: OfferedModel
    table: Table
    weights: Weights

    @cached_property
    def build(self) -> Build:
        """Makes its requests; raises RecipeError where the model cannot be asked that way."""
        documents = self.table.documents is not None
        return request_builder(self.job.recipe, self.model, documents=documents)

    @cached_property
    def empty(self) -> Request:
        """The request with hardly any prompt."""
        return self.build(NEARLY_EMPTY)

    @cached_property
    def bare(self) -> Request:
        """The same without instructions and examples, whose own tokens are the difference."""
        recipe = replace(self.job.recipe, instructions="", examples=())
        documents = self.table.documents is not None
        return request_builder(recipe, self.model, documents=documents)(NEARLY_EMPTY)

    @cached_property
    def sampled(self) -> dict[int, Prompted]:
        """Those to be counted, by their position."""
        places = self.weights.sample
        if self.table.documents is not None:  # each is sent to be counted, and may be large
            places = self._few(places)
        rows = array("I", [self.weights.first_rows[at] for at in places])
        bound = bind_prompt(self.job.recipe, self.table, self.job.selection)
        return dict(zip(places, prompted(self.table, rows, bound, self.build), strict=True))

    @cached_property
    def few(self) -> dict[int, Prompted]:
        """Some of them that stand for the whole as well: the longest, and others by chance."""
        return {at: self.sampled[at] for at in self._few([*self.sampled])}

    def _few(self, places: Sequence[int]) -> list[int]:
        if len(places) <= _FEW:
            return [*places]
        sizes = self.weights.sizes
        longest = sorted(places, key=sizes.__getitem__)[-_LONGEST:]
        others = [at for at in places if at not in set(longest)]
        drawn = random.Random(_SEED).sample(others, _FEW - _LONGEST)  # noqa: S311 - no secret
        return sorted([*longest, *drawn])

    @cached_property
    def tried(self) -> Tried:
        """What trials have answered; of a run again, what was answered the first time."""
        if self.job.again_of is not None:
            stores = self.means.counting.stores
            return seen_before(stores, self.job, self.weights, self.model)
        finder = Finder(self.weights, self.build, documents=self.table.documents is not None)
        return tried_requests(self.means.counting.stores, self.job, finder)

    @property
    def _scale(self) -> Scale:
        return Scale(self.job.id, self.job.created_at, self.table.id, self.model.id)

    def counts(self, wanted: Mapping[int, Prompted], report: Report) -> Counts:
        """Input tokens of these and of the empty request, as far as they can be known.

        A prompt that was counted with other instructions has the tokens it had then, so that only
        what is shared is counted anew.
        """
        counting = self.means.counting
        checks = [each.request for each in self.tried.checks]
        shared = counting.counts([self.empty, self.bare, *checks], report)
        base = shared.tokens.get(self.empty.sha256)
        if base is None and (shared.problem or shared.refuses):
            return shared
        own = self.means.memory.own_tokens(self._scale)
        keys = self.weights.keys
        carried = {
            each.request.sha256: base + own[keys[at]]
            for at, each in wanted.items()
            if base is not None and keys[at] in own
        }
        requests = [each.request for each in wanted.values()]
        asked = [each for each in requests if each.sha256 not in carried]
        found = counting.counts(asked, report)
        if base is not None:
            fresh = (
                (keys[at], found.tokens[each.request.sha256] - base)
                for at, each in wanted.items()
                if each.request.sha256 in found.tokens
            )
            self.means.memory.keep_own(self._scale, fresh)
        return replace(found, tokens=carried | found.tokens)

    def at_once(self) -> Estimate:
        """What can be said without asking the service and without reading rows again."""
        known = self.means.counting.stores.answers.counted(self.job.id)
        base = known.get(self.empty.sha256)
        own, keys = self.means.memory.own_tokens(self._scale), self.weights.keys
        more = self._difference(counts := Counts(known, {}))
        counted = {
            at: base + own[keys[at]] + more
            for at in self.weights.sample_at_hand
            if base is not None and keys[at] in own
        }
        found = self._estimate(self._work(counts), self._measured(counted), {})
        return replace(found, count_difference=more)

    def priced(self, wanted: Mapping[int, Prompted], counts: Counts, report: Report) -> Estimate:
        """The estimate from these counts, and what the service has said of the job."""
        weights = self.weights
        refused = {
            weights.numbers[at]: counts.refused[each.request.sha256]
            for at, each in wanted.items()
            if each.request.sha256 in counts.refused
        }
        work, measured = self._work(counts), self._measured(self._counted(wanted, counts))
        found = aside(lambda: self._estimate(work, measured, refused), report)
        checked, refusal = said_by_service(counts, self._longest)
        return replace(
            found,
            concerns=(*refusal, *found.concerns),
            checked=checked,
            count_difference=self._difference(counts),
        )

    def nothing_to_send(self) -> Estimate:
        """Where an earlier job has the answers of all rows that can be sent."""
        free = Range(*(Decimal(0) for _ in range(4)))
        return Estimate(
            model=self.model.id,
            rows=0,
            requests=0,
            batch=free,
            now=free,
            input_tokens=0,
            output_tokens=0,
            counted=0,
            tried=0,
            prices_date=self.means.prices.rates(self.model.id).source,
            unsent=self._unsent,
            taken_over=self.weights.taken_over,
            cached=free,
            primed=free,
            cached_5m=free,
        )

    def _estimate(self, work: Workload, measured: Measured, refused: Mapping[int, str]) -> Estimate:
        """The estimate, and what is worth saying of the rows and the recipe."""
        weights = self.weights
        long = {weights.numbers[at] for at in loads.too_long(work, measured)} - refused.keys()
        foreseen = Foreseen(weights.reasons, refused, long)
        looked = Looked(weights, foreseen, self._dear(work, measured))
        found = estimator.estimate(work, measured, self.means.prices)
        reachable = self.means.counting.gateway is not None
        return replace(
            corrected(found, self.means.calibration),
            narrowing=found.narrowing if reachable else None,
            unsent=self._unsent,
            taken_over=self.weights.taken_over,
            concerns=checking.concerns(self.job.recipe, self.model, looked),
        )

    @property
    def _longest(self) -> str:
        """The SHA-256 of the longest request."""
        at = max(self.sampled, key=self.weights.sizes.__getitem__)
        return self.sampled[at].request.sha256

    @cached_property
    def _unsent(self) -> int:
        reasons = self.weights.reasons
        return sum(1 for _ in rows_of(self.weights, reasons)) if reasons else 0

    def _difference(self, counts: Counts) -> int:
        """Tokens that are billed beyond those counted; below 0 where fewer are."""
        return difference(self.tried.checks, counts.tokens)

    def _work(self, counts: Counts) -> Workload:
        weights, recipe = self.weights, self.job.recipe
        fixed = counts.tokens.get(self.empty.sha256)
        return Workload(
            model=self.model,
            recipe=recipe,
            max_tokens=recipe.max_tokens or proposed_max_tokens(recipe, self.model),
            rows=len(weights.row_numbers) - self._unsent,
            sizes=weights.sizes,
            fixed_bytes=len(self.empty.params),
            fixed_tokens=None if fixed is None else max(fixed + self._difference(counts), 0),
            wide=weights.wide,
            marks=weights.marks,
            prefix=self._prefix(counts),
            learned=self.means.memory.learned(self._scale),
        )

    def _prefix(self, counts: Counts) -> Prefix:
        size = len(shared_text(self.job.recipe).encode())
        whole, bare = (counts.tokens.get(each.sha256) for each in (self.empty, self.bare))
        if whole is None or bare is None:
            return Prefix(size, None)
        return Prefix(size, max(whole - bare, 0))

    def _counted(self, wanted: Mapping[int, Prompted], counts: Counts) -> dict[int, int]:
        more = self._difference(counts)
        return {
            at: counts.tokens[each.request.sha256] + more
            for at, each in wanted.items()
            if each.request.sha256 in counts.tokens
        }

    def _measured(self, counted: Mapping[int, int]) -> Measured:
        return Measured(
            counted=counted,
            tried=self.tried.usages,
            weights=self.tried.weights,
            answered=self.tried.answered,
            sample=len(self.weights.sample_at_hand),
        )

    def _dear(self, work: Workload, measured: Measured) -> Dear | None:
        """The requests that are billed at a higher tier for their length, if there are such."""
        tiers = self.means.prices.rates(work.model.id).tiers
        if len(tiers) == 1 or tiers[1].above >= work.model.max_input_tokens:
            return None
        found = loads.longer_than(tiers[1].above, work, measured)
        times = round(tiers[1].batch.input / tiers[0].batch.input)
        return Dear(tiers[1].above, times, {self.weights.numbers[at] for at in found})

    def learn(self, counts: Counts) -> None:
        """Leave for the next estimate what these counts teach."""
        counted = self._counted(self.sampled, counts)
        learned = learn(self._work(counts), self._measured(counted))
        if learned is not None:
            self.means.memory.learn(self._scale, learned)


def aside(work: Callable[[], Result], report: Report) -> Result:
    """Do what takes a second for a million rows while listening for a cancel."""
    pool = ThreadPoolExecutor(1)
    try:
        future = pool.submit(work)
        while wait((future,), TICK).not_done:
            report(0, 0)
        return future.result()
    finally:
        pool.shutdown(wait=False)
