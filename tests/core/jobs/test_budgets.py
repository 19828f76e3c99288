"""Nothing is bought that may not fit into a budget, whoever asks and however many at once."""

import json
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from claude_batch_desk.core.errors import BudgetExceeded, DeskError, PriceError
from claude_batch_desk.core.jobs.job import Job, Mode
from claude_batch_desk.core.jobs.money.budgets import Allowance, Budget
from claude_batch_desk.core.price_override import PriceOverride
from claude_batch_desk.core.report import Cancelled, silent
from claude_batch_desk.core.settings import home_folder
from claude_batch_desk.core.tables.table import ReadOptions
from claude_batch_desk.practice.server import PracticeService
from claude_batch_desk.session import PRACTICE_KEY, Session
from tests.core.jobs.conftest import RECIPE, finish, write_table
from tests.core.jobs.random_trials import price_random, try_random

Make = Callable[..., Job]
USD = Decimal
_HOUR = 3600


@pytest.fixture
def service(tmp_path: Path) -> Iterator[PracticeService]:
    """A batch takes an hour, which passes when a test says so."""
    with PracticeService(tmp_path / "service", delay=_HOUR) as running:
        yield running


@pytest.fixture
def live(service: PracticeService) -> Iterator[Session]:
    """A session for which the Practice service is a live one, and what it bills is money."""
    with Session(home_folder(), base_url=service.base_url) as opened:
        opened.use_key_for_session(PRACTICE_KEY)
        yield opened


@pytest.fixture
def make(live: Session) -> Make:
    """Make a Live draft of so many messages."""

    def made(rows: int = 5, mode: Mode = "live", name: str = "Messages") -> Job:
        cells = [["Id", "Message"], *([f"{at:05}", f"I am so happy {at}"] for at in range(rows))]
        path = write_table(home_folder() / f"{name}.csv", cells)
        table = live.desk.open_table(path, ReadOptions(), silent)
        job = live.desk.new_job(name, mode)
        return live.desk.save_draft(job.id, recipe=RECIPE, table_id=table.id)

    return made


def allow(
    session: Session,
    month: Decimal | None = None,
    job: Decimal | None = None,
    typed: Decimal | None = None,
) -> None:
    session.change(
        lambda now: replace(now, monthly_budget=month, job_budget=job, typed_above=typed)
    )


def ceiling_of(session: Session, job: Job) -> Decimal:
    return session.desk.estimate(job.id, silent).batch.ceiling


def month(session: Session) -> Budget:
    budget = session.money.month_budget("live", silent)
    assert budget is not None
    return budget


def test_without_budgets_nothing_is_in_the_way(live: Session, make: Make) -> None:
    job = make()
    assert live.money.allowance(job.id, silent) == Allowance()
    assert live.money.month_budget("live", silent) is None
    assert live.desk.send(job.id, None, silent).sent_at


@pytest.mark.parametrize("scope", ["month", "job"])
def test_a_budget_of_nothing_allows_nothing(live: Session, make: Make, scope: str) -> None:
    allow(live, **{scope: USD(0)})
    job = make()
    with pytest.raises(BudgetExceeded, match=r"your budget of \$0\.00 for .* \$0\.00 is left"):
        live.desk.send(job.id, None, silent)
    with pytest.raises(BudgetExceeded, match="Nothing was sent"):
        try_random(live.desk, job.id, 1, 1, silent)
    assert live.desk.job(job.id).state == "draft"


@pytest.mark.parametrize("scope", ["month", "job"])
def test_a_job_fits_to_the_last_of_a_cent_and_no_further(
    live: Session, make: Make, service: PracticeService, scope: str
) -> None:
    job = make()
    ceiling = ceiling_of(live, job)
    allow(live, **{scope: ceiling - USD("1e-9")})
    with pytest.raises(BudgetExceeded):
        live.desk.send(job.id, None, silent)
    assert service.ledger(PRACTICE_KEY).requests == 0
    allow(live, **{scope: ceiling})
    assert live.desk.send(job.id, None, silent).sent_at


