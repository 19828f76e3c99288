"""Advice: which way of sending is in time for a need, why, and what it costs.

By the service's documentation of batches (November 2026): a batch ends within 24 hours, and what
was not worked on by then expires; most batches end in less than one hour. Nothing of a batch can
be read before all of it has ended.
"""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from claude_batch_desk.core.jobs.job import Way
from claude_batch_desk.core.jobs.timing.history import ENOUGH_FOR_95, History, Pace
from claude_batch_desk.core.jobs.timing.need import Need
from claude_batch_desk.core.pricing.amounts import money
from claude_batch_desk.core.pricing.estimate import Estimate, Range
from claude_batch_desk.core.service.spool import MAX_REQUESTS

Fit = Literal["sure", "likely", "risky", "no"]
"""Promised by the service; probable; possible, but not to be relied on; hardly possible."""
_PROMISE = timedelta(hours=24)
_MOST_END = timedelta(hours=1)
_LIKELY_FROM = timedelta(hours=3)
"""What "most" end within is no certainty; without experience, three times that is likely."""
_CALL_SECONDS, _TOKENS_PER_SECOND = 1.5, 60.0
"""A rule of thumb for an immediate call; nothing about it is documented."""
_SIDE_BY_SIDE, _A_MINUTE = 12, 1_000
"""So many calls are taken to be under way, and so many to be allowed in a minute, which is the
lowest limit that is documented; what the service then allows decides."""
_MARGIN = 2
"""Immediate calls are likely in time where they would be at half the speed."""
_AT_ONCE = timedelta(minutes=5)
"""What a person waits for in real time, at most."""
_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400


@dataclass(frozen=True)
class WayInTime:
    """One way of sending, and whether it is in time."""

    way: Way
    cached: bool
    """With cached instructions."""
    fit: Fit
    why: str
    """A sentence or two for the person."""
    price: Range


@dataclass(frozen=True)
class TimeAdvice:
    """The ways of sending for a need, the cheapest first, and the one that is advised."""

    need: Need
    deadline: datetime | None
    ways: tuple[WayInTime, ...]
    best: WayInTime
    summary: str
    """What is advised, and what it costs or saves, as a sentence or two."""
    warning: str = ""
    """What the person risks with the deadline they named; "" where it is none worth naming."""


def advise(need: Need, estimate: Estimate, history: History, now: datetime) -> TimeAdvice:
    """Which way is in time; of those that are, the cheapest is advised."""
    deadline = need.deadline(now)
    left = None if deadline is None else max(deadline - now, timedelta(0))
    asked = estimate.requests - estimate.already_answered
    calls = timedelta(seconds=_seconds_of_calls(estimate, asked, history))
    batches = math.ceil(asked / MAX_REQUESTS)
    batch_fit, batch_why = _batch(left, history.pace(min(asked, MAX_REQUESTS)), batches)
    call_fit, call_why = _calls(left, calls, measured=history.seconds_per_call() is not None)
    ways = [
        WayInTime("batch", False, batch_fit, batch_why, estimate.batch),
        WayInTime("now", False, call_fit, call_why, estimate.now),
    ]
    if estimate.cached is not None:
        ways.append(WayInTime("batch", True, batch_fit, batch_why, estimate.cached))
    ways.sort(key=lambda each: each.price.expected)
    best = _best(ways)
    return TimeAdvice(
        need=need,
        deadline=deadline,
        ways=tuple(ways),
        best=best,
        summary=_summary(best, estimate, deadline),
        warning=_passed(need, now) or _warning(left, best, calls),
    )


def _seconds_of_calls(estimate: Estimate, asked: int, history: History) -> float:
    each = history.seconds_per_call()
    if each is not None:
        return asked * each
    written = estimate.output_tokens / max(asked, 1)
    each = (_CALL_SECONDS + written / _TOKENS_PER_SECOND) / _SIDE_BY_SIDE
    return asked * max(each, _MINUTE / _A_MINUTE)


