"""An estimate corrected by how the bills of earlier jobs came out."""

import math
from dataclasses import replace
from decimal import Decimal

from claude_batch_desk.core.pricing.calibration import Calibration
from claude_batch_desk.core.pricing.estimate import Estimate, Range


def corrected(estimate: Estimate, calibration: Calibration | None) -> Estimate:
    """The estimate multiplied by `calibration.ratio` where that is evident, and told of it.

    The range widens by the doubt about the ratio; the ceiling stays, as it rests on no experience.
    """
    if calibration is None:
        return estimate
    told = replace(estimate, calibration=calibration)
    if not calibration.evident:
        return told
    cached, primed, briefly = (
        amount and _times(amount, calibration)
        for amount in (estimate.cached, estimate.primed, estimate.cached_5m)
    )
    return replace(
        told,
        batch=_times(estimate.batch, calibration),
        now=_times(estimate.now, calibration),
        cached=cached,
        primed=primed,
        cached_5m=briefly,
    )


def _times(amount: Range, calibration: Calibration) -> Range:
    if not amount.expected:
        return amount
    below = _factor(amount.expected, amount.low, calibration.doubt)
    above = _factor(amount.high, amount.expected, calibration.doubt)
    expected = min(amount.expected * Decimal(calibration.ratio), amount.ceiling)
    low, high = expected / Decimal(below), expected * Decimal(above)
    return Range.within(low, expected, high, amount.ceiling)


def _factor(more: Decimal, less: Decimal, doubt: float) -> float:
    """How many times less is `less` than `more`, widened by an independent doubt."""
    if less <= 0:
        return math.inf if more > 0 else 1.0
    return math.exp(math.hypot(math.log(more / less), doubt))
