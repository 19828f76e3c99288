"""Which answers of a run again take the place of which."""

from array import array
from collections.abc import Sequence

import pytest

from claude_batch_desk.core.jobs.again.handing import Said, hand_over, whole_requests
from claude_batch_desk.core.jobs.plan import DIGEST_BYTES, Plan
from claude_batch_desk.core.results.answer import Outcome

GOOD = Said("answered", paid=True)
EXPIRED = Said("expired", paid=False)


def plan(rows: Sequence[int], requests: Sequence[int], mark: str = "a") -> Plan:
    """Requests whose digests begin with a letter and their number."""
    digests = b"".join(
        f"{mark}{number}".encode().ljust(DIGEST_BYTES) for number in range(max(requests) + 1)
    )
    return Plan(array("I", rows), array("I", requests), digests)


def digest(found: Plan, request: int) -> str:
    return bytes.fromhex(found.digest(request)).decode().strip()


def test_an_answer_takes_the_place_of_the_one_its_row_had() -> None:
    first, again = plan([0, 1, 2, 3], [0, 1, 2, 3]), plan([1, 3], [0, 1], "b")
    handing = hand_over(first, again, dict.fromkeys(range(4), EXPIRED), {0: GOOD, 1: GOOD})
    assert [(move.by, move.to, move.rows) for move in handing.moves] == [(0, 1, 1), (1, 3, 1)]
    assert handing.plan is not None
    assert [digest(handing.plan, at) for at in range(4)] == ["a0", "b0", "a2", "b1"]
    assert list(handing.plan.request_of_row) == [0, 1, 2, 3]


def test_all_rows_of_a_request_get_its_answer() -> None:
    first, again = plan([0, 4, 9], [0, 1, 0]), plan([0, 9], [0, 0], "b")
    [move] = hand_over(first, again, {0: EXPIRED, 1: GOOD}, {0: GOOD}).moves
    assert (move.by, move.to, move.rows, move.pays) == (0, 0, 2, True)


def test_rows_that_part_ways_get_requests_of_their_own() -> None:
    first = plan([0, 1, 2, 3], [0, 0, 1, 0])
    again = plan([0, 1, 3], [0, 1, 0], "b")
    handing = hand_over(first, again, {0: EXPIRED, 1: GOOD}, {0: GOOD, 1: GOOD})
    assert handing.plan is not None
    assert list(handing.plan.request_of_row) == [0, 2, 1, 0]
    assert [digest(handing.plan, at) for at in range(3)] == ["b0", "a1", "b1"]
    assert [(move.by, move.to, move.was, move.rows) for move in handing.moves] == [
        (0, 0, 0, 2),
        (1, 2, 0, 1),
    ]


def test_rows_that_part_ways_keep_what_says_more() -> None:
    first, again = plan([0, 1], [0, 0]), plan([0, 1], [0, 1], "b")
    had = {0: Said("cut_off", paid=True)}
    handing = hand_over(first, again, had, {0: EXPIRED, 1: GOOD})
    assert handing.plan is not None
    assert list(handing.plan.request_of_row) == [0, 1]
    assert [digest(handing.plan, at) for at in range(2)] == ["a0", "b1"]


def test_a_row_of_a_request_that_is_not_asked_keeps_its_answer() -> None:
    first, again = plan([0, 1], [0, 0]), plan([1], [0], "b")
    handing = hand_over(first, again, {0: GOOD}, {0: GOOD})
    assert handing.plan is not None
    assert list(handing.plan.request_of_row) == [0, 1]


def test_requests_that_have_become_one_are_paid_once() -> None:
    first, again = plan([0, 1], [0, 1]), plan([0, 1], [0, 0], "b")
    handing = hand_over(first, again, {0: EXPIRED, 1: EXPIRED}, {0: GOOD})
    assert [(move.to, move.pays) for move in handing.moves] == [(0, True), (1, False)]


@pytest.mark.parametrize(
    ("old", "new", "moves"),
    [
        ("expired", "answered", True),
        ("expired", "canceled", True),
        ("expired", "errored", True),
        ("errored", "canceled", False),
        ("errored", "cut_off", True),
        ("cut_off", "expired", False),
        ("cut_off", "review", True),
        ("review", "cut_off", True),
        ("answered", "review", False),
        ("answered", "answered", True),
        ("missing", "missing", True),
    ],
)
def test_an_answer_gives_way_only_to_one_that_says_as_much(
    old: Outcome, new: Outcome, moves: bool
) -> None:
    paid = ("answered", "cut_off", "review")
    had, got = (Said(each, each in paid) for each in (old, new))
    one = plan([0], [0])
    assert bool(hand_over(one, one, {0: had}, {0: got}).moves) is moves


def test_rows_that_ask_the_same_go_together() -> None:
    first = plan([0, 2, 4, 6], [0, 1, 0, 2])
    assert list(whole_requests(first, array("I", [3, 4, 6]))) == [0, 4, 6]
