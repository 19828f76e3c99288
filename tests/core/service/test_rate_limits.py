"""What the service tells of an account's limits."""

import json
from datetime import UTC, datetime

import pytest

from claude_batch_desk.core.service.gateway import Gateway
from claude_batch_desk.core.service.rate_limits import RateLimit, read_rate_limits
from tests.core.service.stub import Stub, says

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
MESSAGE = {"type": "message", "content": []}


def headers(of: str, limit: str, remaining: str, reset: str) -> dict[str, str]:
    said = {"limit": limit, "remaining": remaining, "reset": reset}
    return {f"anthropic-ratelimit-{of}-{name}": text for name, text in said.items()}


def test_each_limit_is_read_with_the_time_until_it_is_whole() -> None:
    told = headers("requests", "1000", "250", "2026-11-23T12:00:45Z")
    told |= headers("output-tokens", "400000", "400000", "2026-11-23T11:59:00+00:00")
    assert read_rate_limits(told, NOW) == (
        RateLimit("requests", 1000, 250, 45.0),
        RateLimit("output-tokens", 400_000, 400_000, 0.0),
    )


def test_without_a_time_a_limit_fills_up_within_a_minute() -> None:
    [told] = read_rate_limits(headers("input-tokens", "1000", "250", "soon"), NOW)
    assert told.full_in == 45.0


@pytest.mark.parametrize(
    ("limit", "remaining"), [("", "5"), ("many", "5"), ("0", "0"), ("-4", "1"), ("10", "٣")]
)
def test_what_is_no_limit_is_left_out(limit: str, remaining: str) -> None:
    assert read_rate_limits(headers("requests", limit, remaining, ""), NOW) == ()


def test_an_immediate_answer_brings_the_limits_with_it(gateway: Gateway, stub: Stub) -> None:
    told = headers("requests", "50", "49", "2026-11-23T12:00:01Z")
    body = json.dumps(MESSAGE).encode()
    stub.answer = lambda handler: handler.send(
        200, body, {"Content-Type": "application/json", **told}
    )
    [limit] = gateway.message(b"{}").limits
    assert (limit.of, limit.limit, limit.remaining) == ("requests", 50, 49)


def test_an_answer_that_tells_no_limits_has_none(gateway: Gateway, stub: Stub) -> None:
    stub.answer = says(MESSAGE)
    assert gateway.message(b"{}").limits == ()
