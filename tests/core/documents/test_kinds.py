"""What kind of document a file is."""

import pytest

from claude_batch_desk.core.documents.kinds import HEAD, frozen_name, media_type_of
from tests.core.documents import make_documents as make
from tests.core.tables.old_formats import compound_file

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_PDF, _PNG = make.pdf("Words"), make.picture("PNG")


@pytest.mark.parametrize(
    ("content", "suffix", "media_type"),
    [
        (_PDF, ".pdf", "application/pdf"),
        (_PDF, ".txt", "application/pdf"),
        (_PDF, "", "application/pdf"),
        (b"X-Gateway: passed\r\n\r\n" + _PDF, ".pdf", "application/pdf"),
        (b"A PDF begins with %PDF-1.7, as everybody knows.", ".txt", "text/plain"),
        (b"A PDF begins with %PDF-1.7, as everybody knows.", ".py", ""),
        (_PNG, ".jpg", "image/png"),
        (make.picture("WEBP"), ".WEBP", "image/webp"),
        (b"RIFF\x10\0\0\0WAVEfmt ", ".wav", ""),
        (make.word("Words"), ".docx", WORD),
        (make.word("Words"), ".DOCX", WORD),
        (make.word("Words"), ".zip", ""),
        (compound_file({"EncryptedPackage": b"x"}), ".docx", WORD),
        (compound_file({"WordDocument": b"x"}), ".doc", ""),
        (compound_file({"__properties_version1.0": b""}), ".msg", "application/vnd.ms-outlook"),
        (b"<!DOCTYPE html><p>Not found", ".pdf", "text/html"),
        (b"Not found", ".pdf", "text/plain"),
        (b"# Words", ".md", "text/markdown"),
        ("Wörter".encode("utf-16"), ".txt", "text/plain"),
        ("Words".encode("utf-16-le"), ".txt", "text/plain"),
        ("\u4f60\u597d\u4e16\u754c".encode("gb18030"), ".txt", "text/plain"),
        (bytes(range(256)), ".txt", "application/octet-stream"),
        (b"\x7fELF\x02\x01\x01\0\0\0", ".pdf", "application/octet-stream"),
        (b"a,b\n1,2\n", ".csv", ""),
    ],
)
def test_the_content_tells_and_else_the_name(content: bytes, suffix: str, media_type: str) -> None:
    assert media_type_of(content[:HEAD], suffix) == media_type


def test_a_frozen_copy_is_named_by_its_bytes_and_its_kind() -> None:
    assert frozen_name("ab12", "application/pdf") == "ab12.pdf"
    assert frozen_name("ab12", "image/jpeg") == "ab12.jpg"
