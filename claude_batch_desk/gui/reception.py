"""Where things come into the window: drops, pasted cells, files from the desktop and the menus."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMainWindow

from claude_batch_desk.core.jobs.intake.changes import SourceChange
from claude_batch_desk.gui.arrivals import Arrivals
from claude_batch_desk.gui.changed_banner import ChangedBanner
from claude_batch_desk.gui.data_page import DataPage
from claude_batch_desk.gui.dialogs import Dialogs
from claude_batch_desk.gui.draft import Draft
from claude_batch_desk.gui.drop_zone import DropZone
from claude_batch_desk.gui.job_view import JobView
from claude_batch_desk.gui.menus import Menus
from claude_batch_desk.gui.messages import Messages
from claude_batch_desk.gui.office import Office
from claude_batch_desk.gui.prompt_page import PromptPage
from claude_batch_desk.gui.tasks import TaskRunner
from claude_batch_desk.session import Session


@dataclass(frozen=True)
class Rooms:
    """The parts of the window that something is led to."""

    window: QMainWindow
    draft: Draft
    office: Office
    dialogs: Dialogs
    menus: Menus
    job_view: JobView
    data_page: DataPage
    prompt_page: PromptPage


class Reception(QObject):
    """Leads what arrives to the page that opens it. Make it once the window shows opened jobs."""

    remembered = Signal(str)
    """This file or folder belongs among the recent ones."""

    def __init__(
        self, rooms: Rooms, session: Session, tasks: TaskRunner, messages: Messages
    ) -> None:
        super().__init__(rooms.window)
        self._rooms, self._session = rooms, session
        desk, draft = session.desk, rooms.draft
        self.arrivals = Arrivals(desk, tasks, draft, rooms.office, messages)
        self.arrivals.mode = lambda: session.settings.mode
        self.arrivals.reading = lambda: rooms.data_page.reader.busy
        self.drop_zone = DropZone(rooms.window)
        self.changed_banner = ChangedBanner(desk, tasks, draft)
        rooms.data_page.put_above(self.changed_banner)
        self._connect()
        self._show_recipes()

    @Slot(object)
    def take(self, paths: Sequence[str]) -> None:
        """Bring the window to the front, and open what these paths name."""
        window = self._rooms.window
        window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
        window.raise_()
        window.activateWindow()
        if paths:
            self.arrivals.take(paths)

    @Slot()
    def paste(self) -> None:
        """Make a table of what was copied elsewhere."""
        self.arrivals.paste(QGuiApplication.clipboard().mimeData())

    @Slot()
    def settle(self) -> None:
        """A table is pasted where one can be seen; elsewhere the keys are left to text boxes."""
        in_sight = self._rooms.draft.job is None or self._rooms.job_view.step == "data"
        self._rooms.menus.paste.setEnabled(in_sight)

    @Slot(object)
    def _open_source(self, path: Path) -> None:
        self._rooms.job_view.go("data")
        self._rooms.data_page.open_file(path)

    @Slot(object)
    def _open_recipe(self, path: Path) -> None:
        self._rooms.job_view.go("prompt")
        self._rooms.prompt_page.recipe_bar.open_from(path)

    @Slot(str)
    def _remember_recipe(self, path: str) -> None:
        self._rooms.dialogs.remember_recipe(path)
        self._show_recipes()

    def _show_recipes(self) -> None:
        self._rooms.prompt_page.gallery.show_recent(self._session.settings.recent_recipes)

    @Slot(object)
    def _take_newer(self, change: SourceChange) -> None:
        self._rooms.data_page.open_file(change.path, change.options)

    @Slot(object)
    def _offer(self, paths: Sequence[str]) -> None:
        self.drop_zone.say(self.arrivals.offer(paths))

    @Slot(str)
    def _take_one(self, path: str) -> None:
        self.arrivals.take([path])

    def _connect(self) -> None:
        rooms, arrivals, zone = self._rooms, self.arrivals, self.drop_zone
        arrivals.source_ready.connect(self._open_source)
        arrivals.recipe_ready.connect(self._open_recipe)
        arrivals.taken.connect(self.remembered)
        zone.entered.connect(self._offer)
        # The program that files are dragged from waits until the drop is dealt with.
        zone.dropped.connect(arrivals.take, Qt.ConnectionType.QueuedConnection)
        page = rooms.prompt_page
        page.recipe_bar.remembered.connect(self._remember_recipe)
        page.gallery.remembered.connect(self._remember_recipe)
        rooms.dialogs.folder_chosen.connect(self._take_one)
        rooms.menus.recent_requested.connect(self._take_one)
        rooms.menus.folder_requested.connect(rooms.dialogs.choose_folder)
        rooms.data_page.folder_wanted.connect(rooms.dialogs.choose_folder)
        rooms.menus.paste_requested.connect(self.paste)
        rooms.draft.changed.connect(self.settle)
        rooms.job_view.stack.currentChanged.connect(self.settle)
        self.changed_banner.newer_wanted.connect(self._take_newer)
