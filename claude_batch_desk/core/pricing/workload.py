"""Workload: the numbers an estimate is made from, and which requests are worth counting."""

import heapq
import random
from bisect import bisect_right
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from operator import mul

from claude_batch_desk.core.catalogue import OfferedModel
from claude_batch_desk.core.pricing.caching import Prefix
from claude_batch_desk.core.pricing.usage import Usage
from claude_batch_desk.core.prompts.recipe import Recipe


@dataclass(frozen=True)
class Learned:
    """What counts of the job's earlier prompts say of prompts that were not counted yet."""

    tokens_per_byte: float
    spread: float
    """Half the width of its 95 % interval on the log scale."""
    fixed_tokens: int
    """Of what every request repeated then, and its bytes below."""
    fixed_bytes: int
    counted: int
    """How many requests were counted for it."""


@dataclass(frozen=True)
class Workload:
    """What is to be asked. A request is known by its position in `sizes`."""

    model: OfferedModel
    recipe: Recipe
    max_tokens: int
    """The limit every request is sent with; thinking counts toward it."""
    rows: int
    sizes: Sequence[int]
    """The UTF-8 bytes of each distinct rendered prompt; a list or an `array`."""
    fixed_bytes: int
    """UTF-8 bytes of what every request repeats: instructions and answer schema."""
    fixed_tokens: int | None = None
    """What the service counts for a request with (nearly) no prompt; None if it did not."""
    wide: Sequence[int] = ()
    """Of each prompt the bytes that are not ASCII; () where that does not tell its tokens, as
    with documents."""
    marks: Sequence[int] = ()
    """Of each prompt the ASCII bytes that are neither letters nor spaces; () like `wide`."""
    prefix: Prefix = field(default=Prefix(0, None))
    """What every request begins with, and may be cached."""
    learned: Learned | None = None
    """What stands in while hardly anything of this prompt is counted."""


@dataclass(frozen=True)
class Measured:
    """What the service has said about requests of this very workload, by their position."""

    counted: Mapping[int, int] = field(default_factory=dict)
    """Input tokens of the requests that `sample_for_counting` chose, or of any others."""
    tried: Mapping[int, Usage] = field(default_factory=dict)
    """Usage of requests that chance has chosen to be tried, also where the answer is of no use and
    they are sent again. One that a person chose, for its length or its number, says nothing of
    others: it is at most in `answered`."""
    weights: Mapping[int, float] = field(default_factory=dict)
    """Of a tried request how many others it stands for, relative to the other tried ones; 1 where
    nothing is said. It is the inverse of its chance to be drawn: in a draw by strata the stratum's
    share of the rows over its share of those drawn, and halved if two rows ask this request."""
    answered: Collection[int] = ()
    """Requests whose answer is here and paid; they are not sent again."""
    sample: int = 0
    """The `n` that `sample_for_counting` was asked for; 0 for as many as are counted."""

    def pending(self, work: Workload) -> int:
        """How many requests are still to be sent."""
        return len(work.sizes) - len(self.answered)

    def settled(self, work: Workload) -> set[int]:
        """The counted requests that stand for nobody else, of those still to be sent.

        All, once every request is counted.
        """
        counted = set(self.counted).difference(self.answered)
        if len(counted) == self.pending(work):
            return counted
        return counted.intersection(certain(work.sizes, self.sample or len(self.counted)))


def sample_for_counting(sizes: Sequence[int], n: int, seed: int) -> list[int]:
    """The positions of `n` requests to count, sorted; the longest is among them.

    The chance of a request is proportional to its size, so that its tokens per byte weigh as much
    as the request does in the total; very long ones are certain. All of them if there are no more
    than `n`.
    """
    if len(sizes) <= n:
        return list(range(len(sizes)))
    chosen = set(certain(sizes, n))
    draws = n - len(chosen)
    if not draws:
        return sorted(chosen)
    # Equal steps through the bytes, from a random start. In the table's own order, a step that
    # agrees with a rhythm of the table would see one kind of row only.
    pick = random.Random(seed)  # noqa: S311 - no secret
    order = [at for at in pick.sample(range(len(sizes)), len(sizes)) if at not in chosen]
    bounds = list(accumulate(sizes[at] for at in order))
    step = bounds[-1] / draws
    start = pick.random()
    hits = (bisect_right(bounds, (start + number) * step) for number in range(draws))
    return sorted({*chosen, *(order[min(hit, len(order) - 1)] for hit in hits)})


def certain(sizes: Sequence[int], n: int) -> list[int]:
    """The positions that a sample of `n` must contain: the longest, and all it would dwarf.

    Counting those settles them and says nothing about others.
    """
    longest = heapq.nlargest(n, range(len(sizes)), key=sizes.__getitem__)
    rest, taken = sum(sizes), 0
    for at in longest:
        if taken and sizes[at] * (n - taken) < rest:
            break
        rest -= sizes[at]
        taken += 1
    return longest[:taken]


@dataclass(frozen=True)
class Remainder:
    """The requests of a workload without some `known` ones, which are given by their sizes."""

    sizes: Sequence[float]
    known: Sequence[float]
    count: int
    total: float
    squares: float
    """The sum of the squared sizes."""
    longest: float
    """The size of the longest of the workload."""

    def beyond(self, size: float) -> tuple[int, float]:
        """How many are longer than `size`, and their sizes together."""
        if size >= self.longest:
            return 0, 0
        longer = [one for one in self.sizes if one > size]
        known = [one for one in self.known if one > size]
        return len(longer) - len(known), sum(longer) - sum(known)


def without(sizes: Sequence[float], positions: Collection[int]) -> Remainder:
    """The requests of these sizes that are not at `positions`, which are distinct."""
    known = [sizes[at] for at in positions]
    return Remainder(
        sizes=sizes,
        known=known,
        count=len(sizes) - len(known),
        total=sum(sizes) - sum(known),
        squares=sum(map(mul, sizes, sizes)) - sum(map(mul, known, known)),
        longest=max(sizes, default=0),
    )
