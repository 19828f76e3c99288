"""What is run again counts against the budgets of its job and of the month."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from claude_batch_desk.core.errors import BudgetExceeded
from claude_batch_desk.core.jobs.again.verbs import Wanted
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.report import silent
from claude_batch_desk.core.settings import home_folder
from claude_batch_desk.core.tables.table import ReadOptions
from claude_batch_desk.practice.server import PracticeService
from claude_batch_desk.session import PRACTICE_KEY, Session
from tests.core.jobs.conftest import RECIPE, finish, write_table

_DAY = 25 * 3600.0
EXPIRED = Wanted(("expired",))
A_BIT = Decimal("1e-9")


@pytest.fixture
def service(tmp_path: Path) -> Iterator[PracticeService]:
    with PracticeService(tmp_path / "service", delay=3600) as running:
        yield running


@pytest.fixture
def live(service: PracticeService) -> Iterator[Session]:
    """A session for which the Practice service is a live one, and what it bills is money."""
    with Session(home_folder(), base_url=service.base_url) as opened:
        opened.use_key_for_session(PRACTICE_KEY)
        yield opened


@pytest.fixture
def job(live: Session, service: PracticeService) -> Job:
    """A finished job of which half the rows were not reached in time."""
    cells = [["Message"], *([f"I am so happy {at}"] for at in range(20))]
    path = write_table(home_folder() / "messages.csv", cells)
    table = live.desk.open_table(path, ReadOptions(), silent)
    made = live.desk.new_job("Messages", "live")
    live.desk.save_draft(made.id, recipe=RECIPE, table_id=table.id)
    service.set_faults("expire")
    made = live.desk.send(made.id, None, silent)
    service.advance(_DAY)
    made = finish(live, made)
    service.set_faults()
    return made


def limit(session: Session, job: Decimal | None = None, month: Decimal | None = None) -> None:
    session.change(lambda now: replace(now, job_budget=job, monthly_budget=month))


def ceiling_of(session: Session, job: Job) -> Decimal:
    return session.again.estimate(job.id, EXPIRED, silent).batch.ceiling


@pytest.mark.parametrize("scope", ["job", "month"])
def test_what_the_job_has_cost_leaves_less_for_running_it_again(
    live: Session, job: Job, service: PracticeService, scope: str
) -> None:
    paid, ceiling = live.money.bill(job.id, silent).total, ceiling_of(live, job)
    batches = service.ledger().batches
    limit(live, **{scope: paid + ceiling - A_BIT})
    with pytest.raises(BudgetExceeded):
        live.again.start(job.id, EXPIRED, None, silent)
    assert service.ledger().batches == batches
    limit(live, **{scope: paid + ceiling})
    assert live.again.start(job.id, EXPIRED, None, silent).sent_at


def test_a_run_under_way_is_reserved_in_full_and_then_billed(
    live: Session, job: Job, service: PracticeService
) -> None:
    paid = live.money.bill(job.id, silent).total
    limit(live, job=Decimal(1), month=Decimal(1))
    run = live.again.start(job.id, EXPIRED, None, silent)
    assert run.estimate is not None
    for budget in live.money.allowance(job.id, silent).budgets:
        assert (budget.billed, budget.reserved) == (paid, run.estimate.batch.ceiling)
    service.advance(_DAY)
    finish(live, run)
    both = live.money.bill(job.id, silent).total
    assert both > paid
    for budget in live.money.allowance(job.id, silent).budgets:
        assert (budget.billed, budget.reserved) == (both, Decimal(0))


def test_what_is_run_again_teaches_nothing_about_estimates(
    live: Session, job: Job, service: PracticeService
) -> None:
    before = live.money.history("live", silent)
    run = live.again.start(job.id, EXPIRED, None, silent)
    service.advance(_DAY)
    finish(live, run)
    assert live.money.history("live", silent) == before
