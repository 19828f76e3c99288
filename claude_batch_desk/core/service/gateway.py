"""Gateway: the one door to the service. Every call names its time-out; none is ever retried here.

The SDK carries authentication, versions and transport; bodies and answers pass as the bytes they
are, because its batch helpers copy every request in memory and its results reader loses rows.
"""

import hashlib
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO
from urllib.parse import urlsplit

import orjson

from claude_batch_desk.core.catalogue import OfferedModel, bundled_models, read_model
from claude_batch_desk.core.errors import KeyRefused, OutcomeUnknown, Refused
from claude_batch_desk.core.report import Report
from claude_batch_desk.core.service.batch import Batch, Counts
from claude_batch_desk.core.service.failures import not_the_service, told_plainly

if TYPE_CHECKING:
    import anthropic
    import httpx2

DEFAULT_BASE_URL = "https://api.anthropic.com"
CREATE_SECONDS = 120
"""How long one read or write of the POST that creates a batch may take."""
_LOOK_SECONDS = 30
_MESSAGE_SECONDS = 600
_RESULTS_SECONDS = 60
_BATCHES = "/v1/messages/batches"
_NOT_COUNTED = {"max_tokens", "metadata", "stop_sequences", "service_tier"}
_CHUNK = 1 << 16


@dataclass(frozen=True)
class Reply:
    """One immediate answer: the message as the service sent it, and the exchange's id."""

    message: bytes
    request_id: str


