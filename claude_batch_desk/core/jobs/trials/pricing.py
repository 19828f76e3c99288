"""What it costs to try some rows, said before they are asked."""

from collections.abc import Sequence

import orjson

from claude_batch_desk.core.catalogue import OfferedModel
from claude_batch_desk.core.jobs.counting import Counting
from claude_batch_desk.core.jobs.freezing import usable_trials
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.jobs.plan import Prompted
from claude_batch_desk.core.jobs.store import Trial
from claude_batch_desk.core.jobs.weighing import NEARLY_EMPTY, size_of
from claude_batch_desk.core.pricing import estimator
from claude_batch_desk.core.pricing.estimate import Range
from claude_batch_desk.core.pricing.prices import PriceBook
from claude_batch_desk.core.pricing.usage import Usage, usage_from
from claude_batch_desk.core.pricing.workload import Measured, Workload, sample_for_counting
from claude_batch_desk.core.prompts.request import proposed_max_tokens, request_builder
from claude_batch_desk.core.report import Report

_COUNTED = 20
"""So many are counted at most: a trial is cheap, and its price is wanted soon."""
_SEED = 20261123


def trial_price(
    counting: Counting,
    prices: PriceBook,
    job: Job,
    model: OfferedModel,
    wanted: Sequence[Prompted],
    report: Report,
) -> Range:
    """What answering these rows at once will cost, in USD; those tried before cost nothing."""
    build = request_builder(job.recipe, model, documents=True)
    empty, distinct = build(NEARLY_EMPTY), {each.request.sha256: each.request for each in wanted}
    bought = usable_trials(counting.stores, job)
    for trial in bought.values():  # their answers tell how long others will be
        if (request := build(trial.prompt)).sha256 == trial.sha256:
            distinct.setdefault(request.sha256, request)
    fixed, asked = len(empty.params), [*distinct.values()]
    sizes = [size_of(each, fixed, model) for each in asked]
    tried = {trial.sha256 for trial in counting.stores.answers.trials(job.id)}
    ahead = [at for at, each in enumerate(asked) if each.sha256 not in tried]
    chosen = sample_for_counting([sizes[at] for at in ahead], _COUNTED, _SEED)
    sampled = [ahead[at] for at in chosen]
    counts = counting.counts([empty, *(asked[at] for at in sampled)], report)
    work = Workload(
        model=model,
        recipe=job.recipe,
        max_tokens=job.recipe.max_tokens or proposed_max_tokens(job.recipe, model),
        rows=len(wanted),
        sizes=sizes,
        fixed_bytes=fixed,
        fixed_tokens=counts.tokens.get(empty.sha256),
    )
    answered = {at for at, each in enumerate(asked) if each.sha256 in tried}
    seen = {at: bought[asked[at].sha256] for at in answered if asked[at].sha256 in bought}
    measured = Measured(
        counted={
            at: counts.tokens[asked[at].sha256]
            for at in sampled
            if asked[at].sha256 in counts.tokens
        },
        tried={at: _usage(trial) for at, trial in seen.items() if trial.weight is not None},
        weights={at: trial.weight for at, trial in seen.items() if trial.weight is not None},
        answered=answered,
    )
    return estimator.estimate(work, measured, prices).now


def _usage(trial: Trial) -> Usage:
    return usage_from(orjson.loads(trial.raw)["usage"])
