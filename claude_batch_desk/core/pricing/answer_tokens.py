"""Output tokens of the answers still to come, as a range."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from claude_batch_desk.core.pricing.guess import guess_answer, thinks
from claude_batch_desk.core.pricing.spread import reach, variance
from claude_batch_desk.core.pricing.workload import Measured, Workload

_USUAL = 0.4
_USUAL_THINKING = 1.0
"""The relative deviation of single answers from the average one."""
_LONGER = 2
"""Times the longest answer seen: one among as many again may be that long. Of answers that were
thought about nobody knows; there it is the guess."""
_FEWEST = 8
"""Answers; fewer do not show whether longer prompts get longer answers."""
_EVIDENT = 4.5
"""The F statistic from which on they do; chance alone reaches it in 1 of 20 to 30 cases."""


@dataclass(frozen=True)
class AnswerTokens:
    """Output tokens of the average answer; `low` and `high` bound it (95 %)."""

    low: float
    expected: float
    high: float
    by_length: bool = False
    """Longer prompts were seen to get longer answers, and that was reckoned with."""


@dataclass(frozen=True)
class _Seen:
    """Answers that chance has chosen; three columns of the same length."""

    outputs: Sequence[float]
    roots: Sequence[float]
    """The square roots of their prompts' sizes: answers grow with prompts, but less and less."""
    weights: Sequence[float]
    """They add up to 1."""

    @property
    def effective(self) -> float:
        """As many equally weighted ones would say as much."""
        return 1 / sum(weight * weight for weight in self.weights)


@dataclass(frozen=True)
class _Average:
    """The average answer still to come, as measured."""

    expected: float
    off: Sequence[float]
    """How far each seen answer is off, relative to `expected`, and weighted."""
    slopes: int = 0


def answer_tokens(work: Workload, measured: Measured) -> AnswerTokens:
    """Output tokens of the average answer still to come, thinking included.

    From the tried requests by Student's t on the log scale, as long answers are rarer and further
    from the average than short ones; where the answers are evidently longer for longer prompts, by
    regression on them. Never so narrow that one answer of twice the longest seen, among as many
    again, would fall outside. Without any: the guess.
    """
    guess = guess_answer(work.recipe, work.model).within(work.max_tokens)
    if not measured.tried:
        return AnswerTokens(guess.low, guess.expected, guess.high)
    thinking = thinks(work.recipe, work.model)
    seen, left = _seen(work, measured), measured.pending(work)
    mean = _dot(seen.weights, seen.outputs)
    longest = max(seen.outputs)
    unseen = guess.high if thinking else min(guess.high, _LONGER * longest)
    if not (mean and left):
        high = (mean * len(seen.outputs) + guess.high) / (len(seen.outputs) + 1)
        return AnswerTokens(mean, mean, high if left else mean)
    found = _by_length(work, measured, seen) or _Average(
        mean, [_n(seen) * w * (y / mean - 1) for w, y in _pairs(seen)]
    )
    n = seen.effective
    usual = usual_spread(work)
    deviation = math.sqrt(variance(found.off, usual, found.slopes) * (1 / n + 1 / left))
    spread = reach(n, found.slopes) * deviation
    expected = min(found.expected, work.max_tokens)
    above = max(expected * math.exp(spread), (expected * n + unseen) / (n + 1)) - expected
    if not found.slopes:
        above = math.hypot(above, _beyond(work, measured, expected))
    high = min(expected + above, max(work.max_tokens, expected))
    return AnswerTokens(expected * math.exp(-spread), expected, high, bool(found.slopes))


def usual_spread(work: Workload) -> float:
    """How far single answers to such a recipe are off before any was seen, relatively."""
    return _USUAL_THINKING if thinks(work.recipe, work.model) else _USUAL


