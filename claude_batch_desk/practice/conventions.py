"""What holds around every reply: who asks, which headers go back, and faults that spoil it all."""

import asyncio
from email.utils import format_datetime
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from claude_batch_desk.practice.service import Service
from claude_batch_desk.practice.unconfirmed import (
    ACCEPTED_CONTENT_ENCODINGS,
    WORKSPACE_MISMATCH_STATUS,
)
from claude_batch_desk.practice.validation import VERSIONS
from claude_batch_desk.practice.wire import (
    ApiError,
    bad_request,
    error_response,
    failure,
    random_id,
)

_LOGIN_PAGE = "<!DOCTYPE html><title>Wi-Fi login</title><h1>Welcome! Please log in.</h1>"
_REVOKED = "revoked"


class Conventions:
    """Wraps the routes under /v1: authentication, request ids, identity headers, slowness."""

    def __init__(self, app: ASGIApp, service: Service) -> None:
        self._app = app
        self._service = service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or not scope["path"].startswith("/v1/"):
            await self._app(scope, receive, send)
            return
        state = scope.setdefault("state", {})
        state["request_id"] = random_id("req_")
        headers = {
            "request-id": state["request_id"],
            "anthropic-organization-id": self._service.organization,
        }
        now = format_datetime(self._service.clock.now(), usegmt=True)

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update({**headers, "date": now})
            await send(message)

        seconds = self._service.faults.seconds("slow")
        if seconds:
            await asyncio.sleep(seconds)
        reply = self._refusal(scope, state, headers)
        if reply is not None:
            await reply(scope, receive, send_with_headers)
        else:
            await self._app(scope, receive, send_with_headers)

    def _refusal(
        self, scope: Scope, state: dict[str, Any], headers: dict[str, str]
    ) -> Response | None:
        """The reply to a request that does not reach its route; None lets it pass."""
        if self._service.faults.strikes("captive-portal"):
            headers.clear()
            return HTMLResponse(_LOGIN_PAGE)
        try:
            given = Headers(scope=scope)
            state["workspace"] = self._authenticate(given)
            headers["anthropic-workspace-id"] = state["workspace"]
            _check_headers(given, state["workspace"])
        except ApiError as error:
            return error_response(error, state["request_id"])
        return None

    def _authenticate(self, given: Headers) -> str:
        """The workspace of the key; raises ApiError where there is none, or a revoked one."""
        scheme, _, token = given.get("authorization", "").partition(" ")
        bearer = token.strip() if scheme.lower() == "bearer" else ""
        key = given.get("x-api-key", "").strip() or bearer
        if not key:
            raise ApiError(401, "x-api-key header is required")
        if _REVOKED in key or self._service.faults.strikes("revoked-key"):
            raise ApiError(401, "invalid x-api-key")
        return self._service.workspace(key)


def _check_headers(given: Headers, workspace: str) -> None:
    version = given.get("anthropic-version", "")
    if not version:
        raise bad_request("anthropic-version: header is required")
    if version not in VERSIONS:
        raise bad_request(f'anthropic-version: "{version[:32]}" is not a valid version')
    if given.get("anthropic-workspace-id", workspace) != workspace:
        raise ApiError(WORKSPACE_MISMATCH_STATUS, "The API key is not of this workspace.")
    if given.get("content-encoding", "") not in ACCEPTED_CONTENT_ENCODINGS:
        code = {"error_code": "request_body_encoding_unsupported"}
        raise ApiError(400, "This Content-Encoding is not supported.", details=code)


async def on_api_error(request: Request, error: Exception) -> Response:
    """An ApiError raised by a route, as a reply."""
    if not isinstance(error, ApiError):
        raise error
    return error_response(error, getattr(request.state, "request_id", ""))


async def on_unknown_route(request: Request, error: Exception) -> Response:
    """A path or method this service does not have."""
    request_id = getattr(request.state, "request_id", "")
    return error_response(ApiError(404, "Not Found"), request_id)


async def on_bug(request: Request, error: Exception) -> Response:
    """Anything unforeseen: the reply says so, the log has the traceback."""
    return error_response(failure(500), getattr(request.state, "request_id", ""))
