"""Batches through the real SDK: created, watched, listed, canceled, deleted, read."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import anthropic
import pytest

from claude_batch_desk.practice.server import PracticeService
from tests.practice.conftest import requests

Connect = Callable[[str], anthropic.Anthropic]
HOUR = 3600.0


@pytest.fixture
def slow_service(tmp_path_factory: pytest.TempPathFactory) -> PracticeService:
    """Not yet running; its batches take an hour of its clock."""
    return PracticeService(tmp_path_factory.mktemp("slow"), delay=HOUR)


def slow_client(service: PracticeService) -> anthropic.Anthropic:
    return anthropic.Anthropic(api_key="key", base_url=service.base_url, max_retries=0)


def test_a_new_batch_is_in_progress_with_all_its_requests_processing(
    slow_service: PracticeService,
) -> None:
    with slow_service, slow_client(slow_service) as client:
        batch = client.messages.batches.create(requests=requests(3))

    assert batch.processing_status == "in_progress"
    assert batch.request_counts.processing == 3
    assert batch.request_counts.succeeded == 0
    assert batch.results_url is None
    assert batch.ended_at is None
    assert batch.expires_at - batch.created_at == timedelta(hours=24)


def test_counts_stay_at_processing_until_the_whole_batch_ends(
    slow_service: PracticeService,
) -> None:
    with slow_service, slow_client(slow_service) as client:
        batch = client.messages.batches.create(requests=requests(3))
        slow_service.advance(HOUR - 10)
        halfway = client.messages.batches.retrieve(batch.id)
        slow_service.advance(10)
        ended = client.messages.batches.retrieve(batch.id)

    assert (halfway.processing_status, halfway.request_counts.processing) == ("in_progress", 3)
    assert (ended.processing_status, ended.request_counts.succeeded) == ("ended", 3)
    assert ended.request_counts.processing == 0
    assert ended.ended_at is not None
    assert ended.ended_at >= ended.created_at + timedelta(hours=1)


def test_results_hold_every_request_once_in_another_order(
    service: PracticeService, client: anthropic.Anthropic
) -> None:
    sent = requests(40)
    batch = client.messages.batches.create(requests=sent)
    service.advance(1)

    got = [line.custom_id for line in client.messages.batches.results(batch.id)]
    again = [line.custom_id for line in client.messages.batches.results(batch.id)]

    assert sorted(got) == sorted(each["custom_id"] for each in sent)
    assert got != [each["custom_id"] for each in sent]
    assert again == got


def test_a_succeeded_result_is_a_whole_message(
    service: PracticeService, client: anthropic.Anthropic
) -> None:
    batch = client.messages.batches.create(requests=requests(1))
    service.advance(1)

    (line,) = client.messages.batches.results(batch.id)

    assert line.result.type == "succeeded"
    message = line.result.message
    assert message.content[0].type == "thinking"
    assert message.content[0].thinking == ""
    assert message.content[0].signature
    assert message.content[-1].type == "text"
    assert message.stop_reason == "end_turn"
    assert message.usage.service_tier == "batch"
    assert message.usage.input_tokens > 0
    assert message.usage.output_tokens_details is not None
    assert message.usage.output_tokens > message.usage.output_tokens_details.thinking_tokens > 0


def test_results_before_the_end_are_refused(slow_service: PracticeService) -> None:
    with slow_service, slow_client(slow_service) as client:
        batch = client.messages.batches.create(requests=requests(1))
        with pytest.raises(anthropic.BadRequestError):
            client.get(
                f"/v1/messages/batches/{batch.id}/results", cast_to=str, options={"max_retries": 0}
            )


def test_results_are_archived_29_days_after_creation(slow_service: PracticeService) -> None:
    with slow_service, slow_client(slow_service) as client:
        batch = client.messages.batches.create(requests=requests(1))
        slow_service.advance(28.9 * 24 * HOUR)
        kept = client.messages.batches.retrieve(batch.id)
        slow_service.advance(0.2 * 24 * HOUR)
        archived = client.messages.batches.retrieve(batch.id)

        assert kept.results_url is not None
        assert kept.archived_at is None
        assert archived.results_url is None
        assert archived.archived_at == batch.created_at + timedelta(days=29)
        with pytest.raises(anthropic.NotFoundError):
            client.get(f"/v1/messages/batches/{batch.id}/results", cast_to=str)


def test_the_list_is_newest_first_and_pages_both_ways(client: anthropic.Anthropic) -> None:
    made = [client.messages.batches.create(requests=requests(1)).id for _ in range(5)]
    newest_first = made[::-1]

    whole = [batch.id for batch in client.messages.batches.list()]
    by_two = [batch.id for batch in client.messages.batches.list(limit=2)]
    newer = client.messages.batches.list(before_id=made[2], limit=1)
    all_newer = [batch.id for batch in client.messages.batches.list(before_id=made[0], limit=2)]

    assert whole == newest_first
    assert by_two == newest_first
    assert [batch.id for batch in newer.data] == [made[3]]
    assert newer.has_more
    assert set(all_newer) == set(made[1:])


def test_an_empty_list_has_no_ids(client: anthropic.Anthropic) -> None:
    page = client.messages.batches.list()

    assert page.data == []
    assert (page.has_more, page.first_id, page.last_id) == (False, None, None)


@pytest.mark.parametrize("limit", [0, 1001])
def test_a_page_has_1_to_1000_batches(client: anthropic.Anthropic, limit: int) -> None:
    with pytest.raises(anthropic.BadRequestError):
        client.messages.batches.list(limit=limit)


def test_a_cursor_that_is_no_batch_is_refused(client: anthropic.Anthropic) -> None:
    with pytest.raises(anthropic.BadRequestError):
        client.messages.batches.list(before_id="msgbatch_never")


def test_canceling_keeps_what_was_reached_and_cancels_the_rest(
    slow_service: PracticeService,
) -> None:
    with slow_service, slow_client(slow_service) as client:
        batch = client.messages.batches.create(requests=requests(100))
        slow_service.advance(HOUR / 4)
        canceling = client.messages.batches.cancel(batch.id)
        slow_service.advance(1)
        ended = client.messages.batches.retrieve(batch.id)
        kinds = [line.result.type for line in client.messages.batches.results(batch.id)]

    assert canceling.processing_status == "canceling"
    assert canceling.cancel_initiated_at is not None
    assert canceling.request_counts.processing == 100
    assert ended.processing_status == "ended"
    assert 20 <= ended.request_counts.succeeded <= 30
    assert ended.request_counts.succeeded + ended.request_counts.canceled == 100
    assert kinds.count("succeeded") == ended.request_counts.succeeded


def test_an_ended_batch_cannot_be_canceled(
    service: PracticeService, client: anthropic.Anthropic
) -> None:
    batch = client.messages.batches.create(requests=requests(1))
    service.advance(1)

    with pytest.raises(anthropic.BadRequestError):
        client.messages.batches.cancel(batch.id)


def test_a_deleted_batch_is_gone_but_still_marks_its_place(
    service: PracticeService, client: anthropic.Anthropic
) -> None:
    first = client.messages.batches.create(requests=requests(1))
    second = client.messages.batches.create(requests=requests(1))
    service.advance(1)

    deleted = client.messages.batches.delete(first.id)

    assert (deleted.id, deleted.type) == (first.id, "message_batch_deleted")
    with pytest.raises(anthropic.NotFoundError):
        client.messages.batches.retrieve(first.id)
    assert [batch.id for batch in client.messages.batches.list(before_id=first.id)] == [second.id]


def test_a_running_batch_cannot_be_deleted(slow_service: PracticeService) -> None:
    with slow_service, slow_client(slow_service) as client:
        batch = client.messages.batches.create(requests=requests(1))
        with pytest.raises(anthropic.BadRequestError):
            client.messages.batches.delete(batch.id)


def test_two_keys_do_not_see_each_other(connect: Connect, key: str) -> None:
    ours, theirs = connect(key), connect(key + "-other")
    batch = ours.messages.batches.create(requests=requests(1))

    assert list(theirs.messages.batches.list()) == []
    with pytest.raises(anthropic.NotFoundError) as refusal:
        theirs.messages.batches.retrieve(batch.id)
    with pytest.raises(anthropic.NotFoundError):
        theirs.messages.batches.cancel(batch.id)
    assert refusal.value.type == "not_found_error"
    assert refusal.value.request_id


def test_one_key_is_one_workspace_with_an_opaque_name(connect: Connect, key: str) -> None:
    first = connect(key).messages.batches.with_raw_response.list().headers
    again = connect(key).messages.batches.with_raw_response.list().headers
    other = connect(key + "2").messages.batches.with_raw_response.list().headers

    assert first["anthropic-workspace-id"] == again["anthropic-workspace-id"]
    assert first["anthropic-workspace-id"] != other["anthropic-workspace-id"]
    assert first["anthropic-organization-id"] == other["anthropic-organization-id"]
    assert first["anthropic-workspace-id"].startswith("wrkspc_")
    assert key not in str(first)


def test_the_ledger_tells_what_was_accepted_twice(
    service: PracticeService, client: anthropic.Anthropic, key: str
) -> None:
    client.messages.batches.create(requests=requests(3))
    before = service.ledger(key)
    client.messages.batches.create(requests=requests(2))
    after = service.ledger(key)

    assert (before.batches, before.requests) == (1, 3)
    assert (before.ids_again, before.params_again) == (0, 0)
    assert (after.batches, after.requests) == (2, 5)
    assert (after.ids_again, after.params_again) == (2, 2)


def test_the_ledger_bills_the_tokens_of_the_results(
    service: PracticeService, client: anthropic.Anthropic, key: str
) -> None:
    batch = client.messages.batches.create(requests=requests(3))
    service.advance(1)

    usages = [
        line.result.message.usage
        for line in client.messages.batches.results(batch.id)
        if line.result.type == "succeeded"
    ]

    assert service.ledger(key).batch_tokens.input == sum(use.input_tokens for use in usages)
    assert service.ledger(key).batch_tokens.output == sum(use.output_tokens for use in usages)
    assert service.ledger().batches >= service.ledger(key).batches


def test_params_that_do_not_hold_fail_only_at_the_end(
    service: PracticeService, client: anthropic.Anthropic
) -> None:
    good, bad = requests(2)
    bad["params"]["temperature"] = 1.0

    batch = client.messages.batches.create(requests=[good, bad])
    service.advance(1)

    results = {line.custom_id: line.result for line in client.messages.batches.results(batch.id)}
    failed = results["row-1"]
    assert results["row-0"].type == "succeeded"
    assert failed.type == "errored"
    assert failed.error.error.type == "invalid_request_error"
    assert failed.error.error.message == "temperature: Extra inputs are not permitted"
    assert client.messages.batches.retrieve(batch.id).request_counts.errored == 1


def test_a_body_sent_raw_and_chunked_is_a_batch_too(client: anthropic.Anthropic) -> None:
    pieces = [b'{"requests": [', b'{"custom_id": "a", "params": {}}', b"]}"]

    batch = client.post(
        "/v1/messages/batches",
        content=iter(pieces),
        cast_to=anthropic.types.messages.MessageBatch,
        options={"headers": {"content-type": "application/json"}},
    )

    assert batch.request_counts.processing == 1


def test_a_result_url_is_absolute_and_leads_to_the_results(
    service: PracticeService, client: anthropic.Anthropic
) -> None:
    batch = client.messages.batches.create(requests=requests(1))
    service.advance(1)

    url = client.messages.batches.retrieve(batch.id).results_url

    assert url == f"{service.base_url}/v1/messages/batches/{batch.id}/results"


def test_the_async_client_does_the_same(service: PracticeService, key: str) -> None:
    async def rehearse() -> tuple[str, list[str], str]:
        async with anthropic.AsyncAnthropic(
            api_key=key, base_url=service.base_url, max_retries=0
        ) as client:
            batch = await client.messages.batches.create(requests=requests(3))
            await asyncio.to_thread(service.advance, 1)
            status = (await client.messages.batches.retrieve(batch.id)).processing_status
            ids = [line.custom_id async for line in await client.messages.batches.results(batch.id)]
            listed = [each.id async for each in client.messages.batches.list()]
            await client.messages.batches.delete(batch.id)
            return status, ids, "listed" if listed == [batch.id] else "lost"

    status, ids, listed = asyncio.run(rehearse())

    assert (status, listed) == ("ended", "listed")
    assert sorted(ids) == ["row-0", "row-1", "row-2"]


def test_too_many_unfinished_requests_are_turned_away(
    tmp_path: Path,
) -> None:
    service = PracticeService(tmp_path, delay=HOUR, queue_limit=5)
    with service, slow_client(service) as client:
        client.messages.batches.create(requests=requests(4))
        with pytest.raises(anthropic.RateLimitError) as refusal:
            client.messages.batches.create(requests=requests(2))
        service.advance(HOUR)
        client.messages.batches.create(requests=requests(2))

    assert refusal.value.response.headers["retry-after"] == "30"
