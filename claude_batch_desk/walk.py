"""Walk: the whole main job in the real window, each step by the button a person would press.

Used where nobody can click: the demonstration without a screen, and the benches.
"""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QAbstractButton

from claude_batch_desk.app import Composed
from claude_batch_desk.core.errors import DeskError
from claude_batch_desk.core.jobs.job import Job

_LOOK_MS = 15
_GLANCE_MS = 300
"""Nobody presses a button before it is seen."""
_PATIENCE = 120.0
"""Seconds one step may take on a slow machine."""


class Walk:
    """Takes a window from the first page to the exported workbook.

    `shown(name, words)` is called in every state worth a picture.
    """

    def __init__(self, composed: Composed, shown: Callable[[str, str], None]) -> None:
        self._window = composed.window
        self._messages = composed.messages
        self._shown = shown

    def run(self, out: Path) -> Job:
        """Do the whole job and write the workbook; raises DeskError where a step does not end."""
        for name, words in self._steps(out):
            self.settle()
            self._shown(name, words)
        return self.job

    @property
    def job(self) -> Job:
        """The job in the window."""
        job = self._window.draft.job
        if job is None:
            raise DeskError("The window shows no job.")
        return job

    def _steps(self, out: Path) -> Iterator[tuple[str, str]]:
        window = self._window
        yield "0-welcome", "The first page says what this is and offers sample data."
        window.welcome.sample_button.click()
        self._until(lambda: window.draft.table is not None, "open the sample")
        rows = window.draft.table.row_count if window.draft.table else 0
        self._until(lambda: window.cost.state == "current", "estimate the cost")
        yield "1-data", f"A sample table with {rows:,} rows is open, read as text as it looks."
        window.job_view.go_on()
        yield "2-prompt", f"Its recipe asks for {len(self.job.recipe.fields)} answer columns."
        window.job_view.go_on()
        self._press(window.try_page.try_button, "price a trial")
        self._until(lambda: window.try_page.has_tried, "try some rows")
        self._until(lambda: window.cost.state == "current", "estimate the cost")
        yield "3-try", "Some random rows are tried; their answers sharpen the estimate."
        window.job_view.go_on()
        send = window.review_page.send_button
        self._until(send.isEnabled, "review the job")
        yield "4-review", f"Everything is in sight before it is sent: “{send.text()}”."
        self._press(send, "send the job")
        self._until(lambda: self.job.state != "draft", "send the job")
        yield "5-waiting", "The job is at the Practice service; the window could be closed now."
        self._until(lambda: self.job.state == "done", "get the answers")
        export = window.results_page.answers.export_bar
        self._until(export.xlsx_button.isEnabled, "show the answers")
        self.settle(_GLANCE_MS)
        export.export_to(out)
        self._until(lambda: export.file_button.isVisibleTo(export), "write the workbook")
        yield "6-results", f"All answers are beside their rows, and exported as {out.name}."

    def _press(self, button: QAbstractButton, doing: str) -> None:
        self._until(button.isEnabled, doing)
        button.click()

    def _until(self, condition: Callable[[], bool], doing: str) -> None:
        end = time.monotonic() + _PATIENCE
        while not condition():
            if time.monotonic() > end:
                raise DeskError(f"The window did not {doing} within {_PATIENCE:.0f} s.")
            self.settle()

    def settle(self, milliseconds: int = _LOOK_MS) -> None:
        """Let the window do what it has to do, for a moment."""
        loop = QEventLoop()
        QTimer.singleShot(milliseconds, loop.quit)
        loop.exec()
