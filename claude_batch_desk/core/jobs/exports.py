"""Exports: the verbs that write a job's answers to a file."""

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from claude_batch_desk.core.errors import DeskError
from claude_batch_desk.core.jobs import exporting
from claude_batch_desk.core.jobs.again.telling import earlier_answers, rows_under_way
from claude_batch_desk.core.jobs.contents import EVERYTHING, Contents
from claude_batch_desk.core.jobs.copies import Copy
from claude_batch_desk.core.jobs.correcting.laying import LaidAnswers
from claude_batch_desk.core.jobs.delivering.placing import print_of
from claude_batch_desk.core.jobs.ground import Ground
from claude_batch_desk.core.jobs.increment.telling import source_words
from claude_batch_desk.core.jobs.plan import EMPTY_PLAN, Plan
from claude_batch_desk.core.jobs.quality.verbs import Quality
from claude_batch_desk.core.report import Report, silent
from claude_batch_desk.core.results.export import Exported
from claude_batch_desk.core.results.original.original import Forecast


class Exports:
    """Files with the answers of the jobs of one data folder."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._stores = ground.stores

    def write(
        self, job_id: int, path: Path, report: Report, contents: Contents = EVERYTHING
    ) -> Exported:
        """Write a fresh file, in the form of the name; raises ExportError."""
        job, table = self._ground.ready(job_id)
        told = Quality(self._ground).told(job_id, report) if exporting.has_summary(path) else ()
        target = replace(self._target(job_id, path, contents), accuracy=told)
        answers, plan = LaidAnswers(self._stores, job), self._ground.plan(job)
        return _told(target, exporting.export(job, table, plan, answers, target, report))

    def foresee_copy(
        self, job_id: int, path: Path, report: Report, contents: Contents = EVERYTHING
    ) -> Forecast:
        """What is worth knowing before `write_copy`, of a draft too; raises ExportError."""
        job = self._ground.job(job_id)
        plan = EMPTY_PLAN if job.sent_at is None else self._ground.plan(job)
        return self._copy(job_id, path, contents, plan).forecast(report)

    def write_copy(
        self, job_id: int, path: Path, report: Report, contents: Contents = EVERYTHING
    ) -> Exported:
        """Write a copy of the workbook the rows came from, with the answers in it.

        Its name ends in .xlsx, or in .xlsm to keep macros. Raises ExportError.
        """
        plan = self._ground.plan(self._ground.job(job_id))
        copy = self._copy(job_id, path, contents, plan)
        return _told(copy.target, copy.write(report))

    def note(self, job_id: int, path: Path, contents: Contents) -> None:
        """The person had a file with these contents put there; it is, whatever comes of this."""
        if contents.rows == "all" and self._ground.job(job_id).state == "done":
            self._stores.milestones.exported(job_id, datetime.now(UTC))
        with suppress(DeskError):
            planned = self._stores.deliveries.of(job_id)
            if planned is not None and planned.path == path.absolute():
                self._stores.deliveries.let_replace(job_id, print_of(path, silent))

    def _copy(self, job_id: int, path: Path, contents: Contents, plan: Plan) -> Copy:
        job, table = self._ground.ready(job_id)
        frozen = next(self._stores.sources.glob(f"{table.sha256}.*"), None)
        answers, target = LaidAnswers(self._stores, job), self._target(job_id, path, contents)
        return Copy(job, table, frozen, plan, answers, target)

    def _target(self, job_id: int, path: Path, contents: Contents) -> exporting.Target:
        since = self._stores.increments.since(job_id)
        runs = tuple(self._stores.jobs.runs_of(job_id))
        return exporting.Target(path, contents, source_words(since) if since else "", runs=runs)


def _told(target: exporting.Target, written: Exported) -> Exported:
    if waiting := rows_under_way(target.runs):
        return replace(written, notes=(*written.notes, earlier_answers(waiting)))
    return written
