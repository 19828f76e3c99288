"""How two versions of a table's rows differ, told from the digests of the rows alone."""

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import pairwise

import orjson

from claude_batch_desk.core.report import Report

DIGEST = 16
"""Bytes of a row's digest; a million rows are 16 MB."""
_SAY_EVERY = 2_048
_BLOCK = DIGEST * 4_096
_REPEATED, _UNMATCHED = -2, -1


@dataclass(frozen=True)
class RowChanges:
    """How many rows are no longer what they were, and whether those that are moved."""

    changed: int = 0
    added: int = 0
    removed: int = 0
    reordered: bool = False


def digests(rows: Iterable[Sequence[str]], report: Report) -> bytes:
    """Those of all rows, one after the other."""
    found = bytearray()
    for number, row in enumerate(rows):
        if number % _SAY_EVERY == 0:
            report(number, 0)
        found += blake2b(orjson.dumps(row), digest_size=DIGEST).digest()
    return bytes(found)


@dataclass(frozen=True)
class Alignment:
    """Two versions of a table's rows beside each other, as digests."""

    pieces: tuple[tuple[bytes, bytes], ...]
    """What lies between rows that are the same in both, before and now; what is outside of all
    pieces is the same. All in one where the rows are in another order, none where all is equal."""
    reordered: bool = False


def align(before: bytes, after: bytes, report: Report) -> Alignment:
    """Lay two versions beside each other.

    Rows that are there once before and once after hold the two versions together: what lies between
    two of them before was changed into what lies between them after. Where they are in another
    order, only all rows together can be compared.
    """
    start, end = _same_ends(before, after)
    old, new = before[start : len(before) - end], after[start : len(after) - end]
    if not old or not new:
        return Alignment(((old, new),) if old or new else ())
    found = _anchors(old, new, report)
    held = array("q", (there for there in found if there >= 0))
    if any(earlier > later for earlier, later in pairwise(held)):
        return Alignment(((old, new),), reordered=True)
    gaps = _gaps(found, len(new) // DIGEST, report)
    return Alignment(tuple((old[then], new[now]) for then, now in gaps))


def compare(before: bytes, after: bytes, report: Report) -> RowChanges:
    """What became of the rows with these digests; see `align`."""
    beside = align(before, after, report)
    if not beside.pieces:
        return RowChanges()
    became = [_between(old, new, report) for old, new in beside.pieces]
    counts = RowChanges(
        sum(each.changed for each in became),
        sum(each.added for each in became),
        sum(each.removed for each in became),
        beside.reordered,
    )
    # Some rows are others, and yet the same: those that are there more than once have moved.
    return counts if counts != RowChanges() else RowChanges(reordered=True)


def _gaps(found: "array[int]", rows_now: int, report: Report) -> Iterator[tuple[slice, slice]]:
    """What lies between two held rows, before and now, where there is anything."""
    first = now = 0
    for at, there in enumerate(found):
        if at % _SAY_EVERY == 0:
            report(at, 0)
        if there < 0:
            continue
        if at > first or there > now:
            yield _packed(first, at), _packed(now, there)
        first, now = at + 1, there + 1
    yield _packed(first, len(found)), _packed(now, rows_now)


def _packed(first: int, last: int) -> slice:
    return slice(first * DIGEST, last * DIGEST)


def _same_ends(before: bytes, after: bytes) -> tuple[int, int]:
    """How many bytes are the same at the start, and of the rest at the end; whole digests."""
    start = _same_start(before, after)
    shorter = min(len(before), len(after)) - start
    end = 0
    for step in (_BLOCK, DIGEST):
        while end + step <= shorter and _tail(before, end, step) == _tail(after, end, step):
            end += step
    return start, end


def _tail(packed: bytes, end: int, size: int) -> bytes:
    return packed[len(packed) - end - size : len(packed) - end]


def _same_start(before: bytes, after: bytes) -> int:
    shorter = min(len(before), len(after))
    start = 0
    for step in (_BLOCK, DIGEST):
        while (
            start + step <= shorter and before[start : start + step] == after[start : start + step]
        ):
            start += step
    return start


def split(packed: bytes, report: Report) -> Iterator[bytes]:
    """The digests that are packed one after the other."""
    for number, at in enumerate(range(0, len(packed), DIGEST)):
        if number % _SAY_EVERY == 0:
            report(number, 0)
        yield packed[at : at + DIGEST]


def _anchors(old: bytes, new: bytes, report: Report) -> "array[int]":
    """For each row before where it is now, if it is there once before and once after; else < 0."""
    place: dict[bytes, int] = {}
    for number, digest in enumerate(split(old, report)):
        place[digest] = _REPEATED if digest in place else number
    found = array("q", [_UNMATCHED]) * (len(old) // DIGEST)
    for number, digest in enumerate(split(new, report)):
        at = place.get(digest, _UNMATCHED)
        if at >= 0:
            found[at] = number if found[at] == _UNMATCHED else _REPEATED
    return found


def _between(old: bytes, new: bytes, report: Report) -> RowChanges:
    """What became of some rows, whatever their order."""
    if not old or not new:
        return RowChanges(0, len(new) // DIGEST, len(old) // DIGEST)
    left = Counter(split(old, report))
    added = 0
    for digest in split(new, report):
        if left[digest] > 0:
            left[digest] -= 1
        else:
            added += 1
    removed = left.total()
    changed = min(added, removed)
    return RowChanges(changed, added - changed, removed - changed)
