import os
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = ("anthropic", "pandas", "genai_prices", "openpyxl", "xlsxwriter", "httpx2", "keyring")

OPEN = f"""
import sys
from PySide6.QtCore import QTimer
import claude_batch_desk.app as app
from pathlib import Path
from PySide6.QtWidgets import QApplication

def report():
    print("loaded", [name for name in {HEAVY!r} if name in sys.modules])
    print("visible", [each.objectName() for each in QApplication.topLevelWidgets()
                      if each.isVisible()])
    QApplication.closeAllWindows()

make = app.make_app
def made(argv):
    application = make(argv)
    QTimer.singleShot(0, report)
    return application
app.make_app = made
sys.exit(app.run_window(Path(sys.argv[1]), []))
"""


def open_window(home: Path) -> subprocess.CompletedProcess[str]:
    home.mkdir(parents=True, exist_ok=True)
    return subprocess.run(
        [sys.executable, "-P", "-c", OPEN, str(home)],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_window_is_there_without_the_heavy_libraries(home: Path) -> None:
    opened = open_window(home)
    said = dict(line.split(" ", 1) for line in opened.stdout.splitlines())
    assert opened.returncode == 0, opened.stderr
    assert said["loaded"] == "[]"
    assert said["visible"] == "['main_window']"


def test_a_second_window_on_the_same_folder_says_why_it_does_not_open(home: Path) -> None:
    filelock = pytest.importorskip("filelock")
    home.mkdir(parents=True)
    with filelock.FileLock(home / "desk.lock"):
        opened = open_window(home)
    assert opened.returncode == 1
    assert "visible ['message']" in opened.stdout


def test_what_stays_is_not_searched_for_garbage_while_the_window_is_open() -> None:
    search = (
        "import gc; from claude_batch_desk.app import spare_the_window; spare_the_window();"
        "print(gc.get_freeze_count() > 10_000, gc.get_threshold()[2] > 100, gc.isenabled())"
    )
    said = subprocess.run(
        [sys.executable, "-P", "-c", search], check=True, capture_output=True, text=True
    )
    assert said.stdout.split() == ["True"] * 3