class Gateway:
    """The service as one key sees it. Safe to use from several threads."""

    def __init__(self, api_key: str, base_url: str = DEFAULT_BASE_URL) -> None:
        """Nothing is sent, and the SDK is not imported, before the first call."""
        if not api_key.strip():
            raise KeyRefused("There is no API key yet. Add one to send anything to the service.")
        self._api_key = api_key
        self.base_url = base_url

    def close(self) -> None:
        """Let go of its connections; a gateway that never called has none."""
        if client := self.__dict__.get("_client"):
            client.close()

    @property
    def key_print(self) -> str:
        """Tells keys apart without giving one away: 8 hexadecimal digits of its SHA-256."""
        return hashlib.sha256(self._api_key.encode()).hexdigest()[:8]

    def models(self) -> list[OfferedModel]:
        """The models this key may use, newest first; what the endpoint leaves out is bundled."""
        listed = self._get("/v1/models?limit=1000")
        bundled = bundled_models()
        return [read_model(each, bundled.get(each["id"])) for each in listed["data"]]

    def count_tokens(self, params: bytes) -> int:
        """The input tokens of one request's params. Free, but limited in rate."""
        kept = {k: v for k, v in orjson.loads(params).items() if k not in _NOT_COUNTED}
        reply = self._post("/v1/messages/count_tokens", orjson.dumps(kept), _LOOK_SECONDS)
        return int(_object(reply)["input_tokens"])

    def message(self, params: bytes) -> Reply:
        """Answer one request at once, at the full price."""
        reply = self._post("/v1/messages", params, _MESSAGE_SECONDS)
        if _object(reply).get("type") != "message":
            raise not_the_service()
        return Reply(reply.content, reply.headers.get("request-id", ""))

    def create_batch(self, body: Path, requests: int) -> Batch:
        """Post a spooled body once, and never again by itself.

        Raises Refused or Unreachable where the service certainly has no batch from this, and
        OutcomeUnknown where nobody can tell: look at `batches_after` before sending again.
        """
        with body.open("rb") as spooled, told_plainly(creates=True):
            reply = self._send("post", _BATCHES, CREATE_SECONDS, spooled)
        try:
            batch = _batch(_object(reply), reply)
        except (ServiceAnswerError, KeyError, ValueError, TypeError) as error:
            raise OutcomeUnknown(
                "An answer came that is not the service's, so it is not known whether the batch "
                "arrived. Checking before anything is sent again, so you do not pay twice."
            ) from error
        if batch.counts.total != requests:
            raise OutcomeUnknown(
                f"The service confirmed {batch.counts.total:,} requests instead of {requests:,}. "
                "Checking before anything is sent again, so you do not pay twice."
            )
        return batch

    def newest_batch(self) -> str:
        """The id of the newest batch of the workspace, or "" where there is none."""
        listed = self._get(f"{_BATCHES}?limit=1")["data"]
        return listed[0]["id"] if listed else ""

    def batches_after(self, mark: str) -> list[Batch]:
        """All batches created after the one with this id ("" means all), oldest first.

        Independent of every clock.
        """
        if not mark:
            page = self._get(f"{_BATCHES}?limit=1000")
            return [_batch(each) for each in reversed(page["data"])]
        found: list[Batch] = []
        while True:
            page = self._get(f"{_BATCHES}?limit=1000&before_id={mark}")
            found += (_batch(each) for each in reversed(page["data"]))
            if not page.get("has_more") or not page["data"]:
                return found
            mark = found[-1].id

    def batch(self, batch_id: str) -> Batch:
        """A batch as it stands now."""
        with told_plainly():
            reply = self._send("get", f"{_BATCHES}/{batch_id}", _LOOK_SECONDS)
        return _batch(_object(reply), reply)

    def cancel(self, batch_id: str) -> Batch:
        """Ask the service to stop; what it has answered by then stays and is billed."""
        return _batch(_object(self._post(f"{_BATCHES}/{batch_id}/cancel", b"", _LOOK_SECONDS)))

    def first_result(self, batch_id: str) -> bytes:
        """The first line of an ended batch's results."""
        with self._results(batch_id) as reply:
            line = b""
            for chunk in reply.iter_bytes(_CHUNK):
                line += chunk
                if b"\n" in line.lstrip():
                    break
        return line.strip().split(b"\n")[0].strip()

    def fetch_results(self, batch_id: str, to: Path, report: Report) -> None:
        """Stream an ended batch's results into a file, one JSON object a line.

        A stream may end early without any error: only the ids in the file prove it complete.
        Raises Unreachable where it broke; what had come by then is in the file.
        """
        fetched = 0
        with to.open("wb") as file, self._results(batch_id) as reply:
            for chunk in reply.iter_bytes(_CHUNK):
                file.write(chunk)
                fetched += len(chunk)
                report(fetched, 0)

    @contextmanager
    def _results(self, batch_id: str) -> "Iterator[httpx2.Response]":
        # Our own path instead of the batch's `results_url`, which may name another host.
        streamed = {"X-Stainless-Raw-Response": "stream", "Accept": "application/binary"}
        with told_plainly():
            reply = self._send(
                "get", f"{_BATCHES}/{batch_id}/results", _RESULTS_SECONDS, headers=streamed
            )
            try:
                if "html" in reply.headers.get("content-type", ""):
                    raise not_the_service()
                yield reply
            finally:
                reply.close()

    def _get(self, path: str) -> dict[str, Any]:
        with told_plainly():
            return _object(self._send("get", path, _LOOK_SECONDS))

    def _post(self, path: str, content: bytes, seconds: float) -> "httpx2.Response":
        with told_plainly():
            return self._send("post", path, seconds, content)

    def _send(
        self,
        method: str,
        path: str,
        seconds: float,
        content: bytes | BinaryIO | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> "httpx2.Response":
        import httpx2

        options: Any = {
            "max_retries": 0,
            "timeout": httpx2.Timeout(seconds, connect=10.0),
            "headers": dict(headers or {}),
        }
        reply: Any
        if method == "get":
            reply = self._client.get(path, cast_to=httpx2.Response, options=options)
        else:
            options["headers"]["Content-Type"] = "application/json"
            reply = self._client.post(
                path, cast_to=httpx2.Response, content=content, options=options
            )
        # A streamed reply comes unread, inside the SDK's wrapper.
        plain: httpx2.Response = getattr(reply, "http_response", reply)
        return plain

    @cached_property
    def _client(self) -> "anthropic.Anthropic":
        neutralise_environment()
        import anthropic
        import httpx2

        # Proxies of the environment are for the internet, never for this computer.
        host = urlsplit(self.base_url).hostname or ""
        local = host in ("127.0.0.1", "localhost", "::1")
        mounts = {f"all://{host}": httpx2.HTTPTransport()} if local else {}
        try:
            http_client = anthropic.DefaultHttpxClient(mounts=mounts)
        except ImportError as error:
            raise Refused(
                "The proxy of this computer speaks SOCKS, which is not supported. Set an HTTP "
                "proxy, or unset ALL_PROXY."
            ) from error
        return anthropic.Anthropic(
            api_key=self._api_key,
            base_url=self.base_url,
            max_retries=0,
            http_client=http_client,
            open_telemetry=False,
        )


class ServiceAnswerError(ValueError):
    """An answer that is not what the service sends."""


def neutralise_environment() -> None:
    """Drop what would redirect, extend or log the SDK's requests behind the person's back.

    The key's variable stays: the SDK does not read it beside an explicit key, and the person may
    have chosen it as the key's source.
    """
    for name in [name for name in os.environ if name.startswith("ANTHROPIC_")]:
        if name != "ANTHROPIC_API_KEY":
            del os.environ[name]


def _object(reply: "httpx2.Response") -> dict[str, Any]:
    if "json" not in reply.headers.get("content-type", ""):
        raise not_the_service()
    read = orjson.loads(reply.content)
    if not isinstance(read, dict):
        raise not_the_service()
    return read


def _batch(read: Mapping[str, Any], reply: "httpx2.Response | None" = None) -> Batch:
    if read.get("type") != "message_batch":
        raise ServiceAnswerError
    counts = read["request_counts"]
    ended = read.get("ended_at")
    return Batch(
        id=read["id"],
        status=read["processing_status"],
        counts=Counts(
            processing=counts["processing"],
            succeeded=counts["succeeded"],
            errored=counts["errored"],
            canceled=counts["canceled"],
            expired=counts["expired"],
        ),
        created_at=datetime.fromisoformat(read["created_at"]),
        expires_at=datetime.fromisoformat(read["expires_at"]),
        ended_at=datetime.fromisoformat(ended) if ended else None,
        has_results=bool(read.get("results_url")) and not read.get("archived_at"),
        workspace=reply.headers.get("anthropic-workspace-id", "") if reply is not None else "",
    )
