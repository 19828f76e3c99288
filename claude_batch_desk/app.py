"""The composition root of the window: builds everything once and puts it together."""

import gc
import logging
import os
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtWidgets import QApplication

from claude_batch_desk import __version__
from claude_batch_desk.core.errors import DeskError
from claude_batch_desk.gui.delivery_wires import DeliveryWires
from claude_batch_desk.gui.icons import app_icon
from claude_batch_desk.gui.main_window import MainWindow
from claude_batch_desk.gui.messages import Messages
from claude_batch_desk.gui.reception import Reception
from claude_batch_desk.gui.samples import samples
from claude_batch_desk.gui.tasks import TaskRunner
from claude_batch_desk.gui.theme import Theme
from claude_batch_desk.gui.timetable import Timetable
from claude_batch_desk.session import Session, log_to

_WORKERS = 4
_TURN = 0.0005
"""Seconds a worker may keep the UI thread from running. Python's own 5 ms add up: reading a page
of rows takes a turn for each of them."""
_FULL_SEARCHES = 1_000
"""After so many searches for garbage among newer objects, one is through all; usual are 10."""
_STARTED = 2_000
"""Milliseconds after which everything is there that stays as long as the window."""
_PATIENCE = 1.5
"""Seconds that work under way gets to notice that the window has gone."""


@dataclass
class Composed:
    """The window and what it stands on; `close` it after the event loop has ended."""

    window: MainWindow
    tasks: TaskRunner
    messages: Messages
    theme: Theme
    session: Session
    executor: ThreadPoolExecutor

    def close(self) -> bool:
        """Let go of everything; False if some work did not stop within _PATIENCE."""
        self.tasks.close()
        until = time.monotonic() + _PATIENCE
        while self.tasks.working and time.monotonic() < until:
            time.sleep(0.01)
        # Only now: work under way could start the Practice service once more.
        stopped = not self.tasks.working
        self.session.close()
        return stopped


class DeskApplication(QApplication):
    """Hears of files that macOS wants opened: by double click, or dropped on the icon."""

    file_asked = Signal(object)
    """The one path, as text from outside."""

    def event(self, event: QEvent) -> bool:
        """Take what is for the application itself."""
        if isinstance(event, QFileOpenEvent):
            self.file_asked.emit([event.file() or event.url().toString()])
            return True
        return super().event(event)


def make_app(argv: Sequence[str]) -> DeskApplication:
    """The Qt application, named."""
    sys.setswitchinterval(_TURN)
    app = DeskApplication([sys.argv[0], *argv])
    app.setApplicationName("claude-batch-desk")
    app.setApplicationDisplayName("Claude Batch Desk")
    app.setApplicationVersion(__version__)
    app.setDesktopFileName("claude-batch-desk")
    app.setWindowIcon(app_icon())
    return app


def compose(app: QApplication, session: Session, messages: Messages | None = None) -> Composed:
    """The window over an open session, not shown yet."""
    messages = messages or Messages(app)
    theme = Theme(app, session.settings.theme)
    executor = ThreadPoolExecutor(_WORKERS, thread_name_prefix="desk")

    def show(owner: QObject, error: BaseException) -> None:
        messages.show(owner, error)

    tasks = TaskRunner(executor, show)
    window = MainWindow(session, tasks, messages, theme)
    times = Timetable(session, tasks, messages, window.draft, window.review_page, window.watcher)
    window.menus.schedules_requested.connect(times.show_schedules)
    files = DeliveryWires(session, tasks, messages, window.draft)
    files.add_to(window.review_page, window.results_page, window.watcher)
    return Composed(window, tasks, messages, theme, session, executor)


def spare_the_window() -> None:
    """Look for garbage in few objects at a time, for good; to be called once, when all is there.

    Python looks through everything it holds whenever a quarter more is held, and nothing else runs
    meanwhile: while answers come in, the window stood still for a third of a second.
    """
    gc.freeze()
    young, middle, _ = gc.get_threshold()
    gc.set_threshold(young, middle, _FULL_SEARCHES)


def _listen(home: Path, app: QApplication, reception: Reception) -> None:
    """Open the door for later starts, once the window is there: it needs Qt's network library."""
    from claude_batch_desk.gui.front_door import FrontDoor

    door = FrontDoor(home, app)
    door.called.connect(reception.take)
    app.aboutToQuit.connect(door.close)
    door.open()


def run_window(home: Path, files: Sequence[str], *, with_sample: bool = False) -> int:
    """Open the window on a data folder and stay until it is closed; returns the exit code.

    `files` are absolute paths to open. Where a window has the folder open already, it gets them
    and comes to the front, and this returns at once. `with_sample` opens a sample where the folder
    has no job yet.
    """
    app = make_app([])
    messages = Messages(app)
    messages.install_hooks()
    try:
        session = Session(home)
    except DeskError as error:
        from claude_batch_desk.gui.front_door import hand_over

        if hand_over(home, files):
            return 0
        Theme(app, "system")
        dialog = messages.tell(messages.tr("It cannot open"), str(error), icon_name="warning")
        dialog.finished.connect(app.quit)  # closing a mere dialog does not end an application
        app.exec()
        return 1
    log_to(home)
    composed = compose(app, session, messages)
    composed.window.show()
    QTimer.singleShot(_STARTED, app, spare_the_window)
    reception = composed.window.reception
    app.file_asked.connect(reception.take)
    QTimer.singleShot(0, app, partial(_listen, home, app, reception))
    if files:
        reception.take(files)
    if with_sample and not session.desk.jobs():
        composed.window.open_sample(samples()[0])
    app.aboutToQuit.connect(composed.tasks.close)
    code = app.exec()
    if not composed.close():
        # Every write is all or nothing, so a call that will not end may be cut off.
        logging.shutdown()
        os._exit(code)
    return code
