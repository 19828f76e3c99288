"""Quotes of answers that came together, looked up in the rows they are about."""

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from claude_batch_desk.core.errors import StoreError
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.jobs.plan import prompted
from claude_batch_desk.core.jobs.rows.selection import bind_prompt, to_be_sent
from claude_batch_desk.core.jobs.store import Kept, Stores
from claude_batch_desk.core.prompts.request import request_builder
from claude_batch_desk.core.report import Report
from claude_batch_desk.core.results.quotes import asks_for_quotes, check_quotes, source_of

_REPORT_EVERY = 64


@dataclass(frozen=True)
class Quotes:
    """The rows of a job that was sent, to look up what its answers quote from them."""

    stores: Stores
    job: Job

    def checked(self, kept: Sequence[Kept], report: Report) -> Sequence[Kept]:
        """The answers in the order of their requests, to be reviewed where a quote is not found."""
        recipe = self.job.recipe
        if not kept or not asks_for_quotes(recipe.fields):
            return kept
        answers: dict[int, Kept] = {}
        for each in kept:
            answers.setdefault(each.request, each)
        requests, rows = self._first_rows(answers)
        checked = []
        for done, (number, source) in enumerate(zip(requests, self._sources(rows), strict=True)):
            if done % _REPORT_EVERY == 0:
                report(0, 0)
            answer = check_quotes(answers[number].answer, recipe, source)
            checked.append(replace(answers[number], answer=answer))
        return checked

    def _first_rows(self, answers: dict[int, Kept]) -> "tuple[list[int], array[int]]":
        """The requests, and for each the first row that it asks; both ascending."""
        plan = self.stores.jobs.plan(self.job.id)
        requests: list[int] = []
        rows = array("I")
        for row, request in zip(plan.row_numbers, plan.request_of_row, strict=True):
            if request in answers and (not requests or request > requests[-1]):
                requests.append(request)
                rows.append(row)
        return requests, rows

    def _sources(self, rows: "array[int]") -> Iterator[str | None]:
        job = self.job
        if job.table_id is None or job.model is None:
            raise StoreError("This job was not sent yet.")
        table = to_be_sent(self.stores.tables.table(job.table_id), job.selection)
        build = request_builder(job.recipe, job.model, documents=table.documents is not None)
        bound = bind_prompt(job.recipe, table, job.selection)
        for each in prompted(table, rows, bound, build):
            yield source_of(each.request)
