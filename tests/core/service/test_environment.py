"""The environment redirects nothing, adds nothing and writes nothing down."""

import logging
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from typing import Any

import anthropic
import pytest

from claude_batch_desk.core.errors import ServiceError, Unreachable
from claude_batch_desk.core.service.gateway import Gateway
from tests.core.service.stub import KEY, Handler, Stub, batch, says, says_error

ROW = "the text of a row"
PARAMS = f'{{"model":"claude-haiku-5-5","messages":[{{"role":"user","content":"{ROW}"}}]}}'.encode()
HOSTILE = {
    "ANTHROPIC_API_KEY": "sk-ant-another",
    "ANTHROPIC_AUTH_TOKEN": "another-token",
    "ANTHROPIC_BASE_URL": "http://127.0.0.1:9",
    "ANTHROPIC_CUSTOM_HEADERS": "X-Evil: 1\nX-Api-Key: sk-ant-another",
    "ANTHROPIC_CONFIG_DIR": "/nowhere",
    "ANTHROPIC_PROFILE": "another",
    "ANTHROPIC_ORGANIZATION_ID": "another",
    "ANTHROPIC_IDENTITY_TOKEN": "another-token",
    "ANTHROPIC_IDENTITY_TOKEN_FILE": "/nowhere",
    "ANTHROPIC_FEDERATION_RULE_ID": "another",
    "ANTHROPIC_WEBHOOK_SIGNING_KEY": "another",
    "ANTHROPIC_LOG": "debug",
    "ANTHROPIC_OPEN_TELEMETRY": "true",
}


@pytest.fixture
def fresh(stub: Stub) -> Iterator[Gateway]:
    """A gateway that has made no connection yet."""
    gateway = Gateway(KEY, stub.base_url)
    yield gateway
    gateway.close()


def headers_of_a_call(stub: Stub, gateway: Gateway) -> dict[str, str]:
    stub.answer = says({"input_tokens": 7})
    assert gateway.count_tokens(PARAMS) == 7
    assert len(stub.asked) == 1
    return {name.lower(): value for name, value in stub.asked[0].headers.items()}


def test_a_request_carries_the_key_and_the_version_as_documented(
    stub: Stub, fresh: Gateway
) -> None:
    sent = headers_of_a_call(stub, fresh)
    assert sent["authorization"] == f"Bearer {KEY}"
    assert sent["anthropic-version"] == "2026-10-21"
    assert sent["content-type"] == "application/json"
    assert sent["host"] == stub.base_url.removeprefix("http://")
    assert "x-api-key" not in sent


@pytest.mark.parametrize("name", HOSTILE)
def test_no_variable_changes_a_request(
    stub: Stub, fresh: Gateway, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    usual = headers_of_a_call(stub, fresh)
    stub.asked.clear()
    monkeypatch.setenv(name, HOSTILE[name])
    gateway = Gateway(KEY, stub.base_url)
    try:
        assert headers_of_a_call(stub, gateway) == usual
    finally:
        gateway.close()


def test_a_variable_set_after_the_start_changes_nothing_either(
    stub: Stub, fresh: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANTHROPIC_CUSTOM_HEADERS", HOSTILE["ANTHROPIC_CUSTOM_HEADERS"])
    assert not {"x-evil", "x-api-key"} & headers_of_a_call(stub, fresh).keys()


@pytest.mark.parametrize("status", [200, 400, 500])
def test_no_row_is_written_to_a_log_however_much_is_logged(
    stub: Stub, fresh: Gateway, caplog: pytest.LogCaptureFixture, status: int
) -> None:
    caplog.set_level(logging.DEBUG)
    stub.answer = says({"input_tokens": 7}) if status == 200 else says_error(status, "x", ROW)
    try:
        fresh.count_tokens(PARAMS)
    except ServiceError:
        assert status != 200
    assert ROW not in caplog.text
    assert KEY not in caplog.text


def test_the_sdk_s_own_log_is_not_turned_on_by_its_variable(stub: Stub) -> None:
    stub.answer = says({"input_tokens": 7})
    script = f"""
import logging
from claude_batch_desk.core.service.gateway import Gateway
gateway = Gateway({KEY!r}, {stub.base_url!r})
print(gateway.count_tokens({PARAMS!r}), logging.getLogger().handlers)
gateway.close()
"""
    said = subprocess.run(
        [sys.executable, "-c", script],
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, **HOSTILE},
    )
    assert said.stdout == "7 []\n"
    assert said.stderr == ""


def test_threads_that_call_at_once_share_one_client(
    stub: Stub, fresh: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[object] = []
    start = threading.Barrier(6)
    real = anthropic.Anthropic

    def make(**options: Any) -> anthropic.Anthropic:
        made.append(options)
        return real(**options)

    def call() -> None:
        start.wait()
        fresh.newest_batch()

    monkeypatch.setattr(anthropic, "Anthropic", make)
    stub.answer = says({"data": [batch()]})
    threads = [threading.Thread(target=call) for _ in range(start.parties)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(stub.asked) == start.parties
    assert len(made) == 1


def test_a_gateway_that_was_closed_left_no_connection_behind(stub: Stub) -> None:
    ended = threading.Event()

    def note_the_end(handler: Handler) -> None:
        says({"data": []})(handler)
        if not handler.connection.recv(1):  # waits for the next request, or the end
            ended.set()
        handler.close_connection = True

    stub.answer = note_the_end
    gateway = Gateway(KEY, stub.base_url)
    gateway.newest_batch()
    gateway.close()
    assert ended.wait(5)
    gateway.close()


def test_a_call_under_way_may_end_while_the_gateway_is_closed(stub: Stub) -> None:
    asked, go = threading.Event(), threading.Event()

    def answer_late(handler: Handler) -> None:
        asked.set()
        go.wait(5)
        says({"data": []})(handler)

    stub.answer = answer_late
    gateway = Gateway(KEY, stub.base_url)
    newest: list[str] = []
    call = threading.Thread(target=lambda: newest.append(gateway.newest_batch()))
    call.start()
    assert asked.wait(5)
    close = threading.Thread(target=gateway.close)
    close.start()
    while not gateway._connection._closed:
        go.wait(0.01)
    go.set()
    for thread in (call, close):
        thread.join()
    assert newest == [""]


def test_a_closed_gateway_asks_nothing_any_more(stub: Stub) -> None:
    gateway = Gateway(KEY, stub.base_url)
    gateway.close()
    with pytest.raises(Unreachable, match="was closed"):
        gateway.newest_batch()
    assert stub.asked == []


def test_what_tells_keys_apart_gives_none_away() -> None:
    first, second = Gateway(KEY), Gateway(f"{KEY}2")
    assert first.key_print != second.key_print
    assert len(first.key_print) == 8
    assert KEY not in repr(first)
