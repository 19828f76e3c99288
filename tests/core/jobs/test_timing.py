"""How soon a job is wanted, and which way of sending is in time for it, for how much."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.jobs.timing.advice import TimeAdvice, few_words, lasting
from claude_batch_desk.core.jobs.timing.history import History, Span
from claude_batch_desk.core.jobs.timing.need import LATENCIES, Latency, Need
from claude_batch_desk.core.jobs.timing.verbs import Timing
from claude_batch_desk.core.pricing.estimate import Estimate, Range
from claude_batch_desk.core.report import silent
from claude_batch_desk.core.settings import home_folder
from claude_batch_desk.practice.server import PracticeService
from claude_batch_desk.session import Session
from tests.core.jobs.conftest import finish

Draft = Callable[..., Job]
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
NOTHING = History()


def price(expected: str) -> Range:
    amount = Decimal(expected)
    return Range(amount / 2, amount, amount * 2, amount * 4)


def estimate(requests: int = 600, cached: str = "") -> Estimate:
    return Estimate(
        model="claude-haiku-5-5",
        rows=requests,
        requests=requests,
        batch=price("3.10"),
        now=price("6.20"),
        input_tokens=requests * 100,
        output_tokens=requests * 60,
        counted=50,
        tried=10,
        prices_date="2026-11-20",
        cached=price(cached) if cached else None,
    )


def advised(need: Need, found: Estimate | None = None, history: History = NOTHING) -> TimeAdvice:
    return Timing.ways_in_time(need, found or estimate(), history, NOON)


def spans(*minutes: float, requests: int = 600) -> History:
    return History(tuple(Span(requests, each * 60) for each in minutes))


@pytest.fixture
def in_new_york(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "America/New_York")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("in_new_york")
def test_today_ends_at_midnight_on_the_clock_on_the_wall() -> None:
    assert Need("today").deadline(NOON) == datetime(2026, 11, 24, 5, 0, tzinfo=UTC)
    before_the_change = datetime(2026, 10, 31, 23, 0, tzinfo=UTC)  # the clock goes back at night
    assert Need("today").deadline(before_the_change) == datetime(2026, 11, 1, 4, 0, tzinfo=UTC)
    on_the_day = datetime(2026, 11, 1, 23, 0, tzinfo=UTC)
    assert Need("today").deadline(on_the_day) == datetime(2026, 11, 2, 5, 0, tzinfo=UTC)


@pytest.mark.usefixtures("in_new_york")
@pytest.mark.parametrize(
    ("later", "tag"),
    [
        (timedelta(minutes=-5), "now"),
        (timedelta(minutes=40), "hour"),
        (timedelta(hours=9), "today"),
        (timedelta(hours=18), "week"),
        (timedelta(days=30), "week"),
    ],
)
def test_an_exact_time_has_the_tag_of_the_shortest_span_that_holds_it(
    later: timedelta, tag: Latency
) -> None:
    need = Need.at(NOON + later, NOON)
    assert need.latency == tag
    assert need.deadline(NOON) == NOON + later


def test_where_nothing_is_said_the_cheapest_way_is_advised() -> None:
    found = advised(Need(), estimate(cached="1.55"))
    assert (found.best.way, found.best.cached) == ("batch", True)
    assert found.summary == (
        "Advised: as a batch with cached instructions, about $1.55, $4.65 less than at once."
    )
    assert found.warning == ""
    assert [each.price.expected for each in found.ways] == sorted(
        each.price.expected for each in found.ways
    )


def test_a_cache_that_costs_more_is_not_advised() -> None:
    found = advised(Need("week"), estimate(cached="3.50"))
    assert (found.best.way, found.best.cached) == ("batch", False)


def test_a_week_is_promised() -> None:
    best = advised(Need("week")).best
    assert best.fit == "sure"
    assert best.why.startswith("A batch ends within 24 hours, that is promised.")


def test_in_real_time_only_calls_are_in_time() -> None:
    found = advised(Need("now"), estimate(100))
    fits = {(each.way): each.fit for each in found.ways}
    assert fits == {"batch": "no", "now": "likely"}
    assert found.summary == "Advised: at once, about $6.20, $3.10 more than as a batch."
    assert found.warning == ""


def test_calls_for_very_many_rows_take_longer_than_a_batch() -> None:
    found = advised(Need("hour"), estimate(100_000))
    calls = next(each for each in found.ways if each.way == "now")
    assert calls.fit == "no"
    assert "about 5.8 h" in calls.why  # 100,000 times 2.5 s, twelve side by side
    assert found.best.way == "batch"
    assert found.summary.startswith("No way is likely to be in time.")


def test_without_experience_an_hour_is_not_left_to_luck() -> None:
    found = advised(Need("hour"))
    batch = next(each for each in found.ways if each.way == "batch")
    assert batch.fit == "risky"
    assert "Most batches end within an hour" in batch.why
    assert found.best.way == "now"


def test_ones_own_batches_decide_about_an_hour() -> None:
    quick = advised(Need("hour"), history=spans(*range(5, 30)))
    assert quick.best.way == "batch"
    assert quick.best.fit == "likely"
    assert "half ended within 17 min, and 95 of 100 within 28 min." in quick.best.why
    assert "24 hours" in quick.warning
    slow = advised(Need("hour"), history=spans(*range(180, 205)))
    assert next(each for each in slow.ways if each.way == "batch").fit == "no"


def test_of_few_batches_the_longest_counts_and_is_named_as_such() -> None:
    found = advised(Need("hour"), history=spans(5, 6, 7, 8, 55))
    assert "half ended within 7 min, and all of them within 55 min." in found.best.why


def test_of_too_few_batches_nothing_is_made() -> None:
    assert spans(5, 6, 7, 8).pace(600) is None


def test_batches_of_another_size_count_only_where_there_are_too_few_alike() -> None:
    large = tuple(Span(50_000, 7_200) for _ in range(6))
    small = tuple(Span(700, 600) for _ in range(5))
    pace = History(large + small).pace(600)
    assert pace is not None
    assert (pace.batches, pace.half, pace.alike) == (5, 600, True)
    of_all = History(large + small[:4]).pace(600)
    assert of_all is not None
    assert (of_all.batches, of_all.alike) == (10, False)
    told = advised(Need("week"), history=History(large)).best.why
    assert "of about this size" not in told


def test_of_several_batches_the_slowest_decides() -> None:
    history = spans(*range(5, 30), 55, requests=80_000)
    need = Need.at(NOON + timedelta(minutes=50), NOON)
    one = next(
        each for each in advised(need, estimate(90_000), history).ways if each.way == "batch"
    )
    assert one.fit == "likely"
    three = next(
        each for each in advised(need, estimate(250_000), history).ways if each.way == "batch"
    )
    assert three.fit == "risky"
    assert "These are 3 batches side by side, and the slowest decides." in three.why


def test_jobs_of_calls_tell_how_fast_the_next_is() -> None:
    history = History(calls=tuple(Span(100, 50) for _ in range(3)))
    calls = next(each for each in advised(Need("hour"), history=history).ways if each.way == "now")
    assert "about 5 min, as fast as your last such jobs" in calls.why


def test_a_deadline_inside_24_hours_says_what_it_risks() -> None:
    inside = advised(Need.at(NOON + timedelta(hours=6), NOON))
    assert inside.best.fit == "likely"
    assert "Nobody promises" in inside.warning
    assert "not billed" in inside.warning
    assert advised(Need.at(NOON + timedelta(hours=24), NOON)).warning == ""
    passed = advised(Need.at(NOON - timedelta(minutes=1), NOON))
    assert passed.warning.startswith("This time has passed.")


@pytest.mark.parametrize("latency", LATENCIES)
def test_the_best_way_is_never_dearer_than_one_that_fits_as_well(latency: Latency) -> None:
    good = {"sure": 0, "likely": 0, "risky": 1, "no": 2}
    for requests in (10, 1_000, 100_000):
        for history in (NOTHING, spans(*range(1, 40)), spans(*range(100, 140))):
            found = advised(Need(latency), estimate(requests, "1.00"), history)
            assert all(
                (good[found.best.fit], found.best.price.expected)
                <= (good[each.fit], each.price.expected)
                for each in found.ways
            )


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.2, "1 s"), (80, "80 s"), (100, "2 min"), (4_000, "67 min"), (5_400, "1.5 h"),
     (10_800, "3 h"), (3 * 86_400, "3 days")],
)  # fmt: skip
def test_lengths_of_time_are_said_in_one_unit(seconds: float, words: str) -> None:
    assert lasting(seconds) == words


def test_a_need_is_kept_with_the_job_and_its_charges(session: Session, draft: Draft) -> None:
    need = Need.at(datetime.now(UTC) + timedelta(minutes=30), datetime.now(UTC))
    job = draft(rows=3)
    assert job.latency == ""
    session.desk.save_draft(job.id, need=need)
    assert session.desk.job(job.id).need == need
    session.desk.save_draft(job.id, name="Other")
    done = finish(session, session.desk.send(job.id, None, silent))
    assert done.latency == "hour"
    [line] = session.money.spend("practice", silent).lines["need"]
    assert line.name == "hour"
    session.desk.save_draft(job.id, need=Need("week"))
    assert session.desk.job(job.id).latency == "hour"  # it is on record


def test_a_need_can_be_taken_back(session: Session, draft: Draft) -> None:
    job = draft(rows=3)
    session.desk.save_draft(job.id, need=Need("today"))
    assert session.desk.save_draft(job.id, need=Need()).need == Need()


def test_what_may_still_come_stands_under_its_need(
    session: Session, draft: Draft, service: PracticeService
) -> None:
    service.set_faults("results-500")
    job = draft(rows=3)
    session.desk.save_draft(job.id, need=Need("today"))
    job = session.desk.send(job.id, None, silent)
    [line] = session.money.spend("practice", silent).lines["need"]
    assert (line.name, line.ceiling > 0) == ("today", True)
    service.set_faults()
    finish(session, job)


def test_batches_that_came_to_their_own_end_are_the_history(
    session: Session, draft: Draft, service: PracticeService
) -> None:
    finish(session, session.desk.send(draft(rows=4).id, None, silent))
    finish(session, session.desk.send(draft(rows=3).id, None, silent, "now"))
    service.set_faults("results-500")
    stopped = session.desk.send(draft(rows=5).id, None, silent)
    session.desk.cancel(stopped.id, silent)
    service.set_faults()
    finish(session, stopped)
    kept = session._stores.needs.history("practice")
    assert [span.requests for span in kept.batches] == [4]
    assert [span.requests for span in kept.calls] == [3]
    assert all(span.seconds >= 0 for span in (*kept.batches, *kept.calls))
    assert session.timing.history(silent) == NOTHING  # Practice says nothing about Live


def test_a_job_is_told_how_long_such_batches_take(session: Session, draft: Draft) -> None:
    job = session.desk.send(draft(rows=4).id, None, silent)
    assert session.timing.usual(job.id, silent).startswith("Most batches end within an hour")
    finish(session, job)


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        ((), ""),
        ((12,), "Your only one so far took 12 min."),
        ((40, 12, 180), "Your 3 so far took 12 min to 3 h."),
    ],
)
def test_few_batches_are_told_one_by_one(minutes: tuple[int, ...], words: str) -> None:
    assert few_words(History(tuple(Span(9, 60.0 * each) for each in minutes))) == words


def test_a_new_folder_has_no_history() -> None:
    with Session(home_folder()) as session:
        assert session.timing.history(silent) == NOTHING


def test_what_is_answered_already_takes_no_time() -> None:
    found = replace(estimate(100_000), already_answered=99_990, output_tokens=600)
    assert advised(Need("now"), found).best.way == "now"
