"""Every status on every call: one request, the right kind of failure, a sentence for a person."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from claude_batch_desk.core.errors import (
    AccountRefused,
    Busy,
    KeyRefused,
    OutcomeUnknown,
    Refused,
    ServiceError,
    Unreachable,
)
from claude_batch_desk.core.report import silent
from claude_batch_desk.core.service.gateway import Gateway
from tests.core.service.stub import KEY, Answer, Stub, says_error, says_text

PARAMS = b'{"model":"claude-haiku-5-5","max_tokens":9,"messages":[{"content":"a cell of a row"}]}'
CALLS: dict[str, Callable[[Gateway, Path], object]] = {
    "models": lambda gateway, _: gateway.models(),
    "count_tokens": lambda gateway, _: gateway.count_tokens(PARAMS),
    "message": lambda gateway, _: gateway.message(PARAMS),
    "create_batch": lambda gateway, body: gateway.create_batch(body, 2),
    "newest_batch": lambda gateway, _: gateway.newest_batch(),
    "batches_after": lambda gateway, _: gateway.batches_after("msgbatch_0"),
    "batch": lambda gateway, _: gateway.batch("msgbatch_1"),
    "delete_batch": lambda gateway, _: gateway.delete_batch("msgbatch_1"),
    "cancel": lambda gateway, _: gateway.cancel("msgbatch_1"),
    "first_result": lambda gateway, _: gateway.first_result("msgbatch_1"),
    "fetch_results": lambda gateway, body: gateway.fetch_results(
        "msgbatch_1", body.with_name("results"), silent
    ),
}
REFUSED = {
    "400": says_error(400, "invalid_request_error"),
    "403": says_error(403, "permission_error"),
    "404": says_error(404, "not_found_error"),
    "413": says_error(413, "request_too_large"),
    "413 without a body": says_text("", status=413),
    "422": says_error(422, "invalid_request_error"),
    "418": says_error(418, "an_error_of_next_year"),
    "400 of a slow upload": says_error(400, "x", code="request_body_timeout"),
}
OF_THE_ACCOUNT = {
    "402": says_error(402, "billing_error"),
    "400 of an account on hold": says_error(400, "x", code="organization_on_hold"),
    "429 of an enforced limit": says_error(429, "x", code="enforced_spend_limit_reached"),
    "429 of a contract's limit": says_error(429, "x", code="contract_spend_limit_reached"),
    "400 of a limit set by its owner": says_error(
        400,
        "invalid_request_error",
        "You have reached your specified workspace API usage limits.",
    ),
    "400 without credit": says_error(
        400, "invalid_request_error", "Your credit balance is too low to access the API."
    ),
}
BUSY = {
    "408": says_error(408, "timeout_error"),
    "409": says_error(409, "conflict_error"),
    "429": says_error(429, "rate_limit_error"),
    "429 with a wait": says_error(429, "rate_limit_error", retry_after="7"),
    "429 of a ramp": says_error(429, "x", code="ramp_limit_exceeded", retry_after="7"),
    "500": says_error(500, "api_error"),
    "503": says_text("upstream connect error", "text/plain", 503),
    "504": says_error(504, "timeout_error"),
    "529": says_error(529, "overloaded_error", x_should_retry="true"),
}
KINDS = {
    "429": "limit",
    "429 with a wait": "limit",
    "429 of a ramp": "ramp",
    "529": "overloaded",
}


def failure(call: str, gateway: Gateway, body: Path) -> ServiceError:
    with pytest.raises(ServiceError) as caught:
        CALLS[call](gateway, body)
    text = str(caught.value)
    assert re.fullmatch(r"[A-Z].*[.”]", text), text
    assert not re.search(r"None|Traceback|sk-ant-a|cell of a row|[{}<>]|Error\b", text), text
    return caught.value


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("kind", REFUSED)
def test_a_refusal_is_final_and_asked_once(
    gateway: Gateway, stub: Stub, body: Path, call: str, kind: str
) -> None:
    stub.answer = REFUSED[kind]
    error = failure(call, gateway, body)
    assert type(error) is Refused
    assert error.status == int(kind[:3])
    assert len(stub.asked) == 1


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("kind", OF_THE_ACCOUNT)
def test_an_account_that_may_not_spend_is_called_so(
    gateway: Gateway, stub: Stub, body: Path, call: str, kind: str
) -> None:
    stub.answer = OF_THE_ACCOUNT[kind]
    error = failure(call, gateway, body)
    assert type(error) is AccountRefused
    assert error.status == int(kind[:3])
    assert len(stub.asked) == 1


@pytest.mark.parametrize("call", CALLS)
def test_a_key_that_is_refused_is_called_so(
    gateway: Gateway, stub: Stub, body: Path, call: str
) -> None:
    stub.answer = says_error(401, "authentication_error", "invalid x-api-key")
    error = failure(call, gateway, body)
    assert type(error) is KeyRefused
    assert (error.status, error.request_id) == (401, "req_1")
    assert len(stub.asked) == 1


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("kind", BUSY)
def test_a_busy_service_is_asked_once_and_only_a_creation_is_in_doubt(
    gateway: Gateway, stub: Stub, body: Path, call: str, kind: str
) -> None:
    stub.answer = BUSY[kind]
    error = failure(call, gateway, body)
    certain = call != "create_batch" or kind.startswith("429")
    assert type(error) is (Busy if certain else OutcomeUnknown)
    assert error.status == int(kind[:3])
    if isinstance(error, Busy):
        assert error.retry_after == (7 if kind in ("429 with a wait", "429 of a ramp") else None)
        assert error.kind == KINDS.get(kind, "failed")
    assert len(stub.asked) == 1


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize(
    "answer",
    [
        says_text("<h1>Sign in</h1>"),
        says_text("<h1>Blocked</h1>", status=403),
        says_text("<h1>Not here</h1>", status=404),
        says_text('{"detail":"Not Found"}', "application/json", 404),
        says_text("", status=302, Location="/login"),
    ],
    ids=["page", "firewall", "missing page", "other service", "redirect"],
)
def test_an_answer_from_something_else_changes_nothing(
    gateway: Gateway, stub: Stub, body: Path, call: str, answer: Answer
) -> None:
    stub.answer = answer
    error = failure(call, gateway, body)
    assert type(error) is (OutcomeUnknown if call == "create_batch" else Unreachable)
    assert len(stub.asked) == 1


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("0", 0),
        ("12.5", 12.5),
        ("-3", 0),
        ("4294967", 3600),
        ("inf", 3600),
        ("nan", None),
        ("soon", None),
        ("Wed, 21 Oct 2026 07:28:00 GMT", None),
    ],
)
def test_the_wait_the_service_asks_for_is_one_that_can_be_waited(
    gateway: Gateway, stub: Stub, header: str, seconds: float | None
) -> None:
    stub.answer = says_error(429, "rate_limit_error", retry_after=header)
    with pytest.raises(Busy) as caught:
        gateway.newest_batch()
    assert caught.value.retry_after == seconds


def test_the_words_of_the_service_are_passed_on_in_one_line_without_a_key(
    gateway: Gateway, stub: Stub
) -> None:
    stub.answer = says_error(400, "invalid_request_error", f"max_tokens:\n  too many {KEY}")
    with pytest.raises(Refused) as caught:
        gateway.count_tokens(PARAMS)
    assert str(caught.value) == (
        "The service does not accept this request. It says: “max_tokens: too many sk-ant-…”"
    )


@pytest.mark.parametrize("said", [None, 7, ["x"], {"a": 1}, "", "  "])
def test_words_that_are_none_are_left_out(gateway: Gateway, stub: Stub, said: object) -> None:
    stub.answer = says_error(400, "invalid_request_error", said)  # type: ignore[arg-type]  # hostile
    with pytest.raises(Refused) as caught:
        gateway.newest_batch()
    assert str(caught.value) == "The service does not accept this request."


def test_long_words_are_cut(gateway: Gateway, stub: Stub) -> None:
    stub.answer = says_error(400, "invalid_request_error", "word " * 10_000)
    with pytest.raises(Refused) as caught:
        gateway.newest_batch()
    assert len(str(caught.value)) < 400
