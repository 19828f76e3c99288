"""Frames: how the reader child speaks to its parent, over a pipe.

A frame is a byte for its kind, its body's length in four bytes (big endian), and the body. A page
travels as its row count in two bytes and the JSON it will be stored as, which the parent passes
on without decoding. Everything else is JSON.
"""

import os
import struct
from dataclasses import asdict, dataclass
from enum import Enum
from pathlib import Path
from typing import IO

import orjson

from claude_batch_desk.core.tables.table import Found, Page, Reading, ReadOptions

MAX_BODY = 128 * 1024 * 1024
"""Bytes; a page that needs more is refused by the child, a frame that claims more by the parent."""

_HEAD = struct.Struct(">cI")
_ROWS = struct.Struct(">H")


class Kind(Enum):
    """What a frame says."""

    HEADER = b"H"
    PAGE = b"P"
    FOUND = b"F"
    """What was noticed; comes once, when the pages are through."""
    ALIVE = b"A"
    ERROR = b"E"
    """A sentence for the person: the file cannot be read as a table."""
    BUG = b"B"
    """Type and place of an exception nobody expected; never its text, which may hold cells."""


@dataclass(frozen=True)
class Frame:
    """One message of the child."""

    kind: Kind
    body: bytes = b""


@dataclass(frozen=True)
class Header:
    """The first thing a reader knows: how it reads, and the columns."""

    reading: Reading
    columns: tuple[str, ...]


@dataclass(frozen=True)
class Request:
    """What the parent wants to have read."""

    path: Path
    options: ReadOptions

    def to_json(self) -> bytes:
        """The request as it is written to the child."""
        return orjson.dumps({"path": os.fspath(self.path), "options": asdict(self.options)})

    @classmethod
    def from_json(cls, text: bytes) -> "Request":
        """The request the parent wrote."""
        found = orjson.loads(text)
        return cls(Path(found["path"]), ReadOptions(**found["options"]))


def header_frame(header: Header) -> Frame:
    """The frame that carries a header."""
    return Frame(Kind.HEADER, orjson.dumps(asdict(header)))


def header_of(frame: Frame) -> Header:
    """The header a frame carries."""
    found = orjson.loads(frame.body)
    return Header(Reading.from_json(found["reading"]), tuple(found["columns"]))


def page_frame(page: Page) -> Frame:
    """The frame that carries a page."""
    return Frame(Kind.PAGE, _ROWS.pack(page.rows) + page.cells)


def page_of(frame: Frame) -> Page:
    """The page a frame carries."""
    (rows,) = _ROWS.unpack_from(frame.body)
    return Page(rows, frame.body[_ROWS.size :])


def found_frame(found: Found) -> Frame:
    """The frame that carries what was noticed."""
    return Frame(Kind.FOUND, found.to_json())


def found_of(frame: Frame) -> Found:
    """What was noticed, from its frame."""
    return Found.from_json(frame.body)


def text_frame(kind: Kind, text: str) -> Frame:
    """A frame of a kind that carries a text."""
    return Frame(kind, orjson.dumps(text))


def text_of(frame: Frame) -> str:
    """The text a frame carries."""
    return str(orjson.loads(frame.body))


def write_frame(stream: IO[bytes], frame: Frame) -> None:
    """Write a frame and let it go at once; raises OSError where nobody listens any more."""
    stream.write(_HEAD.pack(frame.kind.value, len(frame.body)))
    stream.write(frame.body)
    stream.flush()


def read_frame(stream: IO[bytes]) -> Frame | None:
    """The next frame; None at the end, also where the stream breaks off or makes no sense."""
    head = stream.read(_HEAD.size)
    if len(head) < _HEAD.size:
        return None
    kind, length = _HEAD.unpack(head)
    if length > MAX_BODY or kind not in {each.value for each in Kind}:
        return None
    body = stream.read(length)
    return Frame(Kind(kind), body) if len(body) == length else None
