"""Opening: the verbs about one row of a job that was sent."""

from array import array
from bisect import bisect_left

from claude_batch_desk.core.errors import StoreError
from claude_batch_desk.core.jobs.again.rows import job_rows
from claude_batch_desk.core.jobs.correcting.laying import LaidAnswers
from claude_batch_desk.core.jobs.ground import Ground
from claude_batch_desk.core.jobs.job import JobRow
from claude_batch_desk.core.jobs.opening.quoted import Quoted, look_up, prompt_of
from claude_batch_desk.core.jobs.opening.sent import Sent, sent_with
from claude_batch_desk.core.jobs.plan import rows_by_number
from claude_batch_desk.core.report import Report
from claude_batch_desk.core.results.answer import Answer
from claude_batch_desk.core.results.paging import Paging


class Opening:
    """Works on one data folder, like Desk."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._stores = ground.stores

    def row(self, job_id: int, number: int, report: Report) -> JobRow:
        """A row by its number in the table; raises StoreError where the job has none of it."""
        report(0, 0)
        job, table = self._ground.ready(job_id)
        plan = self._ground.plan(job)
        place = bisect_left(plan.row_numbers, number)
        if plan.row_numbers[place : place + 1] != array("I", [number]):
            raise StoreError(f"Row {number + 1:,} is not part of job {job_id}.")
        numbers, requests = (
            plan.row_numbers[place : place + 1],
            plan.request_of_row[place : place + 1],
        )
        answers = LaidAnswers(self._stores, job).of_rows(numbers, requests)
        [row] = job_rows(self._stores, job, rows_by_number(table, numbers), requests, answers)
        return row

    def prompt(self, job_id: int, row: JobRow) -> str:
        """What was asked about a row, or why nothing was."""
        job, table = self._ground.ready(job_id)
        return prompt_of(row, job.recipe, table.columns)

    def sent(self, job_id: int, answer: Answer, report: Report) -> Sent:
        """How an answer of a job came, or one that gave way to it."""
        report(0, 0)
        job = self._ground.job(job_id)
        runs = self._stores.jobs.runs_of(job_id) if job.runs_again else ()
        return sent_with(answer, (job, *runs))

    def quoted(self, job_id: int, number: int, report: Report) -> list[Quoted]:
        """Where the quotes of a row stand; none where rows have no documents.

        Takes as long as its document is: a moment, or where an earlier version has taken that in,
        as long as it takes to read it again.
        """
        job, table = self._ground.ready(job_id)
        if table.documents is None:
            return []
        row = self.row(job_id, number, report)
        with Paging(table, report) as paging:
            return look_up(row, job.recipe, table.columns, paging)
