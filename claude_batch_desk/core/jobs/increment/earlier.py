"""Earlier: a finished job whose answers another one takes over, as far as it asks the same."""

from array import array
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from claude_batch_desk.core.catalogue import OfferedModel
from claude_batch_desk.core.errors import StoreError
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.jobs.plan import DIGEST_BYTES, Plan
from claude_batch_desk.core.jobs.store import Stores
from claude_batch_desk.core.jobs.store.increment_store import Since, TakenOver
from claude_batch_desk.core.jobs.weighing import NEARLY_EMPTY
from claude_batch_desk.core.prompts.request import request_builder
from claude_batch_desk.core.report import Report

_REPORT_EVERY = 4_096
Item = TypeVar("Item")


@dataclass(frozen=True)
class Earlier:
    """A job whose answers can be taken over by one that goes the same way."""

    since: Since
    job: Job
    plan: Plan
    requests: Mapping[bytes, int]
    """The requests with a usable answer, by the SHA-256 of what they asked."""


class Taking:
    """The requests of a job that is being sent which have their answer already."""

    def __init__(self, earlier: Earlier | None) -> None:
        self._earlier = earlier
        self._found = array("I")
        self._requests, self._sources = array("I"), array("I")

    def find(self, number: int, digest: bytes) -> int | None:
        """The earlier job's request that asked the same and was answered; None for none."""
        if self._earlier is None:
            return None
        source = self._earlier.requests.get(digest)
        if source is not None:
            self._found.append(number)
        return source

    def take(self, number: int, source: int) -> None:
        """Take over the answer that was found for a request."""
        self._requests.append(number)
        self._sources.append(source)

    def taken(self, plan: Plan, expected: int) -> TakenOver | None:
        """All that is taken over by the rows of this plan; None where no job is followed.

        Raises StoreError where it was found for other than the `expected` number of rows: the
        others would be paid, and the person has agreed to less.
        """
        if _rows(plan, self._found) != expected:
            raise StoreError(
                "The job whose answers were to be taken over has changed while this one was being "
                "prepared, so nothing was sent. Look at its price and send it again."
            )
        if self._earlier is None:
            return None
        since = replace(self._earlier.since, name=self._earlier.job.name)
        since = replace(since, taken=_rows(plan, self._requests))
        return TakenOver(since, self._requests, self._sources)


def _rows(plan: Plan, requests: "array[int]") -> int:
    flags = bytearray(plan.requests)
    for number in requests:
        flags[number] = 1
    return sum(flags[number] for number in plan.request_of_row) if requests else 0


def heard(items: Iterable[Item], report: Report) -> Iterator[Item]:
    """The same, while a cancel is listened for."""
    for number, item in enumerate(items):
        if number % _REPORT_EVERY == 0:
            report(0, 0)
        yield item


def split(digests: bytes) -> Iterator[bytes]:
    """Digests that are packed one after the other."""
    return (digests[at : at + DIGEST_BYTES] for at in range(0, len(digests), DIGEST_BYTES))


def why_not(job: Job, since: Since, earlier: Job | None, address: str) -> str:
    """Why this job, which is to go to `address`, takes over nothing of another one; "" if it may.

    None for `earlier` says that it is gone.
    """
    if earlier is None or earlier.created_at != since.made:
        return f"Job {since.job}, “{since.name}”, was removed, and its answers with it."
    if earlier.state != "done":
        return f"Job {earlier.id} is not done yet. What it has answered can be taken over then."
    if earlier.mode != job.mode:
        words = {"practice": "in Practice", "live": "Live"}
        return (
            f"Job {earlier.id} ran {words[earlier.mode]}, and this one runs {words[job.mode]}. "
            "Answers of the two are never mixed."
        )
    if earlier.address != address:
        return f"Job {earlier.id} was answered by the service at another address."
    return ""


def found_job(stores: Stores, job_id: int) -> Job | None:
    """The job of this number, if there is one."""
    try:
        return stores.jobs.job(job_id)
    except StoreError:
        return None


def check_followed(stores: Stores, job: Job, address: str) -> None:
    """Raise StoreError where a draft is to take over answers, and none of them can be.

    All of its rows would be paid instead, though the person has wanted only some to be.
    """
    since = stores.increments.since(job.id)
    if since and (why := why_not(job, since, found_job(stores, since.job), address)):
        raise StoreError(
            f"{why} So no answer can be taken over, and nothing was sent. To ask every row, say so "
            "on the page “Review & send”, and look at the price."
        )


def earlier_of(stores: Stores, job: Job, address: str, report: Report) -> Earlier | None:
    """What a draft takes over when it is sent to `address`; None where it asks every row."""
    since = stores.increments.since(job.id)
    if since is None:
        return None
    found = found_job(stores, since.job)
    if found is None or why_not(job, since, found, address):
        return None
    plan = stores.jobs.plan(found.id)
    if found.recipe.fields != job.recipe.fields:  # its answers would be read in another way
        return Earlier(since, found, plan, {})
    # What was run again stands in the plan by what it was asked then.
    usable = bytearray(plan.requests)
    for number in heard(stores.increments.answered(found.id), report):
        usable[number] = 1
    every = zip(split(plan.digests), heard(usable, report), strict=True)
    return Earlier(
        since, found, plan, {digest: at for at, (digest, use) in enumerate(every) if use}
    )


def asks_alike(job: Job, model: OfferedModel, earlier: Job) -> bool:
    """Whether all that two jobs repeat in every request is the same, so that rows may be, too."""
    if earlier.model is None or job.recipe.fields != earlier.recipe.fields:
        return False
    now = request_builder(job.recipe, model, documents=True)(NEARLY_EMPTY)
    then = request_builder(earlier.recipe, earlier.model, documents=True)(NEARLY_EMPTY)
    return now.sha256 == then.sha256
