"""Rate limits as the service tells them with each immediate answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, get_args

Limited = Literal["requests", "input-tokens", "output-tokens"]
"""What is limited in a minute; input tokens that are read from a cache do not count."""
_PREFIX = "anthropic-ratelimit"
_MINUTE = 60.0


@dataclass(frozen=True)
class RateLimit:
    """One limit of the account, as it stood when the service replied."""

    of: Limited
    limit: int
    """So many a minute."""
    remaining: int
    """Of tokens, to the nearest thousand."""
    full_in: float
    """Seconds until all of it is there again; it fills up evenly."""


def read_rate_limits(headers: Mapping[str, str], now: datetime) -> tuple[RateLimit, ...]:
    """The limits a reply names, `now` by the service's clock; what cannot be read is left out."""
    found = (_read(of, headers, now) for of in get_args(Limited))
    return tuple(each for each in found if each is not None)


def _read(of: Limited, headers: Mapping[str, str], now: datetime) -> RateLimit | None:
    said = [headers.get(f"{_PREFIX}-{of}-{name}", "") for name in ("limit", "remaining")]
    if not all(each.isascii() and each.isdigit() for each in said):
        return None
    limit, remaining = map(int, said)
    if not limit:
        return None
    remaining = min(remaining, limit)
    wait = _seconds_until(headers.get(f"{_PREFIX}-{of}-reset", ""), now)
    return RateLimit(
        of, limit, remaining, _MINUTE * (1 - remaining / limit) if wait is None else wait
    )


def _seconds_until(reset: str, now: datetime) -> float | None:
    try:
        moment = datetime.fromisoformat(reset)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max((moment - now).total_seconds(), 0.0)
