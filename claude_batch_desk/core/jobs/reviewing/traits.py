"""What rows have in common beside their answers: run again with another one, or asked alike."""

from claude_batch_desk.core.jobs.comparing_runs.changes import Meaning, Said
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.jobs.plan import Plan
from claude_batch_desk.core.jobs.reviewing.wish import Trait
from claude_batch_desk.core.jobs.store import Stores
from claude_batch_desk.core.jobs.store.again_store import Replaced
from claude_batch_desk.core.prompts.fields import OutputField, columns_of
from claude_batch_desk.core.quality.accuracy import NOT_ASKED
from claude_batch_desk.core.quality.agreeing import TEXTS
from claude_batch_desk.core.quality.gold import FREE_TEXT
from claude_batch_desk.core.report import Report
from claude_batch_desk.core.results.answer import OUTCOMES

STATES: tuple[str, ...] = ("waiting", *OUTCOMES)
"""What a row can be in, by the number it has in `Standing.states`."""
_UNSENT = STATES.index("unsent")
_REPORT_EVERY = 4_096
_MANY = 2


def read_traits(
    stores: Stores, job: Job, plan: Plan, states: bytearray, report: Report
) -> dict[Trait, bytes]:
    """By place, which rows have each of these; `states` are of the requests.

    What people have corrected is laid over it later.
    """
    found: dict[Trait, bytearray] = {"duplicated": _shared(plan, states)}
    if job.runs_again:
        found["changed"] = _changed(stores, job, plan, report)
    return {
        trait: bytes(map(marks.__getitem__, plan.request_of_row))
        for trait, marks in found.items()
        if 1 in marks
    }


def _shared(plan: Plan, states: bytearray) -> bytearray:
    """By request 1 where several rows ask it; those that ask nothing have nothing in common."""
    marks = bytearray(plan.requests)
    if plan.rows == plan.requests:
        return marks
    rows = bytearray(plan.requests)
    for request in plan.request_of_row:
        if rows[request] < _MANY:
            rows[request] += 1
    for request, number in enumerate(rows):
        marks[request] = number == _MANY and states[request] != _UNSENT
    return marks


def _changed(stores: Stores, job: Job, plan: Plan, report: Report) -> bytearray:
    """By request 1 where an answer that gave way said another thing.

    What is the same is told as between two runs. Texts hardly ever come twice in the same words, so
    that they count only where nothing else was asked for.
    """
    readers = _readers(job)
    marks = bytearray(plan.requests)
    for done, each in enumerate(stores.again.replaced(job.id)):
        if done % _REPORT_EVERY == 0:
            report(done, 0)
        marks[each.request] |= _differs(each, readers)
    return marks


def _readers(job: Job) -> list[tuple[int, Meaning]]:
    """What reads the answer columns that count, with their places."""
    asked: list[tuple[int, OutputField]] = [
        (place, column.field)
        for place, column in enumerate(columns_of(job.recipe.fields))
        if column.companion is None
    ] or [(0, FREE_TEXT)]
    firm = [(place, field) for place, field in asked if field.kind not in TEXTS]
    return [(place, Meaning(field)) for place, field in firm or asked]


def _differs(each: Replaced, readers: list[tuple[int, Meaning]]) -> bool:
    if each.outcome in NOT_ASKED or each.outcome_now in NOT_ASKED:
        return False
    return any(
        reader.of(Said(each.values[place], each.outcome))
        != reader.of(Said(each.values_now[place], each.outcome_now))
        for place, reader in readers
    )
