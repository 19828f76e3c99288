"""Child: a process that reads files for this one, which it cannot take with it when it dies."""

import os
import queue
import subprocess
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from claude_batch_desk.core.tables.process.frames import Frame, Kind, read_frame

LOOK_EVERY = 0.1
"""Seconds between two looks at whether the person asked to stop."""

_AHEAD = 4
_ROOT = Path(__file__).resolve().parents[4]


def child_environment() -> dict[str, str]:
    """What a child knows: where this package is, but no key."""
    known = {name: value for name, value in os.environ.items() if not name.startswith("ANTHROPIC")}
    paths = [str(_ROOT), known.get("PYTHONPATH", "")]
    # numpy's threads reserve memory by the core; the child's is limited, and it needs none.
    return known | {
        "PYTHONPATH": os.pathsep.join(filter(None, paths)),
        "OPENBLAS_NUM_THREADS": "1",
    }


class Child:
    """A process that is asked on its standard input and answers in frames."""

    def __init__(self, command: Sequence[str]) -> None:
        self._frames: queue.Queue[Frame | None] = queue.Queue(_AHEAD)
        self._closed = threading.Event()
        self._process = subprocess.Popen(  # noqa: S603 - our own module, no shell
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=child_environment(),
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        self._listener = threading.Thread(target=self._listen, name="reader", daemon=True)
        self._listener.start()

    @property
    def pid(self) -> int:
        """The process's number."""
        return self._process.pid

    @property
    def status(self) -> int | None:
        """How the process ended; None while it runs."""
        return self._process.poll()

    def ask(self, request: bytes, *, is_last: bool) -> None:
        """Write to the process; one that died does not listen, which shows when it should talk."""
        pipe = self._process.stdin
        assert pipe is not None  # noqa: S101 - Popen was asked for it
        with suppress(OSError):
            pipe.write(request)
            pipe.flush()
            if is_last:
                pipe.close()

    def next_frame(self) -> Frame | None:
        """The next frame, None at the end; raises queue.Empty after LOOK_EVERY without one."""
        return self._frames.get(timeout=LOOK_EVERY)

    def close(self) -> None:
        """End the process, whatever it does, and wait until it is gone."""
        self._closed.set()
        self._process.kill()
        self._process.wait()
        self._listener.join()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe:
                with suppress(OSError):
                    pipe.close()

    def _listen(self) -> None:
        """Take frames from the pipe, a few ahead, until it ends; runs in a thread of its own."""
        pipe = self._process.stdout
        assert pipe is not None  # noqa: S101 - Popen was asked for it
        frame: Frame | None = Frame(Kind.ALIVE)
        while frame:
            frame = read_frame(pipe)
            while not self._closed.is_set():
                try:
                    self._frames.put(frame, timeout=LOOK_EVERY)
                except queue.Full:
                    continue
                break
