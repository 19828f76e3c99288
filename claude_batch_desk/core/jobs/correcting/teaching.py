"""Teaching: the verbs that let corrected cells be examples in a prompt, and right answers."""

from collections.abc import Iterator, Sequence

from claude_batch_desk.core.errors import RecipeError, StoreError
from claude_batch_desk.core.jobs.correcting.as_labels import LabelsMade, labels_left, make_labels
from claude_batch_desk.core.jobs.correcting.laying import corrected
from claude_batch_desk.core.jobs.correcting.lessons import (
    MOST_EXAMPLES,
    MOST_OFFERED,
    PROPOSED,
    Held,
    Lesson,
    Lessons,
    by_hand,
    in_turn,
    lessons_of,
    mistake,
    proposed,
    with_examples,
)
from claude_batch_desk.core.jobs.correcting.verbs import answers_that_came
from claude_batch_desk.core.jobs.ground import Ground
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.jobs.quality.labelling import carry_over
from claude_batch_desk.core.prompts.recipe import Recipe
from claude_batch_desk.core.report import Report
from claude_batch_desk.core.results.answer import Answer

_AT_ONCE = 1_000


class Teaching:
    """Works on one data folder, like Desk. Every method may take long: call it on a worker."""

    def __init__(self, ground: Ground) -> None:
        self._ground, self._stores = ground, ground.stores

    def count(self, job_id: int, report: Report) -> int:
        """In how many rows of a job something was corrected by hand."""
        report(0, 0)
        return len(self._held(job_id, ()))

    # Examples

    def lessons(self, job_id: int, report: Report, *, rows: Sequence[int] = ()) -> Lessons:
        """The rows corrected by hand, of these or of the whole job, as the examples they make."""
        job, table = self._ground.ready(job_id)
        held = self._held(job_id, rows)
        came = dict(self._came(job, sorted(held), report))
        kinds = {row: mistake(job, answer, held[row]) for row, answer in came.items()}
        order = in_turn(kinds)[:MOST_OFFERED]
        laid = {row: corrected(came[row], held[row], job.recipe.fields) for row in order}
        found = {each.row: each for each in lessons_of(job, table, laid, held)}
        offered = [found[row] for row in order]
        most = MOST_EXAMPLES if rows else PROPOSED
        documents = table.documents is not None
        return Lessons(tuple(offered), len(came), proposed(offered, most), documents)

    def drafts(self, job_id: int, report: Report) -> list[Job]:
        """The drafts that examples of a job's rows fit into, newest first.

        They have its answer columns, and their prompts name the same columns of the table.
        """
        report(0, 0)
        job = self._ground.job(job_id)
        return [
            each
            for each in self._stores.jobs.jobs()
            if each.state == "draft" and each.id != job_id and _fits(each.recipe, job.recipe)
        ]

    def taught(
        self, job_id: int, rows: Sequence[int], report: Report, *, into: int | None = None
    ) -> Recipe:
        """The recipe of a job with these corrected rows as examples, or that of the draft `into`.

        Raises RecipeError where one cannot be an example, or there would be too many.
        """
        base = self._ground.job(job_id if into is None else into).recipe
        if not rows or len(rows) > MOST_EXAMPLES:
            raise RecipeError(
                f"Choose from 1 to {MOST_EXAMPLES} corrected rows. Nothing was changed."
            )
        found = {each.row: each for each in self.lessons(job_id, report, rows=rows).found}
        return with_examples(base, [_usable(row, found.get(row)).example for row in rows])

    def teach(
        self,
        job_id: int,
        rows: Sequence[int],
        name: str,
        report: Report,
        *,
        into: int | None = None,
    ) -> Job:
        """Put these corrected rows as examples into a draft, and return that.

        It is a new one of this name that asks the same rows the same, and knows what is right as
        this job does; or, with `into`, the draft of that number, whose other rows and name stay.
        Raises RecipeError as `taught` does, and StoreError where the draft was sent meanwhile.
        """
        recipe = self.taught(job_id, rows, report, into=into)
        if into is not None:
            return self._put_into(into, recipe, self._ground.job(job_id))
        job = self._ground.job(job_id)
        made = self._stores.jobs.add(name, job.mode, recipe)
        self._stores.jobs.save_draft(
            made,
            name=None,
            recipe=None,
            table_id=job.table_id,
            selection=job.selection,
            need=job.need,
        )
        self._stores.gold.copy(job_id, made)
        return self._ground.job(made)

    def _put_into(self, draft: int, recipe: Recipe, source: Job) -> Job:
        job = self._ground.job(draft)
        if job.state != "draft" or not _fits(job.recipe, source.recipe):
            raise StoreError(
                f"“{job.name}” was sent, or asks something else by now. Nothing was changed. "
                "Choose a new job."
            )
        self._stores.jobs.save_draft(draft, name=None, recipe=recipe, table_id=None, selection=None)
        return self._ground.job(draft)

    # Right answers

    def label(self, job_id: int, report: Report, *, rows: Sequence[int] = ()) -> LabelsMade:
        """Let what was corrected by hand, in these rows or in all, be known to be right.

        Rows that chance has drawn keep what was said of them, so no share of right answers moves.
        """
        job, table = self._ground.ready(job_id)
        carry_over(self._stores.gold, job, table, report)
        held = self._stores.corrections.all(job_id)
        wanted = {row: held[row] for row in (rows or held) if row in held}
        report(0, len(wanted))
        made = make_labels(job, table, self._stores.gold, wanted, report)
        report(len(wanted), len(wanted))
        self._stores.gold.put(job_id, table.id, made.made, {})
        return made

    def take_back(self, labels: LabelsMade, report: Report) -> None:
        """Let what is known to be right be as it was before these.

        What a person has said of a row since then stays.
        """
        report(0, 0)
        gold = self._stores.gold
        gone, back = {}, {}
        for field, made in labels.made.items():
            held = gold.held(labels.job, labels.table, field)
            gone[field] = [each for each in made if held.get(each.row) == each]
            rows = {each.row for each in gone[field]}
            back[field] = [each for each in labels.before.get(field, ()) if each.row in rows]
        gold.put(labels.job, labels.table, back, gone)

    def forget_labels(self, job_id: int, report: Report, *, rows: Sequence[int] = ()) -> int:
        """Forget the right answers that corrected cells became; returns how many there were."""
        job, table = self._ground.ready(job_id)
        carry_over(self._stores.gold, job, table, report)
        gone = labels_left(job, table, self._stores.gold, self._held(job_id, rows))
        self._stores.gold.put(job_id, table.id, {}, gone)
        return sum(map(len, gone.values()))

    def _held(self, job_id: int, rows: Sequence[int]) -> dict[int, Held]:
        """The corrections of the rows in which something was put right by hand."""
        found = self._stores.corrections.all(job_id)
        wanted = set(rows) if rows else found.keys()
        return {row: held for row, held in found.items() if row in wanted and by_hand(held)}

    def _came(self, job: Job, rows: Sequence[int], report: Report) -> Iterator[tuple[int, Answer]]:
        """The answers of these rows as they came."""
        plan = self._ground.plan(job)
        for first in range(0, len(rows), _AT_ONCE):
            report(first, len(rows))
            some = rows[first : first + _AT_ONCE]
            both = zip(some, answers_that_came(self._stores, plan, job, some), strict=True)
            yield from ((row, answer) for row, answer in both if answer is not None)


def _fits(recipe: Recipe, other: Recipe) -> bool:
    """Whether an example of one is one of the other as well."""
    return recipe.fields == other.fields and set(recipe.prompt.columns) == set(other.prompt.columns)


def _usable(row: int, lesson: Lesson | None) -> Lesson:
    if lesson is None:
        raise RecipeError(f"Nothing in row {row + 1} was corrected by hand. Nothing was changed.")
    if lesson.problem:
        raise RecipeError(f"Row {row + 1}: {lesson.problem} Nothing was changed.")
    return lesson
