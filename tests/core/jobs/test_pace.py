"""How many calls go side by side, by what the service tells."""

from claude_batch_desk.core.errors import Busy
from claude_batch_desk.core.jobs.pace import FIRST, MOST, Pace
from claude_batch_desk.core.pricing.usage import Usage
from claude_batch_desk.core.service.rate_limits import Limited, RateLimit

USAGE = Usage(input=100, output=50)


def pace() -> Pace:
    return Pace(chance=lambda: 0.5)


def limit(of: Limited, limit: int, remaining: int) -> RateLimit:
    return RateLimit(of, limit, remaining, 60 * (1 - remaining / limit))


def answer(to: Pace, times: int, *limits: RateLimit, at: float = 0.0, usage: Usage = USAGE) -> None:
    for _ in range(times):
        to.answered(usage, limits, at)


def test_it_starts_low_and_grows_while_there_is_room() -> None:
    slow = pace()
    assert slow.room(0, 0.0) == FIRST == 4
    answer(slow, 40, limit("requests", 1_000, 900))
    assert 10 < slow.width < 40
    answer(slow, 4_000, limit("requests", 1_000, 900))
    assert slow.width == MOST


def test_it_does_not_grow_where_little_is_left() -> None:
    slow = pace()
    answer(slow, 400, limit("output-tokens", 100_000, 15_000))
    assert slow.width == FIRST


def test_no_more_begin_than_the_requests_that_are_left() -> None:
    slow = pace()
    answer(slow, 100, limit("requests", 1_000, 900))
    answer(slow, 1, limit("requests", 60, 3))
    assert slow.room(0, 0.0) == 3
    assert slow.room(2, 0.0) == 1
    assert slow.room(3, 0.0) == 0
    assert slow.room(3, 2.0) == 2  # one a second comes back


def test_no_more_begin_than_the_tokens_that_are_left() -> None:
    slow = pace()
    answer(slow, 60, limit("input-tokens", 6_000, 6_000), limit("output-tokens", 6_000, 6_000))
    answer(slow, 1, limit("input-tokens", 6_000, 1_000), limit("output-tokens", 6_000, 200))
    assert slow.room(0, 0.0) == 4
    assert slow.room(4, 0.0) == 0
    assert slow.room(4, 1.0) == 2  # a hundred a second come back, each answer writes fifty


def test_what_is_read_from_a_cache_does_not_count() -> None:
    slow = pace()
    cached = Usage(input=10, cache_read=100_000, output=5)
    answer(slow, 60, limit("input-tokens", 6_000, 6_000), usage=cached)
    answer(slow, 1, limit("input-tokens", 6_000, 1_000), usage=cached)
    assert slow.room(0, 0.0) == slow.width > 20


def test_a_request_larger_than_a_limit_is_asked_alone_once_all_of_it_is_there() -> None:
    slow = pace()
    huge = Usage(input=50_000, output=5)
    answer(slow, 1, limit("input-tokens", 20_000, 0), usage=huge)
    assert slow.room(0, 0.0) == 0
    assert slow.room(0, 61.0) == 1
    assert slow.room(1, 61.0) == 0


def test_the_wait_the_service_asks_for_is_kept_exactly_and_the_calls_are_halved() -> None:
    slow = pace()
    answer(slow, 40)
    before = slow.width
    slow.troubled(Busy("Too much.", status=429, retry_after=7.0, kind="limit"), 0.0, 100.0)
    assert slow.pause(100.0) == 7.0
    assert slow.room(0, 106.9) == 0
    assert slow.room(0, 107.1) == slow.width == before // 2
    assert slow.why == "The service is limiting how much this account may ask."


def test_many_calls_of_one_wave_that_are_refused_halve_once() -> None:
    slow = pace()
    answer(slow, 56)
    before = slow.width
    for at in (10.0, 10.1, 10.2):
        slow.troubled(Busy("Too much.", status=429, retry_after=1.0, kind="limit"), 9.0, at)
    assert slow.width == before // 2


def test_without_a_wait_the_pauses_double_with_some_chance_in_them() -> None:
    slow, pauses, now = pace(), [], 0.0
    for _ in range(9):
        slow.troubled(Busy("Overloaded.", status=529, kind="overloaded"), now, now)
        pauses.append(slow.pause(now))
        now += pauses[-1]
    assert pauses == [0.75, 1.5, 3.0, 6.0, 12.0, 24.0, 45.0, 45.0, 45.0]
    assert slow.width == 1


def test_an_answer_ends_the_trouble_and_growth_is_careful_from_then_on() -> None:
    slow = pace()
    slow.troubled(Busy("Too sudden.", status=429, retry_after=1.0, kind="ramp"), 0.0, 0.0)
    answer(slow, 20, at=2.0)
    assert slow.why == ""
    assert slow.width < 8
    slow.troubled(Busy("Overloaded.", status=529, kind="overloaded"), 3.0, 3.0)
    assert slow.pause(3.0) == 0.75


def test_refusals_that_bring_no_limits_let_it_grow() -> None:
    slow = pace()
    for _ in range(4):
        slow.answered(None, (), 0.0)
    assert slow.width == 6
