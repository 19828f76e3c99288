from decimal import Decimal

import pytest

from claude_batch_desk.core.pricing.amounts import money, read_amount


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        ("12.5", "12.5"),
        (" $1,250.50 ", "1250.50"),
        ("0", "0"),
        ("999999999999999", "999999999999999"),
    ],
)
def test_an_amount_is_read_as_a_person_writes_it(written: str, amount: str) -> None:
    assert read_amount(written) == Decimal(amount)


@pytest.mark.parametrize("written", ["", "much", "NaN", "Infinity", "9" * 30, "1e40", "-1e40"])
def test_what_is_no_amount_is_none(written: str) -> None:
    assert read_amount(written) is None


def test_what_is_read_can_be_shown() -> None:
    largest = read_amount("9" * 15)
    assert largest is not None
    assert money(largest) == "$999,999,999,999,999.00"
