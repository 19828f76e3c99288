"""How long a person waits for counts, filters, finds and sorts over a large job.

Run: `.venv/bin/python -P tests/bench/reviewing.py [--rows N] [--rounds N]` in a checkout (with
PYTHONPATH=.). A Practice service answers a job of so many rows with three answer columns; then each
look is taken so many times, and the median is printed. The first look reads the answers of the job,
which later ones have at hand.
"""

import argparse
import csv
import tempfile
import time
from pathlib import Path
from statistics import median

from claude_batch_desk.core.jobs.correcting.verbs import Change
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.jobs.reviewing.wish import Order, Wish
from claude_batch_desk.core.prompts.fields import OutputField
from claude_batch_desk.core.prompts.recipe import Recipe
from claude_batch_desk.core.prompts.template import Template
from claude_batch_desk.core.report import silent
from claude_batch_desk.core.tables.table import ReadOptions
from claude_batch_desk.practice.server import PracticeService
from claude_batch_desk.session import Session
from tests.choices import plain_choices

_ROWS, _ROUNDS = 100_000, 5
_LABELS = ("refund", "praise", "question", "delivery")
_RECIPE = Recipe(
    name="Sort",
    instructions="Sort the message.",
    prompt=Template("{{Message}}"),
    fields=(
        OutputField("Label", "choice", plain_choices(*_LABELS), companions=("confidence",)),
        OutputField("Why"),
    ),
    model="claude-haiku-5-5",
)
_LOOKS = {
    "counts of everything": Wish(),
    "one status": Wish(outcomes=frozenset({"answered"})),
    "one value": Wish(values=(("Label", frozenset({"praise"})),)),
    "two values and a confidence": Wish(
        values=(
            ("Label", frozenset({"praise", "refund"})),
            ("Label confidence", frozenset({"medium"})),
        )
    ),
    "corrected by hand": Wish(traits=frozenset({"corrected"})),
    "asked alike": Wish(traits=frozenset({"duplicated"})),
    "a text in answers": Wish(text="note 777"),
    "a text in answers and rows": Wish(text="note 777", searched=(1,)),
    "sorted by a value": Wish(order=Order("answer", 0)),
    "sorted by a text": Wish(order=Order("source", 1, descending=True)),
}


def make_job(session: Session, folder: Path, rows: int) -> Job:
    """A finished job of so many rows."""
    path = folder / "messages.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        write = csv.writer(file).writerow
        write(["Id", "Message"])
        for row in range(rows):
            asked = row - (row % 10 == 9)  # each tenth row asks the same as the one before it
            write([f"{row:07}", f"A {_LABELS[asked % 4]}, note {asked * 7919 % rows}"])
    table = session.desk.open_table(path, ReadOptions(), silent)
    job = session.desk.new_job("Reviewing", "practice")
    session.desk.save_draft(job.id, recipe=_RECIPE, table_id=table.id)
    job = session.desk.send(job.id, None, silent)
    while job.state != "done":
        time.sleep(0.05)
        job = session.desk.advance(job.id, silent)
    session.corrections.correct(job.id, [Change(rows // 2, "Why", "by hand")], silent)
    return job


def taken(session: Session, job: Job, wish: Wish) -> float:
    """Milliseconds of one look."""
    began = time.perf_counter()
    session.reviewing.look(job.id, wish, silent)
    return (time.perf_counter() - began) * 1000


def main() -> None:
    """Measure each look."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rows", type=int, default=_ROWS)
    asked.add_argument("--rounds", type=int, default=_ROUNDS)
    chosen = asked.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "data").mkdir()
        with (
            PracticeService(folder / "service") as service,
            Session(folder / "data", practice_url=service.base_url) as session,
        ):
            job = make_job(session, folder, chosen.rows)
            print(f"{job.rows:,} rows")
            print(f"{'the first look':30}{taken(session, job, Wish()):9.0f} ms")
            for told, wish in _LOOKS.items():
                times = [taken(session, job, wish) for _ in range(chosen.rounds)]
                print(f"{told:30}{median(times):9.0f} ms")
            rows = range(job.rows - 1, 0, -(job.rows // 32))
            began = time.perf_counter()
            session.reviewing.rows(job.id, [*rows][:32])
            print(f"{'32 rows far apart':30}{(time.perf_counter() - began) * 1000:9.0f} ms")


if __name__ == "__main__":
    main()
