"""Where a bill differs from its estimate, in parts that add up and in words."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claude_batch_desk.core.pricing.amounts import money
from claude_batch_desk.core.pricing.bill import Bill, Line
from claude_batch_desk.core.pricing.calibration import Calibration
from claude_batch_desk.core.pricing.estimate import Estimate, Range
from claude_batch_desk.core.pricing.reckoning import Reckoning, reckon

NOTHING = Decimal(0)
USD = st.decimals("0.01", "900", places=4)
RANGE = Range(low=Decimal(9), expected=Decimal(10), high=Decimal(12), ceiling=Decimal(40))
NOW = Range(*(amount * 2 for amount in (RANGE.low, RANGE.expected, RANGE.high, RANGE.ceiling)))
ESTIMATE = Estimate(
    *("claude-haiku-5-5", 100, 100, RANGE, NOW),
    input_tokens=100_000,
    output_tokens=20_000,
    counted=40,
    tried=10,
    prices_date="",
)
AS_EXPECTED = Bill(
    requests=100,
    input=Line(100_000, Decimal(6)),
    output=Line(20_000, Decimal(4)),
    at_once=Decimal(20),
)


def parts_of(reckoning: Reckoning) -> tuple[Decimal, ...]:
    each = reckoning
    return each.fewer, each.output, each.cache, each.experience, each.input


def test_a_bill_as_expected_has_no_parts_and_says_so() -> None:
    reckoning = reckon(ESTIMATE, RANGE, AS_EXPECTED, "batch")
    assert set(parts_of(reckoning)) == {0}
    assert str(reckoning) == (
        "Billed $10.00, estimated $9.00 to $12.00: inside the range. "
        "That is what was expected ($10.00)."
    )


def test_longer_answers_are_named_with_what_they_cost() -> None:
    bill = replace(AS_EXPECTED, output=Line(30_000, Decimal(6)), at_once=Decimal(24))
    reckoning = reckon(ESTIMATE, RANGE, bill, "batch")
    assert parts_of(reckoning) == (NOTHING, Decimal(2), NOTHING, NOTHING, NOTHING)
    assert reckoning.why == "That is $2.00 more than expected: answers were longer (+$2.00)."
    assert reckoning.verdict == "inside"


def test_rows_that_cost_nothing_are_told_apart_from_shorter_answers() -> None:
    bill = Bill(
        requests=100,
        free=50,
        input=Line(50_000, Decimal(3)),
        output=Line(10_000, Decimal(2)),
        at_once=Decimal(10),
    )
    reckoning = reckon(ESTIMATE, RANGE, bill, "batch")
    assert parts_of(reckoning) == (Decimal(-5), NOTHING, NOTHING, NOTHING, NOTHING)
    assert reckoning.verdict == "below"
    assert "some rows were not billed (−$5.00)" in str(reckoning)


def test_a_cache_that_was_read_is_named() -> None:
    bill = replace(
        AS_EXPECTED, input=Line(50_000, Decimal(3)), cache_read=Line(50_000, Decimal("0.3"))
    )
    reckoning = reckon(ESTIMATE, RANGE, bill, "batch")
    assert reckoning.cache == Decimal("-2.7")
    assert "the cache was read more often (−$2.70)" in reckoning.why


def test_a_correction_that_misled_is_named() -> None:
    calibration = Calibration(2.0, 0.01, 9)
    raised = Range(Decimal(18), Decimal(20), Decimal(24), Decimal(40))
    estimate = replace(ESTIMATE, batch=raised, calibration=calibration)
    reckoning = reckon(estimate, raised, AS_EXPECTED, "batch")
    assert float(reckoning.experience) == pytest.approx(-10)
    assert reckoning.why.endswith("earlier jobs had led to a higher estimate (−$10.00).")


def test_of_an_earlier_version_only_the_sum_is_compared() -> None:
    bill = Bill(requests=100, unsplit=Decimal(13), at_once=Decimal(26))
    reckoning = reckon(ESTIMATE, RANGE, bill, "batch")
    assert reckoning.verdict == "above"
    assert reckoning.why == "That is $3.00 more than expected."


@given(USD, USD, USD, USD, st.integers(0, 100), st.sampled_from(("batch", "now")))
def test_the_parts_add_up_to_the_difference(
    inputs: Decimal, outputs: Decimal, cached: Decimal, at_once: Decimal, free: int, way: str
) -> None:
    bill = Bill(
        requests=100,
        free=free,
        input=Line(9_000, inputs),
        output=Line(7_000, outputs),
        cache_read=Line(5_000, cached),
        at_once=at_once,
    )
    agreed = RANGE if way == "batch" else NOW
    reckoning = reckon(ESTIMATE, agreed, bill, "batch" if way == "batch" else "now")
    added = sum(parts_of(reckoning), Decimal(0))
    assert abs(added - reckoning.difference) < Decimal("1e-20")


@pytest.mark.parametrize(
    ("amount", "words"),
    [("-2.5", "−$2.50"), ("0.0312", "$0.031"), ("1234.567", "$1,234.57"), ("0", "$0.00")],
)
def test_amounts_are_written_as_people_read_them(amount: str, words: str) -> None:
    assert money(Decimal(amount)) == words
