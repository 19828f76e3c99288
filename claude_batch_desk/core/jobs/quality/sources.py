"""Where answers to compare come from: rows that were tried, or all rows of a sent job."""

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from claude_batch_desk.core.errors import RecipeError
from claude_batch_desk.core.jobs.ground import Ground
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.jobs.plan import prompted
from claude_batch_desk.core.jobs.rows.selection import bind_prompt
from claude_batch_desk.core.jobs.trying import tried_rows
from claude_batch_desk.core.prompts.request import Build, request_builder
from claude_batch_desk.core.prompts.template import BoundTemplate
from claude_batch_desk.core.report import Report
from claude_batch_desk.core.results.answer import Answer
from claude_batch_desk.core.tables.table import Table


class TriedAnswers:
    """The answers of the rows that were tried with the recipe as it is."""

    def __init__(
        self, ground: Ground, job: Job, table: Table, asked: Iterable[int], report: Report
    ) -> None:
        """Of the rows `asked` those count as well that ask just what was tried of another."""
        self._answers: dict[int, Answer] = {}
        if job.recipe.model:
            model = ground.model(job, report)
            tried = tried_rows(ground.stores, ground.prices, table, job, model)
            self._answers = {each.number: each.answer for each in tried}
            build = request_builder(job.recipe, model, documents=table.documents is not None)
            self._add_twins(_Asking(ground, job, table, build), asked, report)
        self.numbers = array("I", sorted(self._answers))

    def _add_twins(self, asking: "_Asking", asked: Iterable[int], report: Report) -> None:
        known = asking.tried(self._answers)
        others = sorted(set(asked) - self._answers.keys())
        for row in others if known else ():
            report(0, 0)
            if answer := known.get(asking.digest(row)):
                self._answers[row] = answer

    def answers(self, numbers: "array[int]") -> Iterator[Answer | None]:
        """Those of these rows, None where there is none."""
        return (self._answers.get(number) for number in numbers)


@dataclass(frozen=True)
class _Asking:
    """What the rows of a draft ask."""

    ground: Ground
    job: Job
    table: Table
    build: Build

    @cached_property
    def bound(self) -> BoundTemplate:
        return bind_prompt(self.job.recipe, self.table, self.job.selection)

    def tried(self, answers: Mapping[int, Answer]) -> dict[str, Answer]:
        """The answers of tried rows by the digest of their request."""
        trials = self.ground.stores.answers.trials(self.job.id)
        return {each.sha256: answers[each.row] for each in trials if each.row in answers}

    def digest(self, row: int) -> str:
        """Of the request of a row; "" where the model does not take its document."""
        try:
            [each] = prompted(self.table, array("I", [row]), self.bound, self.build)
        except RecipeError:
            return ""
        return each.request.sha256


class SentAnswers:
    """The answers of a job that was sent, as far as they are here."""

    def __init__(self, ground: Ground, job: Job) -> None:
        self._plan, self._stores, self._job = ground.plan(job), ground.stores, job
        self.numbers = self._plan.row_numbers

    def answers(self, numbers: "array[int]") -> Iterator[Answer | None]:
        """Those of these rows, which were sent; None where there is none yet."""
        places = (bisect_left(self.numbers, number) for number in numbers)
        requests = [self._plan.request_of_row[place] for place in places]
        found = self._stores.answers.answers(self._job.id, requests)
        return (found.get(request) for request in requests)


def source_of(
    ground: Ground, job: Job, table: Table, asked: Iterable[int], report: Report
) -> TriedAnswers | SentAnswers:
    """The answers there are; see TriedAnswers for `asked`."""
    if job.state == "draft":
        return TriedAnswers(ground, job, table, asked, report)
    return SentAnswers(ground, job)


def has(numbers: Sequence[int], number: int) -> bool:
    """Whether a number is among these ascending ones."""
    place = bisect_left(numbers, number)
    return place < len(numbers) and numbers[place] == number


def answers_of(
    ground: Ground, job: Job, table: Table, numbers: Sequence[int], report: Report
) -> dict[int, Answer]:
    """The answers of these rows that are here, tried or sent, by row."""
    source = source_of(ground, job, table, numbers, report)
    wanted = array("I", sorted(each for each in set(numbers) if has(source.numbers, each)))
    answers = zip(wanted, source.answers(wanted), strict=True)
    return {number: answer for number, answer in answers if answer is not None}
