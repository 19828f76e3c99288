"""Cached beginnings in batches and messages: who writes, who reads, and for how long."""

from collections.abc import Iterator
from typing import Any

import anthropic
import pytest
from anthropic.types import Usage

from claude_batch_desk.practice.server import PracticeService
from tests.practice.conftest import params, requests

LONG = "A long definition of the labels. " * 200


@pytest.fixture
def slow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PracticeService]:
    """Its batches take a minute of its clock."""
    with PracticeService(tmp_path_factory.mktemp("cached"), delay=60.0) as service:
        yield service


@pytest.fixture
def patient(slow: PracticeService) -> Iterator[anthropic.Anthropic]:
    with client_of(slow) as client:
        yield client


def cached_system(ttl: str = "1h", text: str = LONG) -> list[dict[str, Any]]:
    return [{"type": "text", "text": text, "cache_control": {"type": "ephemeral", "ttl": ttl}}]


def client_of(service: PracticeService, key: str = "key") -> anthropic.Anthropic:
    return anthropic.Anthropic(api_key=key, base_url=service.base_url, max_retries=0)


def usages_of(client: anthropic.Anthropic, batch_id: str) -> Any:
    return [
        line.result.message.usage
        for line in client.messages.batches.results(batch_id)
        if line.result.type == "succeeded"
    ]


def answered(service: PracticeService, client: anthropic.Anthropic, count: int, **more: Any) -> Any:
    """The usages of a batch that is waited for."""
    more = {"system": cached_system(), **more}
    batch = client.messages.batches.create(requests=requests(count, **more))
    service.advance(60)
    return usages_of(client, batch.id)


def hits(usages: list[Usage]) -> int:
    return sum(1 for use in usages if use.cache_read_input_tokens)


def test_a_cold_batch_writes_at_first_and_every_request_writes_or_reads(
    slow: PracticeService, patient: anthropic.Anthropic
) -> None:
    usages = answered(slow, patient, 400)
    read = hits(usages)

    assert (400 - 128) * 0.2 < read < 400
    for use in usages:
        split = use.cache_creation
        assert bool(use.cache_creation_input_tokens) != bool(use.cache_read_input_tokens)
        assert split.ephemeral_1h_input_tokens == use.cache_creation_input_tokens
        assert split.ephemeral_5m_input_tokens == 0


def test_a_request_that_went_first_lets_nearly_all_of_the_rest_read(
    slow: PracticeService, patient: anthropic.Anthropic
) -> None:
    [first] = answered(slow, patient, 1)
    rest = answered(slow, patient, 200)

    assert first.cache_creation_input_tokens > 0
    assert hits(rest) > 200 * 0.75


def test_what_nobody_used_for_an_hour_is_written_again(
    slow: PracticeService, patient: anthropic.Anthropic
) -> None:
    answered(slow, patient, 1)
    slow.advance(3_000)
    [within] = answered(slow, patient, 1)
    slow.advance(3_601)
    [later] = answered(slow, patient, 1)

    assert within.cache_read_input_tokens > 0
    assert later.cache_creation_input_tokens > 0


def test_five_minutes_end_before_an_hour_does(
    slow: PracticeService, patient: anthropic.Anthropic
) -> None:
    system = cached_system("5m")
    [first] = answered(slow, patient, 1, system=system)
    slow.advance(301)
    [later] = answered(slow, patient, 1, system=system)

    assert first.cache_creation.ephemeral_5m_input_tokens > 0
    assert later.cache_creation.ephemeral_5m_input_tokens > 0


def test_another_form_of_the_answer_finds_nothing_cached(
    slow: PracticeService, patient: anthropic.Anthropic
) -> None:
    schema = {
        "type": "object",
        "properties": {"mood": {"type": "string"}},
        "required": ["mood"],
        "additionalProperties": False,
    }
    answered(slow, patient, 1)
    asked = {"format": {"type": "json_schema", "schema": schema}}
    [other] = answered(slow, patient, 1, output_config=asked)

    assert other.cache_read_input_tokens == 0


def test_another_workspace_finds_nothing_cached(
    slow: PracticeService, patient: anthropic.Anthropic
) -> None:
    answered(slow, patient, 1)
    with client_of(slow, "other") as other:
        [usage] = answered(slow, other, 1)

    assert usage.cache_read_input_tokens == 0


def test_a_message_reads_what_a_batch_wrote(
    slow: PracticeService, patient: anthropic.Anthropic
) -> None:
    answered(slow, patient, 1)
    message = patient.messages.create(**params(system=cached_system()))

    assert message.usage.cache_read_input_tokens


def test_what_was_cached_is_still_read_after_a_restart(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    home = tmp_path_factory.mktemp("again")
    with PracticeService(home, delay=60.0) as first, client_of(first) as client:
        answered(first, client, 1)
        batch = client.messages.batches.create(requests=requests(50, system=cached_system()))
    with PracticeService(home, delay=60.0) as again, client_of(again) as client:
        again.advance(60)
        usages = usages_of(client, batch.id)

    assert hits(usages) > 30


def test_a_prefix_below_the_minimum_is_silently_not_cached(
    slow: PracticeService, patient: anthropic.Anthropic
) -> None:
    message = patient.messages.create(**params(system=cached_system(text="Be brief.")))

    assert message.usage.cache_creation_input_tokens == 0
    assert message.usage.cache_read_input_tokens == 0
