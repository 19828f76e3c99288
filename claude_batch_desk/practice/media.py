"""What the bytes of a PDF or an image hold. Its libraries are loaded when the first one comes."""

import io
import struct
import threading
from collections import OrderedDict
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from claude_batch_desk.practice.pictures import Size
from claude_batch_desk.practice.unconfirmed import (
    ENCRYPTION_REFUSED_WITHOUT_PASSWORD,
    PDF_PAGE_DOTS_PER_INCH,
)

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument

PDF = "application/pdf"
IMAGES = ("image/jpeg", "image/png", "image/gif", "image/webp")
LONGEST_BEGINNING = 1024
"""How many bytes of a file tell what it is: a PDF's mark may come as late as this."""
_SIGNATURES = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
)
_POINTS_PER_INCH = 72
_LINE_END_HYPHEN = "\ufffe"
"""What PDFium makes of a hyphen with which a line ends."""
_A4 = (595.0, 842.0)
_MOST_PIXELS_DECODED = 16_000_000
"""An image of more is taken by its header: to decode it would take hundreds of megabytes."""
_SMALL = (64, 64)
_LOCK = threading.Lock()
"""PDFium is not made for threads, and one image decoded at a time is memory enough."""


class NotValid(Exception):
    """The bytes are damaged, or not what they are said to be."""


class PasswordProtected(Exception):
    """A PDF is encrypted."""


@dataclass(frozen=True)
class Media:
    """What a model is shown of a file: its text, and an image or one for each page."""

    text: str
    pictures: tuple[Size, ...]


class RecentMedia:
    """What was read lately, by its digest, so that a document many rows ask about is read once."""

    def __init__(self, most_bytes: int = 20_000_000) -> None:
        self._lock = threading.Lock()
        self._room = most_bytes
        self._kept: OrderedDict[tuple[str, bytes], Media] = OrderedDict()

    def get(self, media_type: str, digest: bytes, read: Callable[[], Media]) -> Media:
        """What these bytes hold; `read` is called where it is not known, and raises for itself."""
        key = (media_type, digest)
        with self._lock:
            known = self._kept.get(key)
            if known is not None:
                self._kept.move_to_end(key)
                return known
        media = read()
        with self._lock:
            if key not in self._kept:
                self._kept[key] = media
                self._room -= _weight(media)
            while self._room < 0:
                _, oldest = self._kept.popitem(last=False)
                self._room += _weight(oldest)
        return media


def _weight(media: Media) -> int:
    """About how many bytes it takes, more than nothing in any case."""
    return len(media.text) + 100 * (1 + len(media.pictures))


def type_of(beginning: bytes) -> str:
    """The media type that the first bytes of a file tell; "" for anything but PDF and images."""
    for signature, media_type in _SIGNATURES:
        if beginning.startswith(signature):
            return media_type
    if beginning[:4] == b"RIFF" and beginning[8:12] == b"WEBP":
        return "image/webp"
    return PDF if b"%PDF-" in beginning[:LONGEST_BEGINNING] else ""


def read_pdf(source: bytes | Path) -> Media:
    """The text and the pages of a PDF; raises NotValid or PasswordProtected."""
    import pypdfium2
    from pypdfium2.raw import FPDF_ERR_PASSWORD, FPDF_GetSecurityHandlerRevision

    with _LOCK:
        try:
            document = pypdfium2.PdfDocument(source)
        except pypdfium2.PdfiumError as error:
            if error.err_code == FPDF_ERR_PASSWORD:
                raise PasswordProtected from error
            raise NotValid from error
        try:
            locked = FPDF_GetSecurityHandlerRevision(document) >= 0
            if locked and ENCRYPTION_REFUSED_WITHOUT_PASSWORD:
                raise PasswordProtected
            return _read_pages(document)
        finally:
            document.close()


def _read_pages(document: "PdfDocument") -> Media:
    """Every page; one that is damaged is blank, as long as another is not."""
    if document.get_formtype():
        document.init_forms()
    texts = [_page_text(document, number) for number in range(len(document))]
    if all(text is None for text in texts):
        raise NotValid
    sizes = tuple(_page_size(document, number) for number in range(len(document)))
    text = "\n\n".join(text or "" for text in texts).replace("\x00", "").strip()
    return Media(text.replace("\r\n", "\n").replace(_LINE_END_HYPHEN, "-\n"), sizes)


def _page_text(document: "PdfDocument", number: int) -> str | None:
    """The text of a page with what was filled into its form; None where it is damaged."""
    from pypdfium2 import PdfiumError

    try:
        if document.formenv is not None:
            with closing(document[number]) as page:
                page.flatten()
        with closing(document[number]) as page, closing(page.get_textpage()) as text:
            return str(text.get_text_range())
    except PdfiumError:
        return None


def _page_size(document: "PdfDocument", number: int) -> Size:
    from pypdfium2 import PdfiumError

    try:
        width, height = document.get_page_size(number)
    except PdfiumError:
        width, height = _A4
    scale = PDF_PAGE_DOTS_PER_INCH / _POINTS_PER_INCH
    return Size(max(round(width * scale), 1), max(round(height * scale), 1))


def read_image(source: bytes | Path, media_type: str) -> Media:
    """The size of an image of this type; raises NotValid."""
    from PIL import Image, UnidentifiedImageError

    problems = (OSError, SyntaxError, ValueError, EOFError, struct.error, UnidentifiedImageError)
    with _LOCK, _opened(source) as file:
        try:
            image = _opener(media_type)(file)
            size = Size(*image.size)
            image.draft(None, _SMALL)  # a JPEG is decoded at an eighth, but to its end
            if image.width * image.height <= _MOST_PIXELS_DECODED:
                image.load()
        except (*problems, Image.DecompressionBombError) as error:
            raise NotValid from error
    return Media("", (size,))


def _opened(source: bytes | Path) -> BinaryIO:
    return io.BytesIO(source) if isinstance(source, bytes) else source.open("rb")


def _opener(media_type: str) -> Callable[[BinaryIO], Any]:
    """The one reader of a media type, so that no other of Pillow's formats is tried."""
    from PIL.GifImagePlugin import GifImageFile
    from PIL.JpegImagePlugin import JpegImageFile
    from PIL.PngImagePlugin import PngImageFile
    from PIL.WebPImagePlugin import WebPImageFile

    readers = (JpegImageFile, PngImageFile, GifImageFile, WebPImageFile)
    return dict(zip(IMAGES, readers, strict=True))[media_type]
