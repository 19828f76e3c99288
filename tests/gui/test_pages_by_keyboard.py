"""What a person without a mouse or a screen meets on the pages."""

from collections.abc import Iterator

import pytest
import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from claude_batch_desk.gui.draft import Draft
from claude_batch_desk.gui.prompt_page import PromptPage
from claude_batch_desk.gui.purse import Purse
from claude_batch_desk.gui.results_page import ResultsPage
from claude_batch_desk.gui.review_page import ReviewPage
from claude_batch_desk.gui.tasks import TaskRunner
from claude_batch_desk.gui.try_page import TryPage
from tests.gui.page_fakes import FakeDesk, done_job, make_job
from tests.gui.trial_fakes import FakeTrials


@pytest.fixture
def draft(tasks: TaskRunner) -> Iterator[Draft]:
    draft = Draft(FakeDesk(), tasks)
    yield draft
    shiboken6.delete(draft)


def reachable(page: QWidget) -> list[QWidget]:
    return [
        widget
        for widget in page.findChildren(QWidget)
        if widget.isVisible()
        and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and widget.focusProxy() is None
    ]


def spoken(widget: QWidget) -> str:
    return QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name)


@pytest.mark.parametrize("kind", [PromptPage, TryPage, ReviewPage, ResultsPage])
def test_every_place_the_keyboard_reaches_has_a_name(
    qtbot: QtBot,
    tasks: TaskRunner,
    draft: Draft,
    kind: type[PromptPage | TryPage | ReviewPage | ResultsPage],
) -> None:
    job = done_job() if kind is ResultsPage else make_job()
    desk = FakeDesk(job)
    draft.open(job, desk.kept_table)
    page: PromptPage | TryPage | ReviewPage | ResultsPage
    if issubclass(kind, ResultsPage):
        page = kind(desk, desk, tasks, draft)
    elif issubclass(kind, ReviewPage):
        page = kind(desk, tasks, draft, desk, Purse(desk, tasks, draft))
    elif issubclass(kind, TryPage):
        page = kind(FakeTrials(desk), tasks, draft, Purse(desk, tasks, draft))
    else:
        page = kind(desk, tasks, draft)
    qtbot.addWidget(page)
    with qtbot.waitExposed(page):
        page.show()
    page.enter()
    places = reachable(page)
    assert places
    assert [repr(widget) for widget in places if not spoken(widget)] == []
    assert [repr(widget) for widget in places if not widget.objectName()] == []


def test_tab_goes_through_the_prompt_page_from_the_top(
    qtbot: QtBot, tasks: TaskRunner, draft: Draft
) -> None:
    desk = FakeDesk()
    page = PromptPage(desk, tasks, draft)
    qtbot.addWidget(page)
    draft.open(make_job(), desk.kept_table)
    page.resize(900, 1400)
    with qtbot.waitExposed(page):
        page.show()
    page.activateWindow()
    page.instructions_edit.setFocus()
    met = []
    while (now := page.focusWidget()) is not page.preview.stepper.row_spin:
        met.append(now.objectName())
        QTest.keyClick(now, Qt.Key.Key_Tab)
    chips = [f"column_{name}" for name in desk.kept_table.columns]
    assert met[: 2 + len(chips)] == ["instructions", "prompt", *chips]
    place = 2 + len(chips)
    assert met[place : place + 3] == ["empty_cells", "field_name_1", "field_kind_1"]
    assert met.index("field_name_2") < met.index("add_field") < met.index("model")
