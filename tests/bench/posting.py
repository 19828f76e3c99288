"""Rows of a table become a batch at the service: beside its bytes alone, and beside the SDK's way.

Run: `.venv/bin/python -P tests/bench/posting.py [--rows N] [--rounds N]` in a checkout on Linux
(with PYTHONPATH=.). Requests of some 2.5 kB go to a Practice service in a process of its own, which
reads and keeps every one. Ours is what happens behind the button that sends: the rows are read from
the store and rendered, bodies and plan put on the disk, the intent stored, the parts proven and
posted, the batches stored. Alone, the same bodies are written to the disk and posted from there.
The SDK's way is dicts given to `batches.create`. Each runs in a process, and at a service, that is
used for nothing else; they take turns. Prints medians.
"""

import argparse
import csv
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import Any

from claude_batch_desk.core.catalogue import bundled_models
from claude_batch_desk.core.prompts.fields import OutputField
from claude_batch_desk.core.prompts.recipe import Recipe
from claude_batch_desk.core.prompts.request import shared_params
from claude_batch_desk.core.prompts.template import Template
from claude_batch_desk.core.report import silent
from claude_batch_desk.core.tables.table import ReadOptions
from claude_batch_desk.session import Session
from tests.bench.apart import Taken, alone, measured, practice
from tests.choices import plain_choices

_ROWS, _ROUNDS = 100_000, 3
_A_BATCH = 50_000
"""Rows that the SDK's side gives to a batch: twice as many are over the service's 256 MB."""
_MEMORY, _TIMES = 300, 2
_KEY = "practice"
_TEXT = "She wrote that the parcel “42” came late,\nand the box was open. " * 30
_MODEL = bundled_models()["claude-haiku-5-5"]
_RECIPE = Recipe(
    name="Sort",
    instructions="You sort messages by what their writers want.",
    prompt=Template("<message>\n{{Message}}\n</message>\nNumber {{Number}}: which label fits?"),
    fields=(OutputField("Label", "choice", plain_choices("refund", "praise", "question")),),
    model=_MODEL.id,
)


def prepare(home: Path, source: Path, url: str) -> int:
    """A draft whose price is known, as it is before anybody sends it."""
    with Session(home, practice_url=url) as session:
        table = session.desk.open_table(source, ReadOptions(), silent)
        job = session.desk.new_job("Bench", "practice")
        session.desk.save_draft(job.id, recipe=_RECIPE, table_id=table.id)
        return job.id


def ours(home: Path, job: int, url: str) -> Taken:
    """What the button does; the price was shown before."""
    with Session(home, practice_url=url) as session:
        session.desk.estimate(job, silent)
        taken = measured(lambda: session.desk.send(job, None, silent))
        if any(part.state != "sent" for part in session.desk.job(job).parts):
            raise SystemExit("Not every part was sent.")
    return taken


def bytes_alone(home: Path, folder: Path, url: str) -> Taken:
    """Write the bodies that ours has written, and post them."""
    import httpx2

    bodies = [path.read_bytes() for path in sorted((home / "outbox").glob("*.json"))]
    headers = {"x-api-key": _KEY, "anthropic-version": "2026-10-21"}

    def write_and_post() -> None:
        with httpx2.Client(timeout=600) as client:
            for number, body in enumerate(bodies):
                path = folder / f"{number}.json"
                with path.open("wb") as file:
                    file.write(body)
                    file.flush()
                    os.fsync(file.fileno())
                with path.open("rb") as file:
                    address = f"{url}/v1/messages/batches"
                    client.post(address, content=file, headers=headers).raise_for_status()

    return measured(write_and_post)


def with_dicts(source: Path, url: str) -> Taken:
    """As the SDK's documentation shows it, from rows in memory."""
    import anthropic

    with source.open(newline="", encoding="utf-8") as file:
        rows = [*csv.DictReader(file)]
    shared = shared_params(_RECIPE, _MODEL)

    def request(number: int, row: dict[str, str]) -> dict[str, Any]:
        prompt = (
            f"<message>\n{row['Message']}\n</message>\nNumber {row['Number']}: which label fits?"
        )
        params = {**shared, "messages": [{"role": "user", "content": prompt}]}
        return {"custom_id": f"row-{number}", "params": params}

    def create() -> None:
        with anthropic.Anthropic(api_key=_KEY, base_url=url, max_retries=0) as client:
            for first in range(0, len(rows), _A_BATCH):
                some = enumerate(rows[first : first + _A_BATCH], first)
                client.messages.batches.create(
                    requests=[request(number, row) for number, row in some],  # type: ignore[misc] # plain dicts, as people write them
                    timeout=600,
                )

    return measured(create)


def a_round(folder: Path, source: Path) -> Iterator[tuple[str, Taken]]:
    """Each side once, at services of their own."""
    home = folder / "home"
    with practice(folder / "ours", 3600) as service:
        job = alone(prepare, home, source, service.url)
        yield "ours", alone(ours, home, job, service.url)
    with practice(folder / "alone", 3600) as service:
        yield "bytes alone", alone(bytes_alone, home, folder, service.url)
    with practice(folder / "sdk", 3600) as service:
        yield "dicts to batches.create", alone(with_dicts, source, service.url)


def in_rounds(
    rounds: int, work: Callable[[Path], Iterator[tuple[str, Taken]]]
) -> dict[str, list[Taken]]:
    """What each side took, each round in a folder of its own."""
    runs: dict[str, list[Taken]] = {}
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as folder:
            for side, taken in work(Path(folder)):
                runs.setdefault(side, []).append(taken)
    return runs


def tell(runs: dict[str, list[Taken]], rows: int, basis: str) -> None:
    """Print the medians, and how many times those of `basis` they are in the same round."""
    for side, taken in runs.items():
        pairs = [*zip(taken, runs[basis], strict=True)]
        print(
            f"{side:<24} {median(each.clock for each in taken):6.1f} s, "
            f"{rows / median(each.clock for each in taken):>8,.0f} a second, "
            f"{median(a.clock / b.clock for a, b in pairs):5.2f} times {basis} by the clock, "
            f"{median(a.processor / b.processor for a, b in pairs):5.1f} by our processor, "
            f"{max(each.memory for each in taken):6.0f} MB"
        )


def main() -> None:
    """Take turns, so that a busy machine is busy for all."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rows", type=int, default=_ROWS)
    asked.add_argument("--rounds", type=int, default=_ROUNDS)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "rows.csv"
        with source.open("w", newline="", encoding="utf-8") as file:
            rows = csv.writer(file)
            rows.writerow(("Number", "Message"))
            rows.writerows((number, _TEXT) for number in range(given.rows))
        runs = in_rounds(given.rounds, lambda folder: a_round(folder, source))
    tell(runs, given.rows, "bytes alone")
    print(f"ours is promised in {_TIMES} times bytes alone, and within {_MEMORY} MB")


if __name__ == "__main__":
    main()
