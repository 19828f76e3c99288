"""A job's answers as they stand, ready to be counted: outcomes and values by place."""

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from claude_batch_desk.core.jobs.correcting.laying import LaidAnswers, headers
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.jobs.plan import Plan
from claude_batch_desk.core.jobs.reviewing.coding import Coded, Coding, changed
from claude_batch_desk.core.jobs.reviewing.traits import STATES, read_traits
from claude_batch_desk.core.jobs.reviewing.wish import Trait
from claude_batch_desk.core.jobs.store import Stores
from claude_batch_desk.core.prompts.fields import columns_of
from claude_batch_desk.core.report import Report

_REPORT_EVERY = 4_096
_READ_NOT_COUNTED = ("reason", "quote")


@dataclass(frozen=True)
class Standing:
    """The rows of a job by place; a column is None where its values are too many to count."""

    states: bytes
    columns: tuple[Coded | None, ...]
    traits: Mapping[Trait, bytes]
    """For each that some row has, 1 at the places of those rows, else 0."""
    corrected: Mapping[int, tuple[str, ...]]
    """By place, the values of rows in which a person has put some."""

    @property
    def rows(self) -> int:
        """How many rows the job has."""
        return len(self.states)


def read_standing(stores: Stores, job: Job, plan: Plan, report: Report) -> Standing:
    """The answers as they came, whatever people have made of them since."""
    states = bytearray(plan.requests)
    codings = [Coding(plan.requests) for _ in headers(job.recipe.fields)]
    for coding, column in zip(codings, columns_of(job.recipe.fields), strict=False):
        coding.full = column.companion in _READ_NOT_COUNTED or column.field.kind == "long_text"
    numbers = {outcome: number for number, outcome in enumerate(STATES)}
    counted = [*enumerate(codings)]
    for done, (request, outcome, values) in enumerate(stores.answers.standing(job.id)):
        if done % _REPORT_EVERY == 0:
            report(done, plan.requests)
            counted = [(place, each) for place, each in counted if not each.full]
        states[request] = numbers[outcome]
        for place, coding in counted:
            coding.put(request, values[place])
    asked = plan.request_of_row
    columns = tuple(coding.made(asked) for coding in codings)
    traits = read_traits(stores, job, plan, states, report)
    return Standing(bytes(map(states.__getitem__, asked)), columns, traits, {})


def laid(
    base: Standing, stores: Stores, job: Job, plan: Plan, corrected: Sequence[int]
) -> Standing:
    """The answers as people have left them; `corrected` are the numbers of rows with corrections.

    Those are read anew, the others are as in `base`.
    """
    places = [bisect_left(plan.row_numbers, row) for row in sorted(corrected)]
    rows = array("I", [plan.row_numbers[place] for place in places])
    requests = array("I", [plan.request_of_row[place] for place in places])
    states = bytearray(base.states)
    values: dict[int, tuple[str, ...]] = {}
    found = LaidAnswers(stores, job).of_rows(rows, requests)
    for place, answer in zip(places, found, strict=True):
        if answer is not None:
            states[place] = STATES.index(answer.outcome)
            values[place] = answer.values
    columns = tuple(
        column and changed(column, _cells(values, at)) for at, column in enumerate(base.columns)
    )
    marks = bytearray(base.rows)
    for place in values:
        marks[place] = 1
    traits = {**base.traits, "corrected": bytes(marks)} if values else base.traits
    return replace(base, states=bytes(states), columns=columns, traits=traits, corrected=values)


def _cells(values: Mapping[int, tuple[str, ...]], at: int) -> Iterable[tuple[int, str]]:
    return ((place, each[at]) for place, each in values.items())
