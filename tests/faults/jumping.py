"""This computer's clock, made wrong: to be imported before anything that reads it.

Only `now` is another; whatever else `datetime` does, it does as ever.
"""

import datetime as module
import random
from datetime import datetime, timedelta, tzinfo
from typing import Any

_REAL = datetime


class Clock:
    """How far this computer's clock is ahead."""

    seconds = 0.0
    wild = False
    """Nobody knows: at each glance it is up to so much ahead, or behind."""

    @classmethod
    def ahead(cls) -> timedelta:
        share = random.uniform(-1, 1) if cls.wild else 1.0  # noqa: S311 - no secret
        return timedelta(seconds=cls.seconds * share)


class _Kind(type):
    """Whatever is a datetime is one of these."""

    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, _REAL)

    def __getattr__(cls, name: str) -> Any:
        return getattr(_REAL, name)


class _Wrong(metaclass=_Kind):
    """`datetime` with another `now`."""

    def __new__(cls, *parts: Any, **named: Any) -> Any:
        return _REAL(*parts, **named)

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:
        return _REAL.now(tz) + Clock.ahead()


def disturb() -> None:
    """From now on, whoever imports `datetime` reads a wrong clock."""
    module.datetime = _Wrong  # type: ignore[misc]  # that is what this is for
