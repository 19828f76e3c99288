"""Jobs that are done, for what a person does with their answers."""

from collections.abc import Sequence
from pathlib import Path

from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.report import silent
from claude_batch_desk.core.tables.table import ReadOptions
from claude_batch_desk.session import Session
from tests.core.jobs.conftest import RECIPE, finish, write_table


def answered(session: Session, folder: Path, messages: Sequence[str]) -> Job:
    """The moods of these messages, asked about and answered as the service pleases."""
    path = write_table(folder / "messages.csv", [["Message"], *([each] for each in messages)])
    table = session.desk.open_table(path, ReadOptions(), silent)
    made = session.desk.new_job("Moods", "practice")
    session.desk.save_draft(made.id, recipe=RECIPE, table_id=table.id)
    return finish(session, session.desk.send(made.id, None, silent))
