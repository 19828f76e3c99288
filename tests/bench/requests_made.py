"""How fast rows become a batch body, beside dicts given to the SDK's `batches.create`.

Run: `.venv/bin/python -P tests/bench/requests_made.py [--rows N] [--rounds N]` in a checkout (with
PYTHONPATH=.). Rows of some 2 kB are rendered by the same template on both sides. Ours end as bodies
that are whole and on the disk, and then at a server on loopback which throws away what it gets; the
SDK's end at the same server, to which `batches.create` posts them. The sides take turns, each time
in a process of its own that has made a small batch before. Prints medians: rows a second, how many
times the SDK's rate that is in the same turn, by the clock and by the processor, which a busy
machine disturbs less; and how much more memory each took than the table and the imports did (POSIX
only).
"""

import argparse
import resource
import socket
import sys
import tempfile
import threading
import time
from array import array
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from statistics import median

import anthropic
import orjson

from claude_batch_desk.core.catalogue import bundled_models
from claude_batch_desk.core.jobs.plan import make_plan
from claude_batch_desk.core.prompts.fields import OutputField
from claude_batch_desk.core.prompts.recipe import Recipe
from claude_batch_desk.core.prompts.request import request_builder, shared_params
from claude_batch_desk.core.prompts.template import Template
from claude_batch_desk.core.report import silent
from claude_batch_desk.core.service.bodies import is_as_written
from claude_batch_desk.core.service.gateway import Gateway
from claude_batch_desk.core.service.spool import BatchSpool
from claude_batch_desk.core.tables.table import Table
from tests.choices import plain_choices
from tests.core.jobs.rows_in_memory import table_of

_ROWS, _ROUNDS, _WARM = 100_000, 5, 100
_WORDS = "She wrote that the parcel “42” came late,\nand the box was open. "
_AIM = 7
_KEY = "sk-ant-bench"
_MARK = b'"custom_id"'
_CHUNK = 1 << 20
_MODEL = bundled_models()["claude-haiku-5-5"]
_RECIPE = Recipe(
    name="Sort",
    instructions="You sort messages by what their writers want.",
    prompt=Template("<message>\n{{Message}}\n</message>\nNumber {{Number}}: which label fits?"),
    fields=(OutputField("Label", "choice", plain_choices("refund", "praise", "question")),),
    model=_MODEL.id,
)


@dataclass(frozen=True)
class Spent:
    """Seconds."""

    clock: float
    processor: float

    @classmethod
    def now(cls) -> "Spent":
        """Since whenever these clocks began."""
        return cls(time.perf_counter(), time.process_time())

    def __sub__(self, other: "Spent") -> "Spent":
        return Spent(self.clock - other.clock, self.processor - other.processor)


@dataclass(frozen=True)
class Taken:
    """What one run took."""

    made: Spent
    """Until the bodies were on the disk; of no meaning for the SDK, which has none."""
    sent: Spent
    """Until the server had confirmed all rows."""
    memory: float
    """MB."""


def table_with(rows: int) -> Table:
    """Rows that differ, with a text of about 2 kB."""
    text = _WORDS * 30
    return table_of(("Number", "Message"), [(str(number), text) for number in range(rows)])


def ours(table: Table, url: str) -> Spent:
    """As a job is frozen and posted; returns when the bodies were on the disk."""
    with tempfile.TemporaryDirectory() as folder:
        spool = BatchSpool(Path(folder), "bench")
        bound, build = _RECIPE.prompt.bind(table.columns), request_builder(_RECIPE, _MODEL)
        make_plan(
            table,
            array("I", range(table.row_count)),
            bound,
            build,
            lambda number, request: spool.add(number, request.params, None, request.digest),
            silent,
        )
        spool.close()
        made = Spent.now()
        gateway = Gateway(_KEY, url)
        for part, body in enumerate(spool.bodies, start=1):
            if not is_as_written(body.path, "bench", part, body.seal):
                raise SystemExit("A body is not the one that was written.")
            gateway.create_batch(body.path, body.requests)
        gateway.close()
    return made


