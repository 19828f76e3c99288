"""Need: how soon the answers of a job are wanted."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Literal, Self

Latency = Literal["", "now", "hour", "today", "week"]
"""In real time, within the hour, by the end of the day, within the week; "" was not said."""
LATENCIES: tuple[Latency, ...] = ("now", "hour", "today", "week")
LATENCY_WORDS: Mapping[str, str] = MappingProxyType({
    "": "Not said",
    "now": "Real time",
    "hour": "This hour",
    "today": "Today",
    "week": "This week",
})  # fmt: skip
_HOUR, _DAY, _WEEK = timedelta(hours=1), timedelta(days=1), timedelta(days=7)


@dataclass(frozen=True)
class Need:
    """How soon a job is wanted, counted from its sending; kept as its tag."""

    latency: Latency = ""
    by: datetime | None = None
    """Aware UTC; None where no exact time was named."""

    @classmethod
    def at(cls, moment: datetime, now: datetime) -> Self:
        """An exact time, tagged with the shortest span from `now` that holds it; both aware."""
        left = moment - now
        tag: Latency = "week"
        if left <= timedelta(0):
            tag = "now"
        elif left <= _HOUR:
            tag = "hour"
        elif moment <= end_of_day(now):
            tag = "today"
        return cls(tag, moment)

    def deadline(self, since: datetime) -> datetime | None:
        """The moment it means for a job that is sent at `since`; None where nothing was said."""
        if self.by is not None:
            return self.by
        spans = {"now": since, "hour": since + _HOUR, "week": since + _WEEK}
        return end_of_day(since) if self.latency == "today" else spans.get(self.latency)


def end_of_day(moment: datetime) -> datetime:
    """The midnight that ends this day on the person's clock."""
    tomorrow = moment.astimezone().replace(tzinfo=None) + _DAY
    # Anew from its own day: the clock may be changed in between.
    return tomorrow.replace(hour=0, minute=0, second=0, microsecond=0).astimezone()
