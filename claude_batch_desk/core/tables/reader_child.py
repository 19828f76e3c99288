"""The reader child: reads one file in a process of its own, as a file may kill its reader.

Its standard input holds the request as JSON; frames go to its standard output.
"""

import gc
import sys
from pathlib import Path

from claude_batch_desk.core.errors import TableError
from claude_batch_desk.core.tables.opened import Alive, OpenedTable
from claude_batch_desk.core.tables.pages import Paged
from claude_batch_desk.core.tables.process.frames import (
    Header,
    Kind,
    Request,
    found_frame,
    header_frame,
    page_frame,
    text_frame,
)
from claude_batch_desk.core.tables.process.limits import limit_this_process
from claude_batch_desk.core.tables.process.voice import Voice
from claude_batch_desk.core.tables.sniff import is_named_workbook, is_parquet, is_workbook
from claude_batch_desk.core.tables.table import ReadOptions
from claude_batch_desk.core.tables.text.json_lines import is_json, open_json

_COLLECT_EVERY = 100_000
"""Rows refer to nothing but their cells: to look for cycles as often as usual costs a tenth."""
_TOO_LARGE = (
    "This file needs more memory to be read than is safe. Save the sheet as text (.csv) and open "
    "that, or split the table."
)


def main() -> int:
    """Serve one request; returns the exit status."""
    voice = Voice()
    limit_this_process()
    gc.set_threshold(_COLLECT_EVERY)
    try:
        # A windowed application has no sys.stdin, but it has the pipe.
        with open(0, "rb", closefd=False) as asked:
            request = Request.from_json(asked.read())
        _serve(request, voice)
    except TableError as error:
        voice.say(text_frame(Kind.ERROR, str(error)))
    except MemoryError:
        voice.say(text_frame(Kind.ERROR, _TOO_LARGE))
    except BrokenPipeError:
        return 1  # the parent is gone, or does not want the rest
    return 0


def _serve(request: Request, voice: Voice) -> None:
    opened = open_table(request.path, request.options, voice.alive)
    voice.say(header_frame(Header(opened.reading, opened.columns)))
    pages = Paged(opened)
    for page in pages:
        voice.say(page_frame(page))
    voice.say(found_frame(pages.found))


def open_table(path: Path, options: ReadOptions, alive: Alive) -> OpenedTable:
    """Read a file in this process, which it may end. Raises TableError."""
    return _whole(path, options, alive).without(frozenset(options.left_out))


def _whole(path: Path, options: ReadOptions, alive: Alive) -> OpenedTable:
    """The file with all its columns."""
    # Each kind brings its own libraries; only those of the file at hand are imported.
    if is_workbook(path):
        from claude_batch_desk.core.tables.workbooks.workbook import open_workbook

        return open_workbook(path, options, alive)
    if is_parquet(path):
        from claude_batch_desk.core.tables.parquet import open_parquet

        return open_parquet(path, alive)
    if is_json(path):
        return open_json(path, options, alive)
    from claude_batch_desk.core.tables.text.delimited import open_delimited

    opened = open_delimited(path, options, alive)
    if is_named_workbook(path):
        opened.notes.append("This file is named like a workbook, but it is text and read as such.")
    return opened


if __name__ == "__main__":
    sys.exit(main())
