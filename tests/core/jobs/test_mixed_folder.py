"""A folder of documents of all kinds becomes a job, is tried, priced both ways, and answered."""

from pathlib import Path

from claude_batch_desk.core.prompts.fields import OutputField
from claude_batch_desk.core.prompts.recipe import Recipe
from claude_batch_desk.core.prompts.template import Template
from claude_batch_desk.core.report import silent
from claude_batch_desk.core.tables.table import ReadOptions
from claude_batch_desk.session import Session
from tests.core.documents.make_documents import TROUBLE_EVERY, make_folder
from tests.core.jobs.conftest import finish
from tests.core.jobs.random_trials import try_random

_COUNT = 8 * TROUBLE_EVERY
"""Each kind of trouble comes once."""
_RECIPE = Recipe(
    name="Topics",
    instructions="Say what the document is about.",
    prompt=Template("What is it about?"),
    fields=(OutputField("Topic"),),
    model="claude-haiku-5-5",
)


def test_every_document_of_a_mixed_folder_is_answered_or_says_why_not(
    session: Session, tmp_path: Path
) -> None:
    desk = session.desk
    table = desk.open_table(make_folder(tmp_path / "Papers", _COUNT), ReadOptions(), silent)
    assert table.row_count == _COUNT
    assert {each.kind for each in table.findings} == {
        *{"encrypted", "damaged", "scanned", "misnamed", "animated"},
    }
    job = desk.new_job("Papers", "practice")
    desk.save_draft(job.id, recipe=_RECIPE, table_id=table.id)
    assert len(try_random(desk, job.id, 5, 1, silent)) == 5
    both = desk.estimate_documents(job.id, silent)
    assert 0 < both.text.batch.expected < both.file.batch.expected
    job = finish(session, desk.send(job.id, None, silent, "batch"))
    outcomes = {name: rows for name, rows in job.outcomes.items() if rows}
    assert outcomes == {"answered": _COUNT - 3, "unsent": 3}
