"""Texts of a workbook in XML as they are meant: without their escapes, fonts and hints."""

import re
from collections.abc import Iterable

from claude_batch_desk.core.errors import TableError
from claude_batch_desk.core.tables.sniff import DAMAGED

_ITEM = re.compile(r"<si(?: [^>]*)?(?:/>|>(.*?)</si>)", re.DOTALL)
_SIMPLE = re.compile(r'<si><t( xml:space="preserve")?>([^<]*)</t></si>')
_TO_MEND = re.compile(r"&|_x|\r")
_ALONE = re.compile(r'<t( xml:space="preserve")?>([^<]*)</t>')
_HINT = re.compile(r"<rPh.*?</rPh>", re.DOTALL)
_PIECE = re.compile(r"<t(?: ([^>]*))?>([^<]*)</t>")
_REFERENCE = re.compile(r"&(?:#x([0-9A-Fa-f]{1,6})|#([0-9]{1,7})|([a-z]{2,4}));")
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_BLANKS = " \t\r\n"
_HEAD = 4096
_PREFIX = re.compile(rb"<([A-Za-z][A-Za-z0-9]*:)sst[ >]")


def shared_texts(blocks: Iterable[bytes]) -> list[str]:
    """The texts that cells refer to by their number; raises TableError where they make no sense."""
    texts: list[str] = []
    rest = b""
    prefix: re.Match[bytes] | None = None
    for block in blocks:
        rest += block
        prefix = prefix or _PREFIX.search(rest, 0, _HEAD)
        close = b"</" + (prefix[1] if prefix else b"") + b"si>"
        end = rest.rfind(close)
        if end >= 0:
            end += len(close)
            texts += _texts(bare(rest[:end], prefix[1]) if prefix else rest[:end])
            rest = rest[end:]
    return texts + _texts(bare(rest, prefix[1]) if prefix else rest)


def bare(markup: bytes, prefix: bytes) -> bytes:
    """The same markup without a prefix of its tags."""
    return markup.replace(b"<" + prefix, b"<").replace(b"</" + prefix, b"</")


def _texts(markup: bytes) -> list[str]:
    try:
        text = markup.decode()
    except UnicodeDecodeError as error:
        raise TableError(DAMAGED) from error
    simple = _SIMPLE.findall(text)
    if len(simple) != text.count("<si"):
        return list(map(text_of_item, _ITEM.findall(text)))
    texts = [found if kept else found.strip(_BLANKS) for kept, found in simple]
    return list(map(plain, texts)) if _TO_MEND.search(text) else texts


def text_of_item(item: str) -> str:
    """The text in the markup of one item; that of hints how to pronounce it is left out."""
    alone = _ALONE.fullmatch(item)
    if alone:
        return plain(alone[2]) if alone[1] else plain(alone[2].strip(_BLANKS))
    if "<rPh" in item:
        item = _HINT.sub("", item)
    return "".join(
        plain(text) if "preserve" in attributes else plain(text.strip(_BLANKS))
        for attributes, text in _PIECE.findall(item)
    )


def plain(text: str) -> str:
    """A text of XML without its escapes; raises TableError at an entity nobody may define."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "&" in text:
        text = _REFERENCE.sub(_character, text)
    if "_x" in text:
        text = _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text)
        # Two escapes may be the halves of one character.
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")
    return text


def _character(found: re.Match[str]) -> str:
    try:
        if found[3]:
            return _NAMED[found[3]]
        return chr(int(found[1], 16) if found[1] else int(found[2]))
    except (KeyError, ValueError) as error:
        raise TableError(DAMAGED) from error
