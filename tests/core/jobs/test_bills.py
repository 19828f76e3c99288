"""The bill of a job: its lines, its answer columns and labels, and its estimate beside it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.jobs.money.settlement import calibration, record
from claude_batch_desk.core.jobs.store.charge_store import Settled
from claude_batch_desk.core.pricing.bill import Bill
from claude_batch_desk.core.pricing.caching import CacheUse
from claude_batch_desk.core.report import silent
from claude_batch_desk.practice.server import PracticeService
from claude_batch_desk.session import Session
from tests.core.jobs.conftest import RECIPE, finish
from tests.core.jobs.random_trials import try_random

Draft = Callable[..., Job]
NOTHING = Decimal(0)
MADE = datetime(2026, 11, 1, tzinfo=UTC)
JOB = Settled(
    *(1, MADE, "Letters", MADE, "live", "claude-haiku-5-5", "batch", False),
    low=Decimal("0.9"),
    expected=Decimal(1),
    high=Decimal("1.2"),
    reckoned=Decimal(1),
    billed=Decimal("1.1"),
    requests=100,
    answered=100,
)


def done(session: Session, draft: Job) -> Job:
    return finish(session, session.desk.send(draft.id, None, silent))


def test_a_bill_is_the_sum_of_its_rows(session: Session, draft: Draft) -> None:
    texts = [f"I am very {'happy' if at % 3 else 'angry'}, note {at % 20}" for at in range(30)]
    job = done(session, draft(messages=texts))
    bill = session.money.bill(job.id, silent)
    costs = {request: cost for request, _, cost in session._stores.answers.costs(job.id) if cost}
    assert bill.total == bill.sent.total == sum(costs.values()) == job.billed
    assert bill.sent.requests == len(costs)
    assert bill.trials == Bill()


def test_each_row_knows_what_its_answer_cost(session: Session, draft: Draft) -> None:
    job = done(session, draft(rows=5))
    rows = session.desk.answers(job.id, 0, 5)
    costs = [row.answer.cost for row in rows if row.answer and row.answer.cost]
    assert sum(costs, NOTHING) == job.billed


def test_what_is_written_for_the_columns_adds_up_to_the_output(
    session: Session, draft: Draft
) -> None:
    job = done(session, draft(rows=12))
    bill = session.money.bill(job.id, silent)
    written = bill.sent.output.usd - bill.sent.thinking.usd
    assert [each.name for each in bill.columns] == ["Mood", "Why"]
    assert sum((each.usd for each in bill.columns), NOTHING) == written
    assert bill.columns[1].usd > bill.columns[0].usd > 0


def test_the_labels_of_a_column_add_up_to_its_rows(session: Session, draft: Draft) -> None:
    texts = [f"I am very {'happy' if at % 3 else 'angry'}" for at in range(30)]
    job = done(session, draft(messages=texts))
    bill = session.money.bill(job.id, silent)
    assert [(each.field, each.value, each.rows) for each in bill.labels] == [
        ("Mood", "happy", 20),
        ("Mood", "angry", 10),
    ]
    assert sum((each.usd for each in bill.labels), NOTHING) == job.billed


def test_trials_are_billed_apart_and_never_twice(session: Session, draft: Draft) -> None:
    job = draft(rows=12)
    tried = try_random(session.desk, job.id, 4, 1, silent)
    job = done(session, job)
    bill = session.money.bill(job.id, silent)
    assert bill.trials.total == sum((each.cost for each in tried), NOTHING)
    assert (bill.trials.requests, bill.sent.requests) == (4, 8)
    assert bill.total == job.billed
    assert bill.trials.saved == 0
    assert bill.sent.saved == bill.sent.total


def test_what_costs_nothing_is_counted_at_nothing(
    session: Session, draft: Draft, service: PracticeService
) -> None:
    service.set_faults("mixed-outcomes")
    job = done(session, draft(rows=200))
    bill = session.money.bill(job.id, silent)
    answers = [row.answer for row in session.desk.answers(job.id, 0, 200) if row.answer]
    free = [each for each in answers if each.usage is None]
    assert bill.sent.free == len(free) > 0
    assert bill.sent.total == job.billed
    assert bill.reckoning
    assert bill.reckoning.fewer < 0


def test_a_finished_job_is_held_against_its_estimate(session: Session, draft: Draft) -> None:
    job = draft(rows=30)
    try_random(session.desk, job.id, 10, 1, silent)
    job = done(session, job)
    reckoning = session.money.bill(job.id, silent).reckoning
    assert reckoning
    assert job.estimate
    assert reckoning.agreed == job.estimate.batch
    parts = (reckoning.fewer, reckoning.output, reckoning.cache, reckoning.input)
    assert float(sum(parts, reckoning.experience)) == pytest.approx(float(reckoning.difference))
    assert session.money.record("practice").jobs == 1
    assert session.money.record("live").jobs == 0


def test_a_job_that_is_not_done_has_no_verdict(
    session: Session, draft: Draft, service: PracticeService
) -> None:
    service.set_faults("results-500")
    job = session.desk.send(draft(rows=3).id, None, silent)
    bill = session.money.bill(job.id, silent)
    assert bill.total == 0
    assert bill.reckoning is None
    service.set_faults()
    finish(session, job)


def test_the_record_outlives_the_job(session: Session, draft: Draft) -> None:
    job = done(session, draft(rows=3))
    session.desk.save_draft(job.id, name="Renamed")
    session.desk.remove_job(job.id)
    assert session.money.record("practice").jobs == 1
    [settled] = session.money.history("practice", silent)
    assert (settled.name, settled.billed) == ("Renamed", job.billed)


def test_the_record_counts_the_last_ten_jobs() -> None:
    inside, above = JOB, replace(JOB, billed=Decimal(2))
    told = record([inside, above, *[inside] * 8, *[above] * 9])
    assert (told.jobs, told.inside) == (10, 9)
    assert str(told) == "9 of your last 10 jobs were inside the range."


def test_a_calibration_is_of_one_kind_of_job() -> None:
    others = [replace(JOB, thinking=True), replace(JOB, model="claude-opus-5-5")]
    found = calibration([JOB, JOB, *others], JOB.model, thinking=False)
    assert found
    assert found.jobs == 2
    assert found.ratio == pytest.approx(1.1)
    assert calibration(others, JOB.model, thinking=False) is None


def test_a_calibration_looks_past_the_corrections_made_before() -> None:
    corrected = replace(JOB, expected=Decimal(2), reckoned=Decimal(1), billed=Decimal(2))
    found = calibration([corrected], JOB.model, thinking=False)
    assert found
    assert found.ratio == pytest.approx(2)


def test_rows_that_were_not_billed_are_no_fault_of_the_estimate() -> None:
    fewer = replace(JOB, answered=96, billed=Decimal("0.96"))
    found = calibration([fewer], JOB.model, thinking=False)
    assert found
    assert found.ratio == pytest.approx(1)
    assert calibration([replace(JOB, answered=90)], JOB.model, thinking=False) is None


def test_jobs_with_cached_instructions_correct_no_others() -> None:
    assert calibration([replace(JOB, way="cached")], JOB.model, thinking=False) is None


def test_a_batch_with_cached_instructions_is_a_way_of_its_own(
    session: Session, draft: Draft
) -> None:
    long = replace(RECIPE, instructions="Say how the writer feels, and be careful. " * 300)
    job = draft(rows=6, recipe=long)
    job = finish(session, session.desk.send(job.id, None, silent, cache=CacheUse()))
    [line] = session.money.spend("practice", silent).lines["way"]
    assert (line.name, line.usd) == ("cached", job.billed)
    bill = session.money.bill(job.id, silent)
    assert bill.sent.cache_write_1h.usd + bill.sent.cache_read.usd > 0
    assert bill.reckoning
    assert bill.reckoning.agreed == job.agreed
