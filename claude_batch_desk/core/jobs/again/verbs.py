"""Again: the verbs about rows that are run again."""

from array import array
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from claude_batch_desk.core.catalogue import OfferedModel
from claude_batch_desk.core.errors import StoreError
from claude_batch_desk.core.jobs.again.causes import CAUSES, NEED_A_CHANGE, Cause, cause_of
from claude_batch_desk.core.jobs.again.handing import request_of, rows_asked, whole_requests
from claude_batch_desk.core.jobs.again.proposing import propose
from claude_batch_desk.core.jobs.correcting.laying import LaidAnswers
from claude_batch_desk.core.jobs.desk import Desk
from claude_batch_desk.core.jobs.ground import Ground
from claude_batch_desk.core.jobs.job import Job, Way
from claude_batch_desk.core.jobs.plan import Plan
from claude_batch_desk.core.jobs.rows.selection import Selection
from claude_batch_desk.core.pricing.estimate import Estimate
from claude_batch_desk.core.prompts.fields import columns_of
from claude_batch_desk.core.prompts.recipe import Recipe
from claude_batch_desk.core.report import Report

_REPORT_EVERY = 500
_OPEN = ("sending", "waiting")


@dataclass(frozen=True)
class Group:
    """The rows of a job that have no usable answer for one cause."""

    cause: Cause
    rows: int
    requests: int
    """Distinct requests; rows that ask the same are asked and paid once."""
    running: int
    """Of the rows those that are being run again already; they are not offered once more."""
    reason: str
    """Of one of them, as it stands beside its row."""
    advice: str
    """What to do, in sentences."""
    recipe: Recipe | None
    """What to run them again with; None where a person has to change something first."""

    @property
    def rest(self) -> int:
        """How many rows can be run again now."""
        return self.rows - self.running


@dataclass(frozen=True)
class Wanted:
    """Rows of a finished job to be run again, and how."""

    causes: tuple[Cause, ...] = ()
    """All rows of these; more than one only where they are to run with the same recipe."""
    rows: tuple[int, ...] = ()
    """These besides, by number; rows that ask the same go with them."""
    recipe: Recipe | None = None
    """None for the one proposed for the cause, and for the job's own with rows by number."""
    way: Way = "batch"


def _unheard(run: int) -> None:
    """For callers who need not know the run before it is sent."""


