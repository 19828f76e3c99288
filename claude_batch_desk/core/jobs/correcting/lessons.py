"""Lessons: what corrected rows would teach a model if they stood in the prompt as examples."""

from array import array
from collections import defaultdict
from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

from claude_batch_desk.core.errors import RecipeError
from claude_batch_desk.core.jobs.correcting.laying import headers
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.jobs.plan import rows_by_number
from claude_batch_desk.core.jobs.store.correction_store import Correction
from claude_batch_desk.core.prompts.example import Example, Filled, example_of
from claude_batch_desk.core.prompts.fields import columns_of
from claude_batch_desk.core.prompts.recipe import Recipe
from claude_batch_desk.core.prompts.shared import example_answer, unanswered
from claude_batch_desk.core.prompts.template import canonical
from claude_batch_desk.core.results.answer import Answer
from claude_batch_desk.core.tables.table import Row, Table

PROPOSED = 5
"""Examples at once; the service's documentation advises three to five."""
MOST_EXAMPLES = 20
"""In a recipe that corrected rows go into: every row is sent with all of them."""
MOST_OFFERED = 200
"""Rows to choose from; more than anybody looks through."""
_LONGEST = 4_000
"""Characters of an example that is proposed unasked."""
Held = Mapping[str, Correction]
"""What holds in a row, by the header of the answer column."""


@dataclass(frozen=True)
class Lesson:
    """A corrected row and the example that it makes."""

    row: int
    """Of the job's table, from 0."""
    example: Example
    corrected: tuple[str, ...]
    """The headers of the answer columns that a person has put right."""
    problem: str = ""
    """Why it cannot be an example as it is, as a sentence; or ""."""

    @property
    def size(self) -> int:
        """Characters that every request is longer by, about."""
        return sum(len(each.text) for each in (*self.example.cells, *self.example.answers))


@dataclass(frozen=True)
class Lessons:
    """The corrected rows that can be chosen from."""

    found: tuple[Lesson, ...]
    """The commonest mistakes first, each kind once before any comes again; the first of many."""
    rows: int
    """So many rows were corrected by hand, of those asked about."""
    proposed: frozenset[int]
    """Rows that make a good beginning."""
    with_documents: bool = False
    """The rows have documents, which examples do not show."""


def by_hand(held: Held) -> dict[str, str]:
    """What a person has put right in a row, by header.

    A near miss that was settled with all others like it is none: nobody has read the row for it.
    """
    return {
        name: each.value
        for name, each in held.items()
        if each.why == "corrected" and each.value is not None
    }


def in_turn(kinds: Mapping[int, Hashable]) -> list[int]:
    """The rows so that each kind comes once before any comes again, the commonest first."""
    piles: dict[Hashable, list[int]] = defaultdict(list)
    for row, kind in kinds.items():
        piles[kind].append(row)
    rounds = zip_longest(*sorted(piles.values(), key=len, reverse=True))
    return [row for each in rounds for row in each if row is not None]


def mistake(job: Job, came: Answer, held: Held) -> tuple[Hashable, ...]:
    """What was taken for what in a row, over its answer columns; alike rows teach the same."""
    put = by_hand(held)
    names = headers(job.recipe.fields)
    return tuple((name, came.values[names.index(name)], put[name]) for name in names if name in put)


def lessons_of(
    job: Job, table: Table, answers: Mapping[int, Answer], held: Mapping[int, Held]
) -> Iterator[Lesson]:
    """The lessons of these rows, in table order; their answers as people have left them."""
    rows = rows_by_number(table, array("I", sorted(answers)))
    for number, row in rows:
        example = _example(job.recipe, table, row, answers[number])
        put = by_hand(held[number])
        yield Lesson(number, example, tuple(put), _problem(job.recipe, example, put))


def _example(recipe: Recipe, table: Table, row: Row, answer: Answer) -> Example:
    # Of columns of one name the first counts, as in the prompt.
    cells = dict(reversed([*zip(map(canonical, table.columns), row, strict=True)]))
    names = recipe.prompt.columns
    answers = map(Filled, headers(recipe.fields), answer.values)
    return example_of(names, [cells.get(name, "") for name in names], [*answers])


def _problem(recipe: Recipe, example: Example, put: Collection[str]) -> str:
    if not recipe.prompt.columns:
        return "The prompt names no column, so an example would show nothing of the row."
    for each in columns_of(recipe.fields):
        value_put = each.field.name.strip() in put
        if each.companion == "reason" and value_put and each.header not in put:
            return f"“{each.header}” still explains what was put right. Write over that as well."
    if open_ones := unanswered(recipe, example):
        names = " and ".join(f"“{each}”" for each in open_ones)
        return f"{names} cannot be in an example as it is. Correct that as well."
    try:
        example_answer(recipe, example, 1)
    except RecipeError:
        return "There is no answer that could be shown."
    return "It is an example already." if example in recipe.examples else ""


def proposed(lessons: Sequence[Lesson], most: int = PROPOSED) -> frozenset[int]:
    """The first that can be examples, but for long ones, which every row would be sent with."""
    fit = [each.row for each in lessons if not each.problem and each.size <= _LONGEST]
    return frozenset(fit[:most])


def with_examples(recipe: Recipe, examples: Sequence[Example]) -> Recipe:
    """The recipe with these after its own; what it says otherwise of the same cells gives way.

    Raises RecipeError where that would be more than MOST_EXAMPLES.
    """
    fresh = {frozenset(each.cells): each for each in examples}
    kept = tuple(each for each in recipe.examples if frozenset(each.cells) not in fresh)
    both = (*kept, *fresh.values())
    if len(both) > MOST_EXAMPLES and fresh:
        raise RecipeError(
            f"That would be {len(both)} examples, and each is sent with every row. Choose fewer: "
            f"at most {MOST_EXAMPLES} in all. Nothing was changed."
        )
    return replace(recipe, examples=both)
