"""What became of rows, told from their digests."""

import random
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from claude_batch_desk.core.jobs.intake.row_changes import RowChanges, compare, digests
from claude_batch_desk.core.report import silent


def changes(before: str, after: str) -> RowChanges:
    """Each letter is a row."""
    return compare(packed(before), packed(after), silent)


def packed(letters: str) -> bytes:
    return digests([[letter] for letter in letters], silent)


def test_rows_are_counted_where_they_are() -> None:
    assert changes("abcdef", "abXdefGH") == RowChanges(changed=1, added=2)
    assert changes("abcdef", "acdXf") == RowChanges(changed=1, removed=1)
    assert changes("abcdef", "XabcYZdef") == RowChanges(added=3)


def test_everything_else() -> None:
    assert changes("abc", "xyz") == RowChanges(changed=3)
    assert changes("abc", "") == RowChanges(removed=3)


def test_a_removed_row_that_is_there_twice_is_no_other_order() -> None:
    assert changes("ABAC", "BAC") == RowChanges(removed=1)
    assert changes("ABAC", "ABC") == RowChanges(removed=1)
    assert changes("xAyAz", "xyAz") == RowChanges(removed=1)


def test_the_order_is_said_alone_where_nothing_else_is() -> None:
    assert changes("abcd", "dcba") == RowChanges(reordered=True)
    assert changes("aabb", "abab") == RowChanges(reordered=True)
    assert changes("abcdef", "fedcbX") == RowChanges(changed=1, reordered=True)


def test_cells_do_not_run_together() -> None:
    assert digests([["ab", "c"]], silent) != digests([["a", "bc"]], silent)


@given(st.text("abcdefgh", max_size=30), st.text("abcdefgh", max_size=30))
def test_the_numbers_add_up(before: str, after: str) -> None:
    if before == after:
        return
    found = changes(before, after)
    assert found != RowChanges()
    assert len(after) - len(before) == found.added - found.removed
    lost = (Counter(before) - Counter(after)).total()
    assert lost <= found.changed + found.removed <= len(before)


@given(st.permutations(range(40)), st.randoms())
def test_no_order_of_the_same_rows_counts_as_a_change(
    order: list[int], chance: random.Random
) -> None:
    before = digests([[str(number // 2)] for number in range(40)], silent)
    after = digests([[str(number // 2)] for number in order], silent)
    if before != after:
        found = compare(before, after, silent)
        assert found.added == found.removed
        assert found.reordered or found.changed + found.added > 0
