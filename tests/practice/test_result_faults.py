"""Faults that spoil the results of a batch, or how it comes out."""

from typing import Any

import anthropic
import httpx2
import pytest

from claude_batch_desk.practice.server import PracticeService
from tests.practice.conftest import ended_batch, ids_of, raw_results, requests

CHOICE = {
    "type": "object",
    "properties": {"mood": {"type": "string", "enum": ["happy", "angry"]}},
    "required": ["mood"],
    "additionalProperties": False,
}
FORMAT: Any = {"format": {"type": "json_schema", "schema": CHOICE}}


def test_results_cut_inside_a_line_break_the_connection(
    service: PracticeService, client: anthropic.Anthropic
) -> None:
    batch_id = ended_batch(service, client)
    service.set_faults("results-cut-mid-line:1")

    with pytest.raises(httpx2.RemoteProtocolError):
        raw_results(client, batch_id)

    assert len(ids_of(raw_results(client, batch_id))) == 20


@pytest.mark.parametrize("fault", ["results-cut-at-line", "results-cut-close"])
def test_results_can_end_early_without_any_error(
    service: PracticeService, client: anthropic.Anthropic, fault: str
) -> None:
    batch_id = ended_batch(service, client)
    service.set_faults(f"{fault}:1")

    cut = raw_results(client, batch_id)
    whole = raw_results(client, batch_id)

    assert len(ids_of(cut)) == 10
    assert whole.startswith(cut)


def test_results_can_repeat_lack_and_invent_requests(
    service: PracticeService, client: anthropic.Anthropic
) -> None:
    batch_id = ended_batch(service, client)
    whole = set(ids_of(raw_results(client, batch_id)))

    service.set_faults("duplicate-ids")
    repeated = ids_of(raw_results(client, batch_id))
    service.set_faults("missing-ids")
    lacking = ids_of(raw_results(client, batch_id))
    service.set_faults("foreign-ids")
    invented = ids_of(raw_results(client, batch_id))

    assert set(repeated) == whole
    assert len(repeated) > len(whole)
    assert set(lacking) < whole
    assert set(invented) - whole == {"nobody-sent-this"}


def test_result_lines_can_end_in_crlf_with_blanks_between(
    service: PracticeService, client: anthropic.Anthropic
) -> None:
    batch_id = ended_batch(service, client)
    service.set_faults("crlf-and-blanks")

    body = raw_results(client, batch_id)

    assert b"}\r\n" in body
    assert b"\n\r\n\n" in body
    assert len(ids_of(body)) == 20


def test_slow_results_drip(service: PracticeService, client: anthropic.Anthropic) -> None:
    batch_id = ended_batch(service, client)
    whole = raw_results(client, batch_id)
    service.set_faults("slow:0.2")
    path = f"/v1/messages/batches/{batch_id}/results"

    request = httpx2.Request(
        "GET",
        service.base_url + path,
        headers={"x-api-key": client.api_key or "", "anthropic-version": "2026-10-21"},
    )
    with httpx2.Client() as raw:
        response = raw.send(request, stream=True)
        chunks = list(response.iter_raw())

    assert len(chunks) > 5
    assert b"".join(chunks) == whole


def test_mixed_outcomes_bring_every_kind_of_trouble(
    service: PracticeService, client: anthropic.Anthropic
) -> None:
    service.set_faults("mixed-outcomes")
    batch = client.messages.batches.create(requests=requests(400, output_config=FORMAT))
    service.advance(1)

    results = [line.result for line in client.messages.batches.results(batch.id)]
    messages = [result.message for result in results if result.type == "succeeded"]
    reasons = [message.stop_reason for message in messages]
    texts = {
        block.text
        for message in messages
        for block in message.content
        if block.type == "text" and message.stop_reason == "end_turn"
    }
    counts = client.messages.batches.retrieve(batch.id).request_counts

    for kind in ("errored", "expired", "canceled"):
        assert 5 <= sum(result.type == kind for result in results) <= 40
        assert getattr(counts, kind) == sum(result.type == kind for result in results)
    assert reasons.count("refusal") > 4
    assert reasons.count("max_tokens") > 4
    assert texts & {'{"mood":"HAPPY"}', '{"mood":"ANGRY"}'}
    assert any("(unsure)" in text for text in texts)
    assert len(messages) > 200


def test_a_refusal_has_details_and_no_content(
    service: PracticeService, client: anthropic.Anthropic
) -> None:
    service.set_faults("mixed-outcomes")
    batch = client.messages.batches.create(requests=requests(100))
    service.advance(1)

    refused = [
        line.result.message
        for line in client.messages.batches.results(batch.id)
        if line.result.type == "succeeded" and line.result.message.stop_reason == "refusal"
    ]

    assert refused
    for message in refused:
        assert message.content == []
        assert message.stop_details is not None


def test_half_a_batch_can_expire(service: PracticeService, client: anthropic.Anthropic) -> None:
    service.set_faults("expire:1")
    batch_id = ended_batch(service, client, 10)
    spared = ended_batch(service, client, 10)

    assert client.messages.batches.retrieve(batch_id).request_counts.expired == 5
    assert client.messages.batches.retrieve(spared).request_counts.expired == 0


def test_results_can_be_archived_at_once(
    service: PracticeService, client: anthropic.Anthropic
) -> None:
    batch_id = ended_batch(service, client, 1)
    service.set_faults("archived")

    assert client.messages.batches.retrieve(batch_id).results_url is None
    assert client.messages.batches.retrieve(batch_id).archived_at is not None
    with pytest.raises(anthropic.NotFoundError):
        raw_results(client, batch_id)


def test_the_results_url_can_name_another_host(
    service: PracticeService, client: anthropic.Anthropic
) -> None:
    batch_id = ended_batch(service, client, 1)
    service.set_faults("foreign-results-url")
    url = client.messages.batches.retrieve(batch_id).results_url

    assert url is not None
    assert not url.startswith(service.base_url)
    assert ids_of(raw_results(client, batch_id)) == ["row-0"]