def with_dicts(table: Table, url: str) -> Spent:
    """As the SDK's documentation shows it."""
    bound, shared = _RECIPE.prompt.bind(table.columns), shared_params(_RECIPE, _MODEL)
    with anthropic.Anthropic(api_key=_KEY, base_url=url, max_retries=0) as client:
        requests = [
            {
                "custom_id": f"row-{number}",
                "params": {**shared, "messages": [{"role": "user", "content": bound.render(row)}]},
            }
            for number, row in enumerate(table.rows)
        ]
        batch = client.messages.batches.create(requests=requests)  # type: ignore[arg-type] # plain dicts, as people write them
    if batch.request_counts.processing != table.row_count:
        raise SystemExit("The server did not get every row.")
    return Spent.now()


_SIDES: dict[str, Callable[[Table, str], Spent]] = {"ours": ours, "with_dicts": with_dicts}


def measure(side: str, rows: int, url: str) -> Taken:
    """One run, in a process that is used for nothing else."""
    work, table = _SIDES[side], table_with(rows)
    work(table_with(_WARM), url)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = Spent.now()
    made = work(table, url) - began
    sent = Spent.now() - began
    unit = 1 << 20 if sys.platform == "darwin" else 1 << 10
    memory = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / unit
    return Taken(made, sent, memory)


@contextmanager
def discarding() -> Iterator[str]:
    """The address of a server that counts the requests of a batch and keeps none."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=_serve, args=(listening,), daemon=True).start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        listening.shutdown(socket.SHUT_RDWR)


def _serve(listening: socket.socket) -> None:
    while True:
        try:
            connection, _ = listening.accept()
        except OSError:  # the bench is over
            return
        with connection:
            _answer(connection)


def _answer(connection: socket.socket) -> None:
    head, _, body = _until(connection, b"\r\n\r\n").partition(b"\r\n\r\n")
    lines = head.decode("latin-1").lower().split("\r\n")
    left = next(int(line.partition(":")[2]) for line in lines if line.startswith("content-length"))
    left -= len(body)
    found, tail = body.count(_MARK), body[1 - len(_MARK) :]
    while left:
        chunk = connection.recv(_CHUNK)
        if not chunk:
            return
        left -= len(chunk)
        seen = tail + chunk
        found, tail = found + seen.count(_MARK), seen[1 - len(_MARK) :]
    reply = orjson.dumps(_batch(found))
    connection.sendall(
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n"
        b"Content-Length: %d\r\n\r\n%b" % (len(reply), reply)
    )


def _until(connection: socket.socket, mark: bytes) -> bytes:
    got = b""
    while mark not in got and (chunk := connection.recv(_CHUNK)):
        got += chunk
    return got


def _batch(requests: int) -> dict[str, object]:
    counts = dict.fromkeys(("processing", "succeeded", "errored", "canceled", "expired"), 0)
    return {
        "id": "msgbatch_1",
        "type": "message_batch",
        "processing_status": "in_progress",
        "request_counts": {**counts, "processing": requests},
        "created_at": "2026-11-01T00:00:00Z",
        "expires_at": "2026-11-02T00:00:00Z",
    }


def main() -> None:
    """Take turns, so that a busy machine is busy for both."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rows", type=int, default=_ROWS)
    asked.add_argument("--rounds", type=int, default=_ROUNDS)
    given = asked.parse_args()
    runs: dict[str, list[Taken]] = {side: [] for side in _SIDES}
    alone = ProcessPoolExecutor(1, get_context("spawn"), max_tasks_per_child=1)
    with discarding() as url, alone:
        for _ in range(given.rounds):
            for side, taken in runs.items():
                taken.append(alone.submit(measure, side, given.rows, url).result())
    theirs = runs["with_dicts"]
    sdk = [each.sent for each in theirs]
    for name, of, spent in (
        ("rows to bodies on disk", runs["ours"], [each.made for each in runs["ours"]]),
        ("rows to bodies, posted", runs["ours"], [each.sent for each in runs["ours"]]),
        ("dicts to batches.create", theirs, sdk),
    ):
        pairs = [*zip(sdk, spent, strict=True)]
        print(
            f"{name:<24} {given.rows / median(each.clock for each in spent):>9,.0f} rows a second, "
            f"{median(a.clock / b.clock for a, b in pairs):4.1f} times the SDK by the clock, "
            f"{median(a.processor / b.processor for a, b in pairs):4.1f} by the processor, "
            f"{max(each.memory for each in of):6.0f} MB more memory"
        )
    print(f"bodies on disk are promised at {_AIM} times the SDK or more")


if __name__ == "__main__":
    main()
