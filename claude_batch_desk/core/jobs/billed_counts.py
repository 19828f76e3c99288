"""By how much the service's counts differ from what it bills, as rows that were tried show.

A count is documented as an estimate, which may hold tokens that the service adds and does not bill.
"""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from claude_batch_desk.core.prompts.request import Request

CHECKED = 5
"""So many tried requests are counted to compare."""
_FEWEST = 3
_SAME = 2
_SAME_SHARE = 0.01
"""Differences agree if they are so close to the middle one, in tokens or as a share of a count."""


@dataclass(frozen=True)
class Check:
    """A request that was answered, and the input tokens that were billed for it."""

    request: Request
    billed: int


def difference(checks: Sequence[Check], counted: Mapping[str, int]) -> int:
    """Tokens billed beyond those counted, for every request; `counted` is by SHA-256.

    0 where too few are known, or where they do not agree: what is added to every request is the
    same for all.
    """
    known = {each.request.sha256: each.billed for each in checks}
    off = {
        sha256: billed - counted[sha256] for sha256, billed in known.items() if sha256 in counted
    }
    if len(off) < _FEWEST:
        return 0
    middle = round(statistics.median(off.values()))
    agree = all(
        abs(each - middle) <= max(_SAME, _SAME_SHARE * counted[sha256])
        for sha256, each in off.items()
    )
    return middle if agree else 0
