"""What an account may ask in a minute, and what it is told when that is used up."""

import anthropic
import httpx2
import pytest

from claude_batch_desk.practice.server import PracticeService
from tests.practice.conftest import params


def refused(client: anthropic.Anthropic) -> anthropic.APIStatusError:
    with pytest.raises(anthropic.APIStatusError) as caught:
        client.messages.create(**params())
    return caught.value


def test_without_a_switch_nothing_is_too_much(
    service: PracticeService, client: anthropic.Anthropic, key: str
) -> None:
    for _ in range(20):
        client.messages.create(**params())
    assert service.ledger(key).messages == 20


def test_more_requests_than_a_minute_has_are_told_when_to_come_again(
    service: PracticeService, client: anthropic.Anthropic, key: str
) -> None:
    service.set_faults("requests-a-minute:3")
    for _ in range(3):
        client.messages.create(**params())
    error = refused(client)
    assert isinstance(error, anthropic.RateLimitError)
    headers = error.response.headers
    assert 0 < int(headers["retry-after"]) <= 20
    assert headers["anthropic-ratelimit-requests-limit"] == "3"
    assert headers["anthropic-ratelimit-requests-remaining"] == "0"
    assert service.ledger(key).messages == 3


@pytest.mark.parametrize("of", ["input", "output"])
def test_tokens_are_limited_too(
    service: PracticeService, client: anthropic.Anthropic, of: str
) -> None:
    service.set_faults(f"{of}-tokens-a-minute:60")
    long = "A parcel went round the world before it came home. " * 20
    client.messages.create(**params(long))
    assert isinstance(refused(client), anthropic.RateLimitError)


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        ("spend-limit", 429, "enforced_spend_limit_reached"),
        ("contract-limit", 429, "contract_spend_limit_reached"),
        ("ramp-limit", 429, "ramp_limit_exceeded"),
        ("own-limit", 400, None),
        ("no-credit", 402, None),
        ("on-hold", 400, "organization_on_hold"),
    ],
)
def test_an_account_that_may_not_spend_hears_why(
    service: PracticeService, client: anthropic.Anthropic, fault: str, status: int, code: str | None
) -> None:
    service.set_faults(fault)
    error = refused(client)
    assert (error.status_code, error.error_code) == (status, code)
    assert ("retry-after" in error.response.headers) == (fault == "ramp-limit")


@pytest.mark.parametrize(("fault", "billed"), [("drop-before-answer", 0), ("drop-after-answer", 1)])
def test_a_connection_can_drop_before_or_after_an_answer(
    service: PracticeService, client: anthropic.Anthropic, key: str, fault: str, billed: int
) -> None:
    service.set_faults(f"{fault}:1")
    with pytest.raises((anthropic.APIConnectionError, httpx2.HTTPError)):
        client.messages.create(**params())
    assert service.ledger(key).messages == billed
