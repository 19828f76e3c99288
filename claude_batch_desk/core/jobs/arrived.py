"""Results as they lie on the disk, read in the order of their requests.

The service gives them in any order. The store keeps them by request, and takes each lot in half the
time where it belongs behind the one before.
"""

import json
import re
from array import array
from collections.abc import Iterator
from contextlib import contextmanager
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import Any

import orjson

from claude_batch_desk.core.report import Report
from claude_batch_desk.core.results.characters import whole

_REPORT_EVERY = 4_096
_CLOSE = b"}\n"


class Arrived:
    """The lines of a results file, of a part with these requests.

    `prefix` is what the ids of our own begin with.
    """

    def __init__(self, content: mmap | bytes, prefix: str, requests: range, report: Report) -> None:
        self._content, self._requests = content, requests
        self._ends, self._results = array("Q", [0]), array("Q", [0])
        """Where each line ends, and where its result begins, or 0; the first line has number 1."""
        self._of_request = array("L", bytes(array("L").itemsize * len(requests)))
        """The first line of each request, as far as can be seen; 0 for none."""
        self._others = array("L")
        self._find(prefix.encode(), report)

    def _find(self, prefix: bytes, report: Report) -> None:
        content, size, begin = self._content, len(self._content), 0
        ends, results, of_request = self._ends, self._results, self._of_request
        first, requests = self._requests.start, len(self._requests)
        start = rb'"custom_id"\s*:\s*"' + re.escape(prefix)
        number_in = re.compile(start + rb'(\d{1,18})"').search
        usual = re.compile(
            rb'\{"custom_id":"' + re.escape(prefix) + rb'(\d{1,18})","result":'
        ).match
        # Split on \n alone: other line ends are legal inside JSON strings.
        while begin < size:
            line = len(ends)
            if line % _REPORT_EVERY == 1:
                report(0, 0)
            end = content.find(b"\n", begin) + 1 or size
            found = usual(content, begin, end)
            if found and content[end - len(_CLOSE) : end] == _CLOSE:
                results.append(found.end())
            else:
                results.append(0)
                found = number_in(content, begin, end)
            at = int(found[1]) - first if found else -1
            if 0 <= at < requests and not of_request[at]:
                of_request[at] = line
            else:
                self._others.append(line)
            ends.append(end)
            begin = end

    def in_order(self) -> Iterator[tuple[int, int, bytes]]:
        """Line, request and result object of the first line of each request, by the requests.

        All other lines come last. b"" is in the place of a result that has to be looked for; what
        is given for one may be more than one value, if it is not JSON.
        """
        content, ends, results = self._content, self._ends, self._results
        for request, line in zip(self._requests, self._of_request, strict=True):
            if line:
                begin = results[line]
                yield line, request, content[begin : ends[line] - len(_CLOSE)] if begin else b""
        for line in self._others:
            yield line, self._requests.start, b""

    def line(self, number: int) -> bytes:
        """A line as it came; the first is 1."""
        return self._content[self._ends[number - 1] : self._ends[number]]


@contextmanager
def arrived(path: Path, prefix: str, requests: range, report: Report) -> Iterator[Arrived]:
    """The lines of a file, which is open for the block."""
    with path.open("rb") as file:
        if not path.stat().st_size:  # there is nothing to map
            yield Arrived(b"", prefix, requests, report)
            return
        with mmap(file.fileno(), 0, access=ACCESS_READ) as content:
            yield Arrived(content, prefix, requests, report)


def read_line(line: bytes) -> tuple[str, bytes] | None:
    """The id and the result object in any line; None of one that is cut short."""
    try:
        read = _loaded(line)
        custom_id, result = str(read["custom_id"]), read["result"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return (custom_id, orjson.dumps(result)) if isinstance(result, dict) else None


def _loaded(line: bytes) -> Any:
    """The JSON of a line, in which halves of characters are replaced: no store can hold those."""
    try:
        return orjson.loads(line)
    except orjson.JSONDecodeError:
        return orjson.loads(whole(json.dumps(json.loads(line), ensure_ascii=False)))
