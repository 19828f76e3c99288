"""A document as it goes along with a prompt: as which content block, or why not at all."""

import base64
import hashlib
from typing import Any

import orjson

from claude_batch_desk.core.catalogue import OfferedModel
from claude_batch_desk.core.documents.limits import (
    LONG_CONTEXT_TOKENS,
    MAX_FILE_BYTES,
    MAX_IMAGE_BASE64_BYTES,
    MAX_IMAGE_PIXELS,
    MAX_PAGES,
    MAX_PAGES_SHORT_CONTEXT,
    UPLOADED_ABOVE_BYTES,
)
from claude_batch_desk.core.errors import DocumentError
from claude_batch_desk.core.prompts.recipe import SentAs
from claude_batch_desk.core.tables.document import Document


def way_of(document: Document, wanted: SentAs) -> SentAs:
    """How a document goes: never as a text that it does not have, which would be silently blank."""
    if document.kind == "text":
        return "text"
    return "text" if wanted == "text" and document.text.strip() else "file"


def is_uploaded(document: Document) -> bool:
    """Whether a document that goes as a file is uploaded once and referred to."""
    return document.size > UPLOADED_ABOVE_BYTES


def why_not(document: Document, way: SentAs, model: OfferedModel) -> str:
    """Why a row with this document cannot be asked, as a sentence; "" where it can."""
    if document.problem:
        return document.problem
    if way == "text":
        return "" if document.text.strip() else f"{_named(document)} holds no text."
    if document.path is None:
        return f"{_named(document)} was not kept as a file. Open its folder again."
    if document.size > MAX_FILE_BYTES:
        return (
            f"{_named(document)} is larger than the {MAX_FILE_BYTES // 10**6} MB a file may have."
        )
    return _why_no_image(document) if document.kind == "image" else _too_many_pages(document, model)


def _why_no_image(image: Document) -> str:
    if base64_size(image.size) > MAX_IMAGE_BASE64_BYTES:
        most = MAX_IMAGE_BASE64_BYTES * 3 / 4 / 1e6
        return f"{_named(image)} is larger than the {most:.1f} MB an image may have."
    if max(image.width, image.height) > MAX_IMAGE_PIXELS:
        return (
            f"{_named(image)} has {image.width:,} × {image.height:,} pixels; the service takes "
            f"{MAX_IMAGE_PIXELS:,} on a side."
        )
    return ""


def _too_many_pages(pdf: Document, model: OfferedModel) -> str:
    long = model.max_input_tokens >= LONG_CONTEXT_TOKENS
    most = MAX_PAGES if long else MAX_PAGES_SHORT_CONTEXT
    if pdf.pages <= most:
        return ""
    return (
        f"{_named(pdf)} has {pdf.pages:,} pages; {model.name} takes {most:,}. Choose another "
        "model, or send documents as text."
    )


def text_block(document: Document) -> bytes:
    """The block that carries a document's text: as data of its own, apart from the prompt."""
    source = {"type": "text", "media_type": "text/plain", "data": document.text}
    return _block("document", source, document)


def inline_block(document: Document) -> bytes:
    """The block that carries a PDF or an image whole; raises DocumentError.

    Its frozen copy is read here, and must be what it was when the table was opened.
    """
    source = {"type": "base64", "media_type": document.media_type, "data": "\0"}
    before, _, after = _block(_type(document), source, document).partition(rb'"\u0000"')
    return b'%b"%b"%b' % (before, base64.b64encode(_content(document)), after)


def reference_block(document: Document, file_id: str) -> bytes:
    """The block that refers to a file the service holds."""
    return _block(_type(document), {"type": "file", "file_id": file_id}, document)


def base64_size(size: int) -> int:
    """How many bytes these bytes become."""
    return (size + 2) // 3 * 4


def _content(document: Document) -> bytes:
    try:
        content = document.path.read_bytes() if document.path else b""
    except OSError:
        content = b""
    if hashlib.sha256(content).hexdigest() != document.sha256:
        raise changed(document)
    return content


def changed(document: Document) -> DocumentError:
    """For a frozen copy that is gone, or not what it was."""
    return DocumentError(
        f"The copy of {_named(document)} in the data folder was changed or removed, so it was not "
        "sent. Open its folder again to take it in anew."
    )


def _named(document: Document) -> str:
    return f"“{document.name}”"


def _type(document: Document) -> str:
    return "image" if document.kind == "image" else "document"


def _block(kind: str, source: dict[str, Any], document: Document) -> bytes:
    block: dict[str, Any] = {"type": kind, "source": source}
    if kind == "document":  # an image has no place for a name
        block["title"] = document.title
    return orjson.dumps(block)
