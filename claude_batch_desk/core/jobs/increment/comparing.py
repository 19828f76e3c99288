"""Comparing: which rows of a draft are new, changed or unchanged since an earlier job."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from claude_batch_desk.core.jobs.increment.asking import Asked
from claude_batch_desk.core.jobs.increment.earlier import Earlier, heard, split
from claude_batch_desk.core.jobs.intake import row_changes
from claude_batch_desk.core.jobs.intake.row_changes import DIGEST, align
from claude_batch_desk.core.jobs.plan import DIGEST_BYTES
from claude_batch_desk.core.report import Report

_UNCHANGED, _UNANSWERED, _FRESH = range(3)


@dataclass(frozen=True)
class Counted:
    """The rows of a draft that run, by what became of them since an earlier job.

    The first four add up to all of them.
    """

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    """They ask what was asked and answered before; nothing is sent for them."""
    unanswered: int = 0
    """They ask what was asked before, but that had no usable answer; they are asked again."""
    gone: int = 0
    """Rows of the earlier job that are no longer there."""


Keyed = tuple[Sequence[int], Sequence[int]]
"""What each row of the earlier job, and each of the draft, has in the key column."""


def compare(asked: Asked, earlier: Earlier, keyed: Keyed | None, report: Report) -> Counted:
    """Tell the rows of a draft apart by a key column, or where there is none, by their order.

    A row that asks what was answered before is unchanged, wherever it stands.
    """
    marks = _marks(asked, earlier, report)
    by = Counter(marks)
    fresh = by[_FRESH]
    if keyed is not None:
        new, gone = _by_key(marks, *keyed)
    else:
        new, gone = _by_order(asked, earlier, report)
    return Counted(new, fresh - new, by[_UNCHANGED], by[_UNANSWERED], gone)


def _marks(asked: Asked, earlier: Earlier, report: Report) -> bytes:
    """For each row of the draft whether it asks what was asked before."""
    answered = earlier.requests
    before = set(heard(split(earlier.plan.digests), report))
    of_requests = bytearray(
        _UNCHANGED if digest in answered else _UNANSWERED if digest in before else _FRESH
        for digest in heard(split(asked.digests), report)
    )
    for number in asked.weights.reasons:  # nothing was asked, and nothing is
        if of_requests[number] == _UNANSWERED:
            of_requests[number] = _UNCHANGED
    return bytes(of_requests[number] for number in heard(asked.weights.request_of_row, report))


def _by_key(marks: bytes, before: Sequence[int], now: Sequence[int]) -> tuple[int, int]:
    """How many of the fresh rows are new, and how many of the earlier ones are gone."""
    then = set(before)
    new = sum(mark == _FRESH and value not in then for mark, value in zip(marks, now, strict=True))
    return new, len(then.difference(now))


def _by_order(asked: Asked, earlier: Earlier, report: Report) -> tuple[int, int]:
    """The same from what lies between rows that ask the same in both tables.

    Of what lies there, as many rows have changed as there are of both; where the rows are in
    another order, all of them lie there.
    """
    plan, weights = earlier.plan, asked.weights
    before = _row_digests(plan.digests, plan.request_of_row, report)
    now = _row_digests(asked.digests, weights.request_of_row, report)
    pieces = align(before, now, report).pieces
    lost = Counter[bytes]()
    for was, became in pieces:
        lost.update(row_changes.split(was, report))
        lost.subtract(row_changes.split(became, report))
    then = {digest[:DIGEST] for digest in heard(split(plan.digests), report)}
    new = gone = 0
    for was, became in pieces:
        fresh = sum(digest not in then for digest in row_changes.split(became, report))
        left = 0
        for digest in row_changes.split(was, report):
            if lost[digest] > 0:
                lost[digest] -= 1
                left += 1
        new += max(fresh - left, 0)
        gone += max(left - fresh, 0)
    return new, gone


def _row_digests(digests: bytes, request_of_row: Sequence[int], report: Report) -> bytes:
    """What each row asks, as far as telling rows apart needs it."""
    found = bytearray()
    for number in heard(request_of_row, report):
        found += digests[number * DIGEST_BYTES : number * DIGEST_BYTES + DIGEST]
    return bytes(found)
