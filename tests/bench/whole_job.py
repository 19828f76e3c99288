"""A job of a million rows, from the file to the file: time and memory of each step.

Run: `.venv/bin/python -P tests/bench/whole_job.py [--rows N]` in a checkout on Linux (with
PYTHONPATH=.). A CSV file with a text of some 350 bytes in each row is opened, priced, sent to a
Practice service in a process of its own, as parts of 100,000 requests that wait their turn,
answered, collected, and written as CSV and as a workbook. Prints a table: what each step took by
the clock and of our processor, and the most memory that our process and the service's had.
"""

import argparse
import csv
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.prompts.fields import OutputField
from claude_batch_desk.core.prompts.recipe import Recipe
from claude_batch_desk.core.prompts.template import Template
from claude_batch_desk.core.report import silent
from claude_batch_desk.core.tables.table import ReadOptions
from claude_batch_desk.session import Session
from tests.bench.apart import Service, forget_peak, peak, practice
from tests.choices import plain_choices

_ROWS = 1_000_000
_PAUSE = 0.5
_TEXT = "She wrote that the parcel came late, and the box was open. " * 6
_RECIPE = Recipe(
    name="Sort",
    instructions="You sort messages by what their writers want.",
    prompt=Template("<message>\n{{Message}}\n</message>\nWhich label fits?"),
    fields=(OutputField("Label", "choice", plain_choices("refund", "praise", "question")),),
    model="claude-haiku-5-5",
)
Result = TypeVar("Result")


def step(name: str, service: Service, work: Callable[[], Result]) -> Result:
    """Do it, and print its line of the table."""
    forget_peak()
    forget_peak(service.pid)
    clock, processor = time.perf_counter(), time.process_time()
    done = work()
    print(
        f"{name:<20} {time.perf_counter() - clock:8.1f} {time.process_time() - processor:8.1f} "
        f"{peak():8.0f} {peak(service.pid):8.0f}",
        flush=True,
    )
    return done


def finished(session: Session, job: Job) -> Job:
    """Look again and again until everything is there."""
    while job.state != "done":
        time.sleep(_PAUSE)
        job = session.desk.advance(job.id, silent)
    return job


def run(folder: Path, source: Path, service: Service) -> Job:
    """The whole job."""
    with Session(folder / "home", practice_url=service.url) as session:
        desk = session.desk
        table = step(
            "open the file", service, lambda: desk.open_table(source, ReadOptions(), silent)
        )
        draft = desk.new_job("Bench", "practice")
        desk.save_draft(draft.id, recipe=_RECIPE, table_id=table.id)
        step("price it", service, lambda: desk.estimate(draft.id, silent))
        job = step("make and send", service, lambda: desk.send(draft.id, None, silent))
        job = step("wait and collect", service, lambda: finished(session, job))
        step("write as CSV", service, lambda: desk.export(job.id, folder / "out.csv", silent))
        step("write as workbook", service, lambda: desk.export(job.id, folder / "out.xlsx", silent))
    return job


def main() -> None:
    """Print the table, and how big everything became."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rows", type=int, default=_ROWS)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as name, practice(Path(name) / "service", 0) as service:
        folder = Path(name)
        source = folder / "rows.csv"
        with source.open("w", newline="", encoding="utf-8") as file:
            rows = csv.writer(file)
            rows.writerow(("Id", "Day", "Message"))
            rows.writerows(
                (f"{number:07}", "2026-01-31", f"Note {number}: {_TEXT}")
                for number in range(given.rows)
            )
        print(f"{'':<20} {'seconds':>8} {'of ours':>8} {'MB ours':>8} {'service':>8}")
        began = time.perf_counter()
        job = run(folder, source, service)
        print(f"{'everything':<20} {time.perf_counter() - began:8.1f}")
        answers = ", ".join(f"{rows:,} {outcome}" for outcome, rows in job.outcomes.items())
        print(f"{job.rows:,} rows in {len(job.parts)} parts: {answers}")
        sizes = ((source, "file"), (folder / "home" / "desk.sqlite3", "store"))
        print(", ".join(f"{what} {path.stat().st_size / 1e6:,.0f} MB" for path, what in sizes))


if __name__ == "__main__":
    main()
