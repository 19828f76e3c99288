"""What was read out of one document, and how the parent and its child speak of it."""

import os
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import orjson

from claude_batch_desk.core.tables.finding import FindingKind
from claude_batch_desk.core.tables.process.frames import Frame, Kind, text_frame, text_of

MAX_TEXT = 5_000_000
"""Characters; no model reads more, and a longer text is cut."""


_BLANK = "\n "
_NO_TEXT = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


class Unusable(Exception):
    """A document that cannot be read; `mark` says in which way."""

    def __init__(self, mark: FindingKind) -> None:
        super().__init__(mark)
        self.mark: FindingKind = mark


@dataclass(frozen=True)
class Extract:
    """What one document holds."""

    media_type: str
    text: str = ""
    """At most MAX_TEXT characters, with "\\n" between lines."""
    pages: int = 0
    width: int = 0
    height: int = 0
    marks: tuple[FindingKind, ...] = ()
    """What is worth a word; the text can be used all the same."""
    page_starts: tuple[int, ...] = ()
    """The place in the text where each page begins; none for what has no pages, or no text."""


@dataclass(frozen=True)
class Ask:
    """What the parent wants to have read."""

    path: Path
    media_type: str

    def to_json(self) -> bytes:
        """The line that is written to the child."""
        return orjson.dumps({"path": os.fspath(self.path), "media_type": self.media_type}) + b"\n"

    @classmethod
    def from_json(cls, line: bytes) -> "Ask":
        """What the parent wrote."""
        found = orjson.loads(line)
        return cls(Path(found["path"]), found["media_type"])


def extract_frame(extract: Extract) -> Frame:
    """The frame that carries an extract."""
    return Frame(Kind.FOUND, orjson.dumps(asdict(extract)))


def extract_of(frame: Frame) -> Extract:
    """The extract a frame carries; raises Unusable where it carries that instead."""
    if frame.kind is Kind.ERROR:
        raise Unusable(text_of(frame))  # type: ignore[arg-type] # written by unusable_frame
    found = orjson.loads(frame.body)
    return Extract(**{**found, **{name: tuple(found[name]) for name in ("marks", "page_starts")}})


def unusable_frame(unusable: Unusable) -> Frame:
    """The frame that says that a document cannot be read."""
    return text_frame(Kind.ERROR, unusable.mark)


def clean(text: str) -> str:
    """With one kind of line end, and without what is no text; blank lines at the ends go."""
    return plain_lines(text).strip(_BLANK)


def plain_lines(text: str) -> str:
    """With one kind of line end, and without what is no text."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return _NO_TEXT.sub("", lines)


def extract_text(media_type: str, text: str, *, is_cut: bool = False) -> Extract:
    """The extract of a document that is nothing but its text; `is_cut` where there was more."""
    plain = clean(text[: MAX_TEXT + 1])
    is_cut = is_cut or len(plain) > MAX_TEXT
    return Extract(media_type, plain[:MAX_TEXT], marks=("shortened",) if is_cut else ())


def paged_text(media_type: str, pages: Iterable[str]) -> Extract:
    """The extract of a document that is nothing but the text of its pages.

    No more pages are asked for once their text is as long as any that is kept.
    """
    pieces, starts = Pieces(), []
    for page in pages:
        starts.append(pieces.length)
        pieces.add(plain_lines(page) + "\n\n")
        if pieces.is_full:
            break
    whole = str(pieces)
    extract = extract_text(media_type, whole, is_cut=pieces.is_full)
    blank = len(whole) - len(whole.lstrip(_BLANK))
    placed = (min(max(start - blank, 0), len(extract.text)) for start in starts)
    return replace(extract, page_starts=tuple(placed) if extract.text else ())


class Pieces:
    """Collects a text piece by piece until it is as long as any that is kept."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._room = MAX_TEXT

    @property
    def length(self) -> int:
        """Characters so far."""
        return MAX_TEXT - self._room

    def add(self, piece: str) -> None:
        """Take the next piece."""
        self._pieces.append(piece)
        self._room -= len(piece)

    @property
    def is_full(self) -> bool:
        """Whether more would be cut off."""
        return self._room < 0

    def __str__(self) -> str:
        return "".join(self._pieces)
