"""How long the Data page keeps a person waiting over a large table.

Run: `.venv/bin/python -P tests/bench/table_page.py [--rows N] [--columns N]` in a checkout (with
PYTHONPATH=.). Writes such a table as CSV, opens it in the window, jumps, scrolls and selects, and
prints for each step the longest time between two ticks of a timer of the UI thread.
"""

import argparse
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
if TYPE_CHECKING:
    from claude_batch_desk.gui.main_window import MainWindow
_ROWS, _COLUMNS = 1_000_000, 10
_JUMPS = 50
_TURN_MS = 5


def write_table(path: Path, rows: int, columns: int) -> None:
    """A CSV file with leading zeros, texts and gaps."""
    with path.open("w", encoding="utf-8") as file:
        file.write(",".join(f"Column {place}" for place in range(columns)) + "\n")
        cells = ("2026-01-31", "1.10", "", "a short text")
        tail = ",".join(cells[place % len(cells)] for place in range(columns - 1))
        for row in range(rows):
            file.write(f"{row:07},{tail}\n")


def wait_until(ready: Callable[[], bool]) -> None:
    """Let the window live until it is so."""
    from PySide6.QtCore import QEventLoop, QTimer

    loop = QEventLoop()
    timer = QTimer(interval=_TURN_MS)
    timer.timeout.connect(lambda: loop.quit() if ready() else None)
    timer.start()
    loop.exec()


def walk(window: "MainWindow", path: Path, tell: Callable[[str, str], None]) -> None:
    """Open the table and do what a person does with it."""
    sheet, reader = window.data_page.sheet, window.data_page.reader
    window.new_job()
    wait_until(lambda: window.draft.job is not None)
    began = time.perf_counter()
    window.data_page.open_file(path)
    wait_until(lambda: sheet.table is not None)
    print(f"first rows seen after {time.perf_counter() - began:.2f} s")
    wait_until(lambda: not reader.busy)
    table = sheet.table
    if table is None:
        raise SystemExit(window.data_page.banner.text.text())
    print(f"{table.row_count:,} rows read after {time.perf_counter() - began:.2f} s")
    tell("open", "")
    bar = sheet.view.verticalScrollBar()
    for step in range(_JUMPS):
        bar.setValue(bar.maximum() * step // _JUMPS)
        sheet.view.grab()
        wait_until(lambda: True)
    tell("scroll", "")
    for step in range(_JUMPS):
        sheet.view.go_to_row(table.row_count * step // _JUMPS)
        sheet.view.grab()
        wait_until(lambda: True)
    tell("jump", "")
    sheet.view.selectAll()
    sheet.view.go_to_column(len(table.columns) - 1)
    sheet.view.grab()
    wait_until(lambda: True)
    tell("select", "")


def main() -> None:
    """Measure once."""
    from claude_batch_desk.app import compose, make_app
    from claude_batch_desk.session import Session
    from tests.bench.window import Pulse

    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rows", type=int, default=_ROWS)
    asked.add_argument("--columns", type=int, default=_COLUMNS)
    chosen = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path, home = Path(folder) / "large.csv", Path(folder) / "home"
        home.mkdir()
        write_table(path, chosen.rows, chosen.columns)
        app = make_app([])
        composed = compose(app, Session(home))
        composed.window.show()
        pulse = Pulse()
        try:
            walk(composed.window, path, pulse.tell)
        finally:
            pulse.timer.stop()
            composed.window.close()
            composed.close()


if __name__ == "__main__":
    main()
