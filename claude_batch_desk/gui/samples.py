"""The sample tables that come with the program, each with the recipe made for it."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Protocol

import orjson

from claude_batch_desk.core.errors import TableError
from claude_batch_desk.core.jobs.job import Job, Mode
from claude_batch_desk.core.jobs.rows.selection import Selection
from claude_batch_desk.core.prompts.recipe import Recipe, load_recipe
from claude_batch_desk.core.report import Report
from claude_batch_desk.core.resources import read_resource, resource_path
from claude_batch_desk.core.tables.table import ReadOptions, Table


@dataclass(frozen=True)
class Sample:
    """A table to rehearse with; the files are shipped resources."""

    file: str
    recipe: str
    title: str
    description: str

    @property
    def path(self) -> Path:
        """Where the table is."""
        return resource_path("samples") / self.file


@dataclass(frozen=True)
class OpenedJob:
    """A job as the window shows it; no table where none was opened for it."""

    job: Job
    table: Table | None
    fresh: bool = False
    """It was made just now, so it is shown from its first step."""


class KeepsJobs(Protocol):
    """The verbs of the desk that make and open jobs."""

    def open_table(self, path: Path, options: ReadOptions, report: Report) -> Table:
        """Take in a source file."""
        ...

    def table(self, table_id: int) -> Table:
        """A table that was taken in."""
        ...

    def job(self, job_id: int) -> Job:
        """One job."""
        ...

    def new_job(self, name: str, mode: Mode) -> Job:
        """A new draft."""
        ...

    def save_draft(
        self,
        job_id: int,
        *,
        name: str | None = None,
        recipe: Recipe | None = None,
        table_id: int | None = None,
        selection: Selection | None = None,
    ) -> Job:
        """Change what is given."""
        ...


@cache
def samples() -> tuple[Sample, ...]:
    """The samples on offer, the best first."""
    return tuple(Sample(**each) for each in orjson.loads(read_resource("samples/index.json")))


def load_sample(desk: KeepsJobs, sample: Sample, report: Report) -> OpenedJob:
    """A new Practice job with a sample table and its recipe; needs no key and costs nothing."""
    recipe = load_recipe(resource_path("recipes") / sample.recipe)
    table = desk.open_table(sample.path, ReadOptions(), report)
    job = desk.new_job(sample.title, "practice")
    job = desk.save_draft(job.id, recipe=recipe, table_id=table.id)
    return OpenedJob(job, table, fresh=True)


def open_job(desk: KeepsJobs, job_id: int, report: Report) -> OpenedJob:
    """A job and its table. A table that is gone from the store leaves the job without one."""
    report(0, 0)
    job = desk.job(job_id)
    return OpenedJob(job, None if job.table_id is None else desk.table(job.table_id))


def new_job(desk: KeepsJobs, name: str, mode: Mode, report: Report) -> OpenedJob:
    """An empty draft."""
    report(0, 0)
    return OpenedJob(desk.new_job(name, mode), None, fresh=True)


def copy_live(desk: KeepsJobs, job_id: int, report: Report) -> OpenedJob:
    """A Live draft with the table, the choice of rows and the recipe of a job, which stays."""
    source = open_job(desk, job_id, report)
    if source.table is None:
        raise TableError("This job has no table yet. Open a file for it first.")
    job = desk.new_job(source.job.name, "live")
    job = desk.save_draft(
        job.id,
        recipe=source.job.recipe,
        table_id=source.table.id,
        selection=source.job.selection,
    )
    return OpenedJob(job, source.table)
