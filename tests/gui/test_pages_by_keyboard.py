"""What a person without a mouse or a screen meets on the pages."""

from collections.abc import Iterator

import pytest
import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from claude_batch_desk.gui.draft import Draft
from claude_batch_desk.gui.prompt_page import PromptPage
from claude_batch_desk.gui.results_page import ResultsPage
from claude_batch_desk.gui.review_page import ReviewPage
from claude_batch_desk.gui.tasks import TaskRunner
from claude_batch_desk.gui.try_page import TryPage
from tests.gui.page_fakes import FakeDesk, done_job, make_job


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
    page = kind(desk, tasks, draft)
    qtbot.addWidget(page)
    with qtbot.waitExposed(page):
        page.show()
    page.enter()
    places = reachable(page)
    assert places
    assert [repr(widget) for widget in places if not spoken(widget)] == []
    assert [repr(widget) for widget in places if not widget.objectName()] == []
