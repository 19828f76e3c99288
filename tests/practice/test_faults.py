"""Every fault switch, seen from the client's side."""

import time
from contextlib import closing
from typing import TYPE_CHECKING, Any

import anthropic
import httpx2
import pytest

from claude_batch_desk.core.errors import DeskError
from claude_batch_desk.practice.faults import NAMED_FAULTS, OPERATIONS, STATUSES, Faults, fault_help
from claude_batch_desk.practice.server import PracticeService
from tests.practice.conftest import params, requests

if TYPE_CHECKING:
    from collections.abc import Callable

CHOICE = {
    "type": "object",
    "properties": {"mood": {"type": "string", "enum": ["happy", "angry"]}},
    "required": ["mood"],
    "additionalProperties": False,
}
FORMAT: Any = {"format": {"type": "json_schema", "schema": CHOICE}}


def ended_batch(service: PracticeService, client: anthropic.Anthropic, count: int = 20) -> str:
    batch = client.messages.batches.create(requests=requests(count))
    service.advance(1)
    return batch.id


def raw_results(client: anthropic.Anthropic, batch_id: str) -> bytes:
    """The body of the results as far as it comes; raises what the transport raises."""
    path = f"/v1/messages/batches/{batch_id}/results"
    options: Any = {"headers": {"X-Stainless-Raw-Response": "stream"}}
    with closing(client.get(path, cast_to=httpx2.Response, options=options)) as response:
        return response.read()


def ids_of(body: bytes) -> list[str]:
    lines = [line for line in body.split(b"\n") if line.strip()]
    return [str(line.split(b'"')[3], "ascii") for line in lines]


@pytest.mark.parametrize(
    ("fault", "accepted"), [("drop-after-accept", 1), ("drop-before-accept", 0)]
)
def test_a_dropped_connection_leaves_the_outcome_unknown(
    service: PracticeService, client: anthropic.Anthropic, key: str, fault: str, accepted: int
) -> None:
    service.set_faults(f"{fault}:1")

    with pytest.raises(anthropic.APIConnectionError):
        client.messages.batches.create(requests=requests(2))

    assert service.ledger(key).batches == accepted
    assert len(list(client.messages.batches.list())) == accepted
    client.messages.batches.create(requests=requests(2))
    assert service.ledger(key).batches == accepted + 1


def test_a_client_that_retries_by_itself_creates_the_batch_again(
    service: PracticeService, key: str
) -> None:
    service.set_faults("drop-after-accept:1")
    with anthropic.Anthropic(api_key=key, base_url=service.base_url, max_retries=1) as client:
        client.messages.batches.create(requests=requests(2))

    assert service.ledger(key).batches == 2
    assert service.ledger(key).ids_again == 2


def test_an_error_may_hide_an_accepted_batch(
    service: PracticeService, client: anthropic.Anthropic, key: str
) -> None:
    service.set_faults("create-500-after-accept")

    with pytest.raises(anthropic.InternalServerError):
        client.messages.batches.create(requests=requests(2))

    assert service.ledger(key).batches == 1


@pytest.mark.parametrize("status", STATUSES)
def test_creating_can_fail_with_any_status_and_accepts_nothing(
    service: PracticeService, client: anthropic.Anthropic, key: str, status: int
) -> None:
    service.set_faults(f"create-{status}")

    with pytest.raises(anthropic.APIStatusError) as failure:
        client.messages.batches.create(requests=requests(1))

    assert failure.value.status_code == status
    assert service.ledger(key).batches == 0
    if status == 413:
        assert failure.value.body == {
            "error": {"type": "request_too_large", "message": "Request exceeds the maximum size"}
        }
    else:
        assert isinstance(failure.value.body, dict)
        assert failure.value.body["request_id"] == failure.value.request_id


def test_every_operation_can_fail(service: PracticeService, client: anthropic.Anthropic) -> None:
    batch_id = ended_batch(service, client, 1)
    asked = params()
    calls: dict[str, Callable[[], object]] = {
        "create": lambda: client.messages.batches.create(requests=requests(1)),
        "retrieve": lambda: client.messages.batches.retrieve(batch_id),
        "list": client.messages.batches.list,
        "results": lambda: raw_results(client, batch_id),
        "cancel": lambda: client.messages.batches.cancel(batch_id),
        "delete": lambda: client.messages.batches.delete(batch_id),
        "messages": lambda: client.messages.create(**asked),
        "count": lambda: client.messages.count_tokens(
            model=asked["model"], messages=asked["messages"]
        ),
        "models": client.models.list,
    }

    assert set(calls) == set(OPERATIONS)
    for operation, call in calls.items():
        service.set_faults(f"{operation}-529")
        with pytest.raises(anthropic.OverloadedError) as failure:
            call()
        assert failure.value.response.headers["x-should-retry"] == "true"


