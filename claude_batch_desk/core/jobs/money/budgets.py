"""Budgets: what may still be spent, held against the worst case before anything is bought.

One rule for jobs, trials and comparisons alike: what was billed, what may still come of jobs at the
service, what others are about to buy at this moment, and the worst case of what is wanted now must
fit into each budget together. Where one of these cannot be told, nothing is bought. Practice costs
nothing, so it neither counts nor is stopped.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Literal

from claude_batch_desk.core.errors import BudgetExceeded
from claude_batch_desk.core.jobs.job import Job, Mode
from claude_batch_desk.core.jobs.money.buying import known_rates
from claude_batch_desk.core.jobs.money.standing import open_runs, standing
from claude_batch_desk.core.jobs.store import Stores
from claude_batch_desk.core.pricing.amounts import money
from claude_batch_desk.core.pricing.estimate import Range
from claude_batch_desk.core.pricing.prices import PriceBook

_NOTHING = Decimal(0)
_WAYS_OUT = (
    "Nothing was sent. Raise the budget in Settings, lower the most tokens an answer may take, or "
    "send fewer rows."
)


_UNKNOWN_RUN = (
    "It cannot be told what is left of your budget for this job: the most that rows run again may "
    "cost is not known. Wait for their answers, or remove the budget in Settings."
)


@dataclass(frozen=True)
class Limits:
    """What the person allows, in USD; None sets no limit, and 0 allows nothing."""

    job: Decimal | None = None
    """For each job, with its trials and what is run again of it."""
    month: Decimal | None = None
    """For everything in a calendar month on the person's clock."""
    typed_above: Decimal | None = None
    """Who sends what may cost more has to type the amount."""


@dataclass(frozen=True)
class Budget:
    """A limit, and what is gone of it. USD."""

    scope: Literal["job", "month"]
    limit: Decimal
    billed: Decimal
    reserved: Decimal
    """What jobs at the service, and what is just being sent or tried, may cost at most."""
    unknown: str = ""
    """Why it cannot be told what is left, as a sentence; "" where it can."""

    @property
    def left(self) -> Decimal:
        """What may still be spent; below 0 where the limit was lowered since."""
        return self.limit - self.billed - self.reserved

    def objection(self, ceiling: Decimal) -> str:
        """Why something that costs this at most is too much, as a sentence; "" where it fits."""
        if self.unknown:
            return self.unknown
        if ceiling <= self.left:
            return ""
        of = "for this month" if self.scope == "month" else "for each job"
        told = (
            f"This may cost up to {money(ceiling, up=True)}, but of your budget of "
            f"{money(self.limit)} {of}, {money(max(self.left, _NOTHING), down=True)} is left"
        )
        gone = [f"{money(self.billed)} is billed"] if self.billed else []
        if self.reserved:
            gone.append(f"{money(self.reserved, up=True)} is reserved for what is under way")
        return f"{told}: {' and '.join(gone)}." if gone else f"{told}."


@dataclass(frozen=True)
class Allowance:
    """What may be spent on one job now. Without budgets there is no limit."""

    budgets: tuple[Budget, ...] = ()
    typed_above: Decimal | None = None

    def objection(self, ceiling: Decimal) -> str:
        """Why something that costs this at most may not be bought, as a sentence; "" if it may."""
        return next((why for each in self.budgets if (why := each.objection(ceiling))), "")

    def wants_typing(self, ceiling: Decimal) -> bool:
        """Whether who buys this has to type the amount."""
        return self.typed_above is not None and ceiling > self.typed_above


@dataclass(frozen=True, eq=False)
class _Held:
    """What is being bought at this moment."""

    job: int
    """The first one, of a run again."""
    ceiling: Decimal


