"""Corrections: the verbs that put a value in the place of an answer's, and take it back."""

import getpass
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from claude_batch_desk.core.jobs.correcting.as_labels import follow
from claude_batch_desk.core.jobs.correcting.laying import (
    CorrectionError,
    column_named,
    corrected,
    headers,
)
from claude_batch_desk.core.jobs.ground import Ground
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.jobs.plan import Plan
from claude_batch_desk.core.jobs.store import Stores
from claude_batch_desk.core.jobs.store.correction_store import Correction, Why
from claude_batch_desk.core.prompts.fields import AnswerColumn, columns_of
from claude_batch_desk.core.report import Report
from claude_batch_desk.core.results.answer import Answer
from claude_batch_desk.core.results.near_misses import NearMiss, is_as_asked, meant_by, near_misses

_AT_ONCE = 4_096


@dataclass(frozen=True)
class Change:
    """A cell and what is to stand in it; None lets the answer as it came count again."""

    row: int
    """Of the job's table, from 0."""
    column: str
    """The header of the answer column."""
    value: str | None


class Corrections:
    """Works on one data folder, like Desk. Answers stay as they came; every step is kept."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._kept = ground.stores.corrections

    def correct(
        self, job_id: int, changes: Sequence[Change], report: Report, why: Why = "corrected"
    ) -> list[Change]:
        """Put values in these cells, all or none; gives what undoes it.

        A value in another spelling is kept as the one that was asked for. Raises CorrectionError
        where one is not as asked for, and where a row has no answer yet.
        """
        job = self._ground.job(job_id)
        checked = [(each, _checked(job, each)) for each in changes]
        rows = sorted({each.row for each in changes})
        answers = dict(zip(rows, self._answers(job, rows), strict=True))
        held = self._kept.of_rows(job_id, rows)
        back: list[Change] = []
        made: list[Correction] = []
        who, now = getpass.getuser(), datetime.now(UTC)
        names = headers(job.recipe.fields)
        for each, value in checked:
            report(len(made), len(changes))
            answer = answers[each.row]
            if answer is None:
                raise CorrectionError(
                    f"Row {each.row + 1} has no answer yet. Wait until the job is done."
                )
            old = held.get(each.row, {}).get(each.column)
            came = answer.values[names.index(each.column)]
            was = came if old is None else old.value or ""
            reason: Why = "taken back" if value is None else why
            made.append(Correction(each.row, each.column, value, was, reason, who, now))
            back.append(Change(each.row, each.column, None if old is None else old.value))
        self._kept.keep(job_id, made, _moved(job, answers, held, made))
        follow(self._ground.stores.gold, job, held, made)
        return back

    def near_misses(self, job_id: int, report: Report) -> tuple[NearMiss, ...]:
        """The values of a job that are not as asked for, with what was probably meant."""
        job = self._ground.job(job_id)
        columns = columns_of(job.recipe.fields)
        if not columns:
            return ()
        rows = (answer.values for _, answer in self._open(job, report))
        return near_misses(columns, rows)

    def accept(self, job_id: int, misses: Sequence[NearMiss], report: Report) -> list[Change]:
        """Let what was meant stand in every row with these values; gives what undoes it.

        Of a near miss the column, what was found and what was meant count; the meaning may be
        another than was proposed.
        """
        job = self._ground.job(job_id)
        wanted = {(each.column, each.found): each.meant for each in misses}
        names = headers(job.recipe.fields)
        changes = [
            Change(row, column, wanted[column, text])
            for row, answer in self._open(job, report)
            for column, text in zip(names, answer.values, strict=True)
            if (column, text) in wanted
        ]
        return self.correct(job_id, changes, report, "accepted") if changes else []

    def history(self, job_id: int, row: int) -> list[Correction]:
        """What was ever corrected in a row, the latest first."""
        return self._kept.history(job_id, row)

    def _open(self, job: Job, report: Report) -> Iterator[tuple[int, Answer]]:
        """The rows of a job whose answers need a look, as people have left them."""
        numbers = self._ground.plan(job).row_numbers
        for first in range(0, len(numbers), _AT_ONCE):
            report(first, len(numbers))
            some = numbers[first : first + _AT_ONCE]
            held = self._kept.of_rows(job.id, some)
            for row, answer in zip(some, self._answers(job, some), strict=True):
                if answer is None or answer.outcome != "review":
                    continue
                left = corrected(answer, held.get(row, {}), job.recipe.fields)
                if left.outcome == "review":
                    yield row, left

    def _answers(self, job: Job, rows: Sequence[int]) -> list[Answer | None]:
        """As they came."""
        return answers_that_came(self._ground.stores, self._ground.plan(job), job, rows)


def _moved(
    job: Job,
    answers: Mapping[int, Answer | None],
    held: Mapping[int, Mapping[str, Correction]],
    made: Sequence[Correction],
) -> Counter[str]:
    """How many rows more, or fewer, are usable by corrections alone, by their answer's outcome."""
    later = {row: dict(held.get(row, {})) for row in answers}
    for each in made:
        if each.value is None:
            later[each.row].pop(each.column, None)
        else:
            later[each.row][each.column] = each
    moved: Counter[str] = Counter()
    for row, answer in answers.items():
        if answer is not None and answer.outcome != "answered":
            was = corrected(answer, held.get(row, {}), job.recipe.fields).outcome
            now = corrected(answer, later[row], job.recipe.fields).outcome
            moved[answer.outcome] += (now == "answered") - (was == "answered")
    return moved


