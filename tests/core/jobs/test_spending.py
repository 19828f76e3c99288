"""What was paid, added up by job, month, model, way and need; every sum the same."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.jobs.money.spending import GROUPINGS
from claude_batch_desk.core.jobs.money.telling import sheet_of, write_sheet
from claude_batch_desk.core.jobs.store import Kept, Purchase, Stores
from claude_batch_desk.core.pricing.prices import PriceBook
from claude_batch_desk.core.pricing.usage import Usage
from claude_batch_desk.core.report import silent
from claude_batch_desk.core.results.answer import Answer
from claude_batch_desk.core.settings import home_folder
from claude_batch_desk.practice.server import PracticeService
from claude_batch_desk.session import Session
from tests.core.jobs.conftest import finish
from tests.core.jobs.random_trials import try_random

Draft = Callable[..., Job]
BOOK = PriceBook()
MODELS = ("claude-haiku-5-5", "claude-opus-5-5")
PURCHASE = Purchase(
    *(1, datetime(2026, 8, 1, tzinfo=UTC), "Letters", "live", MODELS[0], "batch"),
    rates=BOOK.rates(MODELS[0]),
)


@pytest.fixture
def in_new_york(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "America/New_York")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def pay(stores: Stores, purchase: Purchase, request: int = 0) -> None:
    answer = Answer("answered", ("x",), usage=Usage(input=1_000, output=200))
    kept = Kept(request, answer, Decimal(0), "", b"{}")
    stores.answers.keep(purchase.job, [kept], purchase)


def test_every_grouping_adds_up_to_the_same(session: Session, draft: Draft) -> None:
    job = draft(rows=8)
    try_random(session.desk, job.id, 2, 1, silent)
    finish(session, session.desk.send(job.id, None, silent))
    finish(session, session.desk.send(draft(rows=3).id, None, silent, "now"))
    found = session.money.spend("practice", silent)
    assert found.total.usd == sum(job.billed or 0 for job in session.desk.jobs())
    assert found.total.requests == 11
    for grouping in GROUPINGS:
        lines = found.lines[grouping]
        assert sum((line.usd for line in lines), Decimal(0)) == found.total.usd
        assert sum((line.saved for line in lines), Decimal(0)) == found.total.saved
        assert sum(line.requests for line in lines) == 11
    assert {line.name for line in found.lines["way"]} == {"trial", "batch", "now"}
    assert [line.job for line in found.lines["job"]] == [1, 2]


def test_a_job_at_the_service_is_shown_with_what_may_come(
    session: Session, draft: Draft, service: PracticeService
) -> None:
    service.set_faults("results-500")
    job = session.desk.send(draft(rows=4).id, None, silent)
    found = session.money.spend("practice", silent)
    assert job.estimate
    [line] = found.lines["job"]
    assert (line.name, line.requests, line.last) == (job.name, 0, None)
    assert (line.expected, line.ceiling) == (
        job.estimate.batch.expected,
        job.estimate.batch.ceiling,
    )
    assert found.total.ceiling == found.standing.committed.ceiling == line.ceiling
    service.set_faults()
    finish(session, job)


def test_jobs_that_had_the_same_number_are_two() -> None:
    stores = Stores.open(home_folder())
    pay(stores, PURCHASE)
    later = replace(PURCHASE, made=datetime(2026, 9, 1, tzinfo=UTC), name="Reviews")
    pay(stores, later, 1)
    with Session(home_folder()) as session:
        lines = session.money.spend("live", silent).lines["job"]
    assert {(line.name, line.job) for line in lines} == {("Letters", None), ("Reviews", None)}


def test_models_and_needs_are_told_apart_the_dearest_first() -> None:
    stores = Stores.open(home_folder())
    pay(stores, replace(PURCHASE, latency="today"))
    pay(stores, replace(PURCHASE, model=MODELS[1], rates=BOOK.rates(MODELS[1])), 1)
    with Session(home_folder()) as session:
        lines = session.money.spend("live", silent).lines
    assert [line.name for line in lines["model"]] == [*reversed(MODELS)]
    assert [line.name for line in lines["need"]] == ["", "today"]
    assert [line.name for line in lines["job"]] == ["Letters"]


@pytest.mark.usefixtures("in_new_york")
def test_a_month_ends_on_the_clock_on_the_wall() -> None:
    stores = Stores.open(home_folder())
    pay(stores, replace(PURCHASE, at=datetime(2026, 11, 1, 3, 59, tzinfo=UTC)))
    pay(stores, replace(PURCHASE, at=datetime(2026, 11, 1, 4, 0, tzinfo=UTC)), 1)
    with Session(home_folder()) as session:
        months = session.money.spend("live", silent).lines["month"]
    assert [(line.name, line.requests) for line in months] == [("2026-11", 1), ("2026-10", 1)]


def test_where_nothing_was_paid_there_are_no_lines() -> None:
    with Session(home_folder()) as session:
        found = session.money.spend("live", silent)
    assert not any(found.lines.values())
    assert (found.total.usd, found.total.requests) == (Decimal(0), 0)


def test_no_name_in_a_file_of_lines_runs_as_a_formula(tmp_path: Path) -> None:
    stores = Stores.open(home_folder())
    pay(stores, replace(PURCHASE, name='=HYPERLINK("http://example.org")'))
    with Session(home_folder()) as session:
        found = session.money.spend("live", silent)
    exported = write_sheet(sheet_of(found, "job"), tmp_path / "spend.csv", silent)
    assert exported.rows == 1
    text = exported.path.read_text(encoding="utf-8-sig")
    assert "\"'=HYPERLINK(" in text
    assert exported.notes
