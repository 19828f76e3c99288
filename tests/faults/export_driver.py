"""Exports in a forked process that dies, or that the file system fails, when it is told to.

Steps are the moments just before each use of a file, as the interpreter's audit events name them.
One line of JSON per run comes in on stdin, the child's exit status goes out.
"""

import errno
import json
import os
import signal
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import xlsxwriter  # noqa: F401 - once, before the forks

from claude_batch_desk.core.errors import ExportError
from claude_batch_desk.core.report import silent
from claude_batch_desk.core.results.delimited import export_csv
from claude_batch_desk.core.results.export import export_xlsx
from claude_batch_desk.core.results.original.copying import copy_with_answers
from claude_batch_desk.core.results.original.original import Original
from claude_batch_desk.core.results.summary import Summary
from claude_batch_desk.core.results.workbook import Layout
from tests.core.results.original.made_books import MADE
from tests.core.results.original.proving import COLUMNS, answers, original
from tests.core.results.samples import note
from tests.faults.steps import HIT, KILLED

Kind = Literal["fresh workbook", "CSV", "copied workbook"]
Trouble = Literal[
    "killed",  # the process ends at once
    "killed in a write",  # likewise, when a file has so many bytes
    "full",  # there is no room for what a step would do
    "full in a write",  # likewise, when a file has so many bytes
    "unreadable",  # a file does not open to be read
    "blocked",  # another program opens the file that is to be replaced, so that Windows refuses
]
ROWS = 60
TEXT = "a text as long as they are "
SAID: dict[Trouble, str] = {
    "unreadable": "Nothing was ",
    "full": "Make room and try again. Nothing was changed.",
    "full in a write": "Make room and try again. Nothing was changed.",
    "blocked": "Close it there, or choose another name or folder. Nothing was changed.",
}


@dataclass(frozen=True)
class Asked:
    """What one run is to do, and what is to happen to it."""

    kind: Kind
    path: str
    trouble: Trouble
    at: int
    """The step, or the bytes; 0 for never."""


class Steps:
    """Counts the uses of files below a folder, and from one of them on makes trouble."""

    def __init__(self, below: Path, asked: Asked) -> None:
        self._below, self._asked = str(below), asked
        self._left = asked.at

    def __call__(self, event: str, arguments: tuple[object, ...]) -> None:
        """One event, of whatever kind."""
        if not event.startswith(("open", "os.", "tempfile.")) or not self._is_below(arguments):
            return
        self._left -= 1
        if self._left == 0:
            self._make_trouble(is_read=event == "open" and not _writes(arguments[2]))
        if self._left <= 0 and self._asked.trouble == "blocked":
            self._block(event, arguments)

    def _is_below(self, arguments: tuple[object, ...]) -> bool:
        names = [each for each in arguments if isinstance(each, (str, os.PathLike))]
        return any(str(os.fspath(name)).startswith(self._below) for name in names)

    def _block(self, event: str, arguments: tuple[object, ...]) -> None:
        is_write = event == "os.rename" or (event == "open" and _writes(arguments[2]))
        if is_write and self._asked.path in map(str, arguments):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    def _make_trouble(self, *, is_read: bool) -> None:
        trouble = self._asked.trouble
        if trouble == "killed":
            os._exit(KILLED)
        if trouble == "full" and not is_read:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        if trouble == "unreadable" and is_read:
            raise OSError(errno.EIO, os.strerror(errno.EIO))


def _writes(flags: object) -> bool:
    return isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR) != 0


def limit_writes(asked: Asked) -> None:
    """No file of this process takes more bytes; SIGXFSZ kills it, or is ignored as by default."""
    import resource  # not on Windows

    if asked.trouble == "killed in a write":
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_FSIZE, (asked.at, resource.RLIM_INFINITY))


def rows() -> list[list[str]]:
    """Those of the fresh forms."""
    return [[f"{number:05}", TEXT * 4] for number in range(ROWS)]


def exports(source: Original, count: int) -> dict[Kind, Callable[[Path], object]]:
    """How each kind is written."""
    figures = Layout(summary=lambda: Summary(ROWS, ()))
    header = ["Id", "Text"]
    return {
        "fresh workbook": lambda to: export_xlsx(to, header, rows(), note(ROWS), silent, figures),
        "CSV": lambda to: export_csv(to, header, rows(), note(ROWS), silent),
        "copied workbook": lambda to: copy_with_answers(
            source, to, COLUMNS, answers(count), silent
        ),
    }


def run(asked: Asked, write: Callable[[Path], object], below: Path) -> int:
    """Export once; HIT where it was refused in the words for it, 0 where it was written."""
    steps = Steps(below, asked)
    if asked.trouble.endswith("in a write"):
        limit_writes(asked)
    else:
        sys.addaudithook(steps)
    try:
        write(Path(asked.path))
    except ExportError as error:
        if SAID[asked.trouble] in str(error):
            return HIT
        raise
    return 0


def main() -> None:
    below = Path(sys.argv[1])
    source, table = original(MADE["pictures"](below))
    ways = exports(source, len(table.rows))
    for line in sys.stdin:
        asked = Asked(**json.loads(line))
        child = os.fork()
        if child == 0:
            try:
                status = run(asked, ways[asked.kind], below)
            except BaseException:
                traceback.print_exc()
                status = 1
            os._exit(status)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)  # noqa: T201 - the answer


if __name__ == "__main__":
    main()