def test_what_is_at_the_service_is_reserved_at_its_worst_and_settled_by_the_bill(
    live: Session, make: Make, service: PracticeService
) -> None:
    first, second = make(name="First"), make(name="Second")
    ceiling = ceiling_of(live, first)
    allow(live, month=2 * ceiling - USD("0.000001"))
    first = live.desk.send(first.id, None, silent)
    [budget] = live.money.allowance(second.id, silent).budgets
    assert (budget.billed, budget.reserved) == (USD(0), ceiling)
    with pytest.raises(BudgetExceeded, match="is reserved for what is under way"):
        live.desk.send(second.id, None, silent)
    service.advance(_HOUR)
    first = finish(live, first)
    [budget] = live.money.allowance(second.id, silent).budgets
    assert (budget.billed, budget.reserved) == (first.billed, USD(0))
    assert live.desk.send(second.id, None, silent).sent_at


def test_what_is_canceled_is_free_again_but_for_what_was_answered(
    live: Session, make: Make, service: PracticeService
) -> None:
    allow(live, month=USD(10))
    job = live.desk.send(make(20).id, None, silent)
    reserved = month(live).reserved
    service.advance(_HOUR / 2)
    live.desk.cancel(job.id, silent)
    assert month(live).reserved == reserved  # until it is known what was answered
    service.advance(60)
    job = finish(live, job)
    assert "canceled" in job.outcomes
    assert (month(live).billed, month(live).reserved) == (job.billed or USD(0), USD(0))


def test_what_expired_is_free_again(live: Session, make: Make, service: PracticeService) -> None:
    allow(live, month=USD(10))
    service.set_faults("expire")
    job = live.desk.send(make(20).id, None, silent)
    assert month(live).reserved > 0
    service.advance(24 * _HOUR)
    job = finish(live, job)
    assert job.outcomes == {"answered": 10, "expired": 10}
    assert (month(live).billed, month(live).reserved) == (job.billed, USD(0))


def test_what_was_never_accepted_is_free_again(
    live: Session, make: Make, service: PracticeService
) -> None:
    job = make()
    allow(live, month=ceiling_of(live, job))
    service.set_faults("create-400:1")
    with pytest.raises(DeskError):
        live.desk.send(job.id, None, silent)
    assert month(live).left == month(live).limit
    assert live.desk.send(job.id, None, silent).sent_at


def test_a_preparation_that_is_canceled_keeps_nothing_reserved(live: Session, make: Make) -> None:
    job = make(50)
    allow(live, month=USD(10))
    seen: list[Decimal] = []

    def stop(done: int, total: int) -> None:
        seen.append(month(live).reserved)
        if seen[-1]:
            raise Cancelled

    with pytest.raises(Cancelled):
        live.desk.send(job.id, None, stop)
    assert seen[-1] == ceiling_of(live, job)
    assert month(live).reserved == 0


def test_jobs_sent_at_the_same_moment_cannot_both_use_what_is_left_for_one(
    live: Session, make: Make, service: PracticeService
) -> None:
    jobs = [make(name=f"Job {number}") for number in range(4)]
    allow(live, month=max(ceiling_of(live, job) for job in jobs) * USD("1.5"))
    together = threading.Barrier(4)

    def send(job: Job) -> str:
        together.wait(10)
        try:
            return live.desk.send(job.id, None, silent).state
        except BudgetExceeded:
            return live.desk.job(job.id).state

    with ThreadPoolExecutor(4) as pool:
        states = [*pool.map(send, jobs)]
    assert sorted(states) == ["draft", "draft", "draft", "waiting"]


def test_tried_rows_count_and_are_refused_beyond_the_budget(live: Session, make: Make) -> None:
    job = make(20)
    price = price_random(live.desk, job.id, 5, 1, silent)
    allow(live, job=price.ceiling)
    tried = try_random(live.desk, job.id, 5, 1, silent)
    [budget] = live.money.allowance(job.id, silent).budgets
    assert budget.billed == sum(each.cost for each in tried) > 0
    with pytest.raises(BudgetExceeded, match="for each job"):
        try_random(live.desk, job.id, 15, 2, silent)
    assert len(live.desk.tried(job.id)) == 5


def test_practice_costs_nothing_so_it_neither_counts_nor_is_stopped(
    session: Session, draft: Make
) -> None:
    allow(session, month=USD(0), job=USD(0), typed=USD(0))
    job = draft(5)
    assert session.money.allowance(job.id, silent) == Allowance()
    try_random(session.desk, job.id, 2, 1, silent)
    assert session.desk.send(job.id, None, silent).sent_at
    assert session.money.month_budget("practice", silent) is None
    assert (month(session).billed, month(session).reserved) == (USD(0), USD(0))


