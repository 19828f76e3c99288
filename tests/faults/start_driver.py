"""Starts so many sessions of one data folder at the same moment, each in a process of its own.

Prints a JSON list of what became of each: "owner", or the sentence that it was told.
"""

import json
import os
import sys
from pathlib import Path

from claude_batch_desk.core.errors import DeskError
from claude_batch_desk.session import Session


def start(home: Path, go: int, tell: int, over: int) -> None:
    """Wait for the signal, start, tell, and stay until all is over."""
    os.read(go, 1)
    try:
        session = Session(home)
    except DeskError as error:
        os.write(tell, f"{error}\n".encode())
        return
    session.desk.new_job("Mine", "practice")
    os.write(tell, b"owner\n")
    os.read(over, 1)
    session.close()


def main() -> None:
    home, count = Path(sys.argv[1]), int(sys.argv[2])
    go, signal = os.pipe()
    told, tell = os.pipe()
    over, end = os.pipe()
    for _ in range(count):
        if os.fork() == 0:
            os.close(signal)
            os.close(end)
            start(home, go, tell, over)
            os._exit(0)
    os.close(signal)
    with open(told, "rb", buffering=0, closefd=False) as reader:
        said = b""
        while said.count(b"\n") < count and (more := reader.read(4096)):
            said += more
    os.close(end)
    for _ in range(count):
        os.wait()
    print(json.dumps(said.decode().splitlines()))  # noqa: T201 - the answer


if __name__ == "__main__":
    main()
