"""Reviewing: the verbs by which a person looks through the answers of a job."""

from array import array
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from claude_batch_desk.core.jobs.again.rows import job_rows
from claude_batch_desk.core.jobs.correcting.laying import LaidAnswers, headers
from claude_batch_desk.core.jobs.ground import Ground
from claude_batch_desk.core.jobs.job import Job, JobRow
from claude_batch_desk.core.jobs.plan import Plan
from claude_batch_desk.core.jobs.reviewing import counting, finding, sorting
from claude_batch_desk.core.jobs.reviewing.standing import Standing, laid, read_standing
from claude_batch_desk.core.jobs.reviewing.wish import Order, Seen, Wish
from claude_batch_desk.core.prompts.fields import columns_of
from claude_batch_desk.core.report import Report
from claude_batch_desk.core.tables.table import PAGE_ROWS, Row, Table


@dataclass(frozen=True)
class _Ready:
    """A job with all that a look at it needs."""

    job: Job
    table: Table
    plan: Plan
    standing: Standing


class Reviewing:
    """Works on one data folder, like Desk; the answers looked at last stay at hand, as codes."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._stores = ground.stores
        self._base: tuple[object, Standing] | None = None
        self._laid: tuple[object, Standing] | None = None

    def look(self, job_id: int, wish: Wish, report: Report) -> Seen:
        """The rows that fulfil a wish, in its order, with counts of what else there is."""
        report(0, 0)
        job, table = self._ground.ready(job_id)
        plan = self._ground.plan(job)
        standing = self._standing(job, plan, report)
        ready = _Ready(job, table, plan, standing)
        found = self._found(ready, wish, report)
        names, columns = headers(job.recipe.fields), columns_of(job.recipe.fields)
        made = counting.masks(standing, names, columns, wish, found)
        report(0, 0)
        places = counting.places(standing, made)
        if wish.order is not None:
            places = self._sorted(ready, places, wish.order, report)
        return Seen(
            places=places,
            rows=standing.rows if places is None else len(places),
            outcomes=counting.outcome_counts(standing, made),
            traits=counting.trait_counts(standing, made),
            columns=counting.column_counts(standing, names, columns, made),
        )

    def rows(self, job_id: int, places: Sequence[int]) -> list[JobRow]:
        """The rows of a job at these places, in this order, with the answers that are here."""
        job, table = self._ground.ready(job_id)
        plan = self._ground.plan(job)
        ascending = sorted(set(places))
        numbers = array("I", [plan.row_numbers[place] for place in ascending])
        requests = array("I", [plan.request_of_row[place] for place in ascending])
        answers = LaidAnswers(self._stores, job).of_rows(numbers, requests)
        rows = _rows_at(table, numbers)
        made = job_rows(self._stores, job, rows, requests, answers)
        by_place = dict(zip(ascending, made, strict=True))
        return [by_place[place] for place in places]

    def _standing(self, job: Job, plan: Plan, report: Report) -> Standing:
        known = job.id, job.sent_at, job.runs_again, tuple(sorted(job.outcomes.items()))
        if self._base is None or self._base[0] != known:
            self._base = known, read_standing(self._stores, job, plan, report)
        base = self._base[1]
        latest = self._stores.corrections.latest(job.id)
        if not latest:
            return base
        if self._laid is None or self._laid[0] != (known, latest):
            corrected = [*self._stores.corrections.all(job.id)]
            self._laid = (known, latest), laid(base, self._stores, job, plan, corrected)
        return self._laid[1]

    def _found(self, ready: _Ready, wish: Wish, report: Report) -> bytes | None:
        text = wish.text.strip()
        if not text:
            return None
        plan, standing = ready.plan, ready.standing
        written = self._stores.answers.written_values(ready.job.id)
        marks = finding.find_in_answers(written, plan, standing, text, report)
        if wish.searched:
            look = finding.Look(ready.table, plan, wish.searched, text)
            finding.find_in_rows(look, marks, report)
        return bytes(marks)

    def _sorted(
        self, ready: _Ready, places: "array[int] | None", order: Order, report: Report
    ) -> "array[int]":
        plan, standing = ready.plan, ready.standing
        if order.by == "answer":
            written = self._stores.answers.written_values(ready.job.id)
            texts = sorting.texts_of_answers(written, plan, standing, order.place, report)
        else:
            texts = sorting.texts_of_rows(ready.table, plan, standing, order, report)
        some = range(standing.rows) if places is None else places
        return sorting.in_order(some, texts, report, descending=order.descending)


def _rows_at(table: Table, numbers: "array[int]") -> Iterator[tuple[int, Row]]:
    """Rows by ascending numbers, often far apart, without reading what lies between."""
    at = 0
    while at < len(numbers):
        first = numbers[at]
        end = bisect_left(numbers, first + PAGE_ROWS, at)
        window = table.rows.window(first, numbers[end - 1] - first + 1)
        yield from ((number, window[number - first]) for number in numbers[at:end])
        at = end
