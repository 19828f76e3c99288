import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest
import shiboken6
from pytestqt.qtbot import QtBot

from claude_batch_desk.core.errors import StoreError
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.jobs.rows.conditions import RowFilter
from claude_batch_desk.core.jobs.rows.selection import RowsChosen, Selection, choose_rows
from claude_batch_desk.core.jobs.timing.need import Need
from claude_batch_desk.core.prompts.recipe import Recipe
from claude_batch_desk.core.report import Report
from claude_batch_desk.gui.draft import Draft
from claude_batch_desk.gui.tasks import TaskRunner
from tests.gui.page_fakes import RECIPE, make_job, make_table, sent_job

FROM_TEN_ON = Selection(filters=(RowFilter("Customer", "matches", r"\d\d"),))


class Drawer:
    """Keeps what was saved, in order."""

    def __init__(self) -> None:
        self.saved: list[tuple[int, str | None, str]] = []
        self.full = False
        self.counted: list[Selection] = []
        self.may_count = threading.Event()
        self.may_count.set()

    def save_draft(
        self,
        job_id: int,
        *,
        name: str | None = None,
        recipe: Recipe | None = None,
        table_id: int | None = None,
        selection: Selection | None = None,
        need: Need | None = None,
    ) -> Job:
        if self.full:
            raise StoreError("The disk is full.")
        self.saved.append((job_id, name, recipe.prompt.text if recipe else ""))
        return make_job()

    def choose_rows(self, table_id: int, selection: Selection, report: Report) -> RowsChosen:
        self.counted.append(selection)
        while not self.may_count.wait(0.01):
            report(0, 1)
        return choose_rows(make_table(), selection, report)


@pytest.fixture
def drawer() -> Drawer:
    return Drawer()


@pytest.fixture
def draft(drawer: Drawer, tasks: TaskRunner) -> Iterator[Draft]:
    draft = Draft(drawer, tasks)
    draft.open(make_job(), make_table())
    yield draft
    shiboken6.delete(draft)


def test_many_changes_in_a_moment_are_one_save(qtbot: QtBot, draft: Draft, drawer: Drawer) -> None:
    with qtbot.waitSignal(draft.saved):
        for text in ("a", "ab", "abc"):
            draft.set_recipe(RECIPE.with_prompt(text))
    assert drawer.saved == [(1, "Support tickets", "abc")]


def test_a_change_is_written_before_another_job_is_shown(draft: Draft, drawer: Drawer) -> None:
    draft.set_recipe(RECIPE.with_prompt("first"))
    draft.open(make_job(id=2))
    assert drawer.saved == [(1, "Support tickets", "first")]
    assert not draft.unsaved


def test_nothing_is_written_where_nothing_changed(draft: Draft, drawer: Drawer) -> None:
    draft.set_recipe(RECIPE)
    draft.rename("Support tickets")
    draft.flush()
    assert drawer.saved == []


def test_a_slow_older_save_never_lands_on_a_newer_one(
    qtbot: QtBot, draft: Draft, drawer: Drawer
) -> None:
    draft.rename("older")
    older = draft._next_change()
    draft.rename("newer")
    draft.flush()
    assert older is not None
    draft._writer.write(older, lambda done, total: None)
    assert [name for _, name, _ in drawer.saved] == ["newer"]


def test_a_sent_job_cannot_be_edited(draft: Draft, drawer: Drawer) -> None:
    draft.open(sent_job())
    draft.set_recipe(RECIPE.with_prompt("other"))
    draft.rename("other")
    draft.flush()
    assert draft.recipe == RECIPE
    assert drawer.saved == []


def test_a_newer_state_of_the_job_keeps_what_is_being_typed(draft: Draft) -> None:
    draft.set_recipe(RECIPE.with_prompt("typed"))
    draft.show_job(replace(make_job(), rows=5))
    assert draft.recipe.prompt.text == "typed"
    assert draft.job is not None
    assert draft.job.rows == 5


