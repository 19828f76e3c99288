"""Asked: what each row of a draft asks, by its SHA-256, and what of that is still to be sent."""

from array import array
from collections.abc import Collection, Hashable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import compress

from claude_batch_desk.core.catalogue import OfferedModel
from claude_batch_desk.core.jobs.estimating import weigh
from claude_batch_desk.core.jobs.increment.earlier import (
    asks_alike,
    earlier_of,
    found_job,
    heard,
    split,
    why_not,
)
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.jobs.plan import DIGEST_BYTES, prompted
from claude_batch_desk.core.jobs.remembering import Memory
from claude_batch_desk.core.jobs.rows.selection import bind_prompt
from claude_batch_desk.core.jobs.store import Stores
from claude_batch_desk.core.jobs.weighing import NEARLY_EMPTY, Weights
from claude_batch_desk.core.prompts.request import (
    Build,
    Request,
    request_builder,
    unsent_request,
)
from claude_batch_desk.core.prompts.template import BoundTemplate
from claude_batch_desk.core.report import Report
from claude_batch_desk.core.tables.table import Table

_REPORT_EVERY = 1_000


@dataclass(frozen=True)
class Asked:
    """The rows of a draft that run, and what they ask."""

    weights: Weights
    digests: bytes
    """The SHA-256 of each distinct request, 32 bytes each, by its number."""


@dataclass(frozen=True)
class Asking:
    """A draft, and what it asks."""

    memory: Memory
    job: Job
    table: Table
    model: OfferedModel

    @cached_property
    def _bound(self) -> BoundTemplate:
        return bind_prompt(self.job.recipe, self.table, self.job.selection)

    @cached_property
    def _build(self) -> Build:
        documents = self.table.documents is not None
        return request_builder(self.job.recipe, self.model, documents=documents)

    @cached_property
    def known_as(self) -> Hashable:
        """Tells apart what drafts ask."""
        frame = self._build(NEARLY_EMPTY).sha256
        documents = self.job.recipe.documents
        return self.table.id, self.job.selection, self._bound, frame, documents

    def asked(self, report: Report) -> Asked:
        """Every request, made as it would be sent; a second for 100,000 rows."""
        weights = weigh(self.memory, self.job, self.table, self.model, report)
        digests = self.memory.digests(self.known_as)
        if digests is None:
            digests = self._digests(weights, report)
            self.memory.keep_digests(self.known_as, digests)
        return Asked(weights, digests)

    def _digests(self, weights: Weights, report: Report) -> bytes:
        found = bytearray(weights.requests * DIGEST_BYTES)
        for number, reason in weights.reasons.items():
            _put(found, number, unsent_request(reason))
        every = _REPORT_EVERY if self.table.documents is None else 1
        rows = prompted(self.table, weights.first_rows, self._bound, self._build)
        for done, (number, each) in enumerate(zip(weights.numbers, rows, strict=True)):
            if done % every == 0:
                report(done, len(weights.numbers))
            _put(found, number, each.request)
        return bytes(found)


def _put(digests: bytearray, number: int, request: Request) -> None:
    begin = number * DIGEST_BYTES
    digests[begin : begin + DIGEST_BYTES] = request.digest


@dataclass(frozen=True)
class Leaves:
    """Leaves out of what is estimated and tried the rows whose answers are taken over."""

    stores: Stores
    memory: Memory
    address: str
    """Where the draft is to go."""

    def weigh(self, job: Job, table: Table, model: OfferedModel, report: Report) -> Weights:
        """The rows of a draft that are still to be sent, and how many are not."""
        own = job.state == "draft" and job.again_of is None
        since = self.stores.increments.since(job.id) if own else None
        before = found_job(self.stores, since.job) if since else None
        if (
            since is None
            or before is None
            or why_not(job, since, before, self.address)
            or not self._may_ask_alike(job, model, before)
        ):
            return weigh(self.memory, job, table, model, report)
        asking = Asking(self.memory, job, table, model)
        known_as = (asking.known_as, since.job, since.made, *sorted(before.outcomes.items()))
        weights = self.memory.weights(known_as)
        if weights is None:
            earlier = earlier_of(self.stores, job, self.address, report)
            weights = left_over(asking.asked(report), earlier.requests if earlier else {}, report)
            self.memory.keep_weights(known_as, weights)
        return weights

    def _may_ask_alike(self, job: Job, model: OfferedModel, before: Job) -> bool:
        """What was run again may have been asked in the way of the draft, whatever the rest was."""
        return asks_alike(job, model, before) or bool(self.stores.jobs.runs_of(before.id))


def left_over(asked: Asked, answered: Collection[bytes], report: Report) -> Weights:
    """The weights of what is not answered yet, under the numbers it had."""
    weights = asked.weights
    every = heard(split(asked.digests), report)
    open_ones = bytearray(digest not in answered for digest in every)
    kept = bytes(open_ones[number] for number in heard(weights.numbers, report))
    rows = bytes(open_ones[number] for number in heard(weights.request_of_row, report))
    return replace(
        weights,
        row_numbers=_some(weights.row_numbers, rows),
        request_of_row=_some(weights.request_of_row, rows),
        numbers=_some(weights.numbers, kept),
        first_rows=_some(weights.first_rows, kept),
        sizes=_some(weights.sizes, kept),
        wide=_some(weights.wide, kept),
        marks=_some(weights.marks, kept),
        keys=_some(weights.keys, kept),
        taken_over=len(rows) - sum(rows),
    )


def _some(numbers: "array[int]", kept: Sequence[int]) -> "array[int]":
    return array(numbers.typecode, compress(numbers, kept))
