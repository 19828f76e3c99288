"""What a job has at the service, deleted there once it is here and in a file.

Only what is proven ours and has brought everything goes: all ids of the part were in the batch's
results, and no other. A step that is cut off is taken again: what is gone already is not missed.
"""

from dataclasses import dataclass
from http import HTTPStatus

from claude_batch_desk.core.errors import KeyRefused, Refused, StoreError
from claude_batch_desk.core.jobs.job import Job, Part
from claude_batch_desk.core.jobs.packing import forget_files
from claude_batch_desk.core.jobs.store import Stores
from claude_batch_desk.core.report import Report
from claude_batch_desk.core.service.gateway import Gateway

WHAT_IT_MEANS = (
    "The service keeps what was sent, and the answers, for 29 days. After this it has neither, and "
    "neither can be fetched again: the answers are in this program and in the file alone, so keep "
    "both. A backup from before the answers came cannot bring them back any more."
)
"""What a person should know before."""


@dataclass(frozen=True)
class Deleted:
    """What became of the batches of a job."""

    batches: int = 0
    """So many are not there any more."""
    kept: tuple[str, ...] = ()
    """Why others stay there, a sentence each."""

    def __str__(self) -> str:
        if not self.batches and not self.kept:
            return "Nothing of this job is at the service any more."
        count = "1 batch is" if self.batches == 1 else f"{self.batches:,} batches are"
        gone = f"{count} deleted at the service, with what was sent and what was answered."
        return " ".join([*([gone] if self.batches else ()), *self.kept])


def delete_at_service(stores: Stores, gateway: Gateway, job: Job, report: Report) -> Deleted:
    """Delete the batches of a job that was done and exported, and files that only it needed.

    Those of its rows that were run again go with it.

    Raises StoreError where it was not, KeyRefused where another key sent it, and what the gateway
    raises where the service cannot be reached; what was deleted by then stays so. Reports batches.
    """
    _check(job, gateway)
    parts, deleted, kept = [(job.id, part) for part in _there(job)], 0, list[str]()
    for run in filter(_there, stores.jobs.runs_of(job.id)):
        if run.state == "done" and run.key_print == job.key_print:
            parts += [(run.id, part) for part in _there(run)]
        else:
            kept.append(
                "What was run again stays at the service: its answers are not all here, or it was "
                "sent with another API key."
            )
    for done, (owner, part) in enumerate(parts):
        report(done, len(parts))
        if not stores.parts.is_complete(owner, part.number):
            kept.append(
                f"{_name(part, again=owner != job.id)} stays at the service: not all of its "
                "answers are here, or its batch holds others too."
            )
        elif why := _delete(gateway, part):
            kept.append(f"{_name(part, again=owner != job.id)} stays at the service. {why}")
        else:
            deleted += 1
            stores.milestones.deleted(owner, part.number, gateway.now())
    forget_files(stores.uploads, gateway, job.id)
    return Deleted(deleted, tuple(kept))


def _there(job: Job) -> list[Part]:
    return [part for part in job.parts if part.batch_id and part.deleted_at is None]


def _name(part: Part, *, again: bool) -> str:
    return f"Part {part.number} of a run again" if again else f"Part {part.number}"


def _check(job: Job, gateway: Gateway) -> None:
    if job.state != "done":
        raise StoreError(
            "There are answers to come of this job, so nothing of it is deleted at the service. "
            "Wait until it is done."
        )
    if job.exported_at is None:
        raise StoreError(
            "This job was not exported since its answers came, so nothing of it is deleted at the "
            "service. Export it first."
        )
    if job.key_print != gateway.key_print:
        raise KeyRefused(
            "This job was sent with another API key, so nothing of it is deleted at the service. "
            "Enter that key again to delete it."
        )


def _delete(gateway: Gateway, part: Part) -> str:
    """Delete the batch of a part; says why where the service does not."""
    try:
        gateway.delete_batch(part.batch_id)
    except KeyRefused:
        raise
    except Refused as error:
        if error.status != HTTPStatus.NOT_FOUND:
            return str(error)
    return ""
