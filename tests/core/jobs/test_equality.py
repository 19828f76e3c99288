"""Every amount the desk shows equals what the Practice service charges, to the last digit.

The two share no price: the service reckons with its own copy of the published ones. Each example
is a whole job, through the real SDK; the service's own ledger is the witness.
"""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from claude_batch_desk.core.catalogue import bundled_models
from claude_batch_desk.core.errors import PriceError
from claude_batch_desk.core.jobs.job import Job, Way
from claude_batch_desk.core.pricing.bill import Bill
from claude_batch_desk.core.pricing.caching import CacheUse
from claude_batch_desk.core.pricing.prices import PriceBook
from claude_batch_desk.core.report import silent
from claude_batch_desk.core.settings import home_folder
from claude_batch_desk.core.tables.table import ReadOptions
from claude_batch_desk.practice.ledger import Account, Ledger
from claude_batch_desk.practice.server import PracticeService
from claude_batch_desk.session import PRACTICE_KEY, Session
from tests.core.jobs.conftest import RECIPE, finish, look_until, write_table
from tests.core.jobs.random_trials import try_random

pytestmark = pytest.mark.timeout(1_200)  # some thirty whole jobs, on a machine that may be busy
BOOK = PriceBook()
LONG = "Say how the writer feels, and be careful about irony. " * 400
"""Long enough to be cached by every model."""
EDGE = 455_000
"""About as many letters as make 100,000 tokens for a newer model, together with the rest."""


def priced(model: str) -> bool:
    try:
        BOOK.rates(model)
    except PriceError:
        return False
    return bundled_models()[model].batch and bundled_models()[model].lifecycle == "active"


MODELS = [model for model in bundled_models() if priced(model)]


@dataclass(frozen=True)
class Case:
    """A job, and what goes wrong with it."""

    model: str
    way: Way = "batch"
    cache: CacheUse | None = None
    rows: int = 9
    tried: int = 0
    fault: str = ""
    cancel_after: float = 0.0
    """Share of the time a batch takes, after which it is canceled; 0 for never."""
    letters: int = 30
    """Of the longest message."""


def cases() -> st.SearchStrategy[Case]:
    ways = st.sampled_from(
        [
            ("batch", None),
            ("batch", CacheUse()),
            ("batch", CacheUse("5m")),
            ("batch", CacheUse(prime=True)),
            ("now", None),
        ]
    )
    plain = st.builds(
        lambda way, **rest: Case(way=way[0], cache=way[1], **rest),
        way=ways,
        model=st.sampled_from(MODELS),
        rows=st.integers(6, 40),
        tried=st.integers(0, 3),
        fault=st.sampled_from(["", "mixed-outcomes", "expire"]),
        cancel_after=st.sampled_from([0.0, 0.0, 0.3, 0.7]),
    )
    near_the_edge = st.builds(
        Case,
        model=st.just("claude-haiku-5-5"),
        cache=st.sampled_from([None, CacheUse(), CacheUse(prime=True)]),
        rows=st.just(4),
        tried=st.integers(0, 1),
        letters=st.integers(EDGE - 70_000, EDGE + 30_000),
    )
    return st.one_of(plain, plain, plain, near_the_edge)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PracticeService]:
    with PracticeService(tmp_path_factory.mktemp("service"), delay=100.0) as running:
        yield running


@pytest.fixture
def session(service: PracticeService) -> Iterator[Session]:
    with Session(home_folder(), practice_url=service.base_url) as opened:
        yield opened


