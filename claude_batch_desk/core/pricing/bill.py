"""Bill: what requests have cost, by the usage the service returned for them. Exact, in USD."""

from collections import defaultdict
from dataclasses import dataclass, field, fields
from decimal import Decimal

from claude_batch_desk.core.pricing.rates import PER_RATE, US_ONLY, Prices, Rates, Tier, Way
from claude_batch_desk.core.pricing.usage import Usage

_NOTHING = Decimal(0)


@dataclass(frozen=True)
class Line:
    """The tokens of one kind, and their price."""

    tokens: int = 0
    usd: Decimal = _NOTHING

    def __add__(self, other: "Line") -> "Line":
        return Line(self.tokens + other.tokens, self.usd + other.usd)


@dataclass(frozen=True)
class Bill:
    """The lines of a bill. Those of tokens are of all requests together, each at its own tier."""

    requests: int = 0
    """Everything that came back from the service."""
    free: int = 0
    """Of these, what it charges nothing for: errors, what it did not reach, refusals at once."""
    input: Line = field(default=Line())
    """What neither wrote nor read the cache."""
    cache_write_5m: Line = field(default=Line())
    cache_write_1h: Line = field(default=Line())
    cache_read: Line = field(default=Line())
    output: Line = field(default=Line())
    """Thinking included."""
    thinking: Line = field(default=Line())
    """What of the output was thinking; no line of its own in the total."""
    unsplit: Decimal = _NOTHING
    """What an earlier version of this program has paid; it kept no more than the sum."""
    at_once: Decimal = _NOTHING
    """What the same tokens would have cost by immediate calls without a cache."""

    @property
    def total(self) -> Decimal:
        """The whole amount."""
        lines = (self.input, self.cache_write_5m, self.cache_write_1h, self.cache_read, self.output)
        return sum((line.usd for line in lines), self.unsplit)

    @property
    def prompt_tokens(self) -> int:
        """All input tokens, however they are billed."""
        written = self.cache_write_5m.tokens + self.cache_write_1h.tokens
        return self.input.tokens + written + self.cache_read.tokens

    @property
    def saved(self) -> Decimal:
        """How much less that is than `at_once`; below 0 where a cache cost more than it saved."""
        return self.at_once - self.total

    def __add__(self, other: "Bill") -> "Bill":
        names = [each.name for each in fields(Bill)]
        return Bill(**{name: getattr(self, name) + getattr(other, name) for name in names})


@dataclass
class _Tokens:
    """Tokens that are billed at the same prices."""

    input: int = 0
    cache_write_5m: int = 0
    cache_write_1h: int = 0
    cache_read: int = 0
    output: int = 0
    thinking: int = 0

    def add(self, usage: Usage, times: int) -> None:
        """Count those of so many requests."""
        self.input += usage.input * times
        self.cache_write_5m += usage.cache_write_5m * times
        self.cache_write_1h += usage.cache_write_1h * times
        self.cache_read += usage.cache_read * times
        self.output += usage.output * times
        self.thinking += usage.thinking * times

    @property
    def prompt(self) -> int:
        """All input tokens."""
        return self.input + self.cache_write_5m + self.cache_write_1h + self.cache_read


class Till:
    """Adds up requests, which takes a microsecond each: within a tier, tokens are counted first."""

    def __init__(self, rates: Rates, way: Way) -> None:
        self._rates, self._way = rates, way
        self._requests = self._free = 0
        self._tokens: dict[tuple[int, bool], _Tokens] = defaultdict(_Tokens)
        self._tiers: dict[int, Tier] = {tier.above: tier for tier in rates.tiers}

    def ring(self, usage: Usage | None, times: int = 1) -> None:
        """Add a request, or several that are alike; None costs nothing."""
        self._requests += times
        if usage is None:
            self._free += times
        else:
            above = self._rates.tier(usage.prompt).above
            self._tokens[above, usage.us_only].add(usage, times)

    def bill(self) -> Bill:
        """Everything up to now."""
        whole = Bill(self._requests, self._free)
        for (above, us_only), tokens in self._tokens.items():
            tier = self._tiers[above]
            unit = (US_ONLY if us_only else Decimal(1)) / PER_RATE
            whole += _priced(tokens, tier.prices(self._way), tier.now, unit)
        return whole


def _priced(tokens: _Tokens, prices: Prices, now: Prices, unit: Decimal) -> Bill:
    def line(name: str) -> Line:
        count: int = getattr(tokens, name)
        return Line(count, count * getattr(prices, name) * unit)

    return Bill(
        input=line("input"),
        cache_write_5m=line("cache_write_5m"),
        cache_write_1h=line("cache_write_1h"),
        cache_read=line("cache_read"),
        output=line("output"),
        thinking=Line(tokens.thinking, tokens.thinking * prices.output * unit),
        at_once=(tokens.prompt * now.input + tokens.output * now.output) * unit,
    )
