from collections.abc import Iterator
from dataclasses import replace

import pytest
import shiboken6
from pytestqt.qtbot import QtBot

from claude_batch_desk.core.errors import StoreError
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.jobs.selection import Selection
from claude_batch_desk.core.prompts.recipe import Recipe
from claude_batch_desk.gui.draft import Draft
from claude_batch_desk.gui.tasks import TaskRunner
from tests.gui.page_fakes import RECIPE, make_job, make_table, sent_job


class Drawer:
    """Keeps what was saved, in order."""

    def __init__(self) -> None:
        self.saved: list[tuple[int, str | None, str]] = []
        self.full = False

    def save_draft(
        self,
        job_id: int,
        *,
        name: str | None = None,
        recipe: Recipe | None = None,
        table_id: int | None = None,
        selection: Selection | None = None,
    ) -> Job:
        if self.full:
            raise StoreError("The disk is full.")
        self.saved.append((job_id, name, recipe.prompt.text if recipe else ""))
        return make_job()


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


def test_another_table_runs_all_its_rows_again(draft: Draft) -> None:
    draft.set_selection(Selection(10, 3))
    draft.set_table(make_table())
    assert draft.selection == Selection()


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
