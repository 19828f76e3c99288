"""E-mail files (.eml): who wrote what to whom, with the best body there is."""

import re
from contextlib import suppress
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from pathlib import Path

from claude_batch_desk.core.documents.extract import MAX_TEXT, Extract, Unusable, extract_text
from claude_batch_desk.core.documents.kinds import MAIL
from claude_batch_desk.core.documents.markup import html_text
from claude_batch_desk.core.tables.opened import Alive

_BARE_BOUNDARY = re.compile(rb"boundary=([^\s\";]+)", re.IGNORECASE)
_HEADERS = ("Subject", "From", "To", "Cc", "Date")
_ODD = (ValueError, LookupError, AttributeError, TypeError)
"""What the standard library raises at headers and parts that break the rules of their form."""


def read_mail(path: Path, alive: Alive) -> Extract:
    """Headers, an empty line, the body, and the names of what is attached; raises Unusable."""
    alive()
    try:
        message = _parsed(path.read_bytes())
        if not message.keys():
            raise Unusable("damaged")
        return extract_text(MAIL, letter(_headers(message), _body(message, alive), _names(message)))
    except RecursionError as error:  # parts in parts in parts, as no program makes them
        raise Unusable("damaged") from error


def _parsed(raw: bytes) -> EmailMessage:
    """The message, also where its boundary has characters that want quotation marks."""
    parser = BytesParser(EmailMessage, policy=default)
    message = parser.parsebytes(raw)
    if message.get_content_maintype() == "multipart" and not message.is_multipart():
        return parser.parsebytes(_BARE_BOUNDARY.sub(rb'boundary="\1"', raw, count=1))
    return message


def letter(headers: dict[str, str], body: str, attached: list[str]) -> str:
    """An e-mail as one text."""
    lines = [f"{name}: {' '.join(value.split())}" for name, value in headers.items() if value]
    if attached:
        lines.append(f"Attached (not read): {', '.join(attached)}")
    return "\n".join([*lines, "", body[:MAX_TEXT]])


def _headers(message: EmailMessage) -> dict[str, str]:
    return {name: _header(message, name) for name in _HEADERS}


def _header(message: EmailMessage, name: str) -> str:
    try:
        return str(message[name] or "")
    except _ODD:
        return ""


def _body(message: EmailMessage, alive: Alive) -> str:
    plain, page = (_content(message, kind) for kind in ("plain", "html"))
    return plain if plain.strip() or not page else html_text(page, alive)


def _content(message: EmailMessage, kind: str) -> str:
    try:
        part = message.get_body((kind,))
        raw = part.get_payload(decode=True) if part is not None else b""
        charset = part.get_content_charset() if part is not None else None
    except _ODD:
        return ""
    return _decoded(raw, charset) if isinstance(raw, bytes) else ""


def _decoded(raw: bytes, charset: str | None) -> str:
    """In the charset that is named, or else in the one that fits; programs often name none."""
    for name in filter(None, (charset, "utf-8")):
        with suppress(LookupError, UnicodeError):
            return raw.decode(name)
    return raw.decode("cp1252", "replace")


def _names(message: EmailMessage) -> list[str]:
    """What the attachments are called; one without a name is called by its type."""
    try:
        return [
            part.get_filename() or part.get_content_type() for part in message.iter_attachments()
        ]
    except _ODD:
        return []
