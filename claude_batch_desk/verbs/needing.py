"""How soon answers are wanted, on the command line: read, advised on, and told."""

import argparse
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from claude_batch_desk.core.jobs.listing import Group
from claude_batch_desk.core.jobs.timing.advice import TimeAdvice
from claude_batch_desk.core.jobs.timing.need import LATENCIES, LATENCY_WORDS, Need
from claude_batch_desk.core.pricing.amounts import money
from claude_batch_desk.core.pricing.estimate import Estimate
from claude_batch_desk.session import Session
from claude_batch_desk.verbs.console import Progress, range_json


def need_of(text: str) -> Need:
    """A tag, or a time such as "2026-11-24 09:00" on the person's clock; for argparse."""
    for latency in LATENCIES:
        if text == latency:
            return Need(latency)
    try:
        moment = datetime.fromisoformat(text).astimezone(UTC)
    except ValueError as error:
        raise argparse.ArgumentTypeError(
            f'{text!r} is none of {", ".join(LATENCIES)}, nor a time such as "2026-11-24 09:00"'
        ) from error
    return Need.at(moment, datetime.now(UTC))


def advice_on(session: Session, need: Need, estimate: Estimate) -> TimeAdvice | None:
    """Which way of sending is in time; None where the person did not say when."""
    if not need.latency:
        return None
    history = session.timing.history(Progress("Looking up earlier jobs,"))
    return session.timing.ways_in_time(need, estimate, history, datetime.now(UTC))


def advice_lines(advice: TimeAdvice | None) -> Iterator[str]:
    """The advice in sentences."""
    if advice is None:
        return
    yield advice.summary
    reasons = {way.way: way.why for way in advice.ways}
    yield f"Batch: {reasons['batch']}"
    yield f"At once: {reasons['now']}"
    if advice.warning:
        yield advice.warning


def advice_json(advice: TimeAdvice | None) -> dict[str, Any] | None:
    """The advice as it is told to programs."""
    if advice is None:
        return None
    return {
        "need": advice.need.latency,
        "deadline": advice.deadline.isoformat() if advice.deadline else None,
        "advised": {"way": advice.best.way, "cached": advice.best.cached},
        "ways": [
            {
                "way": way.way,
                "cached": way.cached,
                "in_time": way.fit,
                "why": way.why,
                "usd": range_json(way.price),
            }
            for way in advice.ways
        ],
        "warning": advice.warning,
    }


def group_line(group: Group) -> str:
    """The heading of the jobs with one tag."""
    count = len(group.jobs)
    words = f"{LATENCY_WORDS[group.latency]}: {count:,} {'job' if count == 1 else 'jobs'}"
    live, practice = group.live, group.practice
    if live.estimated or live.billed:
        words += f", billed {money(live.billed)} of about {money(live.estimated)}"
    if practice.estimated or practice.billed:
        words += f"; Practice {money(practice.billed)} of about {money(practice.estimated)}"
    return words
