"""A batch bound to the part that its ids prove it to be, where the job does not know it."""

from claude_batch_desk.core.errors import Refused, StoreError
from claude_batch_desk.core.jobs.account.listing import fits
from claude_batch_desk.core.jobs.account.whose import first_id, maker_of
from claude_batch_desk.core.jobs.ground import Ground
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.jobs.store import Stores
from claude_batch_desk.core.jobs.store.account_store import KnownJob, KnownPart
from claude_batch_desk.core.report import Report
from claude_batch_desk.core.service.batch import Batch
from claude_batch_desk.core.service.gateway import Gateway
from claude_batch_desk.core.service.waiting import while_heard

_LEFT = "Nothing was changed. Its answers can be imported to be read."


class NotProven(StoreError):
    """A batch that cannot be taken over: nothing proves it to be a part that lacks one."""


def adopt(ground: Ground, gateway: Gateway, batch_id: str, report: Report) -> Job:
    """Take an ended batch over for the part of a job that it is; the next look fetches its answers.

    Only the ids in its results prove it, as where a lost reply is settled. Nothing is sent, and
    nothing is changed at the service. Raises NotProven, Refused where it has no results, and what
    the gateway raises.
    """
    batch = while_heard(lambda: gateway.batch(batch_id), lambda: report(0, 0))
    if not batch.has_results:
        raise Refused(no_results(batch))
    known, number = _place(ground.stores, gateway, batch, report)
    with ground.alone(known.id, report):
        job = ground.job(known.id)
        part = _part(_known(ground.stores, job.id), number, batch)
        if job.address != gateway.place:
            raise NotProven(
                f"Job {known.shown} went to another address of the service than this batch. {_LEFT}"
            )
        mark = job.parts[number - 1].mark
        if not part.batch_id and mark:
            _check_newer(gateway, batch, mark, report)
        ground.stores.account.bind(job.id, number, batch)
        return ground.job(known.shown)


def no_results(batch: Batch) -> str:
    """Why there is nothing to fetch of a batch, as sentences."""
    if not batch.ended:
        return (
            "This batch is still running, so it has no answers yet. It ends within 24 hours after "
            "it was made; try again then."
        )
    return (
        "The service no longer has the answers of this batch: it keeps them for 29 days after a "
        "batch was made. Nothing was changed."
    )


def _place(stores: Stores, gateway: Gateway, batch: Batch, report: Report) -> tuple[KnownJob, int]:
    """The job and the number of its part that the batch is; raises NotProven."""
    jobs = stores.account.jobs()
    for job in jobs:
        for part in job.parts:
            if part.batch_id == batch.id:
                return job, part.number
    maker = maker_of(while_heard(lambda: first_id(gateway, batch), lambda: report(0, 0)))
    by_token = {job.token: job for job in jobs}
    if maker is None or maker.token not in by_token:
        raise NotProven(f"This batch does not have the ids of a job here. {_LEFT}")
    return by_token[maker.token], maker.part


def _known(stores: Stores, job_id: int) -> KnownJob:
    return next(job for job in stores.account.jobs() if job.id == job_id)


def _part(job: KnownJob, number: int, batch: Batch) -> KnownPart:
    if not 1 <= number <= len(job.parts):
        raise NotProven(
            f"Job {job.id} has no part {number}, so nothing tells which rows this batch asked. "
            f"{_LEFT}"
        )
    part = job.parts[number - 1]
    if part.batch_id == batch.id and part.state != "lost":
        raise NotProven(f"Job {job.shown} has this batch already. Nothing was changed.")
    if not job.reopens:
        raise NotProven(f"Rows of job {job.shown} were run again since. {_LEFT}")
    if not fits(job, part, batch):
        raise NotProven(
            f"Part {number} of job {job.shown} has another batch, or other requests than this one. "
            f"{_LEFT}"
        )
    return part


def _check_newer(gateway: Gateway, batch: Batch, mark: str, report: Report) -> None:
    """Raise NotProven for a batch that was there before the part was first sent."""
    newer = while_heard(lambda: gateway.batches_after(mark), lambda: report(0, 0))
    if all(each.id != batch.id for each in newer):
        raise NotProven(f"This batch was there before that part was sent. {_LEFT}")
