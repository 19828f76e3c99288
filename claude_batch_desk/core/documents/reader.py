"""DocumentReader: documents read by a child process that may die of any of them."""

import logging
import queue
import sys
import time
from collections.abc import Sequence
from types import TracebackType

from claude_batch_desk.core.documents.extract import Ask, Extract, Unusable, extract_of
from claude_batch_desk.core.tables.opened import Alive
from claude_batch_desk.core.tables.process.child import Child
from claude_batch_desk.core.tables.process.frames import Frame, Kind, text_of

DOCUMENTS_SWITCH = "--documents"
"""The only argument of a frozen application that is started as a documents child."""
SILENCE = 30.0
"""Seconds without a word about a document after which it is given up."""
PATIENCE = 180.0
"""Seconds for one document, however much there is to say about it."""

_SERVED = 200
"""Documents to one child, which has limits for all it does."""
_MODULE = "claude_batch_desk.core.documents.reader_child"
_log = logging.getLogger(__name__)


def child_command() -> list[str]:
    """How to start the documents child of this installation."""
    if getattr(sys, "frozen", False):
        return [sys.executable, DOCUMENTS_SWITCH]
    return [sys.executable, "-P", "-m", _MODULE]


class DocumentReader:
    """Reads one document at a time; a context manager that leaves no process behind."""

    def __init__(
        self,
        command: Sequence[str] = (),
        silence: float = SILENCE,
        patience: float = PATIENCE,
    ) -> None:
        self._command = command or child_command()
        self._silence = silence
        self._patience = patience
        self._child: Child | None = None
        self._served = 0

    def __enter__(self) -> "DocumentReader":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def pid(self) -> int | None:
        """The number of the process that reads now."""
        return self._child.pid if self._child else None

    def read(self, ask: Ask, beat: Alive) -> Extract:
        """What a document holds; raises Unusable, also where it ends or hangs its reader.

        `beat` is called several times a second and may raise.
        """
        if self._served >= _SERVED:
            self.close()
        used = self._child is not None
        frame = self._answer(ask, beat)
        if frame is None and used:
            frame = self._answer(ask, beat)  # the first child may have died of what came before
        if frame is None:
            raise Unusable("damaged")
        return extract_of(frame)

    def close(self) -> None:
        """End the child, whatever it does, and wait until it is gone."""
        child, self._child, self._served = self._child, None, 0
        if child:
            child.close()

    def _answer(self, ask: Ask, beat: Alive) -> Frame | None:
        """What the child says of a document; None where it ended instead."""
        child = self._child = self._child or Child(self._command)
        self._served += 1
        child.ask(ask.to_json(), is_last=False)
        try:
            frame = self._heard(child, beat)
        except BaseException:
            self.close()  # it would go on with this document
            raise
        if frame is None:
            _log.warning("The reader of documents ended with %s", child.status)
            self.close()
        return frame

    def _heard(self, child: Child, beat: Alive) -> Frame | None:
        start = spoke = time.monotonic()
        while True:
            beat()
            now = time.monotonic()
            if now - spoke > self._silence or now - start > self._patience:
                _log.warning("A document took more than %.0f s to read", now - start)
                raise Unusable("damaged")
            try:
                frame = child.next_frame()
            except queue.Empty:
                continue
            if frame is None or frame.kind in (Kind.FOUND, Kind.ERROR):
                return frame
            if frame.kind is Kind.BUG:
                _log.error("The reader of documents failed: %s", text_of(frame))
                return None
            spoke = time.monotonic()
