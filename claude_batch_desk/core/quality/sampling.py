"""Rows drawn from a table: at random, which rows stand for the whole table, and in other ways."""

import heapq
import random
from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from claude_batch_desk.core.report import Report, silent

How = Literal["random", "spread", "longest", "chosen"]
"""Each row as likely as any other; from short to long and from all values of a column; the longest
ones; those that a person names."""
MOST_TRIED = 200
"""Rows at once: enough for any estimate, and to read."""
_REPORT_EVERY = 10_000


@dataclass(frozen=True)
class Draw:
    """Which rows are to be tried."""

    how: How = "random"
    count: int = 5
    """At most so many; of no meaning for chosen ones."""
    seed: int = 1
    column: str = ""
    """Of rows that are spread: the column of whose values each is to be there, or ""."""
    rows: tuple[int, ...] = ()
    """The chosen ones, from 0."""
    fresh: bool = False
    """Only rows that ask what was not tried yet."""


@dataclass(frozen=True)
class Pick:
    """A row that was drawn."""

    row: int
    weight: float | None = 1.0
    """How many rows it stands for, relative to the others of its draw; None where chance had no
    part in it, so that it stands for itself alone."""


def random_rows(total: int, n: int, seed: int, report: Report = silent) -> list[int]:
    """`n` distinct row numbers below `total`, sorted; all of them where there are fewer.

    Every set of `n` rows is equally likely, and the same seed always gives the same rows.
    """
    return sorted(_Heard(seed).draw(total, min(n, total), report))


def random_order(numbers: Sequence[int], seed: int) -> list[int]:
    """All of these in a random order, the same for the same seed."""
    return random.Random(seed).sample(numbers, len(numbers))  # noqa: S311 - no secret


def random_places(total: int, seed: int) -> Iterator[int]:
    """All numbers below `total` in a random order that is made as far as it is asked for."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    moved: dict[int, int] = {}  # by Fisher and Yates, without a list of all
    for left in range(total, 0, -1):
        at = chance.randrange(left)
        yield moved.get(at, at)
        moved[at] = moved.pop(left - 1, left - 1)


@dataclass(frozen=True)
class Candidates:
    """Rows that may be drawn; the three go together, one for each row."""

    rows: Sequence[int]
    sizes: Sequence[int]
    """What each asks, in bytes."""
    groups: Sequence[Hashable] = ()
    """What each row is grouped by; () for one group of all."""


def longest(of: Candidates, n: int) -> list[Pick]:
    """The `n` that ask most, the longest first; of equally long ones the first of the table."""
    places = heapq.nsmallest(n, range(len(of.rows)), key=lambda at: (-of.sizes[at], at))
    return [Pick(of.rows[at], None) for at in places]


def spread(of: Candidates, n: int, seed: int) -> list[Pick]:
    """`n` rows from short to long, and from every group if there are not more of them than `n`.

    Each group is cut by length into as many slices of equal size as it gets rows, and chance
    takes one row of each slice, which then stands for all of its slice. A group gets one row and
    more by its size; the smallest ones are thrown together where there are too many.
    """
    chance = random.Random(seed)  # noqa: S311 - no secret
    total, n = len(of.rows), min(n, len(of.rows))
    picks: list[Pick] = []
    for members, share in _allotted(of, n) if n else ():
        members.sort(key=lambda at: (of.sizes[at], at))
        for number in range(share):
            first = len(members) * number // share
            end = len(members) * (number + 1) // share
            at = members[chance.randrange(first, end)]
            picks.append(Pick(of.rows[at], (end - first) * n / total))
    return picks


def _allotted(of: Candidates, n: int) -> Iterator[tuple[list[int], int]]:
    """The places of each group's rows, and how many of them to draw: `n` together."""
    if not of.groups:
        yield list(range(len(of.rows))), n
        return
    sizes = Counter(of.groups)
    named = [group for group, _ in sizes.most_common()]
    if len(named) > n:
        named = named[: n - 1]
    members: dict[Hashable, list[int]] = {group: [] for group in named}
    rest: list[int] = []
    for at, group in enumerate(of.groups):
        members.get(group, rest).append(at)
    groups = [*members.values(), *([rest] if rest else [])]
    yield from zip(groups, _shares([len(each) for each in groups], n), strict=True)


def _shares(sizes: Sequence[int], n: int) -> list[int]:
    """`n` dealt out: one each, the rest one by one to whoever then is furthest behind its size.

    By D'Hondt's method, and never more than there are.
    """
    shares = [1] * len(sizes)
    for _ in range(n - len(sizes)):
        open_ones = (at for at, size in enumerate(sizes) if shares[at] < size)
        behind = max(open_ones, key=lambda at: sizes[at] / (shares[at] + 1))
        shares[behind] += 1
    return shares


class _Heard(random.Random):
    """The generator of the standard library, which reports while it draws many numbers."""

    _drawn, _wanted = 0, 0
    _report: Report = staticmethod(silent)

    def draw(self, total: int, n: int, report: Report) -> list[int]:
        """The sample that the standard library would draw."""
        self._wanted, self._report = n, report
        return self.sample(range(total), n)

    def getrandbits(self, k: int, /) -> int:
        """The next bits; some are drawn in vain, so this is called more often than `n` times."""
        self._drawn += 1
        if self._drawn % _REPORT_EVERY == 0:
            self._report(min(self._drawn, self._wanted), self._wanted)
        return super().getrandbits(k)
