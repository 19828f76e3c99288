"""Listing: the jobs in an order, and their totals by how soon they are wanted."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, get_args

from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.jobs.timing.need import LATENCIES, Latency

JobOrder = Literal["newest", "name", "cost", "state", "need"]
JOB_ORDERS: tuple[JobOrder, ...] = get_args(JobOrder)
_NOTHING = Decimal(0)


@dataclass(frozen=True)
class Total:
    """Jobs of one mode, added up in USD."""

    jobs: int
    estimated: Decimal
    """Of those that were sent, the way they were."""
    billed: Decimal
    """What came back so far."""


@dataclass(frozen=True)
class Group:
    """The jobs with one tag, the newest first."""

    latency: Latency
    jobs: tuple[Job, ...]
    live: Total
    practice: Total
    """What these would have cost; never part of what was spent."""


def amount_of(job: Job) -> Decimal | None:
    """What a job has cost so far (USD), or is expected to; None for a draft."""
    if job.billed is not None:
        return job.billed
    return job.agreed.expected if job.agreed else None


def ordered(jobs: Iterable[Job], order: JobOrder) -> list[Job]:
    """The jobs in this order; those that are equal in it have the newest first."""
    newest = sorted(jobs, key=lambda job: job.id, reverse=True)
    if order == "name":
        newest.sort(key=lambda job: job.name.casefold())
    elif order == "cost":
        newest.sort(key=_cost)
    elif order == "state":
        newest.sort(key=_rank)
    elif order == "need":
        newest.sort(key=lambda job: _soonness(job.latency))
    return newest


def grouped(jobs: Iterable[Job]) -> list[Group]:
    """The jobs by their tag, the soonest first; tags that no job has are left out."""
    listed = ordered(jobs, "need")
    found = [(latency, tuple(job for job in listed if job.latency == latency))
             for latency in (*LATENCIES, "")]  # fmt: skip
    return [
        Group(latency, of_tag, _total(of_tag, "live"), _total(of_tag, "practice"))
        for latency, of_tag in found
        if of_tag
    ]


def _total(jobs: Sequence[Job], mode: str) -> Total:
    mine = [job for job in jobs if job.mode == mode]
    return Total(
        jobs=len(mine),
        estimated=sum((job.agreed.expected for job in mine if job.agreed), _NOTHING),
        billed=sum((job.billed for job in mine if job.billed is not None), _NOTHING),
    )


def _cost(job: Job) -> Decimal:
    """The dearest first, those without a cost last."""
    amount = amount_of(job)
    return Decimal(1) if amount is None else -amount


def _soonness(latency: Latency) -> int:
    return LATENCIES.index(latency) if latency else len(LATENCIES)


def _rank(job: Job) -> int:
    """What is under way first, then what waits for the person, then what is done."""
    if job.unsettled:
        return 0
    ranks = {"sending": 1, "waiting": 2, "draft": 3}
    if job.running_again:
        return ranks["waiting"]
    all_answered = job.outcomes.get("answered", 0) == job.rows
    return ranks.get(job.state, 5 if all_answered else 4)
