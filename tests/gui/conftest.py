"""What the tests of the window share."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from claude_batch_desk.gui.tasks import TaskRunner


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
