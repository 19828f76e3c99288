"""Documents and images made on the spot, and the blocks that carry them."""

import base64
import io
from typing import Any, Literal

from fpdf import FPDF
from fpdf.enums import EncryptionMethod
from PIL import Image


def pdf(*pages: str, password: str | None = None, size: tuple[float, float] = (595, 842)) -> bytes:
    """A PDF with these texts, one a page; a password, be it "", encrypts it."""
    document = FPDF(unit="pt", format=size)
    document.set_font("helvetica", size=11)
    for text in pages:
        document.add_page()
        document.multi_cell(0, text=text)
    if password is not None:
        document.set_encryption(
            owner_password="owner",  # noqa: S106  of a document made here
            user_password=password,
            encryption_method=EncryptionMethod.AES_256,
        )
    return bytes(document.output())


def image(
    width: int = 280,
    height: int = 140,
    kind: Literal["png", "jpeg", "gif", "webp"] = "png",
    color: int = 128,
) -> bytes:
    """An image of one grey."""
    file = io.BytesIO()
    Image.new("L", (width, height), color).save(file, kind)
    return file.getvalue()


def pdf_block(data: bytes, **more: Any) -> dict[str, Any]:
    """A document block with the bytes in it."""
    return {"type": "document", "source": _base64(data, "application/pdf"), **more}


def image_block(data: bytes, media_type: str = "image/png", **more: Any) -> dict[str, Any]:
    """An image block with the bytes in it."""
    return {"type": "image", "source": _base64(data, media_type), **more}


def text_block(text: str, **more: Any) -> dict[str, Any]:
    """A document block with a text in it."""
    source = {"type": "text", "media_type": "text/plain", "data": text}
    return {"type": "document", "source": source, **more}


def asking(*blocks: dict[str, Any], question: str = "What is it about?") -> list[Any]:
    """Messages that ask about documents."""
    return [{"role": "user", "content": [*blocks, {"type": "text", "text": question}]}]


def _base64(data: bytes, media_type: str) -> dict[str, str]:
    encoded = base64.b64encode(data).decode()
    return {"type": "base64", "media_type": media_type, "data": encoded}