def _batch(left: timedelta | None, pace: Pace | None, batches: int) -> tuple[Fit, str]:
    """Whether all of these batches, which run side by side, are in time, and why."""
    usual = usual_words(pace)
    if batches > 1:
        usual += f" These are {batches:,} batches side by side, and the slowest decides."
    if left is None or left >= _PROMISE:
        return "sure", f"A batch ends within 24 hours, that is promised. {usual}"
    if pace is None:
        fit: Fit = "likely" if left >= _LIKELY_FROM else "risky" if left else "no"
    else:
        seconds = left.total_seconds()
        fit = "no" if seconds < pace.half / 2 else "risky"
        if seconds >= (pace.most if batches <= 1 else pace.longest):
            fit = "likely"
    return fit, f"{usual} Only 24 hours are promised."


def usual_words(pace: Pace | None) -> str:
    """How long batches usually take, by one's own history or else by the documentation."""
    if pace is None:
        return "Most batches end within an hour, the documentation says."
    of = f"Of your last {pace.batches} batches" + (" of about this size" if pace.alike else "")
    half = f"{of} half ended within {lasting(pace.half)}"
    if pace.batches < ENOUGH_FOR_95:
        return f"{half}, and all of them within {lasting(pace.longest)}."
    return f"{half}, and 95 of 100 within {lasting(pace.most)}."


def few_words(history: History) -> str:
    """How long batches took that are too few to tell how long they usually take; "" without any."""
    seconds = sorted(span.seconds for span in history.batches)
    if not seconds:
        return ""
    if len(seconds) == 1:
        return f"Your only one so far took {lasting(seconds[0])}."
    return f"Your {len(seconds)} so far took {lasting(seconds[0])} to {lasting(seconds[-1])}."


def _calls(left: timedelta | None, calls: timedelta, *, measured: bool) -> tuple[Fit, str]:
    """Whether immediate calls are in time, and why."""
    by = "as fast as your last such jobs" if measured else "by a rule of thumb"
    why = (
        f"The first answers are here within seconds, all of them after about "
        f"{lasting(calls.total_seconds())}, {by}. The program has to stay open until then."
    )
    if left is None or calls * _MARGIN <= max(left, _AT_ONCE):
        return "likely", why
    if not left:
        return ("risky" if calls <= _MOST_END else "no"), why
    return ("risky" if calls <= left else "no"), why


def _best(ways: list[WayInTime]) -> WayInTime:
    """The cheapest of those that fit best; what is probable is good enough."""
    order: dict[Fit, int] = {"sure": 0, "likely": 0, "risky": 1, "no": 2}
    return min(ways, key=lambda each: (order[each.fit], each.price.expected))


def _summary(best: WayInTime, estimate: Estimate, deadline: datetime | None) -> str:
    price = f"about {money(best.price.expected)}"
    if best.way == "now":
        more = estimate.now.expected - estimate.batch.expected
        dearer = f", {money(more)} more than as a batch" if more > 0 else ""
        return f"Advised: at once, {price}{dearer}."
    name = "as a batch with cached instructions" if best.cached else "as a batch"
    less = estimate.now.expected - best.price.expected
    saved = f", {money(less)} less than at once" if less > 0 else ""
    if best.fit in ("sure", "likely") or deadline is None:
        return f"Advised: {name}, {price}{saved}."
    return f"No way is likely to be in time. The nearest to it: {name}, {price}{saved}."


def _passed(need: Need, now: datetime) -> str:
    passed = need.by is not None and need.by <= now
    return "This time has passed. Name a later one." if passed else ""


def _warning(left: timedelta | None, best: WayInTime, calls: timedelta) -> str:
    if left is None or left >= _PROMISE:
        return ""
    if best.way == "now":
        late = left and calls > left
        return "Not all answers are likely to be here by then. Send fewer rows." if late else ""
    return (
        "Nobody promises that a batch is done by then. It cannot be hurried, shows no answer "
        "before all of it has ended, and may take 24 hours; what is not worked on by then "
        "expires, unanswered and not billed."
    )


def lasting(seconds: float) -> str:
    """A length of time as a person would say it: "40 s", "12 min", "3 h", "2 days"."""
    if seconds < 1.5 * _MINUTE:
        return f"{max(round(seconds), 1)} s"
    if seconds < 1.5 * _HOUR:
        return f"{round(seconds / _MINUTE)} min"
    if seconds < 2 * _DAY:
        return f"{seconds / _HOUR:.1f}".removesuffix(".0") + " h"
    return f"{round(seconds / _DAY)} days"
