"""What holds around every reply: keys, versions, hosts and the shape of errors."""

import http.client
import json
from typing import Any

import pytest

from claude_batch_desk.practice.server import PracticeService

VERSION = {"anthropic-version": "2026-10-21"}
KEY = {"x-api-key": "k"}


def ask(
    service: PracticeService,
    path: str,
    headers: dict[str, str],
    method: str = "GET",
    body: bytes | None = None,
) -> tuple[int, dict[str, str], Any]:
    """One exchange as it goes over the wire."""
    host = service.base_url.removeprefix("http://")
    connection = http.client.HTTPConnection(host, timeout=30)
    connection.request(method, path, body, headers)
    response = connection.getresponse()
    data = response.read()
    connection.close()
    named = {name.lower(): value for name, value in response.getheaders()}
    return response.status, named, json.loads(data) if data[:1] in b"{[" else data


def test_a_request_without_a_key_is_401(service: PracticeService) -> None:
    status, headers, body = ask(service, "/v1/models", VERSION)

    assert status == 401
    assert body["type"] == "error"
    assert body["error"]["type"] == "authentication_error"
    assert body["request_id"] == headers["request-id"]


def test_a_revoked_key_is_401(service: PracticeService) -> None:
    status, _, body = ask(service, "/v1/models", {**VERSION, "x-api-key": "sk-revoked-1"})

    assert (status, body["error"]["type"]) == (401, "authentication_error")


def test_a_request_without_a_version_is_400(service: PracticeService) -> None:
    status, _, body = ask(service, "/v1/models", KEY)

    assert (status, body["error"]["message"]) == (400, "anthropic-version: header is required")


def test_a_bearer_token_is_a_key_and_the_key_header_wins(service: PracticeService) -> None:
    bearer = {**VERSION, "authorization": "Bearer one"}
    by_bearer = ask(service, "/v1/models", bearer)[1]["anthropic-workspace-id"]
    by_header = ask(service, "/v1/models", {**VERSION, "x-api-key": "one"})[1]
    both = ask(service, "/v1/models", {**bearer, "x-api-key": "two"})[1]
    two = ask(service, "/v1/models", {**VERSION, "x-api-key": "two"})[1]

    assert by_header["anthropic-workspace-id"] == by_bearer
    assert both["anthropic-workspace-id"] == two["anthropic-workspace-id"] != by_bearer


def test_another_workspace_than_the_keys_own_is_refused(service: PracticeService) -> None:
    own = ask(service, "/v1/models", {**VERSION, **KEY})[1]["anthropic-workspace-id"]
    named = {**VERSION, **KEY, "anthropic-workspace-id": own}
    other = {**VERSION, **KEY, "anthropic-workspace-id": "wrkspc_other"}

    assert ask(service, "/v1/models", named)[0] == 200
    assert ask(service, "/v1/models", other)[0] == 403


def test_a_page_of_another_host_name_gets_nothing(service: PracticeService) -> None:
    status, _, _ = ask(service, "/v1/models", {**VERSION, **KEY, "host": "evil.example"})

    assert status == 400


@pytest.mark.parametrize(("method", "path"), [("GET", "/v1/nothing"), ("PUT", "/v1/models")])
def test_an_unknown_route_is_404(service: PracticeService, method: str, path: str) -> None:
    status, headers, body = ask(service, path, {**VERSION, **KEY}, method)

    assert status == 404
    assert body["error"]["type"] == "not_found_error"
    assert headers["request-id"]


def test_a_compressed_body_is_refused_by_code(service: PracticeService) -> None:
    headers = {**VERSION, **KEY, "content-encoding": "gzip"}
    status, _, body = ask(service, "/v1/messages", headers, "POST", b"\x1f\x8b")

    assert status == 400
    assert body["error"]["details"]["error_code"] == "request_body_encoding_unsupported"


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff\xff", b'"text"'])
def test_a_message_that_is_no_json_object_is_400(service: PracticeService, body: bytes) -> None:
    assert ask(service, "/v1/messages", {**VERSION, **KEY}, "POST", body)[0] == 400


def test_the_ledger_can_be_read_by_anybody_on_this_computer(service: PracticeService) -> None:
    status, _, body = ask(service, "/_practice/ledger", {})

    assert status == 200
    assert set(body) == {"all", "workspaces"}
    assert body["all"]["batch_tokens"]["input"] >= 0


def test_faults_are_switched_over_http_and_an_unknown_one_is_named(
    service: PracticeService,
) -> None:
    good = ask(service, "/_practice/faults", {}, "POST", b'{"names": ["create-500:2"]}')
    bad = ask(service, "/_practice/faults", {}, "POST", b'{"names": ["explode"]}')

    assert (good[0], good[2]) == (200, {"names": ["create-500:2"]})
    assert bad[0] == 400


def test_the_clock_is_moved_over_http(service: PracticeService) -> None:
    assert ask(service, "/_practice/advance", {}, "POST", b'{"seconds": 5}')[0] == 200
    assert ask(service, "/_practice/advance", {}, "POST", b'{"seconds": -5}')[0] == 400
