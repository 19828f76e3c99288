"""`python -m claude_batch_desk.practice`: run the Practice service by itself."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from claude_batch_desk.core.errors import DeskError
from claude_batch_desk.practice.faults import fault_help
from claude_batch_desk.practice.server import DEFAULT_DELAY, serve


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until stopped; the exit status is 2 where it could not start."""
    parser = argparse.ArgumentParser(
        prog="python -m claude_batch_desk.practice",
        description="A stand-in for the Anthropic API on this computer. It costs nothing.",
        epilog="faults:\n" + fault_help().replace("%", "%%"),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--home", type=Path, required=True, help="folder it remembers in")
    parser.add_argument("--port", type=int, default=0, help="port on 127.0.0.1; 0 is any free one")
    parser.add_argument(
        "--delay", type=float, default=DEFAULT_DELAY, help="seconds a batch takes (%(default)s)"
    )
    parser.add_argument(
        "--fault", action="append", default=[], metavar="NAME[:NUMBER]", help="may be repeated"
    )
    parser.add_argument(
        "--stop-with-stdin", action="store_true", help="stop when standard input ends"
    )
    given = parser.parse_args(arguments)
    try:
        serve(
            given.home,
            port=given.port,
            delay=given.delay,
            faults=given.fault,
            announce=_announce,
            stop_with_stdin=given.stop_with_stdin,
        )
    except DeskError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


def _announce(base_url: str) -> None:
    sys.stdout.write(json.dumps({"base_url": base_url}) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
