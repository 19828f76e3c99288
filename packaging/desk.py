"""Set up this checkout, then open the demonstration or run every check.

    python3 packaging/desk.py demo [--headless] [arguments of the demonstration]
    python3 packaging/desk.py test [arguments of pytest]
    python3 packaging/desk.py lock [arguments of uv pip compile]

It needs Python 3.11 or newer and nothing else: what it installs goes into .venv* folders of the
checkout, from hash-locked lists. `test` with arguments runs only pytest, with them.
"""

import sys
from pathlib import Path

OLDEST_PYTHON = (3, 11)


def main() -> int:
    """Refuse a Python that is too old before anything is imported that it cannot read."""
    if sys.version_info < OLDEST_PYTHON:
        print(
            f"Claude Batch Desk needs Python 3.11 or newer; this is Python {sys.version[:6]}. "
            "Install a newer one, then run this command with it.",
            file=sys.stderr,
        )
        return 1
    sys.path.insert(0, str(Path(__file__).resolve().parent))  # python -P leaves it out
    import commands

    return commands.main(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
