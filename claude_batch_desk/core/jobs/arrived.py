"""Results as they lie on the disk, read in the order of their requests.

The service gives them in any order. The store keeps them by request, and takes each lot in half the
time where it belongs behind the one before.
"""

import re
from array import array
from collections.abc import Iterator
from pathlib import Path

from claude_batch_desk.core.report import Report

_REPORT_EVERY = 4_096
_LAST = 2**63


def lines_in_order(path: Path, prefix: str, report: Report) -> Iterator[bytes]:
    """The lines of a results file, by the numbers behind `prefix` in their ids.

    Lines with the same number stay as they were, and those with none that can be seen come last.
    """
    places, numbers = _places(path, prefix, report)
    with path.open("rb", buffering=0) as file:
        for at in sorted(range(len(numbers)), key=numbers.__getitem__):
            file.seek(places[at])
            yield file.read(places[at + 1] - places[at])


def _places(path: Path, prefix: str, report: Report) -> "tuple[array[int], array[int]]":
    """Where each line begins, and at last the end; and the number of each."""
    number_in = re.compile(rb'"custom_id"\s*:\s*"%b(\d{1,18})"' % re.escape(prefix.encode()))
    places, numbers = array("Q", [0]), array("Q")
    end = 0
    # Split on \n alone: other line ends are legal inside JSON strings.
    with path.open("rb") as file:
        for done, line in enumerate(file):
            if done % _REPORT_EVERY == 0:
                report(0, 0)
            found = number_in.search(line)
            numbers.append(int(found[1]) if found else _LAST)
            end += len(line)
            places.append(end)
    return places, numbers
