"""A desk on an empty data folder, and a Practice service it talks to through the real SDK."""

import csv
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from claude_batch_desk.core.jobs.desk import Desk
from claude_batch_desk.core.jobs.ground import Ground
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.prompts.fields import OutputField
from claude_batch_desk.core.prompts.recipe import Recipe
from claude_batch_desk.core.prompts.template import Template
from claude_batch_desk.core.report import silent
from claude_batch_desk.core.settings import home_folder
from claude_batch_desk.core.tables.table import ReadOptions
from claude_batch_desk.practice.server import PracticeService
from claude_batch_desk.session import Session
from tests.choices import plain_choices

MOODS = OutputField("Mood", "choice", plain_choices("happy", "angry"))
RECIPE = Recipe(
    name="Moods",
    instructions="Say how the writer feels.",
    prompt=Template("Message: {{Message}}"),
    fields=(MOODS, OutputField("Why")),
    model="claude-haiku-5-5",
)


@pytest.fixture
def service(tmp_path: Path) -> Iterator[PracticeService]:
    with PracticeService(tmp_path / "service") as running:
        yield running


@pytest.fixture
def session(service: PracticeService) -> Iterator[Session]:
    with Session(home_folder(), practice_url=service.base_url) as opened:
        yield opened


def write_table(path: Path, rows: Sequence[Sequence[str]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    return path


@pytest.fixture
def small_parts(service: PracticeService) -> Iterator[Session]:
    """A session whose batches hold five requests at most."""
    with Session(home_folder(), practice_url=service.base_url) as opened:
        stores = replace(opened._stores, part_requests=5)
        opened.desk = Desk(Ground(stores, opened, opened.prices))
        yield opened


@pytest.fixture
def draft(session: Session, draft_on: Callable[..., Job]) -> Callable[..., Job]:
    """Make a draft of so many messages, each different unless they are given."""
    return partial(draft_on, session)


@pytest.fixture
def draft_on(tmp_path: Path) -> Callable[..., Job]:
    """Make a draft in a session; see `draft`."""

    def make(
        session: Session, rows: int = 20, messages: Sequence[str] = (), recipe: Recipe = RECIPE
    ) -> Job:
        texts = messages or [f"I am so happy, this is note {number}" for number in range(rows)]
        cells = [["Id", "Message"], *([f"{at:05}", text] for at, text in enumerate(texts))]
        path = write_table(tmp_path / "messages.csv", cells)
        table = session.desk.open_table(path, ReadOptions(), silent)
        job = session.desk.new_job("Messages", "practice")
        return session.desk.save_draft(job.id, recipe=recipe, table_id=table.id)

    return make


def look_until(
    session: Session, job: Job, ready: Callable[[Job], bool], seconds: float = 60
) -> Job:
    """Look again and again, whether or not that is due, until the job is as wanted."""
    end = time.monotonic() + seconds
    pause = threading.Event()
    while not ready(job):
        assert time.monotonic() < end, f"not so in {seconds} s: {job}"
        job = session.desk.advance(job.id, silent)
        pause.wait(0.05)
    return job


def finish(session: Session, job: Job, seconds: float = 60) -> Job:
    """Look again and again until the job is done."""
    return look_until(session, job, lambda now: now.state == "done", seconds)
