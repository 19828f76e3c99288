"""Seen: what a job's answers say of the price of running some of its rows again."""

import random
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from claude_batch_desk.core.catalogue import OfferedModel
from claude_batch_desk.core.jobs.again.handing import request_of
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.jobs.store import Stores
from claude_batch_desk.core.jobs.tried_requests import Tried
from claude_batch_desk.core.jobs.weighing import SAMPLE, Weights
from claude_batch_desk.core.pricing.estimate import Estimate, Range
from claude_batch_desk.core.pricing.usage import Usage
from claude_batch_desk.core.prompts.recipe import Recipe
from claude_batch_desk.core.prompts.request import proposed_max_tokens
from claude_batch_desk.core.results.answer import Answer

_LOOKED_AT = 400
_SEED = 20261123
_NOTHING = Tried({}, {}, frozenset())


def seen_before(stores: Stores, run: Job, weights: Weights, model: OfferedModel) -> Tried:
    """What was billed in the first job, put in for the rows of a run that is to be sent.

    Other rows of the job stand for those that came to nothing. A row that was cut off stands for
    itself: its answer is somewhere between what it was and the limit of now. Says nothing where
    the run asks for other answers than the job did.
    """
    if run.again_of is None:
        return _NOTHING
    first = stores.jobs.job(run.again_of)
    if _asks_for(first.recipe) != _asks_for(run.recipe):
        return _NOTHING
    draw = random.Random(_SEED)  # noqa: S311 - no secret
    plan = stores.jobs.plan(first.id)
    usual = _billed(
        stores, first, draw.sample(range(plan.requests), min(plan.requests, _LOOKED_AT))
    )
    places = range(len(weights.first_rows))
    chosen = sorted(draw.sample(places, min(len(places), SAMPLE)))
    requests = [request_of(plan, weights.first_rows[at]) for at in chosen]
    had = stores.answers.answers(first.id, requests)
    limit = run.recipe.max_tokens or proposed_max_tokens(run.recipe, model)
    usages: dict[int, Usage] = {}
    for at, request in zip(chosen, requests, strict=True):
        if cut := _cut_off(had.get(request)):
            usages[at] = replace(cut, output=(min(cut.output, limit) + limit) // 2)
        elif usual:
            usages[at] = draw.choice(usual)
    return Tried(usages, dict.fromkeys(usages, 1.0), frozenset())


def widened(found: Estimate, stores: Stores, run: Job) -> Estimate:
    """The same, as wide as it must be for rows that were cut off: each may take all it may."""
    rows = run.selection.rows or ()
    if run.again_of is None or not rows:
        return found
    plan = stores.jobs.plan(run.again_of)
    requests = {request_of(plan, row) for row in rows}
    cut = requests & stores.again.cut_off(run.again_of)
    share = Decimal(len(cut)) / len(requests)
    return replace(found, batch=_widen(found.batch, share), now=_widen(found.now, share))


def _widen(amount: Range, share: Decimal) -> Range:
    """With as much less, and as much more, as this share of the rows can bring."""
    less = amount.expected * share / 3  # what was cut off is two thirds of what is put in for it
    more = (amount.ceiling - amount.high) * share
    low, high = min(amount.low, amount.expected - less), amount.high + more
    return Range.within(low, amount.expected, high, amount.ceiling)


def _asks_for(recipe: Recipe) -> tuple[object, ...]:
    """What decides how long answers are."""
    return recipe.model, recipe.effort, recipe.thinking, recipe.fields


def _billed(stores: Stores, first: Job, requests: Sequence[int]) -> list[Usage]:
    found = stores.answers.answers(first.id, requests)
    return [
        each.usage
        for _, each in sorted(found.items())
        if each.usage is not None and each.outcome == "answered"
    ]


def _cut_off(answer: Answer | None) -> Usage | None:
    return answer.usage if answer is not None and answer.outcome == "cut_off" else None
