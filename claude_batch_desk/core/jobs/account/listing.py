"""The batches of the account, each with whose it is as far as that is known."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from claude_batch_desk.core.jobs.job import Mode
from claude_batch_desk.core.jobs.store import Stores
from claude_batch_desk.core.jobs.store.account_store import ADOPTABLE, KnownJob, KnownPart, Maker
from claude_batch_desk.core.report import Report
from claude_batch_desk.core.service.batch import Batch
from claude_batch_desk.core.service.gateway import Gateway

Origin = Literal[
    "job",  # a part of a job here
    "unbound",  # its ids are those of a job here, which does not know it
    "elsewhere",  # this application made it for a job that is not here
    "foreign",  # another program made it
    "untold",  # its ids cannot be seen, or nobody has looked
]
KEPT_RESULTS = timedelta(days=29)
"""So long after a batch was made its results can be fetched."""


@dataclass(frozen=True)
class Listed:
    """A batch of the account."""

    batch: Batch
    origin: Origin
    job: int | None = None
    """Of whom its ids are, as it is listed; None where that is no job here."""
    name: str = ""
    """Of that job."""
    part: int = 0
    parts: int = 0
    """How many that job has; 0 for a draft."""
    adoptable: bool = False
    """It can be taken over for that part."""
    imported: int | None = None
    """The number of its import, where it was imported."""
    again: bool = False
    """It is of a run again of rows of that job."""

    @property
    def gone(self) -> bool:
        """It has ended, and its results cannot be fetched any more."""
        return self.batch.ended and not self.batch.has_results

    @property
    def importable(self) -> bool:
        """Its results can be fetched to be read, as they are in no job here."""
        return self.batch.has_results and self.origin != "job"

    @property
    def tellable(self) -> bool:
        """Looking into it would tell whose it is."""
        return self.batch.has_results and self.origin == "untold"

    @property
    def results_until(self) -> datetime | None:
        """Until when its results can be fetched; None where they cannot be."""
        return self.batch.created_at + KEPT_RESULTS if self.batch.has_results else None


@dataclass(frozen=True)
class Listing:
    """The batches that a key can see, the newest first."""

    mode: Mode
    batches: tuple[Listed, ...]
    trouble: str = ""
    """Why nobody has looked into all of them, as sentences; "" where nothing stood in the way."""

    @property
    def tellable(self) -> tuple[Listed, ...]:
        """Those that could tell whose they are, and have not been asked."""
        return tuple(each for each in self.batches if each.tellable)


def list_batches(stores: Stores, gateway: Gateway, mode: Mode, report: Report) -> Listing:
    """All batches of the account, with what was found out before. Reports batches."""
    return placed(stores, mode, gateway.batches(report))


def placed(stores: Stores, mode: Mode, batches: Iterable[Batch]) -> Listing:
    """These batches with whose they are by now; asks nobody."""
    return Listing(mode, tuple(map(_Places(stores).listed, batches)))


class _Places:
    """What the data folder knows of batches."""

    def __init__(self, stores: Stores) -> None:
        jobs = stores.account.jobs()
        self._by_token = {job.token: job for job in jobs}
        self._by_batch = {
            part.batch_id: (job, part) for job in jobs for part in job.parts if part.batch_id
        }
        self._makers = stores.account.makers()
        self._imports = {each.batch_id: each.id for each in stores.account.imports()}

    def listed(self, batch: Batch) -> Listed:
        imported = self._imports.get(batch.id)
        if owner := self._by_batch.get(batch.id):
            job, part = owner
            again = fits(job, part, batch)
            return _of(Listed(batch, "job", adoptable=again, imported=imported), job, part.number)
        maker = self._makers.get(batch.id)
        if maker is None:
            return Listed(batch, "untold", imported=imported)
        if not maker.token:
            return Listed(batch, "foreign", imported=imported)
        known = self._by_token.get(maker.token)
        if known is None:
            return Listed(batch, "elsewhere", imported=imported)
        found = Listed(batch, "unbound", adoptable=_fits(known, maker, batch), imported=imported)
        return _of(found, known, maker.part)


def _of(found: Listed, job: KnownJob, part: int) -> Listed:
    again = job.shown != job.id
    found = replace(found, job=job.shown, name=job.name, again=again)
    return replace(found, part=part, parts=len(job.parts))


def _fits(job: KnownJob, maker: Maker, batch: Batch) -> bool:
    """Whether the part that the ids name lacks a batch, and this one is of its size."""
    part = next((each for each in job.parts if each.number == maker.part), None)
    return part is not None and fits(job, part, batch)


def fits(job: KnownJob, part: KnownPart, batch: Batch) -> bool:
    """Whether this batch, whose ids name the part, can be taken over for it."""
    free = part.state in ADOPTABLE and part.batch_id in ("", batch.id) and job.reopens
    return free and batch.has_results and batch.counts.total == part.requests