def test_news_of_another_job_change_nothing(qtbot: QtBot, draft: Draft) -> None:
    with qtbot.assertNotEmitted(draft.job_changed):
        draft.show_job(sent_job(id=9))


def test_another_table_runs_all_its_rows_and_keeps_its_columns_at_home(draft: Draft) -> None:
    draft.set_selection(Selection(10, 3, excluded=("Customer", "Phone")))
    draft.set_table(replace(make_table(), name="other.csv", sha256="1" * 64))
    assert draft.selection == Selection(excluded=("Customer",))


def test_a_table_read_another_way_keeps_the_choice_of_rows(draft: Draft) -> None:
    chosen = Selection(10, 3, filters=(RowFilter("Customer", "contains", "7"),))
    draft.set_selection(chosen)
    draft.set_table(make_table(("Ticket", "Name", "Message")))
    assert draft.selection == chosen


def test_rows_of_a_range_are_counted_at_once(draft: Draft, drawer: Drawer) -> None:
    assert draft.rows_to_run == 600
    draft.set_selection(Selection(first=11, last=20))
    assert draft.rows_to_run == 10
    assert drawer.counted == []


def test_rows_that_have_to_be_read_are_counted_elsewhere(qtbot: QtBot, draft: Draft) -> None:
    with qtbot.waitSignal(draft.rows_counted):
        draft.set_selection(FROM_TEN_ON)
        assert draft.rows.chosen is None
    assert draft.rows_to_run == 590
    assert draft.rows.chosen == RowsChosen(590, first=10)


def test_a_count_that_is_outdated_is_stopped_and_never_told(
    qtbot: QtBot, draft: Draft, drawer: Drawer
) -> None:
    drawer.may_count.clear()
    draft.set_selection(FROM_TEN_ON)
    qtbot.waitUntil(lambda: len(drawer.counted) == 1)
    with qtbot.waitSignal(draft.rows_counted):
        draft.set_selection(Selection(filters=(RowFilter("Customer", "equals", "Customer 7"),)))
        drawer.may_count.set()
    assert draft.rows_to_run == 1


def test_columns_kept_at_home_and_prompts_are_no_reason_to_count_again(
    qtbot: QtBot, draft: Draft, drawer: Drawer
) -> None:
    with qtbot.waitSignal(draft.rows_counted):
        draft.set_selection(FROM_TEN_ON)
    draft.set_selection(replace(FROM_TEN_ON, excluded=("Customer",)))
    draft.set_recipe(RECIPE.with_prompt("changed"))
    assert draft.rows_to_run == 590
    assert len(drawer.counted) == 1


def test_a_condition_that_lost_its_column_says_so(qtbot: QtBot, draft: Draft) -> None:
    with qtbot.waitSignal(draft.rows_counted):
        draft.set_selection(Selection(filters=(RowFilter("Country", "empty"),)))
    assert draft.rows_to_run is None
    assert "“Country”, but the table has no such column" in draft.rows_problem


def test_no_row_at_all_is_a_problem(draft: Draft) -> None:
    draft.set_selection(Selection(first=601))
    assert draft.rows_to_run == 0
    assert draft.rows_problem.startswith("None of the rows is chosen to run.")


def test_of_a_job_that_was_sent_the_rows_that_ran_are_told(draft: Draft) -> None:
    draft.open(sent_job(rows=203, selection=Selection(first=1_000)), make_table())
    assert draft.rows_to_run == 203
    assert not draft.rows_problem


def test_what_could_not_be_written_is_written_when_there_is_room_again(
    qtbot: QtBot, draft: Draft, drawer: Drawer
) -> None:
    drawer.full = True
    with qtbot.waitSignal(draft.save_failed):
        draft.rename("Typed on a full disk")
    assert draft.unsaved
    with pytest.raises(StoreError):
        draft.flush()
    assert draft.unsaved
    drawer.full = False
    draft.flush()
    assert [name for _, name, _ in drawer.saved] == ["Typed on a full disk"]
