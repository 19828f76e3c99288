"""Results as they lie on the disk, read in the order of their requests.

The service gives them in any order. The store keeps them by request, and takes each lot in half the
time where it belongs behind the one before.
"""

import re
from array import array
from collections.abc import Iterator
from mmap import ACCESS_READ, mmap
from pathlib import Path

import orjson

from claude_batch_desk.core.report import Report
from claude_batch_desk.core.results.answer import Answer
from claude_batch_desk.core.results.reading import ResultReader

_REPORT_EVERY = 4_096
_LAST = 2**63
_USUAL = re.compile(rb'\{"custom_id":"([^"\\\x80-\xff]*)","result":(\{.*\})\}\n')


def lines_in_order(path: Path, prefix: str, report: Report) -> Iterator[bytes]:
    """The lines of a results file, by the numbers behind `prefix` in their ids.

    Lines with the same number stay as they were, and those with none that can be seen come last.
    """
    if not path.stat().st_size:
        return  # nothing to map
    with path.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as whole:
        places, numbers = _places(whole, prefix, report)
        for at in sorted(range(len(numbers)), key=numbers.__getitem__):
            yield whole[places[at] : places[at + 1]]


def _places(whole: mmap, prefix: str, report: Report) -> "tuple[array[int], array[int]]":
    """Where each line begins, and at last the end; and the number of each."""
    number_in = re.compile(rb'"custom_id"\s*:\s*"%b(\d{1,18})"' % re.escape(prefix.encode()))
    places, numbers = array("Q", [0]), array("Q")
    begin, size = 0, len(whole)
    # Split on \n alone: other line ends are legal inside JSON strings.
    while begin < size:
        if len(numbers) % _REPORT_EVERY == 0:
            report(0, 0)
        end = whole.find(b"\n", begin) + 1 or size
        found = number_in.search(whole, begin, end)
        numbers.append(int(found[1]) if found else _LAST)
        places.append(end)
        begin = end
    return places, numbers


def read_line(line: bytes, reader: ResultReader) -> tuple[str, Answer, bytes] | None:
    """The id, the answer and the result object as it came; None of a line that is not whole."""
    if usual := _USUAL.fullmatch(line):
        result = usual[2]
        # If this is one object, then the line had these two keys alone.
        try:
            return usual[1].decode(), reader.read(result), result
        except ValueError:
            pass
    try:
        read = orjson.loads(line)
        custom_id, result = str(read["custom_id"]), orjson.dumps(read["result"])
        return custom_id, reader.read(result), result
    except (ValueError, KeyError, TypeError):
        return None
