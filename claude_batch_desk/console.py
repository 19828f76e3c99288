"""What the verbs of the command line share: how they are told and how they speak."""

import argparse
import os
import sys
import time
from typing import Any

import orjson

from claude_batch_desk.core.tables.table import ReadOptions

DONE, FAILED, NOT_CONFIRMED, ROWS_LEFT, STOPPED = 0, 1, 3, 4, 130
"""Exit codes; 2 is argparse's own for wrong use. See docs/command-line.md."""

QUOTES = {"double": '"', "single": "'", "none": ""}
"""What the cells of delimited text may be wrapped in, by words that need no care in a shell."""

_PAUSE = 0.2
_LINE_EVERY = 5.0


def read_options(arguments: argparse.Namespace) -> ReadOptions:
    """How the person wants the table read."""
    return ReadOptions(
        encoding=arguments.encoding,
        delimiter=arguments.delimiter,
        sheet=arguments.sheet,
        header_row=arguments.header,
        header_rows=arguments.header_rows,
        first_row=arguments.first_row,
        quote=QUOTES.get(arguments.quote),
        left_out=tuple(arguments.leave_out),
    )


class Progress:
    """A Report that rewrites one line of a terminal; elsewhere it adds one every few seconds."""

    def __init__(self, doing: str) -> None:
        self._doing = doing
        self._terminal = sys.stderr.isatty()
        # The first words come late where they stay: most work is over by then.
        self._shown = 0.0 if self._terminal else time.monotonic()

    def __call__(self, done: int, total: int) -> None:
        """Say how far it is, if that was not said just now."""
        now = time.monotonic()
        if now - self._shown < (_PAUSE if self._terminal else _LINE_EVERY):
            return
        self._shown = now
        of = f" of {total:,}" if total else ""
        if self._terminal:
            say(f"\r{self._doing} {done:,}{of} ", end="")
        else:
            say(f"{self._doing} {done:,}{of}")


def say(text: str, end: str = "\n") -> None:
    """Tell the person, on stderr."""
    print(text, end=end, file=sys.stderr, flush=True)  # noqa: T201 - progress of a command


def show(text: str) -> None:
    """Give a line of the result, on stdout."""
    print(text, flush=True)  # noqa: T201 - the result of a command


def print_json(value: dict[str, Any]) -> None:
    """Give the result as one JSON object, on stdout."""
    sys.stdout.buffer.write(orjson.dumps(value) + os.linesep.encode())
    sys.stdout.flush()
