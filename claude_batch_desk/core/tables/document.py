"""Document: a file that goes with a row, frozen when the table was opened."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

DocumentKind = Literal["pdf", "image", "text"]
"""A PDF or an image can be sent as it is; of all others the service takes only the text."""

FILE_NAME = "Name"
"""The column with the names of the documents in the table of a folder."""


@dataclass(frozen=True)
class Document:
    """One file, as it was when the table was opened."""

    name: str
    """Of the file, without its folder."""
    kind: DocumentKind
    media_type: str
    """As HTTP names it, such as "application/pdf"."""
    size: int
    """Bytes."""
    sha256: str
    """Of the bytes, as hexadecimal; "" where the file could not be had."""
    pages: int = 0
    """Of a PDF; 0 for what has none."""
    width: int = 0
    """Of an image, in pixels; 0 for others, like the height."""
    height: int = 0
    text: str = ""
    """What could be read out of it; "" for an image, and for a PDF of scanned pages."""
    page_starts: tuple[int, ...] = ()
    """The place in the text where each page of it begins; none where that is not known."""
    problem: str = ""
    """A sentence that says why it cannot be used (encrypted, damaged, missing); "" for nothing."""
    path: Path | None = None
    """The frozen copy; None where none is kept, as its text is all that is ever sent."""
    nameless: bool = False
    """Its name must not leave this computer."""

    @property
    def title(self) -> str:
        """What it is called wherever it is sent."""
        return f"document{Path(self.name).suffix.lower()}" if self.nameless else self.name
