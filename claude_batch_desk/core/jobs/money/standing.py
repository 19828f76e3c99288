"""Standing: what this month has cost so far, and what may still come of jobs that were sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from claude_batch_desk.core.jobs.job import Job, Mode
from claude_batch_desk.core.jobs.store import Stores
from claude_batch_desk.core.jobs.store.charge_store import Charge, Paid

_NOTHING = Decimal(0)


@dataclass(frozen=True)
class Spent:
    """What was paid since a moment."""

    since: datetime
    """Aware, on the person's clock."""
    usd: Decimal
    unpriced: int
    """Requests that were paid besides, at prices that are not known; 0 means that all is."""


@dataclass(frozen=True)
class Committed:
    """What jobs that were sent may still cost, besides what came back of them and is paid."""

    jobs: int
    expected: Decimal
    ceiling: Decimal
    """The worst case: everything that was agreed and is not settled yet."""
    unbounded: int
    """Of these jobs, those whose worst case is not known; 0 means that `ceiling` holds."""
    lost: int
    """Of these jobs, those whose answers the service has not any more, so that what was paid for
    them this month cannot be told; they stay in `ceiling`."""


@dataclass(frozen=True)
class Standing:
    """Both as of the same moment."""

    spent: Spent
    committed: Committed


@dataclass(frozen=True)
class OpenJob:
    """A job that may still cost something."""

    job: Job
    expected: Decimal
    ceiling: Decimal | None
    """None where its worst case is not known."""
    lost: bool
    """The service has its answers not any more."""


@dataclass(frozen=True)
class Ledger:
    """The charges of a mode from a moment on, with the jobs that may still add to them."""

    charges: Sequence[Charge]
    open_jobs: Sequence[OpenJob]


def ledger(stores: Stores, mode: Mode, since: datetime | None) -> Ledger:
    """Everything charged since then, and before where it was for a job that is still open."""
    # These first: what is settled meanwhile is then counted twice, and not left out.
    open_jobs = _open_jobs(stores, mode)
    if since is not None:
        since = min([since, *(each.job.sent_at for each in open_jobs if each.job.sent_at)])
    return Ledger(stores.charges.charges(mode, since), open_jobs)


def standing(stores: Stores, mode: Mode) -> Standing:
    """How the money of a mode stands this month.

    Never less than the truth: a job counts as committed from before its first request goes out
    until its last answer is kept, and an answer is paid in the step that keeps it.
    """
    open_jobs = _open_jobs(stores, mode)  # first, as for the ledger
    since = begin_of_month()
    paid = stores.charges.paid(mode, since)
    return Standing(Spent(since, paid.usd, paid.unpriced), _committed(open_jobs))


def standing_of(seen: Ledger) -> Standing:
    """How the money stood when the ledger was read; it must go back to the begin of the month."""
    return Standing(_spent(seen.charges, begin_of_month()), _committed(seen.open_jobs))


def begin_of_month() -> datetime:
    """Midnight of the first of this month on the person's clock."""
    first = datetime.now(UTC).astimezone().replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    # Anew from its own day: the clock may have been changed between then and now.
    return first.replace(tzinfo=None).astimezone()


def open_runs(stores: Stores, runs: Sequence[Job]) -> list[OpenJob]:
    """Of these jobs, those that may still cost something."""
    return [
        _open_job(run, stores.charges.paid_for(run.id, run.created_at, trials=False))
        for run in runs
        if _is_open(run) or _has_lost(run)
    ]


def _open_jobs(stores: Stores, mode: Mode) -> list[OpenJob]:
    jobs, month = stores.jobs.jobs(runs_again=True), begin_of_month()
    return [
        _open_job(job, stores.charges.paid_for(job.id, job.created_at, trials=False))
        for job in jobs
        if job.mode == mode and (_is_open(job) or _is_lost(job, month))
    ]


def _is_open(job: Job) -> bool:
    return job.state in ("sending", "waiting")


def _is_lost(job: Job, since: datetime) -> bool:
    return _has_lost(job) and job.sent_at is not None and job.sent_at >= since


def _has_lost(job: Job) -> bool:
    """Something of it may have been paid of which nobody can tell."""
    return bool(job.unheard) or any(part.state == "lost" for part in job.parts)


def _spent(charges: Sequence[Charge], since: datetime) -> Spent:
    month = [charge for charge in charges if charge.at >= since]
    usd = sum((charge.cost for charge in month if charge.cost is not None), _NOTHING)
    unpriced = sum(charge.requests for charge in month if charge.cost is None)
    return Spent(since, usd, unpriced)


def _committed(open_jobs: Sequence[OpenJob]) -> Committed:
    return Committed(
        jobs=len(open_jobs),
        expected=sum((each.expected for each in open_jobs), _NOTHING),
        ceiling=sum((each.ceiling or _NOTHING for each in open_jobs), _NOTHING),
        unbounded=sum(each.ceiling is None for each in open_jobs),
        lost=sum(each.lost for each in open_jobs),
    )


def _open_job(job: Job, paid: Paid) -> OpenJob:
    """What the agreed range leaves once what came is paid; trials were paid before it."""
    amount, lost = job.agreed, not _is_open(job)
    if amount is None or paid.unpriced:
        return OpenJob(job, _NOTHING, None, lost)
    share = _NOTHING if lost else _open_share(job, paid.requests)
    # Calls whose answers never came may be paid besides.
    unheard = amount.ceiling * job.unheard / _asked(job)
    if lost and job.way == "now":
        return OpenJob(job, _NOTHING, unheard, lost)
    ceiling = max(amount.ceiling - paid.usd, _NOTHING) + unheard
    return OpenJob(job, amount.expected * share, ceiling, lost)


def _asked(job: Job) -> int:
    """How many requests were to be paid."""
    return max(job.requests - (job.estimate.already_answered if job.estimate else 0), 1)


def _open_share(job: Job, done: int) -> Decimal:
    return Decimal(max(_asked(job) - done, 0)) / _asked(job)
