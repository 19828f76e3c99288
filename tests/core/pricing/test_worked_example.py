"""The example in docs/estimates.md, worked by hand, has the numbers that the program gives."""

import math
import re
from decimal import Decimal

import pytest

from claude_batch_desk.core.catalogue import bundled_models
from claude_batch_desk.core.pricing.answer_tokens import answer_tokens
from claude_batch_desk.core.pricing.estimator import estimate
from claude_batch_desk.core.pricing.rates import cost_of
from claude_batch_desk.core.pricing.tokens import input_rate
from claude_batch_desk.core.pricing.usage import Usage
from claude_batch_desk.core.pricing.workload import Measured, Workload
from claude_batch_desk.core.resources import resource_path
from tests.core.pricing.jobs import BOOK, LABEL

TEXT = (resource_path(".").parent / "docs/estimates.md").read_text(encoding="utf-8")
EXAMPLE = re.sub(r"\s+", " ", TEXT[TEXT.index("## An example by hand") :])
WORK = Workload(bundled_models()["claude-haiku-4-5"], LABEL, 240, 1_005, [400] * 1_005, 900, 250)
MEASURED = Measured(
    counted={5: 350, 6: 346, 7: 358, 8: 342, 9: 354},
    tried={at: Usage(350, output=out) for at, out in enumerate((20, 24, 28, 18, 20))},
    answered=range(5),
)


def said(number: str) -> None:
    assert number in EXAMPLE, number


def test_the_prices_are_those_of_the_table() -> None:
    [tier] = BOOK.rates(WORK.model.id).tiers
    said(f"${tier.batch.input:.2f} per million tokens read")
    said(f"${tier.batch.output:.2f} per million written")


def test_the_four_numbers_are_those_of_the_estimate() -> None:
    found = estimate(WORK, MEASURED, BOOK)
    said(f"{found.input_tokens:,} tokens")
    said(f"{found.output_tokens:,} tokens")
    said(f"together ${found.batch.expected:.3f}")
    said(f"= ${found.batch.low:.6f} above")
    said(f"= ${found.batch.high:.6f} **Ceiling")
    said(f"= ${found.batch.ceiling:.6f} **The bill")
    for batch, now in zip(found.batch.__dict__.values(), found.now.__dict__.values(), strict=True):
        assert now == pytest.approx(2 * batch)


def test_the_steps_to_the_range_of_the_input_are_right() -> None:
    rate = input_rate(WORK, MEASURED, MEASURED.settled(WORK).union(MEASURED.answered))
    factor = rate.high / rate.expected
    said(f"e^{math.log(factor):.4f} = {factor:.4f}")
    said(f"= {rate.low:.5f} to")
    said(f"= {rate.high:.5f} read")
    for per_byte in (rate.low, rate.high):
        tokens = round(1_000 * (250 + 400 * per_byte))
        said(f"{tokens:,} tokens = ${tokens * 0.5 / 1e6:.6f}")


def test_the_steps_to_the_range_of_the_answers_are_right() -> None:
    answer = answer_tokens(WORK, MEASURED)
    assert answer.expected == pytest.approx(22)
    for output in (answer.low, answer.high):
        said(f"= {output:.3f}")
        tokens = round(1_000 * output)
        said(f"{tokens:,} tokens = ${tokens * 2.5 / 1e6:.7f}")


def test_the_bill_is_right_and_inside() -> None:
    [tier] = BOOK.rates(WORK.model.id).tiers
    bill = cost_of(Usage(349_120, output=22_610), BOOK.rates(WORK.model.id), "batch").total
    assert tier.above < 0  # one price for all, so the sum may be priced as one
    said(f"${bill:.6f}: inside the range")
    found = estimate(WORK, MEASURED, BOOK).batch
    assert found.low <= bill <= found.high < found.ceiling
    assert bill == Decimal("0.231085")
