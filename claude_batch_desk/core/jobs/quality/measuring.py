"""Put the answers of a job, or of its tried rows, to the right ones."""

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from claude_batch_desk.core.jobs.ground import Ground
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.jobs.plan import rows_by_number
from claude_batch_desk.core.jobs.quality.sources import has, source_of
from claude_batch_desk.core.prompts.fields import OutputField, columns_of
from claude_batch_desk.core.prompts.template import canonical
from claude_batch_desk.core.quality.accuracy import Accuracy, Given, Grading
from claude_batch_desk.core.quality.gold import GoldReader
from claude_batch_desk.core.quality.gold_columns import answer_fields
from claude_batch_desk.core.report import Report
from claude_batch_desk.core.results.answer import Answer
from claude_batch_desk.core.tables.table import Row, Table

_AT_ONCE = 1_000
_HINTS = 2_000
"""Rows from which is told whether dates begin with the day."""
_COPY_ROWS = 10
_COPY_SHARE = 0.95


@dataclass(frozen=True)
class RightAnswers:
    """What is known to be right for one answer column: a column's cells, and labels by hand.

    A label by hand goes before the cell of its row. An empty cell says nothing.
    """

    field: OutputField
    column: str
    """Of the table; "" for none."""
    labels: Mapping[int, str]
    picked: frozenset[int] = frozenset()
    """Rows labelled though chance has not offered them."""

    @property
    def known(self) -> bool:
        """Whether there is any."""
        return bool(self.column or self.labels)


@dataclass(frozen=True)
class FieldMeasured:
    """The accuracy of one answer column, and where its right answers are from."""

    accuracy: Accuracy
    column: str
    labelled: int
    """So many rows are labelled by hand, whether or not they have an answer yet."""
    copies: tuple[str, ...]
    """Columns that the prompt names and that say what is right, though under another name."""


@dataclass(frozen=True)
class Measured:
    """How the answers of a job compare with the right ones."""

    sent: bool
    """They are those of the job; else those of the rows that were tried."""
    answers: int
    """So many rows were tried, or sent."""
    fields: tuple[FieldMeasured, ...]
    """Those of which any right answer is known."""
    examples: int
    """So many rows with a right answer are examples in the prompt, which are left out."""
    practice: bool = False
    """The answers are made up, so that this tells nothing of a model."""


def measure(
    ground: Ground,
    job: Job,
    table: Table,
    right: Sequence[RightAnswers],
    tolerance: Decimal,
    report: Report,
) -> Measured:
    """The accuracy of each answer column of which any right answer is known."""
    known = [each for each in right if each.known and each.column in ("", *table.columns)]
    graders = [_Grader(each, job, table, tolerance) for each in known]
    labelled = sorted({row for each in known for row in each.labels})
    source, weights = source_of(ground, job, table, labelled, report), weights_of(ground, job)
    wanted = source.numbers
    if not any(each.column for each in known):  # a few rows of perhaps a million
        wanted = array("I", [row for row in labelled if has(source.numbers, row)])
    is_example = examples_of(job, table)
    examples, drawn = 0, frozenset[int]()
    if job.state == "draft":
        drawn = frozenset(row for row in source.numbers if weights.get(row) is not None)
    for first in range(0, len(wanted), _AT_ONCE):
        report(first, len(wanted))
        some = wanted[first : first + _AT_ONCE]
        rows = rows_by_number(table, some)
        for (number, row), answer in zip(rows, source.answers(some), strict=True):
            meant = [each for each in graders if each.right(number, row) is not None]
            if meant and is_example(row):
                examples += 1
                continue
            for each in meant:
                # Of a sent job a column covers all rows, whichever of them were tried before.
                whole = each.by_column and job.state != "draft"
                weight = 1.0 if whole else weights.get(number, 1.0)
                biased = each.biased(number, row, drawn)
                each.add(number, row, answer, None if biased else weight)
    report(len(wanted), len(wanted))
    fields = tuple(each.result() for each in graders)
    practice = job.mode == "practice"
    return Measured(job.state != "draft", len(source.numbers), fields, examples, practice)


