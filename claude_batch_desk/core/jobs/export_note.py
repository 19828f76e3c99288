"""Where an export comes from, by the job whose answers it holds."""

from collections.abc import Sequence

from claude_batch_desk.core.jobs.again.telling import runs_in_words
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.jobs.rows.choice_words import describe
from claude_batch_desk.core.results.provenance import ExportNote
from claude_batch_desk.core.tables.table import Table


def export_note(
    job: Job, table: Table, rows: int, taken_over: str, runs: Sequence[Job] = ()
) -> ExportNote:
    """For a file of that many rows; `taken_over` says from where answers are not its own.

    `runs` are those that asked rows of the job again.
    """
    return ExportNote(
        job=f"{job.id}: {job.name}",
        source=table.name,
        source_sha256=table.sha256,
        rows=rows,
        recipe=job.recipe.name,
        version=job.version,
        model=job.recipe.model,
        mode=job.mode,
        batch_ids=tuple(
            part.batch_id for each in (job, *runs) for part in each.parts if part.batch_id
        ),
        sent_at=job.sent_at,
        ended_at=job.ended_at,
        estimate=job.estimate,
        price=job.agreed,
        way=_way(job),
        billed=job.billed,
        outcomes=job.outcomes,
        documents=_documents(job, table),
        rows_chosen=describe(job.selection),
        taken_over=taken_over,
        run_again=runs_in_words(runs),
    )


def _documents(job: Job, table: Table) -> str:
    if table.documents is None:
        return ""
    return (
        "as files" if job.recipe.documents == "file" else "as their text, or without one as files"
    )


def _way(job: Job) -> str:
    if job.way == "now":
        return "immediate calls"
    if job.cache is None:
        return "batches"
    return "batches with cached instructions" + (", one request first" if job.cache.prime else "")
