"""Documents of a table taken page by page, to look up in them what answers quote."""

from collections import OrderedDict
from types import TracebackType
from typing import Self

from claude_batch_desk.core.documents.extract import Ask, Unusable
from claude_batch_desk.core.documents.kinds import PDF
from claude_batch_desk.core.documents.reader import DocumentReader
from claude_batch_desk.core.report import Report
from claude_batch_desk.core.results.pages import PagedText
from claude_batch_desk.core.tables.document import Document
from claude_batch_desk.core.tables.table import Table

_KEPT = 8
"""Documents whose pages stay at hand for rows that share one; each may have a long text."""


class Paging:
    """The documents of a table's rows; a context manager, for the process it may have to start.

    Where an earlier version took a PDF in, its pages are not known, and the copy of it is read.
    """

    def __init__(self, table: Table, report: Report, ahead: int = 1) -> None:
        """So many documents are read from the store at a time, for whoever goes row by row."""
        self._documents, self._report, self._ahead = table.documents, report, ahead
        self._reader = DocumentReader()
        self._window: tuple[int, list[Document]] = (0, [])
        self._paged: OrderedDict[tuple[str, str], PagedText | None] = OrderedDict()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._reader.close()

    def document(self, row: int) -> Document | None:
        """That of a row; None where rows have none."""
        if self._documents is None:
            return None
        first, found = self._window
        if not first <= row < first + len(found):
            first, found = row, self._documents.window(row, self._ahead)
            self._window = first, found
        return found[row - first]

    def pages(self, document: Document) -> PagedText | None:
        """Its text in pages; None for what has none, and where they cannot be told any more."""
        key = document.sha256, document.media_type
        if key not in self._paged:
            self._paged[key] = self._read(document)
            if len(self._paged) > _KEPT:
                self._paged.popitem(last=False)
        self._paged.move_to_end(key)
        return self._paged[key]

    def _read(self, document: Document) -> PagedText | None:
        if document.media_type != PDF or not document.text:
            return None
        if document.page_starts:
            return PagedText(document.text, document.page_starts)
        if document.path is None or not document.path.is_file():
            return None
        try:
            extract = self._reader.read(Ask(document.path, PDF), lambda: self._report(0, 0))
        except Unusable:
            return None
        return PagedText(extract.text, extract.page_starts) if extract.page_starts else None
