"""Spend: everything that was paid, by job, month, model, way, and how soon it was wanted."""

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Literal, TypeVar, get_args

from claude_batch_desk.core.jobs.job import Job, Mode
from claude_batch_desk.core.jobs.money.buying import way_of
from claude_batch_desk.core.jobs.money.standing import (
    Ledger,
    OpenJob,
    Standing,
    begin_of_month,
    ledger,
    standing_of,
)
from claude_batch_desk.core.jobs.store import Stores
from claude_batch_desk.core.jobs.store.charge_store import Charge
from claude_batch_desk.core.report import Report

Grouping = Literal["job", "month", "model", "way", "need"]
GROUPINGS: tuple[Grouping, ...] = get_args(Grouping)
Key = TypeVar("Key", bound=Hashable)
_NOTHING = Decimal(0)
_REPORT_EVERY = 5_000


@dataclass(frozen=True)
class SpendLine:
    """What was paid for one job, in one month, and so on. USD."""

    name: str
    """Of the job or the model; a month as "2026-11"; a way as in charge_store.Bought; a need as
    the latency tag of a job, "" where it has none."""
    job: int | None = None
    """The number of a job that is still there; None for all other lines."""
    requests: int = 0
    usd: Decimal = _NOTHING
    at_once: Decimal = _NOTHING
    """What the same tokens would have cost by immediate calls without a cache."""
    unpriced: int = 0
    """Requests besides whose price is not known."""
    expected: Decimal = _NOTHING
    """What may still come of jobs that were sent."""
    ceiling: Decimal = _NOTHING
    """The same in the worst case, where that is known."""
    last: datetime | None = None
    """When something was paid last, UTC."""

    @property
    def saved(self) -> Decimal:
        """How much less was paid than by immediate calls."""
        return self.at_once - self.usd


@dataclass(frozen=True)
class Spend:
    """Everything that was paid in one mode. Months have the newest first, the rest the dearest."""

    mode: Mode
    standing: Standing
    total: SpendLine
    lines: Mapping[Grouping, tuple[SpendLine, ...]]


@dataclass(frozen=True)
class _Facets:
    """All that lines can be told apart by."""

    job: int
    made: datetime
    month: str
    model: str
    way: str
    need: str


@dataclass
class _Sum:
    """What was paid, or may still be, under the same facets."""

    name: str
    """Of the job."""
    requests: int = 0
    usd: Decimal = _NOTHING
    at_once: Decimal = _NOTHING
    unpriced: int = 0
    expected: Decimal = _NOTHING
    ceiling: Decimal = _NOTHING
    last: datetime | None = None

    def add(self, charge: Charge) -> None:
        """Add a lot; they come oldest first."""
        self.last = charge.at
        if charge.cost is None:
            self.unpriced += charge.requests
        else:
            self.requests += charge.requests
            self.usd += charge.cost
            self.at_once += charge.at_once

    def reserve(self, open_job: OpenJob) -> None:
        """Add what may still come of a job."""
        self.expected += open_job.expected
        self.ceiling += open_job.ceiling or _NOTHING


def spend(stores: Stores, mode: Mode, report: Report) -> Spend:
    """Add up every charge of a mode."""
    seen = ledger(stores, mode, None)
    there = {job.id: job for job in stores.jobs.jobs(runs_again=True)}
    sums = _sums(seen, report)
    of_jobs = _grouped(sums, lambda facets: _first(there, facets))
    jobs = [
        replace(
            _line(parts[-1].name, parts), job=number if _is_there(there, number, made) else None
        )
        for (number, made), parts in of_jobs.items()
    ]
    months = _lines(sums, lambda facets: facets.month)
    return Spend(
        mode=mode,
        standing=standing_of(seen),
        total=_line("", sums.values()),
        lines={
            "job": _dearest(jobs),
            "month": tuple(sorted(months, key=lambda line: line.name, reverse=True)),
            "model": _dearest(_lines(sums, lambda facets: facets.model)),
            "way": _dearest(_lines(sums, lambda facets: facets.way)),
            "need": _dearest(_lines(sums, lambda facets: facets.need)),
        },
    )


def _first(there: Mapping[int, Job], facets: _Facets) -> tuple[int, datetime]:
    """The job that was paid for: of a run again, the one whose rows it asked."""
    if _is_there(there, facets.job, facets.made) and (first := there[facets.job].again_of):
        return first, there[first].created_at
    return facets.job, facets.made


def _is_there(there: Mapping[int, Job], number: int, made: datetime) -> bool:
    return number in there and there[number].created_at == made


def month_of(at: datetime) -> str:
    """The month of a moment on the person's clock, as "2026-11"."""
    return f"{at.astimezone():%Y-%m}"


def _sums(seen: Ledger, report: Report) -> dict[_Facets, _Sum]:
    sums: dict[_Facets, _Sum] = {}
    months: dict[str, str] = {}
    for done, charge in enumerate(seen.charges):
        if done % _REPORT_EVERY == 0:
            report(done, len(seen.charges))
        minute = f"{charge.at:%Y%m%d%H%M}"  # a month begins with a minute everywhere
        month = months.get(minute) or months.setdefault(minute, month_of(charge.at))
        facets = _Facets(charge.job, charge.made, month, charge.model, charge.way, charge.latency)
        sums.setdefault(facets, _Sum(charge.name)).add(charge)
    this_month = f"{begin_of_month():%Y-%m}"
    for open_job in seen.open_jobs:
        job = open_job.job
        facets = _Facets(
            job.id, job.created_at, this_month, job.recipe.model, way_of(job), job.latency
        )
        sums.setdefault(facets, _Sum(job.name)).reserve(open_job)
    return sums


def _grouped(sums: Mapping[_Facets, _Sum], key: Callable[[_Facets], Key]) -> dict[Key, list[_Sum]]:
    groups: dict[Key, list[_Sum]] = defaultdict(list)
    for facets, each in sums.items():
        groups[key(facets)].append(each)
    return groups


def _lines(sums: Mapping[_Facets, _Sum], name: Callable[[_Facets], str]) -> list[SpendLine]:
    return [_line(key, parts) for key, parts in _grouped(sums, name).items()]


def _line(name: str, parts: Collection[_Sum]) -> SpendLine:
    return SpendLine(
        name=name,
        requests=sum(each.requests for each in parts),
        usd=sum((each.usd for each in parts), _NOTHING),
        at_once=sum((each.at_once for each in parts), _NOTHING),
        unpriced=sum(each.unpriced for each in parts),
        expected=sum((each.expected for each in parts), _NOTHING),
        ceiling=sum((each.ceiling for each in parts), _NOTHING),
        last=max((each.last for each in parts if each.last), default=None),
    )


def _dearest(lines: Iterable[SpendLine]) -> tuple[SpendLine, ...]:
    return tuple(sorted(lines, key=lambda line: (-line.usd - line.ceiling, line.name)))
