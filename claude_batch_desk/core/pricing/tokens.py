"""Input and output tokens of the requests nobody has counted or tried, as ranges."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from claude_batch_desk.core.pricing.documents import TEXT_TOKENS_PER_BYTE
from claude_batch_desk.core.pricing.guess import guess_answer, thinks
from claude_batch_desk.core.pricing.student import t_975
from claude_batch_desk.core.pricing.workload import Measured, Remainder, Workload
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
_STEPS = 9
"""How many of the seen ratios are tried against the border of a price tier."""

_PRIOR_WEIGHT = 2
_PRIOR_SPREAD = 0.3
_PRIOR_ANSWER_SPREAD = 0.4
_PRIOR_THINKING_SPREAD = 1.0
"""A handful of measurements may agree by chance; the spread is judged as if so many more, with
these relative deviations, had been seen."""


@dataclass(frozen=True)
class InputRate:
    """A request of `size` bytes has about `base + expected * (size + pad)` input tokens."""

    base: int
    pad: int
    low: float
    expected: float
    high: float
    """`low` and `high` bound the average over all requests (95 %)."""
    single: tuple[float, ...] = (1.0,)
    """How single requests differ from the average: factors that are equally frequent."""


@dataclass(frozen=True)
class AnswerTokens:
    """Output tokens of the average answer; `low` and `high` bound it (95 %)."""

    low: float
    expected: float
    high: float


@dataclass(frozen=True)
class _Sampled:
    size: float
    tokens: float
    weight: float


def framing_bytes(recipe: Recipe) -> int:
    """Bytes to add to a request of this recipe for what the service itself says around it."""
    return _SCHEMA_FRAMING if recipe.fields else _FRAMING


def input_rate(work: Workload, measured: Measured, left: Remainder) -> InputRate:
    """The rate by which the input tokens of the requests `left` are predicted.

    With counts: the ratio estimator on bytes, each count weighted by the inverse of its chance in
    a sample proportional to size, with Student's t. Else the same on the tried requests, which
    were chosen evenly. Else a rule of thumb, far wider.
    """
    base, pad = work.fixed_tokens or 0, 0
    if work.fixed_tokens is None:
        pad = work.fixed_bytes + framing_bytes(work.recipe)
    counted = _counted(work, measured, base, pad)
    sampled = counted or _tried(work, measured, base, pad)
    if not any(one.tokens for one in sampled):
        low, expected, high = _RULE
        return InputRate(base, pad, low, expected, high)
    expected, spread = _ratio(sampled, left, pad)
    spread = math.hypot(spread, 0 if counted else _BY_CHANCE_SHORT)
    return InputRate(
        base=base,
        pad=pad,
        low=expected * math.exp(-spread),
        expected=expected,
        high=expected * math.exp(spread),
        single=_factors(sampled),
    )


def _counted(work: Workload, measured: Measured, base: int, pad: int) -> list[_Sampled]:
    """The counts that stand for others; if there are hardly any, all."""
    settled = measured.settled(work)
    if len(settled) + _PRIOR_WEIGHT > len(measured.counted):
        settled = set()
    return [
        _Sampled(size + pad, max(tokens - base, 0), 1 / size)
        for at, tokens in measured.counted.items()
        if at not in settled and (size := work.sizes[at]) > 0
    ]


def _tried(work: Workload, measured: Measured, base: int, pad: int) -> list[_Sampled]:
    return [
        _Sampled(size + pad, max(usage.prompt - base, 0), 1.0)
        for at, usage in measured.tried.items()
        if (size := work.sizes[at]) > 0
    ]


def _ratio(sampled: list[_Sampled], left: Remainder, pad: int) -> tuple[float, float]:
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
    variance = _variance(off, _PRIOR_SPREAD)
    total = left.bytes + pad * left.count
    if not total:
        return ratio, 0.0
    squares = left.squares + 2 * pad * left.bytes + pad * pad * left.count
    share = 1 / len(sampled) + squares / total**2
    return ratio, _reach(int(n + 0.5)) * math.sqrt(variance * share)


def _factors(sampled: list[_Sampled]) -> tuple[float, ...]:
    """A few tokens-per-byte ratios that stand for all that were seen, as factors around 1."""
    ratios = sorted(one.tokens / one.size for one in sampled)
    step = len(ratios) / min(len(ratios), _STEPS)
    picked = [ratios[int((number + 0.5) * step)] for number in range(round(len(ratios) / step))]
    mean = sum(picked) / len(picked)
    return tuple(one / mean for one in picked)


def answer_tokens(work: Workload, measured: Measured) -> AnswerTokens:
    """Output tokens of the average answer still to come.

    From the tried requests by Student's t on the log scale, as long answers are rarer and further
    from the average than short ones; and never so narrow that one answer as long as the guess
    allows, among as many again, would fall outside. Without any: the guess.
    """
    guess = guess_answer(work.recipe, work.model).within(work.max_tokens)
    outputs = [usage.output for usage in measured.tried.values()]
    if not outputs:
        return AnswerTokens(guess.low, guess.expected, guess.high)
    n, total = len(outputs), sum(outputs)
    mean = total / n
    unseen = (total + guess.high) / (n + 1)
    left = measured.pending(work)
    if not (mean and left):
        return AnswerTokens(mean, mean, unseen if left else mean)
    prior = _PRIOR_THINKING_SPREAD if thinks(work.recipe, work.model) else _PRIOR_ANSWER_SPREAD
    variance = _variance([output / mean - 1 for output in outputs], prior)
    spread = _reach(n) * math.sqrt(variance * (1 / n + 1 / left))
    high = min(max(mean * math.exp(spread), unseen), max(work.max_tokens, mean))
    return AnswerTokens(mean * math.exp(-spread), mean, high)


def _variance(off: Sequence[float], prior: float) -> float:
    """The relative variance of single measurements, from how far each is off."""
    squares = sum(one * one for one in off) + _PRIOR_WEIGHT * prior**2
    return squares / (len(off) - 1 + _PRIOR_WEIGHT)


def _reach(n: int) -> float:
    return t_975(n - 1 + _PRIOR_WEIGHT)
