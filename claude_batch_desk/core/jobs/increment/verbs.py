"""Increments: the verbs about next month's file, of which only what is new is asked."""

from dataclasses import dataclass, field

from claude_batch_desk.core.errors import StoreError
from claude_batch_desk.core.jobs.ground import Ground
from claude_batch_desk.core.jobs.increment.asking import Asking
from claude_batch_desk.core.jobs.increment.comparing import Counted, compare
from claude_batch_desk.core.jobs.increment.earlier import earlier_of, found_job, why_not
from claude_batch_desk.core.jobs.increment.keys import Side, keys_of
from claude_batch_desk.core.jobs.increment.telling import differences
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.jobs.plan import Plan
from claude_batch_desk.core.jobs.rows.selection import Selection
from claude_batch_desk.core.jobs.store.increment_store import Since
from claude_batch_desk.core.report import Report


@dataclass(frozen=True)
class Candidate:
    """A finished job whose answers a draft could take over."""

    job: Job
    why_not: str = ""
    """Why each row asks something else than that job did, as a sentence; "" where it need not."""


@dataclass(frozen=True)
class Increment:
    """What a draft takes over from an earlier job, and what it asks."""

    since: Since
    counted: Counted = field(default=Counted())
    key: str = ""
    """The column that rows are told apart by; "" for their order."""
    keys: tuple[str, ...] = ()
    """The columns that could tell them apart, the likeliest first."""
    problem: str = ""
    """Why no answer is taken over, or why rows are told apart otherwise than wanted; or ""."""


@dataclass(frozen=True)
class Survey:
    """What a person is told of a job in this respect."""

    candidates: tuple[Candidate, ...] = ()
    """None for a job that was sent."""
    increment: Increment | None = None
    """None for a job that follows none, or was sent."""
    since: Since | None = None


class Increments:
    """Works on one data folder, like Desk. Every method may take long: call it on a worker."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._stores = ground.stores

    def candidates(self, job_id: int, report: Report) -> list[Candidate]:
        """The finished jobs that went the way of this draft; those that ask alike come first.

        Of these the ones whose tables are likest, then the newest. None without table and model.
        """
        job = self._ground.job(job_id)
        if job.table_id is None or not job.recipe.model:
            return []
        table, model = self._ground.table_of(job), self._ground.model(job, report)
        address = self._address(job)
        found: list[tuple[bool, int, int, Candidate]] = []
        for each in self._stores.jobs.jobs():
            report(0, 0)
            since = Since(each.id, each.created_at, each.name)
            if each.id == job.id or not each.outcomes.get("answered"):
                continue
            if each.table_id is None or why_not(job, since, each, address):
                continue
            why = differences(job, model, each)
            shared = len({*table.columns} & {*self._stores.tables.table(each.table_id).columns})
            found.append((not why, shared, each.id, Candidate(each, why)))
        return [each for *_, each in sorted(found, key=lambda one: one[:3], reverse=True)]

    def proposed(self, job_id: int, report: Report) -> Job | None:
        """The likeliest job that asked what this draft asks; None where there is none."""
        likeliest = self.candidates(job_id, report)[:1]
        return next((each.job for each in likeliest if not each.why_not), None)

    def follow(
        self, job_id: int, earlier_id: int | None, report: Report, *, key: str | None = None
    ) -> Since | None:
        """Let a draft take over the answers of a finished job, or of none.

        With `key` rows are told apart by this column, "" by their order; None finds a column each
        time.
        Raises StoreError where nothing of that job can be taken over, or the draft was sent.
        """
        job = self._ground.job(job_id)
        if job.state != "draft":
            raise StoreError("This job was already sent, so nothing of it can change.")
        if earlier_id is None:
            self._stores.increments.follow(job_id, None)
            return None
        earlier = self._ground.job(earlier_id)
        if earlier.again_of is not None:  # what it was answered is with that job
            earlier = self._ground.job(earlier.again_of)
        since = Since(earlier.id, earlier.created_at, earlier.name, key)
        if why := why_not(job, since, earlier, self._address(job)):
            raise StoreError(why)
        report(0, 0)
        self._stores.increments.follow(job_id, since)
        return since

    def go_on(self, job_id: int, name: str, report: Report) -> Job:
        """A new draft that asks what a finished job asked, and takes over its answers.

        It has no table yet. Raises StoreError where that job is not done.
        """
        earlier = self._ground.job(job_id)
        if earlier.state != "done":
            raise StoreError("This job is not done yet. Wait for its answers, then go on from it.")
        made = self._stores.jobs.add(name, earlier.mode, earlier.recipe)
        kept = Selection(excluded=earlier.selection.excluded)
        self._stores.jobs.save_draft(made, name=None, recipe=None, table_id=None, selection=kept)
        self.follow(made, job_id, report)
        return self._ground.job(made)

    def since(self, job_id: int) -> Since | None:
        """Which job this one takes, or took, answers from; None where it asks every row."""
        return self._stores.increments.since(job_id)

    def followers(self, job_id: int) -> list[str]:
        """The names of the drafts that would have to ask every row if this job were removed."""
        return self._stores.increments.followers(job_id)

    def look(self, job_id: int, report: Report) -> Increment | None:
        """How a draft differs from the job it follows; None where it follows none."""
        job, table = self._ground.ready(job_id)
        since = self._stores.increments.since(job_id)
        if since is None:
            return None
        model = self._ground.model(job, report)
        asked = Asking(self._ground.memory, job, table, model).asked(report)
        now = Side(table, asked.weights.row_numbers)
        earlier = earlier_of(self._stores, job, self._address(job), report)
        if earlier is None:
            found = found_job(self._stores, since.job)
            why = why_not(job, since, found, self._address(job))
            return Increment(since, Counted(new=len(now.rows)), problem=why)
        then = self._side(earlier.job, earlier.plan)
        keys = keys_of(then, now, since.key or "", report)
        key = since.key if since.key is not None else next(iter(keys), "")
        problems = [differences(job, model, earlier.job)]
        if key and key not in keys:
            problems.append(
                f"“{key}” does not have a value of its own in each row of both tables, so rows "
                "are told apart by their order."
            )
            key = ""
        counted = compare(asked, earlier, keys.get(key), report)
        return Increment(since, counted, key, tuple(keys), " ".join(filter(None, problems)))

    def survey(self, job_id: int, report: Report) -> Survey:
        """All of this at once; raises what stands in the way of an estimate as well."""
        since = self.since(job_id)
        if self._ground.job(job_id).state != "draft":
            return Survey(since=since)
        return Survey(tuple(self.candidates(job_id, report)), self.look(job_id, report), since)

    def _address(self, job: Job) -> str:
        return self._ground.doors.address(job.mode)

    def _side(self, job: Job, plan: Plan) -> Side:
        if job.table_id is None:
            raise StoreError("This job has no table yet. Open a file first.")
        return Side(self._stores.tables.table(job.table_id), plan.row_numbers)
