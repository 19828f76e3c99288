"""What every test may rely on: no screen, no key, no keychain and an empty home of its own.

Nothing here imports Qt: tests/core also runs where PySide6 is not installed.
"""

import os
import tempfile
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parent.parent

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# Child processes run with -P and would not find the package in their current folder.
os.environ["PYTHONPATH"] = str(CHECKOUT)
# As the reader's child has it: where lxml is about, openpyxl would parse with it, undefused.
os.environ["OPENPYXL_LXML"] = "False"
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"
for _name in [name for name in os.environ if name.startswith("ANTHROPIC_")]:
    del os.environ[_name]

COUNTED = "counted"
"""The property of a test that says what it has counted."""
_HOMES = ("CLAUDE_BATCH_DESK_HOME", "XDG_CONFIG_HOME")
_home = tempfile.TemporaryDirectory(prefix="claude-batch-desk-tests-")
# Fixtures of a wider scope than a test start before `home` does.
for _name in _HOMES:
    os.environ[_name] = str(Path(_home.name) / _name.lower())


def pytest_unconfigure() -> None:
    _home.cleanup()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what the fault suite has counted; reports bring it here from whichever process."""
    reports: list[pytest.TestReport] = terminalreporter.getreports("passed")
    counts = [str(text) for each in reports for name, text in each.user_properties
              if name == COUNTED]  # fmt: skip
    if counts:
        terminalreporter.section("what was broken, and what came of it")
    for line in sorted(counts):
        terminalreporter.write_line(line)


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data folder of this test, which does not exist yet."""
    root = tmp_path_factory.mktemp("home")
    for name in _HOMES:
        monkeypatch.setenv(name, str(root / name.lower()))
    return root / _HOMES[0].lower()
