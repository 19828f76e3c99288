"""What is told of documents: of one that cannot be used, and of all together."""

from collections import defaultdict
from collections.abc import Iterable

from claude_batch_desk.core.documents.extract import MAX_TEXT
from claude_batch_desk.core.documents.limits import (
    MAX_IMAGE_BASE64_BYTES,
    MAX_IMAGE_PIXELS,
    MAX_PAGES,
)
from claude_batch_desk.core.tables.finding import Finding, FindingKind, Places, counted

_PROBLEMS: dict[FindingKind, str] = {
    "encrypted": "protected by a password. Save a copy without the password and open that.",
    "damaged": "damaged, or took too long to read. Open it in the program it was made with and "
    "save it anew.",
    "unsupported": "of a kind that is not read. Save it as PDF or as .docx and open that.",
    "oversized": "larger than the service takes. An image has at most "
    f"{MAX_IMAGE_PIXELS:,} pixels on each side and {MAX_IMAGE_BASE64_BYTES * 3 / 4e6:.1f} MB; "
    f"a PDF, {MAX_PAGES} pages.",
    "scanned": "without any text. Save it as PDF to have its pages looked at.",
}
_TOLD: tuple[tuple[FindingKind, str, str, str], ...] = (
    ("absent", "row names", "rows name", "no file that is in the chosen folder and can be opened"),
    (
        "encrypted",
        "document is",
        "documents are",
        "encrypted. The service takes no encrypted PDF; of what opens all the same, text is sent",
    ),
    ("damaged", "document is", "documents are", "empty, damaged or took too long to read"),
    ("unsupported", "document is", "documents are", "of a kind that is not read"),
    (
        "oversized",
        "document is",
        "documents are",
        f"larger than the service takes. Of a PDF of more than {MAX_PAGES} pages the text is sent",
    ),
    (
        "scanned",
        "document has",
        "documents have",
        "no text that can be read here, as where pages were scanned",
    ),
    (
        "shortened",
        "document has",
        "documents have",
        f"more than {MAX_TEXT:,} characters; so many are kept as text",
    ),
    ("animated", "image is", "images are", "animated; of such an image the first picture counts"),
    ("misnamed", "document is", "documents are", "not what the name says, and read as what it is"),
    ("duplicate", "document is", "documents are", "the same as one above"),
)


def problem_of(mark: FindingKind) -> str:
    """The sentence for a document that cannot be used."""
    return f"This document is {_PROBLEMS[mark]}"


class Remarks:
    """Collects what was noticed about documents, row by row."""

    def __init__(self) -> None:
        self._places: defaultdict[FindingKind, Places] = defaultdict(Places)

    def add(self, row: int, marks: Iterable[FindingKind]) -> None:
        """Remember what was noticed about the document of a row."""
        for mark in marks:
            self._places[mark].add_row(row)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What was noticed so far."""
        return tuple(
            places.finding(kind, f"{counted(places.count, one, many)} {what} (row {places}).")
            for kind, one, many, what in _TOLD
            if (places := self._places.get(kind)) is not None
        )
