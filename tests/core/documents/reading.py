"""What the tests of documents share: read one in this process, without a child."""

from pathlib import Path

from claude_batch_desk.core.documents.extract import Ask, Extract
from claude_batch_desk.core.documents.kinds import HEAD, media_type_of
from claude_batch_desk.core.documents.reader_child import read_document


def extract(path: Path) -> Extract:
    """What a document holds."""
    with path.open("rb") as opened:
        media_type = media_type_of(opened.read(HEAD), path.suffix)
    return read_document(Ask(path, media_type), lambda: None)


def extract_bytes(folder: Path, name: str, content: bytes) -> Extract:
    """What a document with this content holds."""
    path = folder / name
    path.write_bytes(content)
    return extract(path)
