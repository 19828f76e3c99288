"""How soon the estimate of a large table follows an edit, from counts of the prompt as it was.

Run: `.venv/bin/python -P tests/bench/estimate.py [--rows N]` in a checkout (with PYTHONPATH=.).
Counts some rows of a table at the Practice service, then edits the prompt, the instructions and the
answer columns in turn; prints the time from the edit to the first estimate, and to the one that
rests on counts of the new prompt, beside that of rendering every row into a request once.
"""

import argparse
import csv
import random
import tempfile
import time
from array import array
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from claude_batch_desk.core.jobs.plan import make_plan
from claude_batch_desk.core.pricing.estimate import Estimate
from claude_batch_desk.core.prompts.fields import OutputField
from claude_batch_desk.core.prompts.recipe import Recipe
from claude_batch_desk.core.prompts.request import request_builder
from claude_batch_desk.core.prompts.template import Template
from claude_batch_desk.core.report import silent
from claude_batch_desk.core.tables.table import ReadOptions
from claude_batch_desk.practice.server import PracticeService
from claude_batch_desk.session import Session
from tests.choices import plain_choices

_ROWS = 100_000
_PROMISED = 1.0
"""Seconds from an edit to an estimate."""
_WORDS = (
    *("the", "parcel", "came", "late", "and", "box", "was", "open", "please", "refund", "my"),
    *("order", "42", "of", "Zürich", "again"),
)
_RECIPE = Recipe(
    name="Sort",
    instructions="You sort messages by what their writers want.",
    prompt=Template("<message>\n{{Message}}\n</message>\nWhich label fits?"),
    fields=(OutputField("Label", "choice", plain_choices("refund", "praise", "question")),),
    model="claude-haiku-5-5",
)
_EDITS: dict[str, Callable[[Recipe], Recipe]] = {
    "nothing": lambda recipe: recipe,
    "the prompt": lambda recipe: recipe.with_prompt(f"Read this. {recipe.prompt.text}"),
    "the instructions": lambda recipe: replace(recipe, instructions="You sort messages."),
    "the answer columns": lambda recipe: replace(
        recipe, fields=(*recipe.fields, OutputField("Why"))
    ),
}


def write_table(path: Path, rows: int) -> None:
    """Messages of 10 to 120 words."""
    pick = random.Random(1)  # noqa: S311 - no secret
    with path.open("w", newline="", encoding="utf-8") as file:
        lines = csv.writer(file)
        lines.writerow(["Id", "Message"])
        for number in range(rows):
            lines.writerow([number, " ".join(pick.choices(_WORDS, k=pick.randint(10, 120)))])


def measure(session: Session, job_id: int, name: str, change: Callable[[Recipe], Recipe]) -> float:
    """Edit and estimate; the seconds until the first estimate."""
    desk, came = session.desk, list[float]()
    desk.save_draft(job_id, recipe=change(desk.job(job_id).recipe))
    began = time.perf_counter()

    def early(estimate: Estimate) -> None:
        del estimate
        came.append(time.perf_counter() - began)

    found = desk.estimate(job_id, silent, early=early)
    whole = time.perf_counter() - began
    amount = found.batch
    width = 100 * float((amount.high - amount.low) / 2 / amount.expected)
    print(
        f"after {name:<20} {came[0]:6.2f} s to an estimate, {whole:6.2f} s to that on"
        f" {found.counted} counts (± {width:.0f} %)"
    )
    return came[0]


def rendered_once(session: Session, job_id: int) -> float:
    """Seconds to make the request of every row, as sending does."""
    job = session.desk.job(job_id)
    assert job.table_id is not None
    table = session.desk.table(job.table_id)
    model = session.desk.model(job, silent)
    bound, build = job.recipe.prompt.bind(table.columns), request_builder(job.recipe, model)
    began = time.perf_counter()
    make_plan(table, array("I", range(table.row_count)), bound, build, lambda *_: None, silent)
    return time.perf_counter() - began


def main() -> None:
    """Measure once."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rows", type=int, default=_ROWS)
    rows = asked.parse_args().rows
    with tempfile.TemporaryDirectory() as folder:
        path, home = Path(folder) / "messages.csv", Path(folder) / "home"
        home.mkdir()
        write_table(path, rows)
        with (
            PracticeService(Path(folder) / "service") as service,
            Session(home, practice_url=service.base_url) as session,
        ):
            table = session.desk.open_table(path, ReadOptions(), silent)
            job = session.desk.new_job("Messages", "practice")
            session.desk.save_draft(job.id, recipe=_RECIPE, table_id=table.id)
            session.desk.estimate(job.id, silent)
            times = [measure(session, job.id, *each) for each in _EDITS.items()]
            once = rendered_once(session, job.id)
    print(f"rendering every row into a request takes {once:.2f} s")
    print(f"slowest first estimate {max(times):.2f} s ({_PROMISED} s promised),")
    print(f"{max(times) / once:.2f} times as long as rendering every row")


if __name__ == "__main__":
    main()
