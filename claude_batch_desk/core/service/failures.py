"""What the SDK and its transport raise, as sentences for the person."""

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus

from claude_batch_desk.core.errors import (
    Busy,
    KeyRefused,
    OutcomeUnknown,
    Refused,
    ServiceError,
    Unreachable,
)

_OVERLOADED = 529  # not a registered status
_BUSY_STATUSES = {
    HTTPStatus.TOO_MANY_REQUESTS,
    HTTPStatus.REQUEST_TIMEOUT,
    HTTPStatus.CONFLICT,
    _OVERLOADED,
}
_KEPT = "Nothing is lost; try again in a while."
_MONTHLY = (
    "The spend limit of this account is used up, so the service takes nothing more this month. "
    "Raise the limit in the Claude Console, or wait until the first of the month (UTC)."
)

_BY_CODE = {
    "enforced_spend_limit_reached": _MONTHLY,
    "contract_spend_limit_reached": _MONTHLY,
    "organization_on_hold": "This Anthropic account is on hold. Its owner has to settle that "
    "with Anthropic's support before anything can be sent.",
    "request_body_timeout": "The upload took too long and the service dropped it; nothing was "
    "done. Try again on a faster connection.",
    "cmek_key_disabled": "Your organization's encryption key is disabled, so the service "
    "refuses to work. Ask your administrator.",
}
_BY_STATUS = {
    400: "The service does not accept this request",
    402: "The account has no credit left. Add credit in the Claude Console, then send again",
    403: "This API key may not do that (another workspace, or no access to the model)",
    404: "The service does not know this item. It was deleted, or belongs to another workspace",
    413: "The request is larger than the service accepts",
    422: "The service does not accept this request",
}


@contextmanager
def told_plainly(*, creates: bool = False) -> Iterator[None]:
    """Turn what the SDK, httpx2 and the network raise into ServiceErrors.

    With `creates`, whatever leaves open whether the service acted becomes OutcomeUnknown.
    """
    import anthropic
    import httpx2

    try:
        yield
    except anthropic.APIStatusError as error:
        raise _from_status(error, creates=creates) from error
    except anthropic.APIConnectionError as error:
        raise _from_connection(error.__cause__ or error, creates=creates) from error
    except httpx2.InvalidURL as error:
        raise Refused("The address of the service is not a valid one. Check it.") from error
    except httpx2.HTTPError as error:
        raise _from_connection(error, creates=creates) from error


def _from_status(error: object, *, creates: bool) -> ServiceError:
    import anthropic

    assert isinstance(error, anthropic.APIStatusError)  # noqa: S101 - the only caller caught it
    status, asked_id = error.status_code, error.request_id or ""
    code = error.error_code or ""
    if status == HTTPStatus.UNAUTHORIZED:
        return KeyRefused(
            "The service does not accept this API key. It was mistyped, or has been revoked. "
            "Enter a valid key; your work is kept.",
            status=status,
            request_id=asked_id,
        )
    if code in _BY_CODE:
        return Refused(_BY_CODE[code], status=status, request_id=asked_id)
    if status in _BY_STATUS:
        return Refused(_refusal(status, error.api_message), status=status, request_id=asked_id)
    if creates:
        return OutcomeUnknown(
            f"The service answered with status {status}, which leaves open whether it took the "
            "batch. Checking before anything is sent again, so you do not pay twice.",
            status=status,
            request_id=asked_id,
        )
    if status in _BUSY_STATUSES or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        wait = _retry_after(error.response.headers.get("retry-after"))
        return Busy(_busy(status), status=status, request_id=asked_id, retry_after=wait)
    return Refused(
        f"The service refused with status {status}. {error.api_message or ''}".strip(),
        status=status,
        request_id=asked_id,
    )


def _refusal(status: int, said: str | None) -> str:
    sentence = _BY_STATUS[status]
    return f"{sentence}: {said.rstrip('.')}." if said else f"{sentence}."


def _busy(status: int) -> str:
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return f"The service is limiting how much this account may ask. {_KEPT}"
    if status == _OVERLOADED:
        return f"The service is overloaded at the moment. {_KEPT}"
    return f"The service has a problem at the moment (status {status}). {_KEPT}"


def _retry_after(header: str | None) -> float | None:
    try:
        return max(float(header), 0.0) if header else None
    except ValueError:
        return None


def _from_connection(cause: BaseException, *, creates: bool) -> ServiceError:
    import httpx2

    if isinstance(cause, httpx2.ConnectError | httpx2.ConnectTimeout | httpx2.ProxyError):
        return Unreachable(_why_unreachable(str(cause)))
    if isinstance(cause, httpx2.LocalProtocolError):
        return KeyRefused(
            "This API key holds a character that cannot be sent, such as a space or a line "
            "break. Copy it again."
        )
    if creates:
        return OutcomeUnknown(
            "The connection broke while the batch was being sent. Checking whether it arrived "
            "before anything is sent again, so you do not pay twice."
        )
    if isinstance(cause, httpx2.TimeoutException):
        return Busy(f"The service did not answer in time. {_KEPT}")
    return Unreachable(f"The connection to the service broke. {_KEPT}")


def _why_unreachable(told: str) -> str:
    if "CERTIFICATE_VERIFY_FAILED" in told:
        return (
            "The service's certificate is not trusted on this computer. Your company's network "
            "may inspect traffic; ask your administrator to install its certificate. Nothing "
            "was sent."
        )
    if "Name or service not known" in told or "getaddrinfo" in told or "resolution" in told:
        return (
            "The service's address could not be looked up. Check that this computer is "
            "connected to the internet. Nothing was sent."
        )
    if "refused" in told.lower():
        return (
            "Nobody answers at the service's address. Check the address and your network. "
            "Nothing was sent."
        )
    return "The service cannot be reached. Check your network or proxy. Nothing was sent."


def not_the_service() -> Unreachable:
    """For an answer that came, but plainly from something else."""
    return Unreachable(
        "Something else answered in place of the service, such as the sign-in page of a hotel "
        "or company network. Open a web page, sign in there, then try again."
    )
