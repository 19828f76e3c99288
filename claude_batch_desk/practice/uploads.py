"""An upload as it arrives: a form of several parts, whose file goes to disk and never to memory."""

import hashlib
import mimetypes
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import ClientDisconnect, Request

from claude_batch_desk.practice.wire import ApiError, bad_request, failure

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

_LONGEST_FIELD = 1_000
_LONGEST_NAME = 255
_FORBIDDEN = re.compile(r'[<>:"|?*\\/\x00-\x1f]')
_SHORTEST_LIFE, _LONGEST_LIFE = 3_600, 7_776_000
_NO_FORM = "The request body is not valid multipart/form-data."
_UNKNOWN_TYPE = "application/octet-stream"


@dataclass(frozen=True)
class Upload:
    """A file that has arrived."""

    name: str
    media_type: str
    size: int
    """Bytes."""
    sha256: bytes
    life: int | None
    """Seconds until it expires; None for never."""


async def receive_upload(request: Request, path: Path, most: int) -> Upload:
    """Write the file of a form to disk while it arrives; raises ApiError for what is refused.

    `most` is how many bytes it may have. What is refused is read to its end without keeping it, so
    that the client hears the reply.
    """
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    if kind != b"multipart/form-data" or not options.get(b"boundary"):
        raise bad_request("Content-Type: Input should be multipart/form-data with a boundary")
    with path.open("wb") as file:
        form = _Form(file, most, options[b"boundary"])
        try:
            async for chunk in request.stream():
                form.write(chunk)
        except ClientDisconnect as error:
            code = {"error_code": "request_body_timeout"}
            message = "The body did not finish arriving in time."
            raise ApiError(400, message, details=code) from error
    return form.upload()


@dataclass
class _Part:
    """One part of a form, while it arrives."""

    headers: dict[str, bytes] = field(default_factory=dict)
    name: str = ""
    text: bytearray = field(default_factory=bytearray)
    """What it holds, unless it is the file."""


class _Form:
    """Takes a form apart while it arrives; what is wrong with it is said at its end."""

    def __init__(self, file: BinaryIO, most: int, boundary: bytes) -> None:
        self._file = file
        self._most = most
        self._size = 0
        self._hash = hashlib.sha256()
        self._part = _Part()
        self._header = bytearray()
        self._value = bytearray()
        self._file_part: _Part | None = None
        self._fields: dict[str, str] = {}
        self._ended = False
        self._refusal: ApiError | None = None
        try:
            self._parser = MultipartParser(boundary, self._callbacks())
        except FormParserError as error:
            raise bad_request(_NO_FORM) from error

    def write(self, chunk: bytes) -> None:
        """Take the next bytes of the body."""
        if self._refusal is not None:
            return
        try:
            self._parser.write(chunk)
        except FormParserError:
            self._refusal = bad_request(_NO_FORM)
        except ApiError as error:
            self._refusal = error

    def upload(self) -> Upload:
        """The file with what the form says of it; raises ApiError."""
        if self._refusal is not None:
            raise self._refusal
        if not self._ended:
            raise bad_request(_NO_FORM)
        if self._file_part is None:
            raise bad_request("file: Field required")
        if self._size > self._most:
            raise failure(413)
        media_type = _media_type(self._file_part)
        return Upload(
            name=_file_name(self._file_part, media_type),
            media_type=media_type,
            size=self._size,
            sha256=self._hash.digest(),
            life=_life(self._fields.get("expires_in_seconds")),
        )

    def _callbacks(self) -> "MultipartCallbacks":
        return {
            "on_part_begin": self._begin,
            "on_header_field": self._on_header,
            "on_header_value": self._on_value,
            "on_header_end": self._end_header,
            "on_headers_finished": self._end_headers,
            "on_part_data": self._on_data,
            "on_part_end": self._end_part,
            "on_end": self._end,
        }

    def _begin(self) -> None:
        self._part = _Part()

    def _on_header(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]

    def _on_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _end_header(self) -> None:
        self._part.headers[self._header.decode("latin-1").lower()] = bytes(self._value)
        self._header, self._value = bytearray(), bytearray()

    def _end_headers(self) -> None:
        self._part.name = _option(self._part, b"name")
        if self._part.name == "file":
            if self._file_part is not None:
                raise bad_request("file: Only one file may be uploaded at a time")
            self._file_part = self._part

    def _on_data(self, data: bytes, start: int, end: int) -> None:
        if self._part is not self._file_part:
            self._part.text += data[start : min(end, start + _LONGEST_FIELD)]
            return
        self._size += end - start
        if self._size <= self._most:
            chunk = memoryview(data)[start:end]
            self._file.write(chunk)
            self._hash.update(chunk)

    def _end_part(self) -> None:
        if self._part is self._file_part:
            return
        if self._part.name != "expires_in_seconds":
            raise bad_request(f"{self._part.name[:64]}: Extra inputs are not permitted")
        self._fields[self._part.name] = self._part.text.decode("utf-8", "replace")

    def _end(self) -> None:
        self._ended = True


def _option(part: _Part, name: bytes) -> str:
    _, options = parse_options_header(part.headers.get("content-disposition", b""))
    return options.get(name, b"").decode("utf-8", "replace")


def _media_type(part: _Part) -> str:
    kind, _ = parse_options_header(part.headers.get("content-type", b""))
    return kind.decode("latin-1") or _UNKNOWN_TYPE


def _file_name(part: _Part, media_type: str) -> str:
    """The last part of the path it was sent with."""
    name = re.split(r"[/\\]", _option(part, b"filename"))[-1]
    if not name:
        return "unnamed" + (mimetypes.guess_extension(media_type) or "")
    if len(name) > _LONGEST_NAME or _FORBIDDEN.search(name):
        raise bad_request(
            "Invalid filename: it must have 1 to 255 characters, none of them one of "
            '<, >, :, ", |, ?, *, \\, / or a control character'
        )
    return name


def _life(given: str | None) -> int | None:
    if given is None:
        return None
    if not given.isascii() or not given.isdigit():
        raise bad_request("expires_in_seconds: Input should be a valid integer")
    if not _SHORTEST_LIFE <= int(given) <= _LONGEST_LIFE:
        raise bad_request(
            f"expires_in_seconds: Input should be between {_SHORTEST_LIFE} and {_LONGEST_LIFE}"
        )
    return int(given)
