"""Intake: documents frozen, read and judged, one for each row."""

from dataclasses import dataclass, replace
from pathlib import Path

from claude_batch_desk.core.documents.extract import Ask, Extract, Unusable
from claude_batch_desk.core.documents.inside import resolve_inside
from claude_batch_desk.core.documents.kinds import (
    PLAIN,
    UNKNOWN,
    is_text,
    kind_of,
    media_type_of,
    named_type,
)
from claude_batch_desk.core.documents.limits import MAX_IMAGE_BASE64_BYTES, MAX_PAGES
from claude_batch_desk.core.documents.reader import DocumentReader
from claude_batch_desk.core.documents.remarks import Remarks, problem_of
from claude_batch_desk.core.documents.vault import Copy, TooLarge, Vault
from claude_batch_desk.core.errors import DocumentError
from claude_batch_desk.core.tables.document import Document
from claude_batch_desk.core.tables.finding import Finding, FindingKind
from claude_batch_desk.core.tables.opened import Alive

FIRST_WORDS = 120
"""Characters of a text that are shown of it in a row."""
_LOOKED_AT = 20 * FIRST_WORDS


@dataclass(frozen=True)
class TakenIn:
    """The document of a row."""

    document: Document
    """Without its text where an earlier one has the same bytes and media type."""
    first_words: str = ""
    marks: tuple[FindingKind, ...] = ()


class Intake:
    """Takes in the documents of a table in the order of its rows."""

    def __init__(self, vault: Vault, reader: DocumentReader, beat: Alive) -> None:
        """`beat` is called several times a second and may raise."""
        self._vault = vault
        self._reader = reader
        self._beat = beat
        self._remarks = Remarks()
        self._by_path: dict[Path, TakenIn] = {}
        self._by_content: dict[tuple[str, str], TakenIn] = {}
        """By SHA-256 and suffix, as some kinds are told by their names only."""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What was noticed so far."""
        return self._remarks.findings

    def take_file(self, row: int, path: Path) -> TakenIn:
        """The document of a row that is this file; one that cannot be used says so.

        Raises TableError where no more can be kept.
        """
        before = len(self._by_content)
        taken = self._taken(path)
        repeats = taken.document.sha256 and len(self._by_content) == before
        self._remarks.add(row, (*taken.marks, "duplicate") if repeats else taken.marks)
        return taken

    def take_named(self, row: int, folder: Path, text: str) -> TakenIn:
        """The document of a row that names a file in a folder, like `take_file`."""
        try:
            path = resolve_inside(folder, text)
        except DocumentError as error:
            name = text.strip().replace("\\", "/").rpartition("/")[2]
            taken = TakenIn(_without_file(name, UNKNOWN, 0, str(error)), marks=("absent",))
        else:
            taken = self._by_path.get(path) or self._taken(path)
            self._by_path[path] = _once_more(taken, taken.document.name)
        self._remarks.add(row, taken.marks)
        return taken

    def _taken(self, path: Path) -> TakenIn:
        name = path.name.encode(errors="replace").decode()
        promised = named_type(path.suffix) or UNKNOWN
        try:
            copy = self._vault.copy(path, name, self._beat)
        except TooLarge as error:
            document = _without_file(name, promised, error.size, str(error))
            return TakenIn(document, marks=("oversized",))
        except DocumentError as error:
            return TakenIn(_without_file(name, promised, 0, str(error)), marks=("absent",))
        key = (copy.sha256, path.suffix.lower())
        if (known := self._by_content.get(key)) is not None:
            self._vault.drop(copy)
            return _once_more(known, name)
        taken = self._judged(copy, name, path.suffix)
        self._by_content[key] = _once_more(taken, name)
        return taken

    def _judged(self, copy: Copy, name: str, suffix: str) -> TakenIn:
        """What is to be made of a file; its copy is kept only where it can be sent."""
        media_type = media_type_of(copy.head, suffix) or (PLAIN if is_text(copy.head) else UNKNOWN)
        document = _without_file(name, media_type, copy.size, "")
        try:
            taken = _taken_in(replace(document, sha256=copy.sha256), self._read(copy, media_type))
        except Unusable as unusable:
            mark = (
                "unsupported" if media_type == UNKNOWN and not named_type(suffix) else unusable.mark
            )
            problem = problem_of(mark) if copy.size else "This document is empty."
            taken = TakenIn(replace(document, sha256=copy.sha256, problem=problem), marks=(mark,))
        except BaseException:
            self._vault.drop(copy)
            raise
        if media_type not in (named_type(suffix), UNKNOWN) and named_type(suffix):
            taken = replace(taken, marks=(*taken.marks, "misnamed"))
        return replace(taken, document=self._kept(copy, taken.document))

    def _read(self, copy: Copy, media_type: str) -> Extract:
        if media_type == UNKNOWN or not copy.size:
            raise Unusable("damaged")
        return self._reader.read(Ask(copy.path, media_type), self._beat)

    def _kept(self, copy: Copy, document: Document) -> Document:
        if document.kind == "text" or document.problem:
            self._vault.drop(copy)
            return document
        return replace(document, path=self._vault.keep(copy, document.media_type))


def _taken_in(document: Document, extract: Extract) -> TakenIn:
    """What was read, with how it can be sent; raises Unusable where it cannot."""
    marks = extract.marks
    kind = document.kind
    if kind == "image" and document.size * 4 > MAX_IMAGE_BASE64_BYTES * 3:
        raise Unusable("oversized")
    if kind == "pdf" and extract.pages > MAX_PAGES:
        marks = (*marks, "oversized")
    if kind == "pdf" and ("encrypted" in marks or "oversized" in marks):
        kind = "text"
    if kind == "text" and not extract.text:
        raise Unusable(marks[-1] if marks else "scanned")
    read = replace(
        document,
        kind=kind,
        text=extract.text,
        pages=extract.pages,
        width=extract.width,
        height=extract.height,
        page_starts=extract.page_starts,
    )
    return TakenIn(read, _first_words(extract.text), marks)


def _without_file(name: str, media_type: str, size: int, problem: str) -> Document:
    return Document(name, kind_of(media_type), media_type, size, sha256="", problem=problem)


def _once_more(taken: TakenIn, name: str) -> TakenIn:
    """The same for another row, whose text is kept already."""
    return replace(taken, document=replace(taken.document, name=name, text=""))


def _first_words(text: str) -> str:
    words = " ".join(text[:_LOOKED_AT].split())
    return words if len(words) <= FIRST_WORDS else words[: FIRST_WORDS - 1].rstrip() + "…"
