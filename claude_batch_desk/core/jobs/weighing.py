"""Weighing: every row rendered on this computer, and each distinct prompt's bytes by kind.

For an estimate alone, so no requests are made: prompts are told apart by Python's 64-bit hash. That
any two of a million are taken for one has a chance of 1 in 37 million.
"""

import string
from array import array
from dataclasses import dataclass, field, replace
from functools import cached_property

from claude_batch_desk.core.catalogue import OfferedModel
from claude_batch_desk.core.jobs.plan import documents_of, rows_by_number
from claude_batch_desk.core.pricing.documents import document_bytes
from claude_batch_desk.core.pricing.workload import sample_for_counting
from claude_batch_desk.core.prompts.request import Build, DocumentRequest, Request, UnsentRequest
from claude_batch_desk.core.prompts.template import BoundTemplate
from claude_batch_desk.core.report import Report
from claude_batch_desk.core.tables.document import Document
from claude_batch_desk.core.tables.table import Row, Table

NEARLY_EMPTY = "."
"""The prompt whose count tells the fixed part's tokens; the service takes no empty one."""
SAMPLE = 200
"""How many requests are counted at most: enough for two or three percent; see tests/bench."""
_SEED = 20261122
_LETTERS = (string.ascii_letters + " ").encode()
_WIDE = bytes(range(128, 256))
_SURELY_SENDABLE = 100_000
"""Bytes of a prompt and of what is shared; what is longer is looked at more closely."""
_REPORT_EVERY = 2_000


@dataclass(frozen=True)
class Weights:
    """The rows that run, and the requests they come to, by their number and by their position.

    Numbers are those of all distinct requests in order of their first row; positions leave out
    those that cannot be sent.
    """

    row_numbers: "array[int]"
    request_of_row: "array[int]" = field(default_factory=lambda: array("I"))
    """The number of each row's request."""
    numbers: "array[int]" = field(default_factory=lambda: array("I"))
    """Of each position; like the five below."""
    first_rows: "array[int]" = field(default_factory=lambda: array("I"))
    sizes: "array[int]" = field(default_factory=lambda: array("I"))
    """What differs from row to row in UTF-8 bytes, for a document as many as fit its tokens."""
    wide: "array[int]" = field(default_factory=lambda: array("I"))
    marks: "array[int]" = field(default_factory=lambda: array("I"))
    """Bytes by kind, see Workload; both are empty where rows have documents."""
    keys: "array[int]" = field(default_factory=lambda: array("q"))
    """Tells the prompts apart: see `key_of`."""
    reasons: dict[int, str] = field(default_factory=dict)
    """Why requests cannot be sent, by their number."""
    taken_over: int = 0
    """Rows beside these whose answers an earlier job has."""
    near_limits: bool = False
    """Some prompt is so long that it depends on what is shared whether it can be sent."""

    @property
    def requests(self) -> int:
        """How many distinct requests there are, with those that cannot be sent."""
        return len(self.numbers) + len(self.reasons)

    @cached_property
    def sample(self) -> list[int]:
        """The positions to count; see `sample_for_counting`. Takes a second for a million."""
        return sample_for_counting(self.sizes, SAMPLE, _SEED)

    @property
    def sample_at_hand(self) -> list[int]:
        """The same if it was drawn before; else none, at once."""
        drawn: list[int] = self.__dict__.get("sample", [])
        return drawn


def key_of(prompt: str, request: Request | None = None) -> int:
    """What a prompt is known by during this run of the program; with a document, the request."""
    return hash(request.sha256 if request else prompt)


@dataclass(frozen=True)
class Weighing:
    """How the rows of a table are weighed."""

    bound: BoundTemplate
    build: Build
    model: OfferedModel
    fixed_bytes: int
    """Of a request with hardly any prompt."""

    def weigh(self, table: Table, numbers: "array[int]", report: Report) -> Weights:
        """Weigh the rows with these ascending numbers."""
        into = _Into(self, Weights(numbers))
        take = into.take
        every = _REPORT_EVERY if table.documents is None else 1
        rows = zip(rows_by_number(table, numbers), documents_of(table, numbers), strict=True)
        for done, ((number, row), document) in enumerate(rows):
            if done % every == 0:
                report(done, len(numbers))
            take(number, row, document)
        report(len(numbers), len(numbers))
        found = replace(into.weights, near_limits=into.near_limits)
        if table.documents is not None:
            return replace(found, wide=array("I"), marks=array("I"))
        return found


def size_of(request: Request, fixed_bytes: int, model: OfferedModel) -> int:
    """What of a request differs from row to row, in bytes, beside a nearly empty one.

    No file is read for that.
    """
    own = len(request.params) - fixed_bytes + len(NEARLY_EMPTY)
    if isinstance(request, DocumentRequest):
        own += document_bytes(request.document, model)
    return own


class _Into:
    """Takes the rows of a table in order; a million of them, so it calls little."""

    def __init__(self, weighing: Weighing, weights: Weights) -> None:
        self.weights = weights
        self.near_limits = False
        self._weighing = weighing
        self._render = weighing.bound.render
        self._known: dict[int, int] = {}
        room = _SURELY_SENDABLE - weighing.fixed_bytes
        self._surely = min(room, weighing.model.max_input_tokens)

    def take(self, row_number: int, row: Row, document: Document | None) -> None:
        """Render and weigh one row."""
        bound = self._weighing.bound
        if bound.skips and (reason := bound.why_skipped(row)):
            self._refuse(reason)
            return
        prompt = self._render(row)
        data = prompt.encode()
        if document is not None or len(data) > self._surely or not prompt.strip():
            self._look_closely(row_number, prompt, document)
        else:
            self._add(row_number, hash(prompt), data, len(data))

    def _look_closely(self, row_number: int, prompt: str, document: Document | None) -> None:
        """Where it takes the request itself to tell what it weighs, or that it cannot be sent."""
        request, data = self._weighing.build(prompt, document), prompt.encode()
        if document is None and prompt.strip():
            self.near_limits = True
        if isinstance(request, UnsentRequest):
            self._refuse(request.reason)
        elif document is None:
            self._add(row_number, hash(prompt), data, len(data))
        else:
            size = size_of(request, self._weighing.fixed_bytes, self._weighing.model)
            self._add(row_number, key_of(prompt, request), data, size)

    def _refuse(self, reason: str) -> None:
        number = self._known.setdefault(hash((reason,)), len(self._known))
        self.weights.request_of_row.append(number)
        self.weights.reasons[number] = reason

    def _add(self, row_number: int, key: int, data: bytes, size: int) -> None:
        weights, fresh = self.weights, len(self._known)
        number = self._known.setdefault(key, fresh)
        weights.request_of_row.append(number)
        if number != fresh:
            return
        others = data.translate(None, _LETTERS)
        wide = 0 if data.isascii() else len(others) - len(others.translate(None, _WIDE))
        weights.numbers.append(number)
        weights.first_rows.append(row_number)
        weights.keys.append(key)
        weights.sizes.append(size)
        weights.wide.append(wide)
        weights.marks.append(len(others) - wide)
