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
_LAST = 2**63
_CLOSE = b"}\n"


class Arrived:
    """The lines of a results file; `prefix` is what the ids of our own begin with."""

    def __init__(self, content: mmap | bytes, prefix: str, report: Report) -> None:
        self._content = content
        self._places, self._results, self._numbers = array("Q", [0]), array("Q"), array("Q")
        """Where each line begins, and at last the end; where its result does, or 0; its number."""
        self._find(prefix.encode(), report)

    def _find(self, prefix: bytes, report: Report) -> None:
        content, size, begin = self._content, len(self._content), 0
        places, results, numbers = self._places, self._results, self._numbers
        start = rb'"custom_id"\s*:\s*"' + re.escape(prefix)
        number_in = re.compile(start + rb'(\d{1,18})"').search
        usual = re.compile(
            rb'\{"custom_id":"' + re.escape(prefix) + rb'(\d{1,18})","result":'
        ).match
        # Split on \n alone: other line ends are legal inside JSON strings.
        while begin < size:
            if len(numbers) % _REPORT_EVERY == 0:
                report(0, 0)
            end = content.find(b"\n", begin) + 1 or size
            found = usual(content, begin, end)
            if found and content[end - 2] == _CLOSE[0] and content[end - 1] == _CLOSE[1]:
                results.append(found.end())
            else:
                results.append(0)
                found = number_in(content, begin, end)
            numbers.append(int(found[1]) if found else _LAST)
            places.append(end)
            begin = end

    def in_order(self) -> Iterator[tuple[int, int, bytes]]:
        """Place, number and result object of every line, by the numbers in their ids.

        Those with the same number stay as they were, and those with none that can be seen come
        last. b"" is in the place of a result that has to be looked for; what is given for one may
        be more than one value, if it is not JSON.
        """
        content, places, numbers = self._content, self._places, self._numbers
        for at in sorted(range(len(numbers)), key=numbers.__getitem__):
            begin = self._results[at]
            yield at, numbers[at], content[begin : places[at + 1] - len(_CLOSE)] if begin else b""

    def line(self, place: int) -> bytes:
        """A line as it came."""
        return self._content[self._places[place] : self._places[place + 1]]


@contextmanager
def arrived(path: Path, prefix: str, report: Report) -> Iterator[Arrived]:
    """The lines of a file, which is open for the block."""
    with path.open("rb") as file:
        if not path.stat().st_size:  # there is nothing to map
            yield Arrived(b"", prefix, report)
            return
        with mmap(file.fileno(), 0, access=ACCESS_READ) as content:
            yield Arrived(content, prefix, report)


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
