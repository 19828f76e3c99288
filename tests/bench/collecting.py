"""Results of a batch become answers in the store: beside parsing them alone, and beside the SDK.

Run: `.venv/bin/python -P tests/bench/collecting.py [--rows N] [--rounds N]` in a checkout on Linux
(with PYTHONPATH=.). A Practice service in a process of its own answers a job of so many rows, with
results of some 1 kB, of which no two are alike. Ours is one look at that job: results are fetched
to the disk, proven complete, read against the recipe, priced, charged and stored. Alone, the lines
are downloaded and parsed, with the standard library or with the fastest parser, and kept nowhere.
The SDK's way is a loop over `batches.results`. Each runs in a process that is used for nothing
else; they take turns. Prints medians; and the longest time between two ticks of a timer in the
window while it does the same.
"""

import argparse
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

import orjson

from claude_batch_desk.core.prompts.fields import OutputField
from claude_batch_desk.core.prompts.recipe import Recipe
from claude_batch_desk.core.prompts.template import Template
from claude_batch_desk.core.report import silent
from claude_batch_desk.core.tables.table import ReadOptions
from claude_batch_desk.session import Session
from tests.bench.apart import Taken, alone, measured, practice
from tests.bench.posting import in_rounds, tell
from tests.choices import plain_choices

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
_ROWS, _ROUNDS = 100_000, 3
_TIMES, _TICK_MS, _LOOK_MS = 2, 5, 500
_KEY = "practice"
_HEADERS = {"x-api-key": _KEY, "anthropic-version": "2026-10-21"}
_LABELS = ("refund", "praise", "question")
_WORDS = ("my", "order", "parcel", "was", "late", "broken", "again", "please", "refund", "it",
          "thanks", "great", "where", "is", "café", "arrived")  # fmt: skip
_RECIPE = Recipe(
    name="Sort",
    instructions="You sort messages by what their writers want.",
    prompt=Template("Which label fits, and why?\n\n{{Message}}"),
    fields=(
        OutputField("Label", "choice", plain_choices(*_LABELS), companions=("confidence",)),
        OutputField("Why", "long_text"),
        OutputField("What the writer wants", "long_text"),
        OutputField("Summary", "text", companions=("reason",)),
    ),
    model="claude-haiku-5-5",
)


def messages(rows: int) -> Iterator[str]:
    """Texts of 4 to 20 words; the same for the same number of rows."""
    chance = Random(rows)  # noqa: S311 - not a secret
    for row in range(rows):
        yield " ".join((*chance.choices(_WORDS, k=chance.randint(3, 19)), f"{row}."))


def answered(home: Path, source: Path, url: str) -> str:
    """Send a job and wait until its batch has ended, without looking for it; its batch's id."""
    with Session(home, practice_url=url) as session:
        table = session.desk.open_table(source, ReadOptions(), silent)
        job = session.desk.new_job("Bench", "practice")
        session.desk.save_draft(job.id, recipe=_RECIPE, table_id=table.id)
        (part,) = session.desk.send(job.id, None, silent).parts
        gateway = session.gateway("practice", url)
        while not gateway.batch(part.batch_id).ended:
            time.sleep(0.5)
    return part.batch_id


def ours(home: Path, url: str) -> Taken:
    """One look, which finds the batch ended."""
    with Session(home, practice_url=url) as session:
        (job,) = session.desk.jobs()
        session.gateway("practice", url).newest_batch()  # imports the SDK, as the others have
        taken = measured(lambda: session.desk.advance(job.id, silent))
        if session.desk.job(job.id).state != "done":
            raise SystemExit("Not every answer is there.")
    return taken


