"""Money: the verbs about what was spent, what may still come, and how good the estimates were."""

from functools import partial

from claude_batch_desk.core.jobs.ground import Ground
from claude_batch_desk.core.jobs.job import Mode
from claude_batch_desk.core.jobs.money.budgets import Allowance, Budget
from claude_batch_desk.core.jobs.money.buying import known_rates
from claude_batch_desk.core.jobs.money.job_bill import JobBill, job_bill, reckoning_of
from claude_batch_desk.core.jobs.money.settlement import Record, record, sent_bill
from claude_batch_desk.core.jobs.money.spending import Spend, spend
from claude_batch_desk.core.jobs.money.standing import Standing, standing
from claude_batch_desk.core.jobs.store.charge_store import Settled
from claude_batch_desk.core.pricing.price_list import PriceList, price_list
from claude_batch_desk.core.pricing.reckoning import Reckoning
from claude_batch_desk.core.report import Report


class Money:
    """What one data folder has paid. Safe to use from several threads."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._stores = ground.stores

    def standing(self, mode: Mode) -> Standing:
        """What was billed this calendar month, and what jobs that were sent may still cost.

        Both as of one moment, for whoever is to keep their sum below a limit.
        """
        self._price()
        return standing(self._stores, mode)

    def allowance(self, job_id: int, report: Report) -> Allowance:
        """What may be spent on a job now, by the person's budgets."""
        report(0, 0)
        return self._ground.budgets.allowance(self._ground.job(job_id))

    def month_budget(self, mode: Mode, report: Report) -> Budget | None:
        """How the budget of this month stands; None where there is none."""
        report(0, 0)
        return self._ground.budgets.month(mode)

    def price_list(self, report: Report) -> PriceList:
        """What every model costs that is known; the service is not asked for more of them."""
        report(0, 0)
        return price_list(self._ground.prices, self._ground.known_models())

    def bill(self, job_id: int, report: Report) -> JobBill:
        """What a job that was sent has cost; raises StoreError where it is a draft."""
        self._price()
        return job_bill(self._stores, self._ground.job(job_id), report)

    def reckoning(self, job_id: int, report: Report) -> Reckoning | None:
        """The bill of a finished job beside its estimate; None where either is not known."""
        report(0, 0)
        job = self._ground.job(job_id)
        return reckoning_of(job, sent_bill(self._stores, job))

    def spend(self, mode: Mode, report: Report) -> Spend:
        """Everything that was ever paid in a mode, and what may still come, by what it was for."""
        self._price()
        return spend(self._stores, mode, report)

    def record(self, mode: Mode) -> Record:
        """How many bills of the last jobs were inside the range of their estimate."""
        return record(self._stores.charges.history(mode))

    def history(self, mode: Mode, report: Report) -> list[Settled]:
        """What became of the estimates of finished jobs, newest first."""
        report(0, 0)
        return self._stores.charges.history(mode)

    def _price(self) -> None:
        self._stores.charges.price(partial(known_rates, self._ground.prices))