class Budgets:
    """Lets through what fits, one at a time, however many are sent at once."""

    def __init__(self, stores: Stores, prices: PriceBook, limits: Callable[[], Limits]) -> None:
        self._stores, self._prices = stores, prices
        self._limits = limits
        self._held: list[_Held] = []
        self._turn = threading.Lock()

    def allowance(self, job: Job) -> Allowance:
        """What may be spent on a job now."""
        if job.mode == "practice":
            return Allowance()
        limits = self._limits()
        budgets = [self._of_month(job.mode, limits.month), self._of_job(job, limits.job)]
        return Allowance(tuple(each for each in budgets if each is not None), limits.typed_above)

    def month(self, mode: Mode) -> Budget | None:
        """How the budget of this month stands; None where there is none."""
        return None if mode == "practice" else self._of_month(mode, self._limits().month)

    @contextmanager
    def reserve(self, job: Job, ceiling: Decimal) -> Iterator[None]:
        """Set aside the worst case (USD) of what is about to be bought for a job.

        It counts until the block is left. By then it must be paid, be stored as sent (which counts
        as well), or be certain not to come. Raises BudgetExceeded where it does not fit.
        """
        held = _Held(_first_of(job), ceiling)
        with self._turn:
            if why := self.allowance(job).objection(ceiling):
                raise BudgetExceeded(f"{why} {_WAYS_OUT}")
            if job.mode == "live":
                self._held.append(held)
        try:
            yield
        finally:
            if job.mode == "live":
                self._held.remove(held)

    def check_typed(self, job: Job, ceiling: Decimal, typed: Decimal | None) -> None:
        """Raise BudgetExceeded where the amount was not typed that has to be.

        Whoever names the most it may cost has typed it.
        """
        limit = None if job.mode == "practice" else self._limits().typed_above
        if limit is not None and typed is None and ceiling > limit:
            raise BudgetExceeded(
                f"This may cost up to {money(ceiling, up=True)}. Above {money(limit)} you want to "
                "be asked for the amount, and it was not given. Nothing was sent. On the command "
                "line, --budget gives it."
            )

    def _of_month(self, mode: Mode, limit: Decimal | None) -> Budget | None:
        if limit is None:
            return None
        # What is held first: it is let go of only when it is stored, so nothing falls between.
        held = sum((each.ceiling for each in [*self._held]), _NOTHING)
        self._stores.charges.price(partial(known_rates, self._prices))
        now = standing(self._stores, mode)
        unknown = ""
        if now.spent.unpriced:
            unknown = _unknown("month", now.spent.unpriced)
        elif now.committed.unbounded:
            unknown = (
                "It cannot be told what is left of your budget for this month: the most that "
                f"{_count(now.committed.unbounded, 'job')} at the service may cost is not known. "
                "Wait for the answers, or remove the budget in Settings."
            )
        reserved = now.committed.ceiling + held
        return Budget("month", limit, now.spent.usd, reserved, unknown)

    def _of_job(self, job: Job, limit: Decimal | None) -> Budget | None:
        if limit is None:
            return None
        first = _first_of(job)
        held = sum((each.ceiling for each in [*self._held] if each.job == first), _NOTHING)
        self._stores.charges.price(partial(known_rates, self._prices))
        runs = self._stores.jobs.runs_of(first)
        open_ones = open_runs(self._stores, runs)
        family = [self._stores.jobs.job(first), *runs]
        paid = [self._stores.charges.paid_for(each.id, each.created_at, trials=True)
                for each in family]  # fmt: skip
        unpriced = sum(each.unpriced for each in paid)
        unknown = _unknown("job", unpriced) if unpriced else ""
        if not unknown and any(each.ceiling is None for each in open_ones):
            unknown = _UNKNOWN_RUN
        reserved = held + sum((each.ceiling or _NOTHING for each in open_ones), _NOTHING)
        return Budget("job", limit, sum((each.usd for each in paid), _NOTHING), reserved, unknown)


def _first_of(job: Job) -> int:
    """The job that a job counts to: of a run again, the one whose rows it asks."""
    return job.again_of or job.id


def check_named(price: Range, most: Decimal | None) -> None:
    """Raise BudgetExceeded where a job may cost more than the person named for it (USD)."""
    if most is not None and price.ceiling > most:
        raise BudgetExceeded(
            f"This job may cost up to {money(price.ceiling, up=True)} in the worst case, which is "
            f"above the budget of {money(most)} (it is expected at {money(price.expected)}). "
            "Nothing was sent. Raise the budget, lower the most tokens an answer may take, or send "
            "fewer rows."
        )


def _unknown(scope: Literal["job", "month"], requests: int) -> str:
    of, by = ("for this month", "this month") if scope == "month" else ("for this job", "for it")
    return (
        f"It cannot be told what is left of your budget {of}: {_count(requests, 'request')} paid "
        f"{by} at a price that is not known. Enter the prices in Settings, or remove the budget."
    )


def _count(number: int, noun: str) -> str:
    return f"1 {noun}" if number == 1 else f"{number:,} {noun}s"
