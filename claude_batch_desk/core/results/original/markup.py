"""Edits in the markup of a part that leave every other byte of it as it is."""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

from claude_batch_desk.core.errors import ExportError

UNUSUAL = (
    "The program that wrote this workbook did so in an unusual way, so nothing can be put into a "
    "copy of it safely. Nothing was written. Export a fresh workbook instead, or open the "
    "original in Excel, save it anew, and open that here."
)
ATTRIBUTES = rb"""(?:\s++[^\s=<>"'/]++\s*+=\s*+(?:"[^"<]*+"|'[^'<]*+'))*+"""
"""Of a start tag; a > may stand in their values."""

_ENCODING = re.compile(rb"""<\?xml[^>]*?\sencoding\s*=\s*["']([A-Za-z0-9._-]+)""")
_ASIDE = re.compile(rb"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>", re.DOTALL)


@dataclass(frozen=True)
class Tag:
    """A start tag, and where it stands in its part."""

    start: int
    end: int
    prefix: bytes
    """With its colon; b"" where there is none."""
    attributes: bytes
    is_empty: bool
    """It is its own end."""

    def get(self, name: str) -> str:
        """The value of an attribute, "" where it is not there."""
        found = _attribute(name.encode()).search(self.attributes)
        return html.unescape((found[2] or found[3] or b"").decode()) if found else ""


def with_attribute(tag: bytes, name: str, value: str) -> bytes:
    """A start tag, or its attributes, with another value of an attribute that is there."""
    return _attribute(name.encode()).sub(
        lambda found: found[1] + b'"' + escaped(value).encode() + b'"', tag, count=1
    )


@cache
def _attribute(name: bytes) -> re.Pattern[bytes]:
    return re.compile(rb"""(\s%b\s*+=\s*+)(?:"([^"]*+)"|'([^']*+)')""" % re.escape(name))


def escaped(value: str) -> str:
    """A text as it stands between the quotes of an attribute."""
    text = value.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
    return text.replace("\t", "&#9;").replace("\n", "&#10;").replace("\r", "&#13;")


@cache
def tag_pattern(name: str) -> re.Pattern[bytes]:
    """The start tag of this name, with any prefix."""
    return re.compile(rb"<([A-Za-z_][\w.-]*+:)?%b(%b)\s*+(/?)>" % (name.encode(), ATTRIBUTES))


@dataclass
class Markup:
    """The markup of a part, or of a piece of it, and what is to be changed in it."""

    content: bytes
    _bare: bytes = field(init=False, repr=False)
    _changes: list[tuple[int, int, bytes]] = field(default_factory=list, repr=False)

    def __post_init__(self) -> None:
        # What is no element must not be taken for one; places stay the same.
        self._bare = _ASIDE.sub(lambda found: b" " * len(found[0]), self.content)

    @property
    def breaks_off(self) -> bool:
        """It ends within a comment or the like, whose content might be taken for elements."""
        return b"<!" in self._bare or b"<?" in self._bare

    def tags(self, name: str) -> Iterator[Tag]:
        """All start tags of this name, whatever their prefix."""
        for found in tag_pattern(name).finditer(self._bare):
            prefix, attributes, empty = found.groups(b"")
            yield Tag(found.start(), found.end(), prefix, attributes, bool(empty))

    def tag(self, name: str) -> Tag | None:
        """The first of them."""
        return next(self.tags(name), None)

    def close_of(self, name: str, tag: Tag) -> int:
        """Where the end tag begins that belongs to a start tag; raises ExportError without it.

        Elements that are within one of the same name are not known here.
        """
        end = self._bare.find(b"</" + tag.prefix + name.encode(), tag.end)
        if tag.is_empty or end < 0:
            raise ExportError(UNUSUAL)
        return end

    def text_of(self, name: str, tag: Tag) -> str:
        """What stands between a start tag and its end, without markup in it."""
        return html.unescape(self._bare[tag.end : self.close_of(name, tag)].decode())

    def put(self, at: int, new: bytes) -> None:
        """Insert something."""
        self._changes.append((at, at, new))

    def set(self, tag: Tag, name: str, value: str) -> None:
        """Give an attribute that a tag has another value."""
        self._changes.append(
            (tag.start, tag.end, with_attribute(self.content[tag.start : tag.end], name, value))
        )

    def replace(self, start: int, end: int, new: bytes) -> None:
        """Put something in the place of something else."""
        self._changes.append((start, end, new))

    def append(self, name: str, new: bytes) -> None:
        """Put something last into the first element of this name; raises ExportError without it."""
        tag = self.tag(name)
        if tag is None:
            raise ExportError(UNUSUAL)
        if not tag.is_empty:
            self.put(self.close_of(name, tag), new)
            return
        opened = self.content[tag.start : tag.end].rstrip(b"/>").rstrip() + b">"
        self.replace(tag.start, tag.end, opened + new + b"</" + tag.prefix + name.encode() + b">")

    def remove(self, name: str, tag: Tag) -> None:
        """Take out an element that has none in it."""
        end = tag.end
        if not tag.is_empty:
            end = self._bare.index(b">", self.close_of(name, tag)) + 1
        self.replace(tag.start, end, b"")

    @property
    def is_changed(self) -> bool:
        """Whether anything is to be changed."""
        return bool(self._changes)

    def done(self) -> bytes:
        """The markup with all changes made."""
        pieces, at = [], 0
        for start, end, new in sorted(self._changes, key=lambda change: change[:2]):
            pieces += [self.content[at:start], new]
            at = end
        return b"".join([*pieces, self.content[at:]])


def check_encoding(head: bytes) -> None:
    """Raise ExportError where a part is not in UTF-8, which nearly all are."""
    found = _ENCODING.match(head.removeprefix(b"\xef\xbb\xbf"))
    if head[:2] in (b"\xff\xfe", b"\xfe\xff") or (found and found[1].lower() != b"utf-8"):
        raise ExportError(UNUSUAL)
