"""The account's batches in the real window, against the Practice service."""

from pathlib import Path

import orjson
from pytestqt.qtbot import QtBot

from claude_batch_desk.app import Composed
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.report import silent
from claude_batch_desk.core.tables.table import ReadOptions
from claude_batch_desk.gui.account_dialog import AccountDialog
from claude_batch_desk.gui.account_results import CUSTOM_ID
from claude_batch_desk.session import Session
from tests.core.jobs.conftest import RECIPE, finish
from tests.gui.clicking import click

_LONG = 20_000
"""Milliseconds: the Practice service starts."""


def given_up(session: Session, folder: Path) -> Job:
    """A finished job of three rows that has given its answers up, though the service has them."""
    path = folder / "messages.csv"
    path.write_text("Message\nI am so happy\nI am angry\nI am well\n", encoding="utf-8")
    table = session.desk.open_table(path, ReadOptions(), silent)
    draft = session.desk.new_job("Letters", "practice")
    session.desk.save_draft(draft.id, recipe=RECIPE, table_id=table.id)
    job = finish(session, session.desk.send(draft.id, None, silent))
    with session._stores.jobs._database.write() as connection:
        connection.execute("UPDATE part SET state='lost'")
        connection.execute("UPDATE answer SET outcome='missing', batch_id='', usage=NULL")
        connection.execute("UPDATE job SET outcomes='{\"missing\":3}'")
    return session.desk.job(job.id)


def open_list(qtbot: QtBot, composed: Composed) -> AccountDialog:
    composed.window.menus.account_requested.emit()
    dialog = composed.window.findChild(AccountDialog)
    assert dialog is not None
    qtbot.waitUntil(
        lambda: dialog.listed.listing is not None and not dialog.busy.isVisible(), timeout=_LONG
    )
    return dialog


def test_answers_that_were_given_up_come_in_by_themselves_once_they_are_taken_over(
    qtbot: QtBot, composed: Composed, tmp_path: Path
) -> None:
    job = given_up(composed.session, tmp_path)
    dialog = open_list(qtbot, composed)
    click(dialog.banner.action)
    click(dialog.listed.detail.take_over)
    desk = composed.session.desk
    qtbot.waitUntil(lambda: desk.job(job.id).outcomes == {"answered": 3}, timeout=_LONG)
    dialog.close()


def test_a_batch_of_another_program_is_imported_and_read(
    qtbot: QtBot, composed: Composed, tmp_path: Path
) -> None:
    door = composed.session.gateway("practice", "")
    params = {
        "model": "claude-haiku-5-5",
        "max_tokens": 2_000,
        "messages": [{"role": "user", "content": "Say yes."}],
    }
    body = tmp_path / "body.json"
    requests = [{"custom_id": f"row-{number}", "params": params} for number in range(4)]
    body.write_bytes(orjson.dumps({"requests": requests}))
    batch = door.create_batch(body, 4)
    qtbot.waitUntil(lambda: door.batch(batch.id).ended, timeout=_LONG)
    dialog = open_list(qtbot, composed)
    dialog.listed.select(batch.id)
    click(dialog.listed.detail.fetch)
    qtbot.waitUntil(dialog.banner.action.isVisible, timeout=_LONG)
    click(dialog.banner.action)
    results = dialog.imported.answers.model
    qtbot.waitUntil(lambda: results.rowCount() == 4, timeout=_LONG)
    ids = {results.index(row, CUSTOM_ID).data() for row in range(4)}
    assert ids == {"row-0", "row-1", "row-2", "row-3"}
    assert composed.session.upkeep.check(silent).sound
    dialog.close()