def test_a_new_batch_may_be_listed_late(
    service: PracticeService, client: anthropic.Anthropic
) -> None:
    service.set_faults("late-list:60")
    batch = client.messages.batches.create(requests=requests(1))

    at_first = list(client.messages.batches.list())
    service.advance(61)
    later = [each.id for each in client.messages.batches.list()]

    assert at_first == []
    assert client.messages.batches.retrieve(batch.id).id == batch.id
    assert later == [batch.id]


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


def test_a_slow_service_outlasts_a_short_patience(
    service: PracticeService, client: anthropic.Anthropic
) -> None:
    service.set_faults("slow:30")
    began = time.monotonic()

    with pytest.raises(anthropic.APITimeoutError):
        client.with_options(timeout=0.2).messages.batches.list()

    assert time.monotonic() - began < 10


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


def test_a_new_batch_may_not_be_found_at_first(
    service: PracticeService, client: anthropic.Anthropic
) -> None:
    batch = client.messages.batches.create(requests=requests(1))
    service.set_faults("not-found-first:2")

    for _ in range(2):
        with pytest.raises(anthropic.NotFoundError):
            client.messages.batches.retrieve(batch.id)

    assert client.messages.batches.retrieve(batch.id).id == batch.id


def test_counts_may_not_match(service: PracticeService, client: anthropic.Anthropic) -> None:
    batch_id = ended_batch(service, client, 3)
    service.set_faults("counts-mismatch")

    assert client.messages.batches.retrieve(batch_id).request_counts.succeeded == 4


def test_a_captive_portal_answers_everything_with_a_page(
    service: PracticeService, client: anthropic.Anthropic
) -> None:
    service.set_faults("captive-portal")
    response = client.messages.batches.with_raw_response.list()

    assert response.headers["content-type"].startswith("text/html")
    assert "request-id" not in response.headers
    assert response.text().startswith("<!DOCTYPE html>")


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


def test_a_spend_limit_has_a_code_and_no_retry_after(
    service: PracticeService, client: anthropic.Anthropic, key: str
) -> None:
    service.set_faults("spend-limit")

    for call in (
        lambda: client.messages.batches.create(requests=requests(1)),
        lambda: client.messages.create(**params()),
    ):
        with pytest.raises(anthropic.RateLimitError) as refusal:
            call()
        assert refusal.value.error_code == "enforced_spend_limit_reached"
        assert "retry-after" not in refusal.value.response.headers
    assert service.ledger(key).batches == 0


def test_a_ramp_limit_has_a_code_and_a_retry_after(
    service: PracticeService, client: anthropic.Anthropic
) -> None:
    service.set_faults("ramp-limit")

    with pytest.raises(anthropic.RateLimitError) as refusal:
        client.messages.create(**params())

    assert refusal.value.error_code == "ramp_limit_exceeded"
    assert refusal.value.response.headers["retry-after"] == "2"


def test_a_key_can_be_revoked_while_a_batch_runs(
    service: PracticeService, client: anthropic.Anthropic
) -> None:
    batch_id = ended_batch(service, client, 1)
    service.set_faults("revoked-key")

    with pytest.raises(anthropic.AuthenticationError):
        client.messages.batches.retrieve(batch_id)


def test_the_results_url_can_name_another_host(
    service: PracticeService, client: anthropic.Anthropic
) -> None:
    batch_id = ended_batch(service, client, 1)
    service.set_faults("foreign-results-url")
    url = client.messages.batches.retrieve(batch_id).results_url

    assert url is not None
    assert not url.startswith(service.base_url)
    assert ids_of(raw_results(client, batch_id)) == ["row-0"]


def test_a_stream_can_break_off(service: PracticeService, client: anthropic.Anthropic) -> None:
    service.set_faults("stream-overloaded")

    with (
        pytest.raises(anthropic.APIStatusError, match="overloaded_error"),
        client.messages.stream(**params()) as stream,
    ):
        stream.until_done()


@pytest.mark.parametrize("name", ["explode", "create-200", "slow:soon", "archived:2", "expire:-1"])
def test_a_fault_nobody_knows_is_refused_and_changes_nothing(name: str) -> None:
    faults = Faults(["expire"])

    with pytest.raises(DeskError, match=r"fault"):
        faults.set([name])

    assert faults.names() == ("expire",)


def test_a_limited_fault_strikes_so_many_times() -> None:
    faults = Faults(["create-500:2", "expire"])

    assert [faults.strikes("create-500") for _ in range(4)] == [True, True, False, False]
    assert all(faults.strikes("expire") for _ in range(4))


def test_every_fault_is_explained_in_one_line() -> None:
    lines = fault_help().splitlines()

    for fault in NAMED_FAULTS:
        assert sum(line.split()[0] == fault.name for line in lines) == 1
