"""Input tokens of the requests that nobody has counted, as a range."""

import math
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from claude_batch_desk.core.pricing.composition import Sampled, fit
from claude_batch_desk.core.pricing.documents import TEXT_TOKENS_PER_BYTE
from claude_batch_desk.core.pricing.spread import reach, variance
from claude_batch_desk.core.pricing.workload import (
    Learned,
    Measured,
    Remainder,
    Workload,
    without,
)
from claude_batch_desk.core.prompts.recipe import Recipe

_RULE = (0.16, TEXT_TOKENS_PER_BYTE, 0.70)
"""Tokens per UTF-8 byte where nothing was counted; digits, code and some scripts reach the upper
figure."""
_FRAMING = 60
_SCHEMA_FRAMING = 600
"""See `framing_bytes`."""

_BY_CHANCE_SHORT = 0.15
"""The relative error to add where no long request may be among the measured: rows chosen evenly
are mostly short, and long texts need not be of the same kind."""
_CHANGED = 0.10
"""The relative error to add where the counts are of an earlier prompt."""
_FEWEST = 10
"""Counts of this prompt that go before many of an earlier one."""
_MANY = 100
"""Counts from which on the kinds of characters are worth reckoning with; see `composition`."""
_STEPS = 9
"""How many of the seen ratios are tried against the border of a price tier."""
_USUAL = 0.3
"""The relative deviation of single texts from the average tokens per byte."""


@dataclass(frozen=True)
class InputRate:
    """A request of size s, of `sizes`, has about `base + expected * (s + pad)` input tokens."""

    sizes: Sequence[float]
    """Bytes, or what the kinds of characters in them let expect."""
    base: int
    pad: int
    low: float
    expected: float
    high: float
    """`low` and `high` bound the average over all requests (95 %)."""
    single: tuple[float, ...] = (1.0,)
    """How single requests differ from the average: factors that are equally frequent."""
    earlier: int = 0
    """How many requests of the prompt as it was before stand in for counts of this one."""

    @property
    def spread(self) -> float:
        """Half the width of the interval on the log scale."""
        return math.log(self.high / self.expected) if self.expected else 0.0


def framing_bytes(recipe: Recipe) -> int:
    """Bytes to add to a request of this recipe for what the service itself says around it."""
    return _SCHEMA_FRAMING if recipe.fields else _FRAMING


def input_rate(work: Workload, measured: Measured, known: Collection[int]) -> InputRate:
    """The rate by which the input tokens of all requests but the `known` ones are predicted.

    With counts: the ratio estimator on bytes, each count weighted by the inverse of its chance in
    a sample proportional to size, with Student's t; from a hundred on, a regression on the kinds
    of characters. Else what earlier prompts of the job were counted at. Else the ratio on the
    tried requests, which were chosen evenly. Else a rule of thumb, far wider.
    """
    base, pad = work.fixed_tokens or 0, 0
    if work.fixed_tokens is None:
        pad = work.fixed_bytes + framing_bytes(work.recipe)
    counted = _counted(work, measured, base, pad)
    few = len(counted) < min(_FEWEST, len(work.sizes) - len(known))
    if work.learned is not None and few:
        return _learned(work)
    if len(counted) >= _MANY and work.wide and not pad and any(one.tokens for one in counted):
        return _composed(work, base, counted, known)
    sampled = counted or _tried(work, measured, base, pad)
    if not any(one.tokens for one in sampled):
        low, expected, high = _RULE
        return InputRate(work.sizes, base, pad, low, expected, high)
    expected, spread = _ratio(sampled, without(work.sizes, known), pad)
    spread = math.hypot(spread, 0 if counted else _BY_CHANCE_SHORT)
    single = factors(one.tokens / one.size for one in sampled)
    return _around(InputRate(work.sizes, base, pad, 0, expected, 0, single), spread)


def learn(work: Workload, measured: Measured) -> Learned | None:
    """What these counts teach of the job's prompts once they are changed; None for too few."""
    if work.fixed_tokens is None or len(measured.counted) < _FEWEST:
        return None
    rate = input_rate(work, measured, measured.settled(work).union(measured.answered))
    size = sum(rate.sizes)
    if rate.earlier or not size:
        return None
    return Learned(
        tokens_per_byte=rate.expected * size / sum(work.sizes),
        spread=rate.spread,
        fixed_tokens=work.fixed_tokens,
        fixed_bytes=work.fixed_bytes,
        counted=len(measured.counted),
    )


