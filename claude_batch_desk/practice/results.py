"""The results of a batch on their way out, whole or spoiled by a fault."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import orjson
from starlette.concurrency import iterate_in_threadpool
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from claude_batch_desk.practice.dropping import drop, write_raw
from claude_batch_desk.practice.faults import Faults
from claude_batch_desk.practice.unconfirmed import RESULTS_CONTENT_TYPE

_CHUNK_BYTES = 1 << 18
_DRIPS = 20
_EVERY = 7
"""Spoiled ids come at every seventh line, and at least once."""
_CUTS = ("results-cut-mid-line", "results-cut-at-line", "results-cut-close")
_LINE_FAULTS = ("duplicate-ids", "missing-ids", "foreign-ids", "crlf-and-blanks")


class ResultsResponse(Response):
    """A results file as a chunked body; the faults that strike are used up by it."""

    def __init__(self, path: Path, faults: Faults) -> None:
        super().__init__(media_type=RESULTS_CONTENT_TYPE)
        del self.headers["content-length"]
        self._path = path
        self._cut = next((name for name in _CUTS if faults.strikes(name)), "")
        self._line_faults = frozenset(name for name in _LINE_FAULTS if faults.strikes(name))
        self._drip = faults.seconds("slow") / _DRIPS

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the body, or as much of it as a fault lets through."""
        if self._cut == "results-cut-close":
            await self._close_delimited(scope, receive)
            return
        start = {"type": "http.response.start", "status": 200, "headers": self.raw_headers}
        await send(start)
        async for chunk in iterate_in_threadpool(self._chunks()):
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
            if self._drip:
                await asyncio.sleep(self._drip)
        if self._cut == "results-cut-mid-line":
            await drop(scope, receive)
        else:
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _close_delimited(self, scope: Scope, receive: Receive) -> None:
        head = (
            f"HTTP/1.1 200 OK\r\ncontent-type: {RESULTS_CONTENT_TYPE}\r\nconnection: close\r\n\r\n"
        )
        write_raw(scope, head.encode())
        for chunk in self._chunks():
            write_raw(scope, chunk)
        await drop(scope, receive)

    def _chunks(self) -> Iterator[bytes]:
        if not self._cut and not self._line_faults and not self._drip:
            with self._path.open("rb") as file:
                while chunk := file.read(_CHUNK_BYTES):
                    yield chunk
            return
        data = b"".join(self._lines())
        size = max(len(data) // _DRIPS, 1) if self._drip else _CHUNK_BYTES
        yield from (data[start : start + size] for start in range(0, len(data), size))

    def _lines(self) -> Iterator[bytes]:
        lines = self._path.read_bytes().splitlines(keepends=True)
        half = len(lines) // 2
        for number, line in enumerate(lines[:half] if self._cut else lines):
            yield from self._spoiled(line, first=number % _EVERY == 0)
        if self._cut == "results-cut-mid-line":
            yield lines[half][: len(lines[half]) // 2]

    def _spoiled(self, line: bytes, *, first: bool) -> Iterator[bytes]:
        faults = self._line_faults
        if "crlf-and-blanks" in faults:
            line = line.rstrip(b"\n") + b"\r\n" + (b"\r\n\n" if first else b"")
        if not (first and "missing-ids" in faults):
            yield line
        if first and "duplicate-ids" in faults:
            yield line
        if first and "foreign-ids" in faults:
            foreign = {**orjson.loads(line), "custom_id": "nobody-sent-this"}
            yield orjson.dumps(foreign, option=orjson.OPT_APPEND_NEWLINE)
