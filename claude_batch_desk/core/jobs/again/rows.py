"""The rows of a job as they are shown, with what was asked and answered before a run again."""

from collections.abc import Iterable, Iterator, Sequence

from claude_batch_desk.core.jobs.answered import version_of
from claude_batch_desk.core.jobs.job import Job, JobRow
from claude_batch_desk.core.jobs.store import Stores
from claude_batch_desk.core.results.answer import Answer
from claude_batch_desk.core.tables.table import Row


def job_rows(
    stores: Stores,
    job: Job,
    rows: Iterable[tuple[int, Row]],
    requests: Sequence[int],
    answers: Sequence[Answer | None],
) -> Iterator[JobRow]:
    """Each of these rows with its answer, and those that one gave way to."""
    earlier = stores.again.earlier(job.id, requests) if job.runs_again else {}
    versions = [version_of(job, answer) for answer in answers]
    others = {each for each in versions if each not in (0, job.version)}
    recipes = {
        each.number: each.recipe
        for each in (stores.versions.versions(job.id) if others else ())
        if each.number in others
    }
    found = zip(rows, requests, answers, versions, strict=True)
    for (number, cells), request, answer, version in found:
        yield JobRow(
            number,
            tuple(cells),
            answer,
            version,
            recipes.get(version),
            tuple(earlier.get(request, ())),
        )
