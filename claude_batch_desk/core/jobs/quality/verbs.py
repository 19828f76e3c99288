"""Quality: the verbs about what answers are worth, before the money is spent and after."""

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from claude_batch_desk.core.errors import RecipeError
from claude_batch_desk.core.jobs.ground import Ground
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.jobs.plan import rows_by_number
from claude_batch_desk.core.jobs.quality.labelling import (
    RowText,
    carry_over,
    digest_of,
    picks_to_try,
    row_texts,
    rows_to_label,
    without_examples,
)
from claude_batch_desk.core.jobs.quality.leaks import leak_sentence
from claude_batch_desk.core.jobs.quality.measuring import (
    Measured,
    RightAnswers,
    fields_of,
    measure,
    value_place,
    weights_of,
)
from claude_batch_desk.core.jobs.quality.sources import answers_of
from claude_batch_desk.core.jobs.quality.telling import tell
from claude_batch_desk.core.jobs.store.gold_store import HandLabel
from claude_batch_desk.core.jobs.trials.verbs import Offer, Trials
from claude_batch_desk.core.jobs.trying import tried_rows
from claude_batch_desk.core.prompts.fields import OutputField
from claude_batch_desk.core.quality.accuracy import TOLERANCE
from claude_batch_desk.core.quality.gold_columns import (
    GoldMatch,
    leaking,
    propose_gold,
    read_gold,
)
from claude_batch_desk.core.quality.sampling import MOST_TRIED, Pick, random_rows
from claude_batch_desk.core.report import Report
from claude_batch_desk.core.tables.table import Table

_LOOKED_AT = 300
"""Rows whose cells tell which column may hold right answers."""


@dataclass(frozen=True)
class Gold:
    """What is known to be right for the answers of a job."""

    fields: tuple[OutputField, ...]
    """What answers can be compared by."""
    columns: Mapping[str, str]
    """The column of the table with the right answers of a field, by its name."""
    labelled: Mapping[str, int]
    """How many rows are labelled by hand, by the field's name."""
    proposed: tuple[GoldMatch, ...]
    """What may be meant where nobody has said it yet."""

    @property
    def known(self) -> bool:
        """Whether anything is."""
        return bool(self.columns or any(self.labelled.values()))


@dataclass(frozen=True)
class LabelRound:
    """The rows to label for one field, and what is labelled already."""

    field: OutputField
    rows: tuple[int, ...]
    """In the order they are offered."""
    labels: Mapping[int, str]
    """By row; "" says that nothing is right to answer."""
    answered: frozenset[int]
    """Rows that were tried, or of a sent job all: a label of them counts at once."""
    picked: bool = False
    """These rows were picked, and not drawn by chance."""


@dataclass(frozen=True)
class Compared:
    """A row with its right answer and the one it got."""

    text: RowText
    right: str
    """As it was written; "" says that nothing is right to answer."""
    given: str
    outcome: str
    """See results.answer.Outcome; "waiting" where no answer has come."""
    reason: str = ""
    """Why the answer is not usable as it is, as a sentence, or ""."""


