"""Handing over: which answers of a run again take the place of which of the first job."""

from array import array
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import repeat

from claude_batch_desk.core.jobs.plan import DIGEST_BYTES, Plan
from claude_batch_desk.core.results.answer import Outcome

_NOT_ASKED = -1
_UNSEEN = -2
_TOLD = ("errored", "unsent", "refused")
"""Outcomes that say something of the request though nothing was billed."""


@dataclass(frozen=True)
class Said:
    """What is told of an answer: how it ended, and whether the model gave it."""

    outcome: Outcome
    paid: bool

    @property
    def worth(self) -> int:
        """The more, the more it says; an answer gives way only to one that says as much."""
        if self.outcome == "answered":
            return 3
        if self.paid:
            return 2
        return 1 if self.outcome in _TOLD else 0


@dataclass(frozen=True)
class Move:
    """An answer that takes a place."""

    by: int
    """The request of the run again that it answers."""
    to: int
    """The request of the first job that it answers from now on."""
    was: int
    """The request that the rows asked until now; another than `to` where its rows part ways."""
    rows: int
    pays: bool
    """What it has cost is noted with this place; once, however many places it takes."""


@dataclass
class Handing:
    """What is to change in the first job."""

    moves: list[Move] = field(default_factory=list)
    plan: Plan | None = None
    """The first job's from now on; None where nothing moves."""


def hand_over(
    first: Plan, again: Plan, had: Mapping[int, Said], got: Mapping[int, Said]
) -> Handing:
    """What to do with the answers `got` by a run again, where the first job `had` others.

    Rows of one request that are different requests now, as a changed prompt can make them, get
    requests of their own, numbered behind those there were.
    """
    making = _Making(first, again, had, got)
    asked_by, parted = _matched(first, again)
    for was, by in enumerate(asked_by):
        if by >= 0 and was not in parted:
            making.move(by, was, was, making.rows_of[was])
    for was, groups in _groups(first, again, parted).items():
        making.part_ways(was, groups)
    return making.handing()


def _asked_now(first: Plan, again: Plan) -> Iterator[tuple[int, int]]:
    """For each row of the first job its request, and that of the run again or _NOT_ASKED."""
    at, numbers = 0, again.row_numbers
    for row, request in zip(first.row_numbers, first.request_of_row, strict=True):
        if at < len(numbers) and numbers[at] == row:
            yield request, again.request_of_row[at]
            at += 1
        else:
            yield request, _NOT_ASKED


def _matched(first: Plan, again: Plan) -> "tuple[array[int], set[int]]":
    """By request of the first job that of the run again, and those whose rows part ways."""
    found = array("q", repeat(_UNSEEN, first.requests))
    parted: set[int] = set()
    for was, by in _asked_now(first, again):
        if found[was] == _UNSEEN:
            found[was] = by
        elif found[was] != by:
            parted.add(was)
    return found, parted


def _groups(first: Plan, again: Plan, parted: set[int]) -> dict[int, dict[int, list[int]]]:
    """Of requests whose rows part ways: places of the rows, by their request of now."""
    groups: dict[int, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    if parted:
        for place, (was, by) in enumerate(_asked_now(first, again)):
            if was in parted:
                groups[was][by].append(place)
    return groups


class _Making:
    def __init__(
        self, first: Plan, again: Plan, had: Mapping[int, Said], got: Mapping[int, Said]
    ) -> None:
        self._first, self._again, self._had, self._got = first, again, had, got
        self._moves: list[Move] = []
        self._paying: set[int] = set()
        self._request_of_row = array("I", first.request_of_row)
        self._digests = bytearray(first.digests)
        self.rows_of = array("I", bytes(4 * first.requests))
        for request in first.request_of_row:
            self.rows_of[request] += 1

    def move(self, by: int, to: int, was: int, rows: int) -> None:
        """Let an answer take this place if it says as much as the one that is there."""
        if self._is_worth(by, was):
            self._moves.append(Move(by, to, was, rows, pays=by not in self._paying))
            self._paying.add(by)
            digest = self._again.digests[by * DIGEST_BYTES : (by + 1) * DIGEST_BYTES]
            self._digests[to * DIGEST_BYTES : (to + 1) * DIGEST_BYTES] = digest

    def part_ways(self, was: int, groups: Mapping[int, list[int]]) -> None:
        """Give the rows of one request their answers; one of these takes the old one's place."""
        moving = {by: places for by, places in groups.items() if self._is_worth(by, was)}
        place_is_free = len(moving) == len(groups)
        for by, places in moving.items():
            to = was if place_is_free else len(self._digests) // DIGEST_BYTES
            place_is_free = False
            for place in places:
                self._request_of_row[place] = to
            self.move(by, to, was, len(places))

    def handing(self) -> Handing:
        """All of it; the array of row numbers is that of the first job."""
        if not self._moves:
            return Handing()
        numbers = self._first.row_numbers
        return Handing(self._moves, Plan(numbers, self._request_of_row, bytes(self._digests)))

    def _is_worth(self, by: int, was: int) -> bool:
        new, old = self._got.get(by), self._had.get(was)
        return new is not None and (old is None or new.worth >= old.worth)


def whole_requests(plan: Plan, rows: "array[int]") -> "array[int]":
    """These ascending rows with all others that ask the same, ascending.

    Rows that are not in the plan are left out.
    """
    wanted = bytearray(plan.requests)
    for row in rows:
        place = bisect_left(plan.row_numbers, row)
        if place < plan.rows and plan.row_numbers[place] == row:
            wanted[plan.request_of_row[place]] = 1
    return rows_asked(plan, wanted)


def request_of(plan: Plan, row: int) -> int:
    """The request of a row, by its number, that is in the plan."""
    return plan.request_of_row[bisect_left(plan.row_numbers, row)]


def rows_asked(plan: Plan, wanted: bytearray) -> "array[int]":
    """The rows of the requests that are marked by a 1, ascending."""
    both = zip(plan.row_numbers, plan.request_of_row, strict=True)
    return array("I", [row for row, request in both if wanted[request]])
