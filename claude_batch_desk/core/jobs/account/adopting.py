"""A batch bound to the part that its ids prove it to be, where the job does not know it."""

from claude_batch_desk.core.errors import Refused, StoreError
from claude_batch_desk.core.jobs.account.listing import fits
from claude_batch_desk.core.jobs.account.whose import first_id, maker_of
from claude_batch_desk.core.jobs.ground import Ground
from claude_batch_desk.core.jobs.job import Job, Part
from claude_batch_desk.core.jobs.store import Stores
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
    job_id, number = _place(ground.stores, gateway, batch, report)
    with ground.alone(job_id, report):
        part = _part(ground.job(job_id), number, batch)
        if not part.batch_id and part.mark:
            _check_newer(gateway, batch, part, report)
        ground.stores.account.bind(job_id, number, batch)
        return ground.job(job_id)


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


def _place(stores: Stores, gateway: Gateway, batch: Batch, report: Report) -> tuple[int, int]:
    """The job and the number of its part that the batch is; raises NotProven."""
    jobs = stores.account.jobs()
    for job in jobs:
        for part in job.parts:
            if part.batch_id == batch.id:
                return job.id, part.number
    maker = maker_of(while_heard(lambda: first_id(gateway, batch), lambda: report(0, 0)))
    by_token = {job.token: job.id for job in jobs}
    if maker is None or maker.token not in by_token:
        raise NotProven(f"This batch does not have the ids of a job here. {_LEFT}")
    return by_token[maker.token], maker.part


def _part(job: Job, number: int, batch: Batch) -> Part:
    if not 1 <= number <= len(job.parts):
        raise NotProven(
            f"Job {job.id} has no part {number}, so nothing tells which rows this batch asked. "
            f"{_LEFT}"
        )
    part = job.parts[number - 1]
    if part.batch_id == batch.id and part.state != "lost":
        raise NotProven(f"Job {job.id} has this batch already. Nothing was changed.")
    if part.batch_id != batch.id and not fits(part, batch):
        raise NotProven(
            f"Part {number} of job {job.id} has another batch, or other requests than this one. "
            f"{_LEFT}"
        )
    return part


def _check_newer(gateway: Gateway, batch: Batch, part: Part, report: Report) -> None:
    """Raise NotProven for a batch that was there before the part was first sent."""
    newer = while_heard(lambda: gateway.batches_after(part.mark), lambda: report(0, 0))
    if all(each.id != batch.id for each in newer):
        raise NotProven(
            f"This batch was there before part {part.number} was sent, so it is another one. "
            f"{_LEFT}"
        )
