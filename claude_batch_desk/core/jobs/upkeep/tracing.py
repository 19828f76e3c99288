"""Tracing: whether a job out of a backup was sent after it, as far as the service can tell."""

from dataclasses import dataclass

from claude_batch_desk.core.jobs.account.whose import first_id, maker_of
from claude_batch_desk.core.jobs.store import Stores
from claude_batch_desk.core.jobs.store.hold_store import Hold
from claude_batch_desk.core.report import Report
from claude_batch_desk.core.service.gateway import Gateway


@dataclass(frozen=True)
class Trace:
    """What the batches of the account say about a job. None of them belongs to a known part."""

    ours: tuple[str, ...]
    """Batches whose answers prove that they are of this job."""
    untold: int
    """Newer batches that do not tell whose they are: running, or without results by now."""
    unknown: int = 0
    """Newer batches that have ids like ours, of no job in this folder."""

    def __str__(self) -> str:
        if self.ours:
            return (
                f"This job was sent after the backup: {', '.join(self.ours)} at the service is of "
                "it. Sending it again would be paid again. Bring in what it has answered: in the "
                "window by File, Batches at the service, or by the command batches."
            )
        if self.untold:
            return (
                f"Batches at the service that do not tell yet whose they are: {self.untold:,}. One "
                "of them may be this job; when they have ended, their answers tell."
            )
        if self.unknown:
            return (
                "Batches that this application has sent for jobs that are not here: "
                f"{self.unknown:,}. If this job became a draft again after the backup and was sent "
                "once more, one of them is it. No other batch of it was found."
            )
        return (
            "No batch of this job was found at the service. What was answered at once, or deleted "
            "there, leaves no trace."
        )


def trace(stores: Stores, gateway: Gateway, hold: Hold, report: Report) -> Trace:
    """Look for a held job among the batches made since its backup.

    Only the ids in its results prove a batch ours. Raises what the gateway raises. Reports batches.
    """
    token = stores.jobs.token(hold.job)
    owned = stores.jobs.owned_batches()
    report(0, 0)
    newer = [each for each in gateway.batches_after(hold.mark) if each.id not in owned]
    ours: list[str] = []
    untold = unknown = 0
    known = {stores.jobs.token(job.id) for job in stores.jobs.jobs(runs_again=True)}
    for done, batch in enumerate(newer):
        report(done, len(newer))
        maker = maker_of(first_id(gateway, batch))
        if maker is None:
            untold += 1
        elif maker.token == token:
            ours.append(batch.id)
        elif maker.token and maker.token not in known:
            unknown += 1
    return Trace(tuple(ours), untold, unknown)
