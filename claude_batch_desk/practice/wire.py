"""The conventions of every reply: error bodies, ids, times and the headers around them."""

import hashlib
import secrets
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any

import orjson
from starlette.responses import Response

_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_ID_LENGTH = 22
ERROR_TYPES = {
    400: "invalid_request_error",
    401: "authentication_error",
    402: "billing_error",
    403: "permission_error",
    404: "not_found_error",
    408: "timeout_error",
    409: "conflict_error",
    413: "request_too_large",
    429: "rate_limit_error",
    500: "api_error",
    504: "timeout_error",
    529: "overloaded_error",
}
_ERROR_HEADERS = {429: {"retry-after": "2"}, 529: {"x-should-retry": "true"}}
ERROR_MESSAGES = {
    400: "Your request was malformed.",
    401: "Invalid authentication credentials.",
    402: "There is an issue with your billing or payment information.",
    403: "Your API key does not have permission to use the specified resource.",
    404: "The requested resource was not found.",
    408: "The request timed out.",
    409: "The request conflicts with the current state of the resource.",
    413: "Request exceeds the maximum size",
    429: "This request would exceed your rate limit. Please try again later.",
    500: "Internal server error",
    504: "The request timed out while processing.",
    529: "Overloaded",
}


class ApiError(Exception):
    """A refusal or failure as the service words it; `headers` go with the reply."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        details: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.details = details
        self.headers = dict(headers or {})

    @property
    def type(self) -> str:
        """The error's type, as in `error.type`."""
        return ERROR_TYPES[self.status]

    def error(self) -> dict[str, Any]:
        """The inner error object."""
        described: dict[str, Any] = {"type": self.type, "message": self.message}
        if self.details is not None:
            described["details"] = dict(self.details)
        return described


def failure(status: int) -> ApiError:
    """The plain error of a status, with the headers that belong to it."""
    return ApiError(status, ERROR_MESSAGES[status], headers=_ERROR_HEADERS.get(status))


SPENDING_ERRORS: Mapping[str, Callable[[], ApiError]] = {
    "spend-limit": partial(
        ApiError,
        429,
        "Your organization has reached its monthly spend limit.",
        details={"error_code": "enforced_spend_limit_reached"},
    ),
    "contract-limit": partial(
        ApiError,
        429,
        "Your organization has reached the spend limit of its contract.",
        details={"error_code": "contract_spend_limit_reached"},
    ),
    "own-limit": partial(
        ApiError,
        400,
        "You have reached your specified API usage limits. You will regain access later.",
    ),
    "no-credit": partial(failure, 402),
    "on-hold": partial(
        ApiError,
        400,
        "Your organization is on hold.",
        details={"error_code": "organization_on_hold"},
    ),
    "ramp-limit": partial(
        ApiError,
        429,
        "Usage grows too fast.",
        details={"error_code": "ramp_limit_exceeded"},
        headers={"retry-after": "2"},
    ),
}
"""What sending is refused with for the sake of the account, by the fault that asks for it."""


def bad_request(message: str) -> ApiError:
    """A 400 with these words."""
    return ApiError(400, message)


def error_response(error: ApiError, request_id: str) -> Response:
    """An error as a reply. A 413 comes from the edge, which knows no request ids."""
    body: dict[str, Any] = {"type": "error", "error": error.error(), "request_id": request_id}
    if error.status == 413:  # noqa: PLR2004  a status code is clearer than its name
        body = {"error": {"type": error.type, "message": error.message}}
    return json_response(body, error.status, error.headers)


def json_response(
    body: object, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """A reply with a JSON body."""
    content = orjson.dumps(body)
    return Response(content, status, dict(headers or {}), media_type="application/json")


def random_id(prefix: str) -> str:
    """A new opaque id that begins with the prefix."""
    return prefix + "01" + "".join(secrets.choice(_ALPHABET) for _ in range(_ID_LENGTH))


def derived_id(prefix: str, *parts: str) -> str:
    """An opaque id that is the same for the same parts, and does not give them away."""
    digest = hashlib.sha256("\x00".join(parts).encode()).digest()
    letters = "".join(_ALPHABET[byte % len(_ALPHABET)] for byte in digest[:_ID_LENGTH])
    return f"{prefix}01{letters}"


def wire_time(moment: datetime | None) -> str | None:
    """A time as RFC 3339 in UTC."""
    if moment is None:
        return None
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
