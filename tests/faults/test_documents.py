"""Dying at every step of a job with documents, and a full disk at every step: each is paid once."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from claude_batch_desk.core.documents.limits import UPLOADED_ABOVE_BYTES
from claude_batch_desk.core.jobs.store import Stores
from claude_batch_desk.core.prompts.recipe import Recipe
from claude_batch_desk.core.prompts.template import Template
from claude_batch_desk.core.report import silent
from claude_batch_desk.core.settings import home_folder
from claude_batch_desk.core.tables.table import ReadOptions
from claude_batch_desk.practice.server import PracticeService
from claude_batch_desk.session import Session
from tests.faults.steps import HIT, KILLED
from tests.practice.papers import pdf

SENDABLE = 4
pytestmark = [
    pytest.mark.skipif(os.name == "nt", reason="forks"),
    pytest.mark.timeout(1_200),  # a process dies and another starts some hundred times
]


@pytest.fixture
def prepared(service: PracticeService, tmp_path: Path) -> Path:
    """A data folder with a draft about five documents: one is large, one cannot be sent."""
    folder = tmp_path / "papers"
    folder.mkdir()
    for number in range(3):
        (folder / f"{number}.pdf").write_bytes(pdf(f"This is paper {number}."))
    (folder / "damaged.pdf").write_bytes(b"%PDF-1.7 and nothing more")
    (folder / "large.pdf").write_bytes(pdf("A large one.") + os.urandom(UPLOADED_ABOVE_BYTES))
    with Session(home_folder(), practice_url=service.base_url) as session:
        taken = session.desk.open_table(folder, ReadOptions(), silent)
        job = session.desk.new_job("Papers", "practice")
        recipe = Recipe(prompt=Template("What is it about?"), model="claude-haiku-5-5")
        session.desk.save_draft(job.id, recipe=recipe, table_id=taken.id)
    return home_folder()


@pytest.mark.parametrize("trouble", ["killed", "full"])
def test_at_every_step_of_a_job_each_document_is_paid_once(
    prepared: Path,
    service: PracticeService,
    run: Callable[..., int],
    tmp_path: Path,
    trouble: str,
) -> None:
    at, met = 0, True
    while met:
        at += 1
        home = shutil.copytree(prepared, tmp_path / f"home-{at}")
        key = f"{trouble}-{at}"
        status = run(home, key, at, trouble)
        met = status in (KILLED, HIT)
        if status == KILLED:
            assert run(home, key, 0) == 0
        ledger = service.ledger(key)
        paid = (ledger.requests, ledger.ids_again, ledger.params_again)
        assert paid == (SENDABLE, 0, 0), f"at step {at}"
        # What was uploaded, but not known to be, is uploaded again.
        assert ledger.uploads <= 2, f"at step {at}"
        [job] = Stores.open(home).jobs.jobs()
        assert job.outcomes == {"answered": SENDABLE, "unsent": 1}
        shutil.rmtree(home)
    assert status == 0
    assert at > 10
