"""What a request costs, held against the published table and against genai-prices itself."""

import subprocess
import sys
from dataclasses import fields
from decimal import Decimal
from itertools import pairwise
from typing import Any

import genai_prices
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from claude_batch_desk.core.catalogue import bundled_models
from claude_batch_desk.core.errors import PriceError
from claude_batch_desk.core.price_override import PriceOverride
from claude_batch_desk.core.pricing.prices import PriceBook
from claude_batch_desk.core.pricing.rates import Prices, Way
from claude_batch_desk.core.pricing.usage import Usage, usage_from

# model, from how many prompt tokens on: input, 5m write, 1h write, read, output of a call now
PUBLISHED = [
    ("claude-fable-5-2", 0, "8 10 16 0.20 40"),
    ("claude-fable-5-1", 0, "10 12.5 20 0.25 50"),
    ("claude-opus-5-5", 0, "4 5 8 0.20 20"),
    ("claude-sonnet-5-5", 0, "2 2.5 4 0.10 10"),
    ("claude-haiku-5-5", 0, "0.10 0.125 0.20 0.01 0.50"),
    ("claude-haiku-5-5", 100_000, "0.10 0.125 0.20 0.01 0.50"),
    ("claude-haiku-5-5", 100_001, "0.50 0.625 1 0.05 2.50"),
    ("claude-opus-5", 0, "5 6.25 10 0.50 25"),
    ("claude-opus-4-8", 0, "5 6.25 10 0.50 25"),
    ("claude-opus-4-7", 0, "5 6.25 10 0.50 25"),
    ("claude-opus-4-6", 0, "5 6.25 10 0.50 25"),
    ("claude-opus-4-5", 0, "5 6.25 10 0.50 25"),
    ("claude-sonnet-5", 0, "2 2.5 4 0.20 10"),
    ("claude-sonnet-4-6", 0, "3 3.75 6 0.30 15"),
    ("claude-haiku-4-5", 0, "1 1.25 2 0.10 5"),
    ("claude-sonnet-4-5", 0, "3 3.75 6 0.30 15"),
    ("claude-sonnet-4-5", 200_001, "6 7.5 12 0.60 22.5"),
]
UNPRICED = {"claude-mythos-preview", "claude-mythos-5", "claude-mythos-5-1"}
PRICED = sorted(set(bundled_models()) - UNPRICED)
KINDS = [field.name for field in fields(Prices)]
BOOK = PriceBook()

tokens = st.integers(0, 250_000) | st.sampled_from([0, 1, 99_999, 100_000, 100_001, 200_001])
usages = st.builds(
    Usage,
    input=tokens,
    cache_write_5m=tokens,
    cache_write_1h=tokens,
    cache_read=tokens,
    output=st.integers(0, 300_000),
)
ways = st.sampled_from(["batch", "now"])


def by_genai_prices(usage: Usage, model_id: str, way: Way) -> Decimal:
    written = usage.cache_write_5m + usage.cache_write_1h
    price = genai_prices.calc_price(
        genai_prices.Usage(
            input_tokens=usage.prompt,
            cache_write_tokens=written,
            cache_write_1h_tokens=usage.cache_write_1h,
            cache_read_tokens=usage.cache_read,
            output_tokens=usage.output,
        ),
        model_id,
        provider_id="anthropic",
        price_context={"processing": "batch"} if way == "batch" else None,
    )
    return price.total_price


@pytest.mark.parametrize(("model_id", "prompt", "published"), PUBLISHED)
def test_the_prices_are_the_published_ones(model_id: str, prompt: int, published: str) -> None:
    now = BOOK.rates(model_id).tier(prompt).now
    assert [getattr(now, kind) for kind in KINDS] == [Decimal(usd) for usd in published.split()]


@settings(deadline=None)  # the price table loads in the first
@given(usage=usages, model_id=st.sampled_from(PRICED), way=ways)
def test_a_request_costs_what_genai_prices_calculates(
    usage: Usage, model_id: str, way: Way
) -> None:
    cost = BOOK.cost(usage, model_id, way)
    assert isinstance(cost.total, Decimal)
    assert cost.total == by_genai_prices(usage, model_id, way)


@settings(deadline=None)  # the price table loads in the first
@given(usage=usages, model_id=st.sampled_from(PRICED))
def test_a_batch_costs_exactly_half_in_every_part(usage: Usage, model_id: str) -> None:
    batch, now = BOOK.cost(usage, model_id, "batch"), BOOK.cost(usage, model_id, "now")
    for part in ("input", "cache_write", "cache_read", "output", "total"):
        assert getattr(batch, part) * 2 == getattr(now, part)


@pytest.mark.parametrize(
    ("prompt", "usd"),
    [(99_999, "0.0104999"), (100_000, "0.0105"), (100_001, "0.0525005"), (200_000, "0.1025")],
)
def test_the_whole_request_bills_at_the_tier_its_prompt_falls_in(prompt: int, usd: str) -> None:
    usage = Usage(input=prompt, output=1_000)
    assert BOOK.cost(usage, "claude-haiku-5-5", "now").total == Decimal(usd)
    assert BOOK.cost(usage, "claude-haiku-5-5", "batch").total == Decimal(usd) / 2


@pytest.mark.parametrize(
    "usage",
    [
        Usage(input=100_001, output=1_000),
        Usage(cache_write_5m=100_001, output=1_000),
        Usage(cache_write_1h=100_001, output=1_000),
        Usage(input=10_001, cache_read=90_000, output=1_000),
    ],
)
def test_every_kind_of_input_counts_toward_the_tier(usage: Usage) -> None:
    assert BOOK.cost(usage, "claude-haiku-5-5", "now").output == Decimal("0.0025")


