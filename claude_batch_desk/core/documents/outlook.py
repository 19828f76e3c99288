"""E-mails that Outlook saved (.msg): a compound file with a stream for each property."""

import struct
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from claude_batch_desk.core.documents.extract import Extract, Unusable, extract_text
from claude_batch_desk.core.documents.kinds import OUTLOOK
from claude_batch_desk.core.documents.mail import letter
from claude_batch_desk.core.documents.markup import html_text
from claude_batch_desk.core.tables.opened import Alive

if TYPE_CHECKING:
    from olefile import OleFileIO

# Properties by their numbers in [MS-OXPROPS], those of fixed size with their type.
_SUBJECT, _SENDER, _ADDRESS, _TO, _CC = "0037", "0C1A", "5D01", "0E04", "0E03"
_BODY, _PAGE, _LONG_NAME, _NAME = "1000", "1013", "3707", "3704"
_SENT, _RECEIVED = 0x00390040, 0x0E060040
_CODE_PAGE, _PAGE_CODE_PAGE, _LOCALE = 0x3FFD0003, 0x3FDE0003, 0x3FF10003

_PROPERTIES = "__properties_version1.0"
_MESSAGE_HEADER, _ENTRY = 32, struct.Struct("<IIQ")
_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)
_LATEST = (datetime(9999, 1, 1, tzinfo=UTC) - _EPOCH) // timedelta(microseconds=1) * 10
_MAX_STREAM = 64 * 1024 * 1024

_UTF8, _ISO = 65001, range(28591, 28606)
_NAMES = {20127: "cp1252", 20866: "koi8-r", 21866: "koi8-u", 50220: "iso2022_jp", _UTF8: "utf-8"}
_LANGUAGE = 0x3FF
_LANGUAGES = {
    **dict.fromkeys((0x02, 0x19, 0x22, 0x23, 0x2F), 1251),
    **dict.fromkeys((0x05, 0x0E, 0x15, 0x18, 0x1A, 0x1B, 0x1C, 0x24), 1250),
    0x01: 1256,
    0x04: 936,
    0x08: 1253,
    0x0D: 1255,
    0x11: 932,
    0x12: 949,
    0x1F: 1254,
}
"""The code page of Windows in a language, for mails that name only that."""


def read_outlook(path: Path, alive: Alive) -> Extract:
    """Headers, body and the names of what is attached; raises Unusable."""
    from olefile import OleFileIO

    try:
        with OleFileIO(str(path)) as opened:
            if not opened.exists(_PROPERTIES):
                raise Unusable("unsupported")
            return extract_text(OUTLOOK, _Message(opened).letter(alive))
    except (OSError, struct.error, IndexError) as error:
        raise Unusable("damaged") from error


class _Message:
    """The properties of one e-mail."""

    def __init__(self, opened: "OleFileIO") -> None:
        self._opened = opened
        table = self._stream(_PROPERTIES)[_MESSAGE_HEADER:]
        whole = len(table) // _ENTRY.size * _ENTRY.size
        self._fixed = {tag: value for tag, _, value in _ENTRY.iter_unpack(table[:whole])}

    def letter(self, alive: Alive) -> str:
        """The e-mail as one text."""
        headers = {
            "Subject": self._text(_SUBJECT),
            "From": " ".join(filter(None, (self._text(_SENDER), self._text(_ADDRESS)))),
            "To": self._text(_TO),
            "Cc": self._text(_CC),
            "Date": self._date(),
        }
        return letter(
            headers, self._text(_BODY) or html_text(self._page(), alive), self._attached()
        )

    def _text(self, number: str, folder: str = "") -> str:
        """A property that is a text: in UTF-16, or in the code page of where it was written."""
        wide = self._stream(f"{folder}__substg1.0_{number}001F")
        if wide:
            return wide.decode("utf-16-le", "replace").rstrip("\0")
        narrow = self._stream(f"{folder}__substg1.0_{number}001E")
        return self._decoded(narrow, (_CODE_PAGE, _LOCALE, _PAGE_CODE_PAGE))

    def _page(self) -> str:
        page = self._stream(f"__substg1.0_{_PAGE}0102")
        return self._decoded(page, (_PAGE_CODE_PAGE, _CODE_PAGE, _LOCALE))

    def _decoded(self, text: bytes, tellers: Sequence[int]) -> str:
        """A text in the first code page that these properties tell and that fits it."""
        for each in tellers:
            if value := self._fixed.get(each, 0) & 0xFFFFFFFF:
                page = _LANGUAGES.get(value & _LANGUAGE, 1252) if each == _LOCALE else value
                with suppress(LookupError, UnicodeError):
                    return text.decode(_codec(page))
        return text.decode("cp1252", "replace")

    def _date(self) -> str:
        value = self._fixed.get(_SENT) or self._fixed.get(_RECEIVED, 0)
        if not 0 < value < _LATEST:
            return ""
        return (_EPOCH + timedelta(microseconds=value // 10)).isoformat(" ", "minutes")

    def _attached(self) -> list[str]:
        entries = (entry[0] for entry in self._opened.listdir())
        folders = {entry for entry in entries if entry.startswith("__attach_version")}
        names = (
            self._text(_LONG_NAME, f"{each}/") or self._text(_NAME, f"{each}/")
            for each in sorted(folders)
        )
        return [name for name in names if name]

    def _stream(self, name: str) -> bytes:
        if not self._opened.exists(name) or self._opened.get_size(name) > _MAX_STREAM:
            return b""
        with self._opened.openstream(name) as stream:
            return bytes(stream.read())


def _codec(page: int) -> str:
    """What Python calls a code page, perhaps one it does not have."""
    name = f"iso8859-{page - _ISO.start + 1}" if page in _ISO else f"cp{page}"
    return _NAMES.get(page, name)
