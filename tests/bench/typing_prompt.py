"""How soon the preview follows a key in the prompt, over a large table and a small one.

Run: `.venv/bin/python -P tests/bench/typing_prompt.py [--rows N]` in a checkout (with
PYTHONPATH=.). Types into the prompt of a small and of a large table, and of the large one while
all its rows are compared on a worker; prints the time from a key to the painted preview, and how
much longer it takes over the large table.
"""

import argparse
import os
import statistics
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
if TYPE_CHECKING:
    from claude_batch_desk.gui.main_window import MainWindow
_ROWS, _SMALL, _COLUMNS = 1_000_000, 100, 10
_TEXT = "Sort this message, of which much is said below. "
_PROMISED = 100
"""Milliseconds."""


def open_table(window: "MainWindow", path: Path) -> None:
    """Open the table in a new job and go to its prompt."""
    from tests.bench.table_page import wait_until

    before = window.draft.job
    window.new_job()
    wait_until(lambda: window.draft.job is not before)
    window.data_page.open_file(path)
    wait_until(lambda: window.draft.table is not None and not window.data_page.reader.busy)
    window.job_view.go("prompt")
    wait_until(lambda: window.prompt_page.preview.stepper.running is not None)
    begin_prompt(window)


def begin_prompt(window: "MainWindow") -> None:
    """Two columns, and nothing said of them yet."""
    from PySide6.QtGui import QTextCursor

    editor = window.prompt_page.template_editor
    editor.setPlainText("{{Column 0}} {{Column 4}}: ")
    editor.moveCursor(QTextCursor.MoveOperation.End)


def type_text(window: "MainWindow", name: str) -> float:
    """The middle of the milliseconds from a key to the painted preview."""
    from PySide6.QtTest import QTest

    from tests.bench.table_page import wait_until

    page, times = window.prompt_page, []
    for key in _TEXT:
        began = time.perf_counter()
        QTest.keyClicks(page.template_editor, key)
        page.preview.row_text.repaint()
        page.template_editor.repaint()
        times.append((time.perf_counter() - began) * 1000)
        wait_until(lambda: True)
    if page.preview.row_text.toPlainText().count(_TEXT.strip()) != 1:
        raise SystemExit("the preview does not show what was typed")
    middle, most = statistics.median(times), max(times)
    print(f"{name:<32} {middle:5.1f} ms a key, at most {most:5.1f} ms ({_PROMISED} promised)")
    return middle


def measure(window: "MainWindow", small: Path, large: Path) -> None:
    """Type over both tables and compare; what the first keys bring with them is left out."""
    open_table(window, small)
    type_text(window, "the first keys of all")
    begin_prompt(window)
    few = type_text(window, "the small table")
    open_table(window, large)
    many = type_text(window, "the large table")
    begin_prompt(window)
    window.prompt_page.preview.stepper.longest_button.click()
    busy = type_text(window, "the large table, being compared")
    print(f"a key over the large table takes {many / few:.2f} times as long,")
    print(f"and {busy / few:.2f} times while its rows are compared")


def main() -> None:
    """Measure once."""
    from claude_batch_desk.app import compose, make_app
    from claude_batch_desk.session import Session
    from tests.bench.table_page import write_table

    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rows", type=int, default=_ROWS)
    rows = asked.parse_args().rows
    with tempfile.TemporaryDirectory() as folder:
        small, large = Path(folder) / "small.csv", Path(folder) / "large.csv"
        write_table(small, _SMALL, _COLUMNS)
        write_table(large, rows, _COLUMNS)
        home = Path(folder) / "home"
        home.mkdir()
        composed = compose(make_app([]), Session(home))
        window = composed.window
        window.show()
        try:
            measure(window, small, large)
        finally:
            window.close()
            composed.tasks.close()
            composed.close()


if __name__ == "__main__":
    main()