def _seen(work: Workload, measured: Measured) -> _Seen:
    weights = [measured.weights.get(at, 1.0) for at in measured.tried]
    total = sum(weights)
    return _Seen(
        outputs=[usage.output for usage in measured.tried.values()],
        roots=[math.sqrt(work.sizes[at]) for at in measured.tried],
        weights=[weight / total for weight in weights],
    )


def _by_length(work: Workload, measured: Measured, seen: _Seen) -> _Average | None:
    """By regression on the length of the prompt; None where longer ones get no longer answers."""
    n = len(seen.outputs)
    if n < _FEWEST:
        return None
    at_root, mean = _dot(seen.weights, seen.roots), _dot(seen.weights, seen.outputs)
    far = [root - at_root for root in seen.roots]
    width = sum(w * x * x for w, x in zip(seen.weights, far, strict=True))
    if not width:
        return None
    slope = sum(w * x * y for (w, y), x in zip(_pairs(seen), far, strict=True)) / width
    off = [y - mean - slope * x for y, x in zip(seen.outputs, far, strict=True)]
    unexplained = sum(w * e * e for w, e in zip(seen.weights, off, strict=True))
    if slope <= 0 or slope * slope * width * (n - 2) <= _EVIDENT * unexplained:
        return None
    ahead = _average_root(work, measured) - at_root
    line = _Line(mean, slope, width, ahead)
    if line.expected <= 0:
        return None
    return _Average(line.expected, line.doubts(seen, far, off, usual_spread(work)), slopes=1)


@dataclass(frozen=True)
class _Line:
    """A line through seen answers, by how far the roots of their prompts are from the average."""

    mean: float
    slope: float
    width: float
    """The weighted average of the squared distances."""
    ahead: float
    """How far those still to come are on average."""

    @property
    def expected(self) -> float:
        """The average answer still to come."""
        return self.mean + self.slope * self.ahead

    def doubts(
        self, seen: _Seen, far: Sequence[float], off: Sequence[float], usual: float
    ) -> list[float]:
        """How far each seen answer leaves `expected` in doubt, relative to it.

        An answer that is far out draws the line to itself, so how far it is off the line says
        little (as in HC2: MacKinnon and White, Journal of Econometrics 29, 1985). As far as it
        does, it is taken to be as far off, relatively, as the others are.
        """
        n = len(off)
        drawn = [w * (1 + x * x / self.width) for w, x in zip(seen.weights, far, strict=True)]
        fits = [max(self.mean + self.slope * x, self.mean / 10) for x in far]
        pooled = variance([e / fit for e, fit in zip(off, fits, strict=True)], usual, 1)
        return [
            n * w * (1 + self.ahead * x / self.width) / self.expected
            * math.sqrt(e * e / max(1 - h, 1e-9) + h * pooled * fit * fit)
            for w, x, e, h, fit in zip(seen.weights, far, off, drawn, fits, strict=True)
        ]  # fmt: skip


def _average_root(work: Workload, measured: Measured) -> float:
    """Of the requests still to be sent."""
    done = sum(math.sqrt(work.sizes[at]) for at in measured.answered)
    return (sum(map(math.sqrt, work.sizes)) - done) / measured.pending(work)


def _beyond(work: Workload, measured: Measured, expected: float) -> float:
    """What the average answer would gain if it grew with prompts longer than any tried."""
    tried = [work.sizes[at] for at in measured.tried]
    longest, average = max(tried), max(sum(tried) / len(tried), 1)
    answered = set(measured.answered)
    far = (
        min(expected * size / average, work.max_tokens) - expected
        for at, size in enumerate(work.sizes)
        if size > longest and at not in answered
    )
    return max(sum(far), 0.0) / measured.pending(work)


def _n(seen: _Seen) -> int:
    return len(seen.outputs)


def _pairs(seen: _Seen) -> "zip[tuple[float, float]]":
    return zip(seen.weights, seen.outputs, strict=True)


def _dot(one: Sequence[float], other: Sequence[float]) -> float:
    return sum(left * right for left, right in zip(one, other, strict=True))
