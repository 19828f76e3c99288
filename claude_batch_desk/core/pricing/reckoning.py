"""Reckoning: the bill of a job beside its estimate, and where the difference came from."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from claude_batch_desk.core.pricing.amounts import money
from claude_batch_desk.core.pricing.bill import Bill
from claude_batch_desk.core.pricing.estimate import Estimate, Range
from claude_batch_desk.core.pricing.rates import Way

Verdict = Literal["inside", "below", "above"]
_WORTH_TELLING = Decimal("0.1")
"""A part of the difference is named from this share of the largest on."""
_AS_EXPECTED = Decimal("0.01")
"""A difference below this share of what was expected is none."""
_NOTHING = Decimal(0)


@dataclass(frozen=True)
class Reckoning:
    """What was billed for what was sent, beside what was expected of it. USD.

    The parts of the difference add up to it exactly. Without what came of it they would be 0.
    """

    agreed: Range
    """The estimate of the way it was sent by, as it stood then."""
    billed: Decimal
    fewer: Decimal = _NOTHING
    """By requests that cost nothing: declined, failed, expired or canceled."""
    output: Decimal = _NOTHING
    """By longer or shorter answers, thinking included."""
    cache: Decimal = _NOTHING
    """By a cache that was read more or less than expected."""
    experience: Decimal = _NOTHING
    """By the correction that earlier jobs had suggested."""
    input: Decimal = _NOTHING
    """By longer or shorter prompts, and whatever else there is."""
    explained: bool = True
    """The parts are known; an earlier version of this program kept no lines of its bills."""

    @property
    def difference(self) -> Decimal:
        """Billed above what was expected; negative where it is below."""
        return self.billed - self.agreed.expected

    @property
    def verdict(self) -> Verdict:
        """Where the bill lies."""
        if self.billed < self.agreed.low:
            return "below"
        return "above" if self.billed > self.agreed.high else "inside"

    def __str__(self) -> str:
        """What it says, in two sentences for the person."""
        span = f"{money(self.agreed.low)} to {money(self.agreed.high, up=True)}"
        where = {
            "inside": "inside the range",
            "below": "below the range",
            "above": "above the range",
        }[self.verdict]
        return f"Billed {money(self.billed)}, estimated {span}: {where}. {self.why}"

    @property
    def why(self) -> str:
        """Where the difference came from, as a sentence."""
        off = self.difference
        if abs(off) <= _AS_EXPECTED * self.agreed.expected:
            return f"That is what was expected ({money(self.agreed.expected)})."
        than = f"{money(abs(off))} {'more' if off > 0 else 'less'} than expected"
        causes = self._causes()
        return f"That is {than}: {' and '.join(causes)}." if causes else f"That is {than}."

    def _causes(self) -> list[str]:
        if not self.explained:
            return []
        learned = "earlier jobs had led to a lower estimate"
        parts = (
            (self.output, "answers were longer", "answers were shorter"),
            (self.fewer, "", "some rows were not billed"),
            (self.cache, "the cache was read less often", "the cache was read more often"),
            (self.experience, learned, learned.replace("lower", "higher")),
            (self.input, "prompts were longer", "prompts were shorter"),
        )
        largest = max(abs(amount) for amount, _, _ in parts)
        told = [each for each in parts if abs(each[0]) > _WORTH_TELLING * largest]
        told.sort(key=lambda each: -abs(each[0]))
        return [
            f"{more if amount > 0 else less} ({'+' if amount > 0 else ''}{money(amount)})"
            for amount, more, less in told
        ]


def reckon(estimate: Estimate, agreed: Range, bill: Bill, way: Way) -> Reckoning:
    """Hold the bill of what was sent against the estimate; trials are no part of either."""
    asked = estimate.requests - estimate.already_answered
    paid = bill.requests - bill.free
    share = Decimal(paid) / asked if asked > 0 else Decimal(1)
    ratio = applied_ratio(estimate)
    expected = agreed.expected * share
    uncorrected = expected / ratio
    output = _NOTHING
    if bill.output.tokens:
        price = bill.output.usd / bill.output.tokens
        output = (bill.output.tokens - estimate.output_tokens * share) * price
    # What the same tokens cost without a cache, from what they cost at once.
    times = 2 if way == "batch" else 1
    plain = bill.at_once / times
    expected_of_cache = (agreed.expected - estimate.price(way).expected) * share / ratio
    cache = bill.total - plain - expected_of_cache
    return Reckoning(
        agreed=agreed,
        billed=bill.total,
        fewer=expected - agreed.expected,
        output=output,
        cache=cache,
        experience=uncorrected - expected,
        input=bill.total - uncorrected - output - cache,
        explained=not bill.unsplit,
    )


def applied_ratio(estimate: Estimate) -> Decimal:
    """What an estimate was multiplied with for how earlier jobs were billed; 1 where it was not."""
    calibration = estimate.calibration
    return Decimal(calibration.ratio) if calibration and calibration.evident else Decimal(1)
