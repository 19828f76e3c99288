"""Prices as a person writes them, taken with care: a slip here is a wrong bill everywhere."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from claude_batch_desk.core.errors import PriceError
from claude_batch_desk.core.price_override import PriceOverride
from claude_batch_desk.core.pricing.amounts import money

_MOST = Decimal(10_000)
"""USD per million tokens; fifty times the dearest there has been."""
_LONGEST = 100_000_000
_UNIT = "Write US dollars for a million tokens, such as 2.50."


@dataclass(frozen=True)
class WrittenPrices:
    """Texts, in USD per million tokens of an immediate call; an empty one is left open."""

    input: str = ""
    output: str = ""
    cache_write_5m: str = ""
    cache_write_1h: str = ""
    cache_read: str = ""


def override_of(
    written: WrittenPrices, above: str, longer: WrittenPrices, entered: date
) -> PriceOverride:
    """What was written as prices; raises PriceError with what is wrong.

    Where `above` is empty, `longer` has to be as well: length is no matter then.
    """
    prices = _prices(written, "", entered)
    if not above.strip():
        if longer != WrittenPrices():
            raise PriceError(
                "There are prices for longer prompts, but not from how many tokens on they hold. "
                "Write that number, such as 100000, or leave these prices out."
            )
        return prices
    tokens = _tokens(above)
    dearer = _prices(longer, " of longer prompts", None)
    return PriceOverride(
        input=prices.input,
        output=prices.output,
        cache_write_5m=prices.cache_write_5m,
        cache_write_1h=prices.cache_write_1h,
        cache_read=prices.cache_read,
        above=tokens,
        longer=dearer,
        entered=entered,
    )


def _prices(written: WrittenPrices, of: str, entered: date | None) -> PriceOverride:
    return PriceOverride(
        input=_needed(written.input, f"the input{of}"),
        output=_needed(written.output, f"the output{of}"),
        cache_write_5m=read_price(
            written.cache_write_5m, f"writing the cache for five minutes{of}"
        ),
        cache_write_1h=read_price(written.cache_write_1h, f"writing the cache for an hour{of}"),
        cache_read=read_price(written.cache_read, f"reading the cache{of}"),
        entered=entered,
    )


def _needed(text: str, what: str) -> Decimal:
    price = read_price(text, what)
    if price is None:
        raise PriceError(f"The price for {what} is missing. {_UNIT}")
    return price


def read_price(text: str, what: str) -> Decimal | None:
    """What was written as one price; None for nothing. Raises PriceError, naming `what` it is."""
    bare = text.strip().removeprefix("$").strip()
    if not bare:
        return None
    try:
        price = Decimal(bare)
    except InvalidOperation as error:
        raise PriceError(f"“{text.strip()}” is no price for {what}. {_UNIT}") from error
    if not price.is_finite() or price < 0:
        raise PriceError(f"“{text.strip()}” is no price for {what}. {_UNIT}")
    if price > _MOST:
        raise PriceError(f"{money(price)} for a million tokens cannot be right for {what}. {_UNIT}")
    return price


def _tokens(text: str) -> int:
    bare = text.strip().replace(",", "").replace(" ", "")
    if not (bare.isascii() and bare.isdigit() and 0 < int(bare[:10]) <= _LONGEST):
        raise PriceError(
            f"“{text.strip()}” is no number of tokens from which on other prices hold. Write it "
            "such as 100000."
        )
    return int(bare)
