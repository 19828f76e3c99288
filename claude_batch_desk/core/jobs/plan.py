"""Plan: which rows are asked by which request, frozen when a job is sent."""

from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import repeat

from claude_batch_desk.core.prompts.request import Build, Request, unsent_request
from claude_batch_desk.core.prompts.template import BoundTemplate
from claude_batch_desk.core.report import Report
from claude_batch_desk.core.tables.document import Document
from claude_batch_desk.core.tables.table import Documents, Row, Table

DIGEST_BYTES = 32
_REPORT_EVERY = 256
"""Rows; a cell may have millions of characters."""
_NEIGHBOURS = 4_096
_DOCUMENTS = 16
"""So many are in memory at once; each may have millions of characters."""


@dataclass(frozen=True)
class Plan:
    """The rows of a job in table order, and for each the number of the request that asks it.

    Requests are numbered from 0 in order of their first row; `digests` holds 32 bytes for each.
    """

    row_numbers: "array[int]"
    request_of_row: "array[int]"
    digests: bytes

    @property
    def rows(self) -> int:
        """How many rows the job has."""
        return len(self.row_numbers)

    @property
    def requests(self) -> int:
        """How many distinct requests those rows are."""
        return len(self.digests) // DIGEST_BYTES

    def digest(self, request: int) -> str:
        """The SHA-256 of a request's params, as hexadecimal."""
        return self.digests[request * DIGEST_BYTES : (request + 1) * DIGEST_BYTES].hex()


EMPTY_PLAN = Plan(array("I"), array("I"), b"")
"""Of a job that was not sent yet."""


def rows_by_number(table: Table, numbers: "array[int]") -> Iterator[tuple[int, Row]]:
    """The rows with these ascending numbers; neighbours are read together."""
    place = 0
    while place < len(numbers):
        first = numbers[place]
        end = bisect_left(numbers, first + _NEIGHBOURS, place)
        window = table.rows.window(first, numbers[end - 1] - first + 1)
        some = numbers[place:end]
        if len(some) == len(window):
            yield from zip(some, window, strict=True)
        else:
            yield from ((number, window[number - first]) for number in some)
        place = end


def _asked(
    row: Row, document: Document | None, prompt: BoundTemplate, build: Build
) -> tuple[str, Request]:
    """The prompt of a row, "" where it is skipped, and its request."""
    if prompt.skips and (reason := prompt.why_skipped(row)):
        return "", unsent_request(reason)
    text = prompt.render(row)
    return text, build(text, document)


def documents_of(table: Table, numbers: "array[int]") -> Iterable[Document | None]:
    """The document of each of these ascending rows; None for each where rows have none."""
    if table.documents is None:
        return repeat(None, len(numbers))
    return _documents(table.documents, numbers)


def _documents(documents: Documents, numbers: "array[int]") -> Iterator[Document]:
    place = 0
    while place < len(numbers):
        first = numbers[place]
        window = documents.window(first, _DOCUMENTS)
        while place < len(numbers) and numbers[place] < first + _DOCUMENTS:
            yield window[numbers[place] - first]
            place += 1


@dataclass(frozen=True)
class Prompted:
    """A row of the table, what it is asked ("" where it is skipped), and the request for it."""

    row: int
    prompt: str
    request: Request
    cells: Row = ()


def prompted(
    table: Table, numbers: "array[int]", prompt: BoundTemplate, build: Build
) -> Iterator[Prompted]:
    """What each of these rows is asked; for a few rows, as everything is built anew."""
    rows = zip(rows_by_number(table, numbers), documents_of(table, numbers), strict=True)
    for (number, row), document in rows:
        yield Prompted(number, *_asked(row, document, prompt, build), row)


def make_plan(
    table: Table,
    numbers: "array[int]",
    prompt: BoundTemplate,
    build: Build,
    keep: Callable[[int, Request], None],
    report: Report,
) -> Plan:
    """Render every row; `keep(number, request)` gets each distinct request once, in order."""
    request_of_row, digests = array("I"), bytearray()
    known: dict[bytes, int] = {}
    every = _REPORT_EVERY if table.documents is None else 1
    rows = zip(rows_by_number(table, numbers), documents_of(table, numbers), strict=True)
    for done, ((_, row), document) in enumerate(rows):
        if done % every == 0:
            report(done, len(numbers))
        _, request = _asked(row, document, prompt, build)
        fresh = len(known)
        number = known.setdefault(request.digest, fresh)
        if number == fresh:
            digests += request.digest
            keep(number, request)
        request_of_row.append(number)
    report(len(numbers), len(numbers))
    return Plan(numbers, request_of_row, bytes(digests))
