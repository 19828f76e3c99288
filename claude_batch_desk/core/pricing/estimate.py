"""Estimate: what a job will cost, as a range, each way."""

from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Decimal
from typing import Self

from claude_batch_desk.core.errors import RecipeError
from claude_batch_desk.core.pricing.caching import CacheUse, Caching, check_use
from claude_batch_desk.core.pricing.calibration import Calibration
from claude_batch_desk.core.pricing.narrowing import Narrowing
from claude_batch_desk.core.pricing.rates import Way
from claude_batch_desk.core.prompts.checks import Concern, texts_of

_SMALLEST = Decimal("1e-9")
"""USD; a tenth of what a single token costs at the lowest price there is, and less."""


@dataclass(frozen=True)
class Range:
    """Amounts in USD: the bill is expected at `expected`, between `low` and `high` (95 %).

    It cannot exceed `ceiling`: every answer at its max_tokens.
    """

    low: Decimal
    expected: Decimal
    high: Decimal
    ceiling: Decimal

    @classmethod
    def within(cls, low: Decimal, expected: Decimal, high: Decimal, ceiling: Decimal) -> Self:
        """The range of these amounts, none below 0 or above the ceiling, rounded outwards."""
        return cls(
            low=max(low, Decimal(0)).quantize(_SMALLEST, ROUND_FLOOR),
            expected=min(expected, ceiling).quantize(_SMALLEST, ROUND_HALF_EVEN),
            high=min(high, ceiling).quantize(_SMALLEST, ROUND_CEILING),
            ceiling=ceiling.quantize(_SMALLEST, ROUND_CEILING),
        )


@dataclass(frozen=True)
class Estimate:
    """What a job will cost as a batch and as immediate calls, and what that rests on."""

    model: str
    rows: int
    requests: int
    """Distinct rendered prompts; identical rows are asked and paid once."""
    batch: Range
    now: Range
    input_tokens: int
    """Expected over all requests."""
    output_tokens: int
    """Expected over all requests, thinking included."""
    counted: int
    """Requests whose input tokens the service counted; 0 means an offline rule of thumb."""
    tried: int
    """Requests whose answers were measured; 0 means a guess from the answer columns."""
    prices_date: str
    """What the price table calls itself: its day, or its version where it does not tell one."""
    already_answered: int = 0
    """Requests that a trial has answered and paid; they are not sent again."""
    unsent: int = 0
    """Rows beside these that are not sent, for want of a document or a cell; they cost nothing."""
    taken_over: int = 0
    """Rows beside these whose answers an earlier job has; they are not sent and cost nothing."""
    concerns: tuple[Concern, ...] = ()
    """What is worth mending or knowing before it is sent, the worst first."""
    checked: str = ""
    """Whether the service was asked what it thinks of the longest row, as a sentence."""
    shared_tokens: int = 0
    """Input tokens that every request repeats: instructions, answer columns, and what the service
    adds. 0 in an estimate of an earlier version, like the two below."""
    longest_tokens: int = 0
    """Input tokens of the longest request still to be sent, what is shared included."""
    tokens_per_byte: float = 0.0
    """How the UTF-8 bytes of a prompt become input tokens, on average."""
    cached: Range | None = None
    """As a batch with its instructions cached for an hour; None where that is not offered."""
    primed: Range | None = None
    """The same, where one request goes first and the rest once its answer is here."""
    cached_5m: Range | None = None
    """As a batch with its instructions cached for five minutes."""
    caching: Caching | None = None
    """Whether the three above are offered, and why; None in an estimate of an earlier version."""

    counted_earlier: int = 0
    """Requests that were counted before the prompt was changed, and stand in until this one is."""
    count_difference: int = 0
    """Input tokens that the service bills for each request beyond those it counts, as tried rows
    have shown; below 0 where it bills fewer. They are reckoned with."""
    narrowing: Narrowing | None = None
    """What would make the range of the batch narrower; None where nothing would by much."""
    calibration: Calibration | None = None
    """How earlier jobs like this were billed; None where nothing is known of such."""

    def price(self, way: Way, cache: CacheUse | None = None) -> Range:
        """What it costs this way; raises RecipeError where that way is not offered."""
        if cache is None:
            return self.now if way == "now" else self.batch
        check_use(way, cache)
        found = self.cached_5m if cache.ttl == "5m" else self.cached
        if cache.prime:
            found = self.primed
        if found is None:
            why = self.caching.why if self.caching else ""
            raise RecipeError(
                f"The instructions of this job cannot be cached, so nothing was sent. {why} "
                "Send it as a batch without cached instructions."
            )
        return found

    def for_rows(self, amount: Range, rows: int) -> Range:
        """What so many rows cost on average at one of the amounts of this estimate.

        Rows that a trial has paid for are no cheaper for that.
        """
        pending = max(self.requests - self.already_answered, 1)
        share = Decimal(self.requests * rows) / (pending * max(self.rows, 1))
        amounts = (amount.low, amount.expected, amount.high, amount.ceiling)
        return Range.within(*(each * share for each in amounts))

    @property
    def warnings(self) -> tuple[str, ...]:
        """Sentences about what will go wrong, such as rows that are not sent, or too long."""
        return texts_of(self.concerns)


@dataclass(frozen=True)
class DocumentPrices:
    """What a job with documents will cost, by how they are sent."""

    file: Estimate
    """As files, as far as the service takes them."""
    text: Estimate
    """As their text, as far as they have one."""
