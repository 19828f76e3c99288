"""Comparing: the verbs that put models, and versions of the prompt, side by side on same rows."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial

from claude_batch_desk.core.catalogue import OfferedModel
from claude_batch_desk.core.errors import RecipeError, StoreError
from claude_batch_desk.core.jobs.estimating import weigh
from claude_batch_desk.core.jobs.ground import Ground
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.jobs.quality.arms import AskedArm, ask
from claude_batch_desk.core.jobs.quality.contests import ContestResult
from claude_batch_desk.core.jobs.quality.labelling import rows_to_label
from claude_batch_desk.core.jobs.quality.measuring import weights_of
from claude_batch_desk.core.jobs.quality.sides import Sides, right_answers, tell
from claude_batch_desk.core.jobs.rows.selection import rows_that_run
from claude_batch_desk.core.jobs.store.answer_store import Trial
from claude_batch_desk.core.jobs.store.arm_store import Arm, Contest
from claude_batch_desk.core.jobs.trying import tried_rows, try_out
from claude_batch_desk.core.pricing.estimate import Range
from claude_batch_desk.core.prompts.recipe import Recipe
from claude_batch_desk.core.prompts.versions import Version
from claude_batch_desk.core.report import Report
from claude_batch_desk.core.tables.table import Table

FEWEST_ARMS, MOST_ARMS = 2, 4
_NOTHING = Range(Decimal(0), Decimal(0), Decimal(0), Decimal(0))


@dataclass(frozen=True)
class ContestOffer:
    """A contest that was not paid for yet, and what that will cost (USD)."""

    contest: Contest
    prices: tuple[Range, ...]
    """Of each arm, and where the first is asked again, of that; what is bought costs nothing."""

    @property
    def total(self) -> Range:
        """Of all."""
        return sum_of(self.prices)


@dataclass(frozen=True)
class ArmChoices:
    """What can be put side by side for a job."""

    recipe: Recipe
    """As the job is now; the first of them."""
    models: tuple[OfferedModel, ...]
    """That can answer it, newest first."""
    versions: tuple[Version, ...]
    """Earlier states of the recipe that say something else, newest first."""
    tried: int
    """So many rows were tried with the recipe as it is."""
    running: int
    """So many rows run."""


def sum_of(prices: Sequence[Range]) -> Range:
    """These together: as if all came out low, or all high, at once."""
    return Range(
        low=sum((each.low for each in prices), Decimal(0)),
        expected=sum((each.expected for each in prices), Decimal(0)),
        high=sum((each.high for each in prices), Decimal(0)),
        ceiling=sum((each.ceiling for each in prices), Decimal(0)),
    )


class Comparing:
    """Works on one data folder, like Desk. Every method may take long: call it on a worker."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._stores = ground.stores

    def choices(self, job_id: int, report: Report) -> ArmChoices:
        """What can be put side by side; raises RecipeError where no model is chosen yet."""
        job, table = self._ground.ready(job_id)
        model = self._ground.model(job, report)
        versions = self._stores.versions.versions(job_id)
        return ArmChoices(
            recipe=job.recipe,
            models=tuple(
                each
                for each in self._ground.models(job.mode, report)
                if each.batch
                and each.lifecycle != "retired"
                and (each.structured_outputs or not job.recipe.fields)
            ),
            versions=tuple(_told_apart(versions, job.recipe)),
            tried=len(tried_rows(self._stores, self._ground.prices, table, job, model)),
            running=len(rows_that_run(table, job.selection, report)),
        )

    def rows(self, job_id: int, count: int, report: Report) -> tuple[int, ...]:
        """At most so many rows to compare on: tried ones first, then random others that run."""
        job, table = self._ground.ready(job_id)
        tried: dict[int, float | None] = {}
        if job.recipe.model:
            model = self._ground.model(job, report)
            found = tried_rows(self._stores, self._ground.prices, table, job, model)
            weights = weights_of(self._ground, job)
            tried = {each.number: weights.get(each.number) for each in found}
        return tuple(sorted(rows_to_label(table, job, tried, (), report)[:count]))

    def offer(
        self,
        job_id: int,
        arms: Sequence[Arm],
        rows: Sequence[int],
        report: Report,
        *,
        again: bool = False,
    ) -> ContestOffer:
        """What it costs to have these rows answered by each; raises RecipeError.

        With `again` the first answers them twice, which shows how much of a difference is chance.
        """
        job, table = self._draft(job_id)
        contest = _contest(table, arms, rows, again=again)
        asked = self._asked(job, table, contest, report)
        return ContestOffer(contest, self._prices(contest, asked, report))

    def _prices(
        self, contest: Contest, asked: Sequence[AskedArm], report: Report
    ) -> tuple[Range, ...]:
        prices = [each.price(self._ground, report) for each in asked]
        if contest.again:
            first = asked[0]
            prices.append(first.price_again(self._ground, self._trials(first.job), prices[0]))
        return tuple(prices)

    def _trials(self, job: Job) -> dict[str, Trial]:
        return {each.sha256: each for each in self._stores.answers.trials(job.id)}

    def run(self, job_id: int, contest: Contest, report: Report) -> ContestResult:
        """Have each recipe answer the rows, at the full price, and say how they compare.

        Every answer is kept as it comes and is bought once: after a cancel or a failure, running
        again asks for the rest. Raises BudgetExceeded where the worst case does not fit.
        """
        with self._ground.alone(job_id, report):
            job, table = self._draft(job_id)
            if contest.table_id != table.id:
                raise StoreError("The table was changed since. Choose the rows to compare anew.")
            job = self._ground.keep_version(job, "tried")
            contest = replace(contest, arms=tuple(_named(each, job) for each in contest.arms))
            asked = self._asked(job, table, contest, report)
            price = sum_of(self._prices(contest, asked, report))
            with self._ground.budgets.reserve(job, price.ceiling):
                self._stores.arms.keep(job.id, contest)
                self._buy(job, contest, asked, report)
        found = self.result(job_id, report)
        if found is None:
            raise StoreError("The table was changed meanwhile. Compare again.")
        return found

    def _buy(self, job: Job, contest: Contest, asked: Sequence[AskedArm], report: Report) -> None:
        weights = weights_of(self._ground, job)
        first = asked[0]
        total = sum(len(each.asked) for each in asked) + len(first.asked) * contest.again
        for number, each in enumerate(asked):
            before = sum(len(one.asked) for one in asked[:number])
            wanted = [(one, weights.get(one.row, 1.0)) for one in each.asked]
            door, prices = self._ground.door(job), self._ground.prices
            heard = partial(_report_on, report, before, total)
            try_out(self._stores, door, prices, each.job, wanted, heard)
        if contest.again:
            heard = partial(_report_on, report, total - len(first.asked), total)
            first.ask_again(self._ground, self._ground.door(job), heard)
        report(total, total)

    def result(self, job_id: int, report: Report) -> ContestResult | None:
        """How the recipes of the job's newest contest compare; None where there is none.

        None as well where it was of another table, or one of them cannot be asked any more, such
        as for a column that is kept on this computer by now. What is not bought yet is left out.
        """
        job, table = self._ground.ready(job_id)
        contest = self._stores.arms.contest(job_id)
        if contest is None or contest.table_id != table.id:
            return None
        try:
            asked = self._asked(job, table, contest, report)
        except RecipeError:
            return None
        trials = self._trials(job)
        first = asked[0]
        weights = weigh(self._ground.memory, first.job, table, first.model, report)
        right = right_answers(self._stores.gold, job, table, contest)
        answers = [each.answers(trials) for each in asked]
        again = first.answers(self._second(job, first)) if contest.again else {}
        known = weights_of(self._ground, job)
        sides = Sides(contest, asked, answers, again, right.by_column, right.picked, known)
        return tell(sides, table, self._ground.prices, len(weights.sizes), right.leaks, job)

    def _second(self, job: Job, first: AskedArm) -> dict[str, Trial]:
        """The second answers to what the first asks, by their SHA-256."""
        raws = self._stores.arms.asked_again(job.id)
        return {
            sha256: Trial(sha256, each.row, each.prompt, raws[sha256])
            for each in first.asked
            if (sha256 := each.request.sha256) in raws
        }

    def use(self, job_id: int, arm: Arm, report: Report) -> Job:
        """Ask what this recipe asks from now on; what the job asked is kept as a version."""
        report(0, 0)
        job = self._ground.job(job_id)
        if arm.version:
            self._stores.versions.go_back(job_id, arm.version)
            return self._ground.job(job_id)
        self._ground.keep_version(job, "kept")
        self._stores.jobs.save_draft(
            job_id, name=None, recipe=arm.recipe, table_id=None, selection=None
        )
        job = self._ground.job(job_id)
        self._ground.keep_version(job, "kept")
        return self._ground.job(job_id)

    def _draft(self, job_id: int) -> tuple[Job, Table]:
        job, table = self._ground.ready(job_id)
        if job.state != "draft":
            raise StoreError("This job was already sent, so there is nothing left to compare.")
        return job, table

    def _asked(
        self, job: Job, table: Table, contest: Contest, report: Report
    ) -> tuple[AskedArm, ...]:
        rows = [row for row in contest.rows if row < table.row_count]
        return tuple(ask(self._ground, job, table, each, rows, report) for each in contest.arms)


def _contest(table: Table, arms: Sequence[Arm], rows: Sequence[int], *, again: bool) -> Contest:
    """Raises RecipeError where there is nothing to compare."""
    if not FEWEST_ARMS <= len(arms) <= MOST_ARMS:
        raise RecipeError(
            f"{FEWEST_ARMS} to {MOST_ARMS} models or versions can be compared at once. "
            "Choose some more, or fewer."
        )
    if len({each.recipe for each in arms}) < len(arms):
        raise RecipeError("Two of them ask the same. Choose another one.")
    if not rows:
        raise RecipeError("There is no row to compare on. Choose rows that run.")
    return Contest(table.id, tuple(sorted(set(rows))), tuple(arms), again)


def _told_apart(versions: Sequence[Version], now: Recipe) -> Iterator[Version]:
    """Each recipe once, by its newest version, without the one as it is now."""
    known = {now}
    for each in versions:
        if each.recipe not in known:
            known.add(each.recipe)
            yield each


def _named(arm: Arm, job: Job) -> Arm:
    """The job's own recipe is the version it was just kept as."""
    return replace(arm, version=job.version) if arm.recipe == job.recipe else arm


def _report_on(report: Report, before: int, total: int, done: int, of: int) -> None:
    report(before + done, total)
