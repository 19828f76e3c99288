"""What the tests of the window share."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from claude_batch_desk.app import Composed, compose
from claude_batch_desk.gui.draft import Draft
from claude_batch_desk.gui.main_window import MainWindow
from claude_batch_desk.gui.tasks import TaskRunner
from claude_batch_desk.practice.server import PracticeService
from claude_batch_desk.session import Session
from tests.gui.opening import MakeFile
from tests.gui.page_fakes import FakeDesk


@pytest.fixture
def errors() -> list[BaseException]:
    """What work failed with and no page dealt with."""
    return []


@pytest.fixture
def tasks(qapp: QApplication, errors: list[BaseException]) -> Iterator[TaskRunner]:
    """A runner on real threads, which are gone when the test is."""

    def keep(owner: QObject, error: BaseException) -> None:
        errors.append(error)

    with ThreadPoolExecutor(2) as executor:
        runner = TaskRunner(executor, keep)
        yield runner
        runner.close()


@pytest.fixture
def desk() -> FakeDesk:
    """A desk that keeps one job in memory."""
    return FakeDesk()


@pytest.fixture
def empty_draft(desk: FakeDesk, tasks: TaskRunner) -> Iterator[Draft]:
    """A draft that no job is opened in."""
    draft = Draft(desk, tasks)
    yield draft
    shiboken6.delete(draft)


@pytest.fixture
def draft(empty_draft: Draft, desk: FakeDesk) -> Draft:
    """A draft with the desk's job and table opened."""
    empty_draft.open(desk.now, desk.kept_table)
    return empty_draft


@pytest.fixture
def service(tmp_path: Path) -> Iterator[PracticeService]:
    """The Practice service, for tests of parts of the window over a real desk."""
    with PracticeService(tmp_path / "service") as running:
        yield running


@pytest.fixture
def session(tmp_path: Path, service: PracticeService) -> Iterator[Session]:
    """A real desk that speaks to it."""
    with Session(tmp_path / "data", practice_url=service.base_url) as opened:
        yield opened


@pytest.fixture
def practice_url() -> str:
    """Where a Practice service runs already; "" for the window's own."""
    return ""


@pytest.fixture
def composed(qtbot: QtBot, qapp: QApplication, home: Path, practice_url: str) -> Iterator[Composed]:
    """The whole window over a real desk; Practice starts when something needs it."""
    home.mkdir(parents=True)
    session = Session(home, practice_seconds=0.2, practice_url=practice_url)
    composed = compose(qapp, session)
    with qtbot.waitExposed(composed.window):
        composed.window.show()
    yield composed
    composed.window.close()
    composed.tasks.close()
    composed.executor.shutdown()
    assert composed.close()
    for each in (composed.window, composed.theme, composed.messages, composed.tasks):
        shiboken6.delete(each)


@pytest.fixture
def window(composed: Composed) -> MainWindow:
    return composed.window


@pytest.fixture
def make_file(tmp_path: Path) -> MakeFile:
    """Make a small table, or a file of another name with another text."""

    def make(name: str = "orders.csv", text: str = "Id,Price\n1,2\n3,4\n") -> Path:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return make
