"""How fast rows become a batch body, beside dicts given to the SDK's `batches.create`.

Run: `.venv/bin/python -P tests/bench/requests_made.py [--rows N]` in a checkout (with
PYTHONPATH=.). Both render the same rows of some 2 kB and end with every byte of the body, ours on
disk and the SDK's taken by a transport that answers at once. Prints rows a second, their ratio, and
how much memory each took more than before (POSIX only).
"""

import argparse
import resource
import tempfile
import time
from array import array
from collections.abc import Callable
from pathlib import Path

import anthropic
import httpx2

from claude_batch_desk.core.catalogue import bundled_models
from claude_batch_desk.core.prompts.fields import OutputField, plain_choices
from claude_batch_desk.core.prompts.recipe import Recipe
from claude_batch_desk.core.prompts.request import request_builder, shared_params
from claude_batch_desk.core.prompts.template import Template
from claude_batch_desk.core.report import silent
from claude_batch_desk.core.tables.table import Table
from tests.core.jobs.rows_in_memory import table_of

_ROWS = 100_000
_WORDS = "She wrote that the parcel “42” came late,\nand the box was open. "
_AIM = 7
_ENDED = {
    "id": "msgbatch_1",
    "type": "message_batch",
    "processing_status": "in_progress",
    "request_counts": dict.fromkeys(
        ("processing", "succeeded", "errored", "canceled", "expired"), 0
    ),
    "created_at": "2026-11-01T00:00:00Z",
    "expires_at": "2026-11-02T00:00:00Z",
}
_MODEL = bundled_models()["claude-haiku-5-5"]
_RECIPE = Recipe(
    name="Sort",
    instructions="You sort messages by what their writers want.",
    prompt=Template("<message>\n{{Message}}\n</message>\nNumber {{Number}}: which label fits?"),
    fields=(OutputField("Label", "choice", plain_choices("refund", "praise", "question")),),
    model=_MODEL.id,
)


def table_with(rows: int) -> Table:
    """Rows that differ, with a text of about 2 kB."""
    text = _WORDS * 30
    return table_of(("Number", "Message"), [(str(number), text) for number in range(rows)])


def ours(table: Table, folder: Path) -> None:
    """As a job is frozen."""
    from claude_batch_desk.core.jobs.plan import make_plan
    from claude_batch_desk.core.service.spool import BatchSpool

    spool = BatchSpool(folder, "bench")
    bound, build = _RECIPE.prompt.bind(table.columns), request_builder(_RECIPE, _MODEL)
    numbers = array("I", range(table.row_count))
    make_plan(
        table,
        numbers,
        bound,
        build,
        lambda number, request: spool.add(number, request.params),
        silent,
    )
    spool.close()


def with_dicts(table: Table, folder: Path) -> None:
    """As the SDK's documentation shows it."""
    del folder

    def answer(request: httpx2.Request) -> httpx2.Response:
        request.read()
        return httpx2.Response(200, json=_ENDED)

    client = anthropic.Anthropic(
        api_key="sk-ant-bench",
        base_url="http://127.0.0.1:1",
        max_retries=0,
        http_client=httpx2.Client(transport=httpx2.MockTransport(answer)),
    )
    bound, shared = _RECIPE.prompt.bind(table.columns), shared_params(_RECIPE, _MODEL)
    requests = [
        {
            "custom_id": f"row-{number}",
            "params": {**shared, "messages": [{"role": "user", "content": bound.render(row)}]},
        }
        for number, row in enumerate(table.rows)
    ]
    client.messages.batches.create(requests=requests)  # type: ignore[arg-type] # plain dicts, as people write them


def rate(name: str, work: Callable[[Table, Path], None], table: Table) -> float:
    """Rows a second."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        work(table, Path(folder))
        found = table.row_count / (time.perf_counter() - began)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    print(f"{name:<28} {found:>9,.0f} rows a second, {grown:6.0f} MB more memory")
    return found


def main() -> None:
    """Ours first: the most memory of a process never goes down."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rows", type=int, default=_ROWS)
    table = table_with(asked.parse_args().rows)
    ratio = rate("rows to a body on disk", ours, table) / rate(
        "dicts to the SDK", with_dicts, table
    )
    print(f"ratio {ratio:.1f} (at least {_AIM} promised)")


if __name__ == "__main__":
    main()
