"""Requests as they travel: each with its document inside, or with a file the service holds."""

import hashlib
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from http import HTTPStatus
from time import monotonic
from typing import TypeGuard

from claude_batch_desk.core.errors import Busy, Refused, ServiceError, Unreachable
from claude_batch_desk.core.jobs.store.upload_store import Holder, Uploaded, UploadStore
from claude_batch_desk.core.prompts.attached import (
    base64_size,
    changed,
    inline_block,
    is_uploaded,
    reference_block,
)
from claude_batch_desk.core.prompts.request import DocumentRequest, Request
from claude_batch_desk.core.report import Cancelled, Report
from claude_batch_desk.core.service.gateway import Gateway, Reply
from claude_batch_desk.core.tables.document import Document

_KEPT_FOR = timedelta(days=30)
"""How long the service is asked to keep a file; it is removed when nothing needs it any more."""
_LASTING = timedelta(days=3)
"""A file that ends sooner is not used again: parts of a job may wait their turn for a day or two,
and each batch runs for another."""
BATCH_RUNS = timedelta(hours=26)
"""A batch may take 24 hours; the rest is for clocks that differ and for the POST itself."""
_TRIES = 3
_PAUSE, _LONGEST_PAUSE, _TURN = 1.0, 10.0, 0.1
_CHUNK = 1 << 20
Hear = Callable[[], None]
"""Called often while something takes long; raises Cancelled once the person asked to stop."""


class Stop:
    """Lets workers hear that their work is no longer wanted."""

    def __init__(self) -> None:
        self._asked = threading.Event()

    def now(self) -> None:
        """From now on, `hear` raises."""
        self._asked.set()

    def hear(self) -> None:
        """A Hear for a worker."""
        if self._asked.is_set():
            raise Cancelled


class Packing:
    """Fills in documents, for one key at one address. Safe to use from several threads."""

    def __init__(self, uploads: UploadStore, gateway: Gateway) -> None:
        self._uploads = uploads
        self._gateway = gateway
        self._holder = holder_of(gateway)
        self._uploading = threading.Lock()

    def prepare(self, request: Request, hear: Hear) -> datetime | None:
        """Upload the document of a request where it is too large to travel inside.

        Returns when the file the request refers to expires; None where it refers to none. Raises
        DocumentError where the frozen copy is not what it was, and ServiceError.
        """
        hear()
        if not _refers(request):
            return None
        document = request.document
        with self._one_at_a_time(hear):
            found = self._uploads.find(document.sha256, self._holder)
            if found is None or found.expires_at < self._gateway.now() + _LASTING:
                found = self._upload(document, hear)
        return found.expires_at

    def is_ready(self, request: Request) -> bool:
        """Whether `params` can be had without uploading anything."""
        return not _refers(request) or self._living(request.document) is not None

    def params(self, request: Request) -> bytes:
        """The exact bytes to send; the request must be ready. Raises DocumentError."""
        if not isinstance(request, DocumentRequest):
            return request.params
        document = request.document
        if not is_uploaded(document):
            return request.with_block(inline_block(document))
        found = self._living(document)
        if found is None:
            raise LookupError(document.sha256)
        return request.with_block(reference_block(document, found.file_id))

    def answer(self, request: Request, hear: Hear) -> Reply:
        """Answer a request at once.

        Where the service does not have the file any more, it is uploaded anew, once.
        """
        self.prepare(request, hear)
        try:
            return self._gateway.message(self.params(request))
        except Refused as error:
            if not (_refers(request) and _says_file_is_gone(error)):
                raise
        with self._one_at_a_time(hear):
            self._upload(request.document, hear)
        return self._gateway.message(self.params(request))

    @contextmanager
    def _one_at_a_time(self, hear: Hear) -> Iterator[None]:
        """The same document may be wanted by two requests at once."""
        while not self._uploading.acquire(timeout=_TURN):
            hear()
        try:
            yield
        finally:
            self._uploading.release()

    def _living(self, document: Document) -> Uploaded | None:
        found = self._uploads.find(document.sha256, self._holder)
        return found if found and found.expires_at > self._gateway.now() else None

    def _upload(self, document: Document, hear: Hear) -> Uploaded:
        _check(document, hear)
        found = self._try_to_upload(document, hear)
        self._uploads.keep(self._holder, found)
        return found

    def _try_to_upload(self, document: Document, hear: Hear) -> Uploaded:
        """To upload twice costs nothing; what came in vain is gone when its time is over."""
        assert document.path is not None  # noqa: S101 - for the type checker; it was just read
        seconds = int(_KEPT_FOR.total_seconds())
        tries = 0
        while True:
            try:
                file = self._gateway.upload_file(
                    document.path, document.title, document.media_type, seconds, _report(hear)
                )
            except (Busy, Unreachable) as error:
                tries += 1
                if tries == _TRIES:
                    raise
                _pause(error, hear)
            else:
                expires = file.expires_at or self._gateway.now() + _KEPT_FOR
                return Uploaded(document.sha256, file.id, expires)


def holder_of(gateway: Gateway) -> Holder:
    """Who can use what is uploaded through this door."""
    return Holder(gateway.place, gateway.key_print)


def travelling_size(request: Request) -> int:
    """How many bytes go out with a request, without reading any file."""
    if not isinstance(request, DocumentRequest) or is_uploaded(request.document):
        return len(request.params)
    return len(request.params) + base64_size(request.document.size)


def forget_files(uploads: UploadStore, gateway: Gateway, job_id: int) -> None:
    """Remove from the service what only this finished job needed.

    What cannot be removed now is gone when its time is over, and is no trouble until then.
    """
    for file_id in uploads.left_by(job_id, holder_of(gateway)):
        uploads.forget(file_id)
        with suppress(ServiceError):
            gateway.delete_file(file_id)


def _refers(request: Request) -> TypeGuard[DocumentRequest]:
    return isinstance(request, DocumentRequest) and is_uploaded(request.document)


def _says_file_is_gone(error: Refused) -> bool:
    if error.status == HTTPStatus.NOT_FOUND:
        return True
    return error.status == HTTPStatus.BAD_REQUEST and "file" in str(error).casefold()


def _check(document: Document, hear: Hear) -> None:
    """Raise DocumentError where the frozen copy is not what it was."""
    digest = hashlib.sha256()
    try:
        if document.path is None:
            raise changed(document)
        with document.path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                hear()
                digest.update(chunk)
    except OSError as error:
        raise changed(document) from error
    if digest.hexdigest() != document.sha256:
        raise changed(document)


def _report(hear: Hear) -> Report:
    def report(done: int, total: int) -> None:
        del done, total  # what the caller counts is rows
        hear()

    return report


def _pause(error: Busy | Unreachable, hear: Hear) -> None:
    asked = error.retry_after if isinstance(error, Busy) else None
    end = monotonic() + min(asked or _PAUSE, _LONGEST_PAUSE)
    never = threading.Event()
    while monotonic() < end:
        hear()
        never.wait(_TURN)
