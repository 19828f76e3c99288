"""Gateway: the one door to the service. Every call names its time-out; none is ever retried here.

The SDK carries authentication, versions and transport; bodies and answers pass as the bytes they
are, because its batch helpers copy every request in memory and its results reader loses rows.
"""

import hashlib
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import orjson

from claude_batch_desk.core.catalogue import OfferedModel
from claude_batch_desk.core.errors import StoreError, Unreachable
from claude_batch_desk.core.report import Report, silent
from claude_batch_desk.core.service.batch import Batch, Queue
from claude_batch_desk.core.service.connection import Connection, FileForm, cut
from claude_batch_desk.core.service.disk import on_disk, open_private
from claude_batch_desk.core.service.failures import (
    not_the_service,
    not_understood,
    told_plainly,
    unclear_confirmation,
)
from claude_batch_desk.core.service.held_file import HeldFile
from claude_batch_desk.core.service.rate_limits import RateLimit, read_rate_limits
from claude_batch_desk.core.service.replies import (
    read_batch,
    read_batches,
    read_file,
    read_input_tokens,
    read_models,
    read_object,
)
from claude_batch_desk.core.service.upload import OutgoingFile, ToldFile, watched
from claude_batch_desk.core.service.waiting import while_heard
from claude_batch_desk.core.settings import ANTHROPIC_URL

if TYPE_CHECKING:
    import httpx2

CREATE_SECONDS = 120
"""How long one read or write of the POST that creates a batch may take."""
_BATCHES = "/v1/messages/batches"
_FILES = "/v1/files"
_NOT_COUNTED = {"max_tokens", "metadata", "stop_sequences", "service_tier"}
_FIRST_PAGE, _PAGE = 100, 1000
_LONGEST_LINE = 1 << 26
"""Bytes to look through for the first result; several times the longest answer there can be."""
_TICK = 0.1
"""Seconds between two reports of a download, whether or not anything came."""
_FETCHING = (
    "The answers that did not fit are safe at the service for 29 days after the batch was made. "
    "Free some space; they are fetched again."
)


@dataclass(frozen=True)
class Timeouts:
    """How long one read or write of each kind of call may take, in seconds."""

    look: float = 30
    message: float = 600
    create: float = CREATE_SECONDS
    results: float = 60


@dataclass(frozen=True)
class Reply:
    """One immediate answer: the message as the service sent it, and the exchange's id."""

    message: bytes
    request_id: str
    limits: tuple[RateLimit, ...] = ()
    """Those of the account, where the service told them."""


