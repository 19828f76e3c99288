"""PDF: its pages and their text, with pdfium, which reads what Chrome reads."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from claude_batch_desk.core.documents.extract import Extract, Unusable, paged_text
from claude_batch_desk.core.documents.kinds import PDF
from claude_batch_desk.core.tables.opened import Alive

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument

_LINE_END_HYPHEN = "\ufffe"
"""What pdfium makes of a hyphen with which a line ends."""


def read_pdf(path: Path, alive: Alive) -> Extract:
    """The text of all pages, filled-in form fields with it; raises Unusable."""
    from pypdfium2 import PdfDocument, PdfiumError
    from pypdfium2 import raw as pdfium

    try:
        document = PdfDocument(path)
    except PdfiumError as error:
        raise Unusable("encrypted" if _is_locked(path) else "damaged") from error
    try:
        if not len(document):
            raise Unusable("damaged")
        extract = replace(_read(document, alive), pages=len(document))
        if pdfium.FPDF_GetSecurityHandlerRevision(document) >= 0:
            return replace(extract, marks=(*extract.marks, "encrypted"))
        return extract
    finally:
        document.close()


def _is_locked(path: Path) -> bool:
    """Whether a document that could not be opened needs a password.

    pdfium leaves the error of an earlier document where it has none for this one, so it is given
    one without sense before it is asked.
    """
    from pypdfium2 import PdfDocument, PdfiumError
    from pypdfium2 import raw as pdfium

    code: int | None = None
    for source in (b"no PDF", path):
        try:
            PdfDocument(source).close()
        except PdfiumError as error:
            code = error.err_code
    return bool(code == pdfium.FPDF_ERR_PASSWORD)


def _read(document: "PdfDocument", alive: Alive) -> Extract:
    if document.get_formtype():
        document.init_forms()
    extract = paged_text(PDF, _page_texts(document, alive))
    return extract if extract.text else replace(extract, marks=("scanned",))


def _page_texts(document: "PdfDocument", alive: Alive) -> Iterator[str]:
    """The text of each page; "" for one that is damaged, as long as another is not."""
    from pypdfium2 import PdfiumError

    failed = 0
    for number in range(len(document)):
        try:
            text = _text(document, number)
        except PdfiumError as error:
            failed += 1
            if failed == len(document):
                raise Unusable("damaged") from error
            text = ""
        alive()
        yield text.replace(_LINE_END_HYPHEN, "-\n")


def _text(document: "PdfDocument", number: int) -> str:
    if document.formenv is not None:
        # What was filled in becomes part of the page, in memory, and is there when it is reloaded.
        with closing(document[number]) as page:
            page.flatten()
    with closing(document[number]) as page, closing(page.get_textpage()) as text:
        return str(text.get_text_range())
