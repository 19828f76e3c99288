"""Random rows: which rows stand for the whole table."""

import random


def random_rows(total: int, n: int, seed: int) -> list[int]:
    """`n` distinct row numbers below `total`, sorted; all of them where there are fewer.

    Every set of `n` rows is equally likely, and the same seed always gives the same rows.
    """
    return sorted(random.Random(seed).sample(range(total), min(n, total)))  # noqa: S311 - no secret