def draft(session: Session, folder: Path, case: Case) -> Job:
    """A job whose every example differs from all others, so that nothing of them is cached."""
    word = uuid.uuid4().hex
    texts = [f"I am so happy, this is note {number} {word}" for number in range(case.rows)]
    texts[0] = (texts[0] + " and so on" * (case.letters // 10))[: max(case.letters, 30)]
    path = write_table(folder / f"{word}.csv", [["Message"], *([text] for text in texts)])
    table = session.desk.open_table(path, ReadOptions(), silent)
    instructions = f"{word}: {LONG}"
    recipe = replace(RECIPE, model=case.model, instructions=instructions)
    job = session.desk.new_job(word, "practice")
    return session.desk.save_draft(job.id, recipe=recipe, table_id=table.id)


def try_some(session: Session, service: PracticeService, job: Job, case: Case) -> None:
    """Try rows; what is shown beside them is what the service charges for them."""
    before = service.ledger(PRACTICE_KEY)
    tried = try_random(session.desk, job.id, case.tried, 1, silent)
    paid = service.ledger(PRACTICE_KEY).billed - before.billed
    assert sum((each.cost for each in tried), Decimal(0)) == paid


def run(session: Session, service: PracticeService, job: Job, case: Case) -> Job:
    """The whole job, to its end."""
    service.set_faults()
    if case.tried:
        try_some(session, service, job, case)
    if case.fault:
        service.set_faults(case.fault)
    job = session.desk.send(job.id, None, silent, case.way, case.cache)
    if case.cancel_after and case.way == "batch":
        service.advance(100 * case.cancel_after)
        job = session.desk.cancel(job.id, silent)
    for _ in job.parts:
        service.advance(100)
        job = look_until(session, job, lambda now: now.state != "sending")
    service.advance(90_000)
    return finish(session, job)


def since(before: Ledger, after: Ledger) -> tuple[Decimal, list[Account]]:
    """What was charged in between, and the new accounts."""
    old = {(each.way, each.model, each.above): each for each in before.accounts}
    new = [each for each in after.accounts if old.get((each.way, each.model, each.above)) != each]
    return after.billed - before.billed, new


def tokens(bill: Bill, trials: Bill) -> dict[str, int]:
    kinds = ("input", "cache_write_5m", "cache_write_1h", "cache_read", "output", "thinking")
    return {kind: getattr(bill, kind).tokens + getattr(trials, kind).tokens for kind in kinds}


def charged(before: Ledger, after: Ledger) -> dict[str, int]:
    kinds = ("input", "cache_write_5m", "cache_write_1h", "cache_read", "output", "thinking")
    return {
        kind: sum(
            getattr(ledger.batch_tokens, kind) * sign + getattr(ledger.message_tokens, kind) * sign
            for ledger, sign in ((after, 1), (before, -1))
        )
        for kind in kinds
    }


@given(case=cases())
@example(case=Case("claude-haiku-5-5", cache=CacheUse(prime=True), rows=40, tried=2))
@example(case=Case("claude-haiku-5-5", cache=CacheUse(), rows=40, fault="mixed-outcomes"))
@example(case=Case("claude-haiku-5-5", cache=CacheUse(), rows=4, letters=EDGE + 40_000))
@example(case=Case("claude-opus-5-5", cache=CacheUse("5m"), rows=20, cancel_after=0.5))
@example(case=Case("claude-haiku-4-5", way="now", rows=12, tried=3))
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_what_is_shown_is_what_the_service_charges(
    session: Session, service: PracticeService, tmp_path: Path, case: Case
) -> None:
    before = service.ledger(PRACTICE_KEY)
    spent_before = session.money.standing("practice").spent.usd
    job = draft(session, tmp_path, case)
    job = run(session, service, job, case)
    after = service.ledger(PRACTICE_KEY)
    paid = after.billed - before.billed

    bill = session.money.bill(job.id, silent)
    assert bill.unpriced == 0
    assert bill.total == paid
    assert session.money.standing("practice").spent.usd - spent_before == paid
    assert tokens(bill.sent, bill.trials) == charged(before, after)
    by_batch = sum(each.picodollars for each in after.accounts if each.way == "batch")
    by_batch -= sum(each.picodollars for each in before.accounts if each.way == "batch")
    if case.way == "batch":
        assert bill.sent.total == Decimal(by_batch).scaleb(-12)
    assert job.billed is not None
    # A tried row whose answer was taken over is part of the job's own sum, others are not.
    assert bill.sent.total <= job.billed <= paid
    if not case.tried:
        assert job.billed == paid
    assert session.money.standing("practice").committed.ceiling == 0


def test_at_the_edge_of_the_tier_the_whole_request_is_charged_at_the_dearer_price(
    session: Session, service: PracticeService, tmp_path: Path
) -> None:
    case = Case("claude-haiku-5-5", cache=CacheUse(), rows=3, letters=EDGE + 40_000)
    before = service.ledger(PRACTICE_KEY)
    job = run(session, service, draft(session, tmp_path, case), case)
    after = service.ledger(PRACTICE_KEY)
    _, accounts = since(before, after)

    assert {each.above for each in accounts} == {-1, 100_000}
    assert job.billed == after.billed - before.billed
