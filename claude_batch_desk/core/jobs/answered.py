"""Which version of the prompt answered which rows of a sent job."""

from collections import Counter
from collections.abc import Iterable, Mapping

from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.jobs.plan import Plan
from claude_batch_desk.core.report import Report
from claude_batch_desk.core.results.answer import Answer

_REPORT_EVERY = 10_000


def version_of(job: Job, answer: Answer | None) -> int:
    """The version of the prompt that brought an answer.

    0 where the model answered nothing, and where the version was not kept.
    """
    if answer is None or answer.usage is None:
        return 0
    return answer.version or job.version


def rows_by_version(
    job: Job, plan: Plan, answered: Iterable[tuple[int, int]], report: Report
) -> Mapping[int, int]:
    """How many rows each version has answered, the newest version first.

    `answered` are requests with the versions of their answers; see AnswerStore.versions. Versions
    that were not kept are left out.
    """
    rows_of = Counter(plan.request_of_row) if plan.rows > plan.requests else None
    counts: Counter[int] = Counter()
    for done, (request, version) in enumerate(answered):
        if done % _REPORT_EVERY == 0:
            report(done, plan.requests)
        counts[version or job.version] += rows_of[request] if rows_of else 1
    del counts[0]
    return dict(sorted(counts.items(), reverse=True))
