"""Every status on every call a job makes: a defined state, a sentence, and each row paid once."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from claude_batch_desk.core.errors import DeskError
from claude_batch_desk.core.jobs.desk import Desk
from claude_batch_desk.core.jobs.ground import Ground
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.jobs.polling import PRACTICE
from claude_batch_desk.core.prompts.recipe import Recipe
from claude_batch_desk.core.prompts.template import Template
from claude_batch_desk.core.report import silent
from claude_batch_desk.core.settings import home_folder
from claude_batch_desk.core.tables.table import ReadOptions
from claude_batch_desk.practice.faults import STATUSES
from claude_batch_desk.practice.server import PracticeService
from claude_batch_desk.session import PRACTICE_KEY, Session
from tests.faults.conftest import MODEL, Tally

ROWS = 3
CALLS = ("models", "count", "create", "list", "retrieve", "results", "cancel", "messages")
_SPOILED = 2
"""So many replies in a row."""
_LOOKS = 200
pytestmark = pytest.mark.timeout(1_200)


@pytest.fixture
def session(service: PracticeService) -> Iterator[Session]:
    with Session(home_folder(), practice_url=service.base_url) as opened:
        quick = replace(PRACTICE, settle=0.2, forget=30.0)
        opened.desk = Desk(Ground(opened._stores, opened, opened.prices, patience=quick))
        yield opened


@pytest.fixture
def draft(session: Session, tmp_path: Path) -> Callable[[str], Job]:
    """A job whose rows no other job has."""

    def make(name: str) -> Job:
        path = tmp_path / "rows.csv"
        path.write_text("Text\n" + "".join(f"{name} {number}\n" for number in range(ROWS)))
        table = session.desk.open_table(path, ReadOptions(), silent)
        recipe = Recipe(prompt=Template("Say {{Text}}"), model=MODEL)
        job = session.desk.new_job(name, "practice")
        return session.desk.save_draft(job.id, recipe=recipe, table_id=table.id)

    return make


def told(error: DeskError) -> None:
    text = str(error)
    assert re.fullmatch(r"[A-Z].*[.”]", text), text
    assert not re.search(r"None|Traceback|[{}<>]|Error\b", text), text


def step(desk: Desk, job: Job, call: str) -> Job:
    """What a person, or the timer, does next."""
    try:
        if job.state == "draft":
            return desk.send(job.id, None, silent, "now" if call == "messages" else "batch")
        if call == "cancel" and not job.canceled:
            return desk.cancel(job.id, silent)
        return desk.advance(job.id, silent)
    except DeskError as error:
        told(error)
    now = desk.job(job.id)
    for part in now.parts:
        assert part.note == "" or re.fullmatch(r"[A-Z].*[.”]", part.note), part.note
    return now


def finish(desk: Desk, job: Job, call: str) -> Job:
    for _ in range(_LOOKS):
        job = step(desk, job, call)
        if job.state == "done":
            return job
        assert job.state == "draft" or job.next_look is not None
    pytest.fail(f"not done after {_LOOKS} looks: {job}")


@pytest.mark.parametrize("call", CALLS)
def test_after_any_status_of_a_call_the_job_comes_to_its_end_and_is_paid_once(
    session: Session,
    draft: Callable[[str], Job],
    service: PracticeService,
    tally: Tally,
    call: str,
) -> None:
    for status in STATUSES:
        before = service.ledger(PRACTICE_KEY)
        job = draft(f"{call} {status}")
        service.set_faults(f"{call}-{status}:{_SPOILED}")
        job = finish(session.desk, job, call)
        after = service.ledger(PRACTICE_KEY)
        bought = after.requests - before.requests + after.messages - before.messages
        assert (after.ids_again, after.params_again) == (0, 0), status
        if call == "messages":
            # A row that is refused for itself says so; the others were answered.
            assert job.outcomes.get("answered", 0) == bought, status
        else:
            assert bought == ROWS, status
        assert sum(job.outcomes.values()) == ROWS, status
        if call not in ("cancel", "messages"):
            assert job.outcomes == {"answered": ROWS}, status
    tally("R9", f"{len(STATUSES)} statuses of {call}: 0 without a sentence, 0 rows paid twice")
