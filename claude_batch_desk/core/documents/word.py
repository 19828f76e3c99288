"""Word documents (.docx): the words of the body in their order, with tables, lists and notes.

Headers and footers are left out, as is what was deleted while changes were tracked.
"""

import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO

from claude_batch_desk.core.documents.extract import MAX_TEXT, Extract, Unusable, extract_text
from claude_batch_desk.core.documents.kinds import WORD
from claude_batch_desk.core.errors import TableError
from claude_batch_desk.core.tables.opened import Alive
from claude_batch_desk.core.tables.package import Package
from claude_batch_desk.core.tables.sniff import LOCKED, check_compound, is_zip

_NOTES = ("word/footnotes.xml", "word/endnotes.xml")
_DROPPED = frozenset({"del", "moveFrom", "Fallback", "instrText", "pPrChange", "rPrChange"})
_ALIVE_EVERY = 2_000
_AROUND_CELLS = re.compile(r" *\t *")
_LINE_ENDS = re.compile(r"[ \t]*\n *")
_MARKS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "ptab": "\t"}


class _WordPackage(Package):
    """The parts of a zipped Word document."""

    noun = "document"

    def check_kind(self, parts: Mapping[str, zipfile.ZipInfo]) -> None:
        if not any(name.startswith("word/") for name in parts):
            raise TableError("This file is not a Word document.")

    @property
    def body(self) -> str:
        """The name of the part with the body; not every program calls it word/document.xml."""
        for each in self.elements("_rels/.rels", "Relationship"):
            if each.get("Type", "").endswith("/officeDocument"):
                return posixpath.normpath(each.get("Target", "")).lstrip("/")
        return "word/document.xml"


def read_word(path: Path, alive: Alive) -> Extract:
    """The words of a document; raises Unusable."""
    if not is_zip(path):
        raise Unusable("encrypted" if _is_locked(path) else "unsupported")
    try:
        package = _WordPackage(path)
        pieces = _words(path, package.body, alive)
        for notes in _NOTES:
            if package.has(notes):
                pieces += ["\n\n", *_words(path, notes, alive)]
    except TableError as error:
        raise Unusable("encrypted" if str(error) == LOCKED else "damaged") from error
    return extract_text(WORD, _LINE_ENDS.sub("\n", _AROUND_CELLS.sub("\t", "".join(pieces))))


def _is_locked(path: Path) -> bool:
    """True for a document with a password, which is in the older format's wrapping."""
    try:
        check_compound(path)
    except TableError as error:
        return str(error) == LOCKED
    return False


def _words(path: Path, part: str, alive: Alive) -> list[str]:
    """The text of a part in pieces, up to MAX_TEXT characters; raises Unusable."""
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import ParseError

    room, pieces = MAX_TEXT, list[str]()
    try:
        with zipfile.ZipFile(path) as opened, opened.open(part) as stream:
            for number, piece in enumerate(_pieces(stream)):
                if number % _ALIVE_EVERY == 0:
                    alive()
                pieces.append(piece)
                room -= len(piece)
                if room < 0:
                    break
    except (zipfile.BadZipFile, zlib.error, KeyError, ParseError, DefusedXmlException) as error:
        raise Unusable("damaged") from error
    return pieces


def _pieces(stream: IO[bytes]) -> Iterator[str]:
    from defusedxml.ElementTree import iterparse

    open_tags: list[str] = []
    dropped = 0
    """How many of the open elements are left out."""
    for event, element in iterparse(stream, events=("start", "end")):
        tag = element.tag.rpartition("}")[2]
        if event == "start":
            open_tags.append(tag)
            dropped += tag in _DROPPED
            continue
        open_tags.pop()
        dropped -= tag in _DROPPED
        if not dropped:
            yield _piece(tag, element.text or "", open_tags)
        element.clear()


def _piece(tag: str, text: str, inside: list[str]) -> str:
    """What an element adds to the text where it ends, inside of these."""
    within = inside[-1] if inside else ""
    if tag == "t":
        return text
    if tag in _MARKS:
        return _MARKS[tag] if within == "r" else ""
    if tag == "numPr":
        return "- " if within == "pPr" else ""
    if tag == "p":
        return " " if within == "tc" else "\n"
    return {"tc": "\t", "tr": "\n"}.get(tag, "")
