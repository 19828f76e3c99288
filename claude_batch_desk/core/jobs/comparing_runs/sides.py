"""Sides: what each of two runs has answered, whichever way it became a run."""

from array import array
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from functools import cached_property
from typing import Protocol

from claude_batch_desk.core.errors import StoreError
from claude_batch_desk.core.jobs.again.handing import request_of
from claude_batch_desk.core.jobs.comparing_runs.comparison import Run, run_of
from claude_batch_desk.core.jobs.correcting.laying import LaidAnswers
from claude_batch_desk.core.jobs.ground import Ground
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.jobs.store.again_store import GaveWay
from claude_batch_desk.core.prompts.recipe import Recipe
from claude_batch_desk.core.results.answer import Answer
from claude_batch_desk.core.tables.table import Table

_NOTHING = Decimal(0)


class Answered(Protocol):
    """One of two runs, with the rows it is compared by."""

    @property
    def table(self) -> Table:
        """The rows are of this one."""
        ...

    @property
    def rows(self) -> "array[int]":
        """Their numbers, ascending."""
        ...

    @property
    def recipe(self) -> Recipe:
        """What was asked."""
        ...

    @property
    def run(self) -> Run:
        """What is told of it."""
        ...

    def answers(self, rows: Sequence[int]) -> list[Answer | None]:
        """The answers of some of its rows, by their numbers; None where there is none yet."""
        ...


class Sent:
    """A job that was sent; its answers are as people have left them."""

    def __init__(self, ground: Ground, job: Job) -> None:
        self._ground, self._job = ground, job
        self._plan = ground.plan(job)
        self._laid = LaidAnswers(ground.stores, job, bare=True)
        self.table = ground.table_of(job)

    @property
    def rows(self) -> "array[int]":
        """All that were sent."""
        return self._plan.row_numbers

    @property
    def recipe(self) -> Recipe:
        """As it was sent."""
        return self._job.recipe

    @property
    def run(self) -> Run:
        """With all that was run again."""
        return run_of(self._ground.stores, self._job)

    def answers(self, rows: Sequence[int]) -> list[Answer | None]:
        """See Answered."""
        return self._laid.of_rows(rows, [request_of(self._plan, row) for row in rows])


class Earlier:
    """Rows of a job whose answers gave way to those of one run again: what they said before.

    As the model said it: corrections hold whatever a run again brings, so they are no change.
    """

    def __init__(self, ground: Ground, first: Job, again: Job) -> None:
        self._stores, self._first, self._again = ground.stores, first, again
        self._plan, self._asked = ground.plan(first), ground.plan(again)
        self.table = ground.table_of(first)

    @cached_property
    def rows(self) -> "array[int]":
        """Those that were asked again and have another answer by that."""
        moved = {each.request for each in self._gave_way}
        asked = set(self._asked.row_numbers)
        plan = zip(self._plan.row_numbers, self._plan.request_of_row, strict=True)
        return array("I", [row for row, request in plan if request in moved and row in asked])

    @cached_property
    def recipe(self) -> Recipe:
        """What most of them answer."""
        versions = Counter(each.version or self._first.version for each in self._gave_way)
        [(number, _)] = versions.most_common(1) or [(self._first.version, 0)]
        if number != self._first.version:
            for version in self._stores.versions.versions(self._first.id):
                if version.number == number:
                    return version.recipe
        return self._first.recipe

    @property
    def run(self) -> Run:
        """Of these rows alone."""
        costs = [each.cost for each in self._gave_way]
        known = [each for each in costs if each is not None]
        return Run(
            id=self._first.id,
            name=self._first.name,
            model=self.recipe.model,
            mode=self._first.mode,
            way=self._first.way,
            sent_at=self._first.sent_at,
            rows=len(self.rows),
            waiting=0,
            usd=sum(known, _NOTHING) if len(known) == len(costs) else None,
        )

    def answers(self, rows: Sequence[int]) -> list[Answer | None]:
        """See Answered."""
        requests = [request_of(self._plan, row) for row in rows]
        found = self._stores.again.given_before(self._first.id, self._again.id, requests)
        return [found.get(request) for request in requests]

    @cached_property
    def _gave_way(self) -> list[GaveWay]:
        return self._stores.again.gave_way(self._first.id, self._again.id)


class Repeated:
    """A run again; its answers are as the model said them."""

    def __init__(self, ground: Ground, first: Job, again: Job) -> None:
        self._stores, self._again = ground.stores, again
        self._plan = ground.plan(again)
        self.table = ground.table_of(first)

    @property
    def rows(self) -> "array[int]":
        """All that were asked again."""
        return self._plan.row_numbers

    @property
    def recipe(self) -> Recipe:
        """That of the run again."""
        return self._again.recipe

    @property
    def run(self) -> Run:
        """Of the run again alone."""
        return run_of(self._stores, self._again)

    def answers(self, rows: Sequence[int]) -> list[Answer | None]:
        """See Answered."""
        requests = [request_of(self._plan, row) for row in rows]
        found = self._stores.answers.bare_answers(self._again.id, requests)
        return [found.get(request) for request in requests]


def sides_of(ground: Ground, before: int, after: int) -> tuple[Answered, Answered]:
    """Two jobs to be put side by side, or a job and one of its runs again.

    Raises StoreError where they cannot be.
    """
    if before == after:
        raise StoreError("A job cannot be compared with itself. Name two jobs.")
    old, new = ground.job(before), ground.job(after)
    if new.again_of == old.id:
        return _own(ground, old, new)
    if old.again_of == new.id:
        return _own(ground, new, old)[::-1]
    return _sent(ground, old), _sent(ground, new)


def _own(ground: Ground, first: Job, again: Job) -> tuple[Answered, Answered]:
    if again.state != "done":
        raise StoreError(
            f"Job {again.id}, which runs rows of job {first.id} again, is not done, so the earlier "
            "answers still hold. Compare them once it is done."
        )
    return Earlier(ground, first, again), Repeated(ground, first, again)


def _sent(ground: Ground, job: Job) -> Answered:
    if job.again_of is not None:
        raise StoreError(
            f"Job {job.id} ran rows of job {job.again_of} again; its answers are there. "
            f"Compare job {job.again_of}."
        )
    if job.sent_at is None:
        raise StoreError(f"Job {job.id} was not sent yet, so it has no answers to compare.")
    return Sent(ground, job)
