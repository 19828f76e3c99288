"""Batch bodies written to disk as they will be posted, and posted as they were written."""

import hashlib
import os
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from claude_batch_desk.core.errors import RecipeError
from claude_batch_desk.core.files import sync_folder
from claude_batch_desk.core.service.disk import on_disk, open_private

MAX_REQUESTS = 100_000
"""The service takes at most this many requests in a batch."""
MAX_BYTES = 240_000_000
"""The service takes 256 MB; whether that is 10^6 or 2^20 is not documented, so room is left."""

_OPEN, _CLOSE = b'{"requests":[', b"]}"
_PREPARING = "The job could not be prepared. Nothing was sent. Make room, then send again."


@dataclass(frozen=True)
class Spooled:
    """One batch body on disk."""

    path: Path
    requests: int
    size: int
    """Bytes."""
    sha256: str
    files_until: datetime | None = None
    """When the first of the files at the service that it refers to expires; None without any."""


class BatchSpool:
    """Writes requests into as few bodies as the limits allow, in order.

    A body becomes visible under its own name only once it is whole and on the disk.
    """

    def __init__(
        self, folder: Path, token: str, max_requests: int = MAX_REQUESTS, max_bytes: int = MAX_BYTES
    ) -> None:
        self._folder = folder
        self._token = token
        self._max_requests = max_requests
        self._max_bytes = max_bytes
        self._file: BinaryIO | None = None
        self._count = self._size = 0
        self._hash = hashlib.sha256()
        self._until: datetime | None = None
        self.bodies: list[Spooled] = []
        self.bounds: list[tuple[int, int]] = []
        """The first and last request number of each body."""

    def add(self, number: int, params: bytes, until: datetime | None = None) -> None:
        """Write one request; starts another body where this one would pass a limit.

        `until` is when a file that it refers to expires, where it refers to one.
        Raises RecipeError for a request that no body could hold, and StoreError where the disk
        does not take it; `discard` then.
        """
        part = len(self.bodies) + 1
        item = self._item(part, number, params)
        if self._file is not None and not self._fits(item):
            self.close()
            item = self._item(part + 1, number, params)
        with on_disk(_PREPARING):
            if self._file is None:
                self._start()
                if not self._fits(item):
                    raise RecipeError(
                        f"One row makes a request of {len(item):,} bytes, more than the service "
                        "takes. Leave the row out, or shorten its text."
                    )
                self.bounds.append((number, number))
            else:
                item = b"," + item
            self._write(item)
        self._count += 1
        if until is not None:
            self._until = until if self._until is None else min(until, self._until)
        self.bounds[-1] = (self.bounds[-1][0], number)

    def _fits(self, item: bytes) -> bool:
        size = self._size + len(b",") + len(item) + len(_CLOSE)
        return self._count < self._max_requests and size <= self._max_bytes

    def close(self) -> None:
        """Finish the body being written, if any; raises StoreError."""
        if self._file is None:
            return
        part = len(self.bodies) + 1
        path = body_path(self._folder, self._token, part)
        with on_disk(_PREPARING):
            self._write(_CLOSE)
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
            self._file = None
            self._partial(part).replace(path)
            sync_folder(self._folder)
        whole = Spooled(path, self._count, self._size, self._hash.hexdigest(), self._until)
        self.bodies.append(whole)

    def discard(self) -> None:
        """Remove everything written, after a failure or a cancel; never raises OSError itself."""
        if self._file is not None:
            with suppress(OSError):  # a full disk refuses the rest once more
                self._file.close()
            self._file = None
        for path in (self._partial(len(self.bodies) + 1), *(body.path for body in self.bodies)):
            with suppress(OSError):  # what led here is what the person should read
                path.unlink(missing_ok=True)
        self.bodies.clear()
        self.bounds.clear()

    def _item(self, part: int, number: int, params: bytes) -> bytes:
        custom_id = custom_id_for(self._token, part, number).encode()
        return b'{"custom_id":"%b","params":%b}' % (custom_id, params)

    def _start(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._count = self._size = 0
        self._until = None
        self._hash = hashlib.sha256()
        self._file = open_private(self._partial(len(self.bodies) + 1))
        self._write(_OPEN)

    def _write(self, data: bytes) -> None:
        assert self._file is not None  # noqa: S101 - for the type checker; both callers opened it
        self._file.write(data)
        self._hash.update(data)
        self._size += len(data)

    def _partial(self, part: int) -> Path:
        return body_path(self._folder, self._token, part).with_suffix(".partial")


def body_path(folder: Path, token: str, part: int) -> Path:
    """Where the body of a part is kept until its answers are in."""
    return folder / f"{token}-{part}.json"


def custom_id_for(token: str, part: int, request: int) -> str:
    """The id a request travels under: within `^[a-zA-Z0-9_-]{1,64}$`, never cell text."""
    return f"{token}-{part}-{request}"


def request_number(custom_id: str, token: str, part: int) -> int | None:
    """The request an id of this part stands for; None for an id that is not ours."""
    prefix = f"{token}-{part}-"
    number = custom_id.removeprefix(prefix)
    if not custom_id.startswith(prefix) or not (number.isascii() and number.isdigit()):
        return None
    return int(number)
