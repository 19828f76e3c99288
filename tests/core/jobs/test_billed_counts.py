"""Counts are corrected where all tried rows agree how they differ from the bills."""

import pytest

from claude_batch_desk.core.jobs.billed_counts import Check, difference
from claude_batch_desk.core.prompts.request import Request


def checks(*billed: int) -> list[Check]:
    return [Check(Request(b"", b"%d" % at), tokens) for at, tokens in enumerate(billed)]


def counted(*tokens: int) -> dict[str, int]:
    return {Request(b"", b"%d" % at).sha256: each for at, each in enumerate(tokens)}


def test_what_is_billed_beyond_the_counts_is_their_difference() -> None:
    assert difference(checks(90, 190, 290), counted(100, 200, 300)) == -10
    assert difference(checks(103, 204, 303), counted(100, 200, 300)) == 3


def test_bills_that_are_as_counted_correct_nothing() -> None:
    assert difference(checks(100, 200, 300), counted(100, 200, 300)) == 0


@pytest.mark.parametrize("known", [0, 1, 2])
def test_fewer_than_three_say_nothing(known: int) -> None:
    some = dict([*counted(100, 200, 300).items()][:known])
    assert difference(checks(90, 190, 290), some) == 0


def test_where_they_do_not_agree_nothing_is_corrected() -> None:
    assert difference(checks(100, 190, 290), counted(100, 200, 300)) == 0


def test_long_prompts_may_differ_by_a_hundredth() -> None:
    assert difference(checks(9_990, 19_900, 30_050), counted(10_000, 20_000, 30_000)) == -10