class Quality:
    """Works on one data folder, like Desk. Every method may take long: call it on a worker."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._gold = ground.stores.gold

    # Right answers

    def gold(self, job_id: int, report: Report) -> Gold:
        """What is known to be right, and what may be meant; labels follow their rows."""
        job, table = self._ground.ready(job_id)
        carry_over(self._gold, job, table, report)
        right = self._right(job, table)
        sample = array("I", random_rows(table.row_count, _LOOKED_AT, 0, report))
        rows = [row for _, row in rows_by_number(table, sample)]
        return Gold(
            fields=fields_of(job),
            columns={each.field.name: each.column for each in right if each.column},
            labelled={each.field.name: len(each.labels) for each in right},
            proposed=propose_gold(job.recipe.fields, table.columns, rows, job.recipe.prompt),
        )

    def set_gold_columns(self, job_id: int, columns: Mapping[str, str], report: Report) -> None:
        """Take right answers from these columns of the table, by the names of the fields.

        Raises RecipeError where the prompt names one of them: it would tell the model.
        """
        report(0, 0)
        job = self._ground.job(job_id)
        if named := leaking(columns, job.recipe.prompt):
            raise RecipeError(leak_sentence(named))
        self._gold.keep_columns(job_id, {field: name for field, name in columns.items() if name})

    def name_gold(self, job_id: int, said: Sequence[str], report: Report) -> None:
        """Take right answers as “Field=Column” texts, or mere columns, say; raises RecipeError."""
        job, table = self._ground.ready(job_id)
        columns = read_gold(said, job.recipe.fields, table.columns)
        self.set_gold_columns(job_id, columns, report)

    def label_round(
        self, job_id: int, field: str, report: Report, *, rows: Sequence[int] = ()
    ) -> LabelRound:
        """The rows to label for a field: tried ones first, as their answers are paid already.

        With `rows`, these only. Otherwise none that the prompt shows as an example, as it would not
        count; but those that were picked, like any other: were they passed over, the rows that are
        labelled would be the easy ones.
        """
        job, table = self._ground.ready(job_id)
        carry_over(self._gold, job, table, report)
        labels = self._gold.labels(job.id, table.id, field)
        if not rows:
            picked = self._gold.picked(job.id, table.id, field)
            labels = {row: value for row, value in labels.items() if row not in picked}
        tried = self._tried(job, table, report)
        offered = list(rows) or rows_to_label(table, job, tried, list(labels), report)
        if not rows:
            offered = without_examples(table, job, offered, report)
        answered = frozenset(tried if job.state == "draft" else offered)
        return LabelRound(self._field(job, field), tuple(offered), labels, answered, bool(rows))

    def label(
        self, job_id: int, field: str, row: int, value: str, report: Report, *, picked: bool = False
    ) -> None:
        """Keep the right answer of a row; "" says that nothing is right to answer.

        A row that was `picked`, and not offered at random, says nothing of others.
        """
        report(0, 0)
        job, table = self._ground.ready(job_id)
        [cells] = table.rows.window(row, 1)
        label = HandLabel(row, value, digest_of(cells), picked)
        self._gold.label(job.id, table.id, field, label)

    def unlabel(self, job_id: int, field: str, row: int, report: Report) -> None:
        """Forget the right answer of a row."""
        report(0, 0)
        job, table = self._ground.ready(job_id)
        self._gold.unlabel(job.id, table.id, field, row)

    def labelled_rows(self, job_id: int, report: Report) -> list[int]:
        """The rows that are labelled by hand for any field, in table order: worth trying."""
        report(0, 0)
        job, table = self._ground.ready(job_id)
        found = (self._gold.labels(job.id, table.id, each.name) for each in fields_of(job))
        return sorted({row for labels in found for row in labels})

    def offer_labelled(self, job_id: int, report: Report) -> Offer | None:
        """The labelled rows that have no answer yet, and what trying them will cost.

        As many as can be tried at once; None where there is none.
        """
        job, table = self._ground.ready(job_id)
        rows = self.labelled_rows(job_id, report)
        if not rows or job.state != "draft":
            return None
        answers = answers_of(self._ground, job, table, rows, report)
        right = self._right(job, table)
        picks = [
            each for each in picks_to_try(table, job, right, report) if each.row not in answers
        ]
        offer = Trials(self._ground).offer_these(job_id, picks[:MOST_TRIED], report)
        return offer if offer.picks else None

    def try_labelled(self, job_id: int, picks: Sequence[Pick], report: Report) -> int:
        """Answer these rows at once, at the full price; returns how many were."""
        return len(Trials(self._ground).try_rows(job_id, picks, report))

    def take_over(self, source_id: int, job_id: int, report: Report) -> None:
        """Let what is right for the answers of one job be right for those of its copy as well."""
        report(0, 0)
        self._gold.copy(source_id, job_id)

    # Accuracy

    def accuracy(self, job_id: int, report: Report, *, tolerance: Decimal = TOLERANCE) -> Measured:
        """How the answers compare with the right ones: those of a sent job, or of tried rows.

        Raises RecipeError where the prompt names a column that holds right answers.
        """
        job, table = self._ground.ready(job_id)
        carry_over(self._gold, job, table, report)
        right = self._right(job, table)
        if named := leaking({each.field.name: each.column for each in right}, job.recipe.prompt):
            raise RecipeError(leak_sentence(named))
        return measure(self._ground, job, table, right, tolerance, report)

    def told(self, job_id: int, report: Report) -> tuple[str, ...]:
        """The accuracy in sentences, or why it cannot be told; none where nobody judged."""
        try:
            measured = self.accuracy(job_id, report)
        except RecipeError as error:
            return (str(error),)
        return tuple(line.strip() for line in tell(measured)) if measured.fields else ()

    def compared(
        self, job_id: int, field: str, numbers: Sequence[int], report: Report
    ) -> list[Compared]:
        """These rows with their right answers and the ones they got, in the order given.

        The other cells of the row are there to read, but for columns of right answers.
        """
        job, table = self._ground.ready(job_id)
        wanted = self._field(job, field)
        [right] = [each for each in self._right(job, table) if each.field == wanted]
        answers = answers_of(self._ground, job, table, numbers, report)
        texts = row_texts(table, job, numbers, tuple(self._gold.columns(job.id).values()))
        place = value_place(job, wanted)
        found = []
        for text in texts:
            answer = answers.get(text.number)
            meant = self._meant(table, right, text.number)
            if answer is None:
                found.append(Compared(text, meant, "", "waiting"))
            else:
                given = answer.values[place]
                found.append(Compared(text, meant, given, answer.outcome, answer.reason))
        return found

    @staticmethod
    def _meant(table: Table, right: RightAnswers, number: int) -> str:
        if number in right.labels or not right.column:
            return right.labels.get(number, "")
        [row] = table.rows.window(number, 1)
        return row[table.columns.index(right.column)].strip()

    def _right(self, job: Job, table: Table) -> list[RightAnswers]:
        columns = self._gold.columns(job.id)
        return [
            RightAnswers(
                each,
                column if (column := columns.get(each.name, "")) in table.columns else "",
                self._gold.labels(job.id, table.id, each.name),
                self._gold.picked(job.id, table.id, each.name),
            )
            for each in fields_of(job)
        ]

    def _tried(self, job: Job, table: Table, report: Report) -> dict[int, float | None]:
        """The rows tried with the recipe as it is, and their weights; none once it was sent."""
        if job.state != "draft" or not job.recipe.model:
            return {}
        model = self._ground.model(job, report)
        tried = tried_rows(self._ground.stores, self._ground.prices, table, job, model)
        weights = weights_of(self._ground, job)
        return {each.number: weights.get(each.number, 1.0) for each in tried}

    @staticmethod
    def _field(job: Job, name: str) -> OutputField:
        for field in fields_of(job):
            if field.name == name:
                return field
        raise RecipeError(f"The recipe has no answer column “{name}” (any more).")
