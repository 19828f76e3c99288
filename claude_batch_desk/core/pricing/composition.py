"""Tokens from what a text is made of: letters are few tokens, digits, marks and other scripts many.

The generalised regression estimator (Särndal, Swensson, Wretman: Model Assisted Survey Sampling,
1992, chapter 6) for a sample that is proportional to size: tokens per byte as a linear function
of the shares of two kinds of bytes. With 200 counts its range is about half as wide as the plain
ratio's on real tables; with fewer than a hundred it is no longer right often enough where a few
rows are of a kind of their own.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from claude_batch_desk.core.pricing.workload import Workload

_RIDGE = 1e-4
"""Keeps a kind that hardly occurs in the sample from having any slope at all."""


@dataclass(frozen=True)
class Sampled:
    """A request whose tokens were counted."""

    size: float
    wide: float
    marks: float
    """Bytes of it by kind; see Workload."""
    tokens: float
    weight: float
    """The inverse of its chance to be in the sample."""


@dataclass(frozen=True)
class Fitted:
    """What the regression says of every request of a workload."""

    tokens: Sequence[float]
    """Expected, by position."""
    off: Sequence[float]
    """How far each sampled request is from what is expected of it, relative to the average and
    weighted for the difference between the sample and all (g-weights)."""
    seen: Sequence[float]
    """Of each sampled request its tokens over what is expected of it."""
    slopes: int = 2


def fit(sampled: Sequence[Sampled], work: Workload, known: Collection[int]) -> Fitted:
    """Fit tokens per byte to the kinds of bytes, for all requests but the `known` ones.

    The slopes are those of least squares, so what the sample is off adds up to nothing, and the
    tokens expected of all others are their regression estimate.
    """
    n = len(sampled)
    rates = [one.tokens / one.size for one in sampled]
    wide = [one.wide / one.size for one in sampled]
    marks = [one.marks / one.size for one in sampled]
    mean, at_wide, at_marks = sum(rates) / n, sum(wide) / n, sum(marks) / n
    plane = _Plane([each - at_wide for each in wide], [each - at_marks for each in marks])
    by_wide, by_marks = plane.slopes([each - mean for each in rates])
    start = mean - by_wide * at_wide - by_marks * at_marks
    tokens = [
        max(start * size + by_wide * others + by_marks * signs, 0.0)
        for size, others, signs in zip(work.sizes, work.wide, work.marks, strict=True)
    ]
    left = _shares(work, known)
    lean = plane.lean(left[0] - at_wide, left[1] - at_marks)
    average = max(start + by_wide * left[0] + by_marks * left[1], 1e-6)
    plain = [
        start + by_wide * one + by_marks * other for one, other in zip(wide, marks, strict=True)
    ]
    return Fitted(
        tokens=tokens,
        off=[
            weight * (rate - expected) / average
            for weight, rate, expected in zip(lean, rates, plain, strict=True)
        ],
        seen=[rate / max(expected, 1e-6) for rate, expected in zip(rates, plain, strict=True)],
    )


@dataclass(frozen=True)
class _Plane:
    """Two columns of a sample, each with mean 0."""

    one: Sequence[float]
    other: Sequence[float]

    def slopes(self, values: Sequence[float]) -> tuple[float, float]:
        """Those of least squares on `values`, which have mean 0."""
        return self._solve(_dot(self.one, values), _dot(self.other, values))

    def lean(self, far_one: float, far_other: float) -> list[float]:
        """g-weights: how much each of the sample counts where all others average so far off."""
        by_one, by_other = self._solve(far_one, far_other)
        n = len(self.one)
        return [
            1 + n * (by_one * one + by_other * other)
            for one, other in zip(self.one, self.other, strict=True)
        ]

    def _solve(self, first: float, second: float) -> tuple[float, float]:
        one = _dot(self.one, self.one) + _RIDGE
        other = _dot(self.other, self.other) + _RIDGE
        both = _dot(self.one, self.other)
        determinant = one * other - both * both
        return (
            (other * first - both * second) / determinant,
            (one * second - both * first) / determinant,
        )


def _dot(one: Sequence[float], other: Sequence[float]) -> float:
    return sum(left * right for left, right in zip(one, other, strict=True))


def _shares(work: Workload, known: Collection[int]) -> tuple[float, float]:
    """The shares of the two kinds in the bytes of all requests but the known ones."""
    size, wide, marks = (
        sum(column) - sum(column[at] for at in known)
        for column in (work.sizes, work.wide, work.marks)
    )
    return (wide / size, marks / size) if size else (0.0, 0.0)
