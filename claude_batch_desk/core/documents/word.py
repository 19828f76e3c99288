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

from claude_batch_desk.core.documents.extract import Extract, Pieces, Unusable, extract_text
from claude_batch_desk.core.documents.kinds import WORD
from claude_batch_desk.core.errors import TableError
from claude_batch_desk.core.tables.opened import Alive
from claude_batch_desk.core.tables.sniff import LOCKED, check_compound, is_zip
from claude_batch_desk.core.tables.workbooks.package import Package

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
        words = Pieces()
        _add_words(words, path, package.body, alive)
        for notes in filter(package.has, _NOTES):
            words.add("\n\n")
            _add_words(words, path, notes, alive)
    except TableError as error:
        raise Unusable("encrypted" if str(error) == LOCKED else "damaged") from error
    text = _LINE_ENDS.sub("\n", _AROUND_CELLS.sub("\t", str(words)))
    return extract_text(WORD, text, is_cut=words.is_full)


def _is_locked(path: Path) -> bool:
    """True for a document with a password, which is in the older format's wrapping."""
    try:
        check_compound(path)
    except TableError as error:
        return str(error) == LOCKED
    return False


def _add_words(words: Pieces, path: Path, part: str, alive: Alive) -> None:
    """Add the text of a part, or as much as is kept; raises Unusable."""
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import ParseError

    try:
        with zipfile.ZipFile(path) as opened, opened.open(part) as stream:
            for number, piece in enumerate(_pieces(stream)):
                if number % _ALIVE_EVERY == 0:
                    alive()
                words.add(piece)
                if words.is_full:
                    break
    except (zipfile.BadZipFile, zlib.error, KeyError, ParseError, DefusedXmlException) as error:
        raise Unusable("damaged") from error


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
