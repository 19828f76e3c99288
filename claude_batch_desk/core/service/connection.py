"""The SDK as one key and one address use it: no environment, no retry, no redirect."""

import logging
import os
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, BinaryIO
from urllib.parse import urlsplit

from claude_batch_desk.core.errors import KeyRefused, Refused, Unreachable
from claude_batch_desk.core.service.clock import ServiceClock

if TYPE_CHECKING:
    import anthropic
    import httpx2

_CONNECT_SECONDS = 10.0
_LAST_WORDS = 0.5
"""Seconds that calls under way have when the connection is closed."""
_LIBRARIES = ("anthropic", "httpx2", "httpcore2")


@dataclass(frozen=True)
class FileForm:
    """What is said of a file that is posted."""

    name: str
    media_type: str
    fields: Mapping[str, str]
    """The other fields of the form."""


class Connection:
    """Sends single requests and gives their replies unread by the SDK. Safe to use from threads.

    What its methods raise is the SDK's and httpx2's own; see failures.told_plainly.
    """

    def __init__(self, api_key: str, base_url: str) -> None:
        """Nothing is sent, and the SDK is not imported, before the first request."""
        _check_key(api_key)
        neutralise_environment()
        self._api_key = api_key
        self._base_url = base_url
        self._making = threading.Lock()
        self._made: anthropic.Anthropic | None = None
        self._calls = 0
        self._closed = False
        self._idle = threading.Condition()
        self.clock = ServiceClock()

    def close(self) -> None:
        """Let go of the sockets, for good; one that never sent anything has none.

        Calls under way have a moment to end: a socket they open later would be nobody's. What
        still hangs then breaks off.
        """
        with self._idle:
            self._closed = True
            self._idle.wait_for(lambda: not self._calls, _LAST_WORDS)
        # Without the lock: the first call may hold it for the seconds the SDK takes to import.
        made, self._made = self._made, None
        if made is not None:
            made.close()

    def get(self, path: str, seconds: float) -> "httpx2.Response":
        """Get a reply whole; `seconds` is how long each read may take."""
        options = _options(seconds)
        with self._client() as client:
            reply: httpx2.Response = client.get(path, cast_to=_response(), options=options)
        self.clock.hear(reply.headers)
        return reply

    def post(self, path: str, content: bytes | BinaryIO, seconds: float) -> "httpx2.Response":
        """Post JSON; a file is read as it is sent, its size announced before."""
        options = _options(seconds, {"Content-Type": "application/json"})
        with self._client() as client:
            reply: httpx2.Response = client.post(
                path, cast_to=_response(), content=content, options=options
            )
        self.clock.hear(reply.headers)
        return reply

    def post_file(
        self, path: str, file: BinaryIO, about: FileForm, seconds: float
    ) -> "httpx2.Response":
        """Post a file as a form, read as it is sent; `seconds` is how long each step may take."""
        options = _options(seconds, {"Content-Type": "multipart/form-data"})
        with self._client() as client:
            reply: httpx2.Response = client.post(
                path,
                cast_to=_response(),
                body=dict(about.fields),
                files=[("file", (about.name, file, about.media_type))],
                options=options,
            )
        return reply

    def delete(self, path: str, seconds: float) -> "httpx2.Response":
        """Delete what is at a path."""
        with self._client() as client:
            reply: httpx2.Response = client.delete(
                path, cast_to=_response(), options=_options(seconds)
            )
        return reply

    @contextmanager
    def stream(self, path: str, seconds: float) -> Iterator["httpx2.Response"]:
        """Give a reply whose body has not been read yet; it is closed at the end."""
        # The SDK's mark for a body to be left alone, as `with_streaming_response` sets it.
        marks = {"X-Stainless-Raw-Response": "stream", "Accept": "application/binary"}
        options = _options(seconds, marks)
        with self._client() as client:
            reply: httpx2.Response = client.get(path, cast_to=_response(), options=options)
            try:
                yield reply
            finally:
                reply.close()

    @contextmanager
    def _client(self) -> Iterator["anthropic.Anthropic"]:
        """What to make one call with."""
        with self._idle:
            if self._closed:
                raise Unreachable("This connection was closed. Nothing was sent; try again.")
            self._calls += 1
        try:
            yield self._make()
        finally:
            with self._idle:
                self._calls -= 1
                self._idle.notify_all()

    def _make(self) -> "anthropic.Anthropic":
        with self._making:
            if self._made is None:
                self._made = _make_client(self._api_key, self._base_url)
            return self._made


