"""The bill of the Practice service, by hand."""

from decimal import Decimal
from typing import Any

import anthropic
import pytest

from claude_batch_desk.practice.ledger import Account, account_of, merged
from claude_batch_desk.practice.server import PracticeService
from claude_batch_desk.practice.tariff import PICODOLLARS, charge, tier_of
from claude_batch_desk.practice.tokens import Tokens
from tests.practice.conftest import params, requests

MILLION = Tokens(1_000_000, 1_000_000, 1_000_000, 1_000_000, 1_000_000)


def usd(picodollars: int) -> Decimal:
    return Decimal(picodollars) / PICODOLLARS


def test_every_kind_of_token_has_its_price() -> None:
    assert usd(charge("claude-opus-5-5", MILLION, "message", us_only=False)) == Decimal("37.20")
    assert usd(charge("claude-opus-5-5", MILLION, "batch", us_only=False)) == Decimal("18.60")
    assert usd(charge("claude-opus-5-5", MILLION, "batch", us_only=True)) == Decimal("20.46")


@pytest.mark.parametrize(
    ("cached", "fresh", "dollars"),
    [(90_000, 10_000, "0.0024"), (90_000, 10_001, "0.0120005")],
)
def test_all_input_tokens_decide_the_tier_and_the_whole_request_is_billed_at_it(
    cached: int, fresh: int, dollars: str
) -> None:
    tokens = Tokens(input=fresh, cache_read=cached, output=1_000)
    assert usd(charge("claude-haiku-5-5", tokens, "message", us_only=False)) == Decimal(dollars)
    assert tier_of("claude-haiku-5-5", tokens.prompt) == (-1 if fresh == 10_000 else 100_000)


def test_a_model_without_a_public_price_is_not_charged_for() -> None:
    assert charge("claude-mythos-preview", MILLION, "batch", us_only=False) == 0


def message(stop: str, content: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "model": "claude-haiku-4-5",
        "stop_reason": stop,
        "content": content,
        "usage": {
            "input_tokens": 1_000,
            "cache_creation": {"ephemeral_5m_input_tokens": 0, "ephemeral_1h_input_tokens": 0},
            "cache_read_input_tokens": 0,
            "output_tokens": 100,
            "output_tokens_details": {"thinking_tokens": 0},
            "inference_geo": "global",
        },
    }


def test_a_refusal_is_billed_only_where_something_was_said_before() -> None:
    said = [{"type": "text", "text": "I will"}]
    assert account_of(message("refusal", []), "batch").picodollars == 0
    assert usd(account_of(message("refusal", said), "batch").picodollars) == Decimal("0.00075")


def test_accounts_of_the_same_kind_are_added_up() -> None:
    one = account_of(message("end_turn", []), "batch")
    other = account_of(message("end_turn", []), "message")
    found: tuple[Account, ...] = merged((one, other, one))

    assert [(each.way, each.calls, each.tokens.input) for each in found] == [
        ("batch", 2, 2_000),
        ("message", 1, 1_000),
    ]


def test_the_ledger_bills_batches_at_half_and_messages_in_full(
    service: PracticeService, client: anthropic.Anthropic, key: str
) -> None:
    batch = client.messages.batches.create(requests=requests(3))
    service.advance(1)
    direct = client.messages.create(**params()).usage
    usages = [
        line.result.message.usage
        for line in client.messages.batches.results(batch.id)
        if line.result.type == "succeeded"
    ]
    expected = Decimal(0)
    for usage, factor in [(direct, Decimal(1)), *((use, Decimal("0.5")) for use in usages)]:
        tokens = usage.input_tokens * Decimal("0.1") + usage.output_tokens * Decimal("0.5")
        expected += tokens * factor / 1_000_000

    ledger = service.ledger(key)
    assert ledger.billed == expected
    assert ledger.messages == 1
    assert [(each.way, each.calls) for each in ledger.accounts] == [("batch", 3), ("message", 1)]