def test_above_a_limit_of_ones_own_the_amount_has_to_be_named(live: Session, make: Make) -> None:
    job = make()
    ceiling = ceiling_of(live, job)
    allow(live, typed=USD("0.00001"))
    assert live.money.allowance(job.id, silent).wants_typing(ceiling)
    with pytest.raises(BudgetExceeded, match=r"you want to be asked for the amount"):
        live.desk.send(job.id, None, silent)
    with pytest.raises(BudgetExceeded, match="above the budget"):
        live.desk.send(job.id, ceiling / 2, silent)
    assert live.desk.send(job.id, ceiling, silent).sent_at


def test_what_may_come_without_a_known_worst_case_stops_everything(
    live: Session, make: Make, service: PracticeService
) -> None:
    sent = live.desk.send(make(name="First").id, None, silent)
    with live._stores.jobs._database.write() as connection:
        connection.execute("UPDATE job SET estimate=NULL WHERE id=?", (sent.id,))
    allow(live, month=USD(1_000))
    other = make(name="Second")
    with pytest.raises(BudgetExceeded, match="the most that 1 job at the service may cost is not"):
        live.desk.send(other.id, None, silent)


def test_requests_paid_at_an_unknown_price_stop_everything_until_it_is_known(
    live: Session, make: Make
) -> None:
    job = make(20)
    try_random(live.desk, job.id, 2, 1, silent)
    with live._stores.jobs._database.write() as connection:
        connection.execute("UPDATE charge SET cost='', model='claude-next-9'")
    allow(live, month=USD(1_000), job=USD(1_000))
    with pytest.raises(BudgetExceeded, match="2 requests paid this month at a price that is not"):
        live.desk.send(job.id, None, silent)
    allow(live, job=USD(1_000))
    with pytest.raises(BudgetExceeded, match="2 requests paid for it at a price that is not"):
        live.desk.send(job.id, None, silent)
    entered = {"claude-next-9": PriceOverride(USD(1), USD(5))}
    live.change(lambda now: replace(now, price_overrides=entered))
    assert live.desk.send(job.id, None, silent).sent_at


def test_a_model_without_a_price_is_neither_tried_nor_sent_and_is_once_it_has_one(
    live: Session, make: Make, service: PracticeService
) -> None:
    job = make()
    model = "claude-mythos-5-1"
    live.desk.save_draft(job.id, recipe=replace(RECIPE, model=model))
    for spend in (
        lambda: try_random(live.desk, job.id, 1, 1, silent),
        lambda: live.desk.send(job.id, None, silent),
    ):
        with pytest.raises(PriceError, match="Enter its prices"):
            spend()
    assert service.ledger(PRACTICE_KEY).requests == 0
    entered = {model: PriceOverride(USD(10), USD(50))}
    live.change(lambda now: replace(now, price_overrides=entered))
    [tried] = try_random(live.desk, job.id, 1, 1, silent)
    usage = tried.answer.usage
    assert usage is not None
    assert tried.cost == (usage.prompt * 10 + usage.output * 50) / USD(1_000_000)
    written = json.loads((home_folder() / "settings.json").read_text())
    assert written["price_overrides"] == {model: {"input": "10", "output": "50"}}


def test_a_spend_that_cannot_be_read_stops_everything(live: Session, make: Make) -> None:
    job = make()
    allow(live, month=USD(1_000))
    with live._stores.jobs._database.write() as connection:
        connection.execute("ALTER TABLE charge RENAME TO elsewhere")
    with pytest.raises(DeskError, match="could not be used"):
        live.desk.send(job.id, None, silent)


def test_what_is_left_is_told_with_where_the_rest_is() -> None:
    budget = Budget("month", USD(100), billed=USD("30.40"), reserved=USD("7.50"))
    assert budget.left == USD("62.10")
    assert budget.objection(USD("62.10")) == ""
    assert budget.objection(USD("124")) == (
        "This may cost up to $124.00, but of your budget of $100.00 for this month, $62.10 is "
        "left: $30.40 is billed and $7.50 is reserved for what is under way."
    )
    lowered = replace(budget, limit=USD(20))
    assert "of $20.00 for this month, $0.00 is left" in lowered.objection(USD("0.01"))
    assert Budget("job", USD(5), USD(0), USD(0)).objection(USD(6)) == (
        "This may cost up to $6.00, but of your budget of $5.00 for each job, $5.00 is left."
    )