def _around(rate: InputRate, spread: float) -> InputRate:
    """The rate with an interval of this half width on the log scale."""
    low, high = (rate.expected * math.exp(off) for off in (-spread, spread))
    return InputRate(
        rate.sizes, rate.base, rate.pad, low, rate.expected, high, rate.single, rate.earlier
    )


def _learned(work: Workload) -> InputRate:
    learned = work.learned
    assert learned is not None  # noqa: S101 - the caller has looked
    base = work.fixed_tokens
    if base is None:  # what was written since is text like that of the prompts
        longer = work.fixed_bytes - learned.fixed_bytes
        base = max(learned.fixed_tokens + round(longer * learned.tokens_per_byte), 0)
    rate = learned.tokens_per_byte
    found = InputRate(work.sizes, base, 0, rate, rate, rate, earlier=learned.counted)
    return _around(found, math.hypot(learned.spread, _CHANGED))


def _counted(work: Workload, measured: Measured, base: int, pad: int) -> list[Sampled]:
    """The counts that stand for others; if there are hardly any, all."""
    settled = measured.settled(work)
    if len(settled) + 2 > len(measured.counted):
        settled = set()
    return [
        _sampled(work, at, pad, max(tokens - base, 0), 1 / work.sizes[at])
        for at, tokens in measured.counted.items()
        if at not in settled and work.sizes[at] > 0
    ]


def _tried(work: Workload, measured: Measured, base: int, pad: int) -> list[Sampled]:
    return [
        _sampled(work, at, pad, max(usage.prompt - base, 0), measured.weights.get(at, 1.0))
        for at, usage in measured.tried.items()
        if work.sizes[at] > 0
    ]


def _sampled(work: Workload, at: int, pad: int, tokens: int, weight: float) -> Sampled:
    kinds = (work.wide[at], work.marks[at]) if work.wide else (0, 0)
    return Sampled(work.sizes[at] + pad, *kinds, tokens, weight)


def _ratio(sampled: list[Sampled], left: Remainder, pad: int) -> tuple[float, float]:
    """Tokens per byte, and half the width of its interval on the log scale.

    The interval is for the tokens of the requests left, which vary by themselves too.
    """
    heavy = [one.weight * one.size for one in sampled]
    weighted = sum(heavy)
    # Where a few of the sampled weigh most, the sample is as good as so many equal ones.
    n = weighted**2 / sum(one * one for one in heavy)
    ratio = sum(one.weight * one.tokens for one in sampled) / weighted
    scale = len(sampled) / weighted / ratio
    off = [one.weight * (one.tokens - ratio * one.size) * scale for one in sampled]
    total = left.total + pad * left.count
    if not total:
        return ratio, 0.0
    squares = left.squares + 2 * pad * left.total + pad * pad * left.count
    share = 1 / len(sampled) + squares / total**2
    return ratio, reach(n) * math.sqrt(variance(off, _USUAL) * share)


def _composed(
    work: Workload, base: int, counted: list[Sampled], known: Collection[int]
) -> InputRate:
    """The regression on the kinds of characters; `sizes` are the tokens it expects."""
    made = fit(counted, work, known)
    left = without(made.tokens, known)
    rate = InputRate(made.tokens, base, 0, 1.0, 1.0, 1.0, factors(made.seen))
    if not left.total:
        return rate
    share = 1 / len(counted) + left.squares / left.total**2
    deviation = math.sqrt(variance(made.off, _USUAL, made.slopes) * share)
    return _around(rate, reach(len(counted), made.slopes) * deviation)


def factors(seen: Iterable[float]) -> tuple[float, ...]:
    """A few ratios that stand for all that were seen, as factors around 1."""
    ratios = sorted(seen)
    step = len(ratios) / min(len(ratios), _STEPS)
    picked = [ratios[int((number + 0.5) * step)] for number in range(round(len(ratios) / step))]
    mean = sum(picked) / len(picked)
    return tuple(one / mean for one in picked)
