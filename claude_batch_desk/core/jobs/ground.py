"""Ground: what every verb stands on: the stores, the ways to the service, the prices."""

import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from claude_batch_desk.core.catalogue import OfferedModel, bundled_models
from claude_batch_desk.core.errors import RecipeError, ServiceError, StoreError
from claude_batch_desk.core.jobs.at_service.uploading import Uploads
from claude_batch_desk.core.jobs.counting import Counting
from claude_batch_desk.core.jobs.job import Job, Mode
from claude_batch_desk.core.jobs.money.budgets import Budgets, Limits
from claude_batch_desk.core.jobs.plan import Plan
from claude_batch_desk.core.jobs.polling import LIVE, PRACTICE, Patience
from claude_batch_desk.core.jobs.remembering import Memory
from claude_batch_desk.core.jobs.rows.selection import to_be_sent
from claude_batch_desk.core.jobs.store import Stores
from claude_batch_desk.core.pricing.prices import PriceBook
from claude_batch_desk.core.prompts.versions import Why
from claude_batch_desk.core.report import Report
from claude_batch_desk.core.service.gateway import Gateway
from claude_batch_desk.core.tables.table import Table

if TYPE_CHECKING:
    from datetime import datetime

    from claude_batch_desk.core.jobs.progress import CallsNow

_TURN = 0.2
"""Seconds after which a cancel is heard while other work with the same job is waited for."""
_PLANS = 4
"""So many plans stay at hand; one of a million rows takes 40 MB."""


class Doors(Protocol):
    """The ways to the service."""

    def address(self, mode: Mode) -> str:
        """Where new jobs of a mode go; "" for the application's own Practice service."""
        ...

    def gateway(self, mode: Mode, address: str) -> Gateway:
        """The door at an address; raises KeyRefused where Live has no key for it."""
        ...


class Ground:
    """One data folder, the ways to the service and the prices. Safe to use from several threads."""

    def __init__(
        self,
        stores: Stores,
        doors: Doors,
        prices: PriceBook,
        limits: Callable[[], Limits] = Limits,
        patience: Patience | None = None,
    ) -> None:
        """`patience` is for a service that is known better than those of the two modes."""
        self.stores = stores
        self.doors = doors
        self.prices = prices
        self.budgets = Budgets(stores, prices, limits)
        """Whoever is about to spend money, on whatever, reserves it here first."""
        self.memory = Memory()
        self.calls: dict[int, CallsNow] = {}
        """How the immediate calls of jobs stood when they were last worked on."""
        self.uploads = Uploads()
        self._patience = patience
        self._models: dict[Mode, list[OfferedModel]] = {}
        self._plans: dict[tuple[int, datetime, int], Plan] = {}
        self._busy: dict[int, threading.Lock] = defaultdict(threading.Lock)

    def job(self, job_id: int) -> Job:
        """One job; raises StoreError where there is none of that number."""
        return self.stores.jobs.job(job_id)

    def ready(self, job_id: int) -> tuple[Job, Table]:
        """A job and the rows of it; raises StoreError where it has no table."""
        job = self.job(job_id)
        return job, self.table_of(job)

    def table_of(self, job: Job) -> Table:
        """The table of a job, as it is sent; raises StoreError where there is none yet."""
        if job.table_id is None:
            raise StoreError("This job has no table yet. Open a file first.")
        return to_be_sent(self.stores.tables.table(job.table_id), job.selection)

    def plan(self, job: Job) -> Plan:
        """Which rows of a job ask which request; raises StoreError where it was not sent."""
        if job.sent_at is None:
            raise StoreError("This job was not sent yet.")
        known = job.id, job.sent_at, job.runs_again
        plan = self._plans.get(known)
        if plan is None:
            plan = self.stores.jobs.plan(job.id)
            self._plans = dict([*self._plans.items()][1 - _PLANS :])
            self._plans[known] = plan
        return plan

    def keep_version(self, job: Job, why: Why) -> Job:
        """Keep the recipe of a job as it is; see VersionStore.keep."""
        return replace(job, version=self.stores.versions.keep(job.id, job.recipe, why))

    def models(self, mode: Mode, report: Report) -> list[OfferedModel]:
        """The models on offer, newest first; the bundled table where the service cannot tell."""
        report(0, 0)
        if mode not in self._models:
            try:
                self._models[mode] = self._open(mode).models()
            except ServiceError:
                return list(bundled_models().values())
        return self._models[mode]

    def known_models(self) -> list[OfferedModel]:
        """The models that were on offer when the service was asked last, and the bundled ones.

        Asks nobody.
        """
        asked = [model for models in [*self._models.values()] for model in models]
        bundled = bundled_models().values()
        return [*{model.id: model for model in [*bundled, *asked]}.values()]

    def model(self, job: Job, report: Report) -> OfferedModel:
        """The model a job's recipe names; raises RecipeError where it is not on offer."""
        for model in self.models(job.mode, report):
            if model.id == job.recipe.model:
                return model
        if not job.recipe.model:
            raise RecipeError("No model is chosen yet. Choose one on the Prompt page.")
        raise RecipeError(
            f"The service does not offer {job.recipe.model} (any more). Choose another model."
        )

    def door(self, job: Job) -> Gateway:
        """The way to the service that a job goes, or went; raises ServiceError."""
        if job.state == "draft":
            return self._open(job.mode)
        return self.doors.gateway(job.mode, job.address)

    def patience(self, job: Job) -> Patience:
        """How long to look for what a job may have at the service."""
        return self._patience or (PRACTICE if job.mode == "practice" else LIVE)

    def counting(self, job: Job) -> Counting:
        """What the tokens of a job's requests are counted with, as far as there is a way."""
        try:
            return Counting(self.stores, self.door(job), job.id)
        except ServiceError as error:
            return Counting(self.stores, None, job.id, str(error))

    def is_busy(self, job_id: int) -> bool:
        """Whether somebody has a job alone; see `alone`."""
        return self._busy[job_id].locked()

    @contextmanager
    def alone(self, job_id: int, report: Report) -> Iterator[None]:
        """Spend money on a job, or look at what it has at the service, one at a time."""
        lock = self._busy[job_id]
        while not lock.acquire(timeout=_TURN):
            report(0, 0)
        try:
            yield
        finally:
            lock.release()

    def _open(self, mode: Mode) -> Gateway:
        return self.doors.gateway(mode, self.doors.address(mode))
