"""How soon the window is there, and how long it ever keeps a person waiting.

Run: `.venv/bin/python -P tests/bench/window.py` in a checkout (with PYTHONPATH=.). A timer of the
UI thread ticks every 10 ms through the whole demonstration; the longest time between two ticks is
the longest freeze. Prints one line per step.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
_SLOW = ("anthropic", "pandas", "openpyxl", "genai_prices")
_TICK_MS = 10
_RUNS = 5


def start_once() -> None:
    """Print the seconds until the window is painted, and which slow modules came with it."""
    began = time.perf_counter()
    from claude_batch_desk.app import compose, make_app
    from claude_batch_desk.session import Session

    with tempfile.TemporaryDirectory() as home:
        app = make_app([])
        composed = compose(app, Session(Path(home)))
        composed.window.show()
        composed.window.grab()
        seconds = time.perf_counter() - began
        loaded = [name for name in _SLOW if name in sys.modules]
        composed.window.close()
        composed.close()
    print(f"{seconds:.2f} s, with {', '.join(loaded) or 'none of ' + ', '.join(_SLOW)}")


def start_ups() -> None:
    """Start the window in fresh processes."""
    for _ in range(_RUNS):
        began = time.perf_counter()
        told = subprocess.run(
            [sys.executable, "-P", __file__, "--once"],
            check=True, capture_output=True, text=True,
        ).stdout.strip()  # fmt: skip
        print(f"window painted after {told}; whole process {time.perf_counter() - began:.2f} s")


class Pulse:
    """Ticks on the UI thread and keeps the time between every two ticks, in seconds."""

    def __init__(self) -> None:
        from PySide6.QtCore import QTimer

        self._last = time.perf_counter()
        self._gaps: list[float] = []
        self.longest: list[float] = []
        self.timer = QTimer(interval=_TICK_MS)
        self.timer.timeout.connect(self._tick)
        self.timer.start()

    def _tick(self) -> None:
        now = time.perf_counter()
        self._gaps.append(now - self._last)
        self._last = now

    def tell(self, name: str, words: str) -> None:
        """Print the gaps since the last time, in milliseconds."""
        del words
        gaps = [gap * 1000 for gap in sorted(self._gaps)]
        most = gaps[int(len(gaps) * 0.99)]
        print(f"{name:<12} longest gap {gaps[-1]:4.0f} ms, 99 % below {most:4.0f} ms")
        self.longest.append(gaps[-1])
        self._gaps.clear()


def gaps() -> None:
    """Walk through the demonstration and print the longest gap of each step."""
    from claude_batch_desk.app import compose, make_app
    from claude_batch_desk.session import Session
    from claude_batch_desk.walk import Walk

    with tempfile.TemporaryDirectory() as home:
        app = make_app([])
        composed = compose(app, Session(Path(home), practice_seconds=1.0))
        composed.window.show()
        pulse = Pulse()
        try:
            Walk(composed, pulse.tell).run(Path(home) / "out.xlsx")
        finally:
            pulse.timer.stop()
            composed.window.close()
            composed.close()
        print(f"{'whole':<12} longest gap {max(pulse.longest):4.0f} ms (150 ms is promised)")


if __name__ == "__main__":
    if "--once" in sys.argv:
        start_once()
    else:
        start_ups()
        gaps()