def recount(stores: Stores, job: Job) -> None:
    """Count anew which rows corrections alone have made usable, as answers came to be others."""
    held = stores.corrections.all(job.id)
    settled: Counter[str] = Counter()
    if held:
        rows = sorted(held)
        answers = answers_that_came(stores, stores.jobs.plan(job.id), job, rows)
        for row, answer in zip(rows, answers, strict=True):
            if answer is None or answer.outcome == "answered":
                continue
            if corrected(answer, held[row], job.recipe.fields).outcome == "answered":
                settled[answer.outcome] += 1
    stores.corrections.keep_settled(job.id, settled)


def answers_that_came(
    stores: Stores, plan: Plan, job: Job, rows: Iterable[int]
) -> list[Answer | None]:
    """Those of these rows, without corrections; raises CorrectionError for a row of no request."""
    requests = [_request(plan, row) for row in rows]
    found = stores.answers.answers(job.id, requests)
    return [found.get(request) for request in requests]


def _request(plan: Plan, row: int) -> int:
    numbers = plan.row_numbers
    place = bisect_left(numbers, row)
    if place == len(numbers) or numbers[place] != row:
        raise CorrectionError(f"Row {row + 1} is not part of this job. Nothing was changed.")
    return plan.request_of_row[place]


def _checked(job: Job, change: Change) -> str | None:
    """The value as it was asked for."""
    column = column_named(job.recipe.fields, change.column)
    if change.value is None or column is None:
        return change.value
    text = change.value.strip()
    if is_as_asked(text, column):
        return text
    if meant := meant_by(text, column):
        return meant
    raise CorrectionError(
        f"“{text}” cannot stand in “{column.header}”{_wanted(column)}. Nothing was changed."
    )


def _wanted(column: AnswerColumn) -> str:
    field = column.field
    match field.kind:
        case "choice" | "choices":
            return f", which takes {', '.join(each.value for each in field.choices)}"
        case "score":
            return f", which takes whole numbers from {field.low} to {field.high}"
        case "boolean":
            return ", which takes yes or no"
        case "date":
            return ", which takes dates such as 2026-01-31"
        case "integer" | "number":
            return ", which takes numbers"
    return "" if field.may_be_unknown else ", which must not be empty"