def cut(reply: "httpx2.Response") -> None:
    """Wake whoever is reading this reply on another thread: for them, the connection broke."""
    stream = reply.extensions.get("network_stream")
    found = stream.get_extra_info("socket") if stream is not None else None
    if isinstance(found, socket.socket):
        with suppress(OSError):  # it had ended by itself
            # Not the method of a TLS socket, which would first take the reader's state away.
            socket.socket.shutdown(found, socket.SHUT_RDWR)


def neutralise_environment() -> None:
    """Drop what would redirect, extend or log the SDK's requests behind the person's back.

    The SDK reads some of it when it is imported. The key's variable stays: the SDK does not read
    it beside an explicit key, and the person may have chosen it as the key's source.
    """
    for name in [name for name in os.environ if name.startswith("ANTHROPIC_")]:
        if name != "ANTHROPIC_API_KEY":
            del os.environ[name]


def is_local(host: str) -> bool:
    """The host is this computer."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _check_key(api_key: str) -> None:
    if not api_key.strip():
        raise KeyRefused("There is no API key yet. Add one to send anything to the service.")
    if not all("!" <= character <= "~" for character in api_key):
        raise KeyRefused(
            "This API key holds a character that no key has, such as a space, a line break or "
            "an accent. Copy it again from the Claude Console."
        )


def _response() -> "type[httpx2.Response]":
    import httpx2

    return httpx2.Response


def _options(seconds: float, headers: dict[str, str] | None = None) -> Any:
    import httpx2

    return {
        "max_retries": 0,
        "timeout": httpx2.Timeout(seconds, connect=min(seconds, _CONNECT_SECONDS)),
        # The service never redirects. Whoever does would be sent the rows, and a POST twice.
        "follow_redirects": False,
        "headers": headers or {},
    }


def _make_client(api_key: str, base_url: str) -> "anthropic.Anthropic":
    neutralise_environment()
    import anthropic

    for name in _LIBRARIES:
        # At a lower level they write whole requests, people's rows among them.
        logging.getLogger(name).setLevel(logging.WARNING)
    return anthropic.Anthropic(
        api_key=api_key,
        base_url=base_url,
        max_retries=0,
        http_client=_http_client(base_url),
        open_telemetry=False,
    )


def _http_client(base_url: str) -> "httpx2.Client":
    import anthropic
    import httpx2

    try:
        if is_local(_host(base_url)):
            # Proxies of the environment are for the internet, never for this computer.
            return anthropic.DefaultHttpxClient(transport=httpx2.HTTPTransport())
        return anthropic.DefaultHttpxClient()
    except ImportError as error:
        raise Refused(
            "The proxy of this computer speaks SOCKS, which is not supported. Set an HTTP "
            "proxy, or unset ALL_PROXY."
        ) from error
    except (ValueError, httpx2.InvalidURL) as error:
        raise Refused(
            "The proxy of this computer has an address that is not a valid one. Correct the "
            "system's proxy settings, or HTTPS_PROXY, ALL_PROXY and NO_PROXY."
        ) from error
    except OSError as error:
        raise Refused(
            "The certificates that this computer trusts cannot be read. Correct or unset "
            "SSL_CERT_FILE."
        ) from error


def _host(base_url: str) -> str:
    try:
        return urlsplit(base_url).hostname or ""
    except ValueError:
        return ""
