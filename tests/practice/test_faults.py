"""Every fault switch, seen from the client's side."""

import time
from pathlib import Path
from typing import TYPE_CHECKING

import anthropic
import pytest

from claude_batch_desk.core.errors import DeskError
from claude_batch_desk.practice.faults import NAMED_FAULTS, OPERATIONS, STATUSES, Faults, fault_help
from claude_batch_desk.practice.server import PracticeService
from tests.practice.conftest import ended_batch, params, raw_results, requests

if TYPE_CHECKING:
    from collections.abc import Callable


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
        "upload": lambda: client.files.upload(file=("a.txt", b"a", "text/plain")),
        "files": client.files.list,
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


def test_a_slow_service_outlasts_a_short_patience(
    service: PracticeService, client: anthropic.Anthropic
) -> None:
    service.set_faults("slow:30")
    began = time.monotonic()

    with pytest.raises(anthropic.APITimeoutError):
        client.with_options(timeout=0.2).messages.batches.list()

    assert time.monotonic() - began < 10


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


def test_the_queue_can_be_small(
    service: PracticeService, client: anthropic.Anthropic, key: str
) -> None:
    service.set_faults("queue-limit:3")

    with pytest.raises(anthropic.RateLimitError, match="limit of 3 requests"):
        client.messages.batches.create(requests=requests(4))
    assert service.ledger(key).batches == 0
    client.messages.batches.create(requests=requests(3))


def test_a_batch_can_be_too_large_as_at_the_edge_of_the_service(
    service: PracticeService, client: anthropic.Anthropic, key: str
) -> None:
    service.set_faults("body-limit:800")

    with pytest.raises(anthropic.APIStatusError) as refusal:
        client.messages.batches.create(requests=requests(9))
    assert refusal.value.status_code == 413
    assert service.ledger(key).batches == 0
    client.messages.batches.create(requests=requests(2))


def test_a_key_can_be_revoked_while_a_batch_runs(
    service: PracticeService, client: anthropic.Anthropic
) -> None:
    batch_id = ended_batch(service, client, 1)
    service.set_faults("revoked-key")

    with pytest.raises(anthropic.AuthenticationError):
        client.messages.batches.retrieve(batch_id)


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


def test_every_fault_and_operation_is_documented() -> None:
    text = (Path(__file__).parents[2] / "docs" / "command-line.md").read_text("utf-8")

    assert [
        name for name in (*OPERATIONS, *(f.name for f in NAMED_FAULTS)) if f"`{name}`" not in text
    ] == []
