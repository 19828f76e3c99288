"""Which encoding a text file is in: known from its bytes where possible, else guessed and said."""

import codecs
import re
from dataclasses import dataclass
from io import TextIOWrapper
from pathlib import Path

from claude_batch_desk.core.errors import TableError
from claude_batch_desk.core.tables.opened import Alive

_BLOCK = 1024 * 1024
_HEAD = 64 * 1024
_GUESS_FROM = 256 * 1024
"""Bytes of lines with other than ASCII characters; more does not make the guess better."""
_ASCII = 0x7F
_MOSTLY = 0.3
_HARDLY = 0.05

# The longer marks first: the one for UTF-32 starts like the one for UTF-16.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SURE_FROM = 100
# What tables are saved in today; the rest (Macintosh, DOS, rare ISO parts) is a guess from little
# text more often than the truth.
_USUAL = re.compile(
    r"cp125\d|cp9\d\d|iso8859-(?:1|2|5|7|9|15)|koi8|shift_jis|euc|gb|big5|iso2022|utf"
)
# Guesses are made between close relatives; the larger one reads all that the smaller one does.
_LARGER = {"iso8859-1": "cp1252", "ascii": "utf-8", "gb2312": "gb18030", "gbk": "gb18030"}


@dataclass(frozen=True)
class Encoding:
    """A codec's name, and how sure it is."""

    name: str
    is_guess: bool = False
    fits: bool = True
    """Every byte of the file can be decoded; if not, U+FFFD stands in for what cannot."""


def find_encoding(path: Path, chosen: str, alive: Alive) -> Encoding:
    """The encoding of the whole file, which is read once for it.

    Raises TableError where `chosen` is no text encoding or does not fit the file.
    """
    if chosen:
        return _checked(path, chosen, alive)
    with path.open("rb") as source:
        head = source.read(_HEAD)
    known = next((name for mark, name in _MARKS if head.startswith(mark)), "") or _utf16(head)
    if known:
        return Encoding(known, fits=_misfit(path, known, alive) is None)
    if _misfit(path, "utf-8", alive) is None:
        return Encoding("utf-8")
    return _guessed(path, alive)


def open_text(path: Path, encoding: Encoding) -> TextIOWrapper:
    """The file as text, without its byte order mark and with its line ends as they are."""
    errors = "strict" if encoding.fits else "replace"
    text = path.open(encoding=encoding.name, errors=errors, newline="")
    if text.read(1) != "\ufeff":
        text.seek(0)
    return text


def _utf16(head: bytes) -> str:
    """Western text in UTF-16 has a NUL in every second byte, also where no mark says so."""
    half = len(head) // 2 or 1
    even, odd = head[::2].count(0) / half, head[1::2].count(0) / half
    if odd > _MOSTLY and even < _HARDLY:
        return "utf-16-le"
    return "utf-16-be" if even > _MOSTLY and odd < _HARDLY else ""


def _misfit(path: Path, name: str, alive: Alive) -> int | None:
    """The line (1 is the first) with the first bytes that are not in this encoding, or None."""
    decoder = codecs.getincrementaldecoder(name)()
    line = 1
    with path.open("rb") as source:
        while block := source.read(_BLOCK):
            alive()
            try:
                line += decoder.decode(block).count("\n")
            except UnicodeDecodeError as error:
                return line + error.object[: error.start].count(b"\n")
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return line
    return None


def _checked(path: Path, chosen: str, alive: Alive) -> Encoding:
    try:
        codecs.lookup(chosen)
        "".encode(chosen)  # refuses codecs that are not for text
        line = _misfit(path, chosen, alive)
    except (LookupError, UnicodeError, ValueError) as error:
        raise TableError(f"“{chosen}” is not the name of a text encoding.") from error
    if line is not None:
        raise TableError(
            f"This file is not in the encoding {chosen}: line {line:,} cannot be read. "
            "Choose another encoding, or let it be found out."
        )
    return Encoding(chosen)


def _guessed(path: Path, alive: Alive) -> Encoding:
    import chardet

    telling = bytearray()
    with path.open("rb") as source:
        for line in source:
            if not line.isascii():
                telling += line[:_HEAD]
            if len(telling) > _GUESS_FROM:
                break
    alive()
    guess = codecs.lookup(chardet.detect(bytes(telling))["encoding"] or "cp1252").name
    if not _USUAL.match(guess) and sum(byte > _ASCII for byte in telling) < _SURE_FROM:
        guess = "cp1252"
    names = (_LARGER.get(guess, guess), guess, "cp1252")
    for name in names:
        if _misfit(path, name, alive) is None:
            return Encoding(name, is_guess=True)
    return Encoding(names[0], is_guess=True, fits=False)
