"""E-mails that Outlook saved (.msg): a compound file with a stream for each property."""

import struct
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

# Properties by their numbers in [MS-OXPROPS].
_SUBJECT, _SENDER, _ADDRESS, _TO, _CC = "0037", "0C1A", "5D01", "0E04", "0E03"
_BODY, _PAGE, _LONG_NAME, _NAME = "1000", "1013", "3707", "3704"
_SENT_AT = 0x00390040
_PROPERTIES = "__properties_version1.0"
_MESSAGE_HEADER, _ENTRY = 32, struct.Struct("<IIQ")
_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)
_MAX_STREAM = 64 * 1024 * 1024


def read_outlook(path: Path, alive: Alive) -> Extract:
    """Headers, body and the names of what is attached; raises Unusable."""
    from olefile import OleFileIO

    try:
        with OleFileIO(str(path)) as opened:
            if not opened.exists(_PROPERTIES):
                raise Unusable("unsupported")
            sender = " ".join(filter(None, (_text(opened, _SENDER), _text(opened, _ADDRESS))))
            headers = {
                "Subject": _text(opened, _SUBJECT),
                "From": sender,
                "To": _text(opened, _TO),
                "Cc": _text(opened, _CC),
                "Date": _sent_at(opened),
            }
            body = _text(opened, _BODY) or html_text(_page(opened), alive)
            return extract_text(OUTLOOK, letter(headers, body, _attached(opened)))
    except (OSError, struct.error, IndexError) as error:
        raise Unusable("damaged") from error


def _text(opened: "OleFileIO", number: str, folder: str = "") -> str:
    """A property that is a text: in UTF-16, or in the code page of the computer it came from."""
    wide = _stream(opened, f"{folder}__substg1.0_{number}001F")
    if wide:
        return wide.decode("utf-16-le", "replace").rstrip("\0")
    return _stream(opened, f"{folder}__substg1.0_{number}001E").decode("cp1252", "replace")


def _page(opened: "OleFileIO") -> str:
    return _stream(opened, f"__substg1.0_{_PAGE}0102").decode("utf-8", "replace")


def _stream(opened: "OleFileIO", name: str) -> bytes:
    if not opened.exists(name) or opened.get_size(name) > _MAX_STREAM:
        return b""
    with opened.openstream(name) as stream:
        return bytes(stream.read())


def _sent_at(opened: "OleFileIO") -> str:
    table = _stream(opened, _PROPERTIES)[_MESSAGE_HEADER:]
    whole = len(table) // _ENTRY.size * _ENTRY.size
    for tag, _, value in _ENTRY.iter_unpack(table[:whole]):
        if tag == _SENT_AT and value >> 56 == 0:  # later than the year 9999 is no time
            return (_EPOCH + timedelta(microseconds=value // 10)).isoformat(" ", "minutes")
    return ""


def _attached(opened: "OleFileIO") -> list[str]:
    folders = {entry[0] for entry in opened.listdir() if entry[0].startswith("__attach_version")}
    names = (
        _text(opened, _LONG_NAME, f"{each}/") or _text(opened, _NAME, f"{each}/")
        for each in sorted(folders)
    )
    return [name for name in names if name]
