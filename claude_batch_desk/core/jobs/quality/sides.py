"""Sides: what recipes answered on the same rows, put together into how they compare."""

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from claude_batch_desk.core.errors import PriceError
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.jobs.plan import rows_by_number
from claude_batch_desk.core.jobs.quality.arms import AskedArm
from claude_batch_desk.core.jobs.quality.contests import (
    Amount,
    ArmResult,
    ContestResult,
    SidesRow,
)
from claude_batch_desk.core.jobs.quality.labelling import row_texts
from claude_batch_desk.core.jobs.quality.measuring import examples_of, value_place
from claude_batch_desk.core.jobs.store.arm_store import Contest
from claude_batch_desk.core.jobs.store.gold_store import GoldStore
from claude_batch_desk.core.pricing.prices import PriceBook
from claude_batch_desk.core.pricing.rates import Way
from claude_batch_desk.core.prompts.fields import OutputField
from claude_batch_desk.core.prompts.recipe import Recipe
from claude_batch_desk.core.quality.accuracy import NOT_ASKED, Given
from claude_batch_desk.core.quality.agreeing import Agreeing, Column
from claude_batch_desk.core.quality.comparing import mean_of
from claude_batch_desk.core.quality.gold_columns import answer_fields, leaking
from claude_batch_desk.core.quality.intervals import Share
from claude_batch_desk.core.results.answer import Answer
from claude_batch_desk.core.tables.table import Table

_ROWS = 1_000
_DIGITS = 9


@dataclass(frozen=True)
class Sides:
    """What there is to tell of a contest."""

    contest: Contest
    asked: Sequence[AskedArm]
    answers: Sequence[Mapping[int, Answer]]
    """Of each, by row."""
    again: Mapping[int, Answer]
    """Of the first when it was asked a second time, by row."""
    right: Mapping[str, Mapping[int, str]]
    """What is right, by column and row; see `right_answers`."""
    picked: Mapping[str, frozenset[int]]
    """Of these, by column, the rows that were picked to be labelled."""
    weights: Mapping[int, float | None]
    """How many rows each stands for, where that is not one; None where it was picked."""

    @property
    def fields(self) -> list[OutputField]:
        """The answer columns that all have, as the first has them."""
        first, *others = (answer_fields(each.job.recipe.fields) for each in self.asked)
        kinds = [{(field.name, field.kind) for field in fields} for fields in others]
        return [each for each in first if all((each.name, each.kind) in some for some in kinds)]

    def columns(self) -> tuple[Column, ...]:
        """How they stand in each of these."""
        return tuple(self._column(each) for each in self.fields)

    def _column(self, field: OutputField) -> Column:
        sides = [
            _given(one.job, field, answers)
            for one, answers in zip(self.asked, self.answers, strict=True)
        ]
        right = self.right.get(field.name, {})
        picked = self.picked.get(field.name, frozenset())
        return Agreeing(field, sides, right, right.values(), picked).column()

    def noise(self) -> tuple[Share, ...]:
        """By column, the rows on which the first said the same again; none where not asked."""
        if not self.again:
            return ()
        first = self.asked[0].job
        return tuple(
            Agreeing(
                each, [_given(first, each, some) for some in (self.answers[0], self.again)], {}
            )
            .column()
            .standings[1]
            .agreement
            for each in self.fields
        )

    def rows(self, table: Table, columns: Sequence[Column]) -> tuple[SidesRow, ...]:
        """The rows that any of them answered, in table order."""
        job = self.asked[0].job
        numbers = sorted({row for some in self.answers for row in some})
        told = [each for each in columns if not each.is_text] or columns
        differ = {row for each in told for row in each.differ}
        hidden = [] if job.recipe.prompt.columns else list(table.columns)
        return tuple(
            SidesRow(
                text=text,
                answers=tuple(some.get(text.number) for some in self.answers),
                values=tuple(self._values(at, text.number) for at in range(len(self.asked))),
                right=tuple(self.right.get(each.name, {}).get(text.number) for each in self.fields),
                differ=text.number in differ,
            )
            for text in row_texts(table, job, numbers, hidden)
        )

    def _values(self, at: int, row: int) -> tuple[str, ...]:
        answer = self.answers[at].get(row)
        if answer is None:
            return ("",) * len(self.fields)
        job = self.asked[at].job
        return tuple(answer.values[_place(job, each)] for each in self.fields)

    def arms(self, prices: PriceBook, requests: int) -> tuple[ArmResult, ...]:
        """What became of each; the whole job comes to so many requests."""
        costs = [self._costs(at, prices, "batch") for at in range(len(self.asked))]
        return tuple(
            self._arm(at, costs, self._costs(at, prices, "now"), requests)
            for at in range(len(self.asked))
        )

    def _arm(
        self,
        at: int,
        costs: Sequence[Mapping[int, Decimal]],
        paid: Mapping[int, Decimal],
        requests: int,
    ) -> ArmResult:
        asked, answers, cost = self.asked[at], self.answers[at], costs[at]
        worked = [each for each in answers.values() if each.outcome not in NOT_ASKED]
        usages = [each.usage for each in worked if each.usage is not None]
        first = costs[0]
        shared = sorted(first.keys() & cost.keys()) if at else ()
        return ArmResult(
            arm=asked.arm,
            model=asked.model,
            usable=Share(sum(each.outcome == "answered" for each in worked), len(worked)),
            open=len(self.contest.rows) - len(worked),
            per_thousand=self._amount(cost, _ROWS),
            # Row by row: long rows are dear with both, so that much less is left to chance.
            saving=self._amount({row: first[row] - cost[row] for row in shared}, requests),
            input_tokens=sum(each.prompt for each in usages) / max(len(usages), 1),
            output_tokens=sum(each.output for each in usages) / max(len(usages), 1),
            paid=sum(paid.values(), Decimal(0)),
        )

    def _amount(self, by_row: Mapping[int, Decimal], rows: int) -> Amount | None:
        """For so many rows; those that were picked say nothing of others, unless all were."""
        known = {row: self.weights.get(row, 1.0) for row in by_row}
        weights = {row: weight for row, weight in known.items() if weight is not None}
        weights = weights or dict.fromkeys(by_row, 1.0)
        if not weights:
            return None
        return amount_of([by_row[row] for row in weights], [*weights.values()], rows)

    def _costs(self, at: int, prices: PriceBook, way: Way) -> dict[int, Decimal]:
        """By row; none where the price is not known."""
        model = self.asked[at].model.id
        try:
            return {
                row: prices.total(each.usage, model, way)
                for row, each in self.answers[at].items()
                if each.outcome not in NOT_ASKED
            }
        except PriceError:
            return {}


