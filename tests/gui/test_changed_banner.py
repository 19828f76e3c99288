"""What the Data page says of a source that has changed since."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import shiboken6
from pytestqt.qtbot import QtBot

from claude_batch_desk.core.errors import StoreError
from claude_batch_desk.core.jobs.intake.changes import ColumnChanges, SourceChange
from claude_batch_desk.core.jobs.intake.row_changes import RowChanges
from claude_batch_desk.core.report import Report
from claude_batch_desk.core.tables.table import Origin, Table
from claude_batch_desk.gui.changed_banner import ChangedBanner
from claude_batch_desk.gui.draft import Draft
from claude_batch_desk.gui.tasks import TaskRunner
from tests.gui.clicking import click
from tests.gui.page_fakes import make_job, make_table, sent_job

PATH = Path("/data/orders.csv")
EDITED = SourceChange("changed", PATH, RowChanges(changed=3, added=12, removed=1))


class Looker:
    """Finds what it is told to, once it may."""

    def __init__(self) -> None:
        self.change: SourceChange | None = EDITED
        self.failure: Exception | None = None
        self.go = threading.Event()
        self.go.set()
        self.looked = 0

    def source_change(self, table: Table, report: Report) -> SourceChange | None:
        self.looked += 1
        while not self.go.wait(0.01):
            report(0, 0)
        report(0, 0)
        if self.failure:
            raise self.failure
        return self.change


@pytest.fixture
def looker() -> Looker:
    return Looker()


@pytest.fixture
def banner(
    qtbot: QtBot, looker: Looker, tasks: TaskRunner, empty_draft: Draft
) -> Iterator[ChangedBanner]:
    made = ChangedBanner(looker, tasks, empty_draft)
    yield made
    shiboken6.delete(made)


def table() -> Table:
    return replace(make_table(), origin=Origin(PATH, 10, 10))


def looked(qtbot: QtBot, banner: ChangedBanner) -> str:
    qtbot.waitUntil(lambda: not banner.looking)
    return "" if banner.isHidden() else banner.text.text()


def test_a_draft_is_told_in_plain_words_and_can_take_the_new_version(
    qtbot: QtBot, banner: ChangedBanner, empty_draft: Draft
) -> None:
    empty_draft.open(make_job(), table())
    assert looked(qtbot, banner) == (
        "“orders.csv” has changed since it was opened: 3 rows changed, 12 rows added, 1 row "
        "removed. This job keeps the rows as they were."
    )
    banner.show()
    with qtbot.waitSignal(banner.newer_wanted) as wanted:
        click(banner.action)
    assert wanted.args == [EDITED]


def test_a_job_that_was_sent_is_told_and_cannot(
    qtbot: QtBot, banner: ChangedBanner, empty_draft: Draft
) -> None:
    empty_draft.open(sent_job(), table())
    assert "keeps the rows as they were" in looked(qtbot, banner)
    assert banner.action.isHidden()


def test_the_button_goes_when_the_draft_is_sent(
    qtbot: QtBot, banner: ChangedBanner, empty_draft: Draft
) -> None:
    empty_draft.open(make_job(), table())
    assert looked(qtbot, banner)
    assert not banner.action.isHidden()
    empty_draft.show_job(sent_job())
    assert banner.action.isHidden()


@pytest.mark.parametrize("kind", ["gone", "unreadable"])
def test_what_is_gone_or_unreadable_cannot_be_taken(
    qtbot: QtBot, banner: ChangedBanner, empty_draft: Draft, looker: Looker, kind: str
) -> None:
    looker.change = SourceChange("gone" if kind == "gone" else "unreadable", PATH, reason="No.")
    empty_draft.open(make_job(), table())
    assert looked(qtbot, banner)
    assert banner.action.isHidden()


def test_pasted_rows_have_no_source_to_look_at(
    qtbot: QtBot, banner: ChangedBanner, empty_draft: Draft, looker: Looker
) -> None:
    empty_draft.open(make_job(), make_table())
    assert looked(qtbot, banner) == ""
    assert looker.looked == 0


def test_what_was_found_of_one_job_is_not_told_of_another(
    qtbot: QtBot, banner: ChangedBanner, empty_draft: Draft, looker: Looker
) -> None:
    looker.go.clear()
    empty_draft.open(make_job(), table())
    empty_draft.open(make_job(id=2), None)
    looker.go.set()
    qtbot.waitUntil(lambda: looker.looked == 1)
    assert looked(qtbot, banner) == ""
    assert not banner.looking


def test_a_store_that_cannot_be_read_is_left_to_who_shows_its_rows(
    qtbot: QtBot,
    banner: ChangedBanner,
    empty_draft: Draft,
    looker: Looker,
    errors: list[BaseException],
) -> None:
    looker.failure = StoreError("The disk does not answer.")
    empty_draft.open(make_job(), table())
    assert looked(qtbot, banner) == ""
    assert errors == []


def test_columns_are_told_by_name_and_the_many_by_number() -> None:
    columns = ColumnChanges(
        new=("Price",),
        gone=tuple("abcde"),
        renamed=(("Id", "No"),),
        reordered=True,
    )
    change = SourceChange("changed", PATH, columns=columns)
    assert change.sentence == (
        "“orders.csv” has changed since it was opened: new column “Price”; no more columns “a”, "
        "“b”, “c” and 2 more; column “Id” is now called “No”; the columns are in another order."
    )
