"""Random rows: which rows stand for the whole table."""

import random
from collections.abc import Sequence

from claude_batch_desk.core.report import Report, silent

_REPORT_EVERY = 10_000


def random_rows(total: int, n: int, seed: int, report: Report = silent) -> list[int]:
    """`n` distinct row numbers below `total`, sorted; all of them where there are fewer.

    Every set of `n` rows is equally likely, and the same seed always gives the same rows.
    """
    return sorted(_Heard(seed).draw(total, min(n, total), report))


def random_order(numbers: Sequence[int], seed: int) -> list[int]:
    """All of these in a random order, the same for the same seed."""
    return random.Random(seed).sample(numbers, len(numbers))  # noqa: S311 - no secret


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
