"""The child's side of the pipe to its parent."""

import os
import sys
import time
from pathlib import Path
from typing import BinaryIO

from claude_batch_desk.core.tables.process.frames import Frame, Kind, text_frame, write_frame

_ALIVE_EVERY = 0.5


class Voice:
    """Says frames to the parent; whatever else is printed in this process goes nowhere.

    An exception that nobody expected is told by its type and place and nothing else, as its text
    might quote a cell.
    """

    def __init__(self) -> None:
        """Take over the standard output of this process."""
        self._stream = _take_stdout()
        self._spoke = time.monotonic()
        sys.excepthook = lambda _kind, error, _trace: self.say(
            text_frame(Kind.BUG, _described(error))
        )

    def say(self, frame: Frame) -> None:
        """Write a frame; raises BrokenPipeError where the parent is gone."""
        self._spoke = time.monotonic()
        write_frame(self._stream, frame)

    def alive(self) -> None:
        """Tell the parent, now and then, that the work goes on."""
        if time.monotonic() - self._spoke > _ALIVE_EVERY:
            self.say(Frame(Kind.ALIVE))


def _take_stdout() -> BinaryIO:
    pipe = os.dup(1)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.close(nowhere)
    return os.fdopen(pipe, "wb")


def _described(error: BaseException) -> str:
    """Type and place of an exception."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    place = f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else "?"
    return f"{type(error).__name__} at {place}"
