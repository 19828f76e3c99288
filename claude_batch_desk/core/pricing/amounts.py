"""Amounts as a person reads them."""

from decimal import ROUND_CEILING, ROUND_HALF_EVEN, Decimal

_SMALL = Decimal("0.10")
_LEAST = Decimal("0.000001")
_CENT = Decimal("0.01")


def money(amount: Decimal, *, up: bool = False) -> str:
    """An amount in USD: to the cent, below ten cents with two significant digits.

    `up` never rounds down, for amounts that are promised not to be exceeded. Whole cents, such as
    a budget, stay cents.
    """
    if amount < 0:
        return f"−{money(-amount)}"
    if amount == amount.quantize(_CENT):
        return f"${amount:,.2f}"
    rounding = ROUND_CEILING if up else ROUND_HALF_EVEN
    for _ in range(2):  # rounding may reach the next power of ten, which needs a digit less
        step = _CENT
        if 0 < amount < _SMALL:
            step = max(Decimal(1).scaleb(amount.adjusted() - 1), _LEAST)
        amount = amount.quantize(step, rounding=rounding)
    return f"${amount:,f}"