class _Grader:
    """One answer column while rows go by."""

    def __init__(self, right: RightAnswers, job: Job, table: Table, tolerance: Decimal) -> None:
        self._right, self.by_column = right, bool(right.column)
        self._column = table.columns.index(right.column) if right.column else -1
        hints: list[str] = []
        if right.column and right.field.kind == "date":
            hints = [row[self._column] for row in table.rows.window(0, _HINTS)]
        self._grading = Grading(right.field, GoldReader(right.field, hints), tolerance)
        self._place = value_place(job, right.field)
        self._prompt = [
            (place, name)
            for place, name in enumerate(table.columns)
            if canonical(name) in job.recipe.prompt.columns and place != self._column
        ]
        self._copies = dict.fromkeys((name for _, name in self._prompt), 0)
        self._cells = 0

    def right(self, number: int, row: Row) -> str | None:
        """What is right for a row, as it was written; None where nobody said."""
        if number in self._right.labels:
            return self._right.labels[number]
        if self._column < 0 or not row[self._column].strip():
            return None
        return row[self._column]

    def biased(self, number: int, row: Row, drawn: frozenset[int]) -> bool:
        """Whether a row is only there because it was picked to be labelled.

        Not where it is one of the tried rows that chance has `drawn` and all of them have a label:
        then nobody has chosen.
        """
        if number not in self._right.picked or (self._column >= 0 and row[self._column].strip()):
            return False
        return number not in drawn or not drawn <= self._right.labels.keys()

    def add(self, number: int, row: Row, answer: Answer | None, weight: float | None) -> None:
        right = self.right(number, row) or ""
        given = Given(answer.values[self._place], answer.outcome) if answer else None
        self._grading.add(number, right, given, weight)
        if right:
            self._cells += 1
            for place, name in self._prompt:
                self._copies[name] += row[place].strip() == right.strip()

    def result(self) -> FieldMeasured:
        enough = max(self._cells * _COPY_SHARE, _COPY_ROWS)
        copies = tuple(name for name, count in self._copies.items() if count >= enough)
        labelled = len(self._right.labels)
        return FieldMeasured(self._grading.result(), self._right.column, labelled, copies)


def value_place(job: Job, field: OutputField) -> int:
    """The place of a field's own value among the values of an answer."""
    for place, column in enumerate(columns_of(job.recipe.fields)):
        if column.companion is None and column.field == field:
            return place
    return 0


def examples_of(job: Job, table: Table) -> "_IsExample":
    """Tells which rows the prompt shows with their right answers."""
    return _IsExample(
        tuple(
            (place, canonical(name))
            for place, name in enumerate(table.columns)
            if canonical(name) in job.recipe.prompt.columns
        ),
        frozenset(
            frozenset((canonical(cell.name), cell.text) for cell in each.cells)
            for each in job.recipe.examples
        ),
    )


@dataclass(frozen=True)
class _IsExample:
    """Whether a row is one that the prompt shows with its right answer."""

    places: tuple[tuple[int, str], ...]
    examples: frozenset[frozenset[tuple[str, str]]]

    def __call__(self, row: Row) -> bool:
        if not self.examples or not self.places:
            return False
        return frozenset((name, row[place]) for place, name in self.places) in self.examples


def weights_of(ground: Ground, job: Job) -> dict[int, float | None]:
    """How many rows each tried one stands for, relative to the others; None where it was picked.

    A row that was drawn by chance once is so, though it was picked another time.
    """
    found: dict[int, float | None] = {}
    for trial in ground.stores.answers.trials(job.id):
        if found.get(trial.row) is None:
            found[trial.row] = trial.weight
    return found


def fields_of(job: Job) -> tuple[OutputField, ...]:
    """What the answers of a job can be compared by."""
    return answer_fields(job.recipe.fields)