class Gateway:
    """The service as one key sees it. Safe to use from several threads.

    Every call but `create_batch` raises Refused, KeyRefused, Busy or Unreachable.
    """

    def __init__(
        self,
        api_key: str,
        base_url: str = ANTHROPIC_URL,
        timeouts: Timeouts | None = None,
        *,
        place: str | None = None,
    ) -> None:
        """Nothing is sent before the first call; raises KeyRefused for what cannot be a key.

        `place` is what the service is remembered as where its address is not always the same.
        """
        self._connection = Connection(api_key, base_url)
        self._api_key = api_key
        self._timeouts = timeouts or Timeouts()
        self.base_url = base_url
        self.place = base_url if place is None else place

    def close(self) -> None:
        """Let go of its connections; a gateway that never called has none."""
        self._connection.close()

    @property
    def key_print(self) -> str:
        """Tells keys apart without giving one away: 8 hexadecimal digits of its SHA-256."""
        return hashlib.sha256(self._api_key.encode()).hexdigest()[:8]

    def now(self) -> datetime:
        """The service's present, in aware UTC, as its replies tell it; see ServiceClock."""
        return self._connection.clock.now()

    def models(self) -> list[OfferedModel]:
        """The models this key may use, newest first; what the endpoint leaves out is bundled."""
        return read_models(self._get("/v1/models?limit=1000"))

    def count_tokens(self, params: bytes) -> int:
        """The input tokens of one request's params. Free, but limited in rate."""
        kept = {k: v for k, v in orjson.loads(params).items() if k not in _NOT_COUNTED}
        path, content = "/v1/messages/count_tokens", orjson.dumps(kept)
        with told_plainly():
            return read_input_tokens(self._connection.post(path, content, self._timeouts.look))

    def message(self, params: bytes) -> Reply:
        """Answer one request at once, at the full price.

        Where the connection breaks, Busy says that the answer may be billed without having come.
        """
        with told_plainly("asks"):
            reply = self._connection.post("/v1/messages", params, self._timeouts.message)
        if read_object(reply).get("type") != "message":
            raise not_the_service()
        limits = read_rate_limits(reply.headers, self.now())
        return Reply(reply.content, reply.headers.get("request-id", ""), limits)

    def create_batch(self, body: Path, requests: int, tell: Report = silent) -> Batch:
        """Post a spooled body once, and never again by itself.

        Tells bytes; `tell` must not raise, as nobody could say then what became of the batch.

        Raises Refused, Busy or Unreachable where the service certainly has no batch from this,
        StoreError where the body cannot be read, and OutcomeUnknown where nobody can tell: look
        at `batches_after` before sending again.
        """
        try:
            spooled = ToldFile(body, tell)
        except OSError as error:
            raise StoreError(
                "This part of the job cannot be read from the data folder any more, so it was "
                "not sent. Make a new job from the same table and recipe."
            ) from error
        with spooled, told_plainly("creates"):
            reply = self._connection.post(_BATCHES, spooled, self._timeouts.create)
        try:
            batch = read_batch(reply)
        except Unreachable as error:
            raise unclear_confirmation(
                "An answer came that does not confirm the batch, so it is not known whether it "
                "arrived."
            ) from error
        if batch.counts.total != requests:
            raise unclear_confirmation(
                f"The service confirmed {batch.counts.total:,} requests instead of {requests:,}."
            )
        return batch

    def newest_batch(self) -> str:
        """The id of the newest batch of the workspace, or "" where there is none."""
        newest = read_batches(self._get(f"{_BATCHES}?limit=1")).batches
        return newest[0].id if newest else ""

    def queue(self) -> Queue:
        """How much of the workspace waits, and its newest batch; one request."""
        newest = read_batches(self._get(f"{_BATCHES}?limit={_FIRST_PAGE}")).batches
        waiting = sum(batch.counts.processing for batch in newest if not batch.ended)
        return Queue(newest[0].id if newest else "", waiting)

    def batches_after(self, mark: str) -> list[Batch]:
        """All batches created after the one with this id ("" means all), oldest first.

        Independent of every clock. Where that one was deleted, nothing tells newer from older, so
        it is every batch but those whose results are gone.
        """
        found: list[Batch] = []
        for page in self._pages(self._get):
            for batch in page:
                if batch.id == mark:
                    return found[::-1]
                found.append(batch)
        every = reversed(found)
        return [batch for batch in every if not mark or batch.has_results or not batch.ended]

    def batches(self, report: Report) -> list[Batch]:
        """All batches of the workspace, the newest first. Reports batches while it waits, too."""
        found: list[Batch] = []

        def get(path: str) -> "httpx2.Response":
            return while_heard(lambda: self._get(path), lambda: report(len(found), 0))

        for page in self._pages(get):
            found += page
            report(len(found), 0)
        return found

    def _pages(self, get: "Callable[[str], httpx2.Response]") -> Iterator[list[Batch]]:
        """The batches of the workspace page by page, the newest first, each once."""
        seen: set[str] = set()
        cursor, limit = "", _FIRST_PAGE
        while True:
            after = f"&after_id={quote(cursor, safe='')}" if cursor else ""
            page = read_batches(get(f"{_BATCHES}?limit={limit}{after}"))
            fresh = {batch.id: batch for batch in page.batches if batch.id not in seen}
            seen |= fresh.keys()
            yield [*fresh.values()]
            if not page.has_more or not fresh:
                return
            cursor, limit = page.batches[-1].id, _PAGE

    def batch(self, batch_id: str) -> Batch:
        """A batch as it stands now."""
        return read_batch(self._get(_path(batch_id)))

    def cancel(self, batch_id: str) -> Batch:
        """Ask the service to stop; what it has answered by then stays and is billed."""
        with told_plainly():
            path = f"{_path(batch_id)}/cancel"
            return read_batch(self._connection.post(path, b"", self._timeouts.look))

    def delete_batch(self, batch_id: str) -> None:
        """Make the service forget an ended batch, with its requests and its results."""
        with told_plainly():
            reply = self._connection.delete(_path(batch_id), self._timeouts.look)
        if read_object(reply).get("type") != "message_batch_deleted":
            raise not_the_service()

    def upload_file(
        self, path: Path, name: str, media_type: str, seconds: int, report: Report
    ) -> HeldFile:
        """Put a file at the service for so many seconds, for requests to refer to. Free of charge.

        Raises StoreError where it cannot be read. Where no reply comes, it may be there without
        anybody knowing its id, and is gone when its time is over. Reports bytes.
        """
        about = FileForm(name, media_type, {"expires_in_seconds": str(seconds)})
        try:
            opened = OutgoingFile(path)
        except OSError as error:
            raise StoreError(
                f"The copy of “{name}” in the data folder cannot be read, so it was not sent."
            ) from error
        with opened as file:

            def send() -> HeldFile:
                with told_plainly():
                    reply = self._connection.post_file(_FILES, file, about, self._timeouts.create)
                return read_file(reply)

            return watched(send, file, report)

    def delete_file(self, file_id: str) -> None:
        """Remove a file from the service."""
        with told_plainly():
            path = f"{_FILES}/{quote(file_id, safe='')}"
            self._connection.delete(path, self._timeouts.look)

    def first_result(self, batch_id: str) -> bytes:
        """The first line of an ended batch's results; b"" where there is none."""
        read = bytearray()
        with self._results(batch_id) as reply:
            for chunk in reply.iter_bytes():
                piece = chunk if read else chunk.lstrip()
                read += piece
                if b"\n" in piece:
                    break
                if len(read) > _LONGEST_LINE:
                    raise not_understood()
        return bytes(read.partition(b"\n")[0].strip())

    def fetch_results(self, batch_id: str, to: Path, report: Report) -> None:
        """Stream an ended batch's results into a file, one JSON object a line.

        A stream may end early without any error: only the ids in the file prove it complete.
        Raises Unreachable or Busy where it broke, StoreError where the disk is full; what had
        come by then is in the file. Reports bytes.
        """
        report(0, 0)
        with on_disk(_FETCHING), open_private(to) as file, self._results(batch_id) as reply:

            def copy() -> None:
                for chunk in reply.iter_bytes():
                    file.write(chunk)

            with ThreadPoolExecutor(1, "results") as reader:
                _watch(reader.submit(copy), reply, report)

    @contextmanager
    def _results(self, batch_id: str) -> Iterator["httpx2.Response"]:
        # Our own path instead of the batch's `results_url`, which may name another host.
        path = f"{_path(batch_id)}/results"
        with told_plainly(), self._connection.stream(path, self._timeouts.results) as reply:
            if "html" in reply.headers.get("content-type", ""):
                raise not_the_service()
            yield reply

    def _get(self, path: str) -> "httpx2.Response":
        with told_plainly():
            return self._connection.get(path, self._timeouts.look)


def _path(batch_id: str) -> str:
    return f"{_BATCHES}/{quote(batch_id, safe='')}"


def _watch(copying: Future[None], reply: "httpx2.Response", report: Report) -> None:
    """Wait for a download, also for one that stands still, and cut it off where asked to stop."""
    try:
        while wait((copying,), timeout=_TICK).not_done:
            report(reply.num_bytes_downloaded, 0)
    except BaseException:
        cut(reply)
        raise
    copying.result()
    report(reply.num_bytes_downloaded, 0)
