"""The create body of a batch, read from disk one request at a time.

A body may be 256 MB; it is never held in memory as a whole, only the request being read.
"""

import codecs
import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import orjson

from claude_batch_desk.practice.records import RequestEntry
from claude_batch_desk.practice.unconfirmed import DUPLICATE_CUSTOM_ID
from claude_batch_desk.practice.wire import ApiError, bad_request

MAX_REQUESTS = 100_000
_MAX_ID_LENGTH = 64
_ID = re.compile(r"[a-zA-Z0-9_-]+")
_WINDOW_BYTES = 1 << 20
_BLANK = re.compile(r"[ \t\n\r]*")
_LONGEST_TOKEN = 32
"""No token but a string or a silly number is longer, in characters."""


def read_envelope(path: Path) -> list[RequestEntry]:
    """Check a create body as far as the service does at once, and find its requests.

    Raises ApiError for what the service refuses at create: no JSON, no requests, too many of
    them, a custom_id that is malformed or used twice. The params are not looked at.
    """
    with path.open("rb") as file:
        scanner = _Scanner(file)
        entries: list[RequestEntry] | None = None
        for key in scanner.members():
            if key == "requests":
                entries = _read_requests(scanner)
            else:
                raise bad_request(f"{key[:64]}: Extra inputs are not permitted")
        scanner.expect_end()
    if entries is None:
        raise bad_request("requests: Field required")
    return entries


def read_request(file: BinaryIO, entry: RequestEntry) -> Any:
    """The request object at an entry's place; raises ValueError where it cannot be used."""
    file.seek(entry.place)
    return orjson.loads(file.read(entry.length))


def _read_requests(scanner: "_Scanner") -> list[RequestEntry]:
    entries: list[RequestEntry] = []
    seen: set[str] = set()
    for number, (item, place, length) in enumerate(scanner.items()):
        if number >= MAX_REQUESTS:
            raise bad_request(f"requests: List should have at most {MAX_REQUESTS} items")
        custom_id = _custom_id(item, number)
        if custom_id in seen:
            raise bad_request(DUPLICATE_CUSTOM_ID.format(number=number))
        seen.add(custom_id)
        entries.append(RequestEntry(custom_id, _sha256(item["params"]), place, length))
    if not entries:
        raise bad_request("requests: List should have at least 1 item after validation, not 0")
    return entries


def _custom_id(item: Any, number: int) -> str:
    place = f"requests.{number}"
    _check_members(item, place)
    custom_id = item["custom_id"]
    if not isinstance(custom_id, str):
        raise bad_request(f"{place}.custom_id: Input should be a valid string")
    if not custom_id:
        raise bad_request(f"{place}.custom_id: String should have at least 1 character")
    if len(custom_id) > _MAX_ID_LENGTH:
        raise bad_request(f"{place}.custom_id: String should have at most 64 characters")
    if not _ID.fullmatch(custom_id):
        pattern = "^[a-zA-Z0-9_-]{1,64}$"
        raise bad_request(f"{place}.custom_id: String should match pattern '{pattern}'")
    return custom_id


def _check_members(item: Any, place: str) -> None:
    if not isinstance(item, dict):
        raise bad_request(f"{place}: Input should be an object")
    for key in ("custom_id", "params"):
        if key not in item:
            raise bad_request(f"{place}.{key}: Field required")
    for key in item:
        if key not in {"custom_id", "params"}:
            raise bad_request(f"{place}.{key[:64]}: Extra inputs are not permitted")
    if not isinstance(item["params"], dict):
        raise bad_request(f"{place}.params: Input should be an object")


def _sha256(params: Any) -> bytes:
    try:
        canonical = orjson.dumps(params)
    except TypeError:  # a lone surrogate or an integer beyond 64 bits: rare, and not refused here
        canonical = json.dumps(params, ensure_ascii=True).encode()
    return hashlib.sha256(canonical).digest()


def _no_constant(name: str) -> None:
    raise ValueError(name)


class _Scanner:
    """A JSON object read forward through a small window, decoding one value at a time."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._utf8 = codecs.getincrementaldecoder("utf-8")()
        self._json = json.JSONDecoder(parse_constant=_no_constant)
        self._text = ""
        self._at = 0
        self._bytes_before = 0
        """How many bytes of the file stand before the window's current position."""
        self._at_end = False

    def members(self) -> Iterator[str]:
        """The keys of the top object; the caller reads each value before the next key."""
        yield from self._separated("{", "}", self._read_key)

    def items(self) -> Iterator[tuple[Any, int, int]]:
        """The values of an array, each with its place and length in bytes."""
        yield from self._separated("[", "]", self._read_value)

    def expect_end(self) -> None:
        """Raise ApiError where anything but blanks follows."""
        if self._peek():
            raise _not_json()

    def _separated(self, opening: str, closing: str, read: Any) -> Iterator[Any]:
        self._expect(opening)
        if self._peek() == closing:
            self._expect(closing)
            return
        while True:
            yield read()
            if self._peek() != ",":
                break
            self._expect(",")
        self._expect(closing)

    def _read_key(self) -> str:
        key, _, _ = self._read_value()
        if not isinstance(key, str):
            raise _not_json()
        self._expect(":")
        return key

    def _read_value(self) -> tuple[Any, int, int]:
        self._peek()
        while True:
            try:
                value, end = self._json.raw_decode(self._text, self._at)
            except json.JSONDecodeError as error:
                if not (self._may_be_cut(error) and self._more()):
                    raise _not_json() from error
                continue
            except (ValueError, RecursionError) as error:
                raise _not_json() from error
            if end == len(self._text) and self._more():
                continue  # a number may go on in the next window
            place = self._bytes_before
            length = len(self._text[self._at : end].encode())
            self._bytes_before += length
            self._at = end
            return value, place, length

    def _may_be_cut(self, error: json.JSONDecodeError) -> bool:
        """Whether an error may only be the edge of the window, with more of the value behind it."""
        at_edge = error.pos > len(self._text) - _LONGEST_TOKEN
        return at_edge or error.msg.startswith("Unterminated string")

    def _expect(self, character: str) -> None:
        if self._peek() != character:
            raise _not_json()
        self._at += 1
        self._bytes_before += 1

    def _peek(self) -> str:
        """The next character that is no blank, or "" at the end."""
        while True:
            found = _BLANK.match(self._text, self._at)
            skipped = found.end() if found else self._at
            self._bytes_before += skipped - self._at
            self._at = skipped
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._more():
                return ""

    def _more(self) -> bool:
        """Make the window longer, at least twice as long as what is still unread."""
        if self._at_end:
            return False
        unread = self._text[self._at :]
        data = self._file.read(max(_WINDOW_BYTES, len(unread)))
        self._at_end = not data
        try:
            self._text = unread + self._utf8.decode(data, final=self._at_end)
        except UnicodeDecodeError as error:
            raise _not_json() from error
        self._at = 0
        return bool(data)


def _not_json() -> ApiError:
    return bad_request("The request body is not valid JSON.")
