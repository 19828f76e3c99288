"""What a job will cost: every row rendered here, some counted by the service, some tried."""

from collections.abc import Callable

from claude_batch_desk.core.catalogue import OfferedModel
from claude_batch_desk.core.jobs.drafted import Drafted, Means, aside
from claude_batch_desk.core.jobs.freezing import none_sendable
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.jobs.remembering import Memory
from claude_batch_desk.core.jobs.rows.selection import bind_prompt, selected_rows
from claude_batch_desk.core.jobs.weighing import NEARLY_EMPTY, Weighing, Weights
from claude_batch_desk.core.pricing.estimate import Estimate
from claude_batch_desk.core.prompts.request import request_builder
from claude_batch_desk.core.report import Report
from claude_batch_desk.core.tables.table import Table

Early = Callable[[Estimate], None]
"""Gets what can be said before the best there is; on the thread that estimates."""


def unseen(estimate: Estimate) -> None:
    """An Early for callers who wait for the best there is."""


def estimate(
    means: Means,
    job: Job,
    table: Table,
    model: OfferedModel,
    report: Report,
    *,
    early: Early = unseen,
) -> Estimate:
    """The cost each way of the rows that run, as far as they can be sent.

    Until it is there, `early` gets what is known sooner: at once by what counts of the prompt as
    it was before have taught, or by a rule of thumb, and again once some rows are counted.
    """
    draft = Drafted(means, job, model, table, means.rows.weigh(job, table, model, report))
    if not draft.weights.sizes:
        return draft.nothing_to_send()
    if early is not unseen:
        early(aside(draft.at_once, report))
        report(0, 0)  # whoever looks for news at a report finds it at once
    aside(lambda: draft.weights.sample, report)
    if early is not unseen:
        few = draft.few
        if len(few) < len(draft.sampled):
            early(draft.priced(few, draft.counts(few, report), report))
            report(0, 0)
    counts = draft.counts(draft.sampled, report)
    found = draft.priced(draft.sampled, counts, report)
    draft.learn(counts)
    return found


def weigh(memory: Memory, job: Job, table: Table, model: OfferedModel, report: Report) -> Weights:
    """The weights of the rows that run: remembered, where the same were weighed before.

    Raises DocumentError where none of them can be sent.
    """
    bound = bind_prompt(job.recipe, table, job.selection)
    documents = (job.recipe.documents, model.id) if table.documents is not None else ()
    known_as = (table.id, job.selection, bound, model.max_input_tokens, documents)
    weights = memory.weights(known_as)
    if weights is None:
        build = request_builder(job.recipe, model, documents=table.documents is not None)
        weighing = Weighing(bound, build, model, len(build(NEARLY_EMPTY).params))
        numbers = selected_rows(table, job.selection, report)
        weights = weighing.weigh(table, numbers, report)
        if not weights.near_limits:
            memory.keep_weights(known_as, weights)
    if weights.reasons and not weights.sizes:
        raise none_sendable(next(iter(weights.reasons.values())))
    return weights
