"""Amounts as a person reads them."""

from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Decimal, InvalidOperation

_SMALL = Decimal("0.10")
_LEAST = Decimal("0.000001")
_CENT = Decimal("0.01")
_MOST = Decimal(10) ** 15
"""USD; decimal arithmetic refuses cents of amounts far above, which are slips of the hand."""


def money(amount: Decimal, *, up: bool = False, down: bool = False) -> str:
    """An amount in USD: to the cent, below ten cents with two significant digits.

    `up` never rounds down, for amounts that are promised not to be exceeded, and `down` never up,
    for what is left to spend. Whole cents, such as a budget, stay cents.
    """
    if amount < 0:
        return f"−{money(-amount)}"
    if amount == amount.quantize(_CENT):
        return f"${amount:,.2f}"
    rounding = ROUND_CEILING if up else ROUND_FLOOR if down else ROUND_HALF_EVEN
    for _ in range(2):  # rounding may reach the next power of ten, which needs a digit less
        step = _CENT
        if 0 < amount < _SMALL:
            step = max(Decimal(1).scaleb(amount.adjusted() - 1), _LEAST)
        amount = amount.quantize(step, rounding=rounding)
    return f"${amount:,f}"


def read_amount(text: str) -> Decimal | None:
    """An amount in USD as a person writes it, such as "$1,250.50"; None where it is none."""
    try:
        amount = Decimal(text.strip().removeprefix("$").replace(",", ""))
    except InvalidOperation:
        return None
    return amount if amount.is_finite() and abs(amount) < _MOST else None


def unit_price(price: Decimal) -> str:
    """A price for a million tokens in USD, exact: to the cent, and further where it goes further.

    None of them may be rounded; they are multiplied by millions.
    """
    cents = price.quantize(_CENT)
    if price == cents:
        return f"${cents:,f}"
    return f"${price.normalize():,f}"
