"""What would make the range of an estimate narrower, and by how much."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from claude_batch_desk.core.pricing.spread import reach, shrinks

_TRY = 20
"""Rows to try at a time."""
_COUNT = 200
"""Rows that are counted at most."""
_AFTER_COUNTING = 0.03
"""Half the width of the input's range once so many are counted, relative to it; see coverage."""
_WORTH = 0.01
"""Of the amount; a gain of less is not worth saying."""
_TOGETHER = "\N{NO-BREAK SPACE}"


@dataclass(frozen=True)
class Narrowing:
    """One thing to do, and how wide the range of the batch price is before and after it."""

    do: Literal["try", "count"]
    more: int
    """Rows to try or to count."""
    now: float
    """Half the width of the range over the expected amount: 0.11 for ± 11 %."""
    then: float
    """About what it will be."""
    guess: bool = False
    """What is there now is a guess, and its width promises nothing."""

    def __str__(self) -> str:
        """A sentence for the person, such as "Try 20 more rows: ± 4 % instead of ± 11 %."."""
        rows = "row" if self.more == 1 else "rows"
        then, now = _width(self.then), _width(self.now)
        if self.do == "count":
            return f"Count {self.more} more {rows}: about {then} instead of {now}."
        if self.guess:
            return f"Try {self.more} {rows}: about {then} instead of a guess."
        return f"Try {self.more} more {rows}: about {then} instead of {now}."


@dataclass(frozen=True)
class Widths:
    """Half the widths of the range by what makes them, in USD, and what they rest on."""

    amount: float
    """What is expected altogether."""
    input: float
    output: float
    input_amount: float
    output_amount: float
    counted: int
    """Requests whose count stands for others."""
    tried: int
    pending: int
    """Requests still to be sent."""
    usual: float
    """How far single answers of this kind usually are off, relative to the average."""


def narrowing(widths: Widths) -> Narrowing | None:
    """What narrows the range most; None where nothing does by as much as is worth saying."""
    if widths.amount <= 0:
        return None
    return max(_worthwhile(widths), key=lambda each: each.now - each.then, default=None)


def _worthwhile(widths: Widths) -> Iterator[Narrowing]:
    now = math.hypot(widths.input, widths.output) / widths.amount
    tries = min(_TRY, widths.pending // 2)  # what is tried is no longer to be sent
    if tries > 0:
        then = math.hypot(widths.input, _after_trying(widths, tries)) / widths.amount
        if not widths.tried or now - then >= _WORTH:
            yield Narrowing("try", tries, now, min(then, now), guess=not widths.tried)
    counts = min(_COUNT, widths.pending) - widths.counted
    if counts > 0:
        then = math.hypot(_after_counting(widths, counts), widths.output) / widths.amount
        if now - then >= _WORTH:
            yield Narrowing("count", counts, now, then)


def _after_trying(widths: Widths, more: int) -> float:
    if widths.tried:
        return widths.output * shrinks(widths.tried, more, widths.pending)
    return widths.output_amount * reach(more) * widths.usual / math.sqrt(more)


def _after_counting(widths: Widths, more: int) -> float:
    if widths.counted:
        return widths.input * shrinks(widths.counted, more, widths.pending)
    return min(widths.input, widths.input_amount * _AFTER_COUNTING)


def _width(share: float) -> str:
    percent = 100 * share
    figure = f"{percent:.1f}" if percent < 1 else f"{percent:.0f}"
    return f"±{_TOGETHER}{figure}{_TOGETHER}%"
