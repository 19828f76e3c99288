"""What the SDK and its transport raise, as sentences for the person."""

import math
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING, Literal

from claude_batch_desk.core.errors import (
    AccountRefused,
    Busy,
    KeyRefused,
    OutcomeUnknown,
    Refused,
    ServiceError,
    Trouble,
    Unreachable,
)
from claude_batch_desk.core.secrets import redact
from claude_batch_desk.core.service.connection import is_local

if TYPE_CHECKING:
    import anthropic

Doing = Literal["looks", "asks", "creates"]
"""What a request is for: a look changes nothing, an answer asked for is billed when it was given,
and a batch may only be created once."""

_OVERLOADED = 529  # not a registered status
_BUSY_STATUSES = (
    HTTPStatus.TOO_MANY_REQUESTS,
    HTTPStatus.REQUEST_TIMEOUT,
    HTTPStatus.CONFLICT,
)
_LONGEST_WAIT = 3600.0
"""Seconds; a look an hour is no burden to a service that asks for more."""
_LONGEST_QUOTE = 300
_KEPT = "Nothing is lost; try again in a while."
_CHECKING = "Checking before anything is sent again, so you do not pay twice."
_MONTHLY = (
    "The spend limit of this account is used up, so the service takes nothing more this month. "
    "Raise the limit in the Claude Console, or wait until the first of the month (UTC)."
)

_OWN_LIMIT = (
    "The usage limit that your organization set for itself is used up, so the service takes "
    "nothing more. Raise the limit in the Claude Console, or wait until it begins anew."
)
_NO_CREDIT = "The account has no credit left. Add credit in the Claude Console, then send again."
_BY_WORDS = {"API usage limits": _OWN_LIMIT, "credit balance is too low": _NO_CREDIT}
"""These come as a plain 400 without a code, so that only their words tell them from a request
that is wrong. Where the words change, they are taken for that: nothing is billed by it."""
_RAMP = "ramp_limit_exceeded"

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
_ACCOUNT_CODES = (
    "enforced_spend_limit_reached",
    "contract_spend_limit_reached",
    "organization_on_hold",
)
_BY_STATUS = {
    400: "The service does not accept this request.",
    402: _NO_CREDIT,
    403: "This API key may not do that (another workspace, or no access to the model).",
    404: "The service does not have what was asked for. It was deleted, belongs to another "
    "workspace, or never was at this address.",
    413: "The request is larger than the service accepts.",
    422: "The service does not accept this request.",
}


@contextmanager
def told_plainly(doing: Doing = "looks") -> Iterator[None]:
    """Turn what the SDK, httpx2 and the network raise into ServiceErrors.

    Where a batch is created, whatever leaves open whether the service acted is OutcomeUnknown.
    """
    import anthropic
    import httpx2

    try:
        yield
    except anthropic.APIStatusError as error:
        raise _from_status(error, doing) from error
    except anthropic.APIConnectionError as error:
        raise _from_connection(error.__cause__ or error, doing, error.request.url.host) from error
    except httpx2.InvalidURL as error:
        raise _bad_address() from error
    except httpx2.HTTPError as error:
        raise _from_connection(error, doing, "") from error


def not_the_service() -> Unreachable:
    """For an answer that came, but plainly from something else."""
    return Unreachable(
        "Something else answered in place of the service, such as the sign-in page of a hotel "
        "or company network. Open a web page and sign in there, or check the service's address, "
        "then try again.",
        offline=True,
    )


def not_understood() -> Unreachable:
    """For an answer that may be the service's, but is not as documented."""
    return Unreachable(
        "The service's answer could not be understood, so it is left aside. "
        f"{_KEPT} If it goes on, look for a newer version of Claude Batch Desk."
    )


def unclear_confirmation(said: str) -> OutcomeUnknown:
    """For a reply to the creation of a batch that does not confirm it; `said` is a sentence."""
    return OutcomeUnknown(f"{said} {_CHECKING}")


def _from_status(error: "anthropic.APIStatusError", doing: Doing) -> ServiceError:
    status, asked_id = error.status_code, error.request_id or ""
    if sentence := _refusal(error):
        return _kind_of_refusal(error)(sentence, status=status, request_id=asked_id)
    if doing == "creates" and not _is_turned_away(error):
        return OutcomeUnknown(
            f"The service answered with status {status}, which leaves open whether it took the "
            f"batch. {_CHECKING}",
            status=status,
            request_id=asked_id,
        )
    if status in _BUSY_STATUSES or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        wait = _retry_after(error.response.headers.get("retry-after"))
        kind = _trouble(error)
        return Busy(_busy(status), status=status, request_id=asked_id, retry_after=wait, kind=kind)
    return not_the_service()


def _is_turned_away(error: "anthropic.APIStatusError") -> bool:
    """Whether the service itself said that a limit of the account is reached: nothing was done."""
    return error.status_code == HTTPStatus.TOO_MANY_REQUESTS and isinstance(error.type, str)


def _kind_of_refusal(error: "anthropic.APIStatusError") -> type[Refused]:
    if error.status_code == HTTPStatus.UNAUTHORIZED:
        return KeyRefused
    account = error.status_code == HTTPStatus.PAYMENT_REQUIRED
    if account or error.error_code in _ACCOUNT_CODES or _by_words(error):
        return AccountRefused
    return Refused


