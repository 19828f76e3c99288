"""Batches: created once, found again by looking, read with care."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from claude_batch_desk.core.errors import OutcomeUnknown, StoreError, Unreachable
from claude_batch_desk.core.report import silent
from claude_batch_desk.core.service.batch import Queue
from claude_batch_desk.core.service.gateway import Gateway
from tests.core.service.stub import Answer, Handler, Stub, batch, ended, says, says_error

ANY_BATCH = batch()


def lists(batches: list[dict[str, Any]]) -> Answer:
    """The list endpoint over these batches, given oldest first; a cursor must exist."""
    newest_first = batches[::-1]
    places = {each["id"]: place for place, each in enumerate(newest_first)}

    def answer(handler: Handler) -> None:
        asked = parse_qs(urlsplit(handler.path).query)
        limit, after = int(asked["limit"][0]), asked.get("after_id", [""])[0]
        if not 1 <= limit <= 1000 or (after and after not in places):
            says_error(400, "invalid_request_error")(handler)
            return
        start = places[after] + 1 if after else 0
        page = newest_first[start : start + limit]
        says({"data": page, "has_more": start + limit < len(newest_first)})(handler)

    return answer


def named(count: int) -> list[dict[str, Any]]:
    return [batch(f"msgbatch_{number}") for number in range(count)]


def ids(gateway: Gateway, mark: str) -> list[str]:
    return [each.id for each in gateway.batches_after(mark)]


# Looking


def test_the_newest_batch_is_the_first_of_the_list(gateway: Gateway, stub: Stub) -> None:
    stub.answer = lists(named(3))
    assert gateway.newest_batch() == "msgbatch_2"
    stub.answer = lists([])
    assert gateway.newest_batch() == ""


@pytest.mark.parametrize("count", [1, 2, 99, 100, 101, 1099, 1100, 1101, 2500])
def test_every_batch_after_the_mark_is_found_oldest_first(
    gateway: Gateway, stub: Stub, count: int
) -> None:
    every = named(count)
    stub.answer = lists(every)
    assert ids(gateway, "msgbatch_0") == [each["id"] for each in every[1:]]


def test_no_mark_means_every_batch(gateway: Gateway, stub: Stub) -> None:
    stub.answer = lists(named(1200))
    assert ids(gateway, "") == [f"msgbatch_{number}" for number in range(1200)]
    stub.answer = lists([])
    assert ids(gateway, "") == []


def test_a_look_costs_one_request_while_little_is_new(gateway: Gateway, stub: Stub) -> None:
    stub.answer = lists(named(5000))
    assert ids(gateway, "msgbatch_4997") == ["msgbatch_4998", "msgbatch_4999"]
    assert len(stub.asked) == 1


def test_a_mark_that_was_deleted_loses_no_newer_batch(gateway: Gateway, stub: Stub) -> None:
    every = named(1300)
    stub.answer = lists(every)
    assert ids(gateway, "msgbatch_gone") == [each["id"] for each in every]


def test_without_the_mark_batches_whose_results_are_gone_are_left_out(
    gateway: Gateway, stub: Stub
) -> None:
    archived = ended("msgbatch_old", results_url=None, archived_at="2026-11-01T00:00:00Z")
    stub.answer = lists([archived, ended("msgbatch_1"), batch("msgbatch_2")])
    assert ids(gateway, "msgbatch_gone") == ["msgbatch_1", "msgbatch_2"]
    assert ids(gateway, "") == ["msgbatch_old", "msgbatch_1", "msgbatch_2"]


def test_a_list_that_never_ends_is_not_followed_for_ever(gateway: Gateway, stub: Stub) -> None:
    stub.answer = says({"data": [batch("a"), batch("b")], "has_more": True})
    assert ids(gateway, "msgbatch_gone") == ["b", "a"]
    stub.answer = says({"data": [], "has_more": True})
    assert ids(gateway, "msgbatch_gone") == []


def test_all_batches_are_listed_newest_first_and_told_as_they_come(
    gateway: Gateway, stub: Stub
) -> None:
    stub.answer = lists(named(2500))
    told: list[int] = []
    found = gateway.batches(lambda done, total: told.append(done))
    assert [each.id for each in found] == [f"msgbatch_{number}" for number in range(2499, -1, -1)]
    assert told[-1] == 2500
    assert told == sorted(told)
    stub.answer = says({"data": [batch("a"), batch("b")], "has_more": True})
    assert [each.id for each in gateway.batches(silent)] == ["a", "b"]


def test_a_batch_of_the_list_that_cannot_be_read_hides_nothing(
    gateway: Gateway, stub: Stub
) -> None:
    stub.answer = lists([batch("a"), batch("b", type="of another kind")])
    with pytest.raises(Unreachable, match="could not be understood"):
        gateway.batches_after("")


# Reading


def test_a_batch_is_read_with_its_workspace_and_in_utc(gateway: Gateway, stub: Stub) -> None:
    answer = ended(
        created_at="2026-11-22T12:00:00.123456789+02:00", expires_at="2026-11-23T10:00:00"
    )
    answer["request_counts"] |= {"processing": 0, "succeeded": 1, "errored": 1}
    stub.answer = says(answer, anthropic_workspace_id="wrkspc_1")
    found = gateway.batch("msgbatch_1")
    assert found.created_at == datetime(2026, 11, 22, 10, 0, 0, 123456, UTC)
    assert found.expires_at == datetime(2026, 11, 23, 10, tzinfo=UTC)
    assert found.ended_at == datetime(2026, 11, 22, 11, tzinfo=UTC)
    assert {found.created_at.tzinfo, found.expires_at.tzinfo} == {UTC}
    assert found.ended
    assert found.has_results
    assert found.workspace == "wrkspc_1"
    assert found.counts.total == 2


def test_headers_that_are_not_there_are_not_missed(gateway: Gateway, stub: Stub) -> None:
    def bare(handler: Handler) -> None:
        kind = {"Content-Type": "application/json; charset=utf-8"}
        handler.send(200, json.dumps(ANY_BATCH).encode(), kind)

    stub.answer = bare
    assert gateway.batch("msgbatch_1").workspace == ""


def test_a_newer_service_is_understood_as_far_as_it_goes(gateway: Gateway, stub: Stub) -> None:
    answer = batch(processing_status="paused", total=2, colour="green")
    answer["request_counts"]["parked"] = 3
    answer["request_counts"]["note"] = "words"
    stub.answer = says(answer)
    found = gateway.batch("msgbatch_1")
    assert found.status == "paused"
    assert not found.ended
    assert (found.counts.other, found.counts.total) == (3, 5)


def test_archived_results_cannot_be_fetched(gateway: Gateway, stub: Stub) -> None:
    stub.answer = says(ended(archived_at="2026-12-22T00:00:00Z"))
    assert not gateway.batch("msgbatch_1").has_results


@pytest.mark.parametrize("name", ["id", "type", "processing_status", "request_counts"])
@pytest.mark.parametrize("value", [None, 7, "", [], "gone"])
def test_a_batch_that_lacks_what_is_needed_is_left_aside(
    gateway: Gateway, stub: Stub, name: str, value: object
) -> None:
    answer = {**batch(), name: value}
    if value == "gone":
        del answer[name]
    stub.answer = says(answer)
    for look in (gateway.batch, gateway.cancel):
        with pytest.raises(Unreachable, match="could not be understood"):
            look("msgbatch_1")


@pytest.mark.parametrize("batch_id", ["../../messages", "a/b", "a?b=c", "a b", "ä", "a\r\nX: 1"])
def test_an_id_cannot_lead_to_another_place(gateway: Gateway, stub: Stub, batch_id: str) -> None:
    stub.answer = says(ANY_BATCH)
    gateway.batch(batch_id)
    path = stub.asked[0].path
    assert path.startswith("/v1/messages/batches/")
    assert path.count("/") == 4
    assert "?" not in path
    assert len(stub.asked) == 1


def test_cancelling_asks_once_without_a_body(gateway: Gateway, stub: Stub) -> None:
    stub.answer = says(batch(processing_status="canceling"), anthropic_workspace_id="wrkspc_1")
    found = gateway.cancel("msgbatch_1")
    assert (found.status, found.workspace) == ("canceling", "wrkspc_1")
    assert stub.asked[0].path == "/v1/messages/batches/msgbatch_1/cancel"
    assert stub.asked[0].body == b""


# Creating


def test_a_body_is_posted_as_it_lies_on_disk(gateway: Gateway, stub: Stub, body: Path) -> None:
    stub.answer = says(ANY_BATCH, anthropic_workspace_id="wrkspc_1")
    created = gateway.create_batch(body, 2)
    (asked,) = stub.asked
    assert asked.body == body.read_bytes()
    assert asked.headers["content-length"] == str(body.stat().st_size)
    assert asked.headers["transfer-encoding"] is None
    assert asked.headers["content-type"] == "application/json"
    assert (created.id, created.workspace) == ("msgbatch_1", "wrkspc_1")


def test_how_much_of_a_body_is_out_is_told_in_bytes(
    gateway: Gateway, stub: Stub, tmp_path: Path
) -> None:
    large = tmp_path / "large.json"
    large.write_bytes(b" " * 1_000_000)
    stub.answer = says(ANY_BATCH)
    told: list[tuple[int, int]] = []
    gateway.create_batch(large, 2, lambda sent, size: told.append((sent, size)))
    sent = [each for each, _ in told]
    assert sent == sorted(sent)
    assert len(set(sent)) > 5
    assert told[-1] == (1_000_000, 1_000_000)


def test_what_waits_of_the_workspace_is_counted_with_one_request(
    gateway: Gateway, stub: Stub
) -> None:
    running, over = batch("msgbatch_2", total=40), ended("msgbatch_1")
    stub.answer = lists([over, running, batch("msgbatch_3", total=2)])
    assert gateway.queue() == Queue("msgbatch_3", 42)
    assert len(stub.asked) == 1
    stub.answer = lists([])
    assert gateway.queue() == Queue("", 0)


def test_another_number_of_requests_is_no_confirmation(
    gateway: Gateway, stub: Stub, body: Path
) -> None:
    stub.answer = says(batch(total=3))
    with pytest.raises(OutcomeUnknown, match="confirmed 3 requests instead of 2"):
        gateway.create_batch(body, 2)


@pytest.mark.parametrize("name", ["id", "type", "created_at", "expires_at", "request_counts"])
def test_a_reply_that_names_no_batch_leaves_it_open(
    gateway: Gateway, stub: Stub, body: Path, name: str
) -> None:
    answer = batch()
    del answer[name]
    stub.answer = says(answer)
    with pytest.raises(OutcomeUnknown, match="not known whether it arrived"):
        gateway.create_batch(body, 2)
    assert len(stub.asked) == 1


def test_a_body_that_is_gone_is_not_sent(gateway: Gateway, stub: Stub, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="was not sent"):
        gateway.create_batch(tmp_path / "none.json", 2)
    assert stub.asked == []


def test_a_body_cut_while_it_is_sent_is_not_taken_for_a_wrong_key(
    gateway: Gateway, stub: Stub, tmp_path: Path
) -> None:
    large = tmp_path / "large.json"
    large.write_bytes(b" " * 20_000_000)
    stub.reads_bodies = False

    def cut_the_file(handler: Handler) -> None:
        with large.open("rb+") as file:
            file.truncate(1_000_000)
        handler.skip_body()
        handler.close_connection = True

    stub.answer = cut_the_file
    with pytest.raises(OutcomeUnknown):
        gateway.create_batch(large, 2)


# Messages, tokens and models


def test_an_immediate_answer_comes_as_it_was_sent(gateway: Gateway, stub: Stub) -> None:
    stub.answer = says({"type": "message", "content": []})
    reply = gateway.message(b'{"max_tokens":9}')
    assert json.loads(reply.message) == {"type": "message", "content": []}
    assert reply.request_id == "req_1"
    assert stub.asked[0].body == b'{"max_tokens":9}'


def test_what_is_no_message_is_no_answer(gateway: Gateway, stub: Stub) -> None:
    stub.answer = says({"type": "completion"})
    with pytest.raises(Unreachable):
        gateway.message(b"{}")


def test_only_what_the_count_of_tokens_takes_is_sent(gateway: Gateway, stub: Stub) -> None:
    stub.answer = says({"input_tokens": 12})
    assert gateway.count_tokens(b'{"model":"m","max_tokens":9,"messages":[],"system":"s"}') == 12
    assert json.loads(stub.asked[0].body) == {"model": "m", "messages": [], "system": "s"}


def test_models_are_read_and_completed_from_the_bundled_table(gateway: Gateway, stub: Stub) -> None:
    known = {"id": "claude-haiku-5-5", "type": "model", "capabilities": {"batch": None}}
    new = {"id": "claude-next-1", "type": "model", "lifecycle": "preview", "display_name": None}
    stub.answer = says({"data": [new, known], "has_more": False})
    first, second = gateway.models()
    assert (first.id, first.name, first.lifecycle) == ("claude-next-1", "claude-next-1", "preview")
    assert second.max_input_tokens > 0


@pytest.mark.parametrize("model", [7, None, {}, {"id": 7}, {"id": "a", "capabilities": ["batch"]}])
def test_models_that_cannot_be_read_are_left_aside(
    gateway: Gateway, stub: Stub, model: object
) -> None:
    stub.answer = says({"data": [model]})
    with pytest.raises(Unreachable, match="could not be understood"):
        gateway.models()
