"""Earlier bills correct the next estimate where they are evidence, and never more than that."""

import random
from decimal import Decimal

import pytest

from claude_batch_desk.core.pricing.calibration import Calibration
from claude_batch_desk.core.pricing.correction import corrected
from claude_batch_desk.core.pricing.estimate import Estimate, Range
from claude_batch_desk.core.pricing.estimator import describe

AMOUNT = Range(Decimal(9), Decimal(10), Decimal(12), Decimal(40))
ESTIMATE = Estimate(
    model="claude-haiku-5-5",
    rows=100,
    requests=100,
    batch=AMOUNT,
    now=Range(*(2 * each for each in (AMOUNT.low, AMOUNT.expected, AMOUNT.high, AMOUNT.ceiling))),
    input_tokens=1,
    output_tokens=1,
    counted=100,
    tried=20,
    prices_date="2026-11-01",
)
STEADY = Calibration.of([1.19, 1.2, 1.21, 1.2, 1.2, 1.2])
SCATTERED = Calibration.of([0.5, 2.0, 0.7, 1.6, 1.2])


def test_no_job_teaches_nothing() -> None:
    assert Calibration.of([]) is None
    assert corrected(ESTIMATE, None) == ESTIMATE


def test_the_ratio_is_that_of_products_so_that_twice_and_half_cancel_out() -> None:
    found = Calibration.of([0.5, 2.0])
    assert found is not None
    assert found.ratio == pytest.approx(1)
    assert found.jobs == 2


def test_bills_that_agree_correct_the_estimate() -> None:
    assert STEADY is not None
    assert STEADY.evident
    found = corrected(ESTIMATE, STEADY)
    assert found.batch.expected == pytest.approx(Decimal(12), rel=Decimal("0.001"))
    assert found.now.expected == pytest.approx(Decimal(24), rel=Decimal("0.001"))
    assert "billed at 120 % of what was expected; this estimate is corrected" in describe(found)


def test_a_corrected_range_is_no_narrower_and_keeps_its_ceiling() -> None:
    found = corrected(ESTIMATE, STEADY).batch
    assert found.high / found.expected >= AMOUNT.high / AMOUNT.expected
    assert found.expected / found.low >= AMOUNT.expected / AMOUNT.low
    assert found.ceiling == AMOUNT.ceiling


def test_no_correction_goes_beyond_the_ceiling() -> None:
    tenfold = Calibration(10, 0.01, 9)
    found = corrected(ESTIMATE, tenfold).batch
    assert found.expected == found.high == found.ceiling == 40


def test_bills_all_over_the_place_correct_nothing_but_are_told() -> None:
    assert SCATTERED is not None
    assert not SCATTERED.evident
    found = corrected(ESTIMATE, SCATTERED)
    assert found.batch == ESTIMATE.batch
    assert "which may be chance, so nothing is corrected" in describe(found)


@pytest.mark.parametrize("ratios", [[1.3], [1.3, 1.3, 1.3, 1.3]])
def test_a_few_jobs_are_no_evidence_however_much_they_agree(ratios: list[float]) -> None:
    found = Calibration.of(ratios)
    assert found is not None
    assert not found.evident


def test_a_range_that_begins_at_nothing_still_does() -> None:
    free = Range(Decimal(0), Decimal(0), Decimal(1), Decimal(5))
    found = corrected(ESTIMATE.__class__(**{**ESTIMATE.__dict__, "batch": free}), STEADY)
    assert found.batch.low == 0
    assert found.batch.expected == 0


def inside_of_jobs_like(true_ratio: float, earlier: int) -> float:
    """How often a range holds the bill that is off by as much as those of earlier jobs were."""
    rnd, held = random.Random(5), 0  # noqa: S311 - no secret
    for _ in range(400):
        ratios = [true_ratio * rnd.lognormvariate(0, 0.06) for _ in range(earlier)]
        bill = AMOUNT.expected * Decimal(true_ratio * rnd.lognormvariate(0, 0.06))
        amount = corrected(ESTIMATE, Calibration.of(ratios)).batch
        held += amount.low <= bill <= amount.high
    return held / 400


def test_where_estimates_are_off_alike_the_corrected_range_holds_the_bill() -> None:
    assert inside_of_jobs_like(1.5, earlier=0) < 0.05
    assert inside_of_jobs_like(1.5, earlier=6) > 0.93
    assert inside_of_jobs_like(0.6, earlier=6) > 0.93


def test_where_estimates_are_right_earlier_jobs_do_no_harm() -> None:
    assert inside_of_jobs_like(1.0, earlier=6) >= inside_of_jobs_like(1.0, earlier=0) - 0.03