def _by_words(error: "anthropic.APIStatusError") -> str:
    """What a 400 says of the account; "" where it is about the request."""
    if error.status_code != HTTPStatus.BAD_REQUEST or not isinstance(error.api_message, str):
        return ""
    said = error.api_message
    return next((told for words, told in _BY_WORDS.items() if words in said), "")


def _trouble(error: "anthropic.APIStatusError") -> Trouble:
    if error.status_code == HTTPStatus.TOO_MANY_REQUESTS:
        return "ramp" if error.error_code == _RAMP else "limit"
    return "overloaded" if error.status_code == _OVERLOADED else "failed"


def _refusal(error: "anthropic.APIStatusError") -> str:
    """Why the service certainly did nothing; "" where that is not certain."""
    status = error.status_code
    if error.error_code in _BY_CODE:
        return _BY_CODE[error.error_code]
    if told := _by_words(error):
        return told
    if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        return _BY_STATUS[status]  # whoever on the way says so
    if status == HTTPStatus.UNAUTHORIZED:
        return (
            "The service does not accept this API key. It was mistyped, or has been revoked. "
            "Enter a valid key; your work is kept."
        )
    ours = isinstance(error.type, str)  # an error of the service's own, not of a box on the way
    if not ours or status in _BUSY_STATUSES or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return ""
    sentence = _BY_STATUS.get(status, f"The service refused with status {status}.")
    return f"{sentence}{_quoted(error.api_message)}"


def _quoted(said: object) -> str:
    words = " ".join(said.split()) if isinstance(said, str) else ""
    if not words:
        return ""
    if len(words) > _LONGEST_QUOTE:
        words = f"{words[:_LONGEST_QUOTE]}…"
    return f" It says: “{redact(words)}”"


def _busy(status: int) -> str:
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return f"The service is limiting how much this account may ask. {_KEPT}"
    if status == _OVERLOADED:
        return f"The service is overloaded at the moment. {_KEPT}"
    return f"The service has a problem at the moment (status {status}). {_KEPT}"


def _retry_after(header: str | None) -> float | None:
    try:
        wait = float(header or "")
    except ValueError:
        return None
    return min(max(wait, 0.0), _LONGEST_WAIT) if not math.isnan(wait) else None


def _from_connection(cause: BaseException, doing: Doing, host: str) -> ServiceError:
    import httpx2

    if isinstance(cause, httpx2.UnsupportedProtocol | UnicodeError):
        return _bad_address()
    safe = _KEPT if doing == "looks" else "Nothing was sent."
    if isinstance(cause, httpx2.ProxyError):
        return Unreachable(
            "The proxy of your network does not let this through. Ask your administrator. "
            f"{safe}{_quoted(str(cause))}"
        )
    never_sent = httpx2.ConnectError | httpx2.ConnectTimeout | httpx2.PoolTimeout
    if isinstance(cause, never_sent):
        why = f"{_why_unreachable(cause)}{_proxy_hint(host)} {safe}"
        return Unreachable(why, offline=True)
    return _broken(cause, doing)


def _broken(cause: BaseException, doing: Doing) -> ServiceError:
    """For a connection that was there, so that the request may have arrived."""
    import httpx2

    if doing == "creates":
        return OutcomeUnknown(
            "The connection broke while the batch was being sent. Checking whether it arrived "
            "before anything is sent again, so you do not pay twice."
        )
    if doing == "asks":
        return Busy(
            "The connection broke before the answer was here. The service may bill it all the "
            "same. What came is kept, and only what is missing is asked again.",
            kind="broken",
        )
    if isinstance(cause, httpx2.TimeoutException):
        return Busy(f"The service did not answer in time. {_KEPT}")
    return Unreachable(f"The connection to the service broke. {_KEPT}")


def _bad_address() -> Refused:
    return Refused("The address of the service is not a valid one. Check it in the settings.")


def _why_unreachable(error: BaseException) -> str:
    import httpx2

    root = _system_error(error)
    if isinstance(root, ssl.SSLCertVerificationError):
        return (
            "The service's certificate is not trusted on this computer. Your company's network "
            "may inspect traffic; ask your administrator to install its certificate."
        )
    if isinstance(root, ssl.SSLError):
        return (
            "No secure connection came about with what answers at the service's address. "
            "Check the address and your network."
        )
    if isinstance(root, socket.gaierror):
        return (
            "The service's address could not be looked up. Check that this computer is "
            "connected to the internet."
        )
    if isinstance(root, ConnectionRefusedError):
        return "Nobody answers at the service's address. Check the address and your network."
    if isinstance(error, httpx2.TimeoutException):
        return "The service could not be reached in time. Check your network."
    return "The service cannot be reached. Check your network."


def _system_error(error: BaseException | None) -> BaseException | None:
    """What the operating system said, where it said something."""
    while error is not None and not isinstance(error, OSError):
        error = error.__cause__ or error.__context__  # the transport cuts causes, not contexts
    return error


def _proxy_hint(host: str) -> str:
    from urllib.request import getproxies  # 10 ms, which the window need not wait for

    if is_local(host) or not getproxies().keys() & {"http", "https", "all"}:
        return ""
    return " This computer is set to use a proxy, so it may be the proxy that is not there."