def amount_of(amounts: Sequence[Decimal], weights: Sequence[float], rows: int) -> Amount:
    """The amount for so many rows, from those of one or more rows; a single one has no width."""
    shares = [Decimal(each) for each in weights]
    whole = sum((a * b for a, b in zip(amounts, shares, strict=True)), Decimal(0))
    expected = whole / sum(shares, Decimal(0)) * rows
    mean = mean_of([float(each) for each in amounts], weights)
    half = Decimal(str(round((mean.high - mean.value) * rows, _DIGITS)))
    return Amount(expected, expected - half, expected + half)


def _given(job: Job, field: OutputField, answers: Mapping[int, Answer]) -> dict[int, Given]:
    place = _place(job, field)
    return {row: Given(each.values[place], each.outcome) for row, each in answers.items()}


def _place(job: Job, field: OutputField) -> int:
    """Where the value of the column of this name is among those of an answer to this recipe."""
    [own] = [each for each in answer_fields(job.recipe.fields) if each.name == field.name]
    return value_place(job, own)


@dataclass(frozen=True)
class RightAnswers:
    """What is known to be right on the rows of a contest."""

    by_column: Mapping[str, Mapping[int, str]]
    """By answer column and row; "" says that nothing is right to answer."""
    picked: Mapping[str, frozenset[int]]
    """By answer column, the rows that were picked to be labelled and that no column tells of."""
    leaks: tuple[str, ...]
    """Columns of right answers that a prompt names, so that they do not count."""


def right_answers(gold: GoldStore, job: Job, table: Table, contest: Contest) -> RightAnswers:
    """Labels by hand, and the cells of the columns that hold right answers.

    Rows that a prompt shows as examples are left out.
    """
    named = gold.columns(job.id)
    leaks = {name for each in contest.arms for name in leaking(named, each.recipe.prompt)}
    examples = [examples_of(_with(job, each.recipe), table) for each in contest.arms]
    rows = [row for row in contest.rows if row < table.row_count]
    cells = {
        number: row
        for number, row in rows_by_number(table, array("I", rows))
        if not any(is_example(row) for is_example in examples)
    }
    found, picked = {}, {}
    for field in answer_fields(job.recipe.fields):
        labels = gold.labels(job.id, table.id, field.name)
        column = named.get(field.name, "")
        place = table.columns.index(column) if column in {*table.columns} - leaks else -1
        told = {row: text for row, text in labels.items() if row in cells}
        by_column: dict[int, str] = {}
        if place >= 0:
            by_column = {n: row[place] for n, row in cells.items() if row[place].strip()}
            told = by_column | told
        found[field.name] = told
        picked[field.name] = gold.picked(job.id, table.id, field.name) - by_column.keys()
    return RightAnswers(found, picked, tuple(sorted(leaks)))


def _with(job: Job, recipe: Recipe) -> Job:
    return replace(job, recipe=recipe)


def tell(
    sides: Sides, table: Table, prices: PriceBook, requests: int, leaks: tuple[str, ...], now: Job
) -> ContestResult:
    """How they compare; `now` is the job as it is."""
    columns = sides.columns()
    return ContestResult(
        contest=sides.contest,
        arms=sides.arms(prices, requests),
        columns=columns,
        rows=sides.rows(table, columns),
        noise=sides.noise(),
        requests=requests,
        changed=now.recipe != sides.contest.arms[0].recipe,
        leaks=leaks,
    )