def test_the_parts_of_a_cost_are_named_by_kind() -> None:
    usage = Usage(input=1, cache_write_5m=10, cache_write_1h=100, cache_read=1_000, output=10_000)
    cost = BOOK.cost(usage, "claude-opus-5-5", "now")
    assert cost.input == Decimal("0.000004")
    assert cost.cache_write == Decimal("0.00085")
    assert cost.cache_read == Decimal("0.0002")
    assert cost.output == Decimal("0.2")
    assert cost.total == Decimal("0.201054")


def test_cache_writes_whose_lifetime_is_not_told_bill_as_five_minute_writes() -> None:
    split = {"ephemeral_5m_input_tokens": 0, "ephemeral_1h_input_tokens": 0}
    usage = usage_from({"cache_creation_input_tokens": 1_000_000, "cache_creation": split})
    assert BOOK.cost(usage, "claude-opus-5-5", "now").total == Decimal(5)


def test_processing_in_the_united_states_only_costs_a_tenth_more() -> None:
    reported = {"input_tokens": 1_000_000, "inference_geo": "us"}
    assert BOOK.cost(usage_from(reported), "claude-opus-5-5", "now").total == Decimal("4.4")
    reported["inference_geo"] = "global"
    assert BOOK.cost(usage_from(reported), "claude-opus-5-5", "now").total == Decimal(4)


@pytest.mark.parametrize("model_id", [*sorted(UNPRICED), "claude-nope-9", "gpt-5", ""])
def test_a_model_without_a_price_is_refused_with_the_way_out(model_id: str) -> None:
    with pytest.raises(PriceError, match=r"not known.*Settings"):
        BOOK.rates(model_id)


@pytest.mark.parametrize("model_id", ["claude-opus-4-60", "claude-opus-4-6-x", "claude-opus-5.5"])
def test_a_new_model_does_not_borrow_the_price_of_a_similar_name(model_id: str) -> None:
    with pytest.raises(PriceError):
        BOOK.rates(model_id)


@pytest.mark.parametrize("model_id", PRICED)
def test_a_dated_id_costs_what_its_model_costs(model_id: str) -> None:
    dated = model_id if model_id[-8:].isdigit() else f"{model_id}-20261001"
    assert BOOK.rates(dated).tiers == BOOK.rates(model_id).tiers


@pytest.mark.parametrize("model_id", PRICED)
def test_a_longer_prompt_is_never_cheaper(model_id: str) -> None:
    tiers = BOOK.rates(model_id).tiers
    assert tiers[0].above == -1
    for lower, upper in pairwise(tiers):
        assert lower.above < upper.above
        assert all(getattr(lower.now, kind) <= getattr(upper.now, kind) for kind in KINDS)


def test_entered_prices_go_before_the_table() -> None:
    entered = PriceOverride(input=Decimal(3), output=Decimal("7.5"), cache_read=Decimal("0.03"))
    book = PriceBook({"claude-mythos-5-1": entered})
    rates = book.rates("claude-mythos-5-1")
    usd = [getattr(rates.tier(500_000).now, kind) for kind in KINDS]
    assert usd == [Decimal(3), Decimal("3.75"), Decimal(6), Decimal("0.03"), Decimal("7.5")]
    million = Usage(input=1_000_000, output=1_000_000)
    assert book.cost(million, "claude-mythos-5-1", "batch").total == Decimal("5.25")
    assert "you" in rates.source


def test_the_source_of_the_prices_names_the_package_and_its_version() -> None:
    assert BOOK.date.startswith(f"genai-prices {genai_prices.__version__}, checked 20")
    assert BOOK.rates("claude-opus-5-5").source == BOOK.date


def altered(monkeypatch: pytest.MonkeyPatch, change: dict[str, Any]) -> None:
    """Let the installed table say something else about Haiku 5.5's batch."""
    from genai_prices.data_snapshot import get_snapshot

    _, model = get_snapshot().find_provider_model("claude-haiku-5-5", None, "anthropic", None)
    assert model.price_variants is not None
    variant = model.price_variants[0]
    for kind, value in change.items():
        monkeypatch.setitem(vars(variant.prices), kind, value)


def test_a_batch_price_that_is_not_half_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    altered(monkeypatch, {"cache_read_mtok": Decimal("0.01")})
    with pytest.raises(PriceError, match="half"):
        PriceBook().rates("claude-haiku-5-5")


def test_a_model_without_a_batch_price_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    from genai_prices.data_snapshot import get_snapshot

    _, model = get_snapshot().find_provider_model("claude-opus-5-5", None, "anthropic", None)
    monkeypatch.setattr(model, "price_variants", None)
    with pytest.raises(PriceError, match="batch price"):
        PriceBook().rates("claude-opus-5-5")


def test_a_kind_of_price_that_is_new_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    from genai_prices.data_snapshot import get_snapshot

    _, model = get_snapshot().find_provider_model("claude-opus-5-5", None, "anthropic", None)
    monkeypatch.setitem(vars(model.prices), "output_reasoning_mtok", Decimal(1))
    with pytest.raises(PriceError, match="unfamiliar"):
        PriceBook().rates("claude-opus-5-5")


def test_the_price_table_is_not_imported_before_the_first_question() -> None:
    code = (
        "import sys; from claude_batch_desk.core.pricing import estimator; "
        "book = estimator.PriceBook(); assert 'genai_prices' not in sys.modules; "
        "book.rates('claude-opus-5-5'); assert 'genai_prices' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