class Again:
    """Works on one data folder, like Desk. Every method may take long: call it on a worker."""

    def __init__(self, ground: Ground, desk: Desk) -> None:
        self._ground, self._desk = ground, desk
        self._stores = ground.stores

    def runs(self, job_id: int) -> list[Job]:
        """The runs again of a job, newest first."""
        return self._stores.jobs.runs_of(job_id)

    def models(self, job_id: int, report: Report) -> list[OfferedModel]:
        """The models on offer to a job, newest first."""
        return self._ground.models(self._ground.job(job_id).mode, report)

    def causes(self, job_id: int, report: Report) -> list[Group]:
        """The rows without a usable answer, by cause; raises StoreError until the job is done."""
        first = self._first(job_id)
        plan, running = self._ground.plan(first), self._running(first)
        marked, reasons = self._marked(first, plan, report)
        models = self._ground.models(first.mode, report)
        if first.model is None:
            raise StoreError("This job was not sent yet.")
        mended, groups = self._mended(first, plan), []
        for cause, requests in marked.items():
            rows = [row for row in rows_asked(plan, requests) if row not in mended]
            if not rows:
                continue
            proposal = propose(cause, first.recipe, first.model, models)
            groups.append(
                Group(
                    cause,
                    len(rows),
                    len({request_of(plan, row) for row in rows}) if mended else sum(requests),
                    sum(row in running for row in rows),
                    reasons[cause],
                    proposal.advice,
                    proposal.recipe,
                )
            )
        return groups

    def like_row(self, job_id: int, row: int, report: Report) -> Group | None:
        """A row by its number in the table, with all that ask the same.

        None where it has a usable answer; raises StoreError until the job is done.
        """
        report(0, 0)
        first = self._first(job_id)
        plan, running = self._ground.plan(first), self._running(first)
        rows = whole_requests(plan, array("I", [row]))
        if row not in rows or first.model is None:
            raise StoreError(f"Row {row + 1:,} is not part of job {first.id}.")
        [answer] = LaidAnswers(self._stores, first).of_rows([row], [request_of(plan, row)])
        cause = cause_of(answer) if answer is not None else None
        if answer is None or cause is None:
            return None
        proposal = propose(
            cause, first.recipe, first.model, self._ground.models(first.mode, report)
        )
        under_way = sum(each in running for each in rows)
        told = answer.reason, proposal.advice, proposal.recipe
        return Group(cause, len(rows), 1, under_way, *told)

    def estimate(self, job_id: int, wanted: Wanted, report: Report) -> Estimate:
        """What it will cost to run these rows again; raises StoreError like `start`."""
        first = self._first(job_id)
        return self._desk.price(self._draft(first, wanted, report), report)

    def start(
        self,
        job_id: int,
        wanted: Wanted,
        budget: Decimal | None,
        report: Report,
        about_to: Callable[[int], object] = _unheard,
    ) -> Job:
        """Send rows of a finished job once more, and return the run.

        The earlier answers stay until its answers are in, and are kept even then. Nothing else
        decides the way: it is a batch unless `wanted` says otherwise. Raises StoreError where no
        row is left to run or the change does not fit, and like `Desk.send`; nothing was sent then.
        `about_to` gets the number of the draft that is about to be sent.
        """
        first = self._first(job_id)
        with self._ground.alone(first.id, report):
            draft = self._draft(first, wanted, report)
            rows = draft.selection.rows or ()
            run = self._stores.again.add(first.id, draft.recipe, rows)
            try:
                about_to(run)
                return self._desk.send(run, budget, report, wanted.way)
            finally:
                if self._stores.jobs.job(run).state == "draft":
                    self._stores.jobs.remove(run)

    def cancel(self, job_id: int, report: Report) -> list[Job]:
        """Stop what is being run again of a job; see `Desk.cancel`. Returns these runs."""
        runs = [run for run in self.runs(job_id) if run.state in _OPEN]
        return [self._desk.cancel(run.id, report) for run in runs]

    def _first(self, job_id: int) -> Job:
        job = self._ground.job(job_id)
        if job.again_of is not None:
            job = self._ground.job(job.again_of)
        if job.state != "done":
            raise StoreError(
                f"Job {job.id} is not done, so it is not known yet which of its rows are worth "
                "running again. Wait for its end, or cancel what is left of it."
            )
        return job

    def _running(self, first: Job) -> set[int]:
        """The rows that open runs ask."""
        runs = [run for run in self.runs(first.id) if run.state in _OPEN]
        return {row for run in runs for row in run.selection.rows or ()}

    def _mended(self, first: Job, plan: Plan) -> set[int]:
        """The rows that a person's corrections have made usable; nobody needs to pay for them."""
        laid = LaidAnswers(self._stores, first)
        if not laid.any_corrected:
            return set()
        rows = sorted(self._stores.corrections.all(first.id))
        answers = laid.of_rows(rows, [request_of(plan, row) for row in rows])
        both = zip(rows, answers, strict=True)
        return {row for row, each in both if each is not None and each.outcome == "answered"}

    def _marked(
        self, first: Job, plan: Plan, report: Report
    ) -> tuple[dict[Cause, bytearray], dict[Cause, str]]:
        """For each cause there is its requests, marked by a 1, and a reason."""
        found: dict[Cause, bytearray] = {}
        reasons: dict[Cause, str] = {}
        for done, (request, answer) in enumerate(self._stores.again.troubles(first.id)):
            if done % _REPORT_EVERY == 0:
                report(request, plan.requests)
            if cause := cause_of(answer):
                found.setdefault(cause, bytearray(plan.requests))[request] = 1
                reasons.setdefault(cause, answer.reason)
        return {cause: found[cause] for cause in CAUSES if cause in found}, reasons

    def _draft(self, first: Job, wanted: Wanted, report: Report) -> Job:
        """The run as a value that is in no store: its rows and its recipe, checked."""
        plan, running = self._ground.plan(first), self._running(first)
        rows = set(whole_requests(plan, array("I", sorted(wanted.rows))))
        if wanted.causes:
            marked, _ = self._marked(first, plan, report)
            asked = (rows_asked(plan, marked[cause]) for cause in wanted.causes if cause in marked)
            rows |= {row for each in asked for row in each} - self._mended(first, plan)
        left = tuple(sorted(rows - running))
        if not left:
            raise StoreError(
                "No row is left to be run again for that: it is answered, or being run already. "
                "Nothing was sent."
            )
        recipe = wanted.recipe or self._proposed(first, wanted.causes, report)
        _check_recipe(first, recipe, wanted.causes)
        selection = Selection(excluded=first.selection.excluded, rows=left)
        # Number 0 is no job's: what was tried or counted for the first is not of this one.
        return replace(
            first, id=0, state="draft", recipe=recipe, selection=selection, parts=(),
            sent_at=None, again_of=first.id,
        )  # fmt: skip

    def _proposed(self, first: Job, causes: Iterable[Cause], report: Report) -> Recipe:
        models = self._ground.models(first.mode, report)
        if first.model is None:
            raise StoreError("This job was not sent yet.")
        recipes = [propose(each, first.recipe, first.model, models).recipe for each in causes]
        proposed = [each for each in recipes if each is not None]
        if len(proposed) < len(recipes):
            raise StoreError(
                "These rows would most likely end the same way. Change the prompt, the model or "
                "the most tokens first. Nothing was sent."
            )
        if any(each != proposed[0] for each in proposed):
            raise StoreError(
                "These rows need different changes. Run them one cause after the other. Nothing "
                "was sent."
            )
        return proposed[0] if proposed else first.recipe


def _check_recipe(first: Job, recipe: Recipe, causes: Iterable[Cause]) -> None:
    if recipe.fields != first.recipe.fields:
        told = [
            ", ".join(column.header for column in columns_of(each.fields))
            for each in (first.recipe, recipe)
        ]
        which = f" ({told[0]} before, {told[1]} now)" if told[0] != told[1] else ""
        raise StoreError(
            f"The answer columns differ from those of the job{which}, so the answers would not fit "
            "beside the others. Nothing was sent. Make a new job for other answer columns."
        )
    if recipe == first.recipe and set(causes) & set(NEED_A_CHANGE):
        raise StoreError(
            "These rows would most likely end the same way. Change the prompt, the model or the "
            "most tokens first. Nothing was sent."
        )
