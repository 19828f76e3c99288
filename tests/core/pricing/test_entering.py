from datetime import date
from decimal import Decimal

import pytest

from claude_batch_desk.core.catalogue import bundled_models
from claude_batch_desk.core.errors import PriceError
from claude_batch_desk.core.price_override import PriceOverride
from claude_batch_desk.core.pricing.entering import WrittenPrices, override_of
from claude_batch_desk.core.pricing.price_list import price_list
from claude_batch_desk.core.pricing.prices import PriceBook
from claude_batch_desk.core.pricing.usage import Usage

TODAY = date(2026, 11, 23)
NEW = "claude-next-9"
WRITTEN = WrittenPrices("2", " $10.00 ", "", "", "0.05")
LONGER = WrittenPrices("4", "15")


def test_what_is_written_is_taken_to_the_last_digit() -> None:
    assert override_of(WRITTEN, "", WrittenPrices(), TODAY) == PriceOverride(
        Decimal(2), Decimal("10.00"), cache_read=Decimal("0.05"), entered=TODAY
    )
    entered = override_of(WRITTEN, "100,000", LONGER, TODAY)
    assert (entered.above, entered.longer) == (100_000, PriceOverride(Decimal(4), Decimal(15)))


def test_a_request_longer_than_the_limit_costs_the_other_prices_whole() -> None:
    book = PriceBook({NEW: override_of(WRITTEN, "100000", LONGER, TODAY)})
    at = book.cost(Usage(input=100_000, output=1_000), NEW, "now").total
    over = book.cost(Usage(input=99_000, cache_read=1_001, output=1_000), NEW, "now").total
    assert at == Decimal("0.21")
    assert over == (99_000 * 4 + 1_001 * Decimal("0.4") + 1_000 * 15) / Decimal(1_000_000)
    assert book.cost(Usage(input=100_001), NEW, "batch").total == 100_001 * 2 / Decimal(1_000_000)


@pytest.mark.parametrize(
    ("written", "above", "longer", "told"),
    [
        (WrittenPrices(output="1"), "", WrittenPrices(), "The price for the input is missing"),
        (WrittenPrices("1"), "", WrittenPrices(), "The price for the output is missing"),
        (WrittenPrices("2,50", "1"), "", WrittenPrices(), "“2,50” is no price for the input"),
        (WrittenPrices("1", "-1"), "", WrittenPrices(), "“-1” is no price for the output"),
        (WrittenPrices("1", "nan"), "", WrittenPrices(), "“nan” is no price"),
        (WrittenPrices("1", "1", "x"), "", WrittenPrices(), "writing the cache for five minutes"),
        (WrittenPrices("1", "1", "", "x"), "", WrittenPrices(), "writing the cache for an hour"),
        (WrittenPrices("1", "1", "", "", "x"), "", WrittenPrices(), "reading the cache"),
        (WrittenPrices("20000", "1"), "", WrittenPrices(), r"\$20,000.00 .* cannot be right"),
        (WRITTEN, "", LONGER, "not from how many tokens on they hold"),
        (WRITTEN, "many", LONGER, "“many” is no number of tokens"),
        (WRITTEN, "0", LONGER, "“0” is no number of tokens"),
        (WRITTEN, "9" * 5_000, LONGER, "is no number of tokens"),
        (WRITTEN, "100", WrittenPrices("1"), "the output of longer prompts is missing"),
    ],
)
def test_a_slip_is_told_with_what_to_write(
    written: WrittenPrices, above: str, longer: WrittenPrices, told: str
) -> None:
    with pytest.raises(PriceError, match=told):
        override_of(written, above, longer, TODAY)


def test_the_list_says_what_is_used_what_the_table_says_and_what_is_not_known() -> None:
    own = PriceOverride(Decimal(1), Decimal(5), entered=TODAY)
    book = PriceBook({"claude-haiku-5-5": own, NEW: own})
    found = price_list(book, bundled_models().values())
    by_id = {each.id: each for each in found.models}
    haiku, unknown = by_id["claude-haiku-5-5"], by_id["claude-mythos-5-1"]
    assert haiku.rates
    assert haiku.listed
    assert haiku.rates.source == "entered by you on 2026-11-23"
    assert [tier.above for tier in haiku.rates.tiers] == [-1]
    assert [tier.above for tier in haiku.listed.tiers] == [-1, 100_000]
    assert unknown.rates is None
    assert "is not known" in unknown.problem
    assert "claude-mythos-5-1" in found.unpriced
    assert (by_id[NEW].entered, by_id[NEW].listed) == (own, None)
    assert found.source == book.date
    book.enter({})
    assert book.rates("claude-haiku-5-5") == haiku.listed