def parsed(url: str, batch: str, *, fastest: bool) -> Taken:
    """Download the lines as they come and parse each."""
    import json

    import httpx2

    def loop() -> None:
        address, read = f"{url}/v1/messages/batches/{batch}/results", 0
        with httpx2.stream("GET", address, headers=_HEADERS, timeout=600) as reply:
            if fastest:
                for line in _lines(reply.iter_bytes()):
                    read += bool(orjson.loads(line))
            else:
                for text in reply.iter_lines():
                    read += bool(json.loads(text))

    return measured(loop)


def _lines(chunks: Iterator[bytes]) -> Iterator[bytes]:
    rest = b""
    for chunk in chunks:
        *whole, rest = (rest + chunk).split(b"\n")
        yield from whole


def with_sdk(url: str, batch: str) -> Taken:
    """As the SDK's documentation shows it."""
    import anthropic

    def loop() -> None:
        with anthropic.Anthropic(api_key=_KEY, base_url=url, max_retries=0) as client:
            for _ in client.messages.batches.results(batch):
                pass

    return measured(loop)


class Ticks:
    """A timer of the UI thread, and the longest time between two of its ticks."""

    def __init__(self) -> None:
        from PySide6.QtCore import QTimer

        self.longest, self._last = 0.0, time.perf_counter()
        self.timer = QTimer(interval=_TICK_MS)
        self.timer.timeout.connect(self._tick)
        self.timer.start()

    def _tick(self) -> None:
        now = time.perf_counter()
        self.longest, self._last = max(self.longest, now - self._last), now


def in_the_window(home: Path, url: str) -> tuple[Taken, float]:
    """What the window takes to find the batch ended and keep its answers, and its longest gap."""
    from PySide6.QtCore import QEventLoop, QTimer

    from claude_batch_desk.app import compose, make_app, spare_the_window

    session = Session(home, practice_url=url)
    (job,) = session.desk.jobs()
    composed = compose(make_app([]), session)
    composed.window.show()
    loop, looking = QEventLoop(), QTimer(interval=_LOOK_MS)
    looking.timeout.connect(
        lambda: loop.quit() if session.desk.job(job.id).state == "done" else None
    )
    QTimer.singleShot(_LOOK_MS, loop.quit)
    loop.exec()  # what the window does to be there is another bench's
    spare_the_window()
    ticks = Ticks()
    looking.start()
    taken = measured(loop.exec)
    ticks.timer.stop()
    composed.window.close()
    composed.close()
    return taken, ticks.longest


def a_round(folder: Path, prepared: Path, url: str, batch: str) -> Iterator[tuple[str, Taken]]:
    """Each side once; ours over a copy of the data folder."""
    yield "downloaded and parsed", alone(parsed, url, batch, fastest=False)
    yield "the same with orjson", alone(parsed, url, batch, fastest=True)
    home = folder / "home"
    shutil.copytree(prepared, home)
    yield "ours", alone(ours, home, url)
    yield "batches.results", alone(with_sdk, url, batch)


def main() -> None:
    """Take turns, so that a busy machine is busy for all."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rows", type=int, default=_ROWS)
    asked.add_argument("--rounds", type=int, default=_ROUNDS)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as name, practice(Path(name) / "service", 0) as service:
        folder, url = Path(name), service.url
        source, prepared = folder / "rows.csv", folder / "prepared"
        source.write_text("\n".join(("Message", *messages(given.rows))), encoding="utf-8")
        batch = alone(answered, prepared, source, url)
        (results,) = (folder / "service").rglob("*.results.jsonl")
        print(f"{given.rows:,} results of {results.stat().st_size / given.rows:,.0f} bytes")
        runs = in_rounds(given.rounds, lambda some: a_round(some, prepared, url, batch))
        tell(runs, given.rows, "downloaded and parsed")
        print(f"ours is promised in {_TIMES} times that")
        shown = folder / "shown"
        shutil.copytree(prepared, shown)
        taken, gap = alone(in_the_window, shown, url)
        print(f"in the window {taken.clock:.1f} s, longest gap {gap * 1000:.0f} ms")


if __name__ == "__main__":
    main()
