"""What was paid is written down once, with the answers that it was paid for, and stays."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.jobs.store import Kept, Purchase, Stores
from claude_batch_desk.core.pricing.prices import PriceBook
from claude_batch_desk.core.pricing.usage import Usage
from claude_batch_desk.core.report import silent
from claude_batch_desk.core.results.answer import Answer
from claude_batch_desk.core.settings import home_folder
from claude_batch_desk.practice.server import PracticeService
from claude_batch_desk.session import Session
from tests.core.jobs.conftest import finish, look_until
from tests.core.jobs.random_trials import try_random

Draft = Callable[..., Job]
MADE = datetime(2026, 11, 1, 8, tzinfo=UTC)
RATES = PriceBook().rates("claude-haiku-5-5")
PURCHASE = Purchase(1, MADE, "Letters", "live", "claude-haiku-5-5", "batch", RATES)
USAGE = Usage(input=1_000, output=200)
EACH = Decimal("0.001")


def kept(request: int, usage: Usage | None = USAGE, outcome: str = "answered") -> Kept:
    answer = Answer(outcome, ("x",), usage=usage)  # type: ignore[arg-type] # one of Outcome
    return Kept(request, answer, EACH if usage else Decimal(0), "msgbatch_1", b"{}")


def paid(session: Session, job: Job) -> Decimal:
    charges = session._stores.charges.charges(job.mode)
    return sum((each.cost or Decimal(0) for each in charges if each.job == job.id), Decimal(0))


def test_answers_and_their_charge_are_kept_together() -> None:
    stores = Stores.open(home_folder())
    stores.answers.keep(1, [kept(0), kept(1), kept(2, None, "refused")], PURCHASE)
    [charge] = stores.charges.charges("live")
    each = RATES.tiers[0].batch
    cost = (2_000 * each.input + 400 * each.output) / 1_000_000
    assert (charge.requests, charge.cost, charge.at_once) == (3, cost, cost * 2)
    assert (charge.name, charge.way, charge.model) == ("Letters", "batch", "claude-haiku-5-5")


def test_answers_that_come_again_are_not_charged_again() -> None:
    stores = Stores.open(home_folder())
    stores.answers.keep(1, [kept(0), kept(1)], PURCHASE)
    stores.answers.keep(1, [kept(1), kept(0)], PURCHASE)
    stores.answers.keep(1, [kept(1), kept(2), kept(2)], PURCHASE)
    assert [each.requests for each in stores.charges.charges("live")] == [2, 1]


def test_what_was_missing_is_charged_when_it_comes_after_all() -> None:
    stores = Stores.open(home_folder())
    stores.answers.keep(1, [kept(0, None, "missing")])
    assert stores.charges.charges("live") == []
    stores.answers.keep(1, [kept(0)], PURCHASE)
    assert [each.requests for each in stores.charges.charges("live")] == [1]


def test_charges_that_cannot_be_kept_take_their_answers_with_them() -> None:
    stores = Stores.open(home_folder())
    broken = replace(PURCHASE, name=None)  # type: ignore[arg-type] # what the store refuses
    with pytest.raises(sqlite3.IntegrityError):
        stores.answers.keep(1, [kept(0)], broken)
    assert stores.answers.answers(1, [0]) == {}


def test_an_unknown_price_leaves_the_tokens_and_no_amount() -> None:
    stores = Stores.open(home_folder())
    stores.answers.keep(1, [kept(0)], replace(PURCHASE, rates=None))
    [charge] = stores.charges.charges("live")
    assert (charge.requests, charge.cost) == (1, None)


def test_practice_and_live_are_never_mixed() -> None:
    stores = Stores.open(home_folder())
    stores.answers.keep(1, [kept(0)], PURCHASE)
    assert stores.charges.charges("practice") == []


def test_a_batch_is_charged_what_its_answers_cost(session: Session, draft: Draft) -> None:
    job = finish(session, session.desk.send(draft(rows=12).id, None, silent))
    assert job.billed
    assert paid(session, job) == job.billed
    [charge] = session._stores.charges.charges("practice")
    assert charge.at_once == job.billed * 2
    assert charge.at == job.parts[0].ended_at


def test_a_job_answered_at_once_is_charged_call_by_call(session: Session, draft: Draft) -> None:
    job = finish(session, session.desk.send(draft(rows=5).id, None, silent, "now"))
    assert paid(session, job) == job.billed
    charges = session._stores.charges.charges("practice")
    assert [(each.way, each.requests) for each in charges] == [("now", 1)] * 5


def test_trials_are_charged_when_they_are_made_and_not_with_their_job(
    session: Session, draft: Draft
) -> None:
    job = draft(rows=12)
    tried = try_random(session.desk, job.id, 3, 1, silent)
    price = sum((each.cost for each in tried), Decimal(0))
    assert paid(session, job) == price > 0
    try_random(session.desk, job.id, 3, 1, silent)
    assert paid(session, job) == price
    job = finish(session, session.desk.send(job.id, None, silent))
    assert paid(session, job) == job.billed


@pytest.mark.parametrize("fault", ["results-cut-mid-line:1", "duplicate-ids:1", "missing-ids:1"])
def test_results_that_are_read_twice_are_charged_once(
    session: Session, draft: Draft, service: PracticeService, fault: str
) -> None:
    service.set_faults(fault)
    job = finish(session, session.desk.send(draft(rows=30).id, None, silent))
    assert paid(session, job) == job.billed


def test_what_a_canceled_job_has_answered_is_charged(session: Session, draft: Draft) -> None:
    job = session.desk.send(draft(rows=30).id, None, silent)
    session.desk.cancel(job.id, silent)
    job = finish(session, job)
    assert paid(session, job) == (job.billed or Decimal(0))


def test_charges_stay_when_their_job_is_removed_with_its_last_name(
    session: Session, draft: Draft
) -> None:
    job = finish(session, session.desk.send(draft(rows=4).id, None, silent))
    session.desk.save_draft(job.id, name="Renamed")
    session.desk.remove_job(job.id)
    fresh = session.desk.new_job("Another of that number", "practice")
    [charge] = session._stores.charges.charges("practice")
    assert fresh.id == job.id
    assert (charge.name, charge.cost) == ("Renamed", job.billed)
    assert charge.made == job.created_at != fresh.created_at


def test_a_job_counts_as_committed_until_its_answers_are_here(
    session: Session, draft: Draft, service: PracticeService
) -> None:
    service.set_faults("results-500")
    job = session.desk.send(draft(rows=10).id, None, silent)
    assert job.estimate
    committed = session.money.standing("practice").committed
    assert (committed.jobs, committed.unbounded, committed.lost) == (1, 0, 0)
    assert committed.ceiling == job.estimate.batch.ceiling
    assert committed.expected == job.estimate.batch.expected
    assert session.money.standing("live").committed.jobs == 0
    service.set_faults()
    job = finish(session, job)
    settled = session.money.standing("practice")
    assert (settled.committed.jobs, settled.committed.ceiling) == (0, Decimal(0))
    assert settled.spent.usd == job.billed


def test_what_came_is_paid_and_the_rest_stays_committed(
    session: Session, draft: Draft, service: PracticeService
) -> None:
    service.set_faults("results-cut-at-line")
    job = session.desk.send(draft(rows=16).id, None, silent)
    job = look_until(session, job, lambda now: len(session._stores.charges.charges(now.mode)) > 0)
    assert job.estimate
    now = session.money.standing("practice")
    assert 0 < now.spent.usd < now.committed.ceiling
    assert now.spent.usd + now.committed.ceiling == job.estimate.batch.ceiling
    assert now.committed.expected == job.estimate.batch.expected / 2
    service.set_faults()
    finish(session, job)


def test_answers_that_are_gone_stay_committed_at_their_worst(
    session: Session, draft: Draft, service: PracticeService
) -> None:
    service.set_faults("archived")
    job = finish(session, session.desk.send(draft(rows=4).id, None, silent))
    assert job.parts[0].state == "lost"
    assert job.agreed
    committed = session.money.standing("practice").committed
    assert (committed.jobs, committed.lost) == (1, 1)
    assert committed.ceiling == job.agreed.ceiling
    assert committed.expected == 0
    assert session.money.bill(job.id, silent).reckoning is None


def test_last_month_is_not_this_month() -> None:
    stores = Stores.open(home_folder())
    long_ago = datetime.now(UTC) - timedelta(days=32)
    stores.answers.keep(1, [kept(0)], replace(PURCHASE, at=long_ago))
    stores.answers.keep(1, [kept(1)], PURCHASE)
    with Session(home_folder()) as session:
        spent = session.money.standing("live").spent
    both = [each.cost for each in stores.charges.charges("live")]
    assert both == [spent.usd, spent.usd]
    assert spent.since.day == 1


def test_an_unknown_price_is_said_of_the_month() -> None:
    unknown = replace(PURCHASE, model="claude-of-tomorrow", rates=None)
    Stores.open(home_folder()).answers.keep(1, [kept(0)], unknown)
    with Session(home_folder()) as session:
        assert session.money.standing("live").spent.unpriced == 1


def test_a_price_that_is_known_later_is_put_in() -> None:
    stores = Stores.open(home_folder())
    stores.answers.keep(1, [kept(0)], replace(PURCHASE, rates=None))
    stores.answers.keep(2, [kept(0)], PURCHASE)
    with Session(home_folder()) as session:
        assert session.money.standing("live").spent.unpriced == 0
    late, usual = stores.charges.charges("live")
    assert (late.cost, late.at_once) == (usual.cost, usual.at_once)


def test_the_charges_can_be_read_beside_the_window(session: Session, draft: Draft) -> None:
    job = finish(session, session.desk.send(draft(rows=3).id, None, silent))
    with closing(Session(home_folder(), shared=True)) as other:
        assert other.money.standing("practice").spent.usd == job.billed
