"""Documents made to do harm: each is refused in time, and this process hardly grows."""

import sys
import time
import zipfile
import zlib
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest

from claude_batch_desk.core.documents.extract import Ask, Extract, Unusable
from claude_batch_desk.core.documents.kinds import HEAD, media_type_of
from claude_batch_desk.core.documents.reader import DocumentReader
from tests.core.documents import make_documents as make

MEGABYTE = 1_000_000
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def forget_peak() -> None:
    """Let `peak` count from now."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def peak() -> int:
    """Bytes that this process has had in memory at most."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024


def pdf_of(content: bytes) -> bytes:
    """A PDF of one page with these packed drawing commands."""
    packed = zlib.compress(content, 9)
    fonts = b"/Resources<</Font<</F 5 0 R>>>>"
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]/Contents 4 0 R%s>>" % fonts,
        b"<</Filter/FlateDecode/Length %d>>stream\n%s\nendstream" % (len(packed), packed),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    )
    body, places = b"%PDF-1.7\n", []
    for number, each in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj%sendobj\n" % (number, each)
    rows = b"".join(b"%010d 00000 n \n" % place for place in places)
    tail = b"trailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % len(body)
    return b"%sxref\n0 6\n0000000000 65535 f \n%s%s" % (body, rows, tail)


def word_of(body: bytes, before: bytes = b"") -> bytes:
    """A Word document with this markup in its body."""
    into = BytesIO()
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as file:
        text = b'%s<w:document xmlns:w="%s"><w:body>%s</w:body></w:document>'
        file.writestr("word/document.xml", text % (before, _W.encode(), body))
    return into.getvalue()


def bomb_of_a_page() -> bytes:
    return pdf_of(b"BT /F 12 Tf (x) Tj ET\n" + b" " * (1500 * MEGABYTE))


def endless_words() -> bytes:
    return pdf_of(b"BT /F 1 Tf " + b"(some words of text) Tj 0 1 Td " * 2_000_000 + b"ET")


def word_bomb() -> bytes:
    return word_of(b"<w:p><w:r><w:t>" + b"x" * (600 * MEGABYTE) + b"</w:t></w:r></w:p>")


def laughs() -> bytes:
    entities = b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 10))
    return word_of(b"&l9;", b'<!DOCTYPE d [<!ENTITY l0 "ha">%s]>' % entities)


def late_laughs() -> bytes:
    return word_of(
        b"&x;", b'<?xml version="1.0"?>%s<!DOCTYPE d [<!ENTITY x "ha">]>' % (b" " * 70_000)
    )


def outside_entity() -> bytes:
    return word_of(b"&x;", b'<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>')


def deep_word() -> bytes:
    return word_of(b"<w:sdt>" * 200_000 + b"</w:sdt>" * 200_000)


def claimed_image() -> bytes:
    """A PNG of 8 x 8 pixels that says it has 60,000 x 60,000."""
    image = make.picture("PNG", (8, 8))
    head = b"IHDR" + (60_000).to_bytes(4, "big") * 2 + image[24:29]
    return image[:12] + head + zlib.crc32(head).to_bytes(4, "big") + image[33:]


def nested_mail() -> bytes:
    parts = 10_000
    heads = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n)
        for n in range(parts)
    )
    return b"Subject: deep\r\n" + heads + b"\r\nwords"


def many_parts() -> bytes:
    part = b"--b\r\nContent-Type: text/plain\r\n\r\nx\r\n"
    head = b"Subject: many\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
    return head + part * 10_000 + b"--b--"


def nested_page() -> bytes:
    return b"<!doctype html>" + b"<div>" * 100_000 + b"words"


def wide_page() -> bytes:
    return b"<!doctype html><body>" + b"<a b=c>" * 1_000_000


HOSTILE: dict[str, tuple[str, Callable[[], bytes]]] = {
    "a page of 1.5 GB": ("bomb.pdf", bomb_of_a_page),
    "a Word document of 600 MB": ("bomb.docx", word_bomb),
    "a billion laughs": ("laughs.docx", laughs),
    "a late billion laughs": ("late.docx", late_laughs),
    "an entity from outside": ("outside.docx", outside_entity),
    "an image that claims to be huge": ("huge.png", claimed_image),
    "a mail in a mail in a mail": ("nested.eml", nested_mail),
    "a page nested deep": ("nested.html", nested_page),
}
HEAVY: dict[str, tuple[str, Callable[[], bytes]]] = {
    "a page of endless words": ("words.pdf", endless_words),
    "a Word document nested deep": ("deep.docx", deep_word),
    "a mail of 10,000 parts": ("many.eml", many_parts),
    "a page of a million links": ("wide.html", wide_page),
}


@pytest.mark.skipif(sys.platform != "linux", reason="memory is measured otherwise")
@pytest.mark.parametrize("name", [*HOSTILE, *HEAVY])
def test_a_hostile_document_harms_nobody(tmp_path: Path, name: str) -> None:
    file, content = (HOSTILE | HEAVY)[name]
    path = tmp_path / file
    path.write_bytes(content())
    (tmp_path / "after.txt").write_bytes(b"words")
    forget_peak()
    before, start = peak(), time.monotonic()
    with DocumentReader(silence=6, patience=12) as reader:
        found = outcome(reader, path)
        assert time.monotonic() - start < 20
        assert peak() - before < 100 * MEGABYTE
        assert outcome(reader, tmp_path / "after.txt") == Extract("text/plain", "words")
    if name in HOSTILE:
        assert found in ("damaged", "oversized")


def outcome(reader: DocumentReader, path: Path) -> Extract | str:
    """What a document holds, or why it cannot be read."""
    with path.open("rb") as opened:
        media_type = media_type_of(opened.read(HEAD), path.suffix)
    try:
        return reader.read(Ask(path, media_type), lambda: None)
    except Unusable as unusable:
        return unusable.mark
