"""A server on loopback that answers every request as a test tells it to, and remembers them."""

import json
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

_CHUNK = 1 << 16
KEY = "sk-ant-api03-the-key-of-these-tests"


@dataclass(frozen=True)
class Asked:
    """One request as it came."""

    method: str
    path: str
    headers: Message
    body: bytes = field(repr=False)


class Handler(BaseHTTPRequestHandler):
    """Reads a request whole, unless told not to, and lets the stub's answer write."""

    protocol_version = "HTTP/1.1"
    stub: "Stub"

    def __getattr__(self, name: str) -> Any:
        if name.startswith("do_"):
            return self._serve
        raise AttributeError(name)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
        """Say nothing."""

    @property
    def length(self) -> int:
        """The bytes of body announced."""
        return int(self.headers.get("content-length", 0))

    def _serve(self) -> None:
        body = self.rfile.read(self.length) if self.stub.reads_bodies else b""
        self.stub.asked.append(Asked(self.command, self.path, self.headers, body))
        self.stub.answer(self)

    def send(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        """A whole reply."""
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def send_chunks(
        self, chunks: Iterable[bytes], kind: str = "application/x-jsonl", *, end: bool = True
    ) -> None:
        """A reply of unknown length; without `end` it breaks off."""
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for chunk in chunks:
            self.wfile.write(b"%x\r\n%b\r\n" % (len(chunk), chunk))
            self.wfile.flush()
        if end:
            self.wfile.write(b"0\r\n\r\n")
        else:
            self.close_connection = True

    def reset(self) -> None:
        """Break the connection so that the other side gets an error, not an end."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()
        self.close_connection = True

    def skip_body(self) -> None:
        """Read the body and keep nothing of it."""
        left = self.length
        while left and (read := self.rfile.read(min(left, _CHUNK))):
            left -= len(read)


Answer = Callable[[Handler], None]


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = True

    def handle_error(self, request: object, client_address: object) -> None:
        """The client has gone; that is what some tests are about."""


class Stub:
    """The server; a context manager."""

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        self.asked: list[Asked] = []
        self.answer: Answer = refuse
        self.reads_bodies = True
        self.closing = threading.Event()
        """Set when the test is over: what hangs should end."""
        handler = type("BoundHandler", (Handler,), {"stub": self})
        self._server = _Server(("127.0.0.1", 0), handler)
        scheme = "http"
        if context is not None:
            scheme = "https"
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.port: int = self._server.server_address[1]
        self.base_url = f"{scheme}://127.0.0.1:{self.port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.closing.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def refuse(handler: Handler) -> None:
    """For a stub that was not told what to say."""
    handler.send(500, b"", {})


def says(value: object, status: int = 200, **headers: str) -> Answer:
    """Reply with this value as JSON."""
    sent = {"Content-Type": "application/json", "request-id": "req_1"}
    sent |= {name.replace("_", "-"): text for name, text in headers.items()}
    body = json.dumps(value).encode()
    return lambda handler: handler.send(status, body, sent)


def says_text(text: str, kind: str = "text/html", status: int = 200, **headers: str) -> Answer:
    """Reply with this text."""
    sent = {"Content-Type": kind, **headers}
    return lambda handler: handler.send(status, text.encode(), sent)


def says_error(
    status: int, kind: str, message: str = "The words.", code: str = "", **headers: str
) -> Answer:
    """Fail as the service does."""
    error: dict[str, Any] = {"type": kind, "message": message}
    if code:
        error["details"] = {"error_code": code}
    return says({"type": "error", "error": error, "request_id": "req_1"}, status, **headers)


def hangs(handler: Handler) -> None:
    """Never answer."""
    handler.stub.closing.wait()
    handler.close_connection = True


def batch(batch_id: str = "msgbatch_1", total: int = 2, **changes: Any) -> dict[str, Any]:
    """A batch as the service describes one that it has just taken."""
    counts = dict.fromkeys(("succeeded", "errored", "canceled", "expired"), 0)
    return {
        "id": batch_id,
        "type": "message_batch",
        "processing_status": "in_progress",
        "request_counts": {"processing": total, **counts},
        "created_at": "2026-11-22T10:00:00.123456Z",
        "expires_at": "2026-11-23T10:00:00.123456Z",
        "ended_at": None,
        "cancel_initiated_at": None,
        "archived_at": None,
        "results_url": None,
        **changes,
    }


def ended(batch_id: str = "msgbatch_1", **changes: Any) -> dict[str, Any]:
    """A batch whose results can be fetched."""
    return batch(
        batch_id,
        processing_status="ended",
        ended_at="2026-11-22T11:00:00Z",
        **{"results_url": "https://elsewhere.invalid/results", **changes},
    )
