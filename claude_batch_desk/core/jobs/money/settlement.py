"""Settlement: the estimate of a finished job beside its bill, kept to judge and mend the next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.jobs.money.buying import way_of
from claude_batch_desk.core.jobs.store import Stores
from claude_batch_desk.core.jobs.store.charge_store import Settled
from claude_batch_desk.core.pricing.bill import Bill
from claude_batch_desk.core.pricing.calibration import Calibration
from claude_batch_desk.core.pricing.reckoning import applied_ratio

_LATEST = 20
"""So many jobs are learned from: prices, models and what a person asks change."""
_NEARLY_ALL = Decimal("0.95")
"""Jobs of which fewer requests were billed say little about their estimate."""
_RECORD = 10


@dataclass(frozen=True)
class Record:
    """How many bills of the latest jobs were inside the range of their estimate."""

    jobs: int
    inside: int

    def __str__(self) -> str:
        """What it says, as a sentence for the person; "" where there is nothing to tell."""
        if not self.jobs:
            return ""
        if self.jobs == 1:
            return "Your last job was " + ("inside its range." if self.inside else "not inside.")
        return f"{self.inside} of your last {self.jobs} jobs were inside the range."


def settle(stores: Stores, job: Job, ended_at: datetime) -> None:
    """Keep what became of a job's estimate; a job without one, or without prices, has none."""
    amount = job.agreed
    bought = sent_bill(stores, job)
    if amount is None or job.estimate is None or bought is None:
        return
    stores.charges.settle(
        Settled(
            job=job.id,
            made=job.created_at,
            name=job.name,
            at=ended_at,
            mode=job.mode,
            model=job.recipe.model,
            way=way_of(job),
            thinking=job.recipe.thinking,
            low=amount.low,
            expected=amount.expected,
            high=amount.high,
            reckoned=amount.expected / applied_ratio(job.estimate),
            billed=bought.total,
            requests=job.estimate.requests - job.estimate.already_answered,
            answered=bought.requests - bought.free,
        )
    )


def sent_bill(stores: Stores, job: Job) -> Bill | None:
    """What was billed since the job was sent, which leaves out its trials; None if not known."""
    bought = [
        each for each in stores.charges.bills(job.id, job.created_at) if each[0].way != "trial"
    ]
    if any(charge.cost is None for charge, _ in bought):
        return None
    return sum((bill for _, bill in bought), Bill())


def record(history: Sequence[Settled]) -> Record:
    """The track record of the newest jobs that had anything billed; `history` is newest first."""
    latest = [each for each in history if each.answered][:_RECORD]
    return Record(len(latest), sum(each.inside for each in latest))


def calibration(history: Sequence[Settled], model: str, *, thinking: bool) -> Calibration | None:
    """What the newest jobs of one kind say about the next estimate; `history` is newest first.

    Each bill is held against the estimate before any correction, for the requests that were
    billed; a job of which many were not is left out, and so is one with cached instructions: how
    often these are read is a matter of its own.
    """
    ratios = [
        each.billed / (each.reckoned * each.answered / each.requests)
        for each in history
        if (each.model, each.thinking) == (model, thinking)
        and each.way != "cached"
        and each.requests
        and each.answered >= _NEARLY_ALL * each.requests
        and each.billed > 0
        and each.reckoned > 0
    ]
    return Calibration.of([float(ratio) for ratio in ratios[:_LATEST]])
