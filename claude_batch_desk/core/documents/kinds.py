"""What kind of document a file is: by its first bytes where they tell, else by its name."""

from dataclasses import dataclass

from claude_batch_desk.core.tables.document import DocumentKind

HEAD = 4096
"""Bytes of a file that tell what it is."""

PDF, JPEG, PNG = "application/pdf", "image/jpeg", "image/png"
GIF, WEBP = "image/gif", "image/webp"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
MAIL, OUTLOOK = "message/rfc822", "application/vnd.ms-outlook"
HTML, MARKDOWN, PLAIN = "text/html", "text/markdown", "text/plain"
UNKNOWN = "application/octet-stream"


@dataclass(frozen=True)
class _Type:
    """One media type: what a person calls it, and how its files are named."""

    word: str
    kind: DocumentKind
    suffixes: tuple[str, ...]
    """The first is what a frozen copy is named with."""


_TYPES = {
    PDF: _Type("PDF", "pdf", (".pdf",)),
    JPEG: _Type("JPEG", "image", (".jpg", ".jpeg", ".jpe", ".jfif")),
    PNG: _Type("PNG", "image", (".png",)),
    GIF: _Type("GIF", "image", (".gif",)),
    WEBP: _Type("WebP", "image", (".webp",)),
    WORD: _Type("Word", "text", (".docx", ".docm", ".dotx", ".dotm")),
    MAIL: _Type("E-mail", "text", (".eml",)),
    OUTLOOK: _Type("E-mail", "text", (".msg",)),
    HTML: _Type("HTML", "text", (".html", ".htm", ".xhtml")),
    MARKDOWN: _Type("Markdown", "text", (".md", ".markdown")),
    PLAIN: _Type("Text", "text", (".txt", ".text", ".log")),
}
_BY_SUFFIX = {suffix: media for media, each in _TYPES.items() for suffix in each.suffixes}
_TEXTS = (MAIL, HTML, MARKDOWN, PLAIN)

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PDF_MARK = b"%PDF-"
_PDF_WITHIN = 1024
"""Readers of PDF look for its mark this far; mail gateways put lines before it."""
_ODD = frozenset(range(32)) - frozenset(b"\t\n\r\f\x1a\x1b")


def media_type_of(head: bytes, suffix: str) -> str:
    """The media type of a file with these first bytes, "" for what is not read as a document.

    `suffix` is that of its name. What is text but has a name nobody knows is no document; what has
    the name of one but is nothing that is known is UNKNOWN.
    """
    named = _BY_SUFFIX.get(suffix.lower(), "")
    if marked := _marked(head):
        return marked
    if named == PDF and _PDF_MARK in head[:_PDF_WITHIN]:
        return PDF
    if head.startswith(_ZIP):
        return WORD if named else ""
    if head.startswith(_OLE):
        # A text document with a password is in this format, and so is every older one.
        return named if named == WORD else OUTLOOK if named else ""
    return _text_type(head, named) if named else ""


def _text_type(head: bytes, named: str) -> str:
    """Of what is named like a document and has no mark of its own."""
    if not is_text(head):
        return UNKNOWN
    if named in _TEXTS:
        return named
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    return HTML if start.startswith((b"<!doctype html", b"<html")) else PLAIN


def named_type(suffix: str) -> str:
    """The media type that a name with this suffix promises; "" for none that is read here."""
    return _BY_SUFFIX.get(suffix.lower(), "")


def is_text(head: bytes) -> bool:
    """False for what cannot be the beginning of a text in any usual encoding."""
    if head[:4].startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    if head.count(0) and not _is_wide(head):
        return False
    return sum(byte in _ODD for byte in head.replace(b"\0", b"")) * 20 <= len(head)


def word_for(media_type: str) -> str:
    """What a person calls files of this type; "" for one that is not known."""
    known = _TYPES.get(media_type)
    return known.word if known else ""


def kind_of(media_type: str) -> DocumentKind:
    """How files of this type can be sent."""
    known = _TYPES.get(media_type)
    return known.kind if known else "text"


def frozen_name(sha256: str, media_type: str) -> str:
    """What the frozen copy of a file with these bytes is called."""
    known = _TYPES.get(media_type)
    return sha256 + (known.suffixes[0] if known else "")


def _marked(head: bytes) -> str:
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return WEBP
    marks = ((_PDF_MARK, PDF), (b"\xff\xd8\xff", JPEG), (b"\x89PNG\r\n\x1a\n", PNG), (b"GIF8", GIF))
    return next((media for mark, media in marks if head.startswith(mark)), "")


def _is_wide(head: bytes) -> bool:
    """Western text in UTF-16 has a NUL in every second byte, and in no other."""
    half = len(head) // 2 or 1
    even, odd = head[::2].count(0) / half, head[1::2].count(0) / half
    return (odd > 0.3 and even < 0.05) or (even > 0.3 and odd < 0.05)  # noqa: PLR2004 - shares
