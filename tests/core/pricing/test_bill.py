"""A bill is the sum of its requests, to the last digit."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claude_batch_desk.core.catalogue import bundled_models
from claude_batch_desk.core.errors import PriceError
from claude_batch_desk.core.pricing.bill import Bill, Line, Till
from claude_batch_desk.core.pricing.prices import PriceBook
from claude_batch_desk.core.pricing.rates import Way
from claude_batch_desk.core.pricing.usage import Usage

BOOK = PriceBook()


def is_priced(model: str) -> bool:
    try:
        BOOK.rates(model)
    except PriceError:
        return False
    return True


PRICED = [*filter(is_priced, sorted(bundled_models()))]
HAIKU = "claude-haiku-5-5"
WAYS: tuple[Way, ...] = ("batch", "now")
TOKENS = st.integers(0, 3_000) | st.integers(99_000, 101_000)
USAGES = st.builds(
    Usage,
    input=TOKENS,
    cache_write_5m=TOKENS,
    cache_write_1h=TOKENS,
    cache_read=TOKENS,
    output=st.integers(50, 5_000),
    thinking=st.integers(0, 50),
    us_only=st.booleans(),
)


def bill_of(*usages: Usage | None, model: str = HAIKU, way: Way = "batch") -> Bill:
    till = Till(BOOK.rates(model), way)
    for usage in usages:
        till.ring(usage)
    return till.bill()


@given(
    st.lists(USAGES | st.none(), max_size=12),
    st.sampled_from(PRICED),
    st.sampled_from(WAYS),
)
def test_the_lines_of_a_bill_are_the_sum_of_its_requests(
    usages: list[Usage | None], model: str, way: Way
) -> None:
    bill = bill_of(*usages, model=model, way=way)
    costs = [BOOK.cost(usage, model, way) for usage in usages if usage]
    assert bill.total == sum((cost.total for cost in costs), Decimal(0))
    assert bill.input.usd == sum((cost.input for cost in costs), Decimal(0))
    written = bill.cache_write_5m.usd + bill.cache_write_1h.usd
    assert written == sum((cost.cache_write for cost in costs), Decimal(0))
    assert bill.output.usd == sum((cost.output for cost in costs), Decimal(0))
    assert (bill.requests, bill.free) == (len(usages), usages.count(None))
    assert bill.prompt_tokens == sum(usage.prompt for usage in usages if usage)


@given(st.lists(USAGES | st.none(), max_size=6), st.lists(USAGES | st.none(), max_size=6))
def test_two_bills_together_are_the_bill_of_all_requests(
    one: list[Usage | None], other: list[Usage | None]
) -> None:
    assert bill_of(*one) + bill_of(*other) == bill_of(*one, *other)


def test_a_batch_saves_half_of_what_immediate_calls_cost() -> None:
    bill = bill_of(Usage(input=1_000, output=200, thinking=50))
    assert bill.at_once == bill.total * 2
    assert bill.saved == bill.total
    assert bill.thinking.usd == bill.output.usd / 4


def test_each_request_of_a_bill_is_at_its_own_tier() -> None:
    short, long = Usage(input=100_000, output=10), Usage(input=100_001, output=10)
    assert bill_of(short, long).total == bill_of(short).total + bill_of(long).total
    assert bill_of(long).total > bill_of(short).total * 4


def test_a_cache_that_is_only_written_costs_more_than_it_saves() -> None:
    bill = bill_of(Usage(cache_write_5m=10_000, output=10), way="now")
    assert bill.saved < 0


def test_a_request_that_costs_nothing_is_counted_all_the_same() -> None:
    assert bill_of(None) == Bill(requests=1, free=1)


@pytest.mark.parametrize("way", WAYS)
def test_what_an_earlier_version_paid_is_part_of_the_total(way: Way) -> None:
    bill = Bill(unsplit=Decimal("1.5")) + bill_of(Usage(output=1_000_000), way=way)
    assert bill.total == Decimal("1.5") + bill.output.usd
    assert bill.output == Line(1_000_000, BOOK.rates(HAIKU).tiers[0].prices(way).output)
