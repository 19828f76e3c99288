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
    prefix: Prefix = field(default=Prefix(0, None))
    """What of the fixed part the service may cache."""


@dataclass(frozen=True)
class Measured:
    """What the service has said about requests of this very workload, by their position."""

    counted: Mapping[int, int] = field(default_factory=dict)
    """Input tokens of the requests that `sample_for_counting` chose, or of any others."""
    tried: Mapping[int, Usage] = field(default_factory=dict)
    """Usage of answered requests, which must have been chosen at random."""
    answered: Collection[int] = ()
    """Requests whose answer is here and paid; they are not sent again."""

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
        return counted.intersection(certain(work.sizes, len(self.counted)))


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

    sizes: Sequence[int]
    known: Sequence[int]
    count: int
    bytes: int
    squares: int
    """The sum of the squared sizes."""
    longest: int
    """The size of the longest of the workload."""

    def beyond(self, size: float) -> tuple[int, int]:
        """How many are longer than `size`, and their bytes together."""
        if size >= self.longest:
            return 0, 0
        longer = [one for one in self.sizes if one > size]
        known = [one for one in self.known if one > size]
        return len(longer) - len(known), sum(longer) - sum(known)


def without(work: Workload, positions: Collection[int]) -> Remainder:
    """The requests of a workload that are not at `positions`, which are distinct."""
    known = [work.sizes[at] for at in positions]
    return Remainder(
        sizes=work.sizes,
        known=known,
        count=len(work.sizes) - len(known),
        bytes=sum(work.sizes) - sum(known),
        squares=sum(map(mul, work.sizes, work.sizes)) - sum(map(mul, known, known)),
        longest=max(work.sizes, default=0),
    )
