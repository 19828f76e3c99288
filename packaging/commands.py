"""The commands of desk.py."""

import os
import sys

import checks
import environments
import system
from problem import Problem

USAGE = """\
python3 packaging/desk.py demo [--headless] [arguments of the demonstration]
python3 packaging/desk.py test [arguments of pytest]
python3 packaging/desk.py lock [arguments of uv pip compile]"""


def main(arguments: list[str]) -> int:
    """Do what the arguments say; returns the exit code."""
    commands = {"demo": demo, "test": test, "lock": lock}
    if not arguments or arguments[0] not in commands:
        print(USAGE, file=sys.stderr)
        return 2
    try:
        return commands[arguments[0]](arguments[1:])
    except Problem as problem:
        print(f"\n{problem}", file=sys.stderr)
        return 1
    except OSError as error:
        print(
            f"\n{error}. Nothing outside {environments.CHECKOUT} was changed. Make sure that there "
            "is room and that you may write there, then run this command again.",
            file=sys.stderr,
        )
        return 1
    except KeyboardInterrupt:
        return 130


def demo(arguments: list[str]) -> int:
    """Open the window on sample data, or without a screen print each step of the same work."""
    system.check_qt_libraries()
    python = environments.RUN.prepare()
    if not _has_screen() and "--headless" not in arguments:
        arguments = ["--headless", *arguments]
    return environments.run([python, "-P", "-m", "claude_batch_desk", "demo", *arguments])


def test(arguments: list[str]) -> int:
    """Run every check without a screen; with arguments only pytest, with them."""
    system.check_qt_libraries()
    system.bring_office()
    python = environments.TEST.prepare()
    if arguments:
        return environments.run([python, "-P", "-m", "pytest", *arguments])
    return checks.run_all(python, environments.CORE.prepare())


def lock(arguments: list[str]) -> int:
    """Write the hash-locked lists anew from pyproject.toml; --upgrade moves them to the newest."""
    environments.lock(arguments)
    return 0


def _has_screen() -> bool:
    if not sys.platform.startswith("linux"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
