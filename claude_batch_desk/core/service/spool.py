"""Batch bodies written to disk as they will be posted, and posted as they were written."""

import hashlib
import os
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from claude_batch_desk.core.errors import RecipeError
from claude_batch_desk.core.files import sync_folder
from claude_batch_desk.core.service.bodies import (
    CLOSE,
    END,
    OPEN,
    PARAMS,
    Seal,
    head_of,
    id_prefix,
)
from claude_batch_desk.core.service.disk import on_disk, open_private

MAX_REQUESTS = 100_000
"""The service takes at most this many requests in a batch."""
MAX_BYTES = 240_000_000
"""The service takes 256 MB; whether that is 10^6 or 2^20 is not documented, so room is left."""

_BLOCK = 1 << 20
"""Bytes that are gathered before they are written."""
_PREPARING = "The job could not be prepared. Nothing was sent. Make room, then send again."


@dataclass(frozen=True)
class Spooled:
    """One batch body on disk."""

    path: Path
    requests: int
    size: int
    """Bytes."""
    seal: str
    """What `is_as_written` knows it by."""
    files_until: datetime | None = None
    """When the first of the files at the service that it refers to expires; None without any."""


class BatchSpool:
    """Writes requests into as few bodies as the limits allow, in order.

    A body becomes visible under its own name only once it is whole and on the disk.
    """

    def __init__(
        self,
        folder: Path,
        token: str,
        max_requests: int = MAX_REQUESTS,
        max_bytes: int = MAX_BYTES,
        *,
        after: int = 0,
    ) -> None:
        """The parts are numbered on from the one `after` which they come; 0 for the first."""
        self._after = after
        self._folder = folder
        self._token = token
        self._max_requests = max_requests
        self._max_bytes = max_bytes
        self._body: _Body | None = None
        self.bodies: list[Spooled] = []
        self.bounds: list[tuple[int, int]] = []
        """The first and last request number of each body."""

    def add(
        self,
        number: int,
        params: bytes,
        until: datetime | None = None,
        digest: bytes | None = None,
    ) -> None:
        """Write one request; starts another body where this one would pass a limit.

        `until` is when a file that it refers to expires, where it refers to one; `digest` the 32
        bytes of the SHA-256 of exactly these params, where somebody knows it already.
        Raises RecipeError for a request that no body could hold, and StoreError where the disk
        does not take it; `discard` then.
        """
        digest = digest or hashlib.sha256(params).digest()
        if self._body is None or not self._body.add(number, params, digest, until):
            self.close()
            if not self._start().add(number, params, digest, until):
                raise RecipeError(
                    f"One row makes a request of {len(params):,} bytes, more than the service "
                    "takes. Leave the row out, or shorten its text."
                )

    def _start(self) -> "_Body":
        part = self._after + len(self.bodies) + 1
        path = body_path(self._folder, self._token, part)
        head = head_of(self._token, part)
        self._body = _Body(path, head, self._max_requests, self._max_bytes)
        return self._body

    def close(self) -> None:
        """Finish the body being written, if any; raises StoreError."""
        if self._body is None:
            return
        self.bodies.append(self._body.finish())
        self.bounds.append((self._body.first, self._body.last))
        self._body = None

    def discard(self) -> None:
        """Remove everything written, after a failure or a cancel; never raises OSError itself."""
        if self._body is not None:
            self._body.discard()
            self._body = None
        for body in self.bodies:
            _remove(body.path)
        self.bodies.clear()
        self.bounds.clear()


class _Body:
    """The body being written, and sealed, block by block."""

    def __init__(self, path: Path, head: bytes, max_requests: int, max_bytes: int) -> None:
        """Makes its file; `head` is what stands before each number. Raises StoreError."""
        self.first = self.last = 0
        self._path, self._partial = path, path.with_suffix(".partial")
        self._max_requests, self._max_bytes = max_requests, max_bytes - len(CLOSE)
        self._head = head
        self._requests = self._written = 0
        self._block, self._size = [OPEN], len(OPEN)
        self._until: datetime | None = None
        self._seal, self._sealing = Seal(), list[bytes]()
        with on_disk(_PREPARING):
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._file = open_private(self._partial)

    def add(self, number: int, params: bytes, digest: bytes, until: datetime | None) -> bool:
        """Take one more request; False where it would pass a limit. Raises StoreError."""
        digits = b"%d" % number
        head = self._head + digits + PARAMS
        size = self._size + len(head) + len(params) + len(END)
        if size > self._max_bytes or self._requests == self._max_requests:
            return False
        if not self._requests:
            self.first, self._head = number, b"," + self._head
        self._block += (head, params, END)
        self._sealing += (digits, digest)
        self._size, self.last = size, number
        self._requests += 1
        if until is not None:
            self._until = min(until, self._until or until)
        if size - self._written >= _BLOCK:
            with on_disk(_PREPARING):
                self._write()
        return True

    def finish(self) -> Spooled:
        """End the body and give it its name; raises StoreError."""
        self._block.append(CLOSE)
        self._size += len(CLOSE)
        with on_disk(_PREPARING):
            self._write()
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
            self._partial.replace(self._path)
            sync_folder(self._path.parent)
        return Spooled(self._path, self._requests, self._size, self._seal.text, self._until)

    def discard(self) -> None:
        """Remove what was written."""
        with suppress(OSError):  # a full disk refuses the rest once more
            self._file.close()
        _remove(self._partial)

    def _write(self) -> None:
        self._file.write(b"".join(self._block))
        self._seal.take(b"".join(self._sealing))
        self._block.clear()
        self._sealing.clear()
        self._written = self._size


def _remove(path: Path) -> None:
    with suppress(OSError):  # what led here is what the person should read
        path.unlink(missing_ok=True)


def body_path(folder: Path, token: str, part: int) -> Path:
    """Where the body of a part is kept until its answers are in."""
    return folder / f"{token}-{part}.json"


def custom_id_for(token: str, part: int, request: int) -> str:
    """The id a request travels under: within `^[a-zA-Z0-9_-]{1,64}$`, never cell text."""
    return f"{id_prefix(token, part)}{request}"


def request_number(custom_id: str, token: str, part: int) -> int | None:
    """The request an id of this part stands for; None for an id that is not ours."""
    prefix = id_prefix(token, part)
    number = custom_id.removeprefix(prefix)
    if not custom_id.startswith(prefix) or not (number.isascii() and number.isdigit()):
        return None
    return int(number)
