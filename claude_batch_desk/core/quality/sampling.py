"""Random rows: which rows stand for the whole table."""

import random
from collections.abc import Sequence


def random_rows(total: int, n: int, seed: int) -> list[int]:
    """`n` distinct row numbers below `total`, sorted; all of them where there are fewer.

    Every set of `n` rows is equally likely, and the same seed always gives the same rows.
    """
    return sorted(random.Random(seed).sample(range(total), min(n, total)))  # noqa: S311 - no secret


def random_order(numbers: Sequence[int], seed: int) -> list[int]:
    """All of these in a random order, the same for the same seed."""
    return random.Random(seed).sample(numbers, len(numbers))  # noqa: S311 - no secret
